"""What the user has and wants: traffic, request, service, caller, model and needs.

A workload is written as TOML, YAML or JSON and held frozen. Sizes are int bytes, times int microseconds, rates
float per second, money Decimal. Whatever is wrong is said at once: path, value seen, value allowed.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, ValidationError

from advisor._facts_read import data_folder
from advisor._workload_sections import Caller, Measured, Model, Needs, Origin, Request, Service
from advisor._workload_sizes import CountDistribution, SizeDistribution
from advisor._workload_slo import Slo
from advisor._workload_text import parse_text, problems_of, read_document, read_times
from advisor._workload_times import (
    ConstantTime,
    EmpiricalTime,
    GammaTime,
    LognormalTime,
    TimeDistribution,
    TokenTime,
)
from advisor._workload_traffic import (
    AnyTraffic,
    ClosedTraffic,
    Columns,
    ConstantTraffic,
    DailyTraffic,
    GammaTraffic,
    OnOffTraffic,
    Phase,
    PhasesTraffic,
    PoissonTraffic,
    StairsTraffic,
    TraceTraffic,
    Traffic,
)
from advisor._workload_units import Section, Text
from advisor.errors import InputError

__all__ = [
    "Caller",
    "ClosedTraffic",
    "Columns",
    "ConstantTime",
    "ConstantTraffic",
    "CountDistribution",
    "DailyTraffic",
    "EmpiricalTime",
    "GammaTime",
    "GammaTraffic",
    "LognormalTime",
    "Measured",
    "Model",
    "Needs",
    "OnOffTraffic",
    "Origin",
    "Phase",
    "PhasesTraffic",
    "PoissonTraffic",
    "Request",
    "Service",
    "SizeDistribution",
    "Slo",
    "StairsTraffic",
    "TimeDistribution",
    "TokenTime",
    "TraceTraffic",
    "Traffic",
    "Workload",
    "examples",
    "load_workload",
    "workload_schema",
]


class Workload(Section):
    """What the user has and wants, whole.

    >>> workload = load_workload("invoice-ocr")
    >>> workload.request.payload.p50, workload.service.time.p50, workload.needs.slo_us("p99")
    (200000, 80000, 500000)
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    """Version of this form."""
    name: Text
    """A name for people."""
    about: Text | None = None
    """Where the numbers come from."""
    traffic: AnyTraffic
    """How requests arrive: a table with kind and its rates."""
    request: Request
    """What goes in and what comes back: a table with payload, response."""
    service: Service
    """How long the work takes: a table with reference, time, slots."""
    caller: Caller = Caller()
    """Who calls."""
    model: Model = Model()
    """The model or models."""
    needs: Needs = Needs()
    """What the user wants."""
    provenance: tuple[Origin, ...] = Field(default=(), max_length=100)
    """Where fields come from: a list of tables with field, how, source; `import` writes it."""

    @classmethod
    def from_text(cls, text: str, form: str = "toml", folder: Path | None = None) -> "Workload":
        """A workload from TOML, YAML or JSON text (`form` is "toml", "yaml" or "json").

        Files that it names are read from `folder`; without a folder no file is touched.

        Raises InputError with every problem at once: path, value seen, value allowed.
        """
        return cls.from_mapping(parse_text(text, form), folder)

    @classmethod
    def from_mapping(cls, table: dict[str, Any], folder: Path | None = None) -> "Workload":
        """A workload from a nested dict in the form people write; InputError tells every problem at once."""
        try:
            return cls.model_validate(_with_times(table, folder) if folder is not None else table)
        except ValidationError as error:
            raise InputError(problems_of(error, cls)) from None

    def to_mapping(self) -> dict[str, Any]:
        """The workload as a nested dict in the form people write; what is not stated is left out."""
        table = _without_empty(self.model_dump(mode="json", by_alias=True, exclude_none=True))
        table["traffic"] = {"kind": self.traffic.kind, **table["traffic"]}  # as people write it: the kind first
        return table

    def to_toml(self) -> str:
        """The workload as TOML with friendly units; reads back to an equal workload."""
        return tomli_w.dumps(self.to_mapping())

    @property
    def digest(self) -> str:
        """SHA-256 of everything stated, the contents of the files it names included."""
        times = [self.service.time, *(measured.time for measured in self.service.measured)]
        values = [time.values for time in times if isinstance(time, EmpiricalTime)]
        canonical = json.dumps([self.to_mapping(), values], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was not stated and is filled in by us, one line each; AWS's timings are facts, not listed."""
        lines = []
        if self.traffic.assumed_shape:
            lines.append("traffic: office hours on working days (assumed; give hours and days to replace it)")
        places = [("service.time", self.service.time)]
        places += [(f"service.measured {row.on}", row.time) for row in self.service.measured]
        lines += [f"{path}: {time.kind} shape (assumed)" for path, time in places if time.assumed_shape]
        if not self.request.payload.constant:
            lines.append("request.payload: lognormal between the stated percentiles (assumed)")
        if "slots" not in self.service.model_fields_set:
            lines.append("service.slots: one request at a time (assumed)")
        lines += [f"{row.field}: {row.source} (assumed)" for row in self.provenance if row.how == "assumed"]
        return tuple(lines)


def _without_empty(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty lists and tables: they say nothing."""
    cleaned = {name: _without_empty(value) if isinstance(value, dict) else value for name, value in table.items()}
    return {name: value for name, value in cleaned.items() if value not in ([], {})}


def _with_times(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The table with the values of every `time = { file = ... }` read from `folder`."""
    service = table.get("service")
    if not isinstance(service, dict):
        return table

    def filled(owner: Any, field: str) -> Any:
        time = owner.get("time") if isinstance(owner, dict) else None
        if not isinstance(time, dict) or not isinstance(time.get("file"), str) or "values" in time:
            return owner
        return {**owner, "time": {**time, "values": read_times(folder / time["file"], field)}}

    measured = service.get("measured")
    service = filled(service, "service.time.file")
    if isinstance(measured, list):
        rows = [filled(row, f"service.measured[{n}].time.file") for n, row in enumerate(measured[:100])]
        service = {**service, "measured": rows + measured[100:]}
    return {**table, "service": service}


def examples() -> dict[str, Path]:
    """The bundled examples: name -> TOML file; a name stands in for a path everywhere.

    >>> "invoice-ocr" in examples()
    True
    """
    return {path.stem: path for path in sorted((data_folder() / "workloads").glob("*.toml"))}


def load_workload(source: str | Path) -> Workload:
    """A workload from a file (.toml, .yaml or .json), the name of a bundled example, or standard input (`-`).

    Raises InputError when the file cannot be read, is larger than 1 MB, or holds mistakes: all at once.
    """
    return Workload.from_mapping(*read_document(source, examples()))


def workload_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a workload in the form people write: sizes and times are texts with units."""
    schema = Workload.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Workload"}

"""Brief: a workload of which only some attributes are known; null, or leaving it out, means not stated.

Its fields have the names of `advisor.attributes.Attributes`. A number stands in the unit of its name, or as a text
with a unit of its own: `payload_mb = 5` and `payload_mb = "5 MB"` say the same.
"""

import math
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ValidationError, model_validator

from advisor._facts_read import data_folder
from advisor._workload_text import problems_of, read_document
from advisor._workload_units import Section, Text, refusal
from advisor.errors import InputError, Problem, UnitError
from advisor.units import parse_bytes, parse_duration_us, parse_rate_per_s

__all__ = ["LABELS", "TOGETHER", "Brief", "brief_examples", "brief_schema", "is_brief", "load_brief", "portfolio"]

LABELS: Final = ("id", "name", "summary", "note", "notes")
"""Fields that label a brief and decide nothing."""
TOGETHER: Final = ("immediate_response", "traffic", "offline_ok", "streaming", "rps_peak", "rps_offpeak")
"""Fields of which one can contradict another; every other may be stated with any."""
_MOST: Final = 1e15
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_YES: Final = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}


def _number(value: object, allowed: str, low: float = 0.0) -> float:
    if isinstance(value, str):
        text = value.strip()
        try:
            value = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
        except ValueError:
            raise refusal(allowed) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= _MOST:
        raise refusal(allowed)
    return float(value)


def _size(unit: int, example: str) -> BeforeValidator:
    def check(value: object) -> float:
        if isinstance(value, str) and value.strip()[-1:].lower() == "b":
            try:
                return parse_bytes(value) / unit
            except UnitError as error:
                raise refusal(error.problems[0].allowed) from None
        return _number(value, f"a size from 0 up, like {example}")

    return BeforeValidator(check)


def _time(unit: int, example: str) -> BeforeValidator:
    def check(value: object) -> float:
        if isinstance(value, str) and value.strip()[-1:].isalpha():
            try:
                return parse_duration_us(value) / unit
            except UnitError as error:
                raise refusal(error.problems[0].allowed) from None
        return _number(value, f"a time from 0 up, like {example}")

    return BeforeValidator(check)


def _rate(per_s: float, example: str) -> BeforeValidator:
    def check(value: object) -> float:
        if isinstance(value, str) and ("/" in value or "per" in value):
            try:
                return parse_rate_per_s(value) * per_s
            except UnitError as error:
                raise refusal(error.problems[0].allowed) from None
        return _number(value, f"a number from 0 up, like {example}")

    return BeforeValidator(check)


def _whole(low: int) -> BeforeValidator:
    def check(value: object) -> float:
        number = _number(value, f"a whole number from {low} up", low)
        if not math.isfinite(number) or number % 1:
            raise refusal(f"a whole number from {low} up")
        return number

    return BeforeValidator(check)


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    found = _YES.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise refusal("true or false")
    return found


def _cold(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() == "unwanted":
        return "unwanted"
    try:
        return _flag(value)
    except ValueError:
        raise refusal("true, false or unwanted") from None


def _word(value: object) -> object:
    return value.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(value, str) else value


_Megabytes = Annotated[float, _size(10**6, "5 or 5 MB")]
_Gigabytes = Annotated[float, _size(10**9, "15 or 15 GB")]
_Seconds = Annotated[float, _time(10**6, "0.2 or 200 ms")]
_Milliseconds = Annotated[float, _time(10**3, "200 or 200 ms")]
_PerSecond = Annotated[float, _rate(1.0, "300 or 300/s")]
_PerDay = Annotated[float, _rate(86_400.0, "300 or 300/day")]
_Count = Annotated[float, _whole(1)]
_Records = Annotated[float, _whole(0)]
_Flag = Annotated[bool, BeforeValidator(_flag)]
_Cold = Annotated[bool | Literal["unwanted"], BeforeValidator(_cold)]
_TrafficWord = Annotated[
    Literal["steady", "diurnal", "variable", "spiky", "intermittent", "offline"], BeforeValidator(_word)
]
_Release = Annotated[Literal["ab_split", "mirror"], BeforeValidator(_word)]
_Front = Annotated[Literal["none", "api_gateway", "lambda"], BeforeValidator(_word)]


class Brief(Section):
    """What is known of a workload, one field for each question.

    >>> Brief(payload_mb="5 MB", traffic="spiky").known
    {'payload_mb': 5.0, 'traffic': 'spiky'}
    """

    payload_mb: _Megabytes | None = None
    """Size of one request body, MB."""
    response_mb: _Megabytes | None = None
    """Size of one answer, MB."""
    processing_s: _Seconds | None = None
    """Time of one prediction, seconds."""
    traffic: _TrafficWord | None = None
    """steady, diurnal, variable, spiky, intermittent or offline."""
    rps_peak: _PerSecond | None = None
    """Requests per second in the busiest hour."""
    rps_offpeak: _PerSecond | None = None
    """Requests per second in the quietest hour."""
    requests_per_day: _PerDay | None = None
    """Requests in a mean day."""
    dataset_records: _Records | None = None
    """Records of a data set that is known beforehand."""
    dataset_gb: _Gigabytes | None = None
    """Size of that data set, GB."""
    latency_slo_ms: _Milliseconds | None = None
    """The tightest bound on latency, milliseconds."""
    completion_slo_s: _Seconds | None = None
    """How late the result may come, seconds."""
    cold_start_ok: _Cold | None = None
    """Whether a request may wait for a start-up: true, false or unwanted."""
    immediate_response: _Flag | None = None
    """Whether the caller waits on the connection."""
    streaming: _Flag | None = None
    """Whether the answer is streamed while it is made."""
    idle_periods: _Flag | None = None
    """Whether there are long spells without a request."""
    n_models: _Count | None = None
    """Models that have to be served."""
    models_similar: _Flag | None = None
    """Whether all models are alike: framework, container, size, speed."""
    n_frameworks: _Count | None = None
    """Different containers that the models need."""
    chained: _Flag | None = None
    """Whether a request passes several models or containers in a row."""
    per_model_scaling: _Flag | None = None
    """Whether each model must have capacity of its own."""
    model_size_gb: _Gigabytes | None = None
    """Size of one model's files, GB."""
    memory_gb: _Gigabytes | None = None
    """Memory of one loaded model, GB."""
    image_gb: _Gigabytes | None = None
    """Size of the container image, GB."""
    needs_gpu: _Flag | None = None
    """Whether the model runs on an accelerator only."""
    vpc_required: _Flag | None = None
    """Whether traffic must stay in a private network."""
    network_isolation: _Flag | None = None
    """Whether the container may make no network call."""
    data_capture: _Flag | None = None
    """Whether requests and answers must be captured."""
    marketplace: _Flag | None = None
    """Whether the model is a package of AWS Marketplace."""
    private_registry: _Flag | None = None
    """Whether the image comes from a private Docker registry outside ECR."""
    uncompressed_model: _Flag | None = None
    """Whether the model files lie uncompressed in S3."""
    guarded_rollout: _Flag | None = None
    """Whether updates must go through blue/green guardrails."""
    persistent_endpoint: _Flag | None = None
    """Whether an endpoint must stand at all times."""
    scale_to_zero: _Flag | None = None
    """Whether idle time must cost nothing."""
    cost_priority: _Flag | None = None
    """Whether cost weighs most."""
    ops_priority: _Flag | None = None
    """Whether nobody wants to look after instances."""
    release_need: _Release | None = None
    """ab_split (a share of the traffic to a new version) or mirror (a copy of it)."""
    offline_ok: _Flag | None = None
    """Whether all data may be collected first and scored by a job."""
    survives_zone: _Flag | None = None
    """Whether the service must outlive the loss of one zone."""
    caller_timeout_s: _Seconds | None = None
    """How long the caller waits, seconds."""
    front: _Front | None = None
    """What stands before the endpoint: none, api_gateway or lambda."""
    region: Text | None = None
    """AWS Region."""
    instance_quota: _Records | None = None
    """Instances of the type that the account may run."""
    concurrency_quota: _Records | None = None
    """Serverless requests at once that the account may have in the Region."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        waits = self.immediate_response is True
        if waits and self.traffic == "offline":
            raise refusal(
                "offline traffic, or an answer on the connection (immediate_response), not both", "traffic", "'offline'"
            )
        if waits and self.offline_ok is True:
            raise refusal(
                "an offline job, or an answer on the connection (immediate_response), not both", "offline_ok", "true"
            )
        if self.streaming is True and self.immediate_response is False:
            raise refusal(
                "a streamed answer, or a caller who does not wait (immediate_response = false), not both",
                "streaming",
                "true",
            )
        if self.rps_peak is not None and self.rps_offpeak is not None and self.rps_offpeak > self.rps_peak:
            raise refusal("a rate of at most rps_peak", "rps_offpeak", f"{self.rps_offpeak:g}")
        return self

    @property
    def known(self) -> dict[str, Any]:
        """The attributes that were stated, by name."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}

    @classmethod
    def from_mapping(cls, table: dict[str, Any]) -> Self:
        """A brief from a table, its attributes flat or under `workload`; InputError tells every problem at once.

        >>> Brief.from_mapping({"id": "X1", "workload": {"needs_gpu": True}}).known
        {'needs_gpu': True}
        """
        nested = table.get("workload")
        stated = nested if isinstance(nested, dict) else {n: v for n, v in table.items() if n not in LABELS}
        beside = [n for n in table if n in cls.model_fields] if isinstance(nested, dict) else []
        wrong = [Problem(n, "", "attributes stand flat or under workload, not both") for n in beside]
        try:
            brief = cls.model_validate(stated)
        except ValidationError as error:
            raise InputError([*wrong, *problems_of(error, cls)]) from None
        if wrong:
            raise InputError(wrong)
        return brief


def is_brief(table: dict[str, Any]) -> bool:
    """A document that is a brief: it has none of the tables of a full workload.

    >>> is_brief({"traffic": "spiky"}), is_brief({"traffic": {"kind": "poisson"}})
    (True, False)
    """
    inner = table.get("workload")
    document = inner if isinstance(inner, dict) else table
    return not any(isinstance(document.get(name), dict) for name in ("traffic", "request", "service"))


def brief_examples() -> dict[str, Path]:
    """The bundled briefs: name -> TOML file.

    >>> "night-shift-gpu" in brief_examples()
    True
    """
    return {path.stem: path for path in sorted((data_folder() / "briefs").glob("*.toml"))}


def portfolio() -> Path:
    """The bundled portfolio: a CSV with one brief a row.

    >>> portfolio().name
    'portfolio.csv'
    """
    return data_folder() / "briefs" / "portfolio.csv"


def load_brief(source: str | Path) -> Brief:
    """A brief from a TOML, YAML or JSON file, the name of a bundled one, or standard input (`-`).

    Raises InputError when it cannot be read or holds mistakes: all at once.

    >>> load_brief("night-shift-gpu").needs_gpu
    True
    """
    return Brief.from_mapping(read_document(source, brief_examples())[0])


def brief_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a brief in the form people write."""
    schema = Brief.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Brief"}

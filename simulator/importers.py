"""From exports of other tools to a workload: measured where they say it, marked where they do not.

>>> sorted(KINDS)
['access-log', 'cloudwatch', 'data-capture', 'k6', 'locust', 'recommender', 'trace']
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.errors import InputError, Problem
from advisor.workload import TraceTraffic, Workload
from simulator.import_capture import read_capture
from simulator.import_cloudwatch import read_cloudwatch
from simulator.import_k6 import read_k6
from simulator.import_level import sweep_csv
from simulator.import_locust import read_locust
from simulator.import_log import read_log
from simulator.import_looks import KINDS, looks_like
from simulator.import_measured import measured_of_levels
from simulator.import_recommender import read_recommender
from simulator.import_result import Draft, Imported, Missing, Row
from simulator.import_trace import read_recording
from simulator.measured import measured_csv

__all__ = ["KINDS", "Imported", "Missing", "Row", "imported", "looks_like", "write_imported", "write_sweep"]

_MOST_FILES = 1_000
_TRAFFICS = ("trace", "daily", "phases", "keep")


def imported(
    kind: str,
    files: Sequence[str | Path] | str | Path,
    *,
    name: str | None = None,
    onto: Workload | None = None,
    traffic: str = "trace",
    tz: str | None = None,
    columns: Mapping[str, str] | None = None,
    time_unit: str | None = None,
    duration_unit: str | None = None,
    users: int | None = None,
    instances: int | None = None,
    reference: str | None = None,
    time: str | None = None,
    payload: str | None = None,
    response: str | None = None,
    slots: int | None = None,
) -> Imported:
    """A workload made out of exports of one kind.

    Arguments: `kind` is one of KINDS. `onto` is a workload whose other fields are kept. `traffic` is trace, daily or phases
    for CloudWatch, or keep (that of `onto`). `tz` is the zone of times that state none. `columns` maps what a field holds to
    its name; `time_unit` and `duration_unit` are s, ms or us. `users` and `instances` are those of a load test. `reference`,
    `time`, `payload`, `response` (one value like 80ms, or p50/p99) and `slots` state what the files do not tell.
    Raises InputError with every problem found: file, line, what was seen, and what to export instead.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    _check(kind, paths, traffic, onto)
    draft = Draft(kind, paths)
    match kind:
        case "cloudwatch":
            read_cloudwatch(draft, tz, "trace" if traffic == "keep" else traffic)
        case "access-log":
            read_log(draft, tz, columns or {}, duration_unit)
        case "data-capture":
            read_capture(draft, tz)
        case "locust":
            read_locust(draft, users, instances)
        case "k6":
            read_k6(draft, users, instances)
        case "recommender":
            read_recommender(draft, reference)
        case _:
            read_recording(draft, tz, columns or {}, time_unit)
    if kind in {"locust", "k6"}:
        draft.measured = measured_of_levels(draft.levels)
    if traffic == "keep":
        draft.table.pop("traffic", None)
        draft.rows = [row for row in draft.rows if not row.path.startswith("traffic")]
        draft.missing = [row for row in draft.missing if not row.path.startswith("traffic")]
        draft.trace = None
        if draft.measured is not None and draft.measured.users is None:
            draft.measured = None  # periods of a recording that is not kept
    stated = {
        "service.reference": reference, "service.time": _pair(time), "service.slots": slots,
        "request.payload": _pair(payload), "request.response": _pair(response),
    }  # fmt: skip
    given = {path: value for path, value in stated.items() if value is not None}
    draft.missing = [row for row in draft.missing if row.path not in given]
    title = name or (onto.name if onto is not None else f"imported from {kind}")
    return draft.finish(given, onto, title)


def _pair(text: str | None) -> Any:
    """One value, or median and 99th percentile set apart by a slash."""
    if text is None or "/" not in text:
        return text
    p50, _, p99 = text.partition("/")
    return {"p50": p50.strip(), "p99": p99.strip()}


def _check(kind: str, paths: Sequence[Path], traffic: str, onto: Workload | None) -> None:
    """Refuse an unknown kind, files that are not there, and files that look like another kind: all at once."""
    problems = []
    if kind not in KINDS:
        problems.append(Problem("kind", repr(kind), f"one of {', '.join(KINDS)}"))
    if not 1 <= len(paths) <= _MOST_FILES:
        problems.append(Problem("files", f"{len(paths):,} files", f"1 to {_MOST_FILES:,} files"))
    if traffic not in _TRAFFICS or (traffic == "keep" and onto is None):
        allowed = "trace, daily, phases, or keep together with a workload to build on (--onto)"
        problems.append(Problem("traffic", repr(traffic), allowed))
    for path in paths[:_MOST_FILES]:
        if not path.is_file():
            problems.append(Problem("", "", f"{str(path)!r} cannot be read: there is no such file"))
        elif path.stat().st_size == 0:
            problems.append(Problem(path.name, "an empty file", f"{KINDS.get(kind, 'a file')}"))
        elif kind in KINDS and (found := looks_like(path)) != kind and not _may_be(kind, found):
            seen = f"a file that looks like {found} ({KINDS[found]})" if found else "a file of no known form"
            hint = f"; try: import {found} {path.name}" if found else ""
            problems.append(Problem(path.name, seen, f"{KINDS[kind]}{hint}"))
    if problems:
        raise InputError(problems)


def _may_be(kind: str, found: str | None) -> bool:
    """Forms that cannot be told apart by their first lines: logs and recordings, and texts with names of their own."""
    return kind in {"access-log", "trace"} and found in {"access-log", "trace", None}


def write_imported(result: Imported, path: Path) -> tuple[Path, ...]:
    """Write the workload as TOML and beside it, as CSV, its recording and the measured latency where there are any; the paths.

    Each file is written whole or not at all. Raises InputError where that is not possible.
    """
    workload, written = result.workload, []
    latency = path.with_name(f"{path.stem}.latency.csv")
    replaced = any(row.path.startswith("traffic") for row in result.rows)
    if replaced and result.measured is None and latency.exists():  # a backtest would take it for that of this traffic
        allowed = f"another name, or {latency.name} moved away: this import has no measured latency to put in its place"
        raise InputError([Problem("-o", str(path), allowed)])
    try:
        if result.trace is not None and isinstance(workload.traffic, TraceTraffic):
            beside = path.with_name(f"{path.stem}.trace.csv")
            result.trace.write(beside)
            written.append(beside)
            workload = workload.model_copy(update={"traffic": workload.traffic.model_copy(update={"file": beside.name})})  # fmt: skip
        if result.measured is not None:
            _write(latency, measured_csv(result.measured))
            written.append(latency)
        _write(path, workload.to_toml())
    except (OSError, ValueError) as error:
        raise _unwritten("-o", path, error) from None
    return path, *written


def write_sweep(result: Imported, path: Path) -> Path:
    """Write the levels of a load test as a CSV that `calibrate sweep` reads; the path written.

    Raises InputError where the files held no load test, or the file cannot be written.
    """
    if not result.levels:
        raise InputError([Problem("--sweep", result.kind, "locust or k6: other exports hold no levels of load")])
    try:
        _write(path, sweep_csv(result.levels))
    except (OSError, ValueError) as error:
        raise _unwritten("--sweep", path, error) from None
    return path


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _unwritten(option: str, path: Path, error: Exception) -> InputError:
    reason = error.strerror if isinstance(error, OSError) else "not a file name"
    return InputError([Problem(option, "", f"{str(path)!r} cannot be written: {reason}")])

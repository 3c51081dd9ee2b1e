"""A run over time: the fleet by state, the lines, what failed, and each scaling event with its cause in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from simulator.codes import EventKind, Kind, Metric, Outcome, PolicyKind
from simulator.model import ServingModel, policies_of
from simulator.run import Requests, Run, Timeline

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "FleetTable", "Happening", "clock", "events_text", "fleet_table", "happenings", "step_of", "table_text", "unit_of", "unit_words",
    "write_events", "write_table", "write_whole",
]  # fmt: skip

_STEPS_US: Final = (60_000_000, 10_000_000, 1_000_000)
_ROWS: Final = 60
_MOST_ROWS: Final = 200_000
_STATES: Final = ("starting", "in_service", "draining")
_METRICS: Final = {
    Metric.INVOCATIONS: "invocations", Metric.CONCURRENCY: "concurrency", Metric.BACKLOG: "backlog",
    Metric.NO_CAPACITY: "calls without capacity", Metric.PROVISIONED_UTILISATION: "utilisation",
}  # fmt: skip


@dataclass(frozen=True)
class FleetTable:
    """One row an instant and variant, all variants together first; every column has n entries.

    States, lines and hosts are as they stand at the instant; counts and shares are of the step that begins there.
    """

    step_us: int
    columns: dict[str, NDArray[Any]]
    """time_s, variant (-1: all together), starting, in_service, draining, where copies are packed hosts; and where the
    run kept its requests waiting, serving, arrivals, throttled, failed, with a model cache cache_hits (share)."""

    def frame(self) -> "DataFrame":
        """The table as a pandas DataFrame."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only this needs it

        return pd.DataFrame(self.columns)

    def of(self, name: str, variant: int = -1) -> NDArray[Any]:
        """A column of one variant, or of all together."""
        column: NDArray[Any] = self.columns[name][self.columns["variant"] == variant]
        return column


class Happening(NamedTuple):
    """Something that changed the fleet, with its cause."""

    time_us: int
    kind: str
    """scale_out, scale_in, dropped, scheduled, zone_lost or lost."""
    variant: int
    text: str


def clock(us: int) -> str:
    """A time from the start as hours, minutes and seconds; days before them.

    >>> clock(754_000_000), clock(90_061_000_000)
    ('00:12:34', 'day 2 01:01:01')
    """
    days, seconds = divmod(us // 1_000_000, 86_400)
    hours, rest = divmod(seconds, 3_600)
    said = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f"day {days + 1} {said}" if days else said


def step_of(end_us: int) -> int:
    """Step of a table: a minute, less where a run would have under 60 rows, never under a second.

    >>> step_of(7_200_000_000), step_of(600_000_000), step_of(5)
    (60000000, 10000000, 1000000)
    """
    return next((step for step in _STEPS_US if end_us >= _ROWS * step), _STEPS_US[-1])


def unit_of(model: ServingModel) -> str:
    """What a fleet is counted in: instances, copies or environments."""
    return "environments" if model.kind == Kind.SERVERLESS else "copies" if model.hosts.maximum else "instances"


def unit_words(number: int, unit: str) -> str:
    """The unit of that many.

    >>> unit_words(1, "copies"), unit_words(2, "copies"), unit_words(1, "instances")
    ('copy', 'copies', 'instance')
    """
    return unit if number != 1 else "copy" if unit == "copies" else unit.removesuffix("s")


def _levels(times: NDArray[np.int64], changes: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of the changes up to and including each instant; `times` ascend."""
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(changes)])
    found: NDArray[np.int64] = sums[np.searchsorted(times, at, side="right")]
    return found


def _states(timeline: Timeline, at: NDArray[np.int64], variant: int) -> dict[str, NDArray[np.int64]]:
    """Copies by state at each instant."""
    state: dict[tuple[int, int], str] = {}
    times: dict[str, list[int]] = {name: [] for name in _STATES}
    changes: dict[str, list[int]] = {name: [] for name in _STATES}

    def move(time: int, copy: tuple[int, int], to: str | None) -> None:
        before = state.pop(copy, None)
        for name, change in ((before, -1), (to, 1)):
            if name is not None:
                times[name].append(time)
                changes[name].append(change)
        if to is not None:
            state[copy] = to

    towards = {
        EventKind.LAUNCH: "starting", EventKind.READY: "in_service", EventKind.DRAIN: "draining",
        EventKind.GONE: None, EventKind.LOST: None,
    }  # fmt: skip
    rows = zip(timeline.time_us, timeline.kind, timeline.position, timeline.variant, strict=True)
    for time, kind, position, owner in rows:
        if int(kind) in towards and variant in {-1, int(owner)}:
            move(int(time), (int(owner), int(position)), towards[EventKind(int(kind))])
    return {name: _levels(np.array(times[name], np.int64), np.array(changes[name], np.int64), at) for name in _STATES}


def _hosts(timeline: Timeline, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Hosts at each instant, starting ones included."""
    kinds = timeline.kind
    changes = (kinds == EventKind.HOST_LAUNCH).astype(np.int64) - (kinds == EventKind.HOST_GONE)
    return _levels(timeline.time_us, changes, at)


def _counted(times: NDArray[np.int64], at: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """How many of the times lie in the step that begins at each instant."""
    number = times // step
    return np.bincount(number[number < len(at)], minlength=len(at)).astype(np.int64)


def _lines(
    kept: Requests, mine: NDArray[np.bool_], at: NDArray[np.int64], step: int, *, cache: bool
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Requests waiting and in service at each instant, and what came and failed in each step."""
    arrival, start, finish = (np.sort(times[mine]) for times in (kept.arrival_us, kept.start_us, kept.finish_us))
    come, begun, over = (np.searchsorted(times, at, side="right") for times in (arrival, start, finish))
    yield "waiting", come - begun
    yield "serving", begun - over
    yield "arrivals", _counted(arrival, at, step)
    outcome, response = kept.outcome[mine], kept.response_us[mine]
    throttled = outcome == Outcome.THROTTLED
    bad = ~throttled & (outcome != Outcome.OK) & (outcome != Outcome.UNFINISHED)
    yield "throttled", _counted(response[throttled], at, step)
    yield "failed", _counted(response[bad], at, step)
    if cache:
        served = kept.arrival_us[mine][outcome == Outcome.OK]
        hits = kept.arrival_us[mine][(outcome == Outcome.OK) & (kept.cold[mine] == 0)]
        of = _counted(served, at, step)
        yield "cache_hits", np.where(of > 0, _counted(hits, at, step) / np.maximum(of, 1), np.nan)


def fleet_table(run: Run, model: ServingModel, step_us: int | None = None) -> FleetTable:
    """The run over time, in steps of `step_us` (default: `step_of` the run).

    Raises InputError where the run would have more than 200,000 rows.
    """
    step = step_us or step_of(run.end_us)
    at = np.arange(0, max(run.end_us, 1), step, dtype=np.int64)
    variants = [-1, *range(len(model.variants))] if len(model.variants) > 1 else [-1]
    if len(at) * len(variants) > _MOST_ROWS:
        raise InputError([Problem("--timeline", f"{len(at) * len(variants):,} rows", f"at most {_MOST_ROWS:,}")])
    parts = []
    for variant in variants:
        columns: dict[str, NDArray[Any]] = {"time_s": at / 1e6, "variant": np.full(len(at), variant)}
        columns |= _states(run.timeline, at, variant)
        if model.hosts.maximum:
            columns["hosts"] = _hosts(run.timeline, at)
        if run.requests is not None:
            mine = run.requests.variant == variant if variant >= 0 else np.ones(len(run.requests.variant), np.bool_)
            columns |= dict(_lines(run.requests, mine, at, step, cache=model.cache.models > 0))
        parts.append(columns)
    return FleetTable(step, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _why(timeline: Timeline, n: int, model: ServingModel) -> str:
    """What the alarm at entry n says."""
    number, action, asked = (int(column[n]) for column in (timeline.position, timeline.value, timeline.detail))
    policies = policies_of(model)
    if not 0 <= number < len(policies):
        return "alarm"
    policy = policies[number]
    since = max(0, int(timeline.time_us[n]) - max(1, asked) * policy.period_us)
    which = f"policy {number + 1}: " if len(policies) > 1 else ""
    if action == 3:
        return f"{which}backlog without capacity since {clock(since)}"
    high = action == 1
    metric = _METRICS.get(Metric(policy.metric), "metric")
    step = " (step policy)" if policy.kind != PolicyKind.TARGET else ""
    return f"{which}alarm on {metric} {'high' if high else 'low'} since {clock(since)}{step}"


def happenings(timeline: Timeline, model: ServingModel) -> tuple[Happening, ...]:
    """What changed the fleet after its start, each with its cause.

    >>> from simulator.codes import Metric
    >>> from simulator.model import TargetTracking
    >>> model = ServingModel(600, 4, policy=TargetTracking(int(Metric.INVOCATIONS), period_us=60_000_000))
    >>> alarm, action = (180_000_000, EventKind.ALARM, 0, 1, 0, 3), (240_000_000, EventKind.SCALE_OUT, -1, 4, 0, 2)
    >>> happenings(Timeline.of([alarm, action]), model)[0].text
    'alarm on invocations high since 00:00:00, desired 2 → 4'
    """
    return tuple(_narrated(timeline, model))


def _narrated(timeline: Timeline, model: ServingModel) -> Iterator[Happening]:
    causes: dict[int, str] = {}
    gone = EventKind.HOST_GONE if model.hosts.maximum else EventKind.LOST
    what = unit_of(model)
    zones = {int(time) for time in timeline.time_us[timeline.kind == EventKind.ZONE_LOST]}
    several = len(model.variants) > 1
    for n, raw in enumerate(timeline.kind):
        kind, time, variant = EventKind(int(raw)), int(timeline.time_us[n]), int(timeline.variant[n])
        value, detail = int(timeline.value[n]), int(timeline.detail[n])
        of = f"variant {variant}: " if several and variant >= 0 else ""
        if kind == EventKind.ALARM:
            causes[variant] = _why(timeline, n, model)
        elif kind in {EventKind.SCALE_OUT, EventKind.SCALE_IN}:
            yield Happening(
                time, kind.name.lower(), variant, f"{of}{causes.get(variant, 'alarm')}, desired {detail} → {value}"
            )
        elif kind == EventKind.DROPPED:
            yield Happening(
                time, "dropped", variant, f"{of}{causes.get(variant, 'alarm')}, nothing left to do at {value}"
            )
        elif kind == EventKind.SCHEDULED:
            yield Happening(time, "scheduled", variant, f"{of}scheduled action: {value} to {detail} {what}")
        elif kind == EventKind.ZONE_LOST:
            count = int(np.count_nonzero((timeline.kind == gone) & (timeline.time_us == time)))
            yield Happening(
                time, "zone_lost", variant, f"zone {value + 1} lost: {count} instance{'' if count == 1 else 's'}"
            )
        elif kind == EventKind.LOST and time not in zones:
            yield Happening(
                time,
                "lost",
                variant,
                f"{of}{unit_words(1, what)} lost, {value} left",
            )


def write_whole(path: Path, name: str, text: str) -> None:
    """Write a text so that the file appears whole or not at all.

    Arguments: `name` is the option that asked for it. Raises InputError when it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        allowed = f"a file in a folder that can be written ({error.strerror})"
        raise InputError([Problem(name, repr(str(path)), allowed)]) from None


def _as_text(form: str, header: list[str], rows: list[list[Any]]) -> str:
    if form == "json":
        records = [dict(zip(header, row, strict=True)) for row in rows]
        return json.dumps({"schema": 1, "rows": records}, ensure_ascii=False) + "\n"
    cells = [
        ["" if cell is None else f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in row] for row in rows
    ]
    return "".join(",".join(row) + "\r\n" for row in [header, *cells])


def table_text(table: FleetTable, form: str = "csv") -> str:
    """The table as text, `form` csv or json: a row for each instant and variant."""
    columns = [column.tolist() for column in table.columns.values()]
    rows = [[None if cell != cell else cell for cell in row] for row in zip(*columns, strict=True)]  # noqa: PLR0124 - NaN
    return _as_text(form, list(table.columns), rows)


def events_text(found: tuple[Happening, ...], form: str = "csv") -> str:
    """The events as text, `form` csv or json: a row each.

    >>> events_text((Happening(90_000_000, "lost", 0, "instance lost, 3 left"),)).splitlines()[1]
    '90.0,"00:01:30","lost",0,"instance lost, 3 left"'
    """
    header = ["time_s", "clock", "kind", "variant", "text"]
    rows: list[list[Any]] = [[one.time_us / 1e6, clock(one.time_us), one.kind, one.variant, one.text] for one in found]
    return _as_text(form, header, rows)


def _form(path: Path, name: str) -> str:
    """The form that the end of a name asks for. Raises InputError for any other."""
    if path.suffix not in {".csv", ".json"}:
        raise InputError([Problem(name, repr(str(path)), "a name that ends in .csv or .json")])
    return path.suffix[1:]


def write_table(table: FleetTable, path: Path) -> None:
    """Write the table as CSV or JSON, by the end of the name. Raises InputError when it cannot be written."""
    write_whole(path, "--timeline", table_text(table, _form(path, "--timeline")))


def write_events(found: tuple[Happening, ...], path: Path) -> None:
    """Write the events as CSV or JSON, by the end of the name. Raises InputError when it cannot be written."""
    write_whole(path, "--events", events_text(found, _form(path, "--events")))

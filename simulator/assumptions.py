"""What a simulation assumes where nobody measured: one row each, with its range and where it comes from.

An option uses some of these; each stands at low, mid or high of its fact, or at a value the user gave. `low` and
`high` are the ends of the value, not of the outcome: low speed is slow, low cold start is short.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from advisor.errors import InputError, Problem
from advisor.facts import Fact, Facts
from advisor.jobs import call_limit_us, every_us, is_job, mini_batch, transfer_us
from advisor.options import Option
from advisor.places import Place, places
from advisor.units import format_duration, parse_duration_us
from advisor.workload import Workload
from simulator._closed import first_range_us
from simulator.tape import Spread

__all__ = ["KEYS", "Assumption", "Assumptions", "Level", "assume"]

Level = Literal["low", "mid", "high"]
_AT_ONCE: Final = Spread.constant(1)
_NO_JITTER: Final = Spread.constant(1_000_000)
KEYS: Final = ("speed", "cold_start", "keep_alive", "start", "overhead", "queue_limit", "action_delay", "call")
"""The assumptions a user may replace with `--set key=value`."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumed number with its range, as printed beside every result that rests on it."""

    key: str
    label: str
    low: float
    mid: float
    high: float
    unit: str
    used: float
    confidence: str
    fact: str
    note: str = ""

    def text(self) -> str:
        """Value and range in words."""
        if self.unit != "us":
            word = f"{self.used:g}{' ×' if self.unit == 'x' else ' ' + self.unit}"
            span = "" if self.low == self.high else f" ({self.low:g} to {self.high:g})"
        else:
            word = format_duration(self.used)
            span = "" if self.low == self.high else f" ({format_duration(self.low)} to {format_duration(self.high)})"
        return f"{self.label}: {word}{span}"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Everything a serving model needs beside the option: in microseconds, requests and factors."""

    place: Place
    speed: float
    cold_start: Spread
    keep_alive: Spread
    start: Spread
    action_delay: Spread
    overhead_us: int
    queue_limit: int
    rows: tuple[Assumption, ...]
    """The ones this option uses, for printing."""
    notes: tuple[str, ...] = ()
    """What is assumed and is no number."""
    first: Spread = _AT_ONCE
    """When closed users first ask."""
    jitter: Spread = _NO_JITTER
    """What the pause before a retry is multiplied by, millionths."""
    call_us: int = 0
    """What a call of a job takes beside the work of its mini-batch."""


def _row(key: str, label: str, fact: Fact, level: Level, unit: str = "us", extra: float = 0.0) -> Assumption:
    """One assumption from one fact; `extra` microseconds are added at every level."""

    def at(part: Level) -> float:
        return fact.us(part) + extra if unit == "us" else fact.number(part)

    return Assumption(
        key, label, at("low"), at("mid"), at("high"), unit, at(level), fact.confidence, fact.id, fact.note
    )


def _given(key: str, text: str) -> float:
    """A user's value for an assumption: a factor, a count, or a duration in microseconds."""
    if key in {"speed", "queue_limit"}:
        try:
            number = float(text.removesuffix("x"))
        except ValueError:
            number = -1.0
        if number <= 0 or (key == "queue_limit" and number != int(number)):
            what = "a factor above 0, like 0.8" if key == "speed" else "a whole number from 1"
            raise InputError([Problem(f"--set {key}", repr(text), what)])
        return number
    return float(parse_duration_us(text))


def _on_serverless(workload: Workload, facts: Facts, level: Mapping[str, Level], base: Assumptions) -> Assumptions:
    """Cold start and keep-alive of an environment."""
    load = facts.fact("serverless.cold_start_per_gb").number() * 1e6 * (workload.model.size or 0) / 1e9
    cold = _row(
        "cold_start", "cold start (median)", facts.fact("serverless.cold_start_time"), level["cold_start"], extra=load
    )
    warm = _row("keep_alive", "kept warm after a request", facts.fact("serverless.keep_alive"), level["keep_alive"])
    spread = facts.fact("serverless.cold_start_spread").number()
    return replace(
        base, cold_start=Spread.lognormal(cold.used, spread), keep_alive=Spread.constant(warm.used),
        rows=(*base.rows, cold, warm),
    )  # fmt: skip


def _on_provisioned(
    workload: Workload, option: Option, facts: Facts, level: Mapping[str, Level], base: Assumptions
) -> Assumptions:
    """Start of an environment that is kept warm, and the scaling action, where their number scales."""
    if not option.provisioned_target:
        return base
    load = facts.fact("serverless.cold_start_per_gb").number() * 1e6 * (workload.model.size or 0) / 1e9
    ready = facts.fact("serverless.provisioned_start")
    start = _row("start", "new environment until it is kept warm", ready, level["start"], extra=load)
    lag = facts.of("autoscaling", "action_delay")
    delay = replace(_row("action_delay", "alarm to scaling action", lag, "mid"), note="drawn evenly from the range")
    stays = "with nothing kept warm there is no utilisation to track, so a policy that reached 0 stays there"
    notes = base.notes if option.min_provisioned else (*base.notes, stays)
    return replace(
        base, notes=notes, start=Spread.lognormal(start.used, facts.fact("serverless.cold_start_spread").number()),
        action_delay=Spread.uniform(lag.us("low"), lag.us("high")), rows=(*base.rows, start, delay),
    )  # fmt: skip


def _on_instances(
    workload: Workload, option: Option, facts: Facts, level: Mapping[str, Level], base: Assumptions
) -> Assumptions:
    """Start-up of an instance and the scaling action where the fleet scales, the waiting line where callers wait."""
    launch = "start.launch_accelerated" if facts.instances[option.instance_type].gpu else "start.launch_cpu"
    extra = transfer_us(workload, option.instance_type, facts)
    start = _row("start", "new instance until it serves", facts.fact(launch), level["start"], extra=extra)
    lag = facts.of("autoscaling", "action_delay")
    delay = replace(_row("action_delay", "alarm to scaling action", lag, "mid"), note="drawn evenly from the range")
    rows = (*base.rows, start, delay) if option.tracked else base.rows
    notes: tuple[str, ...] = ()
    if facts.of(option.name, "queues_when_busy").value:
        ttl = facts.of(option.name, "queue_ttl_default").text()
        notes = (f"no bound on the queue of this option is documented; requests leave it after {ttl}",)
    else:
        queue = facts.fact("queue.per_copy")
        rows = (*rows, _row("queue_limit", "waiting line in a container", queue, level["queue_limit"], "requests"))
    return replace(
        base, start=Spread.lognormal(start.used, facts.fact("start.spread").number()),
        action_delay=Spread.uniform(lag.us("low"), lag.us("high")), rows=rows, notes=notes,
    )  # fmt: skip


def assume(
    workload: Workload,
    option: Option,
    facts: Facts,
    levels: Mapping[str, Level] | None = None,
    given: Mapping[str, str] | None = None,
) -> Assumptions:
    """The assumptions of one option at the stated levels (mid where none is given).

    Arguments: `levels` maps a key of `KEYS` to low, mid or high; `given` maps a key to the user's own text, which
    wins. Raises InputError when a given value does not parse, KeyError when the option's place is unknown.
    """
    facts = facts.mechanism
    level: dict[str, Level] = {key: (levels or {}).get(key, "mid") for key in KEYS}
    place = places(workload, facts)[option.place]
    speed = place.speed[("low", "mid", "high").index(level["speed"])]
    overhead = _row("overhead", "overhead of the endpoint", facts.about("overhead", option.name), level["overhead"])
    rows = [overhead]
    if place.fact:
        fact = facts.fact(place.fact)
        against = (place.base or workload.service.reference).replace(":", " ")
        label = f"speed of {place.on.replace(':', ' ')} MiB against {against}"
        rows.insert(0, Assumption("speed", label, *place.speed, "x", speed, fact.confidence, fact.id, fact.note))
    never = Spread.constant(1)
    queue = round(facts.fact("queue.per_copy").number(level["queue_limit"]))
    base = Assumptions(place, speed, never, never, never, never, round(overhead.used), queue, tuple(rows))
    if option.memory_mib:
        full = _on_provisioned(workload, option, facts, level, _on_serverless(workload, facts, level, base))
    elif is_job(option.name, facts):
        full = _on_jobs(workload, option, facts, level, base)
    else:
        full = _on_instances(workload, option, facts, level, base)
    return _replace_given(_of_callers(workload, option, facts, full), given or {})


def _of_callers(workload: Workload, option: Option, facts: Facts, base: Assumptions) -> Assumptions:
    """When users begin, and the jitter of retries where the caller waits for the answer and tries again."""
    caller = workload.caller
    if workload.traffic.kind == "closed":
        low, high = first_range_us(workload)
        said = f"users start spread over {format_duration(high)}: a think time and a median service time"
        base = replace(base, first=Spread.uniform(low, high), notes=(*base.notes, said))
    if caller.attempts == 1:
        return base
    if facts.of(option.name, "queues_when_busy").value:
        return replace(base, notes=(*base.notes, "a call into the queue is accepted at once: nothing is tried again"))
    fact = facts.fact("caller.jitter")
    row = replace(
        _row("jitter", "pause before a retry, of the stated back-off", fact, "mid", "x"),
        note="drawn evenly from the range",
    )
    spread = Spread.uniform(fact.number("low") * 1e6, fact.number("high") * 1e6)
    return replace(base, jitter=spread, rows=(*base.rows, row))


def _replace_given(base: Assumptions, texts: Mapping[str, str]) -> Assumptions:
    """Put the user's own values in, each marked `measured` in its row; a start keeps its spread around the new median."""
    values = {key: _given(key, text) for key, text in texts.items() if key in KEYS}
    if not values:
        return base
    changes: dict[str, object] = {}
    for key, value in values.items():
        if key in {"cold_start", "start"}:
            changes[key] = replace(getattr(base, key), median_us=max(1.0, value))
        elif key in {"keep_alive", "action_delay"}:
            changes[key] = Spread.constant(max(1.0, value))
        elif key in {"overhead", "call"}:
            changes[f"{key}_us"] = round(value)
        else:
            changes[key] = value if key == "speed" else round(value)
    known = {row.key: row for row in base.rows}
    kept = [row for row in base.rows if row.key not in values]
    for key, value in values.items():
        label = known[key].label if key in known else key.replace("_", " ")
        unit = {"speed": "x", "queue_limit": "requests"}.get(key, "us")
        kept.append(Assumption(key, label, value, value, value, unit, value, "measured", "", "given by the user"))
    return replace(base, rows=tuple(kept), **changes)  # type: ignore[arg-type] # fields named above


_ENDS: Final[tuple[Level, ...]] = ("low", "mid", "high")


def _on_jobs(
    workload: Workload, option: Option, facts: Facts, level: Mapping[str, Level], base: Assumptions
) -> Assumptions:
    """Start of a job's instances, time of a call, how often jobs run and what a mini-batch holds."""
    launch = facts.fact("start.launch_accelerated" if facts.instances[option.instance_type].gpu else "start.launch_cpu")
    extra = facts.fact("job.start")
    before = transfer_us(workload, option.instance_type, facts)
    low, mid, high = (launch.us(part) + extra.us(part) + before for part in _ENDS)
    used = {"low": low, "mid": mid, "high": high}[level["start"]]
    start = Assumption(
        "start", "start of a job until it works", low, mid, high, "us", used, extra.confidence, extra.id, extra.note
    )
    call = _row("call", "time of a call beside its work", facts.fact("job.call"), level["call"])
    usual = facts.fact("job.every")
    often = (f"a job every {usual.text()}: assumed, you decide it",) if every_us(option, facts) == usual.us() else ()
    records = mini_batch(workload, option, facts, base.place)
    limit = format_duration(call_limit_us(option, facts, base.place))
    size = "an object each, one in a call" if records == 1 else f"lines of files, up to {records:,} in a call"
    return replace(
        base, start=Spread.lognormal(start.used, facts.fact("start.spread").number()), call_us=round(call.used),
        rows=(*base.rows, start, call),
        notes=(
            *often,
            f"records are taken as {size}; a call may last {limit}, and one that fails is not tried again",
            "a result counts as there when its mini-batch is done; a record that comes as a job starts waits for the next",
        ),
    )  # fmt: skip

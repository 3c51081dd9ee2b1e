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

__all__ = ["KEYS", "Assumption", "Assumptions", "Level", "assume", "given_number"]

Level = Literal["low", "mid", "high"]
_AT_ONCE: Final = Spread.constant(1)
KEYS: Final = (
    "speed", "cold_start", "keep_alive", "start", "copy_start", "load", "reload", "memory_share", "overhead",
    "queue_limit", "action_delay", "call",
)  # fmt: skip
"""The assumptions a user may replace with `--set key=value`."""
_NO_JITTER: Final = Spread.constant(1_000_000)
_LEVELS: Final[tuple[Level, ...]] = ("low", "mid", "high")
_FROM_RATE: Final[dict[Level, Level]] = {"low": "high", "mid": "mid", "high": "low"}
"""The level of a rate that gives a level of the time: a low rate is the long end."""
_PHASES: Final = ("image_pull", "model_download")
"""Parts of a start that stand in a row of their own and follow from facts alone."""
_NUMBERS: Final = {"speed": "x", "queue_limit": "requests", "memory_share": "of the memory"}
"""Assumptions that are no durations, with their units."""


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
    copy_start: Spread
    """Start of a copy of a component on an instance that is up."""
    load: Spread
    """First load of a model of a multi-model endpoint on one instance."""
    reload: Spread
    """Load of a model whose files are still on the volume."""
    memory_share: float
    """Share of an instance's memory that copies of components can reserve."""
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


def _phases(workload: Workload, option: Option, facts: Facts, level: Mapping[str, Level]) -> list[Assumption]:
    """Image pull and model download of a start, one row each, as far as they take any time.

    An image that is cached on accelerated types is not pulled. Where containers share an instance, all images are
    pulled and all models downloaded; where models share a container, each is loaded by its first call instead.
    """
    cached = facts.instances[option.instance_type].gpu and bool(facts.fact("start.image_cached_accelerated").value)
    sharing = str(facts.of(option.name, "model_sharing").value)
    images = 0 if cached else max(1, option.containers)
    models = {"one_container": 0, "containers": workload.model.count, "series": workload.model.count}.get(sharing, 1)
    sizes = (images * (workload.model.image or 0), models * (workload.model.size or 0))
    labels = ("image pull at a start", "model download at a start, beside it")
    found = []
    for key, label, size in zip(_PHASES, labels, sizes, strict=True):
        if size:
            rate = facts.fact(f"start.{key}_per_s")
            at = {part: size / rate.number(_FROM_RATE[part]) * 1e6 for part in _LEVELS}
            found.append(_span(key, label, at, level, rate))
    return found


def _span(key: str, label: str, at: Mapping[Level, float], level: Mapping[str, Level], fact: Fact) -> Assumption:
    """A row of durations, microseconds by level."""
    ends = (at["low"], at["mid"], at["high"])
    return Assumption(key, label, *ends, "us", at[level[key]], fact.confidence, fact.id, fact.note)


def _loads(workload: Workload, facts: Facts, level: Mapping[str, Level], base: Assumptions) -> Assumptions:
    """First and later loads of a model of a multi-model endpoint: a fixed part, and one that goes with its size."""
    size, rows = workload.model.size or 0, []
    for key, label, fixed, rate in (
        ("load", "first load of a model on an instance", "load.model_fixed", "load.model_per_s"),
        ("reload", "load of a model from the volume", "load.reload_fixed", "load.reload_per_s"),
    ):
        fact, per_s = facts.fact(fixed), facts.fact(rate)
        at = {part: fact.us(part) + size / per_s.number(_FROM_RATE[part]) * 1e6 for part in _LEVELS}
        rows.append(_span(key, label, at, level, fact))
    sigma = facts.fact("load.spread").number()
    load, reload = (Spread.lognormal(row.used, sigma) for row in rows)
    return replace(base, load=load, reload=reload, rows=(*base.rows, *rows))


def _packed(
    facts: Facts, option: Option, level: Mapping[str, Level], base: Assumptions, transfer: float
) -> Assumptions:
    """Start of a copy on a running instance, and the memory that copies can reserve there."""
    copy = _row(
        "copy_start", "start of a copy on an instance that is up", facts.fact("start.component"), level["copy_start"],
        extra=transfer,
    )  # fmt: skip
    share = facts.about("memory", option.name)
    memory = _row("memory_share", "what copies can reserve", share, level["memory_share"], "of the memory")
    spread = facts.fact("start.spread").number()
    return replace(
        base, copy_start=Spread.lognormal(copy.used, spread), memory_share=memory.used,
        rows=(*base.rows, *((copy,) if option.tracked else ()), memory),
    )  # fmt: skip


def given_number(key: str, text: str) -> float:
    """A user's value for an assumption: a factor, a count, a share, or a duration in microseconds.

    Raises InputError where the text is none.
    """
    if key in _NUMBERS:
        try:
            number = float(text.removesuffix("x"))
        except ValueError:
            number = -1.0
        wrong = {"speed": False, "queue_limit": number != int(number), "memory_share": number > 1}[key]
        if number <= 0 or wrong:
            what = {
                "speed": "a factor above 0, like 0.8", "queue_limit": "a whole number from 1",
                "memory_share": "a share from 0 to 1, like 0.75",
            }[key]  # fmt: skip
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
    phases = _phases(workload, option, facts, level)
    transfer = max((row.used for row in phases), default=0.0)  # they run side by side
    packed = facts.of(option.name, "model_sharing").value == "components"
    if packed:
        start = _row("start", "new instance until copies can start", facts.fact("start.host"), level["start"])
        base = _packed(facts, option, level, base, transfer)
    else:
        launch = "start.launch_accelerated" if facts.instances[option.instance_type].gpu else "start.launch_cpu"
        start = _row("start", "new instance until it serves", facts.fact(launch), level["start"], extra=transfer)
    if facts.of(option.name, "model_sharing").value == "one_container":
        base = _loads(workload, facts, level, base)
    lag = facts.of("autoscaling", "action_delay")
    delay = replace(_row("action_delay", "alarm to scaling action", lag, "mid"), note="drawn evenly from the range")
    rows = (*base.rows, start, *phases, delay) if option.tracked else base.rows
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


def _overhead(option: Option, facts: Facts, level: Level) -> Assumption:
    """What the way to and from the work takes; in a pipeline each container after the first adds a hop."""
    row = _row("overhead", "overhead of the endpoint", facts.about("overhead", option.name), level)
    hops = option.containers - 1 if facts.of(option.name, "model_sharing").value == "series" else 0
    if hops < 1:
        return row
    hop = facts.fact("overhead.pipeline_hop")
    at = {part: hops * hop.us(part) for part in _LEVELS}
    low, mid, high = row.low + at["low"], row.mid + at["mid"], row.high + at["high"]
    label = f"{row.label} and of {hops} hop{'s' * (hops > 1)} between containers"
    return replace(row, label=label, low=low, mid=mid, high=high, used=row.used + at[level])


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
    level: dict[str, Level] = {key: (levels or {}).get(key, "mid") for key in (*KEYS, *_PHASES)}
    place = places(workload, facts)[option.place]
    speed = place.speed[_LEVELS.index(level["speed"])]
    overhead = _overhead(option, facts, level["overhead"])
    rows = [overhead]
    if place.fact:
        fact = facts.fact(place.fact)
        against = (place.base or workload.service.reference).replace(":", " ")
        label = f"speed of {place.on.replace(':', ' ')} MiB against {against}"
        rows.insert(0, Assumption("speed", label, *place.speed, "x", speed, fact.confidence, fact.id, fact.note))
    never = Spread.constant(1)
    queue = round(facts.fact("queue.per_copy").number(level["queue_limit"]))
    base = Assumptions(
        place, speed, never, never, never, never, round(overhead.used), queue, never, never, never, 1.0, tuple(rows)
    )
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
    values = {key: given_number(key, text) for key, text in texts.items() if key in KEYS}
    if not values:
        return base
    changes: dict[str, object] = {}
    for key, value in values.items():
        if key in {"cold_start", "start", "copy_start", "load", "reload"}:
            changes[key] = replace(getattr(base, key), median_us=max(1.0, value))
        elif key in {"keep_alive", "action_delay"}:
            changes[key] = Spread.constant(max(1.0, value))
        elif key in {"overhead", "call"}:
            changes[f"{key}_us"] = round(value)
        else:
            changes[key] = round(value) if key == "queue_limit" else value
    known = {row.key: row for row in base.rows}
    kept = [row for row in base.rows if row.key not in values]
    for key, value in values.items():
        label = known[key].label if key in known else key.replace("_", " ")
        unit = _NUMBERS.get(key, "us")
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

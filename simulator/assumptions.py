"""What a simulation assumes where nobody measured: one row each, with its range and where it comes from.

An option uses some of these; each stands at low, mid or high of its fact, or at a value the user gave. `low` and
`high` are the ends of the value, not of the outcome: low speed is slow, low cold start is short.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from advisor.errors import InputError, Problem
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.places import Place, places
from advisor.units import format_duration, parse_duration_us
from advisor.workload import Workload
from simulator.tape import Spread

__all__ = ["KEYS", "Assumption", "Assumptions", "Level", "assume"]

Level = Literal["low", "mid", "high"]
KEYS: Final = ("speed", "cold_start", "keep_alive", "start", "overhead", "queue_limit", "action_delay")
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


def _at(fact: Fact, level: Level) -> float:
    return fact.number(level)


def _row(
    key: str, label: str, fact: Fact, unit: str, used: float, scale: float = 1.0, extra: float = 0.0
) -> Assumption:
    low, mid, high = (_at(fact, level) * scale + extra for level in ("low", "mid", "high"))
    return Assumption(key, label, low, mid, high, unit, used, fact.confidence, fact.id, fact.note)


def _start(workload: Workload, option: Option, facts: Facts, level: Level) -> tuple[Assumption, float]:
    """Launch to in service: launch and container start, beside the slower of image pull and model download.

    The two transfers run in parallel (facts `start.*`); an image that is cached on accelerated types is not pulled.
    """
    kind = facts.instances[option.instance_type]
    launch = facts.fact("start.launch_accelerated" if kind.gpu else "start.launch_cpu")
    model, image = workload.model.size or 0, workload.model.image or 0
    cached = kind.gpu and bool(facts.fact("start.image_cached_accelerated").value)
    pull = 0.0 if cached else image / facts.fact("start.image_pull_per_s").number()
    load = model / facts.fact("start.model_download_per_s").number()
    extra = max(pull, load) * 1e6
    seconds = {name: launch.us(name) + extra for name in ("low", "mid", "high")}
    used = seconds[level]
    row = Assumption(
        "start", "new instance until it serves", seconds["low"], seconds["mid"], seconds["high"], "us", used,
        launch.confidence, launch.id, launch.note,
    )  # fmt: skip
    return row, used


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
    levels, texts = levels or {}, given or {}
    facts = facts.mechanism
    level: dict[str, Level] = {key: levels.get(key, "mid") for key in KEYS}
    serverless = bool(option.memory_mib)
    place = places(workload, facts)[option.place]
    rows: list[Assumption] = []
    speed = place.speed[("low", "mid", "high").index(level["speed"])]
    if place.fact:
        fact = facts.fact(place.fact)
        label = f"speed of {place.on.replace(':', ' ')} MiB against {(place.base or workload.service.reference).replace(':', ' ')}"
        rows.append(Assumption("speed", label, *place.speed, "x", speed, fact.confidence, fact.id, fact.note))
    overhead = facts.fact(f"overhead.{option.name}")
    rows.append(
        _row(
            "overhead",
            "overhead of the endpoint",
            overhead,
            "us",
            overhead.us(level["overhead"]),
            1e6 if overhead.unit == "s" else 1e3,
        )
    )
    zero = Spread.constant(1)
    cold, keep, start, delay = zero, zero, zero, zero
    queue = facts.fact("queue.per_copy")
    if serverless:
        base, per_gb = facts.fact("serverless.cold_start_time"), facts.fact("serverless.cold_start_per_gb")
        extra = per_gb.number() * 1e6 * (workload.model.size or 0) / 1e9
        median = base.us(level["cold_start"]) + extra
        cold = Spread.lognormal(round(median), facts.fact("serverless.cold_start_spread").number())
        low, mid, high = (base.us(name) + extra for name in ("low", "mid", "high"))
        rows.append(
            Assumption(
                "cold_start",
                "cold start (median)",
                low,
                mid,
                high,
                "us",
                median,
                base.confidence,
                base.id,
                base.note,
            )
        )
        warm = facts.fact("serverless.keep_alive")
        keep = Spread.constant(warm.us(level["keep_alive"]))
        rows.append(Assumption("keep_alive", "kept warm after a request", warm.us("low"), warm.us("mid"), warm.us("high"), "us",
                               warm.us(level["keep_alive"]), warm.confidence, warm.id, warm.note))  # fmt: skip
    else:
        row, median = _start(workload, option, facts, level["start"])
        start = Spread.lognormal(round(median), facts.fact("start.spread").number())
        lag = facts.of("autoscaling", "action_delay")
        delay = Spread.uniform(lag.us("low"), lag.us("high"))
        if option.tracked:
            rows.append(row)
            rows.append(Assumption("action_delay", "alarm to scaling action", lag.us("low"), lag.us("mid"), lag.us("high"), "us",
                                   lag.us("mid"), lag.confidence, lag.id, "drawn evenly from the range"))  # fmt: skip
        if option.name != "async":
            rows.append(
                _row(
                    "queue_limit",
                    "waiting line in a container",
                    queue,
                    "requests",
                    _at(queue, level["queue_limit"]),
                )
            )
    result = Assumptions(
        place, speed, cold, keep, start, delay, round(overhead.us(level["overhead"])),
        round(_at(queue, level["queue_limit"])), tuple(rows),
    )  # fmt: skip
    return _replace_given(result, texts)


def _replace_given(base: Assumptions, texts: Mapping[str, str]) -> Assumptions:
    """Put the user's own values in, each marked `measured` in its row."""
    values = {key: _given(key, text) for key, text in texts.items() if key in KEYS}
    if not values:
        return base
    changes: dict[str, object] = {}
    for key, value in values.items():
        if key in {"cold_start", "keep_alive", "start", "action_delay"}:
            changes[key] = Spread.constant(max(1, round(value)))
        elif key == "overhead":
            changes["overhead_us"] = round(value)
        else:
            changes[key] = value if key == "speed" else round(value)
    kept = [row for row in base.rows if row.key not in values]
    known = {row.key: row for row in base.rows}
    for key, value in values.items():
        label = known[key].label if key in known else key.replace("_", " ")
        unit = {"speed": "x", "queue_limit": "requests"}.get(key, "us")
        kept.append(Assumption(key, label, value, value, value, unit, value, "measured", "", "given by the user"))
    return replace(base, rows=tuple(kept), **changes)  # type: ignore[arg-type]

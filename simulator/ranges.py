"""Ranges: inputs that nobody knows for certain, as `key=low/mid/high`; a key with one value is certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from advisor._facts_types import scale_of
from advisor.errors import InputError, Problem
from advisor.facts import Fact, Facts
from advisor.units import NBSP, format_bytes, format_duration, format_rate, parse_bytes, parse_duration_us
from advisor.workload import Workload
from simulator.assumptions import KEYS, given_number
from simulator.scenarios import STATED, Setting
from simulator.study import Study

__all__ = ["Range", "read_ranges", "stated"]

_LABELS: Final = {
    "load": "traffic", "service": "service time", "payload": "payload", "peak": "traffic peak", "prices": "all prices",
}  # fmt: skip
_LIKE: Final = "low/mid/high, like 0.5x/1x/2x"
_WHOLE: Final = frozenset({"count", "requests", "instances", "copies"})
"""Units of things that are counted."""
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Range:
    """One input with three values: factors for what the workload states, else in the unit of the input."""

    key: str
    """`load`, `service`, `payload`, `peak`, `prices`, the key of an assumption or the id of a fact."""
    label: str
    low: float
    mid: float
    high: float
    unit: str = "x"
    """`x` for a factor, `us` for a duration, else the unit of the input."""
    base: float = 0.0
    """What a factor of 1 stands for: requests per second, microseconds or bytes; 0 where the factor says it all."""

    @property
    def certain(self) -> bool:
        """It is one point."""
        return self.low == self.high

    def at(self, share: float) -> float:
        """The value at a share of the way from low over mid (0.5) to high, in equal factors where all are above 0.

        >>> Range("load", "traffic", 0.5, 1.0, 4.0).at(0.75)
        2.0
        """
        low, high, part = (self.low, self.mid, 2 * share) if share < 0.5 else (self.mid, self.high, 2 * share - 1)
        value = low * (high / low) ** part if low > 0 else low + part * (high - low)
        return float(round(value)) if self.unit in _WHOLE else float(f"{value:.4g}")

    def set_to(self, value: float) -> tuple[Setting, float | str]:
        """What it sets at a value."""
        if self.key in STATED:
            return ("factor", self.key), value
        if self.key == "prices":
            return ("price", "*"), value
        if "." in self.key:
            return ("fact", self.key), value
        text = f"{round(value)} us" if self.unit == "us" else f"{value:.6g}"
        return ("given", self.key), str(round(value)) if self.key == "queue_limit" else text

    def text(self, value: float) -> str:
        """A value in words: the quantity where one is known, else the factor or the number with its unit."""
        if self.base:
            write = {"load": format_rate, "payload": format_bytes}.get(self.key, format_duration)
            return write(self.base * value)
        if self.unit == "us":
            return format_duration(value)
        return f"{value:,.4g}{NBSP}{'×' if self.unit == 'x' else self.unit}"


def stated(study: Study, key: str, low: float, mid: float, high: float) -> Range:
    """The range of something the workload states, as factors.

    >>> from simulator.study import prepare
    >>> stated(prepare("receipt-classifier"), "service", 0.5, 1.0, 2.0).text(2.0)
    '360\\xa0ms'
    """
    return Range(key, _label(study.workload, key), low, mid, high, base=_base(study, key))


def _label(workload: Workload, key: str) -> str:
    if key == "service" and not hasattr(workload.service.time, "p50"):
        return "service time (mean)"
    return {"service": "service time (p50)", "payload": "payload (p50)", "load": "traffic (mean)"}.get(
        key, _LABELS.get(key, key)
    )


def _base(study: Study, key: str) -> float:
    """What a factor of 1 stands for."""
    time = study.workload.service.time
    return {
        "load": study.load.mean_rate_per_s, "service": float(getattr(time, "p50", time.mean_us)),
        "payload": float(study.workload.request.payload.p50),
    }.get(key, 0.0)  # fmt: skip


def _number(key: str, text: str, base: float, fact: Fact | None) -> float:
    """One value of a range; ValueError or InputError where it is none."""
    if fact is not None:
        kind, size = scale_of(fact.unit)
        if kind == "duration" and text[-1:].isalpha():
            return parse_duration_us(text) / size
        return float(text)
    if key not in {*STATED, "prices"}:
        return given_number(key, text)
    if key == "service" and not text.endswith("x") and text[-1:].isalpha():
        return parse_duration_us(text) / base
    if key == "payload" and not text.endswith("x") and text[-1:].isalpha():
        return parse_bytes(text) / base
    return float(text.removesuffix("x"))


def _allowed(facts: Facts, values: Sequence[float], key: str) -> str:
    """What is wrong with the values of a fact, as the facts themselves tell it; empty where nothing is."""
    try:
        for value in values:
            facts.with_values({key: value})
    except InputError as error:
        return error.problems[0].allowed
    return ""


def _one(study: Study, key: str, text: str) -> Range | Problem:
    where = f"--range {key}"
    fact = study.facts.fact(key) if "." in key and study.facts.has(key) else None
    if key not in {*_LABELS, *KEYS} and (fact is None or not fact.numeric):
        known = f"one of {', '.join((*_LABELS, *KEYS))}, or the id of a fact that is a number"
        return Problem(where, "this key", known)
    parts = [part.strip() for part in text.split("/")]
    if len(parts) not in {1, _PARTS}:
        return Problem(where, repr(text), _LIKE)
    base = _base(study, key)
    try:
        values = [_number(key, part, base, fact) for part in parts]
    except (InputError, ValueError, ZeroDivisionError) as error:
        why = error.problems[0].allowed if isinstance(error, InputError) else "a number or a factor, like 1.2x"
        return Problem(where, repr(text), f"{why}; as {_LIKE}")
    if not all(0 <= value < 1e15 for value in values) or (key in _LABELS and min(values) <= 0):
        return Problem(where, repr(text), "numbers above 0")
    low, mid, high = values if len(values) == _PARTS else values * _PARTS
    if not low <= mid <= high:
        return Problem(where, repr(text), f"low, mid and high in ascending order; {_LIKE}")
    if fact is not None:
        wrong = _allowed(study.facts, (low, mid, high), key)
        if wrong:
            return Problem(where, repr(text), wrong)
        return Range(key, fact.attribute.replace("_", " "), low, mid, high, fact.unit)
    if key in _LABELS:
        return stated(study, key, low, mid, high)
    unit = {"speed": "x", "queue_limit": "requests", "memory_share": "of the memory"}.get(key, "us")
    return Range(key, key.replace("_", " "), low, mid, high, unit)


def read_ranges(study: Study, texts: Sequence[str]) -> tuple[Range, ...]:
    """Ranges from `key=low/mid/high` texts. Raises InputError naming every text that is none.

    >>> from simulator.study import prepare
    >>> found = read_ranges(prepare("receipt-classifier"), ["load=0.5x/1x/2x", "service=90ms/180ms/360ms"])
    >>> [(one.low, one.high) for one in found]
    [(0.5, 2.0), (0.5, 2.0)]
    """
    found: dict[str, Range] = {}
    problems: list[Problem] = []
    for text in texts:
        key, sign, values = text.partition("=")
        if not sign:
            problems.append(Problem("--range", repr(text), f"key={_LIKE}"))
        elif key in found:
            problems.append(Problem(f"--range {key}", "the same key twice", "one range for each key"))
        else:
            one = _one(study, key.strip(), values)
            if isinstance(one, Problem):
                problems.append(one)
            else:
                found[one.key] = one
    if problems:
        raise InputError(problems)
    return tuple(found.values())

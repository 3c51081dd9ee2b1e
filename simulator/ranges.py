"""Ranges: inputs that nobody knows for certain, as `key=low/mid/high`; a key with one value is certain."""

from dataclasses import dataclass
from typing import Final

from advisor.units import NBSP, format_bytes, format_duration, format_rate
from advisor.workload import Workload
from simulator.scenarios import STATED, Setting
from simulator.study import Study

__all__ = ["LABELS", "Range", "base_of", "stated"]

LABELS: Final = {
    "load": "traffic", "service": "service time", "payload": "payload", "peak": "traffic peak", "prices": "all prices",
}  # fmt: skip
"""What can be multiplied, with what it is called."""
_WHOLE: Final = frozenset({"count", "requests", "instances", "copies"})
"""Units of things that are counted."""


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
            if self.key == "load":
                return format_rate(self.base * value)
            return (format_bytes if self.key == "payload" else format_duration)(self.base * value)
        if self.unit == "us":
            return format_duration(value)
        return f"{value:,.4g}{NBSP}{'×' if self.unit == 'x' else self.unit}"


def stated(study: Study, key: str, low: float, mid: float, high: float) -> Range:
    """The range of something the workload states, as factors.

    >>> from simulator.study import prepare
    >>> stated(prepare("receipt-classifier"), "service", 0.5, 1.0, 2.0).text(2.0)
    '360\\xa0ms'
    """
    return Range(key, _label(study.workload, key), low, mid, high, base=base_of(study, key))


def _label(workload: Workload, key: str) -> str:
    if key == "service" and not hasattr(workload.service.time, "p50"):
        return "service time (mean)"
    return {"service": "service time (p50)", "payload": "payload (p50)", "load": "traffic (mean)"}.get(
        key, LABELS.get(key, key)
    )


def base_of(study: Study, key: str) -> float:
    """What a factor of 1 stands for."""
    time = study.workload.service.time
    return {
        "load": study.load.mean_rate_per_s, "service": float(getattr(time, "p50", time.mean_us)),
        "payload": float(study.workload.request.payload.p50),
    }.get(key, 0.0)  # fmt: skip

"""Tornado: what matters for the answer. One input at a time goes to its low and its high end, everything else stays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.plans import Plan
from simulator.study import Study
from simulator.tornado_facts import Input

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["End", "Row", "Tornado"]


@dataclass(frozen=True, slots=True)
class End:
    """The answer at one end of an input."""

    value: str
    """The input, in words."""
    plan: Plan
    """The subject, kept as it is."""
    first: str
    """The option whose plan is the cheapest that keeps the promise; empty where none does."""
    instead: Plan | None = None
    """Where the subject no longer keeps the promise: the cheapest plan of the same option that does, if there is one."""

    @property
    def usd(self) -> float | None:
        """USD per month of the subject, or of what has to take its place."""
        return self.plan.usd if self.instead is None else self.instead.usd

    @property
    def p99_us(self) -> float | None:
        """p99 of the subject as it is, microseconds."""
        values = [one.summary.latency_us[0.99] for one in self.plan.trials if 0.99 in one.summary.latency_us]
        return sum(values) / len(values) if values else None


@dataclass(frozen=True, slots=True)
class Row:
    """One input with the answer at both its ends."""

    input: Input
    low: End
    high: End
    swing_usd: float
    """From the least to the most a month, the middle included."""
    swing_us: float
    """From the least to the most p99, microseconds."""
    turns: bool
    """At one end the promise breaks or another option comes first."""


@dataclass(frozen=True, slots=True)
class Tornado:
    """What the answer turns on, the input with the largest swing of cost first."""

    study: Study
    base: End
    """The answer with every input in the middle."""
    rows: tuple[Row, ...]
    compared: tuple[str, ...]
    """Option names whose best plans were compared."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Inputs that could not be varied, with the reason."""

    @property
    def by_latency(self) -> tuple[Row, ...]:
        """The rows by the swing of p99."""
        return tuple(sorted(self.rows, key=lambda row: -row.swing_us))

    def frame(self) -> "pd.DataFrame":
        """One row for each end of each input: USD per month, p99 in milliseconds, promise kept or not, first option."""
        import pandas as pd  # noqa: PLC0415 - only where a table is asked for

        rows = [
            {"input": row.input.label, "end": name, "value": end.value, "usd_per_month": end.usd,
             "p99_ms": None if end.p99_us is None else end.p99_us / 1000, "keeps_promise": end.plan.meets,
             "first": end.first, "swing_usd": row.swing_usd}
            for row in self.rows for name, end in (("low", row.low), ("high", row.high))
        ]  # fmt: skip
        return pd.DataFrame(rows)

"""One promise: a bound on a percentile of latency, or on the failed share."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from advisor._workload_units import refusal, write_duration
from advisor.errors import UnitError
from advisor.units import parse_duration_us, parse_share

__all__ = ["AnySlo", "Slo"]

_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
_FIRST = "first_token_"
_ALLOWED = (
    "a percentile of latency like p99:500ms (p50, p90, p95, p99 or p99.9), of the time to first token like "
    "first_token_p95:2s, or failed:0.1%"
)


@dataclass(frozen=True, slots=True)
class Slo:
    """A promise: `bound_us` on the latency at `percentile`, `first_us` on the time to first token, or `bound_share` on failures.

    `measure` is p50, p90, p95, p99 or p99.9, one of these after `first_token_`, or failed. `percentile` (0.99 for p99) and
    `bound_us` (microseconds) are None where latency is not bounded, `first_percentile` and `first_us` where the first token is
    not, `bound_share` (0 to 1) is None for a percentile. A percentile counts failures as infinitely late.

    >>> Slo.parse("p99:500ms").bound_us, Slo.parse("failed:0.1%").bound_share
    (500000, 0.001)
    >>> Slo.parse("first_token_p95:2s").first_us
    2000000
    """

    measure: str
    percentile: float | None = None
    bound_us: int | None = None
    bound_share: float | None = None
    first_percentile: float | None = None
    first_us: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Slo":
        """A promise from its text. Raises UnitError when it is none."""
        parts = re.fullmatch(r"\s*([a-z0-9._]{1,18})\s*:\s*(.{1,40}?)\s*", text) if isinstance(text, str) else None
        if parts is None:
            raise UnitError(text[:64] if isinstance(text, str) else text, _ALLOWED)
        measure, bound = parts[1], parts[2]
        try:
            if measure == "failed":
                return cls(measure, bound_share=parse_share(bound))
            bound_us = parse_duration_us(bound)
        except UnitError:
            raise UnitError(text, _ALLOWED) from None
        if measure.removeprefix(_FIRST) not in _PERCENTILES or bound_us < 1:
            raise UnitError(text, _ALLOWED)
        if measure.startswith(_FIRST):
            return cls(measure, first_percentile=_PERCENTILES[measure.removeprefix(_FIRST)], first_us=bound_us)
        return cls(measure, percentile=_PERCENTILES[measure], bound_us=bound_us)

    @property
    def text(self) -> str:
        """The promise as people write it; `parse` reads it back to the same promise."""
        bound = self.bound_us if self.first_us is None else self.first_us
        if bound is not None:
            return f"{self.measure}:{write_duration(bound).replace(' ', '')}"
        share = self.bound_share or 0.0
        percent = f"{share * 100:.10g}%"
        return f"failed:{percent}" if parse_share(percent) == share else f"failed:{share!r}"


def _slo(value: object) -> Slo:
    if isinstance(value, Slo):
        return value
    try:
        return Slo.parse(value)  # type: ignore[arg-type]  # it refuses whatever is no text
    except UnitError as error:
        raise refusal(error.problems[0].allowed) from None


AnySlo = Annotated[
    Slo,
    PlainValidator(_slo),
    PlainSerializer(lambda slo: slo.text),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(first_token_)?(p50|p90|p95|p99|p99\.9)\s*:\s*[0-9.].*$|^\s*failed\s*:\s*[0-9.]+\s*%?\s*$",
            "examples": ["p99:500ms", "failed:0.1%", "first_token_p95:2s"],
        }
    ),
]
"""A promise, written as one text."""

"""Sizes and token counts as people state them: one value, or percentiles.

A median and a 99th percentile mean a lognormal through both (assumed, and shown as such), cut off at `max`
where that is known: the rare values above `max` count as `max`, so that the stated percentiles hold.
"""

import math
from statistics import NormalDist
from typing import Any

from pydantic import GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from advisor._workload_units import Bytes, Count, Section, read_bytes, read_count, refusal, write_bytes

__all__ = ["CountDistribution", "SizeDistribution"]

_NORMAL = NormalDist()
_Z99 = _NORMAL.inv_cdf(0.99)
_Z999 = _NORMAL.inv_cdf(0.999)


class _Quantiles(Section):
    """What sizes and counts have in common: p50, and where known p99 and max."""

    p50: int
    p99: int | None = None
    max: int | None = None

    @property
    def largest(self) -> int:
        """The largest value known: max, else p99, else p50."""
        return next(value for value in (self.max, self.p99, self.p50) if value is not None)

    @property
    def constant(self) -> bool:
        """Whether one value is all that is stated; then every request has it."""
        return self.p99 is None and self.max is None

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm; without p99, max stands for the 99.9 % point (assumed)."""
        if self.p99 is not None:
            return math.log(self.p99 / self.p50) / _Z99
        return 0.0 if self.max is None else math.log(self.max / self.p50) / _Z999

    @property
    def mean(self) -> float:
        """Mean of the lognormal cut off at max; p50 when it is constant."""
        sigma = self.sigma
        if sigma == 0:
            return float(self.p50)
        whole = self.p50 * math.exp(sigma * sigma / 2)
        if self.max is None:
            return whole
        z = math.log(self.max / self.p50) / sigma
        return whole * _NORMAL.cdf(z - sigma) + self.max * (1 - _NORMAL.cdf(z))

    def share_above(self, value: float) -> float | None:
        """Share of requests above `value`, from 0 to 1; None where p99 is not stated.

        >>> round(SizeDistribution(p50="200 KB", p99="2.5 MB", max="4 MB").share_above(2_500_000), 6)
        0.01
        """
        if value >= self.largest and (self.max is not None or self.constant):
            return 0.0
        if self.constant:
            return 1.0
        if self.p99 is None:
            return None
        return 1 - self.cumulative(value)

    def cumulative(self, value: float) -> float:
        """Share of requests at or below `value`, from 0 to 1."""
        if self.max is not None and value >= self.max:
            return 1.0
        sigma = self.sigma
        if value <= 0 or sigma == 0:
            return float(value >= self.p50)
        return _NORMAL.cdf(math.log(value / self.p50) / sigma)

    def quantile(self, q: float) -> float:
        """The value that a share `q` (0 < q < 1) of the requests does not exceed."""
        value = self.p50 * math.exp(self.sigma * _NORMAL.inv_cdf(q))
        return value if self.max is None else min(value, float(self.max))

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> Any:
        written = handler(self)
        return written["p50"] if self.constant else written

    def _ordered(self, write: Any) -> None:
        if self.p50 == 0 and not self.constant:
            raise refusal("above 0 where p99 or max is given", "p50", write(0))
        if self.p99 is not None and self.p99 < self.p50:
            raise refusal(f"at least p50 ({write(self.p50)})", "p99", write(self.p99))
        floor, name = (self.p50, "p50") if self.p99 is None else (self.p99, "p99")
        if self.max is not None and self.max < floor:
            raise refusal(f"at least {name} ({write(floor)})", "max", write(self.max))

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        table = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [dict(table["properties"]["p50"]), dict(table)]}


class SizeDistribution(_Quantiles):
    """Sizes: one size for all requests (`"200 KB"`), or p50 and where known p99 and max.

    >>> payload = SizeDistribution(p50="200 KB", p99="2.5 MB", max="4 MB")
    >>> payload.p50, payload.largest, round(payload.mean)
    (200000, 4000000, 355174)
    """

    p50: Bytes
    """Half of the requests are at most this large."""
    p99: Bytes | None = None
    """99 % of the requests are at most this large."""
    max: Bytes | None = None
    """No request is larger."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"p50": read_bytes(value)} if isinstance(value, str | int) else value

    @model_validator(mode="after")
    def _check(self) -> "SizeDistribution":
        self._ordered(write_bytes)
        return self

    def base64(self) -> "SizeDistribution":
        """The same sizes after base64: four characters for every three bytes begun.

        >>> SizeDistribution(p50=3_000_000).base64().p50
        4000000
        """
        sizes = {name: value for name in ("p50", "p99", "max") if (value := getattr(self, name)) is not None}
        return SizeDistribution(**{name: -(-value // 3) * 4 for name, value in sizes.items()})


class CountDistribution(_Quantiles):
    """Counts, of tokens for example: one number for all requests, or p50 and where known p99 and max."""

    p50: Count
    """Half of the requests have at most this many."""
    p99: Count | None = None
    """99 % of the requests have at most this many."""
    max: Count | None = None
    """No request has more."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"p50": read_count(value)} if isinstance(value, str | int) else value

    @model_validator(mode="after")
    def _check(self) -> "CountDistribution":
        self._ordered(str)
        return self

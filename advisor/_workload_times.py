"""Service times as people state them: constant, by percentiles, by mean and spread, measured, by tokens."""

import math
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import Annotated, Any, ClassVar

from pydantic import (
    Discriminator,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from advisor._workload_sizes import CountDistribution
from advisor._workload_units import (
    Burstiness,
    Duration,
    DurationOrZero,
    Section,
    Text,
    read_duration,
    refusal,
    write_duration,
)
from advisor.errors import InputError, Problem

__all__ = [
    "AnyTime",
    "ConstantTime",
    "EmpiricalTime",
    "GammaTime",
    "LognormalTime",
    "TimeDistribution",
    "TokenTime",
]

_NORMAL = NormalDist()
_Z99 = _NORMAL.inv_cdf(0.99)
LONGEST_SERVICE_US = 18 * 3_600 * 10**6
"""Longer service times do not fit the integer clock of the engines."""
MOST_VALUES = 200_000
_STEPS = 256


class TimeDistribution(Section):
    """Time on one slot without queueing: constant, lognormal, gamma, empirical or by tokens.

    `kind` names the shape; `assumed_shape` says that the shape is our guess between stated percentiles.
    """

    kind: ClassVar[str]
    assumed_shape: ClassVar[bool] = False

    @property
    def mean_us(self) -> float:
        """Mean, microseconds."""
        raise NotImplementedError

    def share_above(self, us: float) -> float:
        """Share of requests that take longer than `us` microseconds, from 0 to 1."""
        raise NotImplementedError

    def quantile_us(self, q: float) -> int:
        """Microseconds that a share `q` (0 < q < 1) of the requests does not exceed.

        >>> LognormalTime(p50="80 ms", p99="250 ms").quantile_us(0.99)
        250000
        """
        low, high = 0, 1
        while self.share_above(high) > 1 - q:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.share_above(middle) > 1 - q else (low, middle)
        return high


class ConstantTime(TimeDistribution):
    """The same time for every request: `"80 ms"` or `{ constant = "80 ms" }`."""

    kind: ClassVar[str] = "constant"
    constant: Duration
    """Time of every request."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        _service(read_duration(value))
        return {"constant": value}

    @model_validator(mode="after")
    def _check(self) -> "ConstantTime":
        _service(self.constant, "constant")
        return self

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> str:
        return str(handler(self)["constant"])

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        table = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [dict(table["properties"]["constant"]), dict(table)]}

    @property
    def mean_us(self) -> float:
        return float(self.constant)

    def share_above(self, us: float) -> float:
        return float(us < self.constant)

    def quantile_us(self, q: float) -> int:  # noqa: ARG002 - the same at every share
        return self.constant


class LognormalTime(TimeDistribution):
    """Times by median and 99th percentile, with a lognormal between them (assumed).

    >>> time = LognormalTime(p50="80 ms", p99="250 ms")
    >>> round(time.mean_us), round(time.share_above(60_000_000), 6)
    (90195, 0.0)
    """

    kind: ClassVar[str] = "lognormal"
    assumed_shape: ClassVar[bool] = True
    p50: Duration
    """Half of the requests take at most this long."""
    p99: Duration
    """99 % of the requests take at most this long."""

    @model_validator(mode="after")
    def _check(self) -> "LognormalTime":
        if self.p99 < self.p50:
            raise refusal(f"at least p50 ({write_duration(self.p50)})", "p99", write_duration(self.p99))
        _service(self.p99, "p99")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return math.log(self.p99 / self.p50) / _Z99

    @property
    def mean_us(self) -> float:
        return self.p50 * math.exp(self.sigma**2 / 2)

    def share_above(self, us: float) -> float:
        if us <= 0 or self.sigma == 0:
            return float(us < self.p50)
        return _NORMAL.cdf(-math.log(us / self.p50) / self.sigma)

    def quantile_us(self, q: float) -> int:
        return round(self.p50 * math.exp(self.sigma * _NORMAL.inv_cdf(q)))


class GammaTime(TimeDistribution):
    """Times by mean and coefficient of variation, gamma distributed.

    >>> round(GammaTime(mean="100 ms", cv=1.0).share_above(100_000), 6)
    0.367879
    """

    kind: ClassVar[str] = "gamma"
    assumed_shape: ClassVar[bool] = True
    mean: Duration
    """Mean time."""
    cv: Burstiness
    """Standard deviation over mean; 1 is the exponential distribution."""

    @model_validator(mode="after")
    def _check(self) -> "GammaTime":
        _service(self.mean, "mean")
        return self

    @property
    def shape(self) -> float:
        """Shape of the gamma distribution."""
        return self.cv**-2

    @property
    def mean_us(self) -> float:
        return float(self.mean)

    def share_above(self, us: float) -> float:
        return 1.0 if us <= 0 else _upper_gamma(self.shape, us * self.shape / self.mean)


class EmpiricalTime(TimeDistribution):
    """Measured times, drawn as they are: a CSV file of seconds beside the workload, or the values."""

    kind: ClassVar[str] = "empirical"
    file: Text | None = None
    """CSV file with one time in seconds a row; a header line is skipped."""
    values: tuple[Duration, ...] = ()
    """The times themselves, in any order."""

    @model_validator(mode="after")
    def _check(self) -> "EmpiricalTime":
        if self.file is None and not self.values:
            raise refusal("at least one time, like 80 ms, or a file", "values", "[]")
        if len(self.values) > MOST_VALUES:
            raise refusal(f"at most {MOST_VALUES:,} times", "values", f"{len(self.values):,} times")
        for value in self.values:
            _service(value, "values")
        return self

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {"values": written["values"]} if self.file is None else {"file": self.file}

    @cached_property
    def sorted_us(self) -> tuple[int, ...]:
        """The times in ascending order. Raises InputError when the file was not read."""
        if not self.values:
            allowed = "a file that was read: load the workload from the folder that holds it"
            raise InputError([Problem("service.time.file", repr(self.file), allowed)])
        return tuple(sorted(self.values))

    @property
    def mean_us(self) -> float:
        return sum(self.sorted_us) / len(self.sorted_us)

    def share_above(self, us: float) -> float:
        return sum(value > us for value in self.sorted_us) / len(self.sorted_us)

    def quantile_us(self, q: float) -> int:
        return self.sorted_us[min(len(self.sorted_us) - 1, max(0, math.ceil(q * len(self.sorted_us)) - 1))]


class TokenTime(TimeDistribution):
    """Times that grow with the tokens of a request: base + in x per_input_token + out x per_output_token.

    The token counts are drawn independently of each other; those of a trace replace the stated ones.

    >>> time = TokenTime(base="100 ms", per_output_token="20 ms", output_tokens=50)
    >>> time.mean_us, time.quantile_us(0.99)
    (1100000.0, 1100000)
    """

    kind: ClassVar[str] = "tokens"
    assumed_shape: ClassVar[bool] = True
    base: DurationOrZero = 0
    """Time of a request without tokens."""
    per_input_token: DurationOrZero = 0
    """Time for each input token."""
    per_output_token: DurationOrZero = 0
    """Time for each output token."""
    input_tokens: CountDistribution | None = None
    """Input tokens of a request."""
    output_tokens: CountDistribution | None = None
    """Output tokens of a request."""

    @model_validator(mode="after")
    def _check(self) -> "TokenTime":
        for side in ("input", "output"):
            if getattr(self, f"per_{side}_token") and getattr(self, f"{side}_tokens") is None:
                raise refusal("missing; how many tokens a request has, like { p50 = 200, p99 = 900 }", f"{side}_tokens")
        if not self.base + self.per_input_token + self.per_output_token:
            raise refusal("above 0, or a time for each token above 0", "base", "0 s")
        _service(round(self.mean_us), "base")
        return self

    def _sides(self) -> tuple[tuple[int, CountDistribution], ...]:
        sides = ((self.per_input_token, self.input_tokens), (self.per_output_token, self.output_tokens))
        return tuple((each, tokens) for each, tokens in sides if each and tokens is not None)

    @property
    def mean_us(self) -> float:
        return self.base + sum(each * tokens.mean for each, tokens in self._sides())

    def share_above(self, us: float) -> float:
        return _tokens_above(self.base, self._sides(), us)


def _service(us: int, field: str = "") -> int:
    if us > LONGEST_SERVICE_US:
        raise refusal(f"a time of at most {write_duration(LONGEST_SERVICE_US)}", field, write_duration(us))
    return us


@lru_cache(maxsize=4096)
def _tokens_above(base: int, sides: tuple[tuple[int, CountDistribution], ...], us: float) -> float:
    """Share above `us`: the first side is cut into equally likely steps, the second taken exactly."""
    rest = us - base
    if not sides:
        return float(rest < 0)
    if len(sides) == 1:
        each, tokens = sides[0]
        return 1 - tokens.cumulative(rest / each)
    (first, firsts), (second, seconds) = sides
    steps = (first * firsts.quantile((step + 0.5) / _STEPS) for step in range(_STEPS))
    return sum(1 - seconds.cumulative((rest - step) / second) for step in steps) / _STEPS


def _upper_gamma(a: float, x: float) -> float:
    """Regularised upper incomplete gamma function Q(a, x); series below a + 1, continued fraction above.

    Source: Abramowitz and Stegun, 6.5.29 and 6.5.31 (the fraction in Lentz's form).
    """
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while abs(term) > total * 1e-15:
            k += 1
            term *= x / k
            total += term
        return max(0.0, 1 - front * total)
    b = x + 1 - a
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return front * h


TIMES: dict[str, type[TimeDistribution]] = {
    f"<{time.kind}>": time for time in (ConstantTime, LognormalTime, GammaTime, EmpiricalTime, TokenTime)
}
"""Each shape under the name by which pydantic tells it in the path of an error."""


def _shape(value: Any) -> str | None:
    """Which shape the user wrote: told by the names in the table."""
    if isinstance(value, TimeDistribution):
        return f"<{value.kind}>"
    if isinstance(value, str):
        return "<constant>"
    if not isinstance(value, dict):
        return None
    names = set(value)
    for tag, marks in (
        ("<lognormal>", {"p50", "p99"}),
        ("<constant>", {"constant"}),
        ("<gamma>", {"mean", "cv"}),
        ("<empirical>", {"file", "values"}),
        ("<tokens>", {"base", "per_input_token", "per_output_token"}),
    ):
        if names & marks:
            return tag
    return None


AnyTime = Annotated[
    Annotated[ConstantTime, Tag("<constant>")]
    | Annotated[LognormalTime, Tag("<lognormal>")]
    | Annotated[GammaTime, Tag("<gamma>")]
    | Annotated[EmpiricalTime, Tag("<empirical>")]
    | Annotated[TokenTime, Tag("<tokens>")],
    Discriminator(
        _shape,
        custom_error_type="refused",
        custom_error_message="a time like 80 ms, or one of { p50, p99 }, { mean, cv }, { file }, "
        "{ base, per_input_token, per_output_token }",
    ),
]
"""Any shape of time, told by the names in its table."""

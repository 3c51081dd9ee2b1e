"""How requests arrive: one class for each kind of `[traffic]`.

Every kind tells `mean_rate_per_s` and `peak_rate_per_s` (None where only the data or a run can tell), and
those whose rate follows the clock tell it as `pieces()`: (requests per second, microseconds) in order.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Tag, model_validator

from advisor._workload_units import (
    Burstiness,
    Duration,
    DurationOrZero,
    Rate,
    RateOrZero,
    Section,
    Text,
    Weight,
    refusal,
    whole,
)

__all__ = [
    "AnyTraffic",
    "ClosedTraffic",
    "Columns",
    "ConstantTraffic",
    "DailyTraffic",
    "GammaTraffic",
    "OnOffTraffic",
    "Phase",
    "PhasesTraffic",
    "PoissonTraffic",
    "StairsTraffic",
    "TraceTraffic",
    "Traffic",
]

HOUR_US = 3_600 * 10**6

# Office hours, our own guess: quiet nights, a dip at lunch, weekends at a fifth. Shown as assumed.
_OFFICE_HOURS = (
    2.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 8.0, 14.0, 18.0, 20.0, 19.0,
    15.0, 18.0, 20.0, 19.0, 17.0, 13.0, 8.0, 6.0, 5.0, 4.0, 3.0, 2.0,
)  # fmt: skip
_OFFICE_DAYS = (5.0, 5.0, 5.0, 5.0, 5.0, 1.0, 1.0)


class Traffic(Section):
    """What every kind has: how long to look."""

    assumed_shape: ClassVar[bool] = False

    duration: Duration | None = None
    """How long to simulate; each kind has a default."""


class EvenTraffic(Traffic):
    """What the kinds with one rate at all times share."""

    rate_per_s: Rate
    """Requests per second."""

    @property
    def mean_rate_per_s(self) -> float:
        return self.rate_per_s

    @property
    def peak_rate_per_s(self) -> float:
        return self.rate_per_s


class ConstantTraffic(EvenTraffic):
    """Requests in even steps."""

    kind: Literal["constant"] = "constant"
    """Requests in even steps."""


class PoissonTraffic(EvenTraffic):
    """Independent requests at an even rate: many callers who do not know of each other."""

    kind: Literal["poisson"] = "poisson"
    """Independent requests at an even rate."""


class GammaTraffic(EvenTraffic):
    """Bursts and silences at an even mean rate: gamma distributed gaps."""

    kind: Literal["gamma"] = "gamma"
    """Bursts and silences at an even mean rate."""
    burstiness: Burstiness
    """Coefficient of variation of the gaps: 1 is Poisson traffic, larger is burstier."""


class DailyTraffic(Traffic):
    """A week that repeats: a rate for each hour of each day, starting on Monday at midnight.

    >>> week = DailyTraffic(mean_rate_per_s=2.0)
    >>> week.assumed_shape, round(week.peak_rate_per_s, 2), len(week.pieces())
    (True, 5.63, 168)
    """

    kind: Literal["daily"] = "daily"
    """A day and a week that repeat."""
    mean_rate_per_s: Rate
    """Requests per second, averaged over a week."""
    hours: tuple[Weight, ...] | None = None
    """24 relative weights, from midnight; without them office hours are assumed."""
    days: tuple[Weight, ...] | None = None
    """7 relative weights, from Monday; without them equal days, or with no hours either, working days."""

    @model_validator(mode="after")
    def _check(self) -> "DailyTraffic":
        for name, size in (("hours", 24), ("days", 7)):
            weights = getattr(self, name)
            if weights is not None and len(weights) != size:
                raise refusal(f"{size} weights", name, f"a list of {len(weights):,}")
            if weights is not None and sum(weights) <= 0:
                raise refusal("at least one weight above 0", name, "nothing but zeros")
        return self

    @property
    def assumed_shape(self) -> bool:  # type: ignore[override]  # an answer of the value here, of the class elsewhere
        """Whether the shape of the day or of the week is our guess."""
        return self.hours is None

    @property
    def peak_rate_per_s(self) -> float:
        return max(rate for rate, _ in self.pieces())

    def pieces(self) -> tuple[tuple[float, int], ...]:
        """The 168 hours of a week: (requests per second, microseconds)."""
        hours = self.hours or _OFFICE_HOURS
        days = self.days or (_OFFICE_DAYS if self.hours is None else (1.0,) * 7)
        scale = self.mean_rate_per_s * 168 / (sum(hours) * sum(days))
        return tuple((day * hour * scale, HOUR_US) for day in days for hour in hours)


class Phase(Section):
    """A stretch of time with one rate."""

    rate_per_s: RateOrZero
    """Requests per second; 0 is silence."""
    duration: Duration
    """How long the phase lasts."""


class PhasesTraffic(Traffic):
    """Poisson traffic whose rate changes at stated moments."""

    kind: Literal["phases"] = "phases"
    """Poisson traffic whose rate changes at stated moments."""
    phases: tuple[Phase, ...]
    """The phases in order."""
    repeat: Annotated[int, *whole(1, 10_000)] = 1
    """How often the phases are played."""

    @model_validator(mode="after")
    def _check(self) -> "PhasesTraffic":
        if not 1 <= len(self.phases) <= 1_000:
            raise refusal("1 to 1,000 phases", "phases", f"a list of {len(self.phases):,}")
        if not any(phase.rate_per_s for phase in self.phases):
            raise refusal("at least one phase with a rate above 0", "phases", "nothing but silence")
        return self

    @property
    def mean_rate_per_s(self) -> float:
        return _mean(self.pieces())

    @property
    def peak_rate_per_s(self) -> float:
        return max(rate for rate, _ in self.pieces())

    def pieces(self) -> tuple[tuple[float, int], ...]:
        """The phases once: (requests per second, microseconds)."""
        return tuple((phase.rate_per_s, phase.duration) for phase in self.phases)


class StairsTraffic(Traffic):
    """Poisson traffic that climbs (or falls) in equal steps: to find where an endpoint gives in."""

    kind: Literal["stairs"] = "stairs"
    """Poisson traffic that climbs in equal steps."""
    start_rate_per_s: RateOrZero
    """Requests per second of the first step."""
    step_rate_per_s: RateOrZero
    """Requests per second added at each further step."""
    steps: Annotated[int, *whole(1, 1_000)]
    """Number of steps."""
    step_duration: Duration
    """How long each step lasts."""

    @model_validator(mode="after")
    def _check(self) -> "StairsTraffic":
        if self.peak_rate_per_s <= 0:
            raise refusal("at least one step with a rate above 0", "start_rate_per_s", "0")
        return self

    @property
    def mean_rate_per_s(self) -> float:
        return _mean(self.pieces())

    @property
    def peak_rate_per_s(self) -> float:
        return self.pieces()[-1][0]

    def pieces(self) -> tuple[tuple[float, int], ...]:
        """The steps: (requests per second, microseconds)."""
        start, step = self.start_rate_per_s, self.step_rate_per_s
        return tuple((start + step * number, self.step_duration) for number in range(self.steps))


class OnOffTraffic(Traffic):
    """Poisson traffic with silences of fixed length, nights for example; begins with traffic."""

    kind: Literal["on_off"] = "on_off"
    """Poisson traffic with silences of fixed length."""
    on_rate_per_s: Rate
    """Requests per second while there is traffic."""
    on: Duration
    """How long the traffic lasts each time."""
    off: Duration
    """How long the silence lasts each time."""

    @property
    def mean_rate_per_s(self) -> float:
        return _mean(self.pieces())

    @property
    def peak_rate_per_s(self) -> float:
        return self.on_rate_per_s

    def pieces(self) -> tuple[tuple[float, int], ...]:
        """One cycle: (requests per second, microseconds)."""
        return (self.on_rate_per_s, self.on), (0.0, self.off)


class Columns(Section):
    """Names of the columns of a trace; those left out are looked for under their usual names."""

    time: Text | None = None
    """Arrival time, or the begin of a bin."""
    count: Text | None = None
    """Requests in a bin; without it every row is one request."""
    payload: Text | None = None
    """Size of the request, bytes."""
    response: Text | None = None
    """Size of the response, bytes."""
    service: Text | None = None
    """Service time on the reference instance, seconds."""
    input_tokens: Text | None = None
    """Input tokens."""
    output_tokens: Text | None = None
    """Output tokens."""


class TraceTraffic(Traffic):
    """Recorded traffic: a CSV file, plain or gzip, with one request a row or counts per bin."""

    kind: Literal["trace"] = "trace"
    """Recorded traffic from a CSV file."""
    file: Text | None = None
    """CSV file, plain or gzip; may also be given when the tool is called."""
    columns: Columns = Columns()
    """Names of the columns, where they differ from the usual ones."""
    time_unit: Literal["s", "ms", "us", "iso"] = "s"
    """Unit of the time column; `iso` for dates like 2026-11-22T08:00:00."""
    bin: Duration | None = None
    """Width of a bin; without it the smallest step of the time column."""

    @property
    def mean_rate_per_s(self) -> None:
        return None

    @property
    def peak_rate_per_s(self) -> None:
        return None


class ClosedTraffic(Traffic):
    """A fixed number of users who wait for each answer and think before they ask again."""

    kind: Literal["closed"] = "closed"
    """A fixed number of users who wait for each answer."""
    users: Annotated[int, *whole(1, 1_000_000)]
    """Number of users."""
    think: DurationOrZero
    """Time between an answer and the next request of the same user."""

    @property
    def mean_rate_per_s(self) -> None:
        return None

    @property
    def peak_rate_per_s(self) -> None:
        return None


def _mean(pieces: tuple[tuple[float, int], ...]) -> float:
    return sum(rate * us for rate, us in pieces) / sum(us for _, us in pieces)


_KINDS = (
    ConstantTraffic,
    PoissonTraffic,
    GammaTraffic,
    DailyTraffic,
    PhasesTraffic,
    StairsTraffic,
    OnOffTraffic,
    TraceTraffic,
    ClosedTraffic,
)
TRAFFICS: dict[str, type[Traffic]] = {f"<{kind.model_fields['kind'].default}>": kind for kind in _KINDS}
"""Each kind under the name by which pydantic tells it in the path of an error."""


def _kind(value: Any) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"<{kind}>" if isinstance(kind, str) and f"<{kind}>" in TRAFFICS else None


AnyTraffic = Annotated[
    Annotated[ConstantTraffic, Tag("<constant>")]
    | Annotated[PoissonTraffic, Tag("<poisson>")]
    | Annotated[GammaTraffic, Tag("<gamma>")]
    | Annotated[DailyTraffic, Tag("<daily>")]
    | Annotated[PhasesTraffic, Tag("<phases>")]
    | Annotated[StairsTraffic, Tag("<stairs>")]
    | Annotated[OnOffTraffic, Tag("<on_off>")]
    | Annotated[TraceTraffic, Tag("<trace>")]
    | Annotated[ClosedTraffic, Tag("<closed>")],
    Discriminator(
        _kind,
        custom_error_type="refused_kind",
        custom_error_message="one of " + ", ".join(tag.strip("<>") for tag in TRAFFICS),
    ),
]
"""Any kind of traffic, told by its `kind`."""

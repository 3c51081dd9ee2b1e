"""ServingModel: the description of an endpoint that both engines read, and the order of events in it.

The clock is an integer number of microseconds. An event is `(time, rank, key)`, smaller first; the triple is
unique, so nothing depends on the order in which events were put on a calendar.

    rank  event                                           key
    0     completion of the earliest finisher of a copy   position of the copy
    1     copy ready                                      position
    2     copy lost; end of an idle spell                 position
    3     end of a metric period                          number of the policy
    4     scaling action                                  number of the policy
    5     time-out; expiry in the central queue           arrival sequence
    6     arrival                                         0

A position is the lowest number that was free when a copy was launched; the copy keeps it until it is gone.
The launch number (0, 1, 2 ...) is separate and indexes the supply tape. The arrival sequence counts arrivals
as they are processed. Every duration on a tape is at least 1 us, so no handler creates an event of an earlier
rank at its own instant; gaps between arrivals may be 0. Consequences: period k covers [kP, (k+1)P), a finish
exactly at a limit is in time, and an idle spell that ends exactly at an arrival is over.

A run plays every event up to and including the horizon. It ends there when `to_horizon` is 1, when a request
is still open or when the demand goes on; else with its last arrival or resolution.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from simulator.codes import EventKind, FromZero, Kind, Metric, Outcome, Routing

__all__ = [
    "MOST_COPIES", "NO_LIMIT", "NO_POLICY", "TAPE_LENGTH", "UNBOUNDED", "Columns", "Demand", "EventKind", "FromZero", "Kind",
    "Metric", "Outcome", "Routing", "Serverless", "ServingModel", "Supply", "TargetTracking", "checked",
    "desired_copies", "is_high", "is_low", "rates", "settle", "ticks_to_us",
]  # fmt: skip

NO_LIMIT: Final = 2**60
"""Microseconds that never pass: the value of a time limit that does not exist."""
UNBOUNDED: Final = 2**40
"""A `queue_limit` that no run reaches; it must be asked for, never silently assumed."""
TAPE_LENGTH: Final = 2**20
"""Entries after which a supply tape starts again: entry k of a tape is the one at k modulo this."""
MOST_COPIES: Final = 4096
"""Copies that a run can hold."""
FRACTION_BITS: Final = 24
"""Virtual ticks of work per microsecond of an undisturbed slot, as a power of two."""
WEIGHT_BITS: Final = 20
"""An invocation adds 2^20 // copies to the invocations metric: the share of one copy, as an integer."""
LONGEST_SERVICE_US: Final = 2**36
"""Service times stay below this (19 h), so that virtual time fits 64 bits."""
METRIC_CAP: Final = 2**52
"""A metric's numerator is cut off here before it is multiplied: 67 million requests open for a minute."""
LOW_CAP: Final = 2**45
"""The same for the comparison with the lower bound; a larger numerator cannot be low."""
INT_BOUND: Final = 2**62
"""Every product of two model quantities stays below this."""
_TIMED_OUT: Final = int(Outcome.TIMED_OUT)
_ABANDONED: Final = int(Outcome.ABANDONED)


class TargetTracking(NamedTuple):
    """A target-tracking policy with the rule that leaves zero; `Metric.NONE` means no policy at all.

    The defaults are plain numbers for small models; what AWS uses are facts, and endpoint files fill them in.
    """

    metric: int = int(Metric.NONE)
    """Metric tracked."""
    target_thousandths: int = 1000
    """Target in thousandths of the metric's unit (per copy; invocations: per period)."""
    period_us: int = 1_000_000
    """Length of a metric period, microseconds."""
    out_points: int = 1
    """Successive periods above target before scale-out."""
    in_points: int = 1
    """Successive periods below the lower bound before scale-in."""
    in_percent: int = 50
    """Lower bound in percent of the target."""
    out_cooldown_us: int = 0
    """After a scale-out has finished (all copies ready), no scale-in for this long, microseconds."""
    in_cooldown_us: int = 0
    """After a scale-in, no further scale-in for this long, microseconds; a scale-out ends it."""
    from_zero: int = int(FromZero.NEVER)
    """What brings a fleet of no copies back."""
    from_zero_points: int = 1
    """Successive periods with a backlog and no copy before the step policy acts."""
    from_zero_step: int = 1
    """Copies that the step policy launches."""


NO_POLICY: Final = TargetTracking()
"""The fleet stays as it starts."""


class Serverless(NamedTuple):
    """What only serverless endpoints have; `Kind.COPIES` ignores it."""

    max_concurrency: int = 1
    """Requests being started for or served at once; more are throttled."""
    startup_limit_us: int = NO_LIMIT
    """A start-up longer than this ends with `not_ready` at this limit, microseconds."""
    provisioned: int = 0
    """Environments that are always warm and taken first; what they cannot take goes on demand."""


class ServingModel(NamedTuple):
    """An endpoint as both engines see it: plain ints only. Pass it through `checked` before use.

    >>> model = checked(ServingModel(slots=4, queue_limit=100, horizon_us=60_000_000))
    >>> model.slots, model.policy.metric
    (4, 0)
    """

    horizon_us: int
    """The run plays events up to and including this time, microseconds."""
    queue_limit: int
    """Requests that may wait at one copy, or in the central queue; `UNBOUNDED` must be asked for."""
    kind: int = int(Kind.COPIES)
    """Which kernel plays the model."""
    to_horizon: int = 1
    """1: the run and its meters last to the horizon; 0: they end with the last request."""
    slots: int = 1
    """Requests that a copy serves side by side."""
    slowdown_millionths: int = 0
    """a of speed(n) = 1 / (1 + a (n - 1)), in millionths: 0 independent slots, 1,000,000 time sharing."""
    routing: int = int(Routing.LEAST_OUTSTANDING)
    """How an arrival finds its copy."""
    timeout_us: int = NO_LIMIT
    """The endpoint's limit from arrival to finish, microseconds."""
    invocation_limit_us: int = NO_LIMIT
    """The endpoint's limit from service start to finish, microseconds (serverless counts from there)."""
    caller_timeout_us: int = NO_LIMIT
    """The caller's (or front door's) limit from arrival to response, microseconds."""
    ttl_us: int = NO_LIMIT
    """A request leaves the central queue this long after its arrival, microseconds."""
    overhead_us: int = 0
    """Time from finish to response of an answered request, microseconds."""
    initial: int = 1
    """Copies in service at time 0."""
    minimum: int = 0
    """Fewest copies that scaling keeps."""
    maximum: int = 1
    """Most copies that scaling launches (in service and starting together)."""
    on_demand: int = 0
    """1: an arrival that finds no copy launches one; a copy leaves after an idle spell (tape `keep_us`)."""
    policy: TargetTracking = NO_POLICY
    """The scaling policy."""
    serverless: Serverless = Serverless()
    """What only serverless endpoints have."""


class Columns(NamedTuple):
    """A run of requests as columns of equal length."""

    arrival_us: NDArray[np.int64]
    """int64[n], microseconds from the start, ascending over all chunks."""
    service_us: NDArray[np.int64]
    """int64[n], microseconds of work on one slot of the place that is simulated, at least 1."""
    route: NDArray[np.int64] | NDArray[np.uint32]
    """n values from 0 to 2^32 - 1: the draw that random routing uses."""


class Demand(Protocol):
    """The requests of a run, chunk by chunk."""

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in order, `rows` at a time (None: a natural size); the same bits for any size."""
        ...


class Supply(Protocol):
    """The random durations of one option, by name and number."""

    def tape(self, name: str, at_least: int) -> NDArray[np.int64]:
        """Durations of `name`, int64[>= at_least], microseconds, each at least 1; longer tapes start alike.

        Names: `start_us` (by launch number), `delay_us` (by action number), `cold_us` (by cold start number),
        `keep_us` (by idle spell number).
        """
        ...


def settle(outcome: int, arrival: int, done: int, response: int, error: int, patience: int) -> tuple[int, int]:
    """Outcome and response of a request that is over for the endpoint at `done`.

    Arguments: `outcome` and `response` hold when no limit was passed; `error` is the instant of the
    endpoint's own limit; `patience` is the caller's limit counted from `arrival`; all microseconds. A finish
    exactly at a limit is in time.

    >>> settle(Outcome.OK, 10, 75, 76, 70, NO_LIMIT) == (Outcome.TIMED_OUT, 70)
    True
    """
    if done > error:
        outcome = _TIMED_OUT
        response = error
    if response - arrival > patience:
        outcome = _ABANDONED
        response = arrival + patience
    return outcome, response


def ticks_to_us(ticks: int, rate: int) -> int:
    """Whole microseconds until `ticks` of virtual work are done at `rate` ticks per microsecond, rounded up.

    >>> ticks_to_us(7, 2), ticks_to_us(-3, 2)
    (4, 0)
    """
    return 0 if ticks <= 0 else (ticks + rate - 1) // rate


def is_high(num: int, den: int, target: int) -> bool:
    """The datapoint num/den exceeds the target (thousandths)."""
    return min(num, METRIC_CAP) * 1000 > target * den


def is_low(num: int, den: int, target: int, percent: int) -> bool:
    """The datapoint num/den lies under `percent` of the target (thousandths)."""
    return min(num, LOW_CAP) * 100_000 < target * percent * den


def desired_copies(copies: int, num: int, den: int, target: int, minimum: int, maximum: int) -> int:
    """ceil(copies x metric / target) within [minimum, maximum], metric = num/den, target in thousandths.

    >>> desired_copies(2, 7, 1, 2500, 1, 10)
    6
    """
    unit = target * den
    amount = min(num, METRIC_CAP) * 1000
    whole = amount // unit
    if whole >= maximum:
        return maximum
    rest = amount - whole * unit
    return max(minimum, min(maximum, copies * whole + (copies * rest + unit - 1) // unit))


def rates(model: ServingModel) -> NDArray[np.int64]:
    """Virtual ticks per microsecond with n requests in service: int64[slots + 1], rounded to nearest.

    >>> rates(ServingModel(1, 0, slots=3, slowdown_millionths=1_000_000)).tolist()
    [16777216, 16777216, 8388608, 5592405]
    """
    one = (1 << FRACTION_BITS) * 1_000_000
    others = np.maximum(np.arange(model.slots + 1, dtype=np.int64) - 1, 0)
    divisor = 1_000_000 + model.slowdown_millionths * others
    table: NDArray[np.int64] = (2 * one + divisor) // (2 * divisor)
    return table


class _Bound(NamedTuple):
    low: int
    high: int


_BOUNDS: Final[dict[str, _Bound]] = {
    "horizon_us": _Bound(1, 2**50),
    "queue_limit": _Bound(0, UNBOUNDED),
    "kind": _Bound(0, max(Kind)),
    "to_horizon": _Bound(0, 1),
    "slots": _Bound(1, 4096),
    "slowdown_millionths": _Bound(0, 100_000_000),
    "routing": _Bound(0, max(Routing)),
    "timeout_us": _Bound(1, NO_LIMIT),
    "invocation_limit_us": _Bound(1, NO_LIMIT),
    "caller_timeout_us": _Bound(1, NO_LIMIT),
    "ttl_us": _Bound(1, NO_LIMIT),
    "overhead_us": _Bound(0, 2**40),
    "initial": _Bound(0, MOST_COPIES),
    "minimum": _Bound(0, MOST_COPIES),
    "maximum": _Bound(0, MOST_COPIES),
    "on_demand": _Bound(0, 1),
    "policy.metric": _Bound(0, max(Metric)),
    "policy.target_thousandths": _Bound(1, 2**40),
    "policy.period_us": _Bound(1, 2**40),
    "policy.out_points": _Bound(1, 2**20),
    "policy.in_points": _Bound(1, 2**20),
    "policy.in_percent": _Bound(0, 100),
    "policy.out_cooldown_us": _Bound(0, 2**50),
    "policy.in_cooldown_us": _Bound(0, 2**50),
    "policy.from_zero": _Bound(0, max(FromZero)),
    "policy.from_zero_points": _Bound(1, 2**20),
    "policy.from_zero_step": _Bound(1, 4096),
    "serverless.max_concurrency": _Bound(1, 2**22),
    "serverless.startup_limit_us": _Bound(1, NO_LIMIT),
    "serverless.provisioned": _Bound(0, 2**22),
}
_MOST_SLOTS: Final = 2**22
_MOST_PERIODS: Final = 10**7


def _plain(part: tuple[Any, ...], prefix: str, problems: list[Problem]) -> list[Any]:
    """The fields of a NamedTuple as plain ints, each inside its bounds."""
    values: list[Any] = []
    for name, value in zip(getattr(part, "_fields", ()), part, strict=True):
        if isinstance(value, tuple):
            values.append(type(value)(*_plain(value, f"{name}.", problems)))
            continue
        low, high = _BOUNDS[prefix + name]
        number = int(value) if isinstance(value, int | np.integer) else low - 1
        if not low <= number <= high:
            problems.append(Problem(prefix + name, repr(value), f"a whole number from {low} to {high}"))
        values.append(number)
    return values


_RULES: Final[tuple[tuple[str, str, Callable[[ServingModel], bool]], ...]] = (
    ("minimum", "at most maximum", lambda m: m.minimum <= m.maximum),
    ("initial", "from minimum to maximum", lambda m: m.minimum <= m.initial <= m.maximum),
    ("ttl_us", "NO_LIMIT unless routing is CENTRAL",
     lambda m: m.ttl_us == NO_LIMIT or m.routing == Routing.CENTRAL),
    ("slots", f"slots x maximum at most {_MOST_SLOTS}", lambda m: m.slots * m.maximum <= _MOST_SLOTS),
    ("serverless.provisioned", "at most serverless.max_concurrency",
     lambda m: m.serverless.provisioned <= m.serverless.max_concurrency),
    ("on_demand", "only with CENTRAL routing, at most one copy and no policy",
     lambda m: not m.on_demand or (m.routing, m.maximum, m.policy.metric) == (Routing.CENTRAL, 1, 0)),
    ("policy.from_zero", "NEVER unless there is a policy and routing is CENTRAL",
     lambda m: not m.policy.from_zero or (m.policy.metric > 0 and m.routing == Routing.CENTRAL)),
    ("policy.from_zero", "ABOVE_TARGET only with the backlog metric",
     lambda m: m.policy.from_zero != FromZero.ABOVE_TARGET or m.policy.metric == Metric.BACKLOG),
    ("policy.period_us", f"at most {_MOST_PERIODS} periods up to the horizon",
     lambda m: m.policy.metric == Metric.NONE or m.horizon_us // m.policy.period_us <= _MOST_PERIODS),
    ("policy.target_thousandths", "a target whose product with the largest fleet and the period fits 64 bits",
     lambda m: m.policy.metric == Metric.NONE or _products_fit(m)),
)  # fmt: skip


def _products_fit(model: ServingModel) -> bool:
    """The comparisons of the policy stay exact in 64 bits."""
    most = max(model.maximum, 1)
    denominator = {Metric.CONCURRENCY: most * model.policy.period_us, Metric.INVOCATIONS: 1 << WEIGHT_BITS}
    unit = model.policy.target_thousandths * denominator.get(Metric(model.policy.metric), most)
    return unit * 100 < INT_BOUND // 2 and unit * most < INT_BOUND


def checked(model: ServingModel) -> ServingModel:
    """The model with every field a plain int.

    Raises InputError with all problems at once: a field outside its bounds, parts that do not go together, or
    products that would leave 64 bits.

    >>> checked(ServingModel(horizon_us=60, queue_limit=4, slots=0, on_demand=2))
    Traceback (most recent call last):
    advisor.errors.InputError: slots: 0 is not allowed; allowed: a whole number from 1 to 4096
    on_demand: 2 is not allowed; allowed: a whole number from 0 to 1
    """
    problems: list[Problem] = []
    plain = ServingModel(*_plain(model, "", problems))
    if not problems:
        for name, allowed, holds in _RULES:
            if not holds(plain):
                seen: object = plain
                for part in name.split("."):
                    seen = getattr(seen, part)
                problems.append(Problem(name, repr(seen), allowed))
    if problems:
        raise InputError(problems)
    return plain

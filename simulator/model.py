"""ServingModel: the description of an endpoint that both engines read, and the order of events in it.

The clock is an integer number of microseconds. An event is `(time, rank, key)`, smaller first; the triple is
unique, so nothing depends on the order in which events were put on a calendar.

    rank  event                                           key
    0     completion of the earliest finisher of a copy   position of the copy
    1     copy ready                                      position
    2     end of an idle spell; host released;            position; 2^23 + position of the host;
          fault                                           2^24 + number of the fault
    3     end of a metric period                          number of the policy
    4     scaling action; scheduled action;               number of the variant; 2^12 + number of the schedule;
          start of a batch job                            0
    5     time-out; expiry in the central queue           arrival sequence
    6     arrival                                         0 for a fresh row of an open demand; number of the user
                                                          for a closed one; 2^32 + arrival sequence of the failed
                                                          attempt for a retry

A position is the lowest number that was free when a copy was launched; the copy keeps it until it is gone.
The launch number (0, 1, 2 ...) is separate and indexes the supply tape. The arrival sequence counts arrivals
as they are processed, retries included. Every duration on a tape is at least 1 us, so no handler creates an event of an earlier
rank at its own instant; gaps between arrivals may be 0. Consequences: period k covers [kP, (k+1)P), the records of
a batch job likewise, a finish
exactly at a limit is in time, and an idle spell that ends exactly at an arrival is over.

A run plays every event up to and including the horizon. It ends there when `to_horizon` is 1, when a request
is still open or when the demand goes on; else with its last arrival or resolution.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError
from simulator import _bounds, _contradictions
from simulator._parts import (
    MOST_COPIES,
    NO_LIMIT,
    UNBOUNDED,
    WEIGHT_BITS,
    Cache,
    Caller,
    Fault,
    Hosts,
    Job,
    Serverless,
    Variant,
)
from simulator._parts_scaling import NO_POLICY, Policy, Schedule, Step, TargetTracking
from simulator.codes import EventKind, FromZero, Kind, Metric, Outcome, Routing, Split

__all__ = [
    "MOST_COPIES", "NO_LIMIT", "NO_POLICY", "TAPE_LENGTH", "UNBOUNDED", "WEIGHT_BITS", "Cache", "Caller", "Columns", "Demand", "EventKind",
    "Fault", "FromZero", "Hosts", "Job", "Kind", "Metric", "Outcome", "Policy", "Routing", "Schedule", "Serverless",
    "ServingModel", "Split", "Step", "Supply", "TargetTracking", "Variant", "checked", "desired_copies", "draw_within", "is_beyond", "is_high",
    "is_low", "policies_of", "rates", "retry_us", "scaled_work", "settle", "stepped", "ticks_to_us", "variants_of",
]  # fmt: skip

TAPE_LENGTH: Final = 2**20
"""Entries after which a supply tape starts again: entry k of a tape is the one at k modulo this."""
FRACTION_BITS: Final = 24
"""Virtual ticks of work per microsecond of an undisturbed slot, as a power of two."""
LONGEST_SERVICE_US: Final = 2**36
"""Service times stay below this (19 h), so that virtual time fits 64 bits."""
METRIC_CAP: Final = 2**52
"""A metric's numerator is cut off here before it is multiplied: 67 million requests open for a minute."""
LOW_CAP: Final = 2**45
"""The same for the comparison with the lower bound; a larger numerator cannot be low."""
_TIMED_OUT: Final = int(Outcome.TIMED_OUT)
_ABANDONED: Final = int(Outcome.ABANDONED)


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
    """The scaling policy, where there is one variant with one policy."""
    serverless: Serverless = Serverless()
    """What only serverless endpoints have."""
    caller: Caller = Caller()
    """Closed callers and retries."""
    split: int = int(Split.BY_SHARE)
    """How an arrival finds its variant, where there are several."""
    variants: tuple[Variant, ...] = ()
    """Production variants or components; empty: one, with `initial`, `minimum` and `maximum`."""
    policies: tuple[Policy, ...] = ()
    """Scaling policies of the variants; empty: `policy`."""
    steps: tuple[Step, ...] = ()
    """Step adjustments of the step policies, by policy and then by `from_thousandths`."""
    schedules: tuple[Schedule, ...] = ()
    """Scheduled actions, ascending in time."""
    faults: tuple[Fault, ...] = ()
    """Losses of instances and zones, ascending in time."""
    zones: int = 3
    """Zones that instances are spread over; only a zone fault looks at them."""
    hosts: Hosts = Hosts()
    """Instances that copies are packed on; none: every copy is an instance."""
    cache: Cache = Cache()
    """Models that a copy of a multi-model endpoint keeps; none: one model, always there."""
    job: Job = Job()
    """What only batch jobs have."""


class Columns(NamedTuple):
    """A run of requests as columns of equal length."""

    arrival_us: NDArray[np.int64]
    """int64[n], microseconds from the start, ascending over all chunks."""
    service_us: NDArray[np.int64]
    """int64[n], microseconds of work on one slot of the place that is simulated, at least 1."""
    route: NDArray[np.int64] | NDArray[np.uint32]
    """n values from 0 to 2^32 - 1: the draw that random routing and the split by share use."""
    model: NDArray[np.int64] | None = None
    """int64[n], number of the model asked for, from 0; None: always 0."""
    think_us: NDArray[np.int64] | None = None
    """int64[n], microseconds from 1: pause of a closed caller after this request; None: 1."""
    prefill: NDArray[np.float64] | None = None
    """float64[n], share of the work that is done before the first token is out; None: not known. No engine reads it."""

    def part(self, rows: "slice | NDArray[np.bool_]") -> "Columns":
        """The rows of a slice or mask."""
        model, think = (None if column is None else column[rows] for column in (self.model, self.think_us))
        prefill = None if self.prefill is None else self.prefill[rows]
        return Columns(self.arrival_us[rows], self.service_us[rows], self.route[rows], model, think, prefill)


class Demand(Protocol):
    """The requests of a run, chunk by chunk."""

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in order, `rows` at a time (None: a natural size); the same bits for any size."""
        ...


class Supply(Protocol):
    """The random durations of one option, by name and number."""

    def tape(self, name: str, at_least: int) -> NDArray[np.int64]:
        """Durations of `name`, int64[>= at_least], microseconds, each at least 1; longer tapes start alike.

        Names: `start_us` (by launch number; of hosts where copies are packed), `delay_us` (by action number),
        `cold_us` (by cold start number), `keep_us` (by idle spell number), `copy_us` (start of a copy on a running
        host, by launch number of the copy), `load_us` and `reload_us` (first and later loads of a model, each by
        its own counter), `first_us` (first arrival of a closed caller, by user), `jitter` (millionths of the
        back-off) and `retry_route` (32 random bits), both by arrival sequence of the failed attempt.
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


def stepped(copies: int, change: int, unit: int, direction: int, minimum: int, maximum: int) -> int:
    """Copies that a step adjustment wants, within [minimum, maximum]; `direction` is 1 out, -1 in.

    Percent are cut off towards zero, but count at least one copy (Application Auto Scaling, step adjustments).

    >>> [stepped(10, 25, unit, 1, 0, 100) for unit in (0, 1, 2)], stepped(3, 10, 1, -1, 1, 9)
    ([35, 12, 25], 2)
    """
    wanted = change
    if unit == 0:
        wanted = copies + direction * change
    elif unit == 1:
        wanted = copies + direction * max(1, copies * change // 100)
    return max(minimum, min(maximum, wanted))


def is_beyond(num: int, den: int, threshold: int, distance: int, direction: int) -> bool:
    """The datapoint num/den is `distance` or more above (direction 1) or below (-1) the threshold (thousandths)."""
    amount = min(num, METRIC_CAP) * 1000
    if direction > 0:
        return amount >= (threshold + distance) * den
    return amount <= (threshold - distance) * den


def scaled_work(work: int, millionths: int) -> int:
    """Service time of a variant, rounded to whole microseconds from 1 up.

    >>> scaled_work(3, 1_500_000), scaled_work(1, 1), scaled_work(7, 1_000_000)
    (5, 1, 7)
    """
    return max(1, min(LONGEST_SERVICE_US - 1, (work * millionths + 500_000) // 1_000_000))


def draw_within(draw: int, below: int, upper: int) -> int:
    """What is left of a draw of 32 bits that fell into [below, upper): a draw of its own, to the nearest four.

    >>> draw_within(2**31, 2**31, 2**32), draw_within(3 * 2**30, 2**31, 2**32) == 2**31
    (0, True)
    """
    return (((draw - below) << 30) // (upper - below)) << 2


def retry_us(backoff: int, attempt: int, jitter: int) -> int:
    """Pause after the failed attempt number `attempt`: the back-off doubled for each before, times jitter millionths.

    >>> retry_us(100_000, 1, 1_000_000), retry_us(100_000, 3, 500_000), retry_us(0, 1, 1)
    (100000, 200000, 1)
    """
    pause = min(2**40, backoff << (attempt - 1))
    return max(1, pause * min(jitter, 1_000_000) // 1_000_000)


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


def variants_of(model: ServingModel) -> tuple[Variant, ...]:
    """The variants of a model: those it states, or the one that its own numbers describe."""
    return model.variants or (Variant(model.initial, model.minimum, model.maximum),)


def policies_of(model: ServingModel) -> tuple[Policy, ...]:
    """The policies of a model: those it states, or its one policy; empty where nothing scales.

    >>> policies_of(ServingModel(60, 4)), len(policies_of(ServingModel(60, 4, policy=TargetTracking(metric=1))))
    ((), 1)
    """
    if model.policies or model.policy.metric == Metric.NONE:
        return model.policies
    return (Policy(0, 0, *model.policy),)


def checked(model: ServingModel) -> ServingModel:
    """The model with every field a plain int.

    Raises InputError with all problems at once: a field outside its bounds, parts that do not go together, or
    products that would leave 64 bits.

    >>> checked(ServingModel(horizon_us=60, queue_limit=4, slots=0, on_demand=2))
    Traceback (most recent call last):
    advisor.errors.InputError: slots: 0 is not allowed; allowed: a whole number from 1 to 4096
    on_demand: 2 is not allowed; allowed: a whole number from 0 to 1
    """
    values, problems = _bounds.plain(model)
    whole = ServingModel(*values)
    problems = problems or _contradictions.contradictions(whole, variants_of(whole), policies_of(whole))
    if problems:
        raise InputError(problems)
    return whole

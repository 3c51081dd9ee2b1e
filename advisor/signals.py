"""Signals: what the attributes of a workload suggest. True only where something was stated that says so.

Each is one predicate `(attributes, facts) -> bool`; `data/fit.toml` states what is preferred when it holds.
"""

from collections.abc import Callable
from typing import Final

from advisor.attributes import IDLE_SPELL_US, UNKNOWN, Attributes, high, low
from advisor.facts import Facts

__all__ = ["SIGNALS", "Signal"]

Signal = Callable[[Attributes, Facts], bool]
SIGNALS: Final[dict[str, Signal]] = {}

DAY_S: Final = 86_400
NEAR: Final = 0.5
"""A body or a run time is near a limit from this share of it on."""
SMALL: Final = 0.25
"""The start of a job may be this share of the time there is for it."""
EVEN: Final = 1.5
"""A peak of at most this many times the quietest hour is steady, from twice its square on it is uneven."""


def _signal(function: Signal) -> Signal:
    SIGNALS[function.__name__] = function
    return function


def _above(value: float | object, limit: float) -> bool:
    return isinstance(value, float | int) and value > limit


@_signal
def split_wanted(a: Attributes, facts: Facts) -> bool:
    """A share of the calls is to go to a new version."""
    return a.release_need == "ab_split"


@_signal
def mirror_wanted(a: Attributes, facts: Facts) -> bool:
    """A new version is to see a copy of the calls."""
    return a.release_need == "mirror"


@_signal
def release_unasked(a: Attributes, facts: Facts) -> bool:
    """Nothing was said of a release."""
    return a.release_need is UNKNOWN


@_signal
def data_beforehand(a: Attributes, facts: Facts) -> bool:
    """A data set was stated, or traffic that is offline, and no caller waits."""
    stated = a.dataset_records is not UNKNOWN or a.dataset_gb is not UNKNOWN
    return (stated or a.traffic == "offline") and a.immediate_response is not True


@_signal
def may_collect(a: Attributes, facts: Facts) -> bool:
    """The input may be collected first, or nobody needs an endpoint to stand; and the deadline leaves time for a job."""
    if a.immediate_response is True or not (a.offline_ok is True or a.persistent_endpoint is False):
        return False
    late = high(a.completion_slo_s)
    return late is UNKNOWN or facts.fact("start.launch_cpu").us("high") <= SMALL * late * 1e6


@_signal
def trickles(a: Attributes, facts: Facts) -> bool:
    """Requests arrive over time."""
    return a.traffic is not UNKNOWN and a.traffic != "offline"


@_signal
def chained(a: Attributes, facts: Facts) -> bool:
    """A request passes several containers in a row."""
    return a.chained is True


@_signal
def apart(a: Attributes, facts: Facts) -> bool:
    """Each model must scale by itself."""
    return a.per_model_scaling is True


@_signal
def nobody_waits(a: Attributes, facts: Facts) -> bool:
    """The caller does not wait; or the result may come later than any connection stays open."""
    if a.immediate_response is not UNKNOWN:
        return a.immediate_response is False
    late = high(a.completion_slo_s)
    return late is not UNKNOWN and late * 1e6 > facts.of("real_time", "invocation_timeout").us()


@_signal
def someone_waits(a: Attributes, facts: Facts) -> bool:
    """A caller waits on the connection, or what was stated makes no sense without one."""
    return a.immediate_response is True or a.streaming is True or a.latency_slo_ms is not UNKNOWN


@_signal
def near_sync_limits(a: Attributes, facts: Facts) -> bool:
    """A body or a run time comes near what a synchronous call may take."""
    size, time = high(a.payload_mb), high(a.processing_s)
    large = size is not UNKNOWN and size * 1e6 >= NEAR * facts.of("real_time", "payload_request").bytes()
    return large or (time is not UNKNOWN and time * 1e6 >= NEAR * facts.of("real_time", "invocation_timeout").us())


@_signal
def tight_latency(a: Attributes, facts: Facts) -> bool:
    """The bound on latency is shorter than a serverless cold start."""
    bound = high(a.latency_slo_ms)
    return bound is not UNKNOWN and bound * 1000 < facts.fact("serverless.cold_start_time").us("low")


@_signal
def cold_accepted(a: Attributes, facts: Facts) -> bool:
    """A request may wait for a start-up."""
    return a.cold_start_ok is True


@_signal
def cold_refused(a: Attributes, facts: Facts) -> bool:
    """No request may wait for a start-up."""
    return a.cold_start_ok is False


@_signal
def cold_unwanted(a: Attributes, facts: Facts) -> bool:
    """A wait for a start-up is not wanted, nor ruled out."""
    return a.cold_start_ok == "unwanted"


@_signal
def several(a: Attributes, facts: Facts) -> bool:
    """More than one model is to be served, each called on its own."""
    if a.chained is True:
        return False
    return _above(high(a.n_models), 1) or a.per_model_scaling is True or _above(high(a.n_frameworks), 1)


@_signal
def alike(a: Attributes, facts: Facts) -> bool:
    """The models share framework and container."""
    if _above(high(a.n_frameworks), 1):
        return False
    return a.models_similar is True or (a.models_similar is UNKNOWN and a.n_frameworks is not UNKNOWN)


@_signal
def distinct(a: Attributes, facts: Facts) -> bool:
    """The models need containers of their own, or are not alike."""
    return a.models_similar is False or _above(high(a.n_frameworks), 1)


@_signal
def many(a: Attributes, facts: Facts) -> bool:
    """More models than one multi-container endpoint may hold."""
    return _above(high(a.n_models), facts.of("multi_container", "containers_max").number())


@_signal
def big_models(a: Attributes, facts: Facts) -> bool:
    """A model larger than the memory of any serverless environment."""
    size = high(a.memory_gb)
    size = high(a.model_size_gb) if size is UNKNOWN else size
    return size is not UNKNOWN and size * 1e9 > facts.of("serverless", "model_memory_max").bytes()


@_signal
def gpu(a: Attributes, facts: Facts) -> bool:
    """The model runs on an accelerator only."""
    return a.needs_gpu is True


@_signal
def sparse(a: Attributes, facts: Facts) -> bool:
    """So few requests a day that the mean gap is an idle spell."""
    count = high(a.requests_per_day)
    return count is not UNKNOWN and count * IDLE_SPELL_US < DAY_S * 1e6


@_signal
def idle(a: Attributes, facts: Facts) -> bool:
    """Nobody calls for long spells, or idle time must cost nothing."""
    if a.idle_periods is not UNKNOWN:
        return a.idle_periods is True
    return a.scale_to_zero is True or intermittent(a, facts) or sparse(a, facts) or low(a.rps_offpeak) == 0


@_signal
def idle_on_schedule_for_cost(a: Attributes, facts: Facts) -> bool:
    """Cost leads, and the idle spells come at known hours: a schedule brings capacity back before work."""
    return cost(a, facts) and idle(a, facts) and a.traffic == "diurnal"


@_signal
def steady(a: Attributes, facts: Facts) -> bool:
    """The load is even; or, unsaid, its peak is near its quietest hour."""
    if a.traffic is not UNKNOWN:
        return a.traffic == "steady"
    peak, least = high(a.rps_peak), low(a.rps_offpeak)
    return peak is not UNKNOWN and least is not UNKNOWN and 0 < peak <= EVEN * least


@_signal
def diurnal(a: Attributes, facts: Facts) -> bool:
    """The load follows the hours."""
    return a.traffic == "diurnal"


@_signal
def spiky(a: Attributes, facts: Facts) -> bool:
    """The load comes in spikes."""
    return a.traffic == "spiky"


@_signal
def variable(a: Attributes, facts: Facts) -> bool:
    """The load varies; or, unsaid, its peak is far above its quietest hour."""
    if a.traffic is not UNKNOWN:
        return a.traffic == "variable"
    peak, least = high(a.rps_peak), low(a.rps_offpeak)
    return peak is not UNKNOWN and least is not UNKNOWN and peak >= 2 * EVEN**2 * least


@_signal
def intermittent(a: Attributes, facts: Facts) -> bool:
    """Requests are rare."""
    return a.traffic == "intermittent"


@_signal
def uneven(a: Attributes, facts: Facts) -> bool:
    """The load is spiky, variable or rare."""
    return spiky(a, facts) or variable(a, facts) or intermittent(a, facts)


@_signal
def large_load(a: Attributes, facts: Facts) -> bool:
    """In the busiest hour more is in progress than half of what one serverless endpoint may run at once."""
    rate, time = high(a.rps_peak), low(a.processing_s)
    if rate is UNKNOWN:
        return False
    limit = facts.of("serverless", "max_concurrency").number()
    return rate * time > NEAR * limit if time is not UNKNOWN else rate > limit


@_signal
def cost(a: Attributes, facts: Facts) -> bool:
    """Cost weighs most."""
    return a.cost_priority is True


@_signal
def ops(a: Attributes, facts: Facts) -> bool:
    """Nobody wants to choose or look after instances."""
    return a.ops_priority is True

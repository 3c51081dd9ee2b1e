"""Meters: what a window of traffic used, from a run or from mean rates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.facts import Facts
from advisor.jobs import instance_us, is_job, objects
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place
from advisor.workload import Workload

__all__ = ["Meters", "alarms", "estimate_meters", "traffic_meters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """What a window of traffic used; all counts and integers, in the unit of the name."""

    window_us: int
    """Length of the window that the other meters cover."""
    requests: int = 0
    """Requests that arrived."""
    good: int = 0
    """Requests that were answered."""
    instance_type: str = ""
    instance_us: int = 0
    """Instance-time from launch to gone, over all instances."""
    memory_mib: int = 0
    serverless_us: int = 0
    """Processing time billed on serverless environments."""
    provisioned_us: int = 0
    """Time that provisioned environments were kept warm, over all of them, busy or not."""
    provisioned_busy_us: int = 0
    """Processing time on provisioned environments."""
    serverless_cold_us: int = 0
    """Start-up time of serverless environments: whether it is billed is open."""
    bytes_in: int = 0
    """Request bytes that the endpoint processed on the connection."""
    bytes_out: int = 0
    """Answer bytes on the connection."""
    s3_put: int = 0
    s3_get: int = 0
    sns: int = 0
    """Notifications published."""
    alarms: int = 0
    """Alarms that stand all the time."""


def alarms(option: Option) -> int:
    """Alarms that the scaling of an option keeps: two for a tracking policy, one more to leave zero.

    >>> alarms(Option(name="async", backlog_target=5, max_instances=2))
    3
    """
    if option.provisioned_target:
        return 2
    if not option.tracked:
        return 0
    return 3 if option.backlog_target and option.step_from_zero and option.min_instances == 0 else 2


def traffic_meters(option: Option, facts: Facts, accepted: int, good: int, mean_in: float, mean_out: float) -> Meters:
    """The meters that follow from counts alone: data processed, S3, notifications, alarms.

    Arguments: `accepted` requests the endpoint took, `good` ones it answered, mean sizes in bytes. Through S3 a request
    is written once and read once and its answer written once; only bytes on the connection count as data processed.
    """
    empty = Meters(window_us=1, alarms=alarms(option))
    every_body = facts.of("billing", "async_data_processed").value == "all"
    if facts.of(option.name, "waits_for_answer").value:
        return replace(empty, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    through = replace(empty, s3_put=accepted + good, s3_get=accepted, sns=good)
    if every_body:
        return replace(through, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    return through


def estimate_meters(
    option: Option, workload: Workload, load: TrafficSummary, served: Mapping[str, Place], facts: Facts
) -> Meters:
    """Meters of the traffic's horizon from mean rates, as if nothing waited and nothing failed.

    Tracked fleets are taken at the mean load over the tracking target, never under their minimum; a fleet that may
    reach zero is taken as busy only while requests are in progress.
    """
    window, count = load.horizon_us, load.requests
    place = served[option.place]
    if is_job(option.name, facts):
        return _of_jobs(option, workload, load, place, facts)
    busy = round(count * place.time.mean_us / place.speed[1])
    base = traffic_meters(
        option, facts, count, count, workload.request.wire_payload.mean,
        workload.request.response.mean if workload.request.response else 0.0,
    )  # fmt: skip
    base = replace(base, window_us=window, requests=count, good=count)
    if option.memory_mib:
        warm: float = option.provisioned_concurrency
        if option.provisioned_target:
            wanted = busy / window / option.provisioned_target
            warm = min(option.max_provisioned, max(option.min_provisioned, wanted))
        inside = busy if warm else 0
        return replace(
            base, memory_mib=option.memory_mib, serverless_us=busy - inside, provisioned_us=round(warm * window),
            provisioned_busy_us=inside,
        )  # fmt: skip
    instances: float = option.instances
    if option.target_per_min:
        instances = max(option.min_instances, load.mean_rate_per_s * 60 / option.target_per_min)
    elif option.backlog_target:
        instances = max(option.min_instances, busy / place.slots / window)
    return replace(base, instance_type=option.instance_type, instance_us=round(instances * window))


def _of_jobs(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> Meters:
    """Meters of jobs from mean rates: a mini-batch is an object that is written, read and answered; nothing is notified."""
    each = objects(option, workload, load, place, facts)
    return Meters(
        window_us=load.horizon_us, requests=load.requests, good=load.requests, instance_type=option.instance_type,
        instance_us=instance_us(option, workload, load, place, facts), s3_put=2 * each, s3_get=each,
    )  # fmt: skip

"""Meters: what a window of traffic used, from a run or from mean rates."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.facts import Facts
from advisor.jobs import every_us, is_job, mini_batch, start_us
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
    if not option.tracked:
        return 0
    return 3 if option.backlog_target and option.step_from_zero and option.min_instances == 0 else 2


def traffic_meters(
    option: Option, facts: Facts, accepted: int, good: int, mean_in: float, mean_out: float, objects: int = 0
) -> Meters:
    """The meters that follow from counts alone: data processed, S3, notifications, alarms.

    Arguments: `accepted` requests the endpoint took, `good` ones it answered, mean sizes in bytes. Through S3 a request
    is written once and read once and its answer written once; only bytes on the connection count as data processed.
    Of a job a mini-batch is taken as one object: `objects` in all, read and written once; nothing is notified.
    """
    empty = Meters(window_us=1, alarms=alarms(option))
    every_body = facts.of("billing", "async_data_processed").value == "all"
    if facts.of(option.name, "waits_for_answer").value:
        return replace(empty, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    if is_job(option.name, facts):
        return replace(empty, s3_put=2 * objects, s3_get=objects)
    through = replace(empty, s3_put=accepted + good, s3_get=accepted, sns=good)
    if every_body:
        return replace(through, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    return through


def _jobs(option: Option, load: TrafficSummary, facts: Facts) -> int:
    """Jobs that have records: one a period, but no more than there are requests."""
    return min(load.requests, -(-load.horizon_us // every_us(option, facts)))


def _objects(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> int:
    """Mini-batches of all jobs: full ones, and at least one in each job."""
    return max(-(-load.requests // mini_batch(workload, option, facts, place)), _jobs(option, load, facts))


def _job_us(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> int:
    """Instance-time of all jobs: their starts, and whole rounds of mini-batches on full slots."""
    jobs = _jobs(option, load, facts)
    if not jobs:
        return 0
    slots = max(1, option.concurrency_per_instance)
    records, size = load.requests / jobs, mini_batch(workload, option, facts, place)
    batches = math.ceil(records / size)
    rounds, rest = divmod(batches, slots * option.instances)
    last = records - (batches - 1) * size if rest == 1 else min(size, records) * (rest > 0)
    work = (rounds * size + last) * place.time.mean_us / place.speed[1]
    calls = (rounds + (rest > 0)) * facts.fact("job.call").us()
    span = (work + calls) * (1 + place.slowdown * (slots - 1))
    billed = facts.of("billing", "job_billed_from").value == "launch"
    start = start_us(workload, option.instance_type, facts) if billed else 0.0
    return round(jobs * option.instances * (start + span))


def estimate_meters(
    option: Option, workload: Workload, load: TrafficSummary, served: Mapping[str, Place], facts: Facts
) -> Meters:
    """Meters of the traffic's horizon from mean rates, as if nothing waited and nothing failed.

    Tracked fleets are taken at the mean load over the tracking target, never under their minimum; a fleet that may
    reach zero is taken as busy only while requests are in progress.
    """
    window, count = load.horizon_us, load.requests
    place = served[option.place]
    busy = round(count * place.time.mean_us / place.speed[1])
    job = is_job(option.name, facts)
    base = traffic_meters(
        option, facts, count, count, workload.request.wire_payload.mean,
        workload.request.response.mean if workload.request.response else 0.0,
        _objects(option, workload, load, place, facts) if job else 0,
    )  # fmt: skip
    base = replace(base, window_us=window, requests=count, good=count)
    if option.memory_mib:
        warm = option.provisioned_concurrency
        inside = busy if warm else 0
        return replace(
            base, memory_mib=option.memory_mib, serverless_us=busy - inside, provisioned_us=warm * window,
            provisioned_busy_us=inside,
        )  # fmt: skip
    if job:
        return replace(
            base, instance_type=option.instance_type, instance_us=_job_us(option, workload, load, place, facts)
        )
    instances: float = option.instances
    if option.target_per_min:
        instances = max(option.min_instances, load.mean_rate_per_s * 60 / option.target_per_min)
    elif option.backlog_target:
        instances = max(option.min_instances, busy / place.slots / window)
    return replace(base, instance_type=option.instance_type, instance_us=round(instances * window))

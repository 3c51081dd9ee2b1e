"""Meters: what a window of traffic used, from a run or from mean rates."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from advisor.facts import Facts
from advisor.jobs import instance_us, is_job, objects
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.packing import copies_per_instance
from advisor.places import Place
from advisor.popularity import apart, shares
from advisor.workload import Workload

__all__ = ["Meters", "alarm_split", "alarms", "estimate_meters", "fewest_instances", "traffic_meters"]

_COUNTED: Final = (
    "requests", "good", "instance_us", "shadow_instance_us", "serverless_us", "provisioned_us", "provisioned_busy_us",
    "serverless_cold_us", "bytes_in", "bytes_out", "shadow_bytes_in", "shadow_bytes_out", "s3_put", "s3_get", "sns",
    "alarms", "fast_alarms",
)  # fmt: skip
"""Meters that grow with the number of endpoints."""


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
    """Instance-time from launch to gone, over all instances that answer."""
    shadow_instance_us: int = 0
    """The same of instances that only see copies of requests."""
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
    shadow_bytes_in: int = 0
    """Request bytes that were copied to a shadow."""
    shadow_bytes_out: int = 0
    """Bytes of the answers that a shadow made and nobody got."""
    s3_put: int = 0
    s3_get: int = 0
    sns: int = 0
    """Notifications published."""
    alarms: int = 0
    """Alarms that stand all the time."""
    fast_alarms: int = 0
    """The same on metrics of high resolution."""

    def times(self, count: int) -> "Meters":
        """What `count` such endpoints used in the same window."""
        return replace(self, **{name: count * getattr(self, name) for name in _COUNTED})


def alarms(option: Option) -> int:
    """Alarms that the scaling of an option keeps: two for each tracking policy, one more to leave zero.

    >>> alarms(Option(name="async", backlog_target=5, max_instances=2))
    3
    """
    if option.provisioned_target:
        return 2
    if not option.tracked:
        return 0
    scaled = max(1, option.components, len(option.fleets))
    wakes = option.step_from_zero and (
        (option.backlog_target > 0 and option.min_instances == 0) or (option.components > 0 and option.min_copies == 0)
    )
    return (3 if wakes else 2) * scaled


def alarm_split(option: Option) -> tuple[int, int]:
    """Alarms of standard and of high resolution: those of a policy that tracks requests at once are the latter."""
    every = alarms(option)
    fast = 2 * max(1, option.components, len(option.fleets)) if option.target_concurrency else 0
    return every - fast, fast


def fewest_instances(option: Option) -> int:
    """Instances that are always there, over all variants.

    >>> fewest_instances(Option(name="real_time", instances=3))
    3
    """
    return option.min_instances * max(1, len(option.fleets)) if option.tracked else option.instances


def traffic_meters(option: Option, facts: Facts, accepted: int, good: int, mean_in: float, mean_out: float) -> Meters:
    """The meters that follow from counts alone: data processed, S3, notifications, alarms.

    Arguments: `accepted` requests the endpoint took, `good` ones it answered, mean sizes in bytes. Through S3 a request
    is written once and read once and its answer written once; only bytes on the connection count as data processed.
    """
    standing, fast = alarm_split(option)
    empty = Meters(window_us=1, alarms=standing, fast_alarms=fast)
    every_body = facts.of("billing", "async_data_processed").value == "all"
    if facts.of(option.name, "waits_for_answer").value:
        answered = replace(empty, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
        if not option.shadow_share or not facts.of(option.name, "copy_data_processed").value:
            return answered
        return replace(
            answered, shadow_bytes_in=round(answered.bytes_in * option.shadow_share),
            shadow_bytes_out=round(answered.bytes_out * option.shadow_share),
        )  # fmt: skip
    through = replace(empty, s3_put=accepted + good, s3_get=accepted, sns=good)
    if every_body:
        return replace(through, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    return through


def estimate_meters(
    option: Option, workload: Workload, load: TrafficSummary, served: Mapping[str, Place], facts: Facts
) -> Meters:
    """Meters of the traffic's horizon from mean rates, as if nothing waited and nothing failed.

    Tracked fleets are taken at the mean load over the tracking target, never under their minimum; a fleet that may
    reach zero is taken as busy only while requests are in progress. Where an option serves one model only, it is one such
    fleet for each.
    """
    count = apart(workload, option.name, facts)
    if count > 1:
        one = workload.model_copy(update={"model": workload.model.model_copy(update={"count": 1})})
        return estimate_meters(option, one, load.part(1 / count), served, facts).times(count)
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
    answering, copied = _mean_fleets(option, workload, load, place, facts)
    return replace(
        base, instance_type=option.instance_type, instance_us=round(answering * window),
        shadow_instance_us=round(copied * window),
    )  # fmt: skip


def _mean_fleets(
    option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts
) -> tuple[float, float]:
    """Mean instances that answer, and mean instances that only see copies."""
    if not option.tracked:
        answering = option.fleets[0] if option.shadow_share and option.fleets else option.instances
        return answering, option.instances - answering
    parts = option.weights or (1.0,)
    answers = sum(_instances(option, workload, load, place, facts, part) for part in parts)
    share = option.shadow_share
    return answers, _instances(option, workload, load, place, facts, share) if share else 0.0


def _instances(
    option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts, part: float
) -> float:
    """Mean instances of a fleet that tracks, for a part of the load."""
    busy = load.mean_rate_per_s * part * place.time.mean_us / place.speed[1] / 1e6
    if option.components:
        models = shares(workload.model) if option.components > 1 else (1.0,)
        wanted = (
            busy / option.target_concurrency
            if option.target_concurrency
            else (load.mean_rate_per_s * 60 / option.target_per_min)
        )
        copies = sum(max(option.min_copies, math.ceil(wanted * float(share))) for share in models)
        fits = max(1, copies_per_instance(workload, option, place, facts))
        return max(option.min_instances, math.ceil(copies / fits))
    if option.target_per_min:
        return max(option.min_instances, load.mean_rate_per_s * part * 60 / option.target_per_min)
    if option.target_concurrency:
        return max(option.min_instances, busy / option.target_concurrency)
    return max(option.min_instances, busy / place.slots)


def _of_jobs(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> Meters:
    """Meters of jobs from mean rates: a mini-batch is an object that is written, read and answered; nothing is notified."""
    each = objects(option, workload, load, place, facts)
    return Meters(
        window_us=load.horizon_us, requests=load.requests, good=load.requests, instance_type=option.instance_type,
        instance_us=instance_us(option, workload, load, place, facts), s3_put=2 * each, s3_get=each,
    )  # fmt: skip

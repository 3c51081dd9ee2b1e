"""Meters: what a window of traffic used, from a run or from mean rates."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from advisor.facts import Facts
from advisor.jobs import instance_us, is_job, objects
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.packing import copies_per_instance, slots_of_instance
from advisor.places import Place
from advisor.popularity import apart, shares
from advisor.standing import alarm_split, alarms, fewest_instances, for_availability
from advisor.workload import TokenTime, Workload

__all__ = [
    "Meters", "alarm_split", "alarms", "estimate_meters", "fewest_instances", "mean_tokens", "traffic_meters", "with_tokens",
]  # fmt: skip

_COUNTED: Final = (
    "requests", "good", "instance_us", "shadow_instance_us", "serverless_us", "provisioned_us", "provisioned_busy_us",
    "serverless_cold_us", "bytes_in", "bytes_out", "shadow_bytes_in", "shadow_bytes_out", "s3_put", "s3_get", "sns",
    "alarms", "fast_alarms", "endpoints", "busy_us", "capacity_us", "availability_us", "s3_bytes", "tokens_in", "tokens_out",
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
    endpoints: int = 1
    """Endpoints that all of this is of."""
    busy_us: int = 0
    """Slot-time in service on instances, those of a shadow included."""
    capacity_us: int = 0
    """Slot-time that the billed instances offered; 0 where it is not known."""
    availability_us: int = 0
    """Part of `instance_us` that only the stated availability asks for."""
    s3_bytes: int = 0
    """Bytes of inputs and answers written to S3."""
    tokens_in: int = 0
    """Input tokens of the answered requests; 0 where they are not known."""
    tokens_out: int = 0
    """Output tokens of the answered requests."""

    def times(self, count: int) -> "Meters":
        """What `count` such endpoints used in the same window."""
        return replace(self, **{name: count * getattr(self, name) for name in _COUNTED})


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
    written = round(accepted * mean_in) + round(good * mean_out)
    through = replace(empty, s3_put=accepted + good, s3_get=accepted, sns=good, s3_bytes=written)
    if every_body:
        return replace(through, bytes_in=round(accepted * mean_in), bytes_out=round(good * mean_out))
    return through


def mean_tokens(workload: Workload) -> tuple[float, float]:
    """Mean input and output tokens of a request, as the service time states them; 0 where it does not.

    >>> from advisor.workload import load_workload
    >>> mean_tokens(load_workload("invoice-ocr"))
    (0.0, 0.0)
    """
    time = workload.service.time
    if not isinstance(time, TokenTime):
        return 0.0, 0.0
    first, last = (0.0 if side is None else side.mean for side in (time.input_tokens, time.output_tokens))
    return first, last


def with_tokens(meters: Meters, tokens: tuple[float, float]) -> Meters:
    """The meters with the tokens of their answered requests. Arguments: `tokens`, mean of input and output a request."""
    return replace(meters, tokens_in=round(meters.good * tokens[0]), tokens_out=round(meters.good * tokens[1]))


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
        return with_tokens(_of_jobs(option, workload, load, place, facts), mean_tokens(workload))
    busy = round(count * place.time.mean_us / place.speed[1])
    base = traffic_meters(
        option, facts, count, count, workload.request.wire_payload.mean,
        workload.request.response.mean if workload.request.response else 0.0,
    )  # fmt: skip
    base = with_tokens(replace(base, window_us=window, requests=count, good=count), mean_tokens(workload))
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
    kept = for_availability(option, workload, load, place, facts) * window
    return replace(
        base, instance_type=option.instance_type, instance_us=round(answering * window),
        shadow_instance_us=round(copied * window), busy_us=round(busy * (1 + option.shadow_share)),
        capacity_us=round((answering + copied) * window) * slots_of_instance(workload, option, place, facts),
        availability_us=min(kept, round(answering * window)),
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
    each, time = objects(option, workload, load, place, facts), instance_us(option, workload, load, place, facts)
    answer = workload.request.response.mean if workload.request.response else 0.0
    return Meters(
        window_us=load.horizon_us, requests=load.requests, good=load.requests, instance_type=option.instance_type,
        instance_us=time, s3_put=2 * each, s3_get=each,
        s3_bytes=round(load.requests * (workload.request.wire_payload.mean + answer)),
        busy_us=round(load.requests * place.time.mean_us / place.speed[1]),
        capacity_us=time * slots_of_instance(workload, option, place, facts),
    )  # fmt: skip

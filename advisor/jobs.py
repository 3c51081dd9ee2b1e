"""Jobs: how often a batch job runs, what one mini-batch holds, and how long a new instance takes.

An option is a job where nothing of it stays between its runs (fact `keeps_endpoint`).
"""

import math

from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place
from advisor.workload import Workload

__all__ = [
    "call_limit_us", "every_us", "instance_us", "is_job", "mini_batch", "objects", "start_us", "transfer_us",
]  # fmt: skip


def is_job(name: str, facts: Facts) -> bool:
    """Whether an option runs as jobs, each on instances of its own.

    >>> from advisor.facts import load_facts
    >>> [name for name in ("real_time", "async", "batch_transform") if is_job(name, load_facts())]
    ['batch_transform']
    """
    return facts.of(name, "keeps_endpoint").value is False


def every_us(option: Option, facts: Facts) -> int:
    """Time from the start of one job to that of the next, microseconds: stated, or the fact `job.every`."""
    return option.job_every_s * 1_000_000 or facts.fact("job.every").us()


def call_limit_us(option: Option, facts: Facts, place: Place) -> int:
    """The limit of one call, microseconds: as written; else the default, or the maximum where a record needs more."""
    if option.settings is not None and option.settings.job_timeout_s:
        return option.settings.job_timeout_s * 1_000_000
    default = facts.of(option.name, "invocation_timeout_default").us()
    slow = place.time.quantile_us(0.99) / place.speed[1]
    return default if slow <= default else facts.of(option.name, "invocation_timeout").us()


def mini_batch(workload: Workload, option: Option, facts: Facts, place: Place) -> int:
    """Records in a mini-batch, at least 1.

    Small records are lines of a file and are packed up to the largest mini-batch (stated, or the default), but no
    more than work for a share of the limit of a call; larger ones are objects of their own, one in each call. How
    large a record may be to count as small, and the share, are facts (`job.line`, `job.call_share`).
    """
    mean = workload.request.wire_payload.mean
    if mean > facts.fact("job.line").bytes():
        return 1
    most = option.payload_mib * 10**6 or facts.of(option.name, "payload_request_default").bytes()
    slots = max(1, option.concurrency_per_instance)
    slowed = place.time.mean_us / place.speed[1] * (1 + place.slowdown * (slots - 1))
    in_time = call_limit_us(option, facts, place) * facts.fact("job.call_share").number() / slowed
    return max(1, int(min(most / max(1.0, mean), in_time)))


def transfer_us(workload: Workload, instance_type: str, facts: Facts) -> float:
    """Image pull and model download, which run in parallel: the slower one, microseconds (facts `start.*`).

    An image that is cached on accelerated types is not pulled.
    """
    model, image = workload.model.size or 0, workload.model.image or 0
    cached = facts.instances[instance_type].gpu and bool(facts.fact("start.image_cached_accelerated").value)
    pull = 0.0 if cached else image / facts.fact("start.image_pull_per_s").number()
    return max(pull, model / facts.fact("start.model_download_per_s").number()) * 1e6


def start_us(workload: Workload, instance_type: str, facts: Facts) -> float:
    """Time from the start of a job until an instance works, microseconds, as assumed in the middle of its range."""
    launch = "start.launch_accelerated" if facts.instances[instance_type].gpu else "start.launch_cpu"
    return facts.fact(launch).us() + facts.fact("job.start").us() + transfer_us(workload, instance_type, facts)


def _jobs(option: Option, load: TrafficSummary, facts: Facts) -> int:
    """Jobs that have records: one a period, but no more than there are requests."""
    return min(load.requests, -(-load.horizon_us // every_us(option, facts)))


def objects(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> int:
    """Mini-batches of all jobs: full ones, and at least one in each job."""
    return max(-(-load.requests // mini_batch(workload, option, facts, place)), _jobs(option, load, facts))


def instance_us(option: Option, workload: Workload, load: TrafficSummary, place: Place, facts: Facts) -> int:
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

"""Batch: how a job cuts its data into requests, and how many instances it may have."""

import math

from advisor.attributes import UNKNOWN, Attributes, high, low
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.payload import record_mb
from advisor.units import format_bytes, format_count, format_duration


def _at_once(option: Option, facts: Facts) -> int:
    """Requests that one instance of the job works on side by side."""
    default = facts.of(option.name, "concurrent_transforms_default")
    return option.concurrency_per_instance or int(default.number())


def _record(attributes: Attributes, option: Option, facts: Facts) -> float | None:
    """The record that a mini-batch has to hold, MB; None where its size is not stated."""
    mean = record_mb(attributes, option, facts)
    if mean:
        return mean
    largest = high(attributes.payload_mb)
    return None if largest is UNKNOWN or mean is not None else largest


@rule("BAT001", "Mini-batch size times requests at once", ("batch_transform.payload_concurrency_product",))
def product(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The largest mini-batch times the requests at once on an instance is bounded.

    What it checks: the mini-batch that the largest record needs, times the requests at once.
    Why it matters: the job is refused when it is created.
    Example: MaxConcurrentTransforms times MaxPayloadInMB may be {fact:batch_transform.payload_concurrency_product} at most.
    Exam tip: larger mini-batches mean fewer requests at once.
    """
    name = f"{option.name}.payload_concurrency_product"
    if not facts.has(name) or option.settings is not None:  # what somebody wrote is configuration
        return None
    record = None if option.payload_mib else _record(attributes, option, facts)
    size = option.payload_mib or (math.ceil(record) if record else 0)
    if not size:
        return None
    fact, count = facts.fact(name), _at_once(option, facts)
    seen, limit = float(size * count), fact.bytes() / 1e6
    if seen <= limit or (size > limit and not option.payload_mib):  # PAY001 speaks of a record above the limit
        return None
    outcome = Outcome.blocks if option.payload_mib else Outcome.conditions
    return Finding(
        "BAT001", outcome,
        f"{count:,} requests at once of {size:,} MB each are {format_count(seen)} MB together; {fact.text()} are allowed.",
        seen=seen * 1e6, limit=limit * 1e6, unit="bytes", margin=1 - seen / limit, facts=(fact.id,),
        remedy=f"Set MaxConcurrentTransforms to {max(1, int(limit // size)):,} at most.",
    )  # fmt: skip


@rule("BAT002", "Default size of a mini-batch", ("batch_transform.payload_request_default",))
def default_batch(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A record above the default mini-batch needs a setting.

    What it checks: the largest record against the default of MaxPayloadInMB.
    Why it matters: the job fails on the first record that is larger.
    Example: the default is {fact:batch_transform.payload_request_default}, the largest setting {fact:batch_transform.payload_request}.
    Exam tip: "fails on large files" in a job points to MaxPayloadInMB and SplitType.
    """
    name = f"{option.name}.payload_request_default"
    if not facts.has(name):
        return None
    record = _record(attributes, option, facts)
    if record is None:
        return None
    default, most = facts.fact(name), facts.of(option.name, "payload_request")
    seen = record * 1e6
    if seen <= default.bytes() or seen > most.bytes_upper() or option.payload_mib * 1e6 >= seen:
        return None
    return Finding(
        "BAT002", Outcome.conditions,
        f"The largest record, {format_bytes(seen)}, is above the default mini-batch of {default.text()}.",
        seen=seen, limit=float(default.bytes()), unit="bytes", margin=1 - seen / default.bytes(),
        facts=(default.id, most.id), remedy=f"Set MaxPayloadInMB to {math.ceil(record):,}.",
    )  # fmt: skip


@rule("BAT003", "Instances of one job", ("batch_transform.instances_max",))
def job_instances(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """One job has a largest number of instances.

    What it checks: the instances of the candidate against that number.
    Why it matters: a job that asks for more is refused until a quota is raised.
    Example: {fact:batch_transform.instances_max} in one job; a larger data set takes longer, or several jobs.
    Exam tip: none.
    """
    name = f"{option.name}.instances_max"
    if not facts.has(name) or option.instances <= facts.fact(name).number():
        return None
    fact = facts.fact(name)
    return Finding(
        "BAT003", Outcome.conditions if fact.adjustable == "quota" else Outcome.blocks,
        f"{option.instances:,} instances in one job; {fact.text()} are allowed.",
        seen=float(option.instances), limit=fact.number(), unit="instances",
        margin=1 - option.instances / fact.number(), facts=(fact.id,),
        remedy="Split the data over several jobs, or ask for a larger quota.",
    )  # fmt: skip


@rule("BAT004", "Data set against the time for it", ("batch_transform.instances_max",))
def deadline(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A data set that is due at a time needs enough instances side by side.

    What it checks: records times processing time over the completion bound, against the instances of one job.
    Why it matters: a job does not scale; its number of instances is chosen before it starts.
    Example: a million records of 0.1 s in an hour keep 28 slots busy.
    Exam tip: "overnight" is a bound of hours: few instances are enough.
    """
    name = f"{option.name}.instances_max"
    if not facts.has(name):
        return None
    records, bound = high(attributes.dataset_records), low(attributes.completion_slo_s)
    time = low(attributes.processing_s)
    if records is UNKNOWN or bound is UNKNOWN or time is UNKNOWN or not bound or not records:
        return None
    mean = attributes.processing.mean_us / 1e6 if attributes.processing else time
    fact, count = facts.fact(name), _at_once(option, facts)
    needed = max(1, math.ceil(records * mean / bound / count))
    above = needed > fact.number()
    message = (
        f"{format_count(records)} records in {format_duration(bound * 1e6)} keep about {needed:,} "
        f"instance{'s' * (needed > 1)} busy, with {count:,} request{'s' * (count > 1)} at once on each"
    )
    return Finding(
        "BAT004", Outcome.conditions if above else Outcome.notes,
        f"{message}; one job has {fact.text()} at most." if above else f"{message}, start-up not counted.",
        seen=float(needed), limit=fact.number(), unit="instances", margin=1 - needed / fact.number(), facts=(fact.id,),
        remedy="Run more requests at once on an instance, make the model faster, or split the data over several jobs."
        if above else "",
    )  # fmt: skip

"""Configured jobs: time-out, retries and mini-batches of a transform job."""

from advisor._facts_types import scale_of
from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._ranges import Row, outside
from advisor.rules._rule import Finding, Outcome, rule
from advisor.text import quantity


@rule(
    "CFG021",
    "Ranges of a transform job",
    (
        "batch_transform.invocation_timeout_range",
        "batch_transform.retries_range",
        "batch_transform.payload_request",
    ),
)
def job_ranges(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Time-out, retries and mini-batch of a job have ranges.

    What it checks: InvocationsTimeoutInSeconds, InvocationsMaxRetries and MaxPayloadInMB.
    Why it matters: the SDK compares them with the smallest value only, and nothing bounds MaxPayloadInMB before the service.
    Example: {fact:batch_transform.invocation_timeout_range} for one call, {fact:batch_transform.retries_range} retries.
    Exam tip: a job whose calls take long needs InvocationsTimeoutInSeconds, not a larger instance.
    """
    s = option.settings
    if s is None:
        return None
    rows = (
        Row("InvocationsTimeoutInSeconds", s.job_timeout_s, "batch_transform.invocation_timeout_range"),
        Row("InvocationsMaxRetries", s.job_retries, "batch_transform.retries_range"),
        Row("MaxPayloadInMB", option.payload_mib or s.max_payload_mb or None, "batch_transform.payload_request"),
    )
    return outside("CFG021", rows, option, facts)


@rule("CFG022", "Mini-batch times requests, as written", ("batch_transform.payload_concurrency_product",))
def product(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The mini-batch times the requests at once is bounded, the default of either included.

    What it checks: MaxConcurrentTransforms times MaxPayloadInMB of a written job.
    Why it matters: each is allowed alone, so no tool complains.
    Example: {fact:batch_transform.payload_concurrency_product} together; without MaxPayloadInMB, {fact:batch_transform.payload_request_default} count for each request.
    Exam tip: larger mini-batches mean fewer requests at once.
    """
    settings, name = option.settings, f"{option.name}.payload_concurrency_product"
    if settings is None or not facts.has(name):
        return None
    fact, default = facts.fact(name), facts.of(option.name, "payload_request_default")
    count = option.concurrency_per_instance or int(facts.of(option.name, "concurrent_transforms_default").number())
    written = option.payload_mib or settings.max_payload_mb
    stated, size = written is not None, default.number() if written is None else float(written)
    seen, limit, scale = size * count, fact.number(), scale_of(fact.unit)[1]
    if seen <= limit or (stated and size > facts.of(option.name, "payload_request").number()):  # CFG021 says the latter
        return None
    said = f"MaxPayloadInMB {size:g}" if stated else f"the default of MaxPayloadInMB, {default.text()},"
    return Finding(
        "CFG022", Outcome.blocks if stated else Outcome.conditions,
        f"MaxConcurrentTransforms {count:,} times {said} is {quantity(seen * scale, 'bytes')}; {fact.text()} are allowed.",
        seen=seen * scale, limit=limit * scale, unit="bytes", margin=1 - seen / limit,
        facts=(fact.id,) if stated else (fact.id, default.id),
        remedy=f"Set MaxConcurrentTransforms to {max(1, int(limit // size)):,} at most, or MaxPayloadInMB lower.",
    )  # fmt: skip

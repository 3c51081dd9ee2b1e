"""Lifetime: how long a request lives in a queue, and on an instance that is taken away."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_duration


@rule("TIM006", "How long a request may wait in a queue", ("queue_ttl_range", "queue_ttl_default"))
def queue_age(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A request that waits longer than its time to live is dropped, however late its answer may come.

    What it checks: the stated completion bound against the default and the longest time to live in the queue.
    Why it matters: dropped requests only show in a metric.
    Example: an answer is due tomorrow, a queued request lives {fact:async.queue_ttl_default}.
    Exam tip: work that may wait for days belongs in S3 and a job.
    """
    longest, default = facts.of(option.name, "queue_ttl_range"), facts.of(option.name, "queue_ttl_default")
    if not longest.numeric or not default.numeric:
        return None
    bound = high(attributes.completion_slo_s)
    if bound is UNKNOWN or bound * 1e6 <= default.us():
        return None
    seen, most = bound * 1e6, longest.us("high")
    keys = (longest.id, default.id)
    if seen > most:
        return Finding(
            "TIM006", Outcome.notes,
            f"The result may come after {format_duration(seen)}; a request that waits longer than "
            f"{format_duration(most)} is dropped.",
            seen=seen, limit=float(most), unit="us", margin=1 - seen / most, facts=keys,
            remedy="Keep enough capacity that no request waits that long.",
        )  # fmt: skip
    return Finding(
        "TIM006", Outcome.conditions,
        f"The result may come after {format_duration(seen)}; by default a request is dropped after {default.text()}.",
        seen=seen, limit=float(default.us()), unit="us", margin=1 - seen / default.us(), facts=keys,
        remedy=f"Set RequestTTLSeconds on each call, up to {format_duration(most)}.",
    )  # fmt: skip


@rule("TIM007", "Requests in progress when an instance is taken away", ("real_time.container_stop_grace",))
def stopped_requests(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An instance that scaling takes away stops soon after it is told to.

    What it checks: the p99 of the processing time against the grace of a stopped container, where the count scales.
    Why it matters: requests that run longer are cut off with the container.
    Example: a container has {fact:real_time.container_stop_grace} to finish.
    Exam tip: none.
    """
    name = f"{option.name}.container_stop_grace"
    if not option.tracked or not facts.has(name):
        return None
    fact, slow = facts.fact(name), high(attributes.processing_s)
    if slow is UNKNOWN:
        return None
    seen, limit = slow * 1e6, fact.us()
    if seen <= limit:
        return None
    return Finding(
        "TIM007", Outcome.notes,
        f"Requests of up to {format_duration(seen)} may be cut off when scaling takes an instance away: its container "
        f"stops within {fact.text()}.",
        seen=seen, limit=float(limit), unit="us", margin=1 - seen / limit, facts=(fact.id,),
        remedy="Let callers repeat such requests, or keep the count fixed while they run.",
    )  # fmt: skip

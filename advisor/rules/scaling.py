"""Scaling: concurrency, scaling to zero, and what a queue needs to wake up."""

from advisor.attributes import UNKNOWN, Attributes, low
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.text import quantity


def in_progress(attributes: Attributes) -> float | None:
    """Requests in progress on average in the busiest hour, by Little's law; None where rate or time is unknown."""
    rate, time = low(attributes.rps_peak), low(attributes.processing_s)
    if rate is UNKNOWN or time is UNKNOWN:
        return None
    return rate * (attributes.processing.mean_us / 1e6 if attributes.processing else time)


@rule("SCA001", "Concurrency in the busiest hour", ("max_concurrency",))
def concurrency(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Requests in progress at once must stay under the concurrency limit.

    What it checks: rate in the busiest hour times typical processing time (Little's law) against the limit.
    Why it matters: above the limit requests are refused, not queued.
    Example: {fact:serverless.max_concurrency} at once on one serverless endpoint.
    Exam tip: throttling on serverless points to max concurrency or the Region's total.
    """
    fact = facts.of(option.name, "max_concurrency")
    if not fact.numeric:
        return None
    seen, limit = in_progress(attributes), fact.number()
    if seen is None:
        return None
    outcome = Outcome.notes if seen <= limit else Outcome.blocks
    return Finding(
        "SCA001", outcome, f"{quantity(seen, 'requests')} in progress on average in the busiest hour, of {fact.text()} at most.",
        seen=seen, limit=limit, unit="requests", margin=1 - seen / limit, facts=(fact.id,),
        remedy="" if outcome is Outcome.notes else "Spread over several endpoints, or use instances.",
    )  # fmt: skip


@rule("SCA002", "Idle time and scaling to zero", ("scale_to_zero",))
def scale_to_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Idle spells are free only where the option scales to zero.

    What it checks: `idle_periods` against whether the option can have nothing running.
    Why it matters: an always-on instance bills its idle hours too.
    Example: an internal tool used in office hours.
    Exam tip: idle nights point to serverless, or to async and components at zero.
    """
    fact = facts.of(option.name, "scale_to_zero")
    if attributes.idle_periods is not True:
        return None
    if fact.value is True and option.min_instances == 0:
        return Finding("SCA002", Outcome.notes, "Nothing runs and nothing bills in idle spells.", facts=(fact.id,))
    return Finding(
        "SCA002", Outcome.notes, "At least one instance runs and bills through idle spells.",
        seen="idle spells", limit="always on", facts=(fact.id,),
        remedy="Use an option that scales to zero if the idle share of the bill matters.",
    )  # fmt: skip


@rule("SCA005", "Metric that scales a queue", ("publishes_invocation_metrics", "autoscaling.metric_async"))
def queue_metric(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A queue publishes no invocation metrics: only its backlog can drive scaling.

    What it checks: whether a queue's target tracks invocations instead of the backlog.
    Why it matters: a policy on a metric that nobody publishes never acts.
    Example: track {fact:autoscaling.metric_async}, a target of {fact:autoscaling.async_backlog_target} in AWS's example.
    Exam tip: async scales on {fact:autoscaling.metric_async}.
    """
    fact, metric = facts.of(option.name, "publishes_invocation_metrics"), facts.of("autoscaling", "metric_async")
    if fact.value is not False or not option.tracked or facts.of(option.name, "keeps_endpoint").value is not True:
        return None
    if option.target_per_min > 0:
        return Finding(
            "SCA005", Outcome.conditions, "Tracks invocations per instance, which this option does not publish.",
            seen="invocations", limit=str(metric.value), facts=(fact.id, metric.id),
            remedy=f"Track {metric.value}.",
        )  # fmt: skip
    return Finding(
        "SCA005", Outcome.notes, f"Scales on {metric.value}: invocation metrics are not published.",
        facts=(fact.id, metric.id),
    )  # fmt: skip


@rule("SCA006", "Idle time that must cost nothing", ("scale_to_zero", "keeps_endpoint", "minimum_instances"))
def nothing_while_idle(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A stated need for zero cost while idle rules out what cannot reach zero.

    What it checks: `scale_to_zero` against whether the option, as configured, can have nothing running.
    Why it matters: one instance that stays up bills every hour of the month.
    Example: a demo that is used twice a week.
    Exam tip: "no cost while idle" leaves serverless, async at zero, components at zero and jobs.
    """
    fact = facts.of(option.name, "scale_to_zero")
    if attributes.scale_to_zero is not True:
        return None
    if fact.value is not True:
        return Finding(
            "SCA006", Outcome.blocks, "Idle time must cost nothing; here something always runs.",
            seen="zero", limit="always on", facts=(fact.id, facts.of(option.name, "minimum_instances").id),
            remedy="Use an option that scales to zero.",
        )  # fmt: skip
    ends = option.memory_mib > 0 or facts.of(option.name, "keeps_endpoint").value is False
    kept = max(option.min_instances if option.tracked else option.instances, option.min_copies)
    if ends or kept == 0:
        return Finding("SCA006", Outcome.notes, "Nothing runs while idle, as needed.", facts=(fact.id,))
    return Finding(
        "SCA006", Outcome.conditions, f"Idle time must cost nothing; this configuration keeps {kept:,} running.",
        seen=float(kept), limit=0.0, unit="instances", facts=(fact.id,), remedy="Set the smallest number to 0.",
    )  # fmt: skip


@rule("SCA007", "Fewest instances that scaling may leave", ("minimum_instances",))
def fewest_instances(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Scaling cannot go below the fewest instances that the option allows.

    What it checks: the smallest number of a scaled fleet against the option's own.
    Why it matters: registering a smaller number is refused.
    Example: a real-time variant keeps {fact:real_time.minimum_instances}, an asynchronous one {fact:async.minimum_instances}.
    Exam tip: only async, components and serverless reach zero.
    """
    fact = facts.of(option.name, "minimum_instances")
    if not option.tracked or not fact.numeric or option.min_instances >= fact.number():
        return None
    return Finding(
        "SCA007", Outcome.blocks, f"Scaling may leave {option.min_instances:,}; this option keeps at least {fact.text()}.",
        seen=float(option.min_instances), limit=fact.number(), unit="instances", facts=(fact.id,),
        remedy=f"Set the smallest number to {fact.text()}, or use an option that scales to zero.",
    )  # fmt: skip


@rule("SCA008", "Requests beyond the warm environments", ("serverless_provisioned.spills_to_on_demand",))
def spill_over(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Requests above the provisioned concurrency run on demand, and may start cold.

    What it checks: requests in progress in the busiest hour against the environments that are kept warm.
    Why it matters: provisioned concurrency takes cold starts away only up to its own number.
    Example: a campaign doubles the traffic of an endpoint that keeps its usual number warm.
    Exam tip: provisioned concurrency can scale with its utilisation.
    """
    name = f"{option.name}.spills_to_on_demand"
    kept = option.max_provisioned if option.provisioned_target else option.provisioned_concurrency
    if not kept or not facts.has(name):
        return None
    seen = in_progress(attributes)
    if seen is None or seen <= kept:
        return None
    return Finding(
        "SCA008", Outcome.conditions,
        f"{quantity(seen, 'requests')} in progress in the busiest hour, {kept:,} kept warm: the others may start cold.",
        seen=seen, limit=float(kept), unit="requests", margin=1 - seen / kept, facts=(facts.fact(name).id,),
        remedy="Keep more environments warm, or scale their number with its utilisation.",
    )  # fmt: skip

"""Configured scaling: bounds the wrong way round, metrics of another dimension, zeros that are refused or final."""

from advisor.attributes import Attributes
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.settings import Settings
from advisor.units import format_duration


def _bounds(option: Option) -> list[tuple[str, str, int, int]]:
    """Pairs of a smallest and a largest number, with their names; a size of 0 at the top was not stated."""
    s = option.settings or Settings()
    found = []
    if s.managed_min is not None and s.managed_max is not None:
        found.append(("MinInstanceCount", "MaxInstanceCount", s.managed_min, s.managed_max))
    if s.scalable_min is not None and s.scalable_max is not None:
        found.append(("MinCapacity", "MaxCapacity", s.scalable_min, s.scalable_max))
    if option.max_instances:
        found.append(("the fewest instances", "the most instances", option.min_instances, option.max_instances))
    if option.max_copies:
        found.append(("the fewest copies", "the most copies", option.min_copies, option.max_copies))
    return found


@rule("CFG010", "Smallest number above the largest", ("configuration.minimum_within_maximum",))
def upside_down(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The smallest number that scaling may leave is not above the largest.

    What it checks: the bounds of managed instance scaling, of the scalable target, of instances and of copies.
    Why it matters: the SDK and templates do not compare the two, the service refuses them.
    Example: MinCapacity raised for a campaign, MaxCapacity forgotten.
    Exam tip: none.
    """
    fact = facts.fact("configuration.minimum_within_maximum")
    wrong = [(low, high, least, most) for low, high, least, most in _bounds(option) if least > most]
    if not wrong or fact.value is not True:
        return None
    said = ", ".join(f"{low} ({least:,}) is above {high} ({most:,})" for low, high, least, most in wrong)
    remedy = "; ".join(f"set {low} to {most:,} at most, or raise {high}" for low, high, _, most in wrong)
    *_, least, most = wrong[0]
    return Finding(
        "CFG010", Outcome.blocks, f"{said[0].upper()}{said[1:]}.", seen=float(least), limit=float(most),
        margin=1 - least / most if most else -1.0, facts=(fact.id,), remedy=f"{remedy[0].upper()}{remedy[1:]}.",
    )  # fmt: skip


def _metrics(facts: Facts) -> dict[str, tuple[Fact, ...]]:
    """The predefined metrics of each scalable dimension."""
    metrics = {
        "dimension_instances": ("metric_variant", "metric_variant_high_res"),
        "dimension_provisioned": ("metric_provisioned",),
        "dimension_copies": ("metric_component", "metric_component_high_res"),
    }
    return {
        str(facts.of("configuration", name).value): tuple(facts.of("autoscaling", metric) for metric in of)
        for name, of in metrics.items()
    }


def _unpublished(option: Option, metric: str | None, facts: Facts) -> Finding | None:
    """A metric that a queue does not publish; SCA005 says it of a target of the option."""
    published, backlog = facts.of(option.name, "publishes_invocation_metrics"), facts.of("autoscaling", "metric_async")
    if metric != facts.of("autoscaling", "metric_variant").value or published.value is not False or option.tracked:
        return None
    return Finding(
        "CFG013", Outcome.conditions, f"{metric} is accepted, but this option does not publish it: the policy never acts.",
        seen=metric, limit=str(backlog.value), facts=(published.id, backlog.id),
        remedy=f"Track {backlog.value} as CustomizedMetricSpecification.",
    )  # fmt: skip


@rule(
    "CFG013",
    "Metric of another scalable dimension",
    (
        "configuration.dimension_instances",
        "configuration.dimension_provisioned",
        "configuration.dimension_copies",
        "autoscaling.metric_async",
        "publishes_invocation_metrics",
    ),
)
def wrong_metric(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A predefined metric belongs to one scalable dimension.

    What it checks: PredefinedMetricType against ScalableDimension.
    Why it matters: templates accept any pair; the policy is refused, or never acts.
    Example: {fact:autoscaling.metric_component} counts copies, so it cannot scale {fact:configuration.dimension_instances}.
    Exam tip: {fact:autoscaling.metric_async} is no predefined metric: it is tracked as a customised one.
    """
    settings = option.settings
    if settings is None or settings.dimension is None:
        return None
    dimension, metric, known = settings.dimension, settings.metric, _metrics(facts)
    if dimension not in known:
        dimensions = tuple(f"configuration.dimension_{name}" for name in ("instances", "provisioned", "copies"))
        return Finding(
            "CFG013", Outcome.blocks, f"ScalableDimension is {dimension!r}, which is none of SageMaker's.",
            seen=dimension, limit="a dimension of SageMaker", facts=dimensions, remedy=f"Write one of {', '.join(known)}.",
        )  # fmt: skip
    allowed = [str(fact.value) for fact in known[dimension]]
    if metric is None or metric in allowed:
        return _unpublished(option, metric, facts)
    backlog = facts.of("autoscaling", "metric_async")
    own = " Track it as CustomizedMetricSpecification instead." if metric == backlog.value else ""
    return Finding(
        "CFG013", Outcome.blocks, f"{metric} is no predefined metric of {dimension}.",
        seen=metric, limit=" or ".join(allowed), facts=tuple(fact.id for fact in known[dimension]),
        remedy=f"Track {' or '.join(allowed)}.{own}",
    )  # fmt: skip


@rule(
    "CFG014",
    "A written scaling to zero without a way back",
    (
        "queues_when_busy",
        "model_sharing",
        "inference_components_zero.needs_step_policy_from_zero",
        "autoscaling.async_from_zero_without_step_policy",
    ),
)
def no_way_back(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """What may scale to zero needs a step policy and an alarm that starts it.

    What it checks: MinCapacity 0 of a queue or of components without either of the two.
    Why it matters: every call is accepted, and the first quiet night leaves nothing that wakes up.
    Example: target tracking alone on the copies of a component.
    Exam tip: queues wake on HasBacklogWithoutCapacity, components on NoCapacityInvocationFailures.
    """
    settings = option.settings
    if settings is None or settings.scalable_min != 0:
        return None
    if facts.of(option.name, "model_sharing").value == "components":
        fact, metric = (
            facts.fact("inference_components_zero.needs_step_policy_from_zero"),
            "NoCapacityInvocationFailures",
        )
        after = "nothing brings a copy back"
        if fact.value is not True:
            return None
    elif (
        facts.of(option.name, "queues_when_busy").value is True
        and facts.of(option.name, "keeps_endpoint").value is True
    ):
        fact, metric = facts.fact("autoscaling.async_from_zero_without_step_policy"), "HasBacklogWithoutCapacity"
        after = "AWS's pages disagree on whether the fleet leaves zero"
    else:
        return None
    needed = {"a step scaling policy": settings.step_policy, f"an alarm on {metric}": settings.alarm}
    missing = " and ".join(name for name, there in needed.items() if not there)
    if not missing:
        return None
    return Finding(
        "CFG014", Outcome.conditions, f"MinCapacity is 0 without {missing}: {after}.",
        seen=f"without {missing}", limit="a step scaling policy and its alarm", facts=(fact.id,),
        remedy=f"Add {missing}, or write MinCapacity 1.",
    )  # fmt: skip


@rule(
    "CFG015",
    "Interval of published metrics",
    ("configuration.metric_publish_periods", "configuration.metric_publish_default"),
)
def publish_period(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Metrics are published at one of a few intervals.

    What it checks: MetricPublishFrequencyInSeconds against the documented values.
    Why it matters: the API model takes any number, so no SDK or template check complains.
    Example: {fact:configuration.metric_publish_periods}; {fact:configuration.metric_publish_default} where it is left out.
    Exam tip: without EnableEnhancedMetrics the interval holds for utilisation metrics only.
    """
    settings, fact = option.settings, facts.of("configuration", "metric_publish_periods")
    if settings is None or settings.metric_publish_period_s is None or not fact.numeric:
        return None
    seen, default = settings.metric_publish_period_s, facts.of("configuration", "metric_publish_default")
    if seen not in fact.value:
        nearest = min(fact.value, key=lambda period: abs(period - seen))
        return Finding(
            "CFG015", Outcome.blocks, f"MetricPublishFrequencyInSeconds is {seen:,}; allowed are {fact.text()}.",
            seen=seen * 1e6, limit=fact.text(), unit="us", facts=(fact.id,), remedy=f"Write {nearest:,}.",
        )  # fmt: skip
    if seen * 1e6 == default.us() or settings.enhanced_metrics:
        return None
    return Finding(
        "CFG015", Outcome.notes,
        f"Utilisation metrics come every {format_duration(seen * 1e6)}; invocation metrics stay at {default.text()} "
        "without EnableEnhancedMetrics.",
        seen=seen * 1e6, unit="us", facts=(fact.id, default.id),
    )  # fmt: skip

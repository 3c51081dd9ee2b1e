"""Quotas: what an account may run, as far as it was stated or AWS publishes a default."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.rules.scaling import in_progress
from advisor.text import quantity

_ASK = "Ask for a larger quota (Service Quotas), in time before the launch."


def _each(attributes: Attributes, option: Option, facts: Facts) -> int:
    """Fleets that the models need at once: one for each where nothing is shared; jobs run one after another."""
    count = high(attributes.n_models)
    shared = facts.of(option.name, "model_sharing").value != "none" or attributes.chained is True
    alone = not shared and facts.of(option.name, "keeps_endpoint").value is True
    return int(count) if alone and count is not UNKNOWN and count > 1 else 1


@rule("QUO001", "Instances against the quota", ("real_time.instance_quota", "minimum_instances"))
def instances(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The largest fleet must stay within the account's quota of the instance type.

    What it checks: the most instances of the candidate, for all models, against `instance_quota`.
    Why it matters: scaling stops at the quota, and a new account may have none of an accelerated type.
    Example: the quota is {fact:real_time.instance_quota}, for each type and Region.
    Exam tip: ResourceLimitExceeded is a quota, insufficient capacity is not.
    """
    if not facts.of(option.name, "minimum_instances").numeric:
        return None
    fact, quota = facts.of("real_time", "instance_quota"), high(attributes.instance_quota)
    if quota is UNKNOWN:
        if not option.instance_type:
            return None
        return Finding(
            "QUO001", Outcome.notes, f"How many {option.instance_type} an account may run differs {fact.text()}.",
            facts=(fact.id,), remedy="Look it up in Service Quotas.",
        )  # fmt: skip
    most = max(option.instances, option.max_instances, 1) if option.instance_type else 1
    needed = most * _each(attributes, option, facts)
    if needed <= quota:
        return None
    return Finding(
        "QUO001", Outcome.blocks,
        f"Needs up to {needed:,} instance{'s' * (needed > 1)} of {option.instance_type or 'a type'}; the account may run {quota:,.0f}.",
        seen=float(needed), limit=quota, unit="instances", margin=1 - needed / quota if quota else -1.0,
        facts=(fact.id,), remedy=_ASK,
    )  # fmt: skip


@rule(
    "QUO002",
    "Requests at once against the Region's quota",
    ("region_concurrency_large", "region_concurrency_other", "serverless.region_concurrency_applied"),
)
def concurrency(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """All serverless endpoints of an account share one number of requests at once in a Region.

    What it checks: requests in progress in the busiest hour against `concurrency_quota`, else AWS's default.
    Why it matters: what is promised to one endpoint is taken from the others, and new accounts have far less.
    Example: {fact:serverless.region_concurrency_large} or {fact:serverless.region_concurrency_other} by Region; {fact:serverless.region_concurrency_applied} were seen in new accounts.
    Exam tip: throttling below the endpoint's own maximum points to the Region's quota.
    """
    if not facts.of(option.name, "region_concurrency_large").applies:
        return None
    region, seen, quota = attributes.region, in_progress(attributes), high(attributes.concurrency_quota)
    default = facts.region_concurrency(region) if region is not UNKNOWN else None
    fact = default or facts.of(option.name, "region_concurrency_large")
    if quota is not UNKNOWN:
        return _stated(quota, seen, option, fact.id)
    applied = facts.of("serverless", "region_concurrency_applied")
    if seen is None or seen <= applied.number():
        return None
    if default is not None and seen > default.number():
        return Finding(
            "QUO002", Outcome.conditions,
            f"{quantity(seen, 'requests')} in progress in the busiest hour; an account has {default.text()} in {region} by default.",
            seen=seen, limit=default.number(), unit="requests", margin=1 - seen / default.number(),
            facts=(default.id,), remedy=_ASK,
        )  # fmt: skip
    return Finding(
        "QUO002", Outcome.notes,
        f"{quantity(seen, 'requests')} in progress in the busiest hour; accounts with a quota of {applied.text()} were seen "
        f"({applied.confidence}).",
        seen=seen, limit=applied.number(), unit="requests", margin=1 - seen / applied.number(),
        facts=(applied.id, fact.id), remedy="Look up the quota of the account.",
    )  # fmt: skip


def _stated(quota: float, seen: float | None, option: Option, key: str) -> Finding | None:
    if seen is not None and seen > quota:
        return Finding(
            "QUO002", Outcome.blocks,
            f"{quantity(seen, 'requests')} in progress in the busiest hour; the account may have {quota:,.0f} in the Region.",
            seen=seen, limit=quota, unit="requests", margin=1 - seen / quota if quota else -1.0, facts=(key,), remedy=_ASK,
        )  # fmt: skip
    if option.max_concurrency <= quota:
        return None
    return Finding(
        "QUO002", Outcome.conditions,
        f"A maximum of {option.max_concurrency:,} at once would be refused; the account may have {quota:,.0f} in the Region.",
        seen=float(option.max_concurrency), limit=quota, unit="requests",
        margin=1 - option.max_concurrency / quota if quota else -1.0, facts=(key,),
        remedy=f"Set the maximum concurrency to {quota:,.0f} at most, for all endpoints together.",
    )  # fmt: skip


@rule("QUO003", "Endpoints of an account", ("serverless.endpoints_per_region",))
def endpoints(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """One endpoint for each model may be more than an account may have.

    What it checks: `n_models` against the endpoints of a Region, where each model needs one.
    Why it matters: the quota has to be raised before the last models can be served.
    Example: {fact:serverless.endpoints_per_region} serverless endpoints in a Region.
    Exam tip: hundreds of models point to a multi-model endpoint.
    """
    name = f"{option.name}.endpoints_per_region"
    if not facts.has(name):
        return None
    fact, needed = facts.fact(name), _each(attributes, option, facts)
    if needed <= fact.number():
        return None
    return Finding(
        "QUO003", Outcome.conditions if fact.adjustable == "quota" else Outcome.blocks,
        f"{needed:,} endpoints, one for each model; a Region has {fact.text()} by default.",
        seen=float(needed), limit=fact.number(), unit="endpoints", margin=1 - needed / fact.number(), facts=(fact.id,),
        remedy=f"{_ASK} Or share endpoints between models.",
    )  # fmt: skip


@rule("QUO004", "Things that scale by themselves", ("scales_models_apart", "autoscaling.targets_max"))
def scaling_targets(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An account has a largest number of things that scale.

    What it checks: `n_models` against that number, where each model scales by itself.
    Why it matters: the next one cannot be registered until the quota is raised.
    Example: {fact:autoscaling.targets_max} scalable targets of one type.
    Exam tip: none.
    """
    if facts.of(option.name, "scales_models_apart").value is not True or not option.tracked:
        return None
    fact, count = facts.of("autoscaling", "targets_max"), high(attributes.n_models)
    if count is UNKNOWN or count <= fact.number():
        return None
    return Finding(
        "QUO004", Outcome.conditions, f"{count:,.0f} models that scale by themselves; an account has {fact.text()} by default.",
        seen=count, limit=fact.number(), unit="targets", margin=1 - count / fact.number(), facts=(fact.id,),
        remedy=f"{_ASK} Or let models share a fleet.",
    )  # fmt: skip

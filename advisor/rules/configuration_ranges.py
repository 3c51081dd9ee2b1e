"""Configured ranges: single values that AWS refuses and that few tools compare with anything."""

from advisor._facts_types import scale_of
from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._ranges import Row, outside
from advisor.rules._rule import Finding, Outcome, rule


@rule("CFG016", "Memory sizes of serverless", ("memory_sizes",))
def memory_size(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Serverless memory comes in fixed sizes.

    What it checks: MemorySizeInMB against the sizes there are.
    Why it matters: the SDK and templates see a range, the service sees a list.
    Example: {fact:serverless.memory_sizes}, nothing between.
    Exam tip: memory is the only size that serverless lets you choose, and the processor grows with it.
    """
    fact, seen = facts.of(option.name, "memory_sizes"), option.memory_mib
    if not seen or not fact.numeric or seen in fact.value:
        return None
    larger = [size for size in fact.value if size > seen]
    nearest = min(larger) if larger else max(fact.value)
    scale = scale_of(fact.unit)[1]
    return Finding(
        "CFG016", Outcome.blocks, f"MemorySizeInMB is {seen:,}; the sizes are {fact.text()}.",
        seen=float(seen * scale), limit=float(nearest * scale), unit="bytes",
        facts=(fact.id,), remedy=f"Write MemorySizeInMB {nearest:,}.",
    )  # fmt: skip


@rule("CFG017", "Concurrency of serverless", ("max_concurrency", "serverless_provisioned.provisioned_concurrency_max"))
def concurrency(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """One serverless endpoint has a largest number of environments.

    What it checks: MaxConcurrency and ProvisionedConcurrency.
    Why it matters: the SDK passes larger numbers on, the service refuses them.
    Example: {fact:serverless.max_concurrency} at once, {fact:serverless_provisioned.provisioned_concurrency_max} of them kept warm.
    Exam tip: the Region has a limit of its own for all endpoints together.
    """
    rows = (
        Row("MaxConcurrency", option.max_concurrency or None, "max_concurrency"),
        Row("ProvisionedConcurrency", option.provisioned_concurrency or None, "provisioned_concurrency_max"),
    )
    return outside("CFG017", rows, option, facts)


@rule(
    "CFG018",
    "Ranges of a production variant",
    (
        "real_time.volume_size_range",
        "real_time.model_download_timeout_range",
        "real_time.container_health_check_range",
        "real_time.instance_provision_timeout_range",
        "real_time.instance_pools_max",
        "real_time.variants_max",
    ),
)
def variant_ranges(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Volume, time-outs and numbers of a production variant have ranges.

    What it checks: volume size, time for download, health check and provisioning, number of variants and pools.
    Why it matters: the SDK compares them with the smallest value only.
    Example: {fact:real_time.container_health_check_range} for a health check, {fact:real_time.volume_size_range} for a volume.
    Exam tip: a large model that fails its health check needs a longer ContainerStartupHealthCheckTimeoutInSeconds.
    """
    s = option.settings
    if s is None:
        return None
    rows = (
        Row("VolumeSizeInGB", s.volume_gib, "volume_size_range"),
        Row("ModelDataDownloadTimeoutInSeconds", s.download_timeout_s, "model_download_timeout_range"),
        Row("ContainerStartupHealthCheckTimeoutInSeconds", s.health_check_timeout_s, "container_health_check_range"),
        Row("VariantInstanceProvisionTimeoutInSeconds", s.provision_timeout_s, "instance_provision_timeout_range"),
        Row("number of InstancePools", s.instance_pools, "instance_pools_max"),
        Row("number of ProductionVariants", None if s.weights is None else len(s.weights), "variants_max"),
    )
    return outside("CFG018", rows, option, facts)


@rule(
    "CFG019",
    "Ranges of an asynchronous endpoint",
    (
        "async.concurrency_per_instance_range",
        "async.queue_ttl_range",
        "async.payload_inline",
        "configuration.async_invocation_timeout_range",
    ),
)
def async_ranges(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Concurrency, waiting time and processing time of asynchronous requests have ranges.

    What it checks: MaxConcurrentInvocationsPerInstance, and what one call of InvokeEndpointAsync states.
    Why it matters: the SDK compares them with the smallest value only.
    Example: {fact:configuration.async_invocation_timeout_range} for a request, {fact:async.queue_ttl_range} in the queue.
    Exam tip: InvocationTimeoutSeconds is processing, RequestTTLSeconds is waiting.
    """
    s = option.settings
    if s is None:
        return None
    rows = (
        Row("MaxConcurrentInvocationsPerInstance", s.async_concurrency, "async.concurrency_per_instance_range"),
        Row("RequestTTLSeconds", s.request_ttl_s, "async.queue_ttl_range"),
        Row("InvocationTimeoutSeconds", s.request_timeout_s, "configuration.async_invocation_timeout_range"),
        Row("length of Body", s.body_bytes, "async.payload_inline"),
    )
    return outside("CFG019", rows, option, facts)


@rule(
    "CFG023",
    "Names that AWS does not know",
    (
        "real_time.routing_strategies",
        "inference_components.scale_in_strategies",
        "inference_components.placement_strategies",
        "multi_model.cache_settings",
    ),
)
def names(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A strategy or setting is one of a few names, spelled as AWS spells them.

    What it checks: RoutingStrategy, the strategies of scale-in and placement, ModelCacheSetting.
    Why it matters: the SDK passes any word on, the service refuses it.
    Example: {fact:real_time.routing_strategies} for routing.
    Exam tip: LEAST_OUTSTANDING_REQUESTS sends a call to the instance with the fewest in progress.
    """
    s = option.settings
    if s is None:
        return None
    rows = (
        ("RoutingStrategy", s.routing, "real_time.routing_strategies"),
        ("The Strategy of ScaleInPolicy", s.scale_in_strategy, "inference_components.scale_in_strategies"),
        ("PlacementStrategy", s.placement, "inference_components.placement_strategies"),
        ("ModelCacheSetting", s.model_cache, "multi_model.cache_settings"),
    )
    wrong = [
        (name, word, facts.fact(key))
        for name, word, key in rows
        if word is not None and word not in facts.fact(key).value
    ]
    if not wrong:
        return None
    return Finding(
        "CFG023", Outcome.blocks, ". ".join(f"{name} is {word!r}; known are {fact.text()}" for name, word, fact in wrong) + ".",
        seen=wrong[0][1], limit=wrong[0][2].text(), facts=tuple(fact.id for _, _, fact in wrong),
        remedy=f"Write {', '.join(f'{name} as one of {fact.text()}' for name, _, fact in wrong)}.",
    )  # fmt: skip

"""Reading: calls as somebody wrote them, back to an option and its settings, so that the rules can be asked about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.settings import Settings

__all__ = ["Part", "read_calls", "read_parts"]

_ROUTING: Final = {"LEAST_OUTSTANDING_REQUESTS": "LEAST_OUTSTANDING", "RANDOM": "RANDOM"}
_MODES: Final = {"Serial": "inference_pipeline", "Direct": "multi_container"}
Arguments = Mapping[str, Any]
Given = Mapping[str, list[Arguments]]


def read_calls(calls: Iterable[tuple[str, Arguments]], facts: Facts) -> tuple[Option, Settings]:
    """The option that these calls create, and what they say beyond its sizes.

    Arguments: `calls` are pairs of an operation (CreateModel, CreateEndpointConfig, CreateInferenceComponent,
    CreateTransformJob, RegisterScalableTarget, PutScalingPolicy, PutMetricAlarm) and its plain arguments, in any order.
    """
    given: dict[str, list[Arguments]] = {}
    for operation, arguments in calls:
        given.setdefault(operation, []).append(arguments)
    if "CreateTransformJob" in given:
        return _job(given["CreateTransformJob"][0])
    configured = given.get("CreateEndpointConfig", [{}])[0]
    option, settings = _configuration(configured)
    option, settings = _models(given.get("CreateModel", []), option, settings)
    option, settings = _components(given.get("CreateInferenceComponent", []), option, settings)
    option, settings = _targets(given.get("RegisterScalableTarget", []), option, settings, facts)
    option, settings = _policies(given, option, settings, facts)
    return _named(option, settings), _invoked(given.get("InvokeEndpointAsync", []), settings)


@dataclass(frozen=True, slots=True)
class Part:
    """One variant, component or scalable target of an endpoint, read as if it were alone."""

    name: str
    """What it is, for people; empty for the endpoint as a whole."""
    option: Option
    settings: Settings


def _alike(policy: Arguments, target: Arguments) -> bool:
    """Whether a policy is of a scalable target; one that does not say of which counts for every one."""
    return all(policy.get(key, target.get(key)) == target.get(key) for key in ("ResourceId", "ScalableDimension"))


def read_parts(calls: Iterable[tuple[str, Arguments]], facts: Facts) -> tuple[Part, ...]:
    """The endpoint as a whole, and after it each further variant, component, model and scalable target as if it were alone.

    So the rules can be asked about every one of them. Arguments: as of `read_calls`.
    """
    listed = list(calls)
    given: dict[str, list[Arguments]] = {}
    for operation, arguments in listed:
        given.setdefault(operation, []).append(arguments)
    found = [Part("", *read_calls(listed, facts))]
    if "CreateTransformJob" in given or "CreateEndpointConfig" not in given:
        return tuple(found)
    configured = given["CreateEndpointConfig"][0]
    production, shadows = configured.get("ProductionVariants", []), configured.get("ShadowProductionVariants", [])
    components, targets = given.get("CreateInferenceComponent", []), given.get("RegisterScalableTarget", [])

    def part(name: str, configuration: Arguments, *others: tuple[str, Arguments]) -> None:
        found.append(Part(name, *read_calls([("CreateEndpointConfig", configuration), *others], facts)))

    bare = {key: value for key, value in configured.items() if key != "ShadowProductionVariants"}
    bound = [("CreateInferenceComponent", one) for one in components[:1]]
    for number, variant in enumerate((*production, *shadows)):
        if number:
            called = str(variant.get("VariantName") or number + 1)
            part(f"variant {called}", {**bare, "ProductionVariants": [variant]}, *bound)
    one_variant = {**bare, "ProductionVariants": production[:1]}
    for number, component in enumerate(components[1:], start=2):
        called = str(component.get("InferenceComponentName") or number)
        part(f"component {called}", one_variant, ("CreateInferenceComponent", component))
    for number, model in enumerate(given.get("CreateModel", [])[1:], start=2):
        part(f"model {model.get('ModelName') or number}", one_variant, ("CreateModel", model))
    for number, target in enumerate(targets[1:], start=2):
        policies = [
            ("PutScalingPolicy", policy) for policy in given.get("PutScalingPolicy", []) if _alike(policy, target)
        ]
        alarms = [("PutMetricAlarm", alarm) for alarm in given.get("PutMetricAlarm", [])]
        called = str(target.get("ResourceId") or number)
        part(f"scalable target {called}", one_variant, *bound, ("RegisterScalableTarget", target), *policies, *alarms)
    return tuple(found)


def _invoked(invocations: list[Arguments], settings: Settings) -> Settings:
    """A call of InvokeEndpointAsync that is written down beside."""
    if not invocations:
        return settings
    first = invocations[0]
    body = first.get("Body")
    return replace(
        settings, invoked=True, body_bytes=None if body is None else len(str(body).encode()),
        input_location=first.get("InputLocation"), request_ttl_s=first.get("RequestTTLSeconds"),
        request_timeout_s=first.get("InvocationTimeoutSeconds"),
    )  # fmt: skip


def _pooled(variant: Arguments) -> str:
    """The instance type of a variant: its own, else that of the pool that is filled first."""
    own = variant.get("InstanceType")
    if own or "ServerlessConfig" in variant:
        return own or ""
    pools = [pool for pool in variant.get("InstancePools", []) if "InstanceType" in pool]
    first: Arguments = min(pools, key=lambda pool: pool.get("Priority", 0), default={})
    return str(first.get("InstanceType", ""))


def _whole(value: Any) -> int:
    return round(value) if isinstance(value, int | float) else 0


def _job(job: Arguments) -> tuple[Option, Settings]:
    """A transform job."""
    resources = job.get("TransformResources", {})
    client = job.get("ModelClientConfig", {})
    payload = job.get("MaxPayloadInMB")
    option = Option(
        name="batch_transform", instance_type=resources.get("InstanceType", ""), instances=_whole(resources.get("InstanceCount")),
        concurrency_per_instance=_whole(job.get("MaxConcurrentTransforms")), payload_mib=_whole(payload),
    )  # fmt: skip
    settings = Settings(
        serverless=False, asynchronous=False, max_payload_mb=payload, job_timeout_s=client.get("InvocationsTimeoutInSeconds"),
        job_retries=client.get("InvocationsMaxRetries"),
    )  # fmt: skip
    return option, settings


def _shares(variants: list[Arguments]) -> tuple[float, ...]:
    weights = [float(variant.get("InitialVariantWeight", 1.0)) for variant in variants]
    total = sum(weights)
    return tuple(weight / total for weight in weights) if len(weights) > 1 and total else ()


def _configuration(configured: Arguments) -> tuple[Option, Settings]:
    """An endpoint configuration: what it runs on and how it answers."""
    variants = list(configured.get("ProductionVariants", []))
    shadows = list(configured.get("ShadowProductionVariants", []))
    first: Arguments = variants[0] if variants else {}
    serverless = first.get("ServerlessConfig")
    asynchronous = configured.get("AsyncInferenceConfig")
    managed = first.get("ManagedInstanceScaling", {})
    counts = tuple(_whole(variant.get("InitialInstanceCount")) for variant in (*variants, *shadows))
    strategy = first.get("RoutingConfig", {}).get("RoutingStrategy")
    scale_in = managed.get("ScaleInPolicy", {})
    weight = float(first.get("InitialVariantWeight", 1.0) or 1.0)
    concurrency = (asynchronous or {}).get("ClientConfig", {}).get("MaxConcurrentInvocationsPerInstance")
    option = Option(
        name="real_time", instance_type=_pooled(first), instances=sum(counts),
        fleets=counts if len(counts) > 1 else (), weights=_shares(variants),
        shadow_share=float(shadows[0].get("InitialVariantWeight", 1.0)) / weight if shadows else 0.0,
        memory_mib=_whole((serverless or {}).get("MemorySizeInMB")), max_concurrency=_whole((serverless or {}).get("MaxConcurrency")),
        provisioned_concurrency=_whole((serverless or {}).get("ProvisionedConcurrency")),
        routing=_ROUTING.get(strategy or "RANDOM", "RANDOM"), concurrency_per_instance=_whole(concurrency),
        min_instances=_whole(managed.get("MinInstanceCount")), max_instances=_whole(managed.get("MaxInstanceCount")),
    )  # fmt: skip
    settings = Settings(
        serverless=serverless is not None, asynchronous=asynchronous is not None,
        output_path=(asynchronous or {}).get("OutputConfig", {}).get("S3OutputPath"), async_concurrency=concurrency,
        execution_role="ExecutionRoleArn" in configured, model_name="ModelName" in first,
        weights=tuple(float(v["InitialVariantWeight"]) for v in variants if "InitialVariantWeight" in v) or None,
        instance_pools=len(first["InstancePools"]) if "InstancePools" in first else None,
        volume_gib=first.get("VolumeSizeInGB"), download_timeout_s=first.get("ModelDataDownloadTimeoutInSeconds"),
        health_check_timeout_s=first.get("ContainerStartupHealthCheckTimeoutInSeconds"),
        provision_timeout_s=first.get("VariantInstanceProvisionTimeoutInSeconds"), routing=strategy,
        metric_publish_period_s=configured.get("MetricsConfig", {}).get("MetricPublishFrequencyInSeconds"),
        enhanced_metrics=configured.get("MetricsConfig", {}).get("EnableEnhancedMetrics"),
        managed_min=managed.get("MinInstanceCount"), managed_max=managed.get("MaxInstanceCount"),
        scale_in_strategy=scale_in.get("Strategy"), scale_in_step=scale_in.get("MaximumStepSize"),
        scale_in_cooldown_min=scale_in.get("CooldownInMinutes"),
    )  # fmt: skip
    return option, settings


def _models(models: list[Arguments], option: Option, settings: Settings) -> tuple[Option, Settings]:
    """The models: several containers, or a folder of models."""
    for model in models:
        hosted = model.get("Containers", [])
        if len(hosted) > 1 or "InferenceExecutionConfig" in model:
            mode = model.get("InferenceExecutionConfig", {}).get("Mode", "Serial")
            option = replace(option, containers=len(hosted), name=_MODES.get(mode, option.name))
        first = model.get("PrimaryContainer") or (hosted[0] if hosted else {})
        if first.get("Mode") == "MultiModel":
            cache = first.get("MultiModelConfig", {}).get("ModelCacheSetting")
            option, settings = replace(option, name="multi_model"), replace(settings, model_cache=cache)
    return option, settings


def _components(components: list[Arguments], option: Option, settings: Settings) -> tuple[Option, Settings]:
    """Inference components: how many, their copies and what each reserves."""
    if not components:
        return option, settings
    first = components[0]
    specification = first.get("Specification", {})
    reserved = specification.get("ComputeResourceRequirements", {})
    copies = first.get("RuntimeConfig", {}).get("CopyCount")
    placement = specification.get("SchedulingConfig", {}).get("PlacementStrategy")
    option = replace(
        option, name="inference_components", components=len(components), copies=_whole(copies), placement=placement or option.placement
    )  # fmt: skip
    return option, replace(
        settings, initial_copies=copies, component_cores=reserved.get("NumberOfCpuCoresRequired"),
        component_accelerators=reserved.get("NumberOfAcceleratorDevicesRequired"),
        component_memory_mib=reserved.get("MinMemoryRequiredInMb"), placement=placement,
    )  # fmt: skip


def _targets(registered: list[Arguments], option: Option, settings: Settings, facts: Facts) -> tuple[Option, Settings]:
    """Scalable targets: between which numbers what scales."""
    if not registered:
        return option, settings
    first = registered[0]
    low, high, dimension = first.get("MinCapacity"), first.get("MaxCapacity"), first.get("ScalableDimension")
    settings = replace(settings, dimension=dimension, scalable_min=low, scalable_max=high)
    if dimension == facts.of("configuration", "dimension_copies").value:
        return replace(option, min_copies=_whole(low), max_copies=_whole(high)), settings
    if dimension == facts.of("configuration", "dimension_provisioned").value:
        return replace(option, min_provisioned=_whole(low), max_provisioned=_whole(high)), settings
    return replace(option, min_instances=_whole(low), max_instances=_whole(high)), settings


def _policies(given: Given, option: Option, settings: Settings, facts: Facts) -> tuple[Option, Settings]:
    """Scaling policies: what is tracked, and whether something leaves zero."""
    first = given.get("RegisterScalableTarget", [{}])[0]
    policies = [policy for policy in given.get("PutScalingPolicy", []) if not first or _alike(policy, first)]
    for policy in policies:
        tracking = policy.get("TargetTrackingScalingPolicyConfiguration")
        if not tracking:
            continue
        target = float(tracking.get("TargetValue", 0.0))
        metric = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
        own = tracking.get("CustomizedMetricSpecification", {}).get("MetricName")
        settings = replace(settings, metric=metric)
        at_once = ("metric_variant_high_res", "metric_component_high_res")
        if own == facts.of("autoscaling", "metric_async").value:
            option = replace(option, backlog_target=target)
        elif metric in {facts.of("autoscaling", name).value for name in at_once}:
            option = replace(option, target_concurrency=target)
        elif metric == facts.of("autoscaling", "metric_provisioned").value:
            option = replace(option, provisioned_target=target)
        elif metric:
            option = replace(option, target_per_min=target)
    steps = any("StepScalingPolicyConfiguration" in policy for policy in policies)
    scales = bool(given.get("RegisterScalableTarget"))
    alarm = bool(given.get("PutMetricAlarm"))
    settings = replace(settings, step_policy=steps if scales else None, alarm=alarm if scales else None)
    return replace(option, step_from_zero=steps and alarm), settings


def _named(option: Option, settings: Settings) -> Option:
    """The name that what was read amounts to."""
    name = option.name
    if option.components:
        to_zero = option.tracked and option.min_copies == 0
        name = "inference_components_zero" if to_zero else "inference_components"
    elif settings.asynchronous:
        name = "async"
    elif settings.serverless:
        name = "serverless_provisioned" if option.provisioned_concurrency else "serverless"
    elif option.shadow_share:
        name = "shadow_variant"
    elif len(option.fleets) > 1:
        name = "production_variants"
    return replace(option, name=name)

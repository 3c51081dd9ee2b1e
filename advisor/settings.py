"""Settings: the parameters of API calls that are not sizes, as somebody wrote them down."""

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a configured option states; None is a parameter that the call leaves out.

    >>> Settings(execution_role=True).model_name is None
    True
    """

    # -- endpoint configuration ----------------------------------------------------------------------------

    serverless: bool | None = None
    """It has a ServerlessConfig; None: it has one where the option has a serverless memory size."""
    asynchronous: bool | None = None
    """It has an AsyncInferenceConfig; None: it has one where the option writes its answers to S3."""
    output_path: str | None = None
    """S3OutputPath of the asynchronous output."""
    async_concurrency: int | None = None
    """MaxConcurrentInvocationsPerInstance."""
    execution_role: bool | None = None
    """The endpoint configuration names an execution role."""
    model_name: bool | None = None
    """The production variant names a model."""
    weights: tuple[float, ...] | None = None
    """InitialVariantWeight of each production variant."""
    instance_pools: int | None = None
    """Number of InstancePools of the variant."""
    volume_gib: int | None = None
    """VolumeSizeInGB, GiB."""
    download_timeout_s: int | None = None
    """ModelDataDownloadTimeoutInSeconds."""
    health_check_timeout_s: int | None = None
    """ContainerStartupHealthCheckTimeoutInSeconds."""
    provision_timeout_s: int | None = None
    """VariantInstanceProvisionTimeoutInSeconds."""
    routing: str | None = None
    """RoutingStrategy, as AWS spells it."""
    metric_publish_period_s: int | None = None
    """MetricPublishFrequencyInSeconds."""
    enhanced_metrics: bool | None = None
    """EnableEnhancedMetrics."""
    managed_min: int | None = None
    """MinInstanceCount of managed instance scaling."""
    managed_max: int | None = None
    """MaxInstanceCount of managed instance scaling."""
    scale_in_strategy: str | None = None
    """Strategy of its ScaleInPolicy, as AWS spells it."""
    scale_in_step: int | None = None
    """MaximumStepSize of its ScaleInPolicy, instances."""
    scale_in_cooldown_min: int | None = None
    """CooldownInMinutes of its ScaleInPolicy."""

    # -- model and inference component ---------------------------------------------------------------------

    model_cache: str | None = None
    """ModelCacheSetting of a multi-model container, as AWS spells it."""
    initial_copies: int | None = None
    """CopyCount with which the component is created."""
    component_cores: float | None = None
    """NumberOfCpuCoresRequired."""
    component_accelerators: float | None = None
    """NumberOfAcceleratorDevicesRequired."""
    component_memory_mib: int | None = None
    """MinMemoryRequiredInMb, MiB."""
    placement: str | None = None
    """Placement strategy of the copies, as AWS spells it."""

    # -- Application Auto Scaling --------------------------------------------------------------------------

    dimension: str | None = None
    """ScalableDimension, as AWS spells it."""
    scalable_min: int | None = None
    """MinCapacity of the scalable target."""
    scalable_max: int | None = None
    """MaxCapacity of the scalable target."""
    metric: str | None = None
    """PredefinedMetricType that a policy tracks, as AWS spells it."""
    step_policy: bool | None = None
    """There is a step scaling policy that leaves zero."""
    alarm: bool | None = None
    """There is an alarm that starts it."""

    # -- transform job -------------------------------------------------------------------------------------

    max_payload_mb: int | None = None
    """MaxPayloadInMB, where it is not the option's own; 0 sends chunks of any size."""
    job_timeout_s: int | None = None
    """InvocationsTimeoutInSeconds."""
    job_retries: int | None = None
    """InvocationsMaxRetries."""

    # -- InvokeEndpointAsync -------------------------------------------------------------------------------

    invoked: bool | None = None
    """A call of InvokeEndpointAsync is written down, with what follows."""
    body_bytes: int | None = None
    """Length of Body, bytes."""
    input_location: str | None = None
    """InputLocation."""
    request_ttl_s: int | None = None
    """RequestTTLSeconds."""
    request_timeout_s: int | None = None
    """InvocationTimeoutSeconds."""

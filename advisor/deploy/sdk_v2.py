"""A plan as a script on the SageMaker Python SDK v2, in the style of its guides: `Model(...).deploy(...)`. Legacy.

What the SDK has no words for (scaling) stays a call of boto3 in the same script.
"""

from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.boto3_script import clients, filled, made, script, teardown
from advisor.deploy.plan import Plan
from advisor.deploy.python_text import Code, Made, literal, text_literal
from advisor.deploy.steps import Call
from advisor.deploy.values import without_notes
from advisor.deploy.writing import Head, head_lines

__all__ = ["refusal", "render"]

_SDK: Final = {
    "CreateModel",
    "CreateEndpointConfig",
    "CreateEndpoint",
    "CreateInferenceComponent",
    "CreateTransformJob",
}
_DEPLOYED: Final = {
    "InstanceType": "instance_type", "InitialInstanceCount": "initial_instance_count",
    "ModelDataDownloadTimeoutInSeconds": "model_data_download_timeout",
    "ContainerStartupHealthCheckTimeoutInSeconds": "container_startup_health_check_timeout",
}  # fmt: skip
"""Parameters of a variant, and what `deploy` and `production_variant` call them."""
_SESSION: Final = Code("session")
_IMPORTS: Final = {
    "AsyncInferenceConfig(": "from sagemaker.async_inference import AsyncInferenceConfig",
    "ResourceRequirements(": "from sagemaker.compute_resource_requirements.resource_requirements import ResourceRequirements",
    "EndpointType.": "from sagemaker.enums import EndpointType",
    " Model(": "from sagemaker.model import Model",
    "DataCaptureConfig(": "from sagemaker.model_monitor import DataCaptureConfig",
    "MultiDataModel(": "from sagemaker.multidatamodel import MultiDataModel",
    "PipelineModel(": "from sagemaker.pipeline import PipelineModel",
    "ServerlessInferenceConfig(": "from sagemaker.serverless import ServerlessInferenceConfig",
}
"""What stands in a script, and the import it needs."""
_LEGACY: Final = (
    "The SDK v2 is on the way out: its last release announces its end. Take v3 or boto3 for what is to last."
)


def refusal(plan: Plan) -> str:
    """What v2 has no words for."""
    for call in plan.calls:
        if call.arguments.get("InferenceExecutionConfig") == {"Mode": "Direct"}:
            return "the SDK v2 knows containers in a row only, not containers that are called on their own."
        if "ShadowProductionVariants" in call.arguments:
            return "the SDK v2 has no words for a shadow variant."
        if (
            without_notes(call.arguments).get("Specification", {}).get("SchedulingConfig", {}).get("PlacementStrategy")
            == "BINPACK"
        ):
            return "the SDK v2 cannot say where the copies of a component are placed."
    return ""


def _of(plan: Plan, operation: str) -> list[Call]:
    return [call for call in plan.calls if call.operation == operation]


def _model(call: Call) -> Made:
    """The model of a call, as an object of the SDK."""
    given = call.arguments
    extra: dict[str, Any] = {"role": given["ExecutionRoleArn"]}
    if "VpcConfig" in given:
        extra["vpc_config"] = given["VpcConfig"]
    if given.get("EnableNetworkIsolation"):
        extra["enable_network_isolation"] = True
    extra["sagemaker_session"] = _SESSION
    if "Containers" in given:
        own = {"role": given["ExecutionRoleArn"], "sagemaker_session": _SESSION}
        parts = [
            Made("Model", {"name": one["ContainerHostname"], **_container(one), **own}) for one in given["Containers"]
        ]
        return Made("PipelineModel", {"name": given["ModelName"], "models": parts, **extra})
    container = given["PrimaryContainer"]
    if container.get("Mode") == "MultiModel":
        return Made(
            "MultiDataModel", {"name": given["ModelName"], **_container(container, "model_data_prefix"), **extra}
        )
    return Made("Model", {"name": given["ModelName"], **_container(container), **extra})


def _container(container: Mapping[str, Any], data: str = "model_data") -> dict[str, Any]:
    found = {"image_uri": container["Image"], data: container.get("ModelDataUrl") or container["ModelDataSource"]}
    return {**found, "image_config": container["ImageConfig"]} if "ImageConfig" in container else found


def _on(variant: Mapping[str, Any]) -> dict[str, Any]:
    """What a variant runs on, in the words of `deploy` and `production_variant`."""
    found = {word: variant[name] for name, word in _DEPLOYED.items() if name in variant}
    if "ServerlessConfig" in variant:
        given = variant["ServerlessConfig"]
        words = {
            "MemorySizeInMB": "memory_size_in_mb",
            "MaxConcurrency": "max_concurrency",
            "ProvisionedConcurrency": "provisioned_concurrency",
        }
        found["serverless_inference_config"] = Made(
            "ServerlessInferenceConfig", {word: given[name] for name, word in words.items() if name in given}
        )
    if "RoutingConfig" in variant:
        found["routing_config"] = variant["RoutingConfig"]
    return found


def _besides(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for the endpoint as a whole."""
    found: dict[str, Any] = {}
    if "AsyncInferenceConfig" in configuration:
        given = configuration["AsyncInferenceConfig"]
        output, client = given["OutputConfig"], given.get("ClientConfig", {})
        words: dict[str, Any] = {"output_path": output["S3OutputPath"], "failure_path": output["S3FailurePath"]}
        if "NotificationConfig" in output:
            words["notification_config"] = output["NotificationConfig"]
        if client:
            words["max_concurrent_invocations_per_instance"] = client["MaxConcurrentInvocationsPerInstance"]
        found["async_inference_config"] = Made("AsyncInferenceConfig", words)
    if "DataCaptureConfig" in configuration:
        given = configuration["DataCaptureConfig"]
        found["data_capture_config"] = Made(
            "DataCaptureConfig",
            {
                "enable_capture": given["EnableCapture"], "sampling_percentage": given["InitialSamplingPercentage"],
                "destination_s3_uri": given["DestinationS3Uri"], "sagemaker_session": _SESSION,
            },
        )  # fmt: skip
    return found


def _variants(plan: Plan, configuration: Mapping[str, Any]) -> list[str]:
    """Several variants on one endpoint: models first, then the variants by name."""
    lines = [f"    {literal(Made(f'{literal(_model(call), 1)}.create', {}), 1)}" for call in _of(plan, "CreateModel")]
    shares = [
        Made(
            "production_variant",
            {"model_name": one["ModelName"], "variant_name": one["VariantName"], **_on(one), "initial_weight": one.get("InitialVariantWeight", 1)},
        )
        for one in configuration["ProductionVariants"]
    ]  # fmt: skip
    given: dict[str, Any] = {"name": plan.name, "production_variants": shares}
    besides = _besides(configuration)
    if "data_capture_config" in besides:
        given["data_capture_config_dict"] = Code(f"{literal(besides['data_capture_config'], 2)}._to_request_dict()")
    return [*lines, f"    {literal(Made('session.endpoint_from_production_variants', given), 1)}"]


def _components(plan: Plan, configuration: Mapping[str, Any]) -> list[str]:
    """Components: the first call makes the endpoint too."""
    (variant,) = configuration["ProductionVariants"]
    lines = []
    for model, component in zip(_of(plan, "CreateModel"), _of(plan, "CreateInferenceComponent"), strict=True):
        needs = component.arguments["Specification"]["ComputeResourceRequirements"]
        words = {
            "NumberOfCpuCoresRequired": "num_cpus",
            "NumberOfAcceleratorDevicesRequired": "num_accelerators",
            "MinMemoryRequiredInMb": "memory",
        }
        requests = {word: needs[name] for name, word in words.items() if name in needs}
        requests["copies"] = component.arguments["RuntimeConfig"]["CopyCount"]
        given: dict[str, Any] = {
            "endpoint_name": plan.name, "endpoint_type": Code("EndpointType.INFERENCE_COMPONENT_BASED"),
            "inference_component_name": component.arguments["InferenceComponentName"],
            "resources": Made("ResourceRequirements", {"requests": requests}), **_on(variant),
        }  # fmt: skip
        if "ManagedInstanceScaling" in variant:
            scaling = variant["ManagedInstanceScaling"]
            given["managed_instance_scaling"] = {
                name: scaling[name] for name in ("MinInstanceCount", "MaxInstanceCount")
            }
        lines.append(f"    {literal(Made(f'{literal(_model(model), 1)}.deploy', given), 1)}")
    return lines


def _job(plan: Plan, job: Mapping[str, Any]) -> list[str]:
    (model,) = _of(plan, "CreateModel")
    resources, where, output = job["TransformResources"], job["TransformInput"], job["TransformOutput"]
    made_with = {
        "instance_count": resources["InstanceCount"], "instance_type": resources["InstanceType"], "strategy": job["BatchStrategy"],
        "assemble_with": output["AssembleWith"], "output_path": output["S3OutputPath"],
        "max_concurrent_transforms": job["MaxConcurrentTransforms"], "max_payload": job["MaxPayloadInMB"],
    }  # fmt: skip
    asked = {
        "data": where["DataSource"]["S3DataSource"]["S3Uri"], "split_type": where["SplitType"], "job_name": job["TransformJobName"],
        "logs": False,
    }  # fmt: skip
    return [
        f"    transformer = {literal(Made(f'{literal(_model(model), 1)}.transformer', made_with), 1)}",
        f"    {literal(Made('transformer.transform', asked), 1)}",
    ]


def _body(plan: Plan) -> list[str]:
    if jobs := _of(plan, "CreateTransformJob"):
        return _job(plan, jobs[0].arguments)
    configuration = _of(plan, "CreateEndpointConfig")[0].arguments
    if len(configuration["ProductionVariants"]) > 1:
        return _variants(plan, configuration)
    if _of(plan, "CreateInferenceComponent"):
        return _components(plan, configuration)
    given = {"endpoint_name": plan.name, **_on(configuration["ProductionVariants"][0]), **_besides(configuration)}
    (model,) = _of(plan, "CreateModel")
    return [f"    {literal(Made(f'{literal(_model(model), 1)}.deploy', given), 1)}"]


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The script on the SDK, and the one on boto3 that takes everything down."""
    body = _body(plan)
    rest = [call for call in plan.calls if call.operation not in _SDK]
    text = "\n".join(body)
    imports = [
        "import boto3",
        *(line for name, line in _IMPORTS.items() if name in text),
        "from sagemaker.session import Session",
    ]
    if "production_variant(" in text:
        imports[-1] += ", production_variant"
    setup = [
        f"REGION = {text_literal(plan.region)}", *filled(plan, plan.calls), "",
        "session = Session(boto3.Session(region_name=REGION), default_bucket=BUCKET)", *clients(rest),
    ]  # fmt: skip
    about = [*head_lines(plan, head, workload), _LEGACY]
    return {
        f"{plan.name}-create.py": script(about, imports, setup, "", [*body, *made(rest)]),
        **teardown(plan, workload),
    }

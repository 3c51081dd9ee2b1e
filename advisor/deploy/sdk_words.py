"""What both versions of the SageMaker Python SDK say alike: what a variant runs on, how it answers, what a component needs."""

from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.plan import Plan
from advisor.deploy.python_text import Code, Made
from advisor.deploy.steps import Call

__all__ = ["SESSION", "besides", "calls_of", "component", "job_words", "on_variant", "other_calls", "serverless"]

SESSION: Final = Code("session")
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


def calls_of(plan: Plan, operation: str) -> list[Call]:
    """The calls of a plan of one operation."""
    return [call for call in plan.calls if call.operation == operation]


def other_calls(plan: Plan) -> list[Call]:
    """The calls that the SDK has no words for."""
    return [call for call in plan.calls if call.operation not in _SDK]


def serverless(variant: Mapping[str, Any]) -> Made:
    """The configuration of a serverless variant."""
    given = variant["ServerlessConfig"]
    words = {
        "MemorySizeInMB": "memory_size_in_mb",
        "MaxConcurrency": "max_concurrency",
        "ProvisionedConcurrency": "provisioned_concurrency",
    }
    return Made("ServerlessInferenceConfig", {word: given[name] for name, word in words.items() if name in given})


def component(call: Call) -> dict[str, Any]:
    """Name and needs of a component."""
    given = call.arguments["Specification"]["ComputeResourceRequirements"]
    words = {
        "NumberOfCpuCoresRequired": "num_cpus",
        "NumberOfAcceleratorDevicesRequired": "num_accelerators",
        "MinMemoryRequiredInMb": "memory",
    }
    requests = {word: given[name] for name, word in words.items() if name in given}
    requests["copies"] = call.arguments["RuntimeConfig"]["CopyCount"]
    return {
        "name": call.arguments["InferenceComponentName"],
        "resources": Made("ResourceRequirements", {"requests": requests}),
    }


def job_words(job: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a transformer is made with, and what it is asked to do."""
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
    return made_with, asked


def on_variant(variant: Mapping[str, Any]) -> dict[str, Any]:
    """What a variant runs on, in the words of `deploy` and `production_variant`; a serverless one apart."""
    found = {word: variant[name] for name, word in _DEPLOYED.items() if name in variant}
    if "RoutingConfig" in variant:
        found["routing_config"] = variant["RoutingConfig"]
    if "ManagedInstanceScaling" in variant:
        scaling = variant["ManagedInstanceScaling"]
        found["managed_instance_scaling"] = {name: scaling[name] for name in ("MinInstanceCount", "MaxInstanceCount")}
    return found


def besides(configuration: Mapping[str, Any]) -> dict[str, Any]:
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
                "destination_s3_uri": given["DestinationS3Uri"], "sagemaker_session": SESSION,
            },
        )  # fmt: skip
    return found

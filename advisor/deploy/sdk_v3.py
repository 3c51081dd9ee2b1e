"""A plan as a script on the SageMaker Python SDK v3: `ModelBuilder(...)`, `build`, `deploy`.

What the SDK has no words for (scaling) stays a call of boto3 in the same script.
"""

from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.boto3_script import clients, filled, made, script, teardown
from advisor.deploy.plan import Plan
from advisor.deploy.python_text import Made, literal, text_literal
from advisor.deploy.sdk_words import (
    SESSION,
    besides,
    calls_of,
    component,
    job_words,
    on_variant,
    other_calls,
    serverless,
)
from advisor.deploy.steps import Call
from advisor.deploy.values import without_notes
from advisor.deploy.writing import Head, head_lines

__all__ = ["refusal", "render"]

_IMPORTS: Final = {
    "DataCaptureConfig(": "from sagemaker.core.model_monitor.data_capture_config import DataCaptureConfig",
    "Networking(": "from sagemaker.core.training.configs import Networking",
}  # fmt: skip
"""What stands in a script, and the import it needs."""
_CONFIGS: Final = ("AsyncInferenceConfig", "ResourceRequirements", "ServerlessInferenceConfig")


def refusal(plan: Plan) -> str:
    """What v3 has no words for."""
    for call in plan.calls:
        given = without_notes(call.arguments)
        if "Containers" in given:
            return "the SDK v3 builds models of one container."
        if given.get("PrimaryContainer", {}).get("Mode") == "MultiModel":
            return "the SDK v3 has no words for a multi-model endpoint."
        if "ShadowProductionVariants" in given or len(given.get("ProductionVariants", [])) > 1:
            return "the SDK v3 deploys one variant."
        if given.get("Specification", {}).get("SchedulingConfig", {}).get("PlacementStrategy") == "BINPACK":
            return "the SDK v3 cannot say where the copies of a component are placed."
    return ""


def _builder(call: Call, instance_type: str) -> Made:
    """The builder of a model."""
    given, container = call.arguments, call.arguments["PrimaryContainer"]
    words: dict[str, Any] = {
        "image_uri": container["Image"], "s3_model_data_url": container.get("ModelDataUrl") or container["ModelDataSource"],
        "role_arn": given["ExecutionRoleArn"],
    }  # fmt: skip
    if instance_type:
        words["instance_type"] = instance_type
    network = (
        {"subnets": given["VpcConfig"]["Subnets"], "security_group_ids": given["VpcConfig"]["SecurityGroupIds"]}
        if "VpcConfig" in given
        else {}
    )
    if given.get("EnableNetworkIsolation"):
        network["enable_network_isolation"] = True
    if network:
        words["network"] = Made("Networking", network)
    if "ImageConfig" in container:
        words["image_config"] = container["ImageConfig"]
    return Made("ModelBuilder", {**words, "sagemaker_session": SESSION})


def _built(plan: Plan, instance_type: str) -> list[str]:
    """The builders, and the models they build, by name."""
    lines = []
    for number, call in enumerate(calls_of(plan, "CreateModel")):
        name = f"builder_{number + 1}"
        lines.append(f"    {name} = {literal(_builder(call, instance_type), 1)}")
        lines.append(f"    {literal(Made(f'{name}.build', {'model_name': call.arguments['ModelName']}), 1)}")
    return lines


def _deployed(plan: Plan, configuration: Mapping[str, Any]) -> list[str]:
    (variant,) = configuration["ProductionVariants"]
    on, beside = on_variant(variant), besides(configuration)
    given: dict[str, Any] = {"endpoint_name": plan.name, **on, **beside}
    if "async_inference_config" in given:
        given["inference_config"] = given.pop("async_inference_config")
    if "ServerlessConfig" in variant:
        given["inference_config"] = serverless(variant)
    lines = _built(plan, variant.get("InstanceType", ""))
    components = calls_of(plan, "CreateInferenceComponent")
    if not components:
        return [*lines, f"    {literal(Made('builder_1.deploy', given), 1)}"]
    for number, call in enumerate(components, start=1):
        own = component(call)
        more = {**given, "inference_component_name": own["name"], "inference_config": own["resources"]}
        lines.append(f"    {literal(Made(f'builder_{number}.deploy', more), 1)}")
    return lines


def _body(plan: Plan) -> list[str]:
    if jobs := calls_of(plan, "CreateTransformJob"):
        made_with, asked = job_words(jobs[0].arguments)
        return [
            *_built(plan, made_with["instance_type"]),
            f"    transformer = {literal(Made('builder_1.transformer', made_with), 1)}",
            f"    {literal(Made('transformer.transform', asked), 1)}",
        ]
    return _deployed(plan, calls_of(plan, "CreateEndpointConfig")[0].arguments)


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The script on the SDK, and the one on boto3 that takes everything down."""
    body, rest = _body(plan), other_calls(plan)
    text = "\n".join(body)
    used = [name for name in _CONFIGS if f"{name}(" in text]
    imports = [
        "import os", "", "import boto3", "",
        f"REGION = {text_literal(plan.region)}",
        'os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # the SDK asks for it when it is imported', "",
        "from sagemaker.core.helper.session_helper import Session",
        *([f"from sagemaker.core.inference_config import {', '.join(used)}"] if used else []),
        *(line for name, line in _IMPORTS.items() if name in text),
        "from sagemaker.serve import ModelBuilder",
    ]  # fmt: skip
    setup = [
        *filled(plan, plan.calls), "",
        "session = Session(boto3.Session(region_name=REGION), default_bucket=BUCKET)", *clients(rest),
    ]  # fmt: skip
    about = head_lines(plan, head, workload)
    return {
        f"{plan.name}-create.py": script(about, imports, setup, "", [*body, *made(rest)]),
        **teardown(plan, workload),
    }

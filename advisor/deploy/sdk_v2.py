"""A plan as a script on the SageMaker Python SDK v2, in the style of its guides: `Model(...).deploy(...)`. Legacy.

What the SDK has no words for (scaling) stays a call of boto3 in the same script.
"""

from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.boto3_script import clients, filled, made, script, teardown
from advisor.deploy.plan import Plan
from advisor.deploy.python_text import Code, Made, literal, text_literal
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


_UNHEARD: Final = ("model_data_download_timeout", "container_startup_health_check_timeout", "routing_config")
"""Arguments that `MultiDataModel.deploy` takes and does not pass on."""


def _many(model: Mapping[str, Any]) -> bool:
    """A folder of models."""
    return bool(model.get("PrimaryContainer", {}).get("Mode") == "MultiModel")


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


def _model(call: Call) -> Made:
    """The model of a call, as an object of the SDK."""
    given = call.arguments
    extra: dict[str, Any] = {"role": given["ExecutionRoleArn"]}
    if "VpcConfig" in given:
        extra["vpc_config"] = given["VpcConfig"]
    if given.get("EnableNetworkIsolation"):
        extra["enable_network_isolation"] = True
    extra["sagemaker_session"] = SESSION
    if "Containers" in given:
        own = {"role": given["ExecutionRoleArn"], "sagemaker_session": SESSION}
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
    found = on_variant(variant)
    return {**found, "serverless_inference_config": serverless(variant)} if "ServerlessConfig" in variant else found


def _variants(plan: Plan, configuration: Mapping[str, Any]) -> list[str]:
    """Several variants on one endpoint: models first, then the variants by name."""
    lines = [
        f"    {literal(Made(f'{literal(_model(call), 1)}.create', {}), 1)}" for call in calls_of(plan, "CreateModel")
    ]
    shares = [
        Made(
            "production_variant",
            {"model_name": one["ModelName"], "variant_name": one["VariantName"], **_on(one), "initial_weight": one.get("InitialVariantWeight", 1)},
        )
        for one in configuration["ProductionVariants"]
    ]  # fmt: skip
    given: dict[str, Any] = {"name": plan.name, "production_variants": shares}
    if "data_capture_config" in (beside := besides(configuration)):
        given["data_capture_config_dict"] = Code(f"{literal(beside['data_capture_config'], 2)}._to_request_dict()")
    return [*lines, f"    {literal(Made('session.endpoint_from_production_variants', given), 1)}"]


def _components(plan: Plan, configuration: Mapping[str, Any]) -> list[str]:
    """Components: the first call makes the endpoint too."""
    (variant,) = configuration["ProductionVariants"]
    lines = []
    for model, call in zip(calls_of(plan, "CreateModel"), calls_of(plan, "CreateInferenceComponent"), strict=True):
        own = component(call)
        given: dict[str, Any] = {
            "endpoint_name": plan.name, "endpoint_type": Code("EndpointType.INFERENCE_COMPONENT_BASED"),
            "inference_component_name": own["name"], "resources": own["resources"], **_on(variant),
        }  # fmt: skip
        lines.append(f"    {literal(Made(f'{literal(_model(model), 1)}.deploy', given), 1)}")
    return lines


def _body(plan: Plan) -> list[str]:
    models = calls_of(plan, "CreateModel")
    if jobs := calls_of(plan, "CreateTransformJob"):
        made_with, asked = job_words(jobs[0].arguments)
        return [
            f"    transformer = {literal(Made(f'{literal(_model(models[0]), 1)}.transformer', made_with), 1)}",
            f"    {literal(Made('transformer.transform', asked), 1)}",
        ]
    configuration = calls_of(plan, "CreateEndpointConfig")[0].arguments
    if len(configuration["ProductionVariants"]) > 1:
        return _variants(plan, configuration)
    if calls_of(plan, "CreateInferenceComponent"):
        return _components(plan, configuration)
    given = {"endpoint_name": plan.name, **_on(configuration["ProductionVariants"][0]), **besides(configuration)}
    if _many(models[0].arguments):
        given = {word: value for word, value in given.items() if word not in _UNHEARD}
    return [f"    {literal(Made(f'{literal(_model(models[0]), 1)}.deploy', given), 1)}"]


def _losses(plan: Plan) -> list[str]:
    """What the SDK does not pass on."""
    if not any(_many(call.arguments) for call in calls_of(plan, "CreateModel")):
        return []
    configuration = calls_of(plan, "CreateEndpointConfig")[0].arguments
    lost = [word for word in _UNHEARD if word in on_variant(configuration["ProductionVariants"][0])]
    return [f"MultiDataModel of the SDK v2 does not pass on {' and '.join(lost)}: boto3 does."] if lost else []


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The script on the SDK, and the one on boto3 that takes everything down."""
    body, rest = _body(plan), other_calls(plan)
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
    about = [*head_lines(plan, head, workload), *_losses(plan), _LEGACY]
    return {
        f"{plan.name}-create.py": script(about, imports, setup, "", [*body, *made(rest)]),
        **teardown(plan, workload),
    }

"""The endpoint configuration of a plan: what the endpoint runs on, how it answers and how calls reach it."""

from typing import Any

from advisor.deploy.models import model_names
from advisor.deploy.startup import start_up
from advisor.deploy.steps import Call
from advisor.deploy.values import Noted, Text, Var
from advisor.facts import Facts
from advisor.options import Option, describe
from advisor.units import NBSP
from advisor.workload import Workload

__all__ = ["configuration", "variant_names"]

_ALL = "AllTraffic"


def variant_names(option: Option) -> list[str]:
    """Names of the variants, the one that answers most or always first.

    >>> variant_names(Option(name="real_time")), variant_names(Option(name="shadow_variant", fleets=(1, 1)))
    (['AllTraffic'], ['current', 'next'])
    """
    return ["current", "next"] if len(option.fleets) > 1 else [_ALL]


def _sized(option: Option, value: int) -> Noted:
    """A number that comes from the sizing."""
    return Noted(value, f"sized: {describe(option).replace(NBSP, ' ')}")


def _serverless(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {
        "MemorySizeInMB": option.memory_mib, "MaxConcurrency": _sized(option, option.max_concurrency)
    }  # fmt: skip
    if option.provisioned_concurrency:
        found["ProvisionedConcurrency"] = option.provisioned_concurrency
    return {"ServerlessConfig": found}


def _instances(workload: Workload, option: Option, facts: Facts, count: int) -> dict[str, Any]:
    """A fleet; one instance at least is asked for at the start, also where scaling goes to zero later."""
    found: dict[str, Any] = {
        "InstanceType": option.instance_type, "InitialInstanceCount": _sized(option, max(1, count)),
        **start_up(workload, option, facts),
    }  # fmt: skip
    if option.components and option.max_instances:
        found["ManagedInstanceScaling"] = {
            "Status": "ENABLED", "MinInstanceCount": option.min_instances, "MaxInstanceCount": option.max_instances,
        }  # fmt: skip
    if option.routing == "LEAST_OUTSTANDING":
        found["RoutingConfig"] = {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"}
    return found


def _variants(workload: Workload, option: Option, name: str, facts: Facts) -> list[dict[str, Any]]:
    """Every variant with what it runs on; the shadow variant last."""
    models, names = model_names(option, name), variant_names(option)
    fleets = option.fleets if len(names) > 1 else (max(option.instances, option.min_instances),)
    weights: list[float | None] = [None] * len(names)
    if option.weights:
        weights = list(option.weights)
    if option.shadow_share:
        weights = [1.0, option.shadow_share]
    found = []
    for number, variant in enumerate(names):
        one: dict[str, Any] = {"VariantName": variant}
        if not option.components:
            one["ModelName"] = models[number]
        one |= _serverless(option) if option.memory_mib else _instances(workload, option, facts, fleets[number])
        if weights[number] is not None:
            one["InitialVariantWeight"] = weights[number]
        found.append(one)
    return found


def _asynchronous(option: Option, name: str, *, notify: bool) -> dict[str, Any]:
    """Where answers go, and how many requests an instance works on at once."""
    output: dict[str, Any] = {
        "S3OutputPath": Text(("s3://", Var("bucket"), f"/{name}/answers/")),
        "S3FailurePath": Text(("s3://", Var("bucket"), f"/{name}/failures/")),
    }
    if notify:
        output["NotificationConfig"] = {"SuccessTopic": Var("topic_done"), "ErrorTopic": Var("topic_failed")}
    found: dict[str, Any] = {"OutputConfig": output}
    if option.concurrency_per_instance:
        found["ClientConfig"] = {"MaxConcurrentInvocationsPerInstance": option.concurrency_per_instance}
    return found


def configuration(workload: Workload, option: Option, name: str, facts: Facts, *, notify: bool) -> Call:
    """The call that creates the endpoint configuration."""
    variants = _variants(workload, option, name, facts)
    arguments: dict[str, Any] = {"EndpointConfigName": f"{name}"}
    if option.shadow_share:
        arguments |= {"ProductionVariants": variants[:1], "ShadowProductionVariants": variants[1:]}
    else:
        arguments["ProductionVariants"] = variants
    if facts.has(f"{option.name}.output_to_s3"):
        arguments["AsyncInferenceConfig"] = _asynchronous(option, name, notify=notify)
    if option.components:
        arguments["ExecutionRoleArn"] = Var("role")
    if workload.model.data_capture:
        arguments["DataCaptureConfig"] = {
            "EnableCapture": True, "InitialSamplingPercentage": 100,
            "DestinationS3Uri": Text(("s3://", Var("bucket"), f"/{name}/captured/")),
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        }  # fmt: skip
    return Call("configuration", "sagemaker", "CreateEndpointConfig", arguments)

"""A plan as a Terraform configuration for the AWS provider.

Texts are quoted with JSON's escapes, and `${` and `%{` are doubled: HCL reads them as data.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.plan import Plan
from advisor.deploy.steps import Call
from advisor.deploy.values import Answered, Noted, Text, Var
from advisor.deploy.writing import Head, head_lines, one_line

__all__ = ["quoted", "refusal", "render"]

_KINDS: Final = {
    "CreateModel": "aws_sagemaker_model", "CreateEndpointConfig": "aws_sagemaker_endpoint_configuration",
    "CreateEndpoint": "aws_sagemaker_endpoint", "RegisterScalableTarget": "aws_appautoscaling_target",
    "PutScalingPolicy": "aws_appautoscaling_policy", "PutMetricAlarm": "aws_cloudwatch_metric_alarm",
}  # fmt: skip
_OWN_NAMES: Final = {
    ("CreateModel", "ModelName"): "name", ("CreateEndpointConfig", "EndpointConfigName"): "name",
    ("CreateEndpoint", "EndpointName"): "name", ("PutScalingPolicy", "PolicyName"): "name",
}  # fmt: skip
_BLOCKS: Final = {"Containers": "container", "StepAdjustments": "step_adjustment"}
"""Lists whose blocks have another name than the list."""
_MODEL: Final = "aws_sagemaker_model"


def refusal(plan: Plan) -> str:
    """The provider has no resource for a transform job or an inference component."""
    if any(call.operation == "CreateTransformJob" for call in plan.calls):
        return "Terraform has no resource for a transform job."
    if any(call.operation == "CreateInferenceComponent" for call in plan.calls):
        return "Terraform's AWS provider has no resource for inference components."
    return ""


def quoted(text: str) -> str:
    """A text as HCL reads it back.

    >>> quoted('a "b" ${c} %{d}')
    '"a \\\\"b\\\\" $${c} %%{d}"'
    """
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _snake(name: str) -> str:
    """A name of the API as one of the provider.

    >>> _snake("MemorySizeInMB"), _snake("DestinationS3Uri"), _snake("S3OutputPath")
    ('memory_size_in_mb', 'destination_s3_uri', 's3_output_path')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _label(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower())


def _scalar(value: Any) -> str:
    match value:
        case Noted():
            return _scalar(value.value)
        case Var():
            return f"var.{value.name}"
        case Answered():
            return f"aws_appautoscaling_policy.{_label(value.call)}.arn"
        case Text():
            parts = (quoted(part)[1:-1] if isinstance(part, str) else f"${{var.{part.name}}}" for part in value.parts)
            return f'"{"".join(parts)}"'
        case str():
            return quoted(value)
        case list() | tuple():
            return f"[{', '.join(_scalar(inner) for inner in value)}]"
    return json.dumps(value)


def _body(given: Mapping[str, Any], depth: int, names: Mapping[str, str]) -> list[str]:
    """The arguments and blocks of a resource. Arguments: `names` of models are references to them."""
    pad = "  " * depth
    lines: list[str] = []
    for key, value in given.items():
        inside = value.value if isinstance(value, Noted) else value
        note = f" # {one_line(value.why)}" if isinstance(value, Noted) else ""
        name = _BLOCKS.get(key, _snake(key))
        blocks = [inside] if isinstance(inside, Mapping) else inside if _holds_blocks(inside) else None
        if blocks is not None:
            for block in blocks:
                lines += [f"{pad}{name} {{", *_body(block, depth + 1, names), f"{pad}}}"]
        elif key == "ModelName" and inside in names:
            lines.append(f"{pad}{name} = {names[inside]}{note}")
        else:
            lines.append(f"{pad}{name} = {_scalar(inside)}{note}")
    return lines


def _holds_blocks(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _special(call: Call, made: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The arguments left to write plainly, and lines for what the provider wants in another form."""
    given, lines = dict(call.arguments), []
    for (operation, key), name in _OWN_NAMES.items():
        if operation == call.operation:
            lines.append(f"  {name} = {_scalar(given.pop(key))}")
    if call.operation == "CreateEndpoint":
        lines.append(f"  endpoint_config_name = {made[given.pop('EndpointConfigName')]}.name")
    if call.operation == "RegisterScalableTarget":
        lines.append(f"  depends_on = [{made['endpoint']}]")
    if call.operation == "PutScalingPolicy":
        target = made[f"{given['ResourceId']} {given['ScalableDimension']}"]
        for key in ("ServiceNamespace", "ResourceId", "ScalableDimension"):
            given.pop(key)
            lines.append(f"  {_snake(key)} = {target}.{_snake(key)}")
    if call.operation == "PutMetricAlarm":
        dimensions = ", ".join(f"{one['Name']} = {quoted(one['Value'])}" for one in given.pop("Dimensions"))
        lines.append(f"  dimensions = {{ {dimensions} }}")
    return given, lines


def _resources(plan: Plan) -> list[str]:
    made: dict[str, str] = {}
    names: dict[str, str] = {}
    lines: list[str] = []
    for call in plan.calls:
        kind, label = _KINDS[call.operation], _label(call.id)
        address = f"{kind}.{label}"
        given, special = _special(call, made)
        note = [f"# {one_line(call.why)}"] if call.why else []
        lines += ["", *note, f'resource "{kind}" "{label}" {{', *special, *_body(given, 1, names), "}"]
        if kind == _MODEL:
            names[call.arguments["ModelName"]] = f"{address}.name"
        if call.operation == "CreateEndpointConfig":
            made[call.arguments["EndpointConfigName"]] = address
        if call.operation == "CreateEndpoint":
            made["endpoint"] = address
        if call.operation == "RegisterScalableTarget":
            made[f"{call.arguments['ResourceId']} {call.arguments['ScalableDimension']}"] = address
    return lines


def _variables(plan: Plan) -> list[str]:
    lines: list[str] = []
    for variable in plan.variables:
        said = variable.what if variable.given else f"{variable.what}; the default stands in: change it"
        lines += [
            "", f'variable "{variable.name}" {{', "  type = string", f"  description = {quoted(one_line(said))}",
            f"  default = {quoted(variable.value)}", "}",
        ]  # fmt: skip
    return lines


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The configuration, and the commands that apply and destroy it."""
    lines = [
        *(f"# {line}" for line in head_lines(plan, head, workload)), "terraform {", "  required_providers {", "    aws = {",
        '      source = "hashicorp/aws"', "    }", "  }", "}", "", 'provider "aws" {', f"  region = {quoted(plan.region)}", "}",
        *_variables(plan), *_resources(plan),
    ]  # fmt: skip
    shell = '#!/bin/sh\nset -eu\ncd "$(dirname "$0")"\nterraform init\n'
    return {
        "main.tf": "\n".join(lines) + "\n",
        f"{plan.name}-create.sh": f"{shell}terraform apply\n",
        f"{plan.name}-delete.sh": f"{shell}terraform destroy\n",
    }

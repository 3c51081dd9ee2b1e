"""A plan as a CloudFormation template in YAML.

Every text is written in double quotes with JSON's escapes, which YAML reads as they are: no text of a user can become a
tag, a key or a substitution. References stand in their long form.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from advisor.deploy.plan import Plan
from advisor.deploy.steps import Call
from advisor.deploy.values import Answered, Noted, Text, Var
from advisor.deploy.writing import Head, head_lines, one_line

__all__ = ["refusal", "render", "resources"]

_KINDS: Final = {
    "CreateModel": "AWS::SageMaker::Model", "CreateEndpointConfig": "AWS::SageMaker::EndpointConfig",
    "CreateEndpoint": "AWS::SageMaker::Endpoint", "CreateInferenceComponent": "AWS::SageMaker::InferenceComponent",
    "RegisterScalableTarget": "AWS::ApplicationAutoScaling::ScalableTarget",
    "PutScalingPolicy": "AWS::ApplicationAutoScaling::ScalingPolicy", "PutMetricAlarm": "AWS::CloudWatch::Alarm",
}  # fmt: skip
_NAMES: Final = {
    "CreateModel": "ModelName",
    "CreateEndpointConfig": "EndpointConfigName",
    "CreateEndpoint": "EndpointName",
}
"""Calls whose name others refer to, and where it stands."""


def refusal(plan: Plan) -> str:
    """A job is started and ends; a template describes what stays."""
    if any(call.operation not in _KINDS for call in plan.calls):
        return "CloudFormation has no resource for a transform job."
    return ""


def _logical(text: str) -> str:
    """A logical id: letters and digits.

    >>> _logical("wake-copies-1"), _logical("security_group")
    ('WakeCopies1', 'SecurityGroup')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^a-zA-Z0-9]+", text))


def _value(value: Any, references: Mapping[str, str]) -> Any:
    """A value of a call as one of a template; names of what the template creates become references."""
    match value:
        case Noted():
            return Noted(_value(value.value, references), value.why)
        case Var():
            return {"Ref": _logical(value.name)}
        case Answered():
            return {"Ref": _logical(value.call)}
        case Text():
            return {
                "Fn::Join": [
                    "",
                    [part if isinstance(part, str) else {"Ref": _logical(part.name)} for part in value.parts],
                ]
            }
        case Mapping():
            return {key: _named(key, inner, references) for key, inner in value.items()}
        case list() | tuple():
            return [_value(inner, references) for inner in value]
    return value


def _named(key: str, value: Any, references: Mapping[str, str]) -> Any:
    """A value that names what the template creates, as a reference to it: so they are made in the right order."""
    if isinstance(value, str) and key in _NAMES.values() and value in references:
        return {"Fn::GetAtt": [references[value], key]}
    return _value(value, references)


def _after(call: Call, made: Mapping[str, str]) -> list[str]:
    """What must be there before, where no reference says so."""
    resource = str(call.arguments.get("ResourceId", ""))
    if call.operation == "RegisterScalableTarget":
        kind, name, *_ = resource.split("/")
        return [made[name]] if kind == "endpoint" else [made[f"component {name}"]]
    if call.operation == "PutScalingPolicy":
        return [made[f"target {resource} {call.arguments['ScalableDimension']}"]]
    return []


def resources(plan: Plan) -> dict[str, Any]:
    """The resources of the template, by logical id."""
    made: dict[str, str] = {}
    references: dict[str, str] = {}
    found: dict[str, Any] = {}
    for call in plan.calls:
        logical, given = _logical(call.id), call.arguments
        after = _after(call, made)
        properties = {
            key: value if key == _NAMES.get(call.operation) else _named(key, value, references)
            for key, value in given.items()
        }
        found[logical] = {
            "Type": _KINDS[call.operation], **({"DependsOn": after} if after else {}), "Properties": properties,
        }  # fmt: skip
        name = _NAMES.get(call.operation)
        if name:
            references.setdefault(given[name], logical)
            made.setdefault(given[name], logical)
        if call.operation == "CreateEndpoint":
            made[given["EndpointName"]] = references[given["EndpointName"]] = logical
        if call.operation == "CreateInferenceComponent":
            made[f"component {given['InferenceComponentName']}"] = logical
        if call.operation == "RegisterScalableTarget":
            made[f"target {given['ResourceId']} {given['ScalableDimension']}"] = logical
    return found


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value)
    return json.dumps(value) if isinstance(value, bool | int | float) or value is None else json.dumps(str(value))


def _yaml(value: Any, depth: int) -> list[str]:
    """Lines of a block of YAML."""
    pad = "  " * depth
    bare = value.value if isinstance(value, Noted) else value
    lines: list[str] = []
    pairs = (
        [(f"{key}:", inner) for key, inner in bare.items()]
        if isinstance(bare, Mapping)
        else [("-", inner) for inner in bare]
    )
    for begin, inner in pairs:
        note = f"  # {one_line(inner.why)}" if isinstance(inner, Noted) else ""
        inside = inner.value if isinstance(inner, Noted) else inner
        if isinstance(inside, Mapping | list) and inside:
            block = _yaml(inside, depth + 1)
            if begin == "-":
                lines.append(f"{pad}- {block[0].strip()}")
                lines += block[1:]
            else:
                lines += [f"{pad}{begin}{note}", *block]
        else:
            text = (
                ("{}" if isinstance(inside, Mapping) else "[]")
                if isinstance(inside, Mapping | list)
                else _scalar(inside)
            )
            lines.append(f"{pad}{begin} {text}{note}")
    return lines


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The template, and the commands that create and delete its stack."""
    parameters = {
        _logical(variable.name): {"Type": "String", "Default": variable.value, "Description": one_line(variable.what)}
        for variable in plan.variables
    }
    document = {
        "AWSTemplateFormatVersion": "2010-09-09", "Description": one_line(f"{plan.name}: {plan.configuration}")[:1024],
        "Parameters": parameters, "Resources": resources(plan),
    }  # fmt: skip
    about = head_lines(plan, head, workload)
    template = f"{plan.name}.yaml"
    text = "".join(f"# {line}\n" for line in about) + "\n".join(_yaml(document, 0)) + "\n"
    stack = f"--stack-name {plan.name} --region {plan.region}"
    up = f'#!/bin/sh\nset -eu\ncd "$(dirname "$0")"\naws cloudformation deploy --template-file {template} {stack}\n'
    down = f"#!/bin/sh\nset -eu\naws cloudformation delete-stack {stack}\naws cloudformation wait stack-delete-complete {stack}\n"
    return {template: text, f"{plan.name}-create.sh": up, f"{plan.name}-delete.sh": down}

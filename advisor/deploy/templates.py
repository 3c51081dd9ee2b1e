"""A CloudFormation template as the calls that its resources amount to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from advisor.deploy.intrinsics import Resolver, Unknown

__all__ = ["Template", "is_template", "read_template"]

_KINDS: Final = {
    "AWS::SageMaker::Model": ("CreateModel", "ModelName"),
    "AWS::SageMaker::EndpointConfig": ("CreateEndpointConfig", "EndpointConfigName"),
    "AWS::SageMaker::Endpoint": ("CreateEndpoint", "EndpointName"),
    "AWS::SageMaker::InferenceComponent": ("CreateInferenceComponent", "InferenceComponentName"),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("RegisterScalableTarget", ""),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("PutScalingPolicy", "PolicyName"),
    "AWS::CloudWatch::Alarm": ("PutMetricAlarm", "AlarmName"),
}  # fmt: skip
"""Type of a resource -> the call, and the argument that names it."""
_TARGET: Final = "ScalingTargetId"


@dataclass(slots=True)
class Template:
    """What a template amounts to."""

    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    """Operation, arguments, and the logical id."""
    unread: list[str] = field(default_factory=list)
    """What is not looked at."""
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """Places that are not what they have to be, with what is expected."""


def is_template(document: Mapping[str, Any]) -> bool:
    """Whether a table is a CloudFormation template."""
    return "Resources" in document or "AWSTemplateFormatVersion" in document


def _names(resources: Mapping[str, Any], bare: Resolver) -> dict[str, str]:
    """The name of each resource that we follow: the one it is given, else its logical id."""
    found = {}
    for logical, resource in resources.items():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if not isinstance(kind, str) or kind not in _KINDS:
            continue
        properties = resource.get("Properties")
        given = bare.value(properties.get(_KINDS[kind][1])) if isinstance(properties, Mapping) else None
        found[logical] = (
            given if isinstance(given, str) and kind != "AWS::ApplicationAutoScaling::ScalingPolicy" else logical
        )
    return found


def read_template(document: Mapping[str, Any], region: str, given: Mapping[str, str]) -> Template:
    """The calls of a template. Arguments: `region` it is created in, or empty; `given` values of parameters, by name."""
    made, resources = Template(), document.get("Resources")
    if not isinstance(resources, Mapping):
        made.wrong.append(("Resources", "a table of resources by logical id"))
        return made
    resolver = Resolver(document, region, given, _names(resources, Resolver(document, region, given, {})))
    others: Counter[str] = Counter()
    targets: dict[str, Mapping[str, Any]] = {}
    for logical, resource in resources.items():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if logical.startswith("Fn::"):
            made.unread.append(f"{logical} of the template")
        elif not isinstance(kind, str):
            made.wrong.append((f"Resources.{logical}", "a table with Type and Properties"))
        elif kind not in _KINDS:
            others[kind] += 1
        elif _left_out(resource, resolver):
            made.unread.append(
                f"{logical} ({kind}): its condition {resource['Condition']} does not hold with these parameters"
            )
        else:
            properties = resolver.value(resource.get("Properties", {}))
            if not isinstance(properties, Mapping):
                made.wrong.append((f"Resources.{logical}.Properties", "a table"))
                continue
            if _KINDS[kind][1]:
                properties = {_KINDS[kind][1]: logical, **properties}
            else:
                targets[logical] = properties
            made.calls.append((_KINDS[kind][0], dict(properties), logical))
    made.unread += [f"{kind}{f' ({count:,} of them)' if count > 1 else ''}" for kind, count in sorted(others.items())]
    made.unread += [f"{part} of the template" for part in ("Transform", "Rules") if part in document]
    for operation, properties, _ in made.calls:
        if operation == "PutScalingPolicy" and _TARGET in properties:
            _follow(properties, targets)
    return made


def _follow(policy: dict[str, Any], targets: Mapping[str, Mapping[str, Any]]) -> None:
    """A policy that names its target by reference says what that target says."""
    name = policy.pop(_TARGET)
    target = targets.get(name.of if isinstance(name, Unknown) else str(name), {})
    for key in ("ServiceNamespace", "ResourceId", "ScalableDimension"):
        if key in target:
            policy.setdefault(key, target[key])


def _left_out(resource: Mapping[str, Any], resolver: Resolver) -> bool:
    condition = resource.get("Condition")
    return isinstance(condition, str) and resolver.holds(condition) is False

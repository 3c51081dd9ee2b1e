"""Forms: which arguments of a call are looked at, and what each has to be; everything else is named, never dropped in silence."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from advisor.deploy.intrinsics import Unknown
from advisor.errors import Problem

__all__ = ["FORMS", "Fitted", "fitted", "nearest_key"]

TEXT: Final = "a text"
"""Only whether it is there counts, or which name it is: a text that the template does not settle will do."""
WORD: Final = "a text that is known"
WHOLE: Final = "a whole number"
NUMBER: Final = "a number"
FLAG: Final = "true or false"
_LARGEST: Final = 10**12
_LONGEST_SEEN: Final = 60

_CONTAINER: Final = {
    "ContainerHostname": TEXT, "Image": TEXT, "Mode": WORD, "ModelDataUrl": TEXT, "MultiModelConfig": {"ModelCacheSetting": WORD},
}  # fmt: skip
_VARIANT: Final = {
    "VariantName": TEXT, "ModelName": TEXT, "InstanceType": WORD, "InitialInstanceCount": WHOLE, "InitialVariantWeight": NUMBER,
    "InstancePools": [{"InstanceType": WORD, "Priority": WHOLE}],
    "ServerlessConfig": {"MemorySizeInMB": WHOLE, "MaxConcurrency": WHOLE, "ProvisionedConcurrency": WHOLE},
    "VolumeSizeInGB": WHOLE, "ModelDataDownloadTimeoutInSeconds": WHOLE, "ContainerStartupHealthCheckTimeoutInSeconds": WHOLE,
    "VariantInstanceProvisionTimeoutInSeconds": WHOLE,
    "ManagedInstanceScaling": {
        "Status": WORD, "MinInstanceCount": WHOLE, "MaxInstanceCount": WHOLE,
        "ScaleInPolicy": {"Strategy": WORD, "MaximumStepSize": WHOLE, "CooldownInMinutes": WHOLE},
    },
    "RoutingConfig": {"RoutingStrategy": WORD},
}  # fmt: skip
_SPECIFICATION: Final = {
    "ModelName": TEXT,
    "ComputeResourceRequirements": {
        "NumberOfCpuCoresRequired": NUMBER, "NumberOfAcceleratorDevicesRequired": NUMBER, "MinMemoryRequiredInMb": WHOLE,
    },
    "SchedulingConfig": {"PlacementStrategy": WORD},
}  # fmt: skip
_SCALED: Final = {"ServiceNamespace": TEXT, "ResourceId": TEXT, "ScalableDimension": WORD}
FORMS: Final[dict[str, dict[str, Any]]] = {
    "CreateModel": {
        "ModelName": TEXT, "PrimaryContainer": _CONTAINER, "Containers": [_CONTAINER], "InferenceExecutionConfig": {"Mode": WORD},
    },
    "CreateEndpointConfig": {
        "EndpointConfigName": TEXT, "ExecutionRoleArn": TEXT, "ProductionVariants": [_VARIANT], "ShadowProductionVariants": [_VARIANT],
        "AsyncInferenceConfig": {
            "ClientConfig": {"MaxConcurrentInvocationsPerInstance": WHOLE}, "OutputConfig": {"S3OutputPath": WORD},
        },
        "MetricsConfig": {"EnableEnhancedMetrics": FLAG, "MetricPublishFrequencyInSeconds": WHOLE},
    },
    "CreateEndpoint": {"EndpointName": TEXT, "EndpointConfigName": TEXT},
    "CreateInferenceComponent": {
        "InferenceComponentName": TEXT, "EndpointName": TEXT, "VariantName": TEXT, "Specification": _SPECIFICATION,
        "RuntimeConfig": {"CopyCount": WHOLE},
    },
    "CreateTransformJob": {
        "TransformJobName": TEXT, "ModelName": TEXT, "MaxConcurrentTransforms": WHOLE, "MaxPayloadInMB": WHOLE,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": WHOLE, "InvocationsMaxRetries": WHOLE},
        "TransformResources": {"InstanceType": WORD, "InstanceCount": WHOLE},
    },
    "RegisterScalableTarget": {**_SCALED, "MinCapacity": WHOLE, "MaxCapacity": WHOLE},
    "PutScalingPolicy": {
        **_SCALED, "PolicyName": TEXT, "PolicyType": TEXT,
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": NUMBER, "PredefinedMetricSpecification": {"PredefinedMetricType": WORD},
            "CustomizedMetricSpecification": {"MetricName": WORD},
        },
        "StepScalingPolicyConfiguration": {"AdjustmentType": TEXT},
    },
    "PutMetricAlarm": {"AlarmName": TEXT, "AlarmActions": [TEXT], "MetricName": TEXT},
    "InvokeEndpointAsync": {
        "EndpointName": TEXT, "Body": TEXT, "InputLocation": TEXT, "RequestTTLSeconds": WHOLE, "InvocationTimeoutSeconds": WHOLE,
    },
}  # fmt: skip
"""By operation: the arguments that are looked at."""


@dataclass(slots=True)
class Fitted:
    """What a form makes of arguments."""

    looked_at: Any
    wrong: list[Problem] = field(default_factory=list)
    """Values that are not what they have to be."""
    unread: list[str] = field(default_factory=list)
    """Paths of what is not looked at."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Paths whose value is not settled, with what it depends on."""


def nearest_key(key: str, known: Iterator[str] | list[str]) -> str:
    """The key that somebody may have meant; empty where none is near.

    >>> nearest_key("ServerlesConfig", ["ServerlessConfig", "ModelName"]), nearest_key("KmsKeyId", ["ModelName"])
    ('ServerlessConfig', '')
    """
    lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(key[:_LONGEST_SEEN].lower(), list(lower), n=1, cutoff=0.8)
    return lower[near[0]] if near else ""


def fitted(operation: str, arguments: Mapping[str, Any], *, lenient: bool) -> Fitted:
    """The arguments of a call that are looked at, and what is wrong, not looked at, or not settled.

    Arguments: `lenient` takes numbers and flags written as texts, as CloudFormation does.

    >>> fitted("CreateEndpoint", {"EndpointName": "ocr", "Tags": []}, lenient=False).unread
    ['Tags']
    """
    found = Fitted({})
    found.looked_at = _table(FORMS[operation], arguments, "", found, lenient)
    return found


def _table(
    form: Mapping[str, Any], value: Mapping[str, Any], path: str, found: Fitted, lenient: bool
) -> dict[str, Any]:
    kept = {}
    for key, inner in value.items():
        at = f"{path}.{key}" if path else str(key)
        if key not in form:
            near = nearest_key(str(key), list(form))
            found.unread.append(f"{at} (did you mean {near}?)" if near else at)
            continue
        one = _value(form[key], inner, at, found, lenient)
        if one is not None:
            kept[key] = one
    return kept


def _value(form: Any, value: Any, path: str, found: Fitted, lenient: bool) -> Any:
    """The value as it is looked at; None where it is wrong or not known."""
    if isinstance(value, Unknown):
        return _unsettled(form, value, path, found)
    if isinstance(form, dict):
        if isinstance(value, Mapping):
            return _table(form, value, path, found, lenient)
        return _wrong(path, value, f"a table with {', '.join(list(form)[:3])}", found)
    if isinstance(form, list):
        if not isinstance(value, list):
            return _wrong(path, value, "a list", found)
        every = [_value(form[0], inner, f"{path}[{number}]", found, lenient) for number, inner in enumerate(value)]
        return [one for one in every if one is not None]
    one = _lenient(form, value) if lenient else value
    good = {
        TEXT: isinstance(one, str), WORD: isinstance(one, str), FLAG: isinstance(one, bool),
        WHOLE: isinstance(one, int) and not isinstance(one, bool) and abs(one) < _LARGEST,
        NUMBER: isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < _LARGEST,
    }[form]  # fmt: skip
    return one if good else _wrong(path, value, TEXT if form == WORD else form, found)


def _wrong(path: str, value: Any, allowed: str, found: Fitted) -> None:
    shown = repr(value)
    seen = "nothing" if value is None else shown if len(shown) <= _LONGEST_SEEN else f"{shown[:_LONGEST_SEEN]}…"
    found.wrong.append(Problem(path, seen, allowed))


def _unsettled(form: Any, value: Unknown, path: str, found: Fitted) -> Any:
    """What stands for a value that is not settled: a name for a text; nothing where the value itself counts."""
    if form == TEXT:
        return value.begin + "${" + value.of + "}"
    if form == WORD and "://" in value.begin:
        return value.begin + "${" + value.of + "}"
    found.unknown[path] = value.of
    return None


def _lenient(form: str, value: Any) -> Any:
    """A text as the number or flag that CloudFormation makes of it, a number as a text."""
    if form in {TEXT, WORD}:
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(value, str):
        return value
    if form == FLAG:
        return {"true": True, "false": False}.get(value.lower(), value)
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if abs(number) < _LARGEST and number == int(number) and form == WHOLE else number

"""What `aws … describe-…` answers, as the call that would create the same."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["calls_of_answer", "is_answer"]

_ANSWERS: Final = {
    "EndpointConfigArn": "CreateEndpointConfig", "ModelArn": "CreateModel", "InferenceComponentArn": "CreateInferenceComponent",
    "TransformJobArn": "CreateTransformJob", "EndpointStatus": "CreateEndpoint",
}  # fmt: skip
"""A key that only the answer has -> the call."""
_LISTS: Final = {
    "ScalableTargets": "RegisterScalableTarget", "ScalingPolicies": "PutScalingPolicy", "MetricAlarms": "PutMetricAlarm",
}  # fmt: skip
"""Lists of Application Auto Scaling and CloudWatch -> the call that makes one of each."""
_ONLY_ANSWERED: Final = frozenset(
    {
        *_ANSWERS, "EndpointArn", "CreationTime", "LastModifiedTime", "ResponseMetadata", "InferenceComponentStatus",
        "TransformJobStatus", "TransformStartTime", "TransformEndTime", "DeploymentRecommendation",
    }
)  # fmt: skip
"""Keys that say when and how, and are no arguments."""


def is_answer(document: Mapping[str, Any]) -> bool:
    """Whether a table is the answer of a describe call.

    >>> is_answer({"EndpointConfigName": "x", "EndpointConfigArn": "arn:..."}), is_answer({"EndpointConfigName": "x"})
    (True, False)
    """
    if any(isinstance(document.get(key), list) for key in _LISTS):
        return True
    return (any(key in document for key in _ANSWERS) and "CreationTime" in document) or "EndpointConfigArn" in document


def _component(answer: dict[str, Any]) -> dict[str, Any]:
    """The number of copies stands under another name in the answer."""
    runtime = answer.get("RuntimeConfig")
    if isinstance(runtime, Mapping) and "DesiredCopyCount" in runtime:
        return {**answer, "RuntimeConfig": {"CopyCount": runtime["DesiredCopyCount"]}}
    return answer


def _endpoint(answer: dict[str, Any]) -> dict[str, Any]:
    """What stands there now: the numbers of its variants, by name."""
    variants = answer.get("ProductionVariants")
    listed = variants if isinstance(variants, list) else []
    now = {
        str(one["VariantName"]): one["DesiredInstanceCount"]
        for one in listed
        if isinstance(one, Mapping) and "VariantName" in one and isinstance(one.get("DesiredInstanceCount"), int)
    }
    return {key: answer[key] for key in answer if key != "ProductionVariants"} | ({"_now": now} if now else {})


def calls_of_answer(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Operation and arguments of each call that an answer amounts to.

    >>> list(calls_of_answer({"ScalableTargets": [{"MinCapacity": 1}]}))
    [('RegisterScalableTarget', {'MinCapacity': 1})]
    """
    listed = [key for key in _LISTS if isinstance(document.get(key), list)]
    for key in listed:
        yield from ((_LISTS[key], one) for one in document[key])
    if listed:
        return
    operation = next(_ANSWERS[key] for key in _ANSWERS if key in document)
    if "EndpointStatus" in document:
        operation = "CreateEndpoint"
    kept = {key: value for key, value in document.items() if key not in _ONLY_ANSWERED and value is not None}
    shaped = {"CreateInferenceComponent": _component, "CreateEndpoint": _endpoint}.get(operation, dict)
    yield operation, shaped(kept)

"""Scaling of a plan: scalable targets, the metric each tracks, and the step policy with its alarm that leaves zero."""

from typing import Any, NamedTuple

from advisor.deploy.capacity import variant_names
from advisor.deploy.models import model_names
from advisor.deploy.steps import Call
from advisor.deploy.values import Answered, Noted
from advisor.facts import Facts
from advisor.options import Option

__all__ = ["Target", "scaling_calls", "targets"]

_SERVICE = "application-autoscaling"


class Target(NamedTuple):
    """Something that scales."""

    id: str
    resource: str
    """ResourceId of Application Auto Scaling."""
    dimension: str
    low: int
    high: int
    watched: dict[str, str]
    """Dimensions of its CloudWatch metrics."""


def targets(option: Option, name: str, facts: Facts) -> list[Target]:
    """What scales: the instances of each variant, environments kept warm, or the copies of each component."""
    if option.provisioned_target:
        dimension = str(facts.of("configuration", "dimension_provisioned").value)
        return [
            Target(
                "warm", f"endpoint/{name}/variant/{variant_names(option)[0]}", dimension,
                option.min_provisioned, option.max_provisioned, {"EndpointName": name},
            )
        ]  # fmt: skip
    if not option.tracked:
        return []
    if option.components:
        dimension = str(facts.of("configuration", "dimension_copies").value)
        return [
            Target(
                f"copies-{number}", f"inference-component/{model}", dimension, option.min_copies, option.max_copies,
                {"InferenceComponentName": model},
            )
            for number, model in enumerate(model_names(option, name), start=1)
        ]  # fmt: skip
    dimension = str(facts.of("configuration", "dimension_instances").value)
    return [
        Target(
            f"instances-{variant}", f"endpoint/{name}/variant/{variant}", dimension, option.min_instances, option.max_instances,
            {"EndpointName": name},
        )
        for variant in variant_names(option)
    ]  # fmt: skip


def _tracked(option: Option, target: Target, facts: Facts) -> tuple[dict[str, Any], float, str]:
    """The metric that a policy tracks, its target, and which cooldown is its own."""

    def predefined(fact: str) -> dict[str, Any]:
        return {"PredefinedMetricSpecification": {"PredefinedMetricType": str(facts.of("autoscaling", fact).value)}}

    if option.provisioned_target:
        return predefined("metric_provisioned"), option.provisioned_target, "cooldown_default_provisioned"
    if option.components:
        at_once = option.target_concurrency > 0
        metric = "metric_component_high_res" if at_once else "metric_component"
        return predefined(metric), option.target_concurrency or option.target_per_min, "cooldown_default_component"
    if option.backlog_target:
        own = {
            "MetricName": str(facts.of("autoscaling", "metric_async").value),
            "Namespace": str(facts.of("autoscaling", "metric_namespace").value),
            "Dimensions": [{"Name": key, "Value": value} for key, value in target.watched.items()],
            "Statistic": "Average",
        }
        return {"CustomizedMetricSpecification": own}, option.backlog_target, "cooldown_default_variant"
    metric = "metric_variant_high_res" if option.target_concurrency else "metric_variant"
    return predefined(metric), option.target_concurrency or option.target_per_min, "cooldown_default_variant"


def _common(target: Target) -> dict[str, Any]:
    return {"ServiceNamespace": "sagemaker", "ResourceId": target.resource, "ScalableDimension": target.dimension}


def _from_zero(option: Option, target: Target, name: str, facts: Facts) -> list[Call]:
    """The step policy that leaves zero, and the alarm that starts it."""
    kind = "component" if option.components else "async"

    def fact(what: str) -> int:
        return round(facts.of("autoscaling", f"from_zero_{kind}_{what}").number())

    policy = f"{name}-{target.id}-wake"
    step = {
        "AdjustmentType": "ChangeInCapacity", "MetricAggregationType": "Average", "Cooldown": fact("cooldown"),
        "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": fact("step")}],
    }  # fmt: skip
    alarm = {
        "AlarmName": policy, "Namespace": str(facts.of("autoscaling", "metric_namespace").value),
        "MetricName": str(facts.of("autoscaling", f"from_zero_{kind}_metric").value),
        "Dimensions": [{"Name": key, "Value": value} for key, value in target.watched.items()],
        "Statistic": "Sum" if option.components else "Average", "Period": fact("period"),
        "EvaluationPeriods": fact("datapoints"), "DatapointsToAlarm": fact("datapoints"), "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "missing",
        "AlarmActions": [Answered(f"wake-{target.id}", "PolicyARN")],
    }  # fmt: skip
    return [
        Call(
            f"wake-{target.id}", _SERVICE, "PutScalingPolicy",
            {"PolicyName": policy, **_common(target), "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": step},
            why="Leaves zero: a tracked metric says nothing while there is no capacity.",
        ),
        Call(f"alarm-{target.id}", "cloudwatch", "PutMetricAlarm", alarm, why="Starts the step policy."),
    ]  # fmt: skip


def scaling_calls(option: Option, name: str, facts: Facts) -> list[Call]:
    """The calls that make an endpoint scale; none for a fixed number."""
    found = []
    for target in targets(option, name, facts):
        found.append(
            Call(
                f"target-{target.id}", _SERVICE, "RegisterScalableTarget",
                {**_common(target), "MinCapacity": target.low, "MaxCapacity": Noted(target.high, "sized for the busiest time")},
            )
        )  # fmt: skip
        metric, value, cooldown = _tracked(option, target, facts)
        cool = round(facts.of("autoscaling", cooldown).number())
        tracking = {
            "TargetValue": Noted(round(value, 3), "sized for the promise"), **metric, "ScaleOutCooldown": cool, "ScaleInCooldown": cool,
        }  # fmt: skip
        found.append(
            Call(
                f"track-{target.id}", _SERVICE, "PutScalingPolicy",
                {
                    "PolicyName": f"{name}-{target.id}", **_common(target), "PolicyType": "TargetTrackingScaling",
                    "TargetTrackingScalingPolicyConfiguration": tracking,
                },
            )
        )  # fmt: skip
        if target.low == 0 and option.step_from_zero:
            found += _from_zero(option, target, name, facts)
    return found

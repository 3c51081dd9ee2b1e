"""What AWS's API model of the installed botocore does not accept in written calls; keys that are misspelt with the nearest one."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from advisor.deploy.forms import nearest_key
from advisor.deploy.intrinsics import Unknown
from advisor.deploy.walk import walk
from advisor.deploy.written import Written
from advisor.errors import FactError, Problem
from advisor.facts import Facts

__all__ = ["refused_by_model"]

_SERVICES: Final = {
    "RegisterScalableTarget": "application-autoscaling", "PutScalingPolicy": "application-autoscaling", "PutMetricAlarm": "cloudwatch",
}  # fmt: skip
_NOT_ASKED: Final = ("InvokeEndpointAsync",)
_ONLY_IN_TEMPLATES: Final = frozenset({"ScheduledActions", "EndpointArn", "DeploymentConfig", "ScalingTargetId"})
"""Properties that CloudFormation has and the call has not."""
_MADE_BY_STACK: Final = (
    "Name",
    "VariantName",
    "ServiceNamespace",
    "ResourceId",
    "ScalableDimension",
    "EvaluationPeriods",
    "ComparisonOperator",
)
_NO_SUCH: Final = "no such key; the keys are "
_ONE_OF: Final = "one of "
_SHOWN: Final = 6
_MOST: Final = 50


def _settled(value: Any, path: str, open_: set[str]) -> Any:
    """A value without what is not settled; the paths of that are put into `open_`."""
    if isinstance(value, Mapping):
        kept = {}
        for key, inner in value.items():
            at = f"{path}.{key}" if path else str(key)
            if isinstance(inner, Unknown):
                open_.add(at)
            else:
                kept[key] = _settled(inner, at, open_)
        return kept
    if isinstance(value, list):
        if any(isinstance(inner, Unknown) for inner in value):
            open_.add(path)
        return [
            _settled(inner, f"{path}[{number}]", open_)
            for number, inner in enumerate(value)
            if not isinstance(inner, Unknown)
        ]
    return value


def _nearest(problem: Problem) -> Problem:
    """A long list of what is allowed, cut to what is near."""
    if problem.allowed.startswith(_NO_SUCH):
        keys = problem.allowed.removeprefix(_NO_SUCH).split(", ")
        near = nearest_key(problem.path.rsplit(".", 1)[-1], keys)
        said = (
            f"did you mean {near}?"
            if near
            else f"the keys are {', '.join(keys[:_SHOWN])}{', …' * (len(keys) > _SHOWN)}"
        )
        return Problem(problem.path, "", f"no such key; {said}")
    if problem.allowed.startswith(_ONE_OF):
        words = problem.allowed.removeprefix(_ONE_OF).split(", ")
        if len(words) > _SHOWN:
            near_words = difflib.get_close_matches(problem.seen.strip("'\"")[:60], words, n=3, cutoff=0.5)
            said = f", for example {' or '.join(near_words)}" if near_words else ""
            return Problem(problem.path, problem.seen, f"one of {len(words):,} words{said}")
    return problem


def _coerced(problem: Problem, template: bool) -> bool:
    """CloudFormation turns a text into the number or flag that it writes."""
    kind = problem.allowed.startswith("a value of type ")
    return (
        template
        and kind
        and re.fullmatch(r"'(?:-?[0-9.]+|true|false|True|False)'|-?[0-9.]+|True|False", problem.seen) is not None
    )


def _of_call(call: Written, told: Sequence[str]) -> Iterator[Problem]:
    template, open_ = call.source.kind == "template", set[str]()
    arguments = _settled(call.whole, "", open_)
    for problem in walk(_SERVICES.get(call.operation, "sagemaker"), call.operation, arguments):
        key = problem.path.rsplit(".", 1)[-1]
        if (
            problem.path in open_
            or any(problem.path.startswith(f"{one}[") for one in open_)
            or _coerced(problem, template)
        ):
            continue
        missing, unknown_key = problem.allowed == "missing", problem.allowed.startswith(_NO_SUCH)
        if template and ((unknown_key and key in _ONLY_IN_TEMPLATES) or (missing and key.endswith(_MADE_BY_STACK))):
            continue
        if not missing and not unknown_key and any(re.search(rf"\b{re.escape(key)}\b", said) for said in told):
            continue
        yield _nearest(Problem(f"{call.source.where}: {problem.path}", _short(problem.seen), problem.allowed))


def _short(seen: str) -> str:
    return seen if len(seen) <= 80 else f"{seen[:80]}…"


def refused_by_model(
    calls: Sequence[Written], told: Sequence[str], facts: Facts
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """What the model does not accept, and what could not be compared with it.

    Arguments: `told` are messages of rules: a value that one of them names is not told twice.
    """
    found: list[Problem] = []
    asked = [call for call in calls if not call.described and call.operation not in _NOT_ASKED]
    try:
        for call in asked:
            found += _of_call(call, told)
    except FactError:
        return (), (
            "botocore is not installed: keys and ranges are not compared with AWS's API model",
            *_types(calls, facts),
        )
    more = (Problem("", "", f"and {len(found) - _MOST:,} more"),) if len(found) > _MOST else ()
    return (*found[:_MOST], *more), _version() if asked else ()


def _version() -> tuple[str, ...]:
    return (f"compared with the API model of botocore {import_module('botocore').__version__}",)


def _types(calls: Sequence[Written], facts: Facts) -> Iterator[str]:
    """Instance types that none of our lists has, with the nearest that one has."""
    for call in calls:
        for key in ("ProductionVariants", "ShadowProductionVariants"):
            for variant in call.arguments.get(key, []):
                kind = variant.get("InstanceType", "")
                if kind and kind not in facts.instances:
                    near = difflib.get_close_matches(kind[:60], list(facts.instances), n=1, cutoff=0.6)
                    yield f"{kind[:60]} is in none of our lists{f'; did you mean {near[0]}?' if near else ''}"

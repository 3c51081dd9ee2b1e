"""Targets: the kinds of files that a plan can be written as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from advisor.deploy.plan import Plan
from advisor.deploy.writing import Head
from advisor.errors import InputError, Problem

__all__ = ["TARGETS", "Target", "expressible", "render"]

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of files."""

    id: str
    title: str
    module: str
    """Where its `render(plan, head, workload) -> files` and `refusal(plan) -> text` are."""


TARGETS: Final = {
    target.id: target
    for target in (
        Target("boto3", "Python script (boto3)", "advisor.deploy.boto3_script"),
        Target("cloudformation", "CloudFormation template", "advisor.deploy.cloudformation"),
        Target("terraform", "Terraform configuration", "advisor.deploy.terraform"),
        Target("sdk-v3", "SageMaker Python SDK v3", "advisor.deploy.sdk_v3"),
        Target("sdk-v2", "SageMaker Python SDK v2 (legacy)", "advisor.deploy.sdk_v2"),
    )
}
"""Every kind, by its id; the first can express every plan."""


def _of(target: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(TARGETS[target].module), name)
    return found


def refusal(plan: Plan, target: str) -> str:
    """Why a target cannot express a plan; empty where it can."""
    return str(_of(target, "refusal")(plan))


def expressible(plan: Plan) -> tuple[str, ...]:
    """The targets that can express a plan, in the order of `TARGETS`."""
    return tuple(target for target in TARGETS if not refusal(plan, target))


def render(plan: Plan, target: str, head: Head, workload: str) -> Files:
    """The files of a plan: name -> text. What creates it stands first, what takes it down last.

    Arguments: `head` for the top of the files; `workload` is its name as the user wrote it.
    Raises InputError for an unknown target, or one that cannot express the plan; it names those that can.
    """
    if target not in TARGETS:
        raise InputError([Problem("target", repr(target), f"one of {', '.join(TARGETS)}")])
    if why := refusal(plan, target):
        raise InputError(
            [Problem("target", "", f"{TARGETS[target].title}: {why} Take {', '.join(expressible(plan))}.")]
        )
    files: Files = _of(target, "render")(plan, head, workload)
    return files

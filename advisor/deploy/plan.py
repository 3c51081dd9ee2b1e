"""Plan: the calls that create a chosen and sized option, and those that take it down; every renderer writes the same ones."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from advisor.attributes import project
from advisor.deploy.capacity import configuration
from advisor.deploy.job import job_calls
from advisor.deploy.models import model_calls, model_names
from advisor.deploy.reading import read_calls
from advisor.deploy.scaling import scaling_calls
from advisor.deploy.steps import Call
from advisor.deploy.values import named, plain
from advisor.deploy.variables import Variable, check_name, name_of, variables
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.options import Option, describe, title
from advisor.packing import need
from advisor.places import places
from advisor.rules import Outcome
from advisor.settings import Settings
from advisor.verdict import examine
from advisor.workload import Workload

__all__ = ["ROOM", "Plan", "plan"]

ROOM: Final = 16
"""Characters that names of parts add to that of the whole."""
_TYPES: Final = "NET002"
"""The rule on instance types: one that only one list of the Region names is no safe one."""
_SHAPES: Final = ("CFG", "MOD001", _TYPES)
"""Beginnings of the ids of rules on what AWS takes at all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What creates an option, in order, and what takes it down again."""

    name: str
    """Name of the endpoint, or of the job."""
    option: Option
    region: str
    calls: tuple[Call, ...]
    teardown: tuple[Call, ...]
    variables: tuple[Variable, ...]
    """What the user fills in."""
    settings: Settings = field(default_factory=Settings)
    """What the calls say beyond the sizes, for the rules on configurations."""
    remarks: tuple[str, ...] = ()
    """What the plan cannot do, or leaves to the user."""

    @property
    def filled(self) -> dict[str, str]:
        """The value of each variable, by name."""
        return {variable.name: variable.value for variable in self.variables}

    @property
    def configuration(self) -> str:
        """The option in words."""
        return f"{title(self.option.name)}: {describe(self.option)}"


def _components(workload: Workload, option: Option, name: str, facts: Facts) -> list[Call]:
    """The components of an endpoint, each created with at least one copy."""
    each = need(workload, option, places(workload, facts)[option.place], facts)
    reserved: dict[str, Any] = {"MinMemoryRequiredInMb": each.memory, "NumberOfCpuCoresRequired": each.cores / 1000}
    if each.accelerators:
        reserved["NumberOfAcceleratorDevicesRequired"] = each.accelerators / 1000
    least = round(facts.of("configuration", "copies_at_creation_min").number())
    return [
        Call(
            f"component-{number}", "sagemaker", "CreateInferenceComponent",
            {
                "InferenceComponentName": model, "EndpointName": name, "VariantName": "AllTraffic",
                "Specification": {
                    "ModelName": model, "ComputeResourceRequirements": reserved,
                    "SchedulingConfig": {
                        "PlacementStrategy": option.placement, "AvailabilityZoneBalance": {"EnforcementMode": "PERMISSIVE"},
                    },
                },
                "RuntimeConfig": {"CopyCount": max(least, option.copies)},
            },
            why="Created with a copy; scaling takes the last one away where zero is allowed." if not option.min_copies else "",
            waits="component",
        )
        for number, model in enumerate(model_names(option, name), start=1)
    ]  # fmt: skip


def _takedown(calls: list[Call]) -> list[Call]:
    """The calls that undo these, the last made first."""
    found = []
    for call in reversed(calls):
        given = call.arguments
        match call.operation:
            case "RegisterScalableTarget":
                keys = ("ServiceNamespace", "ResourceId", "ScalableDimension")
                found.append(
                    Call(f"un-{call.id}", call.service, "DeregisterScalableTarget", {key: given[key] for key in keys})
                )
            case "PutMetricAlarm":
                found.append(Call(f"un-{call.id}", call.service, "DeleteAlarms", {"AlarmNames": [given["AlarmName"]]}))
            case "CreateTransformJob":
                found.append(
                    Call(
                        f"un-{call.id}", call.service, "StopTransformJob",
                        {"TransformJobName": given["TransformJobName"]}, why="Refused where the job has ended: then there is nothing to stop.",
                    )
                )  # fmt: skip
            case "CreateInferenceComponent" | "CreateEndpoint" | "CreateEndpointConfig" | "CreateModel":
                what = call.operation.removeprefix("Create")
                waits = {"InferenceComponent": "component_gone", "Endpoint": "endpoint_gone"}.get(what, "")
                found.append(
                    Call(
                        f"un-{call.id}",
                        call.service,
                        f"Delete{what}",
                        {f"{what}Name": given[f"{what}Name"]},
                        waits=waits,
                    )
                )
    return found


def _remarks(workload: Workload, option: Option) -> list[str]:
    """What these calls leave to the user."""
    found = []
    if option.endpoints > 1:
        found.append(
            f"One of {option.endpoints:,} endpoints like it, one for each model: run it once for each, with another name."
        )
    if option.name == "batch_transform":
        found.append("It starts one job. What starts the next one (a schedule, an upload) is yours to set up.")
    if workload.caller.front != "none":
        found.append("What stands in front of the endpoint is not part of it.")
    return found


def _refuse(workload: Workload, option: Option, settings: Settings, facts: Facts, *, anyway: bool) -> tuple[str, ...]:
    """What the rules say beside. Raises InputError where they rule the calls out.

    Mistakes of a configuration, and an instance type on which the lists of the Region do not agree, always do; a need of
    the workload that the option does not meet only where it is not wanted `anyway`.
    """
    verdict = examine(project(workload), replace(option, settings=settings), facts)
    wrong, said = [], []
    for found in verdict.findings:
        never = found.rule.startswith(_SHAPES)
        refused = found.outcome is Outcome.blocks and (never or not anyway)
        if refused or (found.rule == _TYPES and found.outcome is Outcome.conditions):
            wrong.append(Problem(found.rule, "", f"{found.message} {found.remedy}".strip()))
        elif found.outcome > Outcome.notes:
            said.append(f"{found.rule}: {found.message}")
    if wrong:
        raise InputError(wrong)
    return tuple(said)


def plan(
    workload: Workload, option: Option, facts: Facts, *, name: str = "", given: Mapping[str, str] | None = None,
    notify: bool = False, anyway: bool = False,
) -> Plan:  # fmt: skip
    """The calls that create an option for a workload.

    Arguments: `option` sized for it (`advisor.candidates`, `simulator.size`); `name` of the endpoint or job, by default
    made of the workload's; `given` are the user's values of variables; `notify` names SNS topics for asynchronous results; `anyway`
    also where the option does not meet a need of the workload.
    Raises InputError where a name or value is one that AWS does not accept, or the rules rule the option out.

    >>> from advisor import Option, load_facts, load_workload
    >>> fleet = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    >>> [call.operation for call in plan(load_workload("invoice-ocr"), fleet, load_facts()).calls]
    ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint']
    """
    if not option.place:
        raise InputError([Problem("option", option.name, "a sized option, with an instance type or a memory size")])
    wrong: list[Problem] = []
    called = name_of(workload.name, facts, room=ROOM)
    try:
        called = check_name(name, facts, room=ROOM) if name else called
    except InputError as error:
        wrong += error.problems  # told together with the values
    calls = model_calls(workload, option, called)
    if option.name == "batch_transform":
        calls += job_calls(option, called, facts)
    else:
        calls.append(configuration(workload, option, called, facts, notify=notify))
        calls.append(
            Call(
                "endpoint", "sagemaker", "CreateEndpoint",
                {"EndpointName": called, "EndpointConfigName": f"{called}"}, waits="endpoint",
            )
        )  # fmt: skip
        if option.components:
            calls += _components(workload, option, called, facts)
        calls += scaling_calls(option, called, facts)
    down = _takedown(calls)
    try:
        filled = variables(named([call.arguments for call in calls]), given or {}, workload.needs.region, facts)
    except InputError as error:
        raise InputError([*wrong, *error.problems]) from None
    if wrong:
        raise InputError(wrong)
    values = {variable.name: variable.value for variable in filled}
    answers: defaultdict[tuple[str, str], str] = defaultdict(str)
    _, settings = read_calls([(call.operation, plain(call.arguments, values, answers)) for call in calls], facts)
    said = _refuse(workload, option, settings, facts, anyway=anyway)
    remarks = (*_remarks(workload, option), *said)
    return Plan(called, option, workload.needs.region, tuple(calls), tuple(down), filled, settings, remarks)

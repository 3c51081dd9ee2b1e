"""Configured: what the rules say of an endpoint configuration or job that somebody wrote down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from advisor.attributes import UNKNOWN, Attributes, project
from advisor.brief import Brief
from advisor.configured_cost import Cost, Traffic, cost_of
from advisor.configured_model import refused_by_model
from advisor.configured_other import Better, Need, better_than, needs_of
from advisor.deploy.documents import Documents, read_documents
from advisor.deploy.groups import Group, groups
from advisor.deploy.reading import Part, read_parts
from advisor.errors import Problem
from advisor.facts import Facts, load_facts
from advisor.options import Option
from advisor.rules import Finding, Outcome
from advisor.verdict import Verdict, examine, verdict_of
from advisor.workload import Workload

__all__ = ["Configured", "configured", "from_config", "region_of"]

_WRITTEN: Final = ("CFG", "NET")
"""Beginnings of the ids of rules that speak of what is written, whatever the workload."""
_ABSENCE: Final = {
    "CFG002": ("ServerlessConfig", "InstanceType", "InstancePools", "InitialInstanceCount"),
    "CFG004": ("ServerlessConfig", "InstanceType", "InstancePools", "ProductionVariants", "ProductionVariants[0]"),
    "CFG005": ("S3OutputPath", "OutputConfig"),
}  # fmt: skip
"""Rules that find something missing, and the keys that may hold it where their value is not settled."""
_CRASHED: Final = "This check failed"


@dataclass(frozen=True, slots=True)
class Configured:
    """One endpoint configuration, or one job, judged."""

    name: str
    region: str
    """Empty where nothing says it."""
    verdict: Verdict
    """Of the option that was read, its settings in it."""
    model: tuple[Problem, ...]
    """What AWS's API model does not accept in the calls."""
    unknown: tuple[tuple[str, str], ...]
    """Values that the document does not settle, with what they depend on."""
    unread: tuple[str, ...]
    """What was not looked at."""
    remarks: tuple[str, ...]
    cost: Cost
    better: tuple[Better, ...] = ()
    """Options that fit the workload, the cheapest configuration of each, cheapest first."""
    needs: tuple[Need, ...] = ()
    """Without a workload: needs that it does not meet, and options that do."""

    @property
    def option(self) -> Option:
        """What the document amounts to."""
        return self.verdict.option

    @property
    def sound(self) -> bool:
        """AWS refuses nothing of it, and it fits what was asked of it."""
        return self.verdict.feasible and not self.model and not self.cost.overloaded


def region_of(documents: Documents, stated: str | None, facts: Facts) -> str:
    """The Region that was stated, else the only one that ARNs and image addresses name; empty where nothing says it."""
    if stated:
        return stated
    named = [region for region in documents.regions if region in facts.regions]
    return named[0] if len(named) == 1 else ""


def _unsettled(finding: Finding, unknown: Mapping[str, str]) -> Finding:
    """A finding that something is missing, where it may be in a value that is not settled."""
    keys = _ABSENCE.get(finding.rule, ())
    why = next((f"{path} ({of})" for path, of in unknown.items() if path.rsplit(".", 1)[-1] in keys), "")
    if not why:
        return finding
    return replace(finding, outcome=Outcome.unknown, message=f"Not to be said: {why} is not settled.", remedy="")


def _shown(finding: Finding, everything: bool) -> bool:
    """Whether a finding is told: all that decides; notes and open questions only of what is written."""
    if finding.message.startswith(_CRASHED):
        return False
    if finding.outcome in {Outcome.blocks, Outcome.conditions}:
        return everything or finding.rule.startswith(_WRITTEN) or finding.outcome is Outcome.blocks
    return finding.rule.startswith("CFG")


def _findings(
    parts: Sequence[Part], attributes: Attributes, facts: Facts, unknown: Mapping[str, str], everything: bool
) -> list[Finding]:
    """What the rules say of the whole, and of each part what they do not say of the whole."""
    whole = [replace(found) for found in _asked(parts[0], attributes, facts) if _shown(found, everything)]
    told = {(finding.rule, finding.message) for finding in whole}
    for part in parts[1:]:
        for finding in _asked(part, attributes, facts):
            if (
                finding.rule.startswith(_WRITTEN)
                and _shown(finding, everything)
                and (finding.rule, finding.message) not in told
            ):
                told.add((finding.rule, finding.message))
                whole.append(replace(finding, message=f"{part.name[0].upper()}{part.name[1:]}: {finding.message}"))
    return [_unsettled(finding, unknown) for finding in whole]


def _asked(part: Part, attributes: Attributes, facts: Facts) -> tuple[Finding, ...]:
    return examine(attributes, replace(part.option, settings=part.settings), facts).findings


def _attributes(given: Workload | Brief | None, traffic: Traffic | None, region: str) -> Attributes:
    """What is known of the workload."""
    if given is not None:
        found = project(given, traffic.load if traffic is not None else None)
        return replace(found, region=region or found.region)
    if traffic is None:
        return Attributes(region=region or UNKNOWN)
    rate = traffic.load.mean_rate_per_s
    return Attributes(
        region=region or UNKNOWN, processing_s=traffic.time_us / 1e6, rps_peak=rate, requests_per_day=rate * 86_400,
    )  # fmt: skip


def _described(group: Group, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts; copies of components that are described are not those at creation."""
    if not group.scaled_already:
        return tuple(parts)
    return tuple(replace(part, settings=replace(part.settings, initial_copies=None)) for part in parts)


def _judge(group: Group, documents: Documents, facts: Facts, given: Workload | Brief | None, traffic: Traffic | None, region: str, alone: bool) -> Configured:  # fmt: skip
    parts = _described(group, read_parts(group.pairs, facts))
    option = replace(parts[0].option, settings=parts[0].settings)
    unknown = dict(pair for call in group.calls for pair in call.unknown)
    attributes = _attributes(given, traffic, region)
    findings = _findings(parts, attributes, facts, unknown, given is not None or traffic is not None)
    verdict = verdict_of(option, findings)
    model, notes = refused_by_model(group.calls, [f.message for f in findings if f.outcome is Outcome.blocks], facts)
    workload = given if isinstance(given, Workload) else None
    cost = cost_of(option, group.pairs, facts, region, workload, traffic)
    better = (
        better_than(cost, workload, traffic, attributes, facts, region)
        if workload is not None and traffic is not None
        else ()
    )
    unread = [f"{path} ({call.source.where})" for call in group.calls for path in call.unread]
    return Configured(
        group.name, region, verdict, model, tuple(unknown.items()),
        tuple(dict.fromkeys([*unread, *(documents.unread if alone else ())])), (*group.remarks, *notes), cost, better,
        needs_of(option, facts) if given is None else (),
    )  # fmt: skip


def configured(
    documents: Documents, facts: Facts, *, given: Workload | Brief | None = None, traffic: Traffic | None = None, region: str = "",
) -> tuple[Configured, ...]:  # fmt: skip
    """Each endpoint configuration and each job of some documents, judged.

    Arguments: `given` is the workload or brief it is meant for; `traffic` what arrives, where that is known (see
    `advisor.configured_cost.traffic_of`); `region` as `region_of` finds it.

    >>> from advisor import load_facts
    >>> from advisor.deploy.documents import read_texts
    >>> text = '{"ProductionVariants": [{"VariantName": "a", "ModelName": "m", "ServerlessConfig": {"MemorySizeInMB": 2000, "MaxConcurrency": 5}}]}'
    >>> facts = load_facts()
    >>> configured(read_texts({"mine": text}), facts)[0].verdict.deciding.rule
    'CFG016'
    """
    found, left = groups(documents)
    alone = len(found) == 1
    made = [_judge(group, documents, facts, given, traffic, region, alone) for group in found]
    rest: tuple[Any, ...] = (*left, *(() if alone else documents.unread))
    if rest:
        made[-1] = replace(made[-1], unread=(*made[-1].unread, *rest))
    return tuple(made)


def from_config(
    *files: str | Path, facts: Facts | None = None, given: Workload | Brief | None = None, traffic: Traffic | None = None,
    region: str = "", parameters: Mapping[str, str] | None = None,
) -> tuple[Configured, ...]:  # fmt: skip
    """Each endpoint configuration and each job that some files describe, judged.

    Arguments: `files` are JSON of calls, CloudFormation templates, or what describe calls of the AWS CLI print; `facts` default to
    the `aws` profile; `given` is the workload or brief it is meant for; `traffic` what arrives (`advisor.configured_cost.traffic_of`);
    `region` where the files do not name it; `parameters` are values of those of a template, by name.
    Raises InputError with every problem of the files, each with what is expected.
    """
    known = load_facts() if facts is None else facts
    documents = read_documents(files, region=region, given=parameters)
    meant = given.needs.region if isinstance(given, Workload) else (given.region or "") if given is not None else ""
    where = region_of(documents, region, known) or meant
    return configured(documents, known, given=given, traffic=traffic, region=where)

"""Verdicts: every rule asked about every option, the worst finding decides, the rest ranked by fit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from advisor.attributes import UNKNOWN, Attributes, high, project
from advisor.billing import Bill, estimate
from advisor.check import check_workload
from advisor.facts import Facts, load_facts
from advisor.fit import Fit, fit_of
from advisor.load import TrafficSummary
from advisor.options import NAMES, Option
from advisor.places import memory_sizes, places
from advisor.rules import Finding, Outcome, all_rules
from advisor.rules._rule import check
from advisor.workload import Workload

__all__ = ["QUESTIONS", "Advice", "Verdict", "advise", "differing", "examine", "judge"]

QUESTIONS: Final = {
    "immediate_response": "Does the caller wait for the answer on the connection?",
    "cold_start_ok": "May the first request after an idle spell wait for a start?",
    "payload_mb": "How large is the largest request body?",
    "response_mb": "How large is the largest answer?",
    "processing_s": "How long does one prediction take, typically and at p99?",
    "memory_gb": "How much memory does the loaded model need?",
}
"""The question to ask for an attribute that decides and was not stated."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one option, worst finding first."""

    option: Option
    outcome: Outcome
    findings: tuple[Finding, ...]
    fit: Fit | None = None
    bill: Bill | None = None
    """The bill estimated from mean rates, where the traffic is known."""

    @property
    def feasible(self) -> bool:
        """No finding blocks."""
        return self.outcome is not Outcome.blocks

    @property
    def deciding(self) -> Finding | None:
        """The finding to show first: the worst, and among equals the one nearest its limit."""
        return self.findings[0] if self.findings else None


@dataclass(frozen=True, slots=True)
class Advice:
    """The verdicts of all options, best fit first, infeasible ones last, and the question worth asking."""

    name: str
    profile: str
    region: str
    verdicts: tuple[Verdict, ...]
    question: str
    """Attribute whose answer would decide most; empty when nothing is open."""
    differs: tuple[str, ...] = ()
    """Option names whose verdict the other profile would change."""

    @property
    def ranked(self) -> tuple[Verdict, ...]:
        """Options that nothing blocks."""
        return tuple(verdict for verdict in self.verdicts if verdict.feasible)

    @property
    def infeasible(self) -> tuple[Verdict, ...]:
        """Options that at least one finding blocks."""
        return tuple(verdict for verdict in self.verdicts if not verdict.feasible)


def _order(finding: Finding) -> tuple[int, float, str]:
    return (-finding.outcome, finding.margin if finding.margin is not None else 1.0, finding.rule)


def examine(attributes: Attributes, option: Option, facts: Facts) -> Verdict:
    """Ask every rule about one option; the worst finding is the outcome."""
    found = (check(entry, attributes, option, facts) for entry in all_rules())
    findings = tuple(sorted((finding for finding in found if finding is not None), key=_order))
    worst = max((finding.outcome for finding in findings), default=Outcome.notes)
    return Verdict(option, worst, findings)


def _representatives(workload: Workload, facts: Facts, attributes: Attributes) -> list[Option]:
    """One option of each name to ask the rules about, when no traffic was drawn to size it."""
    reference = workload.service.reference
    least = "production_minimum_instances" if workload.needs.availability == "zone" else "minimum_instances"
    count = int(facts.of("real_time", least).number())
    slots = workload.service.slots
    need = high(attributes.memory_gb)
    sizes = memory_sizes(facts)
    holds = [size for size in sizes if need is UNKNOWN or need * 1e9 <= size * 2**20]
    memory = holds[0] if holds else sizes[-1]
    limit = int(facts.of("serverless", "max_concurrency").number())
    backlog = float(facts.of("autoscaling", "async_backlog_target").number())
    found = {
        "real_time": Option(
            name="real_time", instance_type=reference, instances=count, concurrency_per_instance=slots
        ),
        "serverless": Option(
            name="serverless", memory_mib=memory, max_concurrency=limit, concurrency_per_instance=1
        ),
        "async": Option(
            name="async", instance_type=reference, max_instances=2, backlog_target=backlog, concurrency_per_instance=slots
        ),
    }  # fmt: skip
    return [found[name] for name in NAMES]


def _fits(verdicts: Sequence[Verdict], attributes: Attributes, bills: dict[str, Bill]) -> dict[str, Fit]:
    totals = {name: float(bill.total) for name, bill in bills.items() if bill.total is not None}
    fitting = {verdict.option.name for verdict in verdicts if verdict.feasible}
    cheapest = min((total for name, total in totals.items() if name in fitting), default=0.0)
    costs = {name: min(1.0, cheapest / total) if total else 1.0 for name, total in totals.items()}
    return {
        verdict.option.name: fit_of(
            verdict.option.name, verdict.findings, attributes, costs.get(verdict.option.name, 0.5)
        )
        for verdict in verdicts
    }


def judge(
    attributes: Attributes, options: Iterable[Option], facts: Facts, bills: dict[str, Bill] | None = None
) -> tuple[Verdict, ...]:
    """Verdicts of these options, ranked: feasible ones by fit, then the infeasible ones in the order given."""
    verdicts = [examine(attributes, option, facts) for option in options]
    fits = _fits(verdicts, attributes, bills or {})
    scored = [
        Verdict(v.option, v.outcome, v.findings, fits[v.option.name], (bills or {}).get(v.option.name))
        for v in verdicts
    ]
    return tuple(sorted(scored, key=lambda v: (not v.feasible, -(v.fit.score if v.fit and v.feasible else 0.0))))


def differing(attributes: Attributes, verdicts: Iterable[Verdict], facts: Facts) -> tuple[str, ...]:
    """Names of the options on which the other profile decides differently."""
    return tuple(
        verdict.option.name
        for verdict in verdicts
        if examine(attributes, verdict.option, facts.other).outcome
        is not examine(attributes, verdict.option, facts).outcome
    )


def _question(verdicts: Iterable[Verdict]) -> str:
    """The unknown attribute that most options wait for; ties in alphabetical order."""
    asked = Counter(f.question for v in verdicts if v.feasible for f in v.findings if f.question)
    return min(asked, key=lambda name: (-asked[name], name)) if asked else ""


def advise(workload: Workload, facts: Facts | None = None, *, load: TrafficSummary | None = None) -> Advice:
    """Which options fit a workload, and why the others do not, without a simulation.

    Arguments: `facts` default to the `aws` profile; `load` is the summary of the drawn traffic, where there is one:
    it settles what a trace is like and what idle spells there are, and prices the options from mean rates.
    Raises InputError when the Region or an instance type is unknown.

    >>> from advisor import advise, load_workload
    >>> [v.option.name for v in advise(load_workload("ct-scans")).ranked]
    ['async']
    """
    facts = load_facts() if facts is None else facts
    check_workload(workload, facts)
    attributes = project(workload, load)
    options = _representatives(workload, facts, attributes)
    bills: dict[str, Bill] = {}
    if load is not None:
        served = places(workload, facts)
        bills = {
            option.name: estimate(option, workload, load, served, facts) for option in options if option.place in served
        }
    verdicts = judge(attributes, options, facts, bills)
    differs = differing(attributes, verdicts, facts)
    region = workload.needs.region
    return Advice(workload.name, facts.profile, region, verdicts, _question(verdicts), differs)

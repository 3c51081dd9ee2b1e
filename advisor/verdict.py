"""Verdicts: every rule asked about an option, the worst finding decides, what fits is ranked by fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from advisor.attributes import Attributes
from advisor.billing import Bill
from advisor.facts import Facts
from advisor.fit import Fit, active_preferences, cost_point, fit_of
from advisor.options import Option
from advisor.rules import Finding, Outcome, all_rules
from advisor.rules._rule import check

__all__ = ["Verdict", "differing", "examine", "judge", "verdict_of", "with_bills", "worst"]

_WHERE_COST_LEADS = 2
"""How much more an estimate counts where cost weighs most."""


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

    @property
    def nearest(self) -> Finding | None:
        """The finding nearest its limit, or furthest beyond it; None where nothing is a number."""
        margins = [
            f for f in self.findings if f.margin is not None and (f.margin >= 0 or f.outcome is not Outcome.notes)
        ]
        return min(margins, key=lambda finding: finding.margin or 0.0, default=None)


def _order(finding: Finding) -> tuple[int, float, str]:
    return (-finding.outcome, finding.margin if finding.margin is not None else 1.0, finding.rule)


def worst(found: Iterable[Finding]) -> Finding | None:
    """The deciding finding: the worst, and among equals the one nearest its limit; None where there is none."""
    return min(found, key=_order, default=None)


def verdict_of(option: Option, found: Iterable[Finding], fit: Fit | None = None) -> Verdict:
    """The verdict that these findings amount to: the worst is the outcome, and stands first."""
    findings = tuple(sorted(found, key=_order))
    return Verdict(option, findings[0].outcome if findings else Outcome.notes, findings, fit)


def examine(attributes: Attributes, option: Option, facts: Facts) -> Verdict:
    """Ask every rule about one option; the worst finding is the outcome.

    An option with `settings` is asked for the mistakes of a written configuration too.

    >>> from advisor import Option, Settings, load_facts
    >>> written = Option(name="serverless", memory_mib=2048, max_concurrency=5, provisioned_concurrency=9, settings=Settings())
    >>> examine(Attributes(), written, load_facts()).deciding.message
    'ProvisionedConcurrency is 9, MaxConcurrency is 5.'
    """
    found = (check(entry, attributes, option, facts) for entry in all_rules())
    return verdict_of(option, (finding for finding in found if finding is not None))


def with_bills(
    verdicts: Sequence[Verdict], bills: dict[str, Bill], attributes: Attributes, facts: Facts
) -> list[Verdict]:
    """The verdicts with their fit and estimated bill; the cheapest of those that fit sets the scale of cost."""
    totals = {name: float(bill.total) for name, bill in bills.items() if bill.total is not None}
    fitting = {verdict.option.name for verdict in verdicts if verdict.feasible}
    cheapest = min((total for name, total in totals.items() if name in fitting), default=0.0)
    costs = {name: min(1.0, cheapest / total) if total else 1.0 for name, total in totals.items()}
    active = active_preferences(attributes, facts)
    weight = _WHERE_COST_LEADS if attributes.cost_priority is True else 1
    found = []
    for v in verdicts:
        cost = cost_point(costs.get(v.option.name), weight) if costs else None
        found.append(replace(v, fit=fit_of(v.option.name, active, cost), bill=bills.get(v.option.name)))
    return found


def judge(
    attributes: Attributes, options: Iterable[Option], facts: Facts, bills: dict[str, Bill] | None = None
) -> tuple[Verdict, ...]:
    """Verdicts of these options, ranked: feasible ones by fit, then the infeasible ones in the order given."""
    verdicts = [examine(attributes, option, facts) for option in options]
    scored = with_bills(verdicts, bills or {}, attributes, facts)
    return tuple(sorted(scored, key=lambda v: (not v.feasible, -(v.fit.score if v.fit and v.feasible else 0))))


def differing(attributes: Attributes, verdicts: Iterable[Verdict], facts: Facts) -> tuple[str, ...]:
    """Names of the options on which the other profile decides differently."""
    return tuple(
        verdict.option.name
        for verdict in verdicts
        if verdict.option.name != "none"
        and examine(attributes, verdict.option, facts.other).outcome
        is not examine(attributes, verdict.option, facts).outcome
    )

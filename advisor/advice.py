"""Advice: which options fit a workload or a half-known brief, why the others do not, and what to ask next."""

from dataclasses import dataclass, field
from typing import Final

from advisor.attributes import Attributes, project
from advisor.billing import Bill, estimate
from advisor.brief import Brief
from advisor.check import check_region, check_workload
from advisor.facts import Facts, load_facts
from advisor.fit import Fit
from advisor.load import TrafficSummary
from advisor.options import Option, title
from advisor.panel import Board, Panel, panel_for
from advisor.places import places
from advisor.questions import Reply, most_deciding, questions, replies
from advisor.representatives import sized_for
from advisor.rules import Finding, Outcome
from advisor.unblock import Change, smallest_changes
from advisor.verdict import Verdict, with_bills
from advisor.workload import Workload

__all__ = ["Advice", "advise", "attributes_of", "board_of", "conclude", "nothing_fits"]

_ESTIMATED: Final = ("real_time", "serverless", "async")
"""Names whose representative is a fleet that mean rates can price; the others need a size that nobody chose yet."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The verdicts of all options, best fit first, infeasible ones last, and the question worth asking."""

    name: str
    profile: str
    region: str
    """The Region asked about; empty where a brief states none."""
    verdicts: tuple[Verdict, ...]
    question: str
    """Attribute whose answer would decide most; empty when no answer would change the first place."""
    replies: tuple[Reply, ...] = ()
    """What each reply to that question would change."""
    changes: tuple[Change, ...] = ()
    """For each blocked option that one attribute can unblock: the smallest change that does."""
    other: tuple[Verdict, ...] = ()
    """The verdicts under the other profile, where they differ."""
    best_elsewhere: str = ""
    """The name ranked first under the other profile."""
    attributes: Attributes = field(default_factory=Attributes)
    """What is known, as the rules read it."""

    @property
    def ranked(self) -> tuple[Verdict, ...]:
        """Options that nothing blocks."""
        return tuple(verdict for verdict in self.verdicts if verdict.feasible)

    @property
    def infeasible(self) -> tuple[Verdict, ...]:
        """Options that at least one finding blocks."""
        return tuple(verdict for verdict in self.verdicts if not verdict.feasible)

    @property
    def best(self) -> str:
        """The name ranked first."""
        return self.verdicts[0].option.name

    @property
    def differs(self) -> tuple[str, ...]:
        """Option names whose verdict the other profile would change."""
        return tuple(verdict.option.name for verdict in self.other)

    def change(self, name: str) -> Change | None:
        """The smallest change that unblocks an option; None where no single one does."""
        return next((change for change in self.changes if change.option == name), None)


def nothing_fits(best: str) -> Verdict:
    """The verdict on `none`: it fits only when every option is blocked.

    Arguments: `best` is the name that is ranked first; empty when every option is blocked.
    """
    if not best:
        finding = Finding(
            "NONE001", Outcome.notes, "Every option is blocked: change the workload, or serve it outside this service."
        )
        return Verdict(Option(name="none"), Outcome.notes, (finding,), Fit(()))
    finding = Finding(
        "NONE001", Outcome.blocks, f"Something fits: {title(best).lower()}.", seen=best, limit="nothing fits",
        remedy="Read the options that fit.",
    )  # fmt: skip
    return Verdict(Option(name="none"), Outcome.blocks, (finding,), Fit(()))


def conclude(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts with that on `none`: first where it is all that is left, else last."""
    last = nothing_fits(next((verdict.option.name for verdict in verdicts if verdict.feasible), ""))
    return (last, *verdicts) if last.feasible else (*verdicts, last)


def attributes_of(given: Workload | Brief, facts: Facts, load: TrafficSummary | None = None) -> Attributes:
    """What is known, checked against the facts. Raises InputError for an unknown Region or instance type."""
    if isinstance(given, Workload):
        check_workload(given, facts)
    elif given.region is not None:
        check_region(given.region, facts, "region")
    return project(given, load)


def board_of(given: Workload | Brief, attributes: Attributes, facts: Facts) -> Board:
    """All options before all rules: as a workload sizes them, or as representatives for a brief."""
    panel = Panel(sized_for(given, facts, attributes), facts) if isinstance(given, Workload) else panel_for(facts)
    return panel.board(attributes)


def _estimates(workload: Workload, options: tuple[Option, ...], load: TrafficSummary, facts: Facts) -> dict[str, Bill]:
    served = places(workload, facts)
    return {
        o.name: estimate(o, workload, load, served, facts)
        for o in options
        if o.place in served and o.name in _ESTIMATED
    }


def _judged(
    given: Workload | Brief, attributes: Attributes, facts: Facts, load: TrafficSummary | None
) -> tuple[Board, tuple[Verdict, ...]]:
    """The board and the verdicts in their order; the estimates of a workload count where its traffic is known."""
    board = board_of(given, attributes, facts)
    if load is None or not isinstance(given, Workload):
        return board, board.verdicts()
    bills = _estimates(given, board.panel.options, load, facts)
    found = with_bills(board.verdicts(), bills, attributes, facts)
    board.score({v.option.name: v.fit.score for v in found if v.fit is not None})
    order = board.order()
    return board, tuple(sorted(found, key=lambda v: order.index(v.option.name) if v.feasible else len(order)))


def advise(
    given: Workload | Brief, facts: Facts | None = None, *, load: TrafficSummary | None = None, name: str = ""
) -> Advice:
    """Which options fit a workload or a brief, and why the others do not, without a simulation.

    Arguments: `facts` default to the `aws` profile; `load` is the summary of the drawn traffic of a workload, where
    there is one: it settles what a trace is like and what idle spells there are, and prices the options from mean
    rates; `name` labels a brief.
    Raises InputError when the Region or an instance type is unknown.

    >>> from advisor import advise, load_brief
    >>> advice = advise(load_brief("half-known"))
    >>> advice.best, advice.question
    ('serverless', 'cold_start_ok')
    """
    facts = load_facts() if facts is None else facts
    attributes = attributes_of(given, facts, load)
    board, verdicts = _judged(given, attributes, facts, load)
    elsewhere, there = _judged(given, attributes, facts.other, load)
    here = {verdict.option.name: verdict.outcome for verdict in verdicts}
    question = most_deciding(board)
    region = given.needs.region if isinstance(given, Workload) else given.region or ""
    return Advice(
        name or (given.name if isinstance(given, Workload) else "brief"), facts.profile, region, conclude(verdicts),
        question, replies(board, questions(facts)[question]) if question else (), smallest_changes(board),
        tuple(v for v in there if v.outcome is not here[v.option.name]), elsewhere.best, attributes,
    )  # fmt: skip

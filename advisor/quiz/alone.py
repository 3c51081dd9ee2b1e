"""Alone: what the rules say of one option, under both profiles."""

from collections.abc import Mapping
from typing import Any

from advisor.attributes import project
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.options import Option
from advisor.panel import panel_for
from advisor.quiz.judged import UNSAID
from advisor.rules import Finding, Outcome
from advisor.verdict import Verdict, examine

__all__ = ["Alone"]


class Alone:
    """The verdicts on one option for a scenario, with what is not mentioned taken as `UNSAID`.

    >>> from advisor.facts import load_facts
    >>> Alone({"processing_s": 90.0}, "serverless", load_facts()).refusal.rule
    'TIM001'
    """

    def __init__(self, said: Mapping[str, Any], name: str, facts: Facts, option: Option | None = None) -> None:
        """Arguments: `said` are attributes; `option` is a configuration of the option, else the one that stands for it."""
        attributes = project(Brief.from_mapping({**UNSAID, **said}))
        self.sides: list[Verdict] = []
        for side in (facts, facts.other):
            chosen = option or next(one for one in panel_for(side).options if one.name == name)
            self.sides.append(examine(attributes, chosen, side))

    @property
    def fits(self) -> bool:
        """It serves the scenario, whatever the profile."""
        return all(side.outcome in {Outcome.notes, Outcome.conditions} for side in self.sides)

    @property
    def refusal(self) -> Finding | None:
        """Why it cannot serve the scenario, whatever the profile; None where it can, or where that is open."""
        return self.sides[0].deciding if all(side.outcome is Outcome.blocks for side in self.sides) else None

    @property
    def against(self) -> tuple[Finding, ...]:
        """Every finding that rules it out, under the profile in force."""
        return tuple(found for found in self.sides[0].findings if found.outcome is Outcome.blocks)

    @property
    def nearest(self) -> Finding | None:
        """The finding nearest its limit."""
        return self.sides[0].nearest

"""The files of a plan as far as the texts that were typed allow them: what is refused is said by field, the rest is made."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from advisor.deploy.plan import Plan, plan
from advisor.deploy.targets import TARGETS, refusal
from advisor.errors import InputError, Problem
from simulator.deployed import Chosen, Deployment, deployment
from simulator.study import Study

__all__ = ["Made", "made", "without_rule"]

_RULE: Final = re.compile(r"[A-Z]+\d+: ")
_LONGEST_SEEN: Final = 80


@dataclass(frozen=True, slots=True)
class Made:
    """What came of an option, a target and some texts."""

    plan: Plan | None = None
    """None where the rules rule it out."""
    files: Deployment | None = None
    """None where there is no plan, or the target cannot express it."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What to say below a field, by `name` or the name of the variable; the files do without these texts."""
    objections: tuple[str, ...] = ()
    """Why the rules rule it out."""
    can_anyway: bool = False
    """The objections are needs of the workload: files can be made all the same."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Why a target cannot express the plan, by its id; those that can are left out."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """The variables whose value stands in."""
        return () if self.plan is None else tuple(one.name for one in self.plan.variables if not one.given)


def without_rule(remark: str) -> str:
    """A remark of a plan without the id of the rule it comes from.

    >>> without_rule("TIM005: The caller waits."), without_rule("It starts one job.")
    ('The caller waits.', 'It starts one job.')
    """
    return remark[found.end() :] if (found := _RULE.match(remark)) else remark


def _said(problem: Problem, text: str) -> str:
    short = text if len(text) <= _LONGEST_SEEN else f"{text[:_LONGEST_SEEN]}…"
    return f'"{short}" does not fit. AWS takes {problem.allowed}.'


def _works(planned: Callable[[bool], Plan]) -> bool:
    """There is a plan where the needs of the workload are passed over."""
    try:
        planned(True)
    except InputError:
        return False
    return True


def made(
    study: Study, of: Chosen, target: str, texts: Mapping[str, str], *, notify: bool = False, anyway: bool = False
) -> Made:
    """The files of an option.

    Arguments: `texts` as typed, by `name` and the names of variables, empty ones standing in; `target`, `notify` and
    `anyway` as `deployment` takes them.
    """
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    errors: dict[str, str] = {}

    def planned(over: bool) -> Plan:
        values = {name: text for name, text in given.items() if name != "name"}
        return plan(
            study.workload, of.option, study.facts, name=given.get("name", ""), given=values, notify=notify, anyway=over
        )

    while True:
        try:
            found = planned(anyway)
            break
        except InputError as error:
            wrong = {problem.path: problem for problem in error.problems if problem.path in given}
            errors |= {name: _said(problem, given.pop(name)) for name, problem in wrong.items()}
            if not wrong:
                return Made(
                    errors=errors,
                    objections=tuple(problem.allowed or str(problem) for problem in error.problems),
                    can_anyway=not anyway and _works(planned),
                )
    refusals = {name: why for name in TARGETS if (why := refusal(found, name))}
    if target in refusals:
        return Made(found, None, errors, refusals=refusals)
    values = {name: text for name, text in given.items() if name != "name"}
    files = deployment(study, of, target, name=given.get("name", ""), given=values, notify=notify, anyway=anyway)
    return Made(found, files, errors, refusals=refusals)

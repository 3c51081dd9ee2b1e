"""What a rule is, and how the folder is scanned for them.

A rule is one pure function `(attributes, option, facts) -> Finding | None` under the `rule` decorator. It asks
facts by attribute (`facts.of(option.name, "payload_request")`), never which option it looks at. Its docstring
has four headings: What it checks, Why it matters, Example, Exam tip; `{fact:id}` in it, and
`{study:id}` for the teaching table, is filled when printed.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from types import FunctionType
from typing import Any, Final

from advisor.attributes import Attributes
from advisor.errors import FactError
from advisor.facts import Fact, Facts
from advisor.options import Option

__all__ = ["HEADINGS", "Finding", "Outcome", "Rule", "all_rules", "check", "limit_finding", "rule", "soften"]

HEADINGS: Final = ("What it checks", "Why it matters", "Example", "Exam tip")


class Outcome(IntEnum):
    """What a finding means for the option; the largest decides."""

    notes = 0
    """Something to know; the option fits."""
    conditions = 1
    """It fits if something is accepted, raised or arranged."""
    unknown = 2
    """An attribute that decides was not stated."""
    blocks = 3
    """The option cannot serve this workload."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word on one option.

    `seen` and `limit` are in `unit` (`bytes`, `us`, `requests`, or empty for words); `margin` is the share of
    the limit that is left (negative above it), None where the finding is not a number.
    """

    rule: str
    outcome: Outcome
    message: str
    seen: float | str | None = None
    limit: float | str | None = None
    unit: str = ""
    margin: float | None = None
    remedy: str = ""
    facts: tuple[str, ...] = ()
    """Ids of the facts it rests on: the source and date of the finding."""
    question: str = ""
    """The attribute to ask for, where the outcome is `unknown`."""


Check = Callable[[Attributes, Option, Facts], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule: its id, its title, the attributes of facts it needs, and the check."""

    id: str
    title: str
    needs: tuple[str, ...]
    check: Check
    doc: str
    module: str

    @property
    def may_block(self) -> bool:
        """Its code, or that of a helper it names in this folder, can say `blocks`; the others only note or ask."""
        return _may_block(self.check)


@cache
def _may_block(function: Callable[..., Any]) -> bool:
    code = function.__code__
    named = (function.__globals__.get(name) for name in code.co_names)
    return "blocks" in code.co_names or any(
        isinstance(other, FunctionType)
        and other is not function
        and other.__module__.startswith(__package__)
        and _may_block(other)
        for other in named
    )


_RULES: dict[str, Rule] = {}


def rule(id: str, title: str, needs: tuple[str, ...] = ()) -> Callable[[Check], Check]:  # noqa: A002 - the field's word
    """Register a check under an id; raises ValueError when the id is taken.

    Arguments: `needs` are the fact attributes (`payload_request`) or whole fact ids it reads.
    """

    def register(function: Check) -> Check:
        known = _RULES.get(id)
        if known is not None and known.module != function.__module__:
            raise ValueError(f"rule id {id} is taken by {known.module}")
        _RULES[id] = Rule(id, title, needs, function, function.__doc__ or "", function.__module__)
        return function

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in this folder, by id; a file dropped here is found without being named anywhere."""
    package = importlib.import_module("advisor.rules")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"advisor.rules.{module.name}")
    return tuple(_RULES[key] for key in sorted(_RULES))


def soften(finding: Finding, facts: Facts) -> Finding:
    """A `blocks` that rests on an old page or on an assumption becomes `conditions`, and says so.

    A numeric limit whose only page was published more than two years before it was checked may have moved; a
    value that nobody documented cannot forbid anything.
    """
    if finding.outcome is not Outcome.blocks:
        return finding
    for key in finding.facts:
        fact = facts.fact(key)
        if fact.confidence == "assumed":
            reason = "the limit is an assumption of ours"
        elif fact.stale_page:
            reason = f"the only page that states it is of {fact.published:%d %b %Y}"
        else:
            continue
        message = f"{finding.message} ({reason}: check it before you rule this out)"
        return replace(finding, outcome=Outcome.conditions, message=message)
    return finding


def check(entry: Rule, attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Run one rule; a rule that crashes becomes a finding of its own instead of an end of the run."""
    try:
        finding = entry.check(attributes, option, facts)
    except FactError as error:
        return Finding(entry.id, Outcome.unknown, f"A fact is missing: {error}")
    except Exception as error:
        return Finding(entry.id, Outcome.unknown, f"This check failed ({type(error).__name__}: {error}).")
    return None if finding is None else soften(finding, facts)


def limit_finding(
    rule_id: str,
    fact: Fact,
    seen: float,
    *,
    limit: float,
    unit: str,
    subject: str,
    remedy: str,
    upper: float | None = None,
    share: float | None = None,
    **extra: Any,
) -> Finding:
    """The finding of `seen <= limit`, with its margin and, above the limit, the share that breaks it.

    Arguments: `upper` is the larger reading of a limit whose base AWS does not state (MB or MiB): between the
    two the outcome is `conditions`. `share` is the share of requests above the limit, where known.
    """
    from advisor.text import format_share, quantity  # noqa: PLC0415 - text prints findings, so it imports them

    margin = 1 - seen / limit if limit else (0.0 if seen == limit else -1.0)
    numbers = f"{quantity(seen, unit)} against a limit of {fact.text()}"
    common: dict[str, Any] = {
        "seen": seen, "limit": limit, "unit": unit, "margin": margin, "facts": (fact.id,), **extra,
    }  # fmt: skip
    if seen <= limit:
        return Finding(rule_id, Outcome.notes, f"{subject} fits: {numbers}.", **common)
    if upper is not None and seen <= upper:
        message = f"{subject} lies between the decimal and the binary reading of the limit: {numbers}."
        return Finding(rule_id, Outcome.conditions, message, remedy=remedy, **common)
    tail = f"; {format_share(share)} of requests are above it" if share else ""
    return Finding(rule_id, Outcome.blocks, f"{subject} is too large: {numbers}{tail}.", remedy=remedy, **common)

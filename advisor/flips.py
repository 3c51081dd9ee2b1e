"""What if: some attributes changed, and what flips."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from advisor.advice import attributes_of, board_of
from advisor.attributes import UNKNOWN
from advisor.brief import LABELS, Brief
from advisor.errors import InputError, Problem
from advisor.facts import Facts, load_facts
from advisor.load import TrafficSummary
from advisor.rules import Outcome
from advisor.verdict import Verdict
from advisor.workload import Workload

__all__ = ["Flip", "WhatIf", "read_changes", "what_if"]


@dataclass(frozen=True, slots=True)
class Flip:
    """One option whose outcome changes."""

    option: str
    before: Outcome
    after: Outcome
    verdict: Verdict
    """The verdict after the change."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer before and after some attributes changed."""

    changes: dict[str, Any]
    """The attributes that were changed, with their new values."""
    before: tuple[str, ...]
    """Names that fitted, best first."""
    after: tuple[str, ...]
    """Names that fit now, best first."""
    flips: tuple[Flip, ...]
    """Options whose outcome changes, in the order of the names."""

    @property
    def best(self) -> tuple[str, str]:
        """The name ranked first before, and after; `none` where nothing fits."""
        return (self.before[0] if self.before else "none", self.after[0] if self.after else "none")


def read_changes(texts: Iterable[str]) -> dict[str, Any]:
    """Changes written `attribute=value`; the value `unknown` takes a statement back.

    Raises InputError that names every text that cannot be read, an unknown attribute with its nearest name.

    >>> read_changes(["payload_mb=5", "cold_start_ok=unknown"])
    {'payload_mb': 5.0, 'cold_start_ok': UNKNOWN}
    """
    given: dict[str, Any] = {}
    wrong = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            wrong.append(Problem("--what-if", repr(text), "attribute=value, like payload_mb=5"))
        elif name in LABELS:
            wrong.append(Problem("--what-if", repr(text), f"an attribute; {name} is a label and decides nothing"))
        elif value.lower() in {"unknown", "null", ""}:
            given[name] = None
        else:
            given[name] = value
    try:
        read = Brief.from_mapping(given).known if given else {}
    except InputError as error:
        raise InputError([*wrong, *error.problems]) from None
    if wrong:
        raise InputError(wrong)
    return {name: read.get(name, UNKNOWN) for name in given}


def what_if(
    given: Workload | Brief, changes: dict[str, Any], facts: Facts | None = None, *, load: TrafficSummary | None = None
) -> WhatIf:
    """The answer before and after some attributes changed; everything else stays as stated.

    Arguments: `changes` as `read_changes` gives them. Raises InputError when a changed brief contradicts itself.

    >>> found = what_if(Brief(payload_mb=1, traffic="spiky"), {"payload_mb": 500.0})
    >>> found.best
    ('serverless', 'async')
    """
    facts = load_facts() if facts is None else facts
    attributes = attributes_of(given, facts, load)
    board = board_of(given, attributes, facts)
    if isinstance(given, Brief):
        stated = {**given.known, **changes}
        Brief.from_mapping({name: value for name, value in stated.items() if value is not UNKNOWN})
    after = board.changed(changes)
    now = {verdict.option.name: verdict for verdict in after.verdicts()}
    flips = tuple(
        Flip(v.option.name, v.outcome, now[v.option.name].outcome, now[v.option.name])
        for v in board.verdicts()
        if now[v.option.name].outcome is not v.outcome
    )
    return WhatIf(changes, tuple(board.order()), tuple(after.order()), flips)

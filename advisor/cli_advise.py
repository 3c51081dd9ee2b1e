"""The verb advise, for a workload or a brief: verdicts, the next question, and what would flip."""

from typing import TYPE_CHECKING

from advisor.cli import emit, say

if TYPE_CHECKING:
    from advisor.brief import Brief
    from advisor.facts import Facts
    from advisor.flips import WhatIf
    from advisor.load import TrafficSummary
    from advisor.workload import Workload

__all__ = ["answer"]


def _what_if_lines(found: "WhatIf") -> None:
    from advisor.options import title
    from advisor.text import state_word
    from advisor.words import value_words

    changed = ", ".join(f"{name} {value_words(name, value)}" for name, value in found.changes.items())
    before, after = found.best
    say("")
    say(f"What if {changed}:")
    say(f"  best fit: {title(after)}" + (" as before" if after == before else f" instead of {title(before)}"))
    for flip in found.flips:
        say(f"  {title(flip.option)}: {state_word(flip.after.name)}, before: {state_word(flip.before.name)}")
        if flip.verdict.deciding is not None:
            say(f"      {flip.verdict.deciding.rule} {flip.verdict.deciding.message}")
    if not found.flips:
        say("  no verdict changes")


def answer(
    given: "Workload | Brief", facts: "Facts", load: "TrafficSummary | None", what_if: list[str],
    *, name: str = "", as_json: bool = False, everything: bool = False,
) -> int:  # fmt: skip
    """Print the advice; 0 when something fits, 1 when nothing does."""
    from advisor.advice import advise
    from advisor.advice_text import advice_lines
    from advisor.flips import read_changes
    from advisor.flips import what_if as changed
    from advisor.verdict_json import advice_json, what_if_json

    changes = read_changes(what_if)
    advice = advise(given, facts, load=load, name=name)
    found = changed(given, changes, facts, load=load) if changes else None
    if as_json:
        emit(advice_json(advice, facts) | ({"what_if": what_if_json(found, facts)} if found is not None else {}))
    else:
        for line in advice_lines(advice, facts, everything=everything):
            say(line)
        if found is not None:
            _what_if_lines(found)
    return 0 if advice.best != "none" else 1

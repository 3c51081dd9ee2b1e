"""Is each item whole: reasons, pages, beliefs, texts; and are they as different as a deck should be?"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from advisor.facts import Facts
from advisor.quiz.gate_check import Checked, counted
from advisor.quiz.item import DIFFICULTIES, TOPICS, TYPES, Choice, Item, Prompt
from advisor.quiz.misconceptions import believed

__all__ = ["beliefs", "difficulties", "duplicates", "reasons", "texts", "topics", "types", "variety"]

_LEFT_OVER: Final = re.compile(r"[{}]|\bNone\b(?! of)|\bnan\b|  |\s[,.;?]|\.\.(?!\.)|!|^\s|\s$")
_NUMBERS: Final = re.compile(r"[\d.,]*\d")
_VARIED: Final = 70.0
"""Per cent of the scenarios that read differently even without their numbers."""
_SAYS: Final = 10
"""Characters below which a reason says nothing."""
_LEVEL_OFF: Final = 5.0
"""Percentage points that a level of difficulty may be off a third."""
_LEAST: Final = 2.0
"""Per cent of the items that each topic and type has at least."""
_MOST: Final = 65.0
"""Per cent of the items that one topic or type has at most."""


def _unexplained(item: Item) -> str:
    # what a prompt is matched with is explained at the prompt
    matched = set(item.key) if item.type == "matching" else set()
    parts: list[Choice | Prompt] = [choice for place, choice in enumerate(item.choices) if place not in matched]
    for part in [*parts, *item.prompts]:
        if len(part.reason) < _SAYS or not part.source.startswith("https://"):
            return f"{item.id}: {part.text!r} has no reason or page"
    if not item.explanation or not item.sources or not all(source.startswith("https://") for source in item.sources):
        return f"{item.id}: the item itself has no explanation or page"
    return ""


def reasons(items: Sequence[Item]) -> Checked:
    """Every choice, prompt and item has a reason and a page of the documentation."""
    found = [gap for item in items if (gap := _unexplained(item))]
    return counted("reasons and pages", "items with a gap", len(items), found)


def beliefs(items: Sequence[Item], facts: Facts) -> Checked:
    """Every wrong choice stands for a belief that has its sentence."""
    wrong = [
        (item.id, choice)
        for item in items
        if item.type in {"single", "case", "multiple"}
        for choice in item.choices
        if not choice.correct
    ]
    found = [
        f"{name}: {choice.text!r} stands for {choice.misconception or 'nothing'!r}"
        for name, choice in wrong
        if believed(choice.misconception, facts) == choice.misconception
    ]
    return counted("beliefs behind wrong choices", "choices without one", len(items), found)


def _shown(item: Item) -> list[str]:
    choices = [text for choice in item.choices for text in (choice.text, choice.reason)]
    prompts = [text for prompt in item.prompts for text in (prompt.text, prompt.reason)]
    return [item.stem, item.question, item.explanation, *choices, *prompts]


def texts(items: Sequence[Item]) -> Checked:
    """No text has a gap, a placeholder or a slip of punctuation; no two choices read the same."""
    found = []
    for item in items:
        slips = [text for text in _shown(item) if text and _LEFT_OVER.search(text)]
        slips += [text for text in _shown(item) if text.count("**") % 2]
        if not item.stem or not item.question:
            slips.append("(no text)")
        if len({choice.text for choice in item.choices}) < len(item.choices):
            slips.append("(two choices read the same)")
        found += [f"{item.id}: {slip[:160]!r}" for slip in slips[:1]]
    return counted("whole texts", "items with a slip", len(items), found)


def duplicates(items: Sequence[Item]) -> Checked:
    """No workload and no scenario comes twice."""
    found = []
    names = [item.id for item in items]
    workloads = [repr(item.brief) for item in items if item.brief]
    stems = [item.stem for item in items if not item.brief]
    for what in (names, workloads, stems):
        found += [f"{times} times: {one[:120]}" for one, times in Counter(what).items() if times > 1]
    return counted("no workload twice", "repeated", len(items), found)


def variety(items: Sequence[Item]) -> Checked:
    """Scenarios differ in more than their numbers."""
    skeletons = Counter(_NUMBERS.sub("#", item.stem) for item in items)
    share = 100 * len(skeletons) / max(1, len(items))
    seen = tuple(f"{times} times: {stem[:120]}" for stem, times in skeletons.most_common(10) if times > 1)
    return Checked("variety of scenarios", "% that differ in words", share, "≥", _VARIED, len(items), seen)


def _shares(items: Sequence[Item], of: Callable[[Item], object], all_: Sequence[object]) -> dict[object, float]:
    counts = Counter(map(of, items))
    return {one: 100 * counts[one] / max(1, len(items)) for one in all_}


def difficulties(items: Sequence[Item]) -> Checked:
    """Each level of difficulty is about a third of the items."""
    shares = _shares(items, lambda item: item.difficulty, DIFFICULTIES)
    worst = max(abs(share - 100 / len(DIFFICULTIES)) for share in shares.values())
    seen = tuple(f"difficulty {level}: {share:.1f} %" for level, share in shares.items())
    return Checked("spread of difficulty", "points off a third", worst, "≤", _LEVEL_OFF, len(items), seen)


def _spread(name: str, shares: dict[object, float], items: int) -> tuple[Checked, Checked]:
    seen = tuple(f"{one}: {share:.1f} %" for one, share in shares.items())
    least, most = min(shares.values()), max(shares.values())
    return (
        Checked(f"spread of {name}: the rarest", "% of items", least, "≥", _LEAST, items, seen),
        Checked(f"spread of {name}: the most frequent", "% of items", most, "≤", _MOST, items, seen),
    )


def types(items: Sequence[Item]) -> tuple[Checked, Checked]:
    """Every type comes, and none is most of the deck."""
    return _spread("types", _shares(items, lambda item: item.type, TYPES), len(items))


def topics(items: Sequence[Item]) -> tuple[Checked, Checked]:
    """Every topic comes, and none is most of the deck."""
    return _spread("topics", _shares(items, lambda item: item.topic, TOPICS), len(items))

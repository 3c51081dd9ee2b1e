"""Are the keys right: one answer by the rules, the same under both profiles, and the same when made again."""

from collections.abc import Sequence
from typing import Final

from advisor.errors import InputError
from advisor.facts import Facts
from advisor.options import NAMES
from advisor.quiz.gate_check import Checked, counted
from advisor.quiz.generate import make
from advisor.quiz.item import Item
from advisor.quiz.judged import Judged

__all__ = ["made_again", "one_answer", "same_under_both"]

_JUDGED: Final = ("single", "case", "multiple")


def _recomputed(item: Item) -> bool:
    """Its choices are options, and what decides is whether they serve the workload; prices decide among what serves."""
    options = [choice.option for choice in item.choices]
    judged = item.type in _JUDGED and item.topic != "billing" and len(set(options)) == len(options)
    return judged and bool(item.brief) and set(options) <= set(NAMES)


def _said(item: Item, facts: Facts) -> tuple[set[str], set[str]]:
    """The options among its choices that serve its workload, and those that cannot, under both profiles."""
    judged = Judged(dict(item.brief), facts, both=not item.changed)
    names = {choice.option for choice in item.choices}
    fits = {name for name in names if name != "none" and judged.fits(name)}
    refused = {name for name in names if name == "none" or judged.refusal(name) is not None}
    if "none" in names and all(judged.refusal(name) is not None for name in NAMES if name != "none"):
        return fits | {"none"}, refused - {"none"}
    return fits, refused


def _wrong_key(item: Item, facts: Facts) -> str:
    """How the key differs from what the rules say; empty where it does not. A question may ask for what does not serve."""
    key = {choice.option for choice in item.choices if choice.correct}
    others = {choice.option for choice in item.choices} - key
    fits, refused = _said(item, facts)
    if (key, others) in ((fits, refused), (refused, fits)):
        return ""
    return f"{item.id}: key {', '.join(sorted(key))}; serve: {', '.join(sorted(fits))}; cannot: {', '.join(sorted(refused))}"


def one_answer(items: Sequence[Item], facts: Facts) -> Checked:
    """No item has two acceptable answers, or none, by the rules."""
    checked = [item for item in items if _recomputed(item)]
    found = [wrong for item in checked if (wrong := _wrong_key(item, facts))]
    return counted("one answer by the rules", "keys that differ", len(checked), found)


def _right(item: Item) -> object:
    """What is right, by its text and not by its place."""
    if item.answer is not None:
        return item.answer
    taken = [item.choices[index].text for index in item.key]
    return sorted(taken) if item.type == "multiple" else taken


def _asked(item: Item) -> object:
    texts = sorted(choice.text for choice in item.choices), sorted(prompt.text for prompt in item.prompts)
    return item.stem, item.question, texts


def same_under_both(items: Sequence[Item], facts: Facts) -> Checked:
    """The same question has the same key under the other profile; an item about a changed limit may differ.

    Where the other profile leads to another question, the rules have judged the item under both, or it cannot be said.
    """
    found, checked = [], [item for item in items if not item.changed]
    for item in checked:
        other = make(item.template, item.seed, facts.other)
        if _asked(other) != _asked(item):
            if not _recomputed(item):
                found.append(f"{item.id}: asks something else under {other.profile}")
        elif _right(other) != _right(item):
            found.append(f"{item.id}: {_right(item)!r} here, {_right(other)!r} under {other.profile}")
    return counted("the key holds under both profiles", "keys that differ", len(checked), found)


def made_again(items: Sequence[Item], facts: Facts) -> Checked:
    """Equal template, seed and facts give an equal item."""
    found = []
    for item in items:
        try:
            again = make(item.template, item.seed, facts)
        except InputError:
            again = None
        if again != item:
            found.append(f"{item.id}: another item when made again")
    return counted("same seed, same item", "items that differ", len(items), found)

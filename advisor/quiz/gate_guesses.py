"""Can the key be guessed without knowing anything: by its place, its length, its option, or a word of the stem?"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Final

from advisor.quiz.gate_check import Checked
from advisor.quiz.item import Item

__all__ = ["by_cue", "by_length", "by_offer", "by_option", "by_place", "by_places", "by_rank", "cues_in"]

_ONE: Final = ("single", "case")
_OFF_EVEN: Final = 3.0
"""Percentage points that a place may be off its even share."""
_LONGEST: Final = 35.0
"""Per cent of the items in which the key may be the longest choice; the same for the shortest."""
_ONE_OPTION: Final = 35.0
"""Per cent of the keys that may be one option."""
_ONE_RANK: Final = 35.0
"""Per cent of the items with numbers for choices whose key may be of one rank by size, beside two standard deviations."""
_NUMBER: Final = re.compile(r"\**([\d,]*\.?\d+)\s?([A-Za-z]*)")
_UNITS: Final = {
    "KB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "ms": 1e-3,
    "min": 60,
    "minutes": 60,
    "h": 3600,
    "hours": 3600,
    "days": 86400,
}
_OFFERED: Final = 75.0
"""Per cent of the items that offer an option in which it may be right; release strategies are right more often than others."""
_OFTEN: Final = 25
"""Offers below which a share says nothing."""
_OVER_CHANCE: Final = 5.0
"""Percentage points that a guesser may beat chance by."""
_CUES: Final = {
    "async": r"\bqueue[ds]?\b|\bqueuing\b",
    "batch_transform": r"\bnightly\b|\bdata ?sets?\b",
    "serverless": r"\bspik(y|es?)\b|\bintermittent(ly)?\b|\bidl(e|es|ing)\b",
    "inference_components_zero": r"\bGPUs?\b.*\bidl(e|es|ing)\b|\bidl(e|es|ing)\b.*\bGPUs?\b",
    "multi_model": r"\bmany\b|\bhundreds\b",
    "shadow_variant": r"\bmirror(s|ed|ing)?\b",
    "production_variants": r"(%|\bper ?cent\b)\**( of)?( the| its| all)? (live )?(traffic|requests|calls)\b",
}
"""What a learner who knows only words looks for."""
_PATTERNS: Final = {option: re.compile(pattern, re.IGNORECASE | re.DOTALL) for option, pattern in _CUES.items()}


def by_place(items: Sequence[Item]) -> Checked:
    """Each place holds the key of one choice equally often, to within three points."""
    one = [item for item in items if item.type in _ONE]
    worst, seen = 0.0, []
    for size in sorted({len(item.choices) for item in one}):
        places = Counter(item.key[0] for item in one if len(item.choices) == size)
        total = places.total()
        if total < 50:  # of so few, one item is two points
            continue
        off = {place: 100 * (places[place] / total - 1 / size) for place in range(size)}
        worst = max(worst, *map(abs, off.values()))
        seen += [f"place {place + 1} of {size}: {part:+.1f} points off even" for place, part in off.items()]
    return Checked("the place of the key", "points off even", worst, "≤", _OFF_EVEN, len(one), tuple(seen))


def by_places(items: Sequence[Item]) -> Checked:
    """Where several are right, each place is right equally often: no further from even than fair shuffles are."""
    several = [item for item in items if item.type == "multiple"]
    worst, seen = 0.0, []
    for size in sorted({len(item.choices) for item in several}):
        some = [item for item in several if len(item.choices) == size]
        chances = [len(item.key) / size for item in some]
        mean, deviation = sum(chances), sqrt(sum(p * (1 - p) for p in chances))
        for place in range(size):
            off = (sum(place in item.key for item in some) - mean) / max(deviation, 1e-9)
            worst = max(worst, abs(off))
            seen.append(f"place {place + 1} of {size}: {off:+.1f} standard deviations off even")
    return Checked(
        "the places of several keys", "standard deviations off even", worst, "≤", 3.5, len(several), tuple(seen)
    )


def _plain_length(text: str) -> int:
    return len(text.replace("**", ""))


def by_length(items: Sequence[Item], *, shortest: bool = False) -> Checked:
    """The key is the longest choice (or the shortest) no more often than in 35 % of the items; of a tie, its part."""
    one, hits, seen = [item for item in items if item.type in _ONE], 0.0, []
    for item in one:
        lengths = [_plain_length(choice.text) for choice in item.choices]
        extreme = min(lengths) if shortest else max(lengths)
        if lengths[item.key[0]] == extreme:
            hits += 1 / lengths.count(extreme)
            seen.append(f"{item.id}: {item.choices[item.key[0]].text!r}")
    word = "shortest" if shortest else "longest"
    share = 100 * hits / max(1, len(one))
    return Checked(f"the key is the {word} choice", "% of items", share, "≤", _LONGEST, len(one), tuple(seen))


def _amount(text: str) -> float | None:
    """The number that a choice begins with, in the smallest of the units that people write; None where it has none.

    >>> _amount("**1.5 GB** of memory"), _amount("2 h"), _amount("A queue")
    (1500000000.0, 7200.0, None)
    """
    found = _NUMBER.match(text)
    return None if found is None else float(found[1].replace(",", "")) * _UNITS.get(found[2], 1)


def by_rank(items: Sequence[Item]) -> Checked:
    """Of choices that are numbers, neither the least nor the largest nor any between is right too often."""
    ranks: Counter[str] = Counter()
    for item in items:
        amounts = [amount for choice in item.choices if (amount := _amount(choice.text)) is not None]
        if item.type in _ONE and len(set(amounts)) == len(item.choices):
            ranks[f"number {sorted(amounts).index(amounts[item.key[0]]) + 1} of {len(amounts)} by size"] += 1
    total = ranks.total()
    seen = tuple(f"{rank}: {100 * count / total:.1f} %" for rank, count in ranks.most_common())
    most = 100 * max(ranks.values(), default=0) / max(1, total)
    bound = _ONE_RANK + 200 * sqrt(0.25 * 0.75 / max(1, total))
    return Checked("one rank of numbers as the key", "% of items", most, "≤", bound, total, seen)


def by_option(items: Sequence[Item]) -> Checked:
    """No option is the key too often."""
    keys = Counter(
        choice.option
        for item in items
        for choice in item.choices
        if choice.correct and choice.option and item.type in {"single", "case", "multiple"}
    )
    total = keys.total()
    shares = {option: 100 * count / total for option, count in keys.most_common()}
    seen = tuple(f"{option}: {share:.1f} %" for option, share in shares.items())
    return Checked(
        "one option as the key", "% of keys", max(shares.values(), default=0.0), "≤", _ONE_OPTION, total, seen
    )


def by_offer(items: Sequence[Item]) -> Checked:
    """No option is right nearly wherever it is offered; that nothing serves is offered only where it is right."""
    offered: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for item in items:
        for choice in item.choices if item.type in _ONE else ():
            if choice.option not in {"", "none"}:
                offered[choice.option] += 1
                right[choice.option] += choice.correct
    shares = {option: 100 * right[option] / count for option, count in offered.items() if count >= _OFTEN}
    worst = sorted(shares, key=lambda option: -shares[option])
    seen = [f"{option}: {shares[option]:.1f} % of {offered[option]}" for option in worst]
    return Checked(
        "an option that is right where it is offered",
        "% of its offers",
        max(shares.values(), default=0.0),
        "≤",
        _OFFERED,
        offered.total(),
        tuple(seen),
    )


def cues_in(text: str) -> set[str]:
    """The options that words of a text point to, for somebody who knows only words.

    >>> sorted(cues_in("A nightly job reads a data set; the GPU is idle by day."))
    ['batch_transform', 'inference_components_zero']
    """
    found = {option for option, pattern in _PATTERNS.items() if pattern.search(text)}
    # GPU with idle is the sharper cue
    return found - {"serverless"} if "inference_components_zero" in found else found


def _guess(text: str, options: Sequence[str], key: str) -> float:
    """The chance that the guesser takes the key: one of the options its cue words name, else any."""
    named = cues_in(text) & set(options)
    return (key in named) / len(named) if named else 1 / len(options)


def _guesses(items: Iterable[Item]) -> Iterable[tuple[str, str, list[str], str]]:
    """What is to be guessed: name, text, options, and which of them is right."""
    for item in items:
        options = [choice.option for choice in item.choices]
        if not all(options) or len(set(options)) < len(options):
            continue
        if item.type in _ONE:
            yield item.id, f"{item.stem} {item.question}", options, options[item.key[0]]
        if item.type == "matching":
            for prompt, index in zip(item.prompts, item.key, strict=True):
                yield item.id, prompt.text, options, options[index]


def by_cue(items: Sequence[Item]) -> Checked:
    """Somebody who goes by cue words gets no more than five points more than chance would give."""
    hits, chance, seen, total = 0.0, 0.0, [], 0
    for name, text, options, key in _guesses(items):
        hit = _guess(text, options, key)
        hits, chance, total = hits + hit, chance + 1 / len(options), total + 1
        if hit > 1 / len(options):
            seen.append(f"{name}: a word of it points to {key}")
    over = 100 * (hits - chance) / max(1, total)
    return Checked("guessing by cue words", "points over chance", over, "≤", _OVER_CHANCE, total, tuple(seen))

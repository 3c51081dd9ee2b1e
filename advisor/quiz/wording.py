"""Wording: a set of attributes as an exam-like scenario, as one line, or as a fact that changed.

Numbers that decide stand in `**`. What an option is known by (its cue words) never stands in a sentence.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from advisor.quiz.amounts import amount
from advisor.quiz.phrases import Say, phrases, spoken
from advisor.quiz.scenes import Scene, pick_scene
from advisor.units import NBSP

__all__ = ["Story", "changed", "one_line", "scenario", "tell"]

_BRACES: Final = re.compile(r"\{(\w+)\}")
_FEWEST: Final = 3
"""Sentences of a scenario, at least."""
_ONE_PARAGRAPH: Final = 4
"""Sentences that stand together, at most, where the needs could stand apart."""
_SAME_UNIT: Final = 12
"""How often two values are written until both have the same unit."""


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario, and the scene it plays in."""

    text: str
    scene: Scene


def _capital(sentence: str) -> str:
    """The sentence with a capital, behind an opening quote or the mark of a bold number."""
    for index, letter in enumerate(sentence):
        if letter.isalnum():
            return f"{sentence[:index]}{letter.upper()}{sentence[index + 1 :]}"
    return sentence


class _Words:
    """Fills braces: with the words of a scene, with values, and with who says it."""

    def __init__(self, rng: Random, scene: Scene, said: Mapping[str, Any], deciding: Collection[str]) -> None:
        self.rng, self.scene, self.said, self.deciding = rng, scene, said, deciding
        self.begun: set[str] = set()
        self.quoted = False

    def value(self, name: str, value: Any) -> str:
        shown = amount(self.rng, name, value)
        return f"**{shown}**" if name in self.deciding else shown

    def two(self, name: str, before: Any) -> tuple[str, str]:
        """The value now and before, in the same unit where one suits both."""
        for _ in range(_SAME_UNIT):
            now, was = self.value(name, self.said[name]), self.value(name, before)
            if now.strip("*").split(NBSP)[1:] == was.strip("*").split(NBSP)[1:]:
                break
        return now, was

    def fill(self, text: str, name: str = "", before: Any = None) -> str:
        """The text with its braces filled. Arguments: `before`, what attribute `name` was before a change."""
        several = (self.said.get("n_models") or 1) > 1 and not self.said.get("chained")
        shown = {**self.scene.words, "the_model": "each model" if several else "the model"}
        if "{was}" in text:
            shown[name], shown["was"] = self.two(name, before)

        def word(match: re.Match[str]) -> str:
            if match[1] == "speaker":
                return self.rng.choice(phrases().lists["speakers"])
            return shown[match[1]] if match[1] in shown else self.value(match[1], self.said[match[1]])

        return _BRACES.sub(word, text)

    def sentence(self, texts: Collection[str], name: str = "", before: Any = None) -> str:
        """One of the texts, filled: one quotation at most, and no beginning twice where that can be had."""
        usable = [text for text in texts if not (self.quoted and text.startswith("“"))]
        text = self.rng.choice([text for text in usable if text.split()[0] not in self.begun] or usable)
        self.begun.add(text.split()[0])
        self.quoted = self.quoted or text.startswith("“")
        return _capital(self.fill(text, name, before))


def _ordered(rng: Random, says: list[Say]) -> list[Say]:
    """What is said in an order of its own: models before what holds of each, and mostly facts before needs."""
    order = list(says)
    rng.shuffle(order)
    if rng.random() < 0.7:
        order.sort(key=lambda say: say.need)
    return sorted(order, key=lambda say: "n_models" not in say.of)


def tell(
    rng: Random,
    said: Mapping[str, Any],
    difficulty: int,
    *,
    deciding: Collection[str] = (),
    scene: Scene | None = None,
) -> Story:
    """A scenario with its scene.

    Arguments: `said` are attributes with their values (None: not said); `difficulty` 1 to 3, a true fact of no weight
    stands in it from 2 on; `deciding` are the names whose numbers stand in bold; `scene`, the one to play in.
    Raises ValueError for an attribute or value without words, or where no scene is that large or slow.
    """
    chosen = scene or pick_scene(rng, said)
    words, known = _Words(rng, chosen, said, deciding), phrases()
    opener = words.sentence((*chosen.opens, rng.choice(known.lists["openers"])))
    says = _ordered(rng, spoken(said))
    parts = [(say.need, words.sentence(say.texts)) for say in says]
    if difficulty > 1:
        asides = [text for text, unless in known.asides if not unless & said.keys()]
        facts = sum(not need for need, _ in parts)
        parts.insert(rng.randint(0, facts), (False, words.sentence(asides)))
    if len(parts) + 1 < _FEWEST and "SageMaker" not in opener:
        parts.insert(0, (False, words.sentence(known.lists["seconds"])))
    sentences = [text for _, text in parts]
    first = next((index for index, (need, _) in enumerate(parts) if need), 0)
    apart = first > 0 and all(need for need, _ in parts[first:]) and len(parts) + 1 > _ONE_PARAGRAPH
    if not apart:
        return Story(" ".join([opener, *sentences]), chosen)
    return Story(f"{' '.join([opener, *sentences[:first]])}\n\n{' '.join(sentences[first:])}", chosen)


def scenario(rng: Random, said: Mapping[str, Any], difficulty: int, *, deciding: Collection[str] = ()) -> str:
    """A scenario of three to six sentences or so: a scene, then a sentence for each stated attribute.

    Arguments and errors: as of `tell`.

    >>> text = scenario(Random(1), {"payload_mb": 300.0, "immediate_response": False}, 1, deciding=("payload_mb",))
    >>> "**" in text, "{" in text
    (True, False)
    """
    return tell(rng, said, difficulty, deciding=deciding).text


def one_line(
    rng: Random, said: Mapping[str, Any], *, deciding: Collection[str] = (), scene: Scene | None = None
) -> str:
    """A workload in one line, for a prompt that is matched with something.

    Arguments and errors: as of `tell`; with `pick_scene(rng, said, avoid)` several lines play in scenes of their own.

    >>> one_line(Random(1), {"needs_gpu": True}).endswith(".")
    True
    """
    chosen = scene or pick_scene(rng, said)
    words = _Words(rng, chosen, said, deciding)
    parts = [words.fill(rng.choice(say.short)) for say in _ordered(rng, spoken(said))]
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
    label = _capital(words.fill(rng.choice(phrases().lists["labels"])))
    return f"{label}: {listed}." if listed else f"{label}."


def changed(
    rng: Random,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    deciding: Collection[str] = (),
    scene: Scene | None = None,
) -> str:
    """What is different after a change, in two sentences or more.

    Arguments: `before` and `after` are attributes, those said of the scenario and those of it after the change; only
    what differs is told. `scene` is that of the scenario (`Story.scene`). Raises ValueError as `tell` does.

    >>> before = {"payload_mb": 2.0, "needs_gpu": False}
    >>> "GPU" in changed(Random(1), before, {**before, "needs_gpu": True})
    True
    """
    chosen = scene or pick_scene(rng, after)
    words = _Words(rng, chosen, after, deciding)
    new = {name: value for name, value in after.items() if before.get(name) != value}
    parts = [rng.choice(phrases().lists["changes"])]
    for say in _changes(new, after):
        name = next((name for name in say.of if isinstance(before.get(name), int | float)), "")
        compared = [text for text in say.change if name or "{was}" not in text]
        parts.append(words.sentence(compared or say.texts, name, before.get(name)))
    return " ".join(parts)


def _changes(new: Mapping[str, Any], after: Mapping[str, Any]) -> list[Say]:
    """What says the values that are new; together with an old value where nothing says them alone."""
    try:
        return spoken(new)
    except ValueError:
        return [say for say in spoken(after) if set(say.of) & new.keys()]

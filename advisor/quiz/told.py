"""Told: sentences of `data/quiz/*.toml` with what was drawn, and with the facts in force."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor._facts_types import scale_of
from advisor.facts import Fact, Facts
from advisor.text import fill
from advisor.units import format_bytes

__all__ = ["Teller", "amount_of", "read_texts", "shown"]

_NAME: Final = re.compile(r"\{([a-z_]+)\}")
_FIRST: Final = re.compile(r"(?:^|[.?!] |\n\n)[a-z](?!l\.)")
"""The first letter of a sentence; `ml.` begins the name of an instance type."""


@lru_cache(maxsize=16)
def read_texts(name: str) -> Mapping[str, Any]:
    """The texts of one file of `data/quiz`, by its name without an ending."""
    return read_toml(data_folder() / "quiz" / f"{name}.toml")


def shown(fact: Fact, noun: str = "") -> str:
    """A single value as a choice shows it: sizes in one unit each, counts with what is counted.

    Arguments: `noun` names what a bare number counts, in the plural.

    >>> from advisor.facts import load_facts
    >>> shown(load_facts().fact("real_time.variants_max"), "variants").replace("\\xa0", " ")
    '10 variants'
    """
    if fact.unit in {"MiB", "GiB"} and fact.numeric and not isinstance(fact.value, tuple):
        return format_bytes(fact.bytes(), "GiB")
    if noun and fact.unit in {"count", "requests", "instances", "copies"} and not isinstance(fact.value, tuple):
        return f"{fact.value:,}\u00a0{noun}"
    return fact.text()


def amount_of(fact: Fact) -> float:
    """A single value in bytes, microseconds, or as it is counted.

    >>> from advisor.facts import load_facts
    >>> amount_of(load_facts().fact("serverless.startup_max"))
    180000000.0
    """
    return fact.number() * scale_of(fact.unit)[1]


class Teller:
    """Tells sentences: draws words for `{team}` and the like, puts drawn values in, and the facts.

    The same name stands for the same word in all sentences of one teller.

    >>> from advisor.facts import load_facts
    >>> Teller(Random(1), load_facts(), size="3 MB").told("Up to **{size}**, of {fact:serverless.payload_request} at most.")
    'Up to **3 MB**, of 4\\xa0MB at most.'
    """

    def __init__(self, rng: Random, facts: Facts, **values: object) -> None:
        """Arguments: `values` are what the sentences name in braces."""
        self.rng, self.facts = rng, facts
        self.values = {name: str(value) for name, value in values.items()}

    def _word(self, match: re.Match[str]) -> str:
        name = match[1]
        if name not in self.values:
            self.values[name] = self.rng.choice(read_texts("limits")["pools"][name])
        return self.values[name]

    def told(self, text: str | Sequence[str]) -> str:
        """A sentence, or one of several, told. Raises KeyError for a name that nothing stands for."""
        chosen = text if isinstance(text, str) else self.rng.choice(text)
        for _ in range(2):  # a word of a pool may name another
            chosen = _NAME.sub(self._word, chosen)
        return _FIRST.sub(lambda match: match[0].upper(), fill(chosen, self.facts))

"""Traits: what kind of thing an option is, read from its facts; preferences speak of traits, never of names."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from advisor.facts import Facts

__all__ = ["TRAITS", "traits_of"]

TRAITS: Final[dict[str, Callable[[Callable[[str], object]], bool]]] = {
    "answers": lambda says: says("waits_for_answer") is True,
    "job": lambda says: says("needs_data_beforehand") is True,
    "queue": lambda says: says("waits_for_answer") is not True and says("needs_data_beforehand") is not True,
    "no_instances": lambda says: isinstance(says("memory_sizes"), tuple),
    "fleet": lambda says: not isinstance(says("memory_sizes"), tuple) and says("needs_data_beforehand") is not True,
    "warm": lambda says: says("at_zero") == "never" and says("waits_for_answer") is True,
    "reserved": lambda says: isinstance(says("memory_sizes"), tuple) and says("at_zero") == "never",
    "seconds_to_wake": lambda says: isinstance(says("memory_sizes"), tuple) and says("cold_start") == "yes",
    "fails_at_zero": lambda says: says("at_zero") == "fail",
    "free_when_idle": lambda says: says("scale_to_zero") is True,
    "single": lambda says: says("model_sharing") == "none",
    "shares": lambda says: says("model_sharing") in {"one_container", "containers", "components"},
    "one_container": lambda says: says("model_sharing") == "one_container",
    "containers": lambda says: says("model_sharing") == "containers",
    "components": lambda says: says("model_sharing") == "components",
    "series": lambda says: says("model_sharing") == "series",
    "splits": lambda says: says("splits_traffic") is True,
    "mirrors": lambda says: says("mirrors_traffic") is True,
    "release": lambda says: says("splits_traffic") is True or says("mirrors_traffic") is True,
    "plain": lambda says: (
        says("model_sharing") == "none" and says("at_zero") == "never" and says("waits_for_answer") is True
        and not isinstance(says("memory_sizes"), tuple) and says("splits_traffic") is not True
        and says("mirrors_traffic") is not True
    ),
}  # fmt: skip
"""Each trait and how the facts of an option decide it; `says(attribute)` is the value of its fact."""


@lru_cache(maxsize=512)
def traits_of(name: str, facts: Facts) -> frozenset[str]:
    """The traits of one option under the facts in force.

    >>> from advisor.facts import load_facts
    >>> sorted(traits_of("inference_components_zero", load_facts()))
    ['answers', 'components', 'fails_at_zero', 'fleet', 'free_when_idle', 'shares']
    """
    return frozenset(
        trait for trait, holds in TRAITS.items() if holds(lambda attribute: facts.of(name, attribute).value)
    )

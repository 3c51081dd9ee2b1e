"""Recipes: what an item is to be about, and how a workload for it is drawn relative to the facts in force.

A value of a recipe is plain, one of `any`, the name of another attribute, a number `from` and `to`, or a number
`above` and `below` facts. Of the facts both profiles are read, so that what is drawn lies beyond both.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.attributes import COUNTS
from advisor.facts import Fact, Facts

__all__ = ["Recipe", "draw_said", "draw_value", "limits_of", "recipes"]

_FAR: Final = (1.25, 0.8)
"""A number lies at least this far beyond the limit below it, and this far under the one above it."""
_NEAR: Final = (1.06, 0.98)
"""The same at difficulty 3: beyond the binary reading of a decimal limit, and just under it."""
_NEXT_TO: Final = 1.2
"""A number that is near its limit is at most this much beyond it."""
_SCALES: Final = {"_mb": 1e6, "_gb": 1e9, "_ms": 1e3, "_s": 1e6}
_WORKDAY: Final = 120.0
"""From here times are whole half minutes, in seconds."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One target of a template."""

    id: str
    """The option that is right, a dot, and what decides."""
    said: Mapping[str, Any]
    near: Mapping[str, Any]
    """What is said at difficulty 3 instead; empty where the same is."""
    more: tuple[Mapping[str, Any], ...]
    """Further needs, one lot of which rules wrong choices out twice."""
    deciding: tuple[str, ...]
    """Attributes whose numbers decide."""
    rivals: tuple[str, ...]
    """Options that people confuse with the right one."""
    avoid: tuple[str, ...]
    """Options that are no wrong choice here, though the rules refuse them."""
    lesson: str
    tip: str
    """The rule whose exam tip fits; empty for none."""

    @property
    def key(self) -> str:
        """The option that is right."""
        return self.id.partition(".")[0]

    def tables(self, rng: Random, difficulty: int) -> tuple[Mapping[str, Any], ...]:
        """What to draw at a difficulty: with a lot of further needs at the lowest one."""
        if difficulty > 2:
            return (self.near or self.said,)
        return (self.said, rng.choice(self.more)) if difficulty == 1 and self.more else (self.said,)


def _recipe(row: Mapping[str, Any]) -> Recipe:
    lists = {name: tuple(row.get(name, ())) for name in ("more", "deciding", "rivals", "avoid")}
    return Recipe(
        str(row["id"]), row["said"], row.get("near", {}), **lists, lesson=row["lesson"], tip=str(row.get("tip", ""))
    )


@lru_cache(maxsize=4)
def recipes(name: str) -> Mapping[str, Recipe]:
    """The recipes of a file under `data/quiz`, by id.

    >>> recipes("which_option")["async.payload"].key
    'async'
    """
    rows = read_toml(data_folder() / "quiz" / f"{name}.toml")["target"]
    return {str(row["id"]): _recipe(row) for row in rows}


def _in_unit(fact: Fact, attribute: str, *, upper: bool) -> float:
    """A limit in the unit of an attribute; of a size the larger reading where `upper`."""
    scale = next((size for end, size in _SCALES.items() if attribute.endswith(end)), 0.0)
    if not scale:
        return fact.number("high")
    if attribute.endswith(("_mb", "_gb")):
        return (fact.bytes_upper() if upper else fact.bytes()) / scale
    return fact.us() / scale


def limits_of(spec: Mapping[str, Any], attribute: str, facts: Facts) -> tuple[float, float]:
    """The largest limit that a value is above, and the smallest that it is below, in the unit of its attribute.

    Arguments: `spec` has fact ids under `above` and `below`. No limit below is 0, none above infinity.
    """
    sides = (facts, facts.other)
    low = [_in_unit(side.fact(name), attribute, upper=True) for name in spec.get("above", ()) for side in sides]
    high = [_in_unit(side.fact(name), attribute, upper=False) for name in spec.get("below", ()) for side in sides]
    return max(low, default=0.0), min(high, default=math.inf)


def _round(value: float, attribute: str) -> float:
    """A number that reads well: whole where it counts things, of two digits else."""
    if attribute.endswith("_s") and value >= _WORKDAY:
        return round(value / 30) * 30.0
    digits = 1 - math.floor(math.log10(value))
    rounded = round(value, digits)
    return float(round(rounded)) if attribute in COUNTS else rounded


def _between(rng: Random, low: float, high: float, attribute: str) -> float:
    """A number in a span, each power of ten as often as another."""
    for _ in range(20):
        value = _round(math.exp(rng.uniform(math.log(low), math.log(high))), attribute)
        if low <= value <= high:
            return value
    return float(f"{math.sqrt(low * high):.3g}")


def draw_value(rng: Random, attribute: str, spec: Any, facts: Facts, difficulty: int) -> Any:
    """One value of a recipe.

    Arguments: at difficulty 3 a number may lie next to the limit that it is above, before that 20 % away from it.

    >>> draw_value(Random(1), "needs_gpu", True, None, 1)
    True
    """
    if not isinstance(spec, Mapping):
        return spec
    if "any" in spec:
        return rng.choice(spec["any"])
    least, most = limits_of(spec, attribute, facts)
    beyond, under = _NEAR if difficulty > 2 else _FAR
    if attribute in COUNTS and least:
        beyond = max(beyond, (least + 1) / least)
    low = spec["from"] if "from" in spec else least * beyond
    high = spec["to"] if "to" in spec else most * under
    if difficulty > 2 and least and rng.random() < 0.5:
        high = min(high, least * max(_NEXT_TO, beyond))
    return _between(rng, float(low), float(high), attribute)


def draw_said(rng: Random, specs: Sequence[Mapping[str, Any]], facts: Facts, difficulty: int) -> dict[str, Any]:
    """The attributes of a workload. Arguments: `specs`, tables of a recipe, later ones over earlier ones."""
    rows = {name: spec for table in specs for name, spec in table.items()}
    said = {name: draw_value(rng, name, spec, facts, difficulty) for name, spec in rows.items()}
    same = {name: said[value] for name, value in said.items() if isinstance(value, str) and value in said}
    said = {name: value for name, value in {**said, **same}.items() if value is not False or _tells(name)}
    if said.get("idle_periods"):
        said["traffic"] = "intermittent"
    return said


def _tells(name: str) -> bool:
    """Whether "no" is a statement for this attribute; for others it is what nobody mentions."""
    return name in {"cold_start_ok", "immediate_response", "models_similar", "needs_gpu", "persistent_endpoint"}

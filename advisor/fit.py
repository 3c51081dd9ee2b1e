"""Fit: which option suits what was stated, as points that each have a reason.

The preferences stand in `data/fit.toml`: an option with the right traits gets the points of every preference whose
signals hold. The score is their sum; it orders options that fit and means nothing by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.attributes import Attributes
from advisor.errors import FactError
from advisor.facts import Facts
from advisor.options import NAMES
from advisor.signals import SIGNALS
from advisor.traits import TRAITS, traits_of

__all__ = ["PARTS", "Fit", "Point", "Preference", "active_preferences", "cost_point", "fit_of", "preferences"]

PARTS: Final = ("purpose", "delivery", "models", "idle", "traffic", "operations", "cost")
"""The parts of a fit, in the order in which they outrank each other; cost is the estimate, where there is one."""
_COST_POINTS: Final = 30
_FIELDS: Final = frozenset({"id", "part", "when", "unless", "for", "not_for", "points", "why"})


@dataclass(frozen=True, slots=True)
class Point:
    """What one preference adds to an option."""

    preference: str
    part: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference: whom it favours, when, by how much, and why."""

    id: str
    part: str
    when: tuple[str, ...]
    """Signals that must all hold."""
    unless: tuple[str, ...]
    """Signals of which none may hold."""
    options: frozenset[str]
    """Option names that have its traits."""
    points: int
    why: str

    def holds(self, signal: Callable[[str], bool]) -> bool:
        """Whether it applies; `signal(name)` tells whether a signal holds."""
        return all(signal(name) for name in self.when) and not any(signal(name) for name in self.unless)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an option suits what was stated: the points it got, each with its reason."""

    points: tuple[Point, ...]

    @property
    def score(self) -> int:
        """The sum of the points."""
        return sum(point.points for point in self.points)

    @property
    def parts(self) -> dict[str, int]:
        """Points by part, in the order of `PARTS`; parts without any are left out."""
        found = {part: sum(p.points for p in self.points if p.part == part) for part in PARTS}
        return {part: points for part, points in found.items() if points}


def _read(row: dict[str, Any], facts: Facts, number: int) -> Preference:
    where = f"fit.toml: preference {row.get('id', number)}"
    missing = sorted({"id", "part", "points", "why"} - set(row))
    unknown = sorted(set(row) - _FIELDS)
    if missing or unknown:
        raise FactError(f"{where}: {(missing or unknown)[0]} is {'missing' if missing else 'no field'}")
    wrong = [name for name in (*row.get("when", ()), *row.get("unless", ())) if name not in SIGNALS]
    wrong += [name for name in (*row.get("for", ()), *row.get("not_for", ())) if name not in TRAITS]
    if wrong or row["part"] not in PARTS or not isinstance(row["points"], int):
        raise FactError(
            f"{where}: {(wrong or [row['part']])[0]!r} is no signal, trait or part, or points are no integer"
        )
    has, lacks = set(row.get("for", ())), set(row.get("not_for", ()))
    options = frozenset(
        name for name in NAMES[:-1] if has <= (own := traits_of(name, facts)) and not lacks & own
    )  # fmt: skip
    when, unless = tuple(row.get("when", ())), tuple(row.get("unless", ()))
    return Preference(row["id"], row["part"], when, unless, options, row["points"], row["why"])


@lru_cache(maxsize=16)
def preferences(facts: Facts) -> tuple[Preference, ...]:
    """All preferences, in the order of the file. Raises FactError when the file is malformed.

    >>> from advisor.facts import load_facts
    >>> sorted(next(p for p in preferences(load_facts()) if p.id == "idle.minutes").options)
    ['inference_components_zero']
    """
    rows = read_toml(data_folder() / "fit.toml").get("preference", [])
    found = tuple(_read(row, facts, number) for number, row in enumerate(rows))
    names = [preference.id for preference in found]
    if len(set(names)) < len(names):
        raise FactError(f"fit.toml: {next(n for n in names if names.count(n) > 1)} stands twice")
    return found


def cost_point(cost: float | None, weight: int = 1) -> Point:
    """What an estimate of the cost adds.

    Arguments: `cost` is the cheapest option's estimate over its own, from 0 to 1; None where this option was not
    estimated, which counts half; `weight` multiplies what it counts.
    """
    if cost is None:
        return Point("cost.not_estimated", "cost", round(_COST_POINTS * weight / 2), "not estimated: half the points")
    why = (
        "the cheapest of those that fit, by mean rates"
        if cost >= 1
        else f"{1 / max(cost, 1e-9):.2g} times the cheapest"
    )
    return Point("cost.estimate", "cost", round(_COST_POINTS * weight * cost), why)


def fit_of(name: str, active: Iterable[Preference], cost: Point | None = None) -> Fit:
    """The fit of one option.

    Arguments: `active` are the preferences that hold; `cost` is what its estimate adds, where costs were estimated.
    """
    points = [Point(p.id, p.part, p.points, p.why) for p in active if name in p.options]
    return Fit(tuple(points) if cost is None else (*points, cost))


def active_preferences(attributes: Attributes, facts: Facts) -> tuple[Preference, ...]:
    """The preferences whose signals hold for these attributes."""
    known = {name: signal(attributes, facts) for name, signal in SIGNALS.items()}
    return tuple(preference for preference in preferences(facts) if preference.holds(known.__getitem__))

"""Needs: what a workload asks for, as a phrase and as attributes of a brief: `data/quiz/needs.toml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.units import NBSP, format_bytes, format_duration

__all__ = ["Asked", "Need", "asked", "listed", "needs", "rounded", "written"]

_SPREAD: Final = {
    1: ((0.1, 0.4), (2.5, 6.0)),
    2: ((0.3, 0.78), (1.27, 2.4)),
    3: ((0.8, 0.97), (1.04, 1.2)),
}
"""How far from a limit a number is drawn, below and above it, as a share of the limit."""
_TIMES_S: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of need, as the file has it."""

    id: str
    texts: tuple[str, ...]
    rule: str
    """The rule that looks at it."""
    fine: str
    """Why it stands against nothing, where no rule says a word."""
    said: Mapping[str, Any]
    number: str = ""
    """The attribute whose value is drawn; empty where none is."""
    kind: str = ""
    limits: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What holds with it where nothing else is said."""
    not_for: tuple[str, ...] = ()
    """Options that it is not asked about."""
    spoken: bool = False
    """What its rule notes is a better reason than `fine`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A need with its number."""

    need: Need
    said: Mapping[str, Any]
    text: str
    """The phrase, without a capital."""
    value: str
    """The number as the phrase writes it; empty without one."""


@lru_cache(maxsize=1)
def needs() -> dict[str, Need]:
    """Every need, by id, in the order of the file."""
    table = read_toml(data_folder() / "quiz" / "needs.toml")
    return {
        name: Need(
            name, tuple(row["texts"]), row["rule"], row["fine"], row.get("said", {}), row.get("number", ""),
            row.get("kind", ""), tuple(row.get("limits", ())), tuple(row.get("also", ())), row.get("beside", {}),
            tuple(row.get("not_for", ())), bool(row.get("spoken")),
        )
        for name, row in table.items()
    }  # fmt: skip


def rounded(value: float, kind: str) -> float:
    """A number as somebody would state it, by its kind: MB, GB, s, count or calls.

    >>> rounded(3.14159, "MB"), rounded(317.0, "s")
    (3.1, 320.0)
    """
    if kind == "count":
        return float(max(2, round(value)))
    if kind == "s" and value > 100:
        step = 10 if value < 600 else 60
        return float(round(value / step) * step)
    return float(f"{value:.2g}")


def _limit(need: Need, rng: Random, facts: Facts, limits: Sequence[str]) -> float:
    """One of the limits about which the number is drawn, in the attribute's unit."""
    sides = sorted((facts, facts.other), key=lambda side: side.profile)  # the same draw under either profile
    fact = rng.choice(sides).fact(rng.choice(limits or need.limits))
    if need.kind in {"MB", "GB"}:
        return fact.bytes("high") / (1e6 if need.kind == "MB" else 1e9)
    return fact.us() / 1e6 if need.kind == "s" else fact.number()


def written(value: float, kind: str, each_s: float = 0.0) -> str:
    """The number with its unit; `each_s` is the time of each of so many calls, seconds.

    >>> written(0.5, "MB").replace("\\xa0", " ")
    '500 KB'
    """
    if kind in {"MB", "GB"}:
        return format_bytes(value * (1e6 if kind == "MB" else 1e9))
    if kind == "s":
        return format_duration(value * 1e6)
    if kind == "count":
        return f"{value:,.0f}"
    many, every = (value, "second") if value >= 2 else (value * 60, "minute")
    return f"{many:,.{0 if many >= 10 else 1}f} calls per {every} of {format_duration(each_s * 1e6)} each".replace(
        " s each", f"{NBSP}s each"
    )


def asked(need: Need, rng: Random, facts: Facts, difficulty: int, limits: Sequence[str] = ()) -> Asked:
    """A need with a number drawn about one of its limits: far from it at difficulty 1, near it at 3.

    Arguments: `limits` are facts to draw it about instead of the need's own.

    >>> from advisor import load_facts
    >>> asked(needs()["vpc"], Random(1), load_facts(), 2).said
    {'vpc_required': True}
    """
    said = dict(need.said)
    if not need.number:
        return Asked(need, said, rng.choice(need.texts), "")
    value = _limit(need, rng, facts, limits) * rng.uniform(*rng.choice(_SPREAD[difficulty]))
    each_s = 0.0
    if need.kind == "calls":  # calls in progress at once are the rate times the time of each
        each_s = said["processing_s"] = rng.choice(_TIMES_S)
        value /= each_s
    value = rounded(value, need.kind)
    said |= dict.fromkeys((need.number, *need.also), value)
    told = written(value, need.kind, each_s)
    return Asked(need, said, rng.choice(need.texts).replace("{v}", told), told)


def listed(parts: list[str]) -> str:
    """Phrases as one enumeration.

    >>> listed(["bread", "butter", "salt"])
    'bread, butter and salt'
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)

"""Bases: an option with a workload that suits it, and one need more, judged by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.quiz.judged import Judged, page_of, source_of
from advisor.quiz.needs import Asked
from advisor.rule_texts import rule_texts
from advisor.rules import Finding, Outcome
from advisor.text import format_day

__all__ = ["Base", "base", "because", "called", "clear", "dated", "far", "judge", "tips"]


_SETTINGS: Final = frozenset({"BAT002"})
"""Rules whose condition is a parameter that everybody sets: the size of a mini-batch."""


@dataclass(frozen=True, slots=True)
class Base:
    """An option and what holds of the workload it is thought for."""

    option: str
    called: str
    """With its article, in small letters."""
    said: Mapping[str, Any]
    text: str
    """One sentence that says so."""


@lru_cache(maxsize=1)
def _bases() -> dict[str, Any]:
    return read_toml(data_folder() / "quiz" / "bases.toml")


def called(option: str) -> str:
    """What an option is called in a sentence, with its article.

    >>> called("async")
    'an asynchronous endpoint'
    """
    return str(_bases()[option]["called"])


def base(option: str, rng: Random) -> Base:
    """An option with a workload that suits it.

    >>> base("async", Random(1)).said
    {'immediate_response': False}
    """
    row = _bases()[option]
    said = dict(row.get("said", {}))
    if "count" in row:
        said["n_models"] = float(rng.randint(*row["count"]))
    text = str(rng.choice(row["texts"])).replace("{n}", f"{said.get('n_models', 1):,.0f}")
    return Base(option, called(option), said, text)


@lru_cache(maxsize=256)
def _kept(said: tuple[tuple[str, Any], ...], facts: Facts) -> Judged:
    return Judged(dict(said), facts)


def judge(facts: Facts, *said: Mapping[str, Any]) -> Judged:
    """What the rules say of attributes, later ones over earlier ones; equal ones are judged once.

    >>> from advisor.facts import load_facts
    >>> judge(load_facts(), {"needs_gpu": True}).fits("serverless")
    False
    """
    all_said = {name: value for part in said for name, value in part.items()}
    if all_said.get("immediate_response") is True:
        for name in ("offline_ok", "traffic"):  # a caller who waits cannot have the data collected first
            all_said.pop(name, None)
    return _kept(tuple(sorted(all_said.items())), facts)


def clear(judged: Judged, option: str) -> bool:
    """It serves the scenario under both profiles, and no condition is attached but a setting."""
    found = (one for side in judged.sides for one in side[option].findings)
    return all(
        one.outcome is Outcome.notes or (one.outcome is Outcome.conditions and one.rule in _SETTINGS) for one in found
    )


def far(judged: Judged, option: str, share: float) -> bool:
    """No number of the scenario lies nearer to a limit of the option than that share of it."""
    margins = [found.margin for side in judged.sides for found in side[option].findings if found.margin is not None]
    return all(abs(margin) >= share - 1e-9 for margin in margins)


def because(wanted: Asked, judged: Judged, option: str, facts: Facts) -> tuple[str, str, Finding | None]:
    """Why a need stands against an option, or does not: the reason, its source, and the finding behind it."""
    against = judged.refusal(option)
    found = against or next((one for one in judged.verdict(option).findings if one.rule == wanted.need.rule), None)
    source = (source_of(found, facts) if found else "") or page_of(option)
    if against:
        told = against.message if against.margin is not None else f"{against.message} {against.remedy}".strip()
        return told, source, against
    if found and (found.margin is not None or wanted.need.spoken):
        return found.message, source, found
    text = wanted.need.fine.replace("{v}", wanted.value).replace("{option}", called(option))
    return f"{text[:1].upper()}{text[1:]}", source, found


def tips(rules: Iterable[str], facts: Facts) -> str:
    """What to remember of some rules: their exam tips, each once."""
    known = {text.id: text.tip for text in rule_texts(facts)}
    return " ".join(dict.fromkeys(known[rule] for rule in rules if known.get(rule)))


def dated(findings: Iterable[Finding | None], facts: Facts) -> str:
    """A sentence with the day on which the limits behind some findings were read; empty without one."""
    days = {
        facts.fact(name).checked for found in findings if found and found.margin is not None for name in found.facts
    }
    return f"Limits are those documented on {format_day(max(days))}." if days else ""

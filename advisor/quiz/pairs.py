"""Pairs: things and what belongs to each of them by the facts, to be matched: `data/quiz/pairs.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.quiz.item import Choice, Prompt
from advisor.quiz.judged import fact_source, first_source, page_of
from advisor.text import fill

__all__ = ["Pair", "Subject", "choice_of", "matching", "older", "prompt_of", "subjects"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing, what belongs to it, and why."""

    says: tuple[str, ...]
    choice: str
    fact: str
    """Id of the fact it rests on first."""
    holds: Mapping[str, Any]
    """Values of facts without which it is not true."""
    reason: str
    link: str = ""
    """The option or subject whose page is the source; empty for that of the fact."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Pairs that are asked about together."""

    leads: tuple[str, ...]
    question: str
    remember: str
    pairs: tuple[Pair, ...]


def _pair(row: Mapping[str, Any]) -> Pair:
    holds, link = row.get("holds", {}), row.get("link", "")
    return Pair(tuple(row["says"]), row["choice"], row["fact"], holds, row["reason"], link)


@lru_cache(maxsize=1)
def subjects() -> dict[str, Subject]:
    """Every subject, by name."""
    table = read_toml(data_folder() / "quiz" / "pairs.toml")
    return {
        name: Subject(
            tuple(row["leads"]), row["question"], row["remember"], tuple(_pair(pair) for pair in row["pair"]),
        )
        for name, row in table.items()
    }  # fmt: skip


def _holds(pair: Pair, facts: Facts) -> bool:
    return all(facts.fact(name).value == value for name, value in pair.holds.items())


def _differs(pair: Pair, facts: Facts) -> bool:
    return not facts.fact(pair.fact).same_as(facts.other.fact(pair.fact))


def _page(pair: Pair, facts: Facts) -> str:
    """The first page that a pair rests on."""
    if pair.link:
        return page_of(pair.link)
    pages = (first_source(name, facts) for name in (pair.fact, *pair.holds))
    return next((page for page in pages if page), fact_source(pair.fact, facts))


def prompt_of(pair: Pair, rng: Random, facts: Facts) -> Prompt:
    """The pair as it is asked about."""
    return Prompt(fill(rng.choice(pair.says), facts), fill(pair.reason, facts), _page(pair, facts))


def choice_of(pair: Pair, facts: Facts) -> Choice:
    """What belongs to the pair, as a choice; it is right for its own prompt."""
    text = fill(pair.choice, facts)
    return Choice(text, True, fill(pair.reason, facts), _page(pair, facts))


def older(pairs: tuple[Pair, ...], facts: Facts) -> str:
    """What the other profile says of the facts on which the two disagree, a sentence each; empty where they agree."""
    documented, study = facts.mechanism, facts.under("study-card")
    told = [
        f"{pair.says[0]}: AWS documents {documented.fact(pair.fact).text()}, older study material says {study.fact(pair.fact).text()}."
        for pair in pairs
        if _differs(pair, facts)
    ]
    return " ".join(told)


def matching(
    subject: Subject, rng: Random, facts: Facts, prompts: int, surplus: int, *, changed: bool = False
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]] | None:
    """Pairs to be matched, and pairs of which only the choice is shown; no two choices read the same.

    Arguments: `changed`: at least one of the facts differs between the profiles; without it none does, so that
    both give one key. None where there are not enough pairs.
    """
    pool = [pair for pair in subject.pairs if _holds(pair, facts) and (changed or not _differs(pair, facts))]
    rng.shuffle(pool)
    if changed:
        pool.sort(key=lambda pair: not _differs(pair, facts))
        pool[1:] = rng.sample(pool[1:], len(pool) - 1)
    apart = list({fill(pair.choice, facts): pair for pair in reversed(pool)}.values())[::-1]
    surplus = min(surplus, max(0, len(apart) - prompts))
    prompts = min(prompts, len(apart))
    if prompts < 3:
        return None
    return tuple(rng.sample(apart[:prompts], prompts)), tuple(apart[prompts : prompts + surplus])

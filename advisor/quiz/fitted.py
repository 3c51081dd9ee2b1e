"""Fitted: a workload for one option that none of the options shown beside it can serve: `data/quiz/fitted.toml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.quiz.bases import clear, far, judge
from advisor.quiz.judged import Judged
from advisor.quiz.needs import asked, needs

__all__ = ["Fitted", "fitted", "lead", "shown_together"]

_TRIES: Final = 40
_FAR: Final = 0.2


@dataclass(frozen=True, slots=True)
class Fitted:
    """A workload that one option serves, and no other one of those shown."""

    option: str
    said: Mapping[str, Any]
    deciding: tuple[str, ...]
    """Attributes whose values decide."""
    judged: Judged


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_toml(data_folder() / "quiz" / "fitted.toml")


def shown_together(name: str) -> tuple[str, ...]:
    """The options of a set.

    >>> shown_together("hosting")
    ('real_time', 'serverless', 'async', 'batch_transform')
    """
    return tuple(_table()["sets"][name])


def lead(rng: Random) -> str:
    """A sentence before several workloads that have nothing to do with each other.

    >>> lead(Random(1)).endswith(".")
    True
    """
    row = _table()
    return str(rng.choice(row["leads"])).format(place=rng.choice(row["places"]), n=rng.randint(8, 90))


def _drawn(option: str, rng: Random, facts: Facts, difficulty: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A workload by the recipe of an option, and the attributes of its needs."""
    row, known = _table()[option], needs()
    way = rng.choice(row.get("ways", [[]]))
    more = [name for name in row["any"] if name not in way]
    few = (0, 1) if way else (1, 2)
    names = [*row["must"], *way, *rng.sample(more, rng.choice(few) if len(row["must"]) < 3 else 1)]
    said, deciding = dict(row.get("said", {})), list[str]()
    for name in names:
        wanted = asked(known[name], rng, facts, difficulty, row.get("limits", {}).get(name, ()))
        said |= {**wanted.need.beside, **wanted.said}
        deciding += list(wanted.said)
    if "count" in row:
        said["n_models"] = float(rng.randint(*row["count"]))
        deciding.append("n_models")
    if "records" in row:
        said["dataset_records"] = float(round(rng.randint(*row["records"]), -3))
    return said, tuple(dict.fromkeys(deciding))


def fitted(option: str, others: Collection[str], rng: Random, facts: Facts, difficulty: int) -> Fitted | None:
    """A workload that the option serves and every other one is refused for, under both profiles; None where none came.

    Arguments: `difficulty`: below 3 no number is within 20 % of a limit of the option; at 1 none is within that of a
    limit of another option either.

    >>> from advisor import load_facts
    >>> found = fitted("async", ("real_time",), Random(1), load_facts(), 1)
    >>> found.judged.fits("async"), found.judged.fits("real_time")
    (True, False)
    """
    for _ in range(_TRIES):
        said, deciding = _drawn(option, rng, facts, difficulty)
        judged = judge(facts, said)
        near = [name for name in (option, *(others if difficulty == 1 else ())) if not far(judged, name, _FAR)]
        if clear(judged, option) and all(judged.refusal(other) for other in others) and (difficulty == 3 or not near):
            return Fitted(option, said, deciding, judged)
    return None

"""Nearest: the bundled example that agrees best with what a brief states."""

import math
from functools import lru_cache
from typing import Any, Final

from advisor.attributes import Range, project
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules.hosting import memory_limit
from advisor.workload import Workload, examples, load_workload

__all__ = ["nearest", "reference_for"]

_USUAL: Final = "invoice-ocr"
"""The example where none agrees better than another."""
_NEAR: Final = 100.0
"""Two numbers that differ by this factor agree no more."""


@lru_cache(maxsize=1)
def _candidates() -> tuple[tuple[str, Workload, dict[str, object]], ...]:
    """Examples whose traffic has a mean rate, with what they state; the usual one first."""
    names = sorted(examples(), key=lambda name: (name != _USUAL, name))
    loaded = [(name, load_workload(name)) for name in names]
    return tuple(
        (name, workload, project(workload).known())
        for name, workload in loaded
        if workload.traffic.mean_rate_per_s is not None
    )


def _agreement(mine: Any, theirs: Any) -> float:
    """1 for the same, 0 for another word or a number that is far away."""
    if isinstance(mine, bool | str) or isinstance(theirs, bool | str):
        return float(mine == theirs)
    number = theirs.high if isinstance(theirs, Range) else theirs
    if mine <= 0 or number <= 0:
        return float(mine == number)
    return max(0.0, 1 - abs(math.log(mine / number)) / math.log(_NEAR))


def nearest(brief: Brief) -> tuple[str, Workload]:
    """Name and workload of the example that agrees with most of what was stated.

    One with an accelerator only where that was stated: times on it say nothing of other types, nor theirs of it.

    >>> nearest(Brief(needs_gpu=True, payload_mb=200, immediate_response=False))[0], nearest(Brief())[0]
    ('ct-scans', 'invoice-ocr')
    """
    stated = {name: value for name, value in brief.known.items() if name != "region"}
    same = [row for row in _candidates() if (brief.needs_gpu is True) == (row[2].get("needs_gpu") is True)]

    def score(known: dict[str, object]) -> float:
        return sum(_agreement(value, known[name]) for name, value in stated.items() if name in known)

    name, workload, _ = max(same, key=lambda row: score(row[2]))  # the first of equals
    return name, workload


def reference_for(brief: Brief, example: Workload, facts: Facts) -> str:
    """The instance type that the times are taken to be of: the example's, or the next that holds the model.

    >>> from advisor.facts import load_facts
    >>> from advisor.workload import load_workload
    >>> small, facts = load_workload("invoice-ocr"), load_facts()
    >>> reference_for(Brief(), small, facts), reference_for(Brief(memory_gb=30), small, facts)
    ('ml.m5.xlarge', 'ml.m5.2xlarge')
    """
    need, usual = (brief.memory_gb or brief.model_size_gb or 0.0) * 1e9, facts.instances[example.service.reference]

    def room(name: str) -> int:
        return memory_limit(Option(name="real_time", instance_type=name), facts)[0]

    if need <= room(usual.name):
        return usual.name
    enough = [kind for kind in facts.instances.values() if kind.gpu == usual.gpu and room(kind.name) >= need]
    chosen = min(enough, key=lambda kind: (kind.family != usual.family, room(kind.name), kind.name), default=usual)
    return chosen.name

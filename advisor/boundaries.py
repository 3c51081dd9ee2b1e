"""Boundaries: where a rule changes its mind, found by trying it on every option.

For each attribute that a rule reads, values are tried from the smallest to the largest (or each word in turn), and the
places where the outcome changes are found by bisection. So the page of rules shows what the code does, not what a text
says of it.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from advisor.attributes import COUNTS, Attributes
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.memo import reads_of
from advisor.options import Option
from advisor.questions import questions
from advisor.representatives import representatives
from advisor.rules import Outcome
from advisor.rules._rule import Rule, check

__all__ = ["Boundary", "boundaries"]

_BENIGN: Final = Attributes(
    payload_mb=0.001, response_mb=0.001, processing_s=0.001, rps_peak=1.0, requests_per_day=1000.0, latency_slo_ms=1000.0,
    model_size_gb=0.001, memory_gb=0.001, image_gb=0.001, n_models=1.0, front="none", region="us-east-1",
)  # fmt: skip
_STRESSED: Final = replace(
    _BENIGN, front="lambda", n_models=3.0, chained=True, dataset_records=1e6, dataset_gb=1.0, completion_slo_s=1e5,
    caller_timeout_s=10.0, needs_gpu=True, idle_periods=True, traffic="spiky", immediate_response=False,
    cold_start_ok=False,
)  # fmt: skip
_BASES: Final = (Attributes(), _BENIGN, _STRESSED)
_LOWEST, _HIGHEST, _PER_DECADE, _HALVINGS = 1e-4, 1e8, 2, 60
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "release_need": ("ab_split", "mirror"), "front": ("none", "api_gateway", "lambda"),
}  # fmt: skip
_SKIPPED: Final = ("region", "payload", "response", "processing")

Say = Callable[[Any], Outcome | None]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where one rule changes its mind about some options as one attribute grows or changes.

    `steps` are pairs of the largest value (or the word) and the outcome up to it; the last value is infinity.
    """

    attribute: str
    options: tuple[str, ...]
    steps: tuple[tuple[Any, Outcome | None], ...]
    given: tuple[tuple[str, Any], ...] = ()
    """Other attributes that the rule read here, with the values that were stated for them."""


def _edges(say: Say, whole: bool) -> tuple[tuple[float, Outcome | None], ...]:
    """Steps of the outcome over the numbers, each with the largest value at which it still holds."""
    decades = round(math.log10(_HIGHEST / _LOWEST))
    grid = [_LOWEST * 10 ** (n / _PER_DECADE) for n in range(decades * _PER_DECADE + 1)]
    if whole:
        grid = [1.0, *(float(round(point)) for point in grid if point > 1.5)]
    steps: list[tuple[float, Outcome | None]] = []
    last = say(grid[0])
    for low, high in pairwise(grid):
        left, right = low, high
        while say(right) is not last:
            good, bad = left, right
            for _ in range(_HALVINGS):
                middle = (good + bad) / 2
                good, bad = (middle, bad) if say(middle) is last else (good, middle)
            edge = math.floor(good + 1e-9) if whole else float(f"{good:.9g}")
            steps.append((edge, last))
            left = bad
            last = say(left)
    return (*steps, (math.inf, last))


def _steps(attribute: str, say: Say, facts: Facts) -> tuple[tuple[Any, Outcome | None], ...]:
    kind = Brief.model_fields[attribute].annotation
    known = questions(facts).get(attribute)
    if attribute in _WORDS or (known is not None and isinstance(known.values[0], bool | str)):
        values: Iterable[Any] = _WORDS.get(attribute) or (known.values if known else ())
    elif "bool" in str(kind):
        values = (True, False)
    else:
        return _edges(say, attribute in COUNTS)
    return tuple((value, say(value)) for value in values)


def _reads(entry: Rule, option: Option, base: Attributes, facts: Facts) -> set[str]:
    return reads_of(lambda attributes: check(entry, attributes, option, facts), base)


@lru_cache(maxsize=256)
def boundaries(entry: Rule, facts: Facts) -> tuple[Boundary, ...]:
    """Where a rule changes its mind, for all options that behave alike together, in the order of the attributes.

    Rules on a configured option have none here: their boundaries lie in its settings.
    """
    order = [field.name for field in fields(Attributes)]
    found: dict[Boundary, list[str]] = {}
    for option in representatives(facts):
        told: set[str] = set()
        for base in _BASES:
            reads = _reads(entry, option, base, facts) - set(_SKIPPED)
            for attribute in sorted(reads - told):

                def say(
                    value: Any, attribute: str = attribute, base: Attributes = base, option: Option = option
                ) -> Outcome | None:
                    finding = check(entry, replace(base, **{attribute: value}), option, facts)
                    return None if finding is None else finding.outcome

                steps = _steps(attribute, say, facts)
                if len({outcome for _, outcome in steps}) > 1:
                    told.add(attribute)
                    stated = base.known()
                    given = tuple(
                        (name, stated[name]) for name in order if name in reads - {attribute} and name in stated
                    )
                    found.setdefault(Boundary(attribute, (), steps, given), []).append(option.name)
    rows = [replace(row, options=tuple(names)) for row, names in found.items()]
    return tuple(sorted(rows, key=lambda row: order.index(row.attribute)))

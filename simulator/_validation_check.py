"""What a comparison is: a row with both values, and how replications become one.

An exact value agrees when it lies in the interval of the simulated mean: Student's t over the replications, widened
(Bonferroni) so that all intervals of a part hold together with 95 %. A published figure of a single noisy run is
compared with the interval in which such a run of ours would lie.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from simulator.run import Requests, Run
from simulator.statistics import student_t

__all__ = ["SECOND", "Check", "Part", "Quantity", "Trial", "beside", "compared", "is_true", "kept", "spread"]

SECOND: Final = 1_000_000
SURE: Final = 0.95
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Check:
    """One quantity of one model: expected and simulated."""

    name: str
    """What is simulated."""
    quantity: str
    """What is compared."""
    theory: float
    """Exact, published or measured value."""
    observed: float
    """Ours: the mean over the replications."""
    half_width: float
    """Half the width of the interval of ours; 0 where exact equality is demanded."""
    agrees: bool
    """The relation holds within the intervals."""
    relation: str = "="
    """What ours must be to the other value: =, ≥ or ≤."""
    theory_half_width: float = 0.0
    """Half the width of the interval of the other value, where it has one."""
    known: str = ""
    """Why a deviation is expected: it is listed, and is no failure."""
    note: str = ""
    """What belongs to the row beside its numbers."""

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return "agrees" if self.agrees else "deviation" if self.known else "DISAGREES"


@dataclass(frozen=True)
class Part:
    """One part of the validation."""

    title: str
    how: str
    """How its rows were computed."""
    rows: tuple[Check, ...]
    said: tuple[str, ...] = ()
    """What was left out, and what else is to be known."""


@dataclass(frozen=True)
class Quantity:
    """What a trial yields, beside the value it must have."""

    name: str
    exact: float
    relation: str = "="


@dataclass(frozen=True)
class Trial:
    """A model with what it must yield, played once for each seed."""

    name: str
    quantities: tuple[Quantity, ...]
    play: Callable[[tuple[int, ...], int], Sequence[float]]
    """From a seed and a number of requests: a value for each quantity."""
    unit_us: int = SECOND
    """Microseconds of a unit of the values: rounding shifts a mean by up to one microsecond."""


def spread(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The work done on all cores, results in order; kernels and draws release the lock of the interpreter."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(work, items)


def kept(found: Run) -> Requests:
    """Every request of a run. Raises ValueError when the run did not keep them."""
    if found.requests is None:
        raise ValueError("the run kept no requests")
    return found.requests


def _mean_and_half(values: Sequence[float], compared_with: int) -> tuple[float, float]:
    """Mean, and half the width of its interval among so many compared."""
    count = len(values)
    mean = math.fsum(values) / count
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (count - 1))
    return mean, student_t(count - 1, 1 - (1 - SURE) / compared_with) * deviation / math.sqrt(count)


def compared(trials: Sequence[Trial], *, seed: int, requests: int, replications: int) -> Iterator[Check]:
    """Every quantity of every trial against its exact value.

    Arguments: trial k of replication r is played with the seed (seed, k, r).
    """
    rows = sum(len(trial.quantities) for trial in trials)
    work = [(trial, (seed, k, r)) for k, trial in enumerate(trials) for r in range(replications)]
    played = list(spread(lambda item: item[0].play(item[1], requests), work))
    for k, trial in enumerate(trials):
        columns = zip(*played[k * replications : (k + 1) * replications], strict=True)
        for quantity, values in zip(trial.quantities, columns, strict=True):
            mean, half = _mean_and_half(values, rows)
            off = mean - quantity.exact
            slack = half + 1 / trial.unit_us
            agrees = {"=": abs(off) <= slack, "≥": off >= -slack, "≤": off <= slack}[quantity.relation]
            yield Check(trial.name, quantity.name, quantity.exact, mean, half, agrees, quantity.relation)


def beside(
    name: str, quantity: str, other: float, values: Sequence[float], *,
    rows: int, runs: int = 0, other_half: float = 0.0, known: str = "", note: str = "", rounded: float = 0.0,
) -> Check:  # fmt: skip
    """A published value beside ours.

    Arguments: `values` are our replications; `rows` is the number of rows compared; `runs` is how many such runs the
    published value is the mean of, 0 where it comes with an interval of half-width `other_half`; `rounded` is half a
    unit of its last digit.
    """
    mean, half = _mean_and_half(values, rows)
    if runs:
        half *= math.sqrt(1 + len(values) / runs)
    agrees = abs(mean - other) <= half + other_half + rounded
    return Check(
        name,
        quantity,
        other,
        mean,
        half,
        agrees,
        theory_half_width=other_half,
        known="" if agrees else known,
        note=note,
    )


def is_true(name: str, quantity: str, bound: float, value: float, relation: str, note: str = "") -> Check:
    """A shape that must come out: a value of one run against a bound."""
    agrees = {"=": value == bound, "≥": value >= bound, "≤": value <= bound}[relation]
    return Check(name, quantity, bound, value, 0, agrees, relation, note=note)

"""A series of calls to an environment that goes to sleep: when, how long, cold or not, and how long it had been idle before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from simulator.calibrate_table import Row, Table, read_table

__all__ = ["NAMES", "Calls", "calls_of", "read_calls"]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time", "arrival", "timestamp", "start", "sent"),
    "latency": ("latency", "client_elapsed", "elapsed", "response_time", "client_latency"),
    "run": ("run", "duration", "server", "model_latency", "service"),
    "cold": ("cold", "is_cold", "cold_start"),
}
"""What a column may hold, with the names looked for."""
_YES: Final = frozenset({"1", "1.0", "true", "yes", "cold"})
_NO: Final = frozenset({"0", "0.0", "false", "no", "warm", ""})
_APART: Final = 4.0
"""Ashman's D from which two groups of latencies are two: halves of one normal distribution have 2.7."""


@dataclass(frozen=True, eq=False, slots=True)
class Calls:
    """The calls in order of time; all times in seconds."""

    time_s: NDArray[np.float64]
    latency_s: NDArray[np.float64]
    cold: NDArray[np.bool_]
    run_s: NDArray[np.float64] | None = None
    """Run time that the platform reported, where it did."""
    flagged: bool = True
    """Whether `cold` was in the data; else it was told from the latency."""
    told_apart: bool = True
    """Without a flag: whether latencies fall into two groups at all."""

    @property
    def idle_s(self) -> NDArray[np.float64]:
        """Time since the last answer before each call; nan for the first call and where another one was open."""
        busy = np.maximum.accumulate(self.time_s + self.latency_s)
        gaps = np.concatenate(([np.nan], self.time_s[1:] - busy[:-1]))
        return np.where(gaps >= 0, gaps, np.nan)

    @property
    def started_s(self) -> NDArray[np.float64]:
        """What each cold call took longer than the usual warm one: beside the run time where that is known."""
        beside = self.latency_s if self.run_s is None else self.latency_s - self.run_s
        warm = float(np.median(beside[~self.cold])) if (~self.cold).any() else 0.0
        return np.asarray(beside[self.cold] - warm, dtype=np.float64)


def _two_groups(latency: NDArray[np.float64]) -> tuple[NDArray[np.bool_], bool]:
    """The slow group by the split of least squares on the logarithm (Otsu), and whether there are two groups at all."""
    logs, order = np.log(latency), np.argsort(latency, kind="stable")
    ranked, count = logs[order], len(logs)
    below = np.arange(1, count)
    sums, squares = np.cumsum(ranked), np.cumsum(ranked**2)
    fast, slow = sums[:-1] / below, (sums[-1] - sums[:-1]) / (count - below)
    within = squares[-1] - below * fast**2 - (count - below) * slow**2
    cut = int(np.argmin(within))
    spread = max(1e-9, float(within[cut]) / count) ** 0.5
    cold = np.zeros(count, dtype=bool)
    cold[order[cut + 1 :]] = True
    return cold, bool((slow[cut] - fast[cut]) / spread > _APART)


def calls_of(
    time_s: NDArray[np.float64], latency_s: NDArray[np.float64], cold: NDArray[np.bool_] | None = None,
    run_s: NDArray[np.float64] | None = None,
) -> Calls:  # fmt: skip
    """Calls put in order of time; where nothing says which were cold, the slow group of two is.

    >>> calls_of(np.array([0.0, 5.0, 900.0]), np.array([4.0, 0.1, 4.1])).cold.tolist()
    [True, False, True]
    """
    order = np.argsort(time_s, kind="stable")
    time_s, latency_s = time_s[order], latency_s[order]
    run_s = None if run_s is None else run_s[order]
    if cold is not None:
        return Calls(time_s, latency_s, cold[order], run_s)
    found, apart = _two_groups(latency_s if run_s is None else np.maximum(latency_s - run_s, 1e-6))
    return Calls(
        time_s, latency_s, found if apart else np.zeros(len(found), dtype=bool), run_s, flagged=False, told_apart=apart
    )


def _flag(table: Table, row: Row, column: str) -> bool:
    text = str(row.cells.get(column, "")).strip().lower()
    if text not in _YES | _NO:
        raise InputError(
            [Problem(f"{table.path}, {row.where}, {column}", repr(text)[:60], "1 or 0, true or false, cold or warm")]
        )
    return text in _YES


def _when(table: Table, row: Row, column: str) -> tuple[float, str]:
    """A time in seconds, and what kind it is."""
    text: Any = row.cells.get(column)
    try:
        moment = (
            datetime.fromisoformat(str(text).strip()) if isinstance(text, str) and "-" in text.strip()[1:] else None
        )
    except ValueError:
        moment = None
    if moment is not None:
        kind = "without a time zone" if moment.tzinfo is None else "with a time zone"
        return (
            moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)
        ).total_seconds() if moment.tzinfo is None else moment.timestamp(), kind
    found = table.seconds(row, column)
    if found is None:
        raise InputError(
            [
                Problem(
                    f"{table.path}, {row.where}, {column}",
                    repr(text)[:60],
                    "seconds, or a time like 2026-11-24T09:30:00Z",
                )
            ]
        )
    return found, "a number"


def _column(table: Table, role: str, given: Mapping[str, str]) -> str:
    return table.find(role, NAMES[role], given)


def read_calls(path: Path, columns: Mapping[str, str] | None = None, unit: str = "") -> Calls:
    """Calls from a CSV or JSON file with a time and a latency, and where known a run time and a flag for cold ones.

    Arguments: as of `simulator.calibrate_rows.read_sweep`. Raises InputError for a file that is cut, a column that is missing, figures that are
    none, times of several kinds, or fewer than three calls.
    """
    table, given = read_table(path, unit), columns or {}
    unknown = [
        Problem("--column", repr(name), f"one of {', '.join(NAMES)}") for name in sorted(set(given) - set(NAMES))
    ]
    if unknown:
        raise InputError(unknown)
    time, latency, run, cold = (_column(table, role, given) for role in NAMES)
    missing = [
        Problem(
            table.path,
            f"columns {', '.join(table.columns)}"[:200],
            f"a column for the {role}, like {like}; or --column {role}=NAME",
        )
        for role, column, like in (("time", time, "time_s"), ("latency", latency, "latency_ms"))
        if not column
    ]
    if missing:
        raise InputError(missing)

    def read(row: Row) -> tuple[float, str, float, float, bool]:
        took = table.seconds(row, latency)
        if not took:
            raise InputError(
                [
                    Problem(
                        f"{table.path}, {row.where}, {latency}", repr(row.cells.get(latency))[:60], "a latency above 0"
                    )
                ]
            )
        ran = table.seconds(row, run) if run else None
        return (
            *_when(table, row, time),
            took,
            took if ran is None else ran,
            _flag(table, row, cold) if cold else False,
        )

    rows = table.each(read)
    kinds = {row[1] for row in rows}
    if len(kinds) > 1:
        raise InputError(
            [
                Problem(
                    f"{table.path}, {time}",
                    f"times {' and '.join(sorted(kinds))}",
                    "one kind of time, in one time zone",
                )
            ]
        )
    if len(rows) < 3:
        raise InputError([Problem(table.path, f"{len(rows)} calls", "3 or more")])
    when, took, ran = (np.array([row[k] for row in rows], dtype=float) for k in (0, 2, 3))
    flags = np.array([row[4] for row in rows]) if cold else None
    return calls_of(when, took, flags, ran if run else None)

"""Calibration: what a concurrency sweep says of a place, with intervals, residuals, and what it cannot tell.

    rows -> Little's law (pause of each row) -> fit of the latencies -> spread of the service time -> lines of a workload

The model is that of the engines: a copy serves up to `slots` requests, each of n at speed 1 / (1 + slowdown (n - 1)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import InputError, Problem
from advisor.units import format_share
from simulator.calibrate_doubts import Doubt, doubts_of
from simulator.calibrate_fit import Fit, Level, fit_levels
from simulator.calibrate_loop import Loop, loop_of
from simulator.calibrate_rows import SweepRow, read_sweep
from simulator.calibrate_spread import Spread, spread_of

__all__ = ["Calibration", "Residual", "calibrate_sweep", "calibration_of"]

_MOST_FAILED = 0.05
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Residual:
    """One row against the fit; times in seconds."""

    row: SweepRow
    pause_s: float
    fitted_s: float

    @property
    def relative(self) -> float:
        """How much later than fitted the row was, as a share."""
        return self.row.served_s / self.fitted_s - 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """Service time, slots and slowdown of a place, as a sweep measured them."""

    source: str
    """The file."""
    rows: tuple[SweepRow, ...]
    """Rows that were fitted."""
    left_out: tuple[str, ...]
    """Rows that were not, each with why."""
    loop: Loop
    fit: Fit
    spread: Spread
    doubts: tuple[Doubt, ...]

    @property
    def residuals(self) -> tuple[Residual, ...]:
        """Every fitted row against the best fit."""
        return tuple(Residual(*one) for one in zip(self.rows, self.loop.pauses_s, self.fit.fitted_s, strict=True))

    @property
    def outside_s(self) -> tuple[float, ...]:
        """Time between the client's latency and the server's, of the rows that have both, seconds."""
        return tuple(row.mean_s - row.server_s for row in self.rows if row.server_s is not None)

    @property
    def most_per_s(self) -> float:
        """Requests per second of one instance at its most, by the best fit."""
        fit = self.fit
        return fit.slots.value / fit.service_s.value / (1 + fit.slowdown.value * (fit.slots.value - 1))


def calibration_of(rows: Sequence[SweepRow], *, source: str = "rows", pause_s: float | None = None) -> Calibration:
    """Service time, slots and slowdown from the rows of a concurrency sweep against one instance.

    Arguments: `pause_s` is the client's pause between an answer and the next call, seconds, for rows without throughput.
    Raises InputError where fewer than three numbers of users are left.

    >>> from simulator.calibrate_rows import SweepRow
    >>> found = calibration_of([SweepRow(n, 0.1 * max(1, n / 4), n / 0.1 / max(1, n / 4)) for n in (1, 2, 4, 6, 8, 16)])
    >>> found.fit.slots.value, round(found.fit.service_s.value, 3), found.loop.kind, round(found.most_per_s)
    (4, 0.1, 'closed', 40)
    """
    ordered = sorted(rows, key=lambda row: (row.users, row.mean_s))
    used = [row for row in ordered if row.failed_share <= _MOST_FAILED]
    left = tuple(
        f"{row.where or f'{row.users:,} users'}: {format_share(row.failed_share)} failed; the latency of what is left is not that of serving"
        for row in ordered
        if row.failed_share > _MOST_FAILED
    )
    levels = {row.users for row in used}
    if len(levels) < _FEWEST:
        raise InputError(
            [
                Problem(
                    source,
                    f"{len(levels)} numbers of users",
                    f"{_FEWEST} or more, like 1, 2, 4, 8, 16: one level says nothing of slots",
                )
            ]
        )
    loop = loop_of(used, pause_s)
    fit = fit_levels([Level(row.users, pause, row.served_s) for row, pause in zip(used, loop.pauses_s, strict=True)])
    spread = spread_of(used, fit.slots.low)
    return Calibration(source, tuple(used), left, loop, fit, spread, doubts_of(fit, loop, spread, used))


def calibrate_sweep(
    path: Path | str, *, columns: Mapping[str, str] | None = None, unit: str = "", pause_s: float | None = None
) -> Calibration:
    """The same from a CSV or JSON file (docs/calibration.md).

    Arguments: `columns` map our names to the file's, `unit` of durations whose column names none; the other as of `calibration_of`.
    Raises InputError naming file, line and column of everything that cannot be used.
    """
    rows = read_sweep(Path(path), columns, unit)
    return calibration_of(rows, source=Path(path).name, pause_s=pause_s)

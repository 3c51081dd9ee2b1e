"""How many configurations a sizing gets through per second, with the bounds that exclude some and without."""

import time
from dataclasses import dataclass
from typing import Final

from simulator.sizing import size_study
from simulator.study import prepare
from simulator.sweep import Sweep

__all__ = ["SizeRow", "size_rows", "size_table"]

_EXAMPLE: Final = "invoice-ocr"


@dataclass(frozen=True)
class SizeRow:
    """One whole sizing: grid, search, further draws of the finalists, ends of the assumptions."""

    name: str
    configurations: int
    """Configurations looked at."""
    runs: int
    """Simulations made for it."""
    seconds: float
    ratio: float
    """Configurations per second over those without bounds."""

    @property
    def per_s(self) -> float:
        """Configurations looked at per second."""
        return self.configurations / self.seconds


def _row(name: str, workload: str, *, prune: bool, plain_per_s: float) -> SizeRow:
    study = prepare(workload)
    begun = time.perf_counter()
    with Sweep(study) as sweep:
        found = size_study(study, sweep, prune=prune)
        seconds = time.perf_counter() - begun
        runs = len(sweep.done)
    return SizeRow(
        name, found.considered, runs, seconds, found.considered / seconds / plain_per_s if plain_per_s else 1.0
    )


def size_rows(workload: str = _EXAMPLE) -> list[SizeRow]:
    """Size a bundled example without bounds, and with them."""
    plain = _row("without bounds", workload, prune=False, plain_per_s=0.0)
    return [plain, _row("with bounds", workload, prune=True, plain_per_s=plain.per_s)]


def size_table(rows: list[SizeRow]) -> str:
    """The rows as text.

    >>> print(size_table([SizeRow("with bounds", 226, 114, 5.0, 2.1)]))
    sizing of the week of invoice-ocr, all cores               configurations/s   runs  seconds  ratio
    with bounds                                                            45.2    114      5.0   2.10
    """
    lines = [
        f"{f'sizing of the week of {_EXAMPLE}, all cores':58} {'configurations/s':>16} {'runs':>6} {'seconds':>8} {'ratio':>6}"
    ]
    lines += [f"{r.name:58} {r.per_s:16.1f} {r.runs:6} {r.seconds:8.1f} {r.ratio:6.2f}" for r in rows]
    return "\n".join(lines)

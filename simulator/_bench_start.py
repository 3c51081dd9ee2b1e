"""How long the kernels take to compile the first time, and a fresh process to its first answer afterwards."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["StartRow", "start_rows", "start_table"]

_ROOT: Final = Path(__file__).parents[1]
_COMPILE: Final = "from simulator.engines.fast import compile_kernels; compile_kernels()"
_ANSWER: Final = (
    "from simulator.engines import run; from simulator.model import ServingModel; "
    "from simulator.run import FixedDemand, FixedSupply; "
    "run(ServingModel(horizon_us=100, queue_limit=4), FixedDemand.of([0, 1], [3, 3]), FixedSupply())"
)


@dataclass(frozen=True)
class StartRow:
    """One start of a fresh process, measured from outside."""

    name: str
    seconds: float
    limit_s: float
    """What it should stay under on two plain cores."""


def _seconds(code: str, folder: str) -> float:
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], check=True, env={**os.environ, "NUMBA_CACHE_DIR": folder, "PYTHONPATH": path}
    )
    return time.perf_counter() - begun


def start_rows(measure: Callable[[str, str], float] = _seconds) -> list[StartRow]:
    """Compile with an empty cache, then start with the warm one; the best of three starts counts.

    Argument: `measure` runs a piece of code in a fresh process with a cache folder and returns the seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        first = measure(_COMPILE, folder)
        again = min(measure(_ANSWER, folder) for _ in range(3))
    return [
        StartRow("all kernels compiled for the first time", first, 60.0),
        StartRow("fresh process to its first answer, kernels cached", again, 1.5),
    ]


def start_table(rows: list[StartRow]) -> str:
    """The rows as text.

    >>> start_table([StartRow("all kernels compiled", 31.5, 60.0)]).split()[-3:]
    ['31.50', '60.0', 's']
    """
    lines = [f"{'start':58} {'seconds':>9} {'limit':>6}"]
    return "\n".join([*lines, *(f"{row.name:58} {row.seconds:9.2f} {row.limit_s:6.1f} s" for row in rows)])

"""How much memory and time `simulate` takes for recordings of any length, each in a process of its own, measured from outside."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from advisor.errors import InputError, Problem
from advisor.units import format_bytes, format_count, format_duration
from simulator.traces import MOST_REQUESTS

__all__ = ["TraceRow", "measure_traces", "peak_bytes", "sizes_of", "trace_table", "write_trace"]

_ROOT: Final = Path(__file__).parents[1]
_BLOCK: Final = 1_000_000
_RATE_PER_S: Final = 200
_WORKLOAD: Final = """
schema = 1
name = "long recording"
[traffic]
kind = "trace"
time_unit = "us"
[request]
payload = "20 KB"
[service]
reference = "ml.m5.xlarge"
time = { p50 = "60 ms", p99 = "200 ms" }
slots = 4
"""

_CHILD: Final = """
import pathlib, sys
from simulator._bench_traces import peak_bytes
from simulator.cli import main
try:
    main(sys.argv[2:])
finally:
    pathlib.Path(sys.argv[1]).write_text(str(peak_bytes()))
"""


@dataclass(frozen=True)
class TraceRow:
    """One recording, read and played in a fresh process."""

    requests: int
    seconds: float
    """From the start of the process to its end: imports, reading, every pass over the requests."""
    peak_bytes: int
    """Most memory that the process held."""
    file_bytes: int

    @property
    def per_s(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def write_trace(path: Path, requests: int, seed: int = 0) -> None:
    """Write a recording of Poisson arrivals, one request a row, some rows at a time."""
    source, last = np.random.default_rng(seed), 0
    with path.open("w", encoding="utf-8") as file:
        file.write("time\n")
        for first in range(0, requests, _BLOCK):
            gaps = source.standard_exponential(min(_BLOCK, requests - first)) * (1e6 / _RATE_PER_S)
            arrivals = last + np.cumsum(np.rint(gaps).astype(np.int64))
            last = int(arrivals[-1])
            file.write("\n".join(map(str, arrivals.tolist())) + "\n")


def sizes_of(text: str) -> tuple[int, ...]:
    """Numbers of requests from a text. Raises InputError where one is none or out of bounds.

    >>> sizes_of("300k, 1M,2000")
    (300000, 1000000, 2000)
    """
    found = []
    for part in text.split(","):
        number = re.fullmatch(r"\s*(\d{1,9})\s*([kM]?)\s*", part)
        size = int(number[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[number[2]] if number else 0
        if not 1 <= size <= MOST_REQUESTS:
            allowed = f"numbers of requests up to {MOST_REQUESTS:,}, like 1M,10M,100M"
            raise InputError([Problem("--traces", repr(part.strip()), allowed)])
        found.append(size)
    return tuple(found)


def _measure(requests: int, *, progress: bool) -> TraceRow:
    with tempfile.TemporaryDirectory() as folder:
        trace, workload = Path(folder) / "trace.csv", Path(folder) / "workload.toml"
        write_trace(trace, requests)
        workload.write_text(_WORKLOAD, encoding="utf-8")
        line = [
            sys.executable, "-c", _CHILD, str(Path(folder) / "peak"), "simulate", str(workload), "--trace", str(trace),
            "--json", "--set", "instance_type=ml.m5.xlarge", "--set", "instances=6",
            *(["--progress"] if progress else []),
        ]  # fmt: skip
        paths = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        begun = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            line, check=False, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths}
        )
        spent = time.perf_counter() - begun
        if done.returncode not in {0, 1}:
            raise subprocess.CalledProcessError(done.returncode, line)
        return TraceRow(requests, spent, int((Path(folder) / "peak").read_text()), trace.stat().st_size)


def peak_bytes() -> int:
    """Most memory that this process has held, bytes; on Linux since its program started, elsewhere since its parent's.

    >>> peak_bytes() > 2**20
    True
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\s*(\d+)", status.read_text())[1]) * 1024  # type: ignore[index] # Linux writes it
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure_traces(sizes: Sequence[int], *, progress: bool = False) -> list[TraceRow]:
    """Write, read and play a recording of each size; files lie in the folder for temporary files and go afterwards.

    Arguments: `sizes` are numbers of requests; `progress` lets each process say how far it is.
    """
    return [_measure(size, progress=progress) for size in sizes]


def trace_table(rows: Sequence[TraceRow]) -> str:
    r"""The rows as text.

    >>> print(trace_table([TraceRow(10_000_000, 20.0, 300 * 2**20, 120 * 2**20)]).replace("\u00a0", " "))
    recording        file    peak memory       time    requests/s
    10 M          120 MiB       300 MiB       20 s       500,000
    """
    lines = [f"{'recording':10} {'file':>10} {'peak memory':>14} {'time':>10} {'requests/s':>13}"]
    lines += [
        f"{format_count(row.requests):10} {format_bytes(row.file_bytes, 'MiB'):>10} {format_bytes(row.peak_bytes, 'MiB'):>13} "
        f"{format_duration(round(row.seconds * 1e6)):>10} {row.per_s:13,.0f}"
        for row in rows
    ]
    return "\n".join(lines)

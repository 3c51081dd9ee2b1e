"""Validation: the engines against queueing theory, another simulator, measurements, and each other; quiz items by their gate.

`endpoint-advisor validate` plays everything again and, in a checkout, writes docs/validation.md; seeds are fixed, so the
page changes only with the code. Rules of agreement: simulator._validation_check.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from simulator._bench_peers import installed, missing_line
from simulator._deploy_matrix import cells, said, write_grid
from simulator._trace_cases import TRACE_SUPPLY, differences, trace_demand, trace_models
from simulator._validation_behaviour import behaviour_rows
from simulator._validation_cases import CASES, trial
from simulator._validation_check import SECOND, Check, Part, compared, is_true
from simulator._validation_general import GENERAL
from simulator._validation_lambda import LOGS, read_log, replay_rows, steady_rows
from simulator._validation_networks import NETWORKS, split_differs
from simulator._validation_page import page
from simulator._validation_quiz import quiz_rows
from simulator._validation_simfaas import package_rows, published_rows
from simulator.engines import run

__all__ = ["Check", "Part", "checks", "from_trace", "main", "parts", "table"]

REPLICATIONS: Final = 16
REQUESTS: Final = 1_000_000
QUICK_REQUESTS: Final = 200_000
_SEED: Final = 1995
_ROOT: Final = Path(__file__).parents[1]
_TRACE: Final = _ROOT.parent / "shared" / "data" / "traces" / "web_diurnal_nasa_jul1995.csv.gz"
_WEEK_S: Final = 7 * 86_400
_ODD_ROWS: Final = 4_999
"""Rows of a chunk in the second run of the fast engine on the trace."""
_EACH: Final = (
    "Student's t over the replications, widened (Bonferroni) so that all intervals of this part together hold with 95 %; "
    "the first tenth of each run is left out."
)


def _size(*, quick: bool) -> int:
    return QUICK_REQUESTS if quick else REQUESTS


def _theory(*, quick: bool) -> Part:
    """One endpoint against its formula."""
    size = _size(quick=quick)
    rows = compared([trial(case) for case in CASES], seed=_SEED, requests=size, replications=REPLICATIONS)
    how = f"{REPLICATIONS} replications of {size:,} requests of the fast engine; exact values from simulator/theory.py. {_EACH}"
    return Part("Queueing theory", how, tuple(rows))


def _networks(*, quick: bool) -> Part:
    """Copies and stations together."""
    size = _size(quick=quick)
    rows = compared(NETWORKS, seed=_SEED + 1, requests=size, replications=REPLICATIONS)
    how = (
        f"{REPLICATIONS} replications of {size:,} requests. Two stations: the finish times of one run are the arrivals of the "
        "next (Burke, Jackson). Least outstanding lies between one line before all copies and a line drawn at random; random "
        f"routing is every copy alone, and equal to it bit for bit. {_EACH}"
    )
    return Part("Several stations and copies", how, (*rows, split_differs()))


def _general(*, quick: bool) -> Part:
    """Callers, set-up, caches and variants."""
    size = _size(quick=quick) // (4 if quick else 2)
    rows = compared(GENERAL, seed=_SEED + 2, requests=size, replications=REPLICATIONS)
    how = (
        f"{REPLICATIONS} replications of {size:,} requests of the general kernel. Closed callers: mean value analysis. Batching: "
        "the response R(N) that measurements of GPU endpoints show for N users. Several servers with set-up: the chain of "
        f"(busy, starting, waiting), solved level by level. Model cache: King's formula. {_EACH}"
    )
    return Part("Callers, set-up, model cache, variants", how, tuple(rows))


def _published(*, quick: bool) -> Part:
    """SimFaaS and what was published about it."""
    rows = [*published_rows(quick=quick)]
    said = [
        "Seen in SimFaaS: rejected requests are counted as warm in its table by state, and its headline figures keep the start-up in."
    ]
    if installed("simfaas"):
        rows += package_rows(quick=quick)
    else:
        said.append(f"The package itself: {missing_line('simfaas')}.")
    how = (
        "A published figure is one noisy run, or the mean of a few: it agrees when it lies where as many runs of ours, of the "
        "same length and from an empty platform, would lie (interval of prediction); where it came with an interval, when "
        "both intervals meet. A platform is arrivals per second, mean warm and cold service, seconds kept, most instances."
    )
    return Part("A published simulator: SimFaaS", how, tuple(rows), tuple(said))


def _measured(*, quick: bool) -> Part:
    """Cold starts of AWS Lambda."""
    how = (
        "Six public request logs (pacslab/serverless-performance-modeling, MIT), one function at a constant rate each. First "
        "every request replayed with its real arrival and run time, 640 s kept: predicted against recorded cold flag. Then "
        "Poisson arrivals at the rate of the log and its run times, 600 and 640 s kept: P(cold) against the measured share "
        "with Wilson's 95 % interval. The logs check the mechanism; SageMaker's own levels are not in them."
    )
    title = "Measured cold starts"
    files = sorted(LOGS.glob("*.csv.gz"))
    if not files:
        return Part(title, how, (), ("The logs are not here (they are not part of the package): left out.",))
    logs = [read_log(path) for path in files]
    rows = [*replay_rows(logs), *steady_rows(logs, requests=40_000 if quick else 400_000)]
    return Part(title, how, tuple(rows))


def _behaviour(*, quick: bool) -> Part:
    """Shapes that measurements show."""
    del quick  # seconds in any case
    how = (
        "A small workload through the product's own endpoint builders, its facts at their middle values. A row states a bound "
        "that public measurements keep; no number is tuned to one of them."
    )
    return Part("Behaviour seen in measurements", how, tuple(behaviour_rows()))


def _on_trace(path: Path, until_s: int | None, name: str) -> Check:
    demand = trace_demand(path, until_s)
    model = trace_models(int(demand.columns.arrival_us[-1]) + 3600 * SECOND)[name]
    quick, plain = (run(model, demand, TRACE_SUPPLY, engine=engine) for engine in ("fast", "reference"))
    chunked = run(model, trace_demand(path, until_s, _ODD_ROWS), TRACE_SUPPLY)
    label = f"{name}: {plain.meters.arrivals:,} requests of a web site"
    return is_true(label, "records that differ", 0, differences(quick, plain) + differences(quick, chunked), "=")


def _in_chunks(path: Path, name: str) -> Check:
    """The fast engine on the whole trace, in chunks of its own and of an odd size."""
    demand = trace_demand(path)
    model = trace_models(int(demand.columns.arrival_us[-1]) + 3600 * SECOND)[name]
    whole = run(model, demand, TRACE_SUPPLY)
    chunked = run(model, trace_demand(path, natural=_ODD_ROWS), TRACE_SUPPLY)
    label = f"{name}: {whole.meters.arrivals:,} requests, in chunks"
    return is_true(label, "records that differ", 0, differences(whole, chunked), "=")


def from_trace(path: Path, until_s: int) -> Iterator[Check]:
    """Both engines on a trace up to that second, the fast one also in small chunks: they must not differ in anything."""
    yield from map(partial(_on_trace, path, until_s), trace_models(SECOND))


def _engines(*, quick: bool) -> Part:
    """The fast engine against the reference."""
    title = "Both engines on a real trace"
    how = (
        "The first week of a web site, played by both engines, and all four weeks by the fast one in chunks of its own and of "
        "an odd size: every record, fleet event and meter is compared."
    )
    if quick or not _TRACE.exists():
        why = "it belongs to the full run" if quick else "its file is not here (it is not part of the package)"
        return Part(title, how, (), (f"The trace was left out: {why}.",))
    names = list(trace_models(SECOND))
    # a model each to a process: the reference engine holds the interpreter's lock
    with ProcessPoolExecutor(os.cpu_count() or 1, get_context("spawn")) as pool:
        compared_rows = list(pool.map(partial(_on_trace, _TRACE, _WEEK_S), names))
        chunked_rows = list(pool.map(partial(_in_chunks, _TRACE), names))
    return Part(title, how, (*compared_rows, *chunked_rows))


def _deployed(*, quick: bool) -> Part:
    """What `deploy` writes, by the tools that know best."""
    found = list(cells(quick=quick))
    rows = [
        is_true(
            f"{cell.option}, {cell.target}", f"findings of {cell.check}", 0, len(cell.findings), "=",
            "; ".join(cell.findings[:3]) or f"{cell.cases} sized forms",
        )
        for cell in found
    ]  # fmt: skip
    how = (
        "Every option of five bundled workloads in each of its sized forms, written for every target that can express it. API "
        "model: each call against the model of the installed botocore, strictly. Run: the script with the client's call patched; "
        "a finding is a call that is not the plan's. The SDKs run in environments of their own, their own defaults set aside."
    )
    if not quick and (_ROOT / "pyproject.toml").exists():
        write_grid(found, _ROOT / "docs" / "deploy.md")
    return Part("What deploy writes", how, tuple(rows), tuple(said(quick=quick)))


def _quiz(*, quick: bool) -> Part:
    """The quality gate of the quizzes."""
    how = (
        "A deck of seed 7, every type and topic: keys judged again by the rules under both profiles, every item made again, "
        "guessers that go by place, length, option or words of the stem, texts, spreads, and each export read again. "
        "*Expected* is the bound."
    )
    return Part("Quiz items", how, tuple(quiz_rows(quick=quick)))


_PARTS: Final[tuple[Callable[..., Part], ...]] = (
    _theory,
    _networks,
    _general,
    _published,
    _measured,
    _behaviour,
    _quiz,
    _engines,
    _deployed,
)


def parts(*, quick: bool = False) -> Iterator[Part]:
    """Every part with its rows; `quick` plays fewer requests and leaves the trace out.

    What needs a file or a package that is not here is left out and said so.
    """
    for part in _PARTS:
        yield part(quick=quick)


def checks(*, quick: bool = False) -> Iterator[Check]:
    """Every comparison of every part."""
    for part in parts(quick=quick):
        yield from part.rows


def table(found: list[Part]) -> str:
    """The parts as text."""
    lines = []
    for part in found:
        lines += ["", part.title, f"{'model':100} {'quantity':34} {'expected':>14} {'ours':>12} {'±':>10}"]
        lines += [
            f"{row.name:100} {row.quantity:34} {row.relation} {row.theory:12.6f} {row.observed:12.6f} {row.half_width:10.6f}"
            f"{'' if row.agrees else '  ' + row.verdict}{': ' + row.known if row.known else ''}"
            for row in part.rows
        ]
        lines += part.said
    rows = [row for part in found for row in part.rows]
    agree, known = sum(row.agrees for row in rows), sum(row.verdict == "deviation" for row in rows)
    return "\n".join([*lines[1:], "", f"{agree} of {len(rows)} agree, {known} deviations with a reason"])


def main(*, quick: bool = False, as_json: bool = False, write: Path | None = None) -> int:
    """Print every comparison; 0 when all agree or deviate for a stated reason, else 1.

    Arguments: `write` is where the page goes; by default docs/validation.md for a full run in a checkout.
    """
    found = list(parts(quick=quick))
    rows = [row for part in found for row in part.rows]
    document = {
        "schema": 1,
        "checks": [asdict(row) | {"part": part.title, "verdict": row.verdict} for part in found for row in part.rows],
        "said": [line for part in found for line in part.said],
    }
    sys.stdout.write((json.dumps(document, indent=2) if as_json else table(found)) + "\n")
    if write is None and not quick and (_ROOT / "pyproject.toml").exists():
        write = _ROOT / "docs" / "validation.md"
    if write is not None:
        write.write_text(page(found), encoding="utf-8")
    return int(any(row.verdict == "DISAGREES" for row in rows))


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv[1:], as_json="--json" in sys.argv[1:]))

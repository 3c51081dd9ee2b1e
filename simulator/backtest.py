"""Backtest: the measured period replayed on today's fleet, predicted latency against what was measured.

Every draw replays the same recording; service times and the moments within a bin are drawn anew. The predicted interval of a
period is that of one more draw (Student's t on logarithms), so a measured value should lie in it in 19 of 20 periods where the
model is right.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.popularity import apart
from advisor.units import format_count, format_duration
from advisor.workload import ClosedTraffic
from simulator.assumptions import assume
from simulator.measured import SHARES, STATS, Measured
from simulator.play import simulate
from simulator.recorder import Recorder
from simulator.statistics import student_t
from simulator.study import Study, prepare

__all__ = ["FEWEST", "Backtest", "Compared", "backtest"]

FEWEST: Final = 5
"""Periods that a figure over all of them needs; of levels of a load test `_FEWEST_LEVELS`."""
_FEWEST_LEVELS: Final = 2
_ENOUGH: Final[Mapping[str, int]] = {"mean": 5, "p50": 5, "p90": 10, "p95": 20, "p99": 100}
"""Requests that a statistic of one period needs: one beyond the percentile."""
_DRAWS: Final = 10
_FEWEST_DRAWS: Final = 3
_MOST_REQUESTS: Final = 5_000_000
"""Requests of all draws together, as far as the fewest draws allow."""
_ROUNDED: Final = 0.005
"""Percentiles of long runs and of logs are rounded by up to 0.4 %."""
_CONFIDENCE: Final = 0.95
_OFF: Final = 0.05
"""Share by which counts may differ before it is told."""


@dataclass(frozen=True, eq=False)
class Compared:
    """One statistic: columns with an entry a period, and the error over all of them."""

    stat: str
    measured_us: NDArray[np.float64]
    predicted_us: NDArray[np.float64]
    low_us: NDArray[np.float64]
    high_us: NDArray[np.float64]
    used: NDArray[np.bool_]
    """Periods that count: both are known, and enough requests were measured."""
    enough: bool
    """Enough periods for the figures below."""

    @property
    def periods(self) -> int:
        """Periods that count."""
        return int(self.used.sum())

    @property
    def bias(self) -> float | None:
        """Geometric mean of predicted over measured, less 1: above 0 where the model is too slow; None with too few periods."""
        if not self.enough:
            return None
        return float(np.exp(np.mean(np.log(self.predicted_us[self.used] / self.measured_us[self.used])))) - 1

    @property
    def error(self) -> float | None:
        """Median of the absolute error as a share of the measured value; None with too few periods."""
        if not self.enough:
            return None
        return float(np.median(np.abs(self.predicted_us[self.used] / self.measured_us[self.used] - 1)))

    @property
    def within(self) -> float | None:
        """Share of periods whose measured value lies in the predicted interval; None with too few periods."""
        if not self.enough:
            return None
        inside = (self.measured_us >= self.low_us) & (self.measured_us <= self.high_us)
        return float(inside[self.used].mean())


@dataclass(frozen=True, eq=False)
class Backtest:
    """The measured periods, what today's fleet was predicted to do in them, and what to know of the comparison."""

    option: Option
    measured: Measured
    """What was held against the prediction: periods that the recording covers."""
    draws: int
    played: NDArray[np.float64]
    """float64[n], requests answered in each period, mean over draws."""
    compared: tuple[Compared, ...]
    overhead_us: int
    """Overhead of the endpoint that the model takes, microseconds."""
    notes: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """At least one statistic has periods enough for an error."""
        return any(one.enough for one in self.compared)

    def of(self, *stats: str) -> Compared | None:
        """The first of these statistics that has an error."""
        return next((one for name in stats for one in self.compared if one.stat == name and one.enough), None)


class _Heard:
    """Hands records to a recorder by period, with the part of the latency that was measured."""

    def __init__(self, recorder: Recorder, metric: str, overhead_us: int, phase_us: int, queue_apart: bool) -> None:
        self._to, self._model, self._less = recorder, metric == "model", overhead_us
        self._phase, self._apart = phase_us, queue_apart

    def __call__(self, records: NDArray[np.int64], /) -> None:
        moved = records.copy()
        arrival, start, finish, response, cold = (records[:, column] for column in (1, 2, 3, 4, 6))
        if not self._model:
            latency = response - arrival
        elif self._apart:
            latency = finish - start
        else:
            latency = response - arrival - self._less - cold
        moved[:, 1:4] += self._phase
        moved[:, 4] = moved[:, 1] + np.maximum(1, latency)
        if records.shape[1] > 9:  # a metric of the endpoint counts from each attempt, not from the first
            moved[:, 9] = moved[:, 1]
        self._to(moved)


def _covered(study: Study, found: Measured) -> tuple[Measured, NDArray[np.int64], int]:
    """The periods that the recording covers, their numbers, and what shifts the run onto their grid, microseconds."""
    phase = int(-found.start_us[0] % found.period_us)
    index = (found.start_us + phase) // found.period_us
    inside = (index >= 0) & (found.start_us < study.horizon_us)
    if not inside.any():
        seen = f"{format_duration(float(found.start_us[0]))} to {format_duration(float(found.start_us[-1]))} from its begin"
        raise InputError([Problem("--backtest", seen, f"periods within the traffic, which lasts {format_duration(study.horizon_us)}: import both from the same files")])  # fmt: skip
    stats = {name: values[inside] for name, values in found.stats.items()}
    over = None if found.overhead_us is None else found.overhead_us[inside]
    kept = Measured(found.metric, found.period_us, found.start_us[inside], found.requests[inside], stats, over, found.origin_us)  # fmt: skip
    return kept, index[inside], phase


def _series(study: Study, option: Option, found: Measured, index: NDArray[np.int64], phase: int, draw: int) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:  # fmt: skip
    """Requests answered and statistics of each period in one draw."""
    overhead = assume(study.workload, option, study.facts).overhead_us
    recorder = Recorder(found.period_us, found.period_us)
    heard = _Heard(recorder, found.metric, overhead, phase, option.name == "async")
    simulate(study, option, replication=draw, requests=False, observe=heard)
    rows = int(index[-1]) + 1
    recorded = recorder.recorded((max(rows, -(-(study.horizon_us + phase) // found.period_us)) + 1) * found.period_us)
    shares = recorded.slow.quantiles(0, rows, 1, list(SHARES.values()))
    step, latency = recorded.slow.keys >> 45, recorded.slow.keys & ((1 << 45) - 1)
    inside = step < rows
    counts = np.bincount(step[inside], recorded.slow.counts[inside], rows).astype(np.float64)
    sums = np.bincount(step[inside], recorded.slow.counts[inside] * latency[inside].astype(np.float64), rows)
    means = np.divide(sums, counts, out=np.full(rows, np.nan), where=counts > 0)
    stats = {"mean": means, **dict(zip(SHARES, shares, strict=True))}
    return counts[index], {name: values[index] for name, values in stats.items()}


def _level(study: Study, option: Option, found: Measured, row: int, draws: int) -> list[tuple[float, dict[str, float]]]:
    """Requests answered and statistics at one level of a load test, by draw."""
    users, think = found.users, found.think_us
    if users is None or think is None:
        return []
    wanted = 2_000.0 if np.isnan(found.requests[row]) else min(20_000.0, max(500.0, float(found.requests[row])))
    usual = next(float(found.stats[name][row]) for name in ("mean", *STATS) if name in found.stats and not np.isnan(found.stats[name][row]))  # fmt: skip
    lasts = max(1_000_000, round(1.2 * wanted * (float(think[row]) + usual) / int(users[row])))
    closed = {"users": int(users[row]), "think": f"{round(float(think[row]))} us", "duration": f"{lasts} us"}
    workload = study.workload.model_copy(update={"traffic": ClosedTraffic.model_validate(closed)})
    own = prepare(workload, study.facts, seed=study.seed, start=study.start, engine=study.engine, cancel=study.cancel)
    made = []
    for draw in range(draws):
        run = simulate(own, option, replication=draw).run
        stats = {"mean": run.latency.mean_us, **{name: run.latency.quantile(share) for name, share in SHARES.items()}}
        made.append((float(run.latency.count), stats))
    return made


def _draws(study: Study, replications: int | None) -> int:
    """As many as asked for, else as many as the size of the traffic lets."""
    wanted = replications or min(_DRAWS, _MOST_REQUESTS // max(1, study.load.requests))
    return max(_FEWEST_DRAWS, wanted)


def _compared(found: Measured, stat: str, draws: NDArray[np.float64], played: NDArray[np.float64]) -> Compared:
    """One statistic from its values by draw (rows) and period (columns)."""
    count = len(draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(draws > 0, draws, np.nan))
    middle = logs.mean(axis=0)
    half = student_t(count - 1, _CONFIDENCE) * logs.std(axis=0, ddof=1) * math.sqrt(1 + 1 / count)
    measured = found.stats[stat]
    requests = np.where(np.isnan(found.requests), played, found.requests)
    used = (requests >= _ENOUGH[stat]) & (measured > 0) & np.isfinite(middle)
    least = _FEWEST_LEVELS if found.users is not None else FEWEST
    return Compared(
        stat, measured, np.exp(middle), np.exp(middle - half) * (1 - _ROUNDED), np.exp(middle + half) * (1 + _ROUNDED),
        used, int(used.sum()) >= least,
    )  # fmt: skip


def _check(study: Study, option: Option, found: Measured) -> None:
    """Refuse what cannot be laid side by side."""
    traffic, problems = study.workload.traffic, []
    if option.name == "batch_transform":
        problems.append(Problem("--current", option.name, "an endpoint: a batch job has no latency for each request"))
    if option.name == "async" and found.metric != "model":
        problems.append(Problem("--backtest", f"{found.metric} with an asynchronous endpoint", "ModelLatency: what a caller of it measures is the acknowledgement, not the answer"))  # fmt: skip
    if found.users is None and traffic.kind not in {"trace", "phases"}:
        problems.append(Problem("traffic.kind", repr(traffic.kind), "trace or phases: only the traffic of the measured period can be replayed (import with --traffic trace)"))  # fmt: skip
    if problems:
        raise InputError(problems)


def _notes(study: Study, option: Option, found: Measured, whole: Measured, played: NDArray[np.float64], overhead_us: int) -> list[str]:  # fmt: skip
    """What to know before the figures are believed."""
    over, notes = format_duration(overhead_us), []
    if found.metric == "model":
        notes.append(f"ModelLatency holds neither the overhead of the endpoint nor start-ups, so the prediction is compared without its {over} of overhead; a caller sees both.")  # fmt: skip
    else:
        what = "the client" if found.metric == "client" else "the log"
        notes.append(f"Measured times are compared with the whole latency, {over} of overhead included. A network or gateway between {what} and the endpoint is not in the model: it shows as a prediction that is too fast.")  # fmt: skip
    if found.overhead_us is not None and not np.isnan(found.overhead_us).all():
        notes.append(f"OverheadLatency was {format_duration(float(np.nanmedian(found.overhead_us)))} in the median period; the model takes {over}.")  # fmt: skip
    if found.metric == "model" and option.name == "async":
        notes.append("The wait in the queue of an asynchronous endpoint is not in ModelLatency and was left out.")
    if whole.rows > found.rows:
        notes.append(f"{whole.rows - found.rows:,} measured periods lie outside the recorded traffic and were left out.")  # fmt: skip
    known = ~np.isnan(found.requests)
    measured, replayed = float(found.requests[known].sum()), float(played[known].sum())
    if found.users is None and measured and abs(replayed / measured - 1) > _OFF:
        notes.append(f"{format_count(round(measured))} requests were measured in these periods, {format_count(round(replayed))} were answered in the replay: traffic and measurements may not be of the same time, or requests failed.")  # fmt: skip
    if (each := apart(study.workload, option.name, study.facts.mechanism)) > 1:
        notes.append(f"One of {each:,} endpoints that share the traffic was replayed; the measurements must be those of one.")  # fmt: skip
    if any(row.field == "service.time" and row.how == "measured" for row in study.workload.provenance):
        twice = (
            ""
            if found.metric == "model"
            else f" Such a time holds the overhead already, which then counts twice: {over}."
        )
        notes.append(f"The service time of this workload was measured too. If it came from the same files, the centre at low load agrees by construction; what is tested is the spread, the course over time, and what load does.{twice}")  # fmt: skip
    return notes


def backtest(study: Study, option: Option, found: Measured, *, replications: int | None = None) -> Backtest:
    """Replay the measured period on today's fleet and hold predicted latency against what was measured.

    Arguments: `study` is that of the imported workload, `option` as `simulator.current.read_current` gives it,
    `replications` is the number of draws, at least 3 (None: from the size). Raises InputError where the two cannot be laid side
    by side. Periods with fewer requests than a statistic needs are shown and do not count.
    """
    _check(study, option, found)
    draws, whole = _draws(study, replications), found
    if found.users is not None:
        cells = [_level(study, option, found, row, draws) for row in range(found.rows)]
        played = np.array([np.mean([count for count, _ in row]) for row in cells])
        by_draw = {
            stat: np.array([[row[draw][1][stat] for row in cells] for draw in range(draws)]) for stat in found.stats
        }
    else:
        found, index, phase = _covered(study, found)
        runs = [_series(study, option, found, index, phase, draw) for draw in range(draws)]
        played = np.mean([counts for counts, _ in runs], axis=0)
        by_draw = {stat: np.array([stats[stat] for _, stats in runs]) for stat in found.stats}
    overhead = assume(study.workload, option, study.facts).overhead_us
    compared = [_compared(found, stat, by_draw[stat], played) for stat in STATS if stat in found.stats]
    notes = _notes(study, option, found, whole, played, overhead)
    return Backtest(option, found, draws, played, tuple(compared), overhead, tuple(notes))

"""Today's fleet against the answer of a ranking: what is saved, what gets slower, what gets worse, what to load-test first.

Both are played over the same draws of the traffic, so a difference is that of the fleets. Both are simulated: the numbers of
today are a prediction too, which can be held against what is measured.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.rules import Outcome
from advisor.units import format_duration, format_share, format_usd
from advisor.verdict import examine
from simulator.assumptions import Assumption, Level
from simulator.finalists import body
from simulator.play import Simulation, simulated
from simulator.ranking import Ranked, Ranking, entry_of
from simulator.statistics import Interval, student_t
from simulator.study import Study

__all__ = ["Risk", "ToTest", "Today", "today_of"]

_DECIDES: Final = frozenset(
    {"speed", "cold_start", "keep_alive", "start", "copy_start", "load", "overhead", "queue_limit"}
)
"""Assumptions that a load test can replace."""
_WORSE: Final = 1.05
_FULLER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that gets worse: a word for programs, a sentence for people."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ToTest:
    """An assumed number on which the change rests, the end at which it fails, and how."""

    row: Assumption
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """Today's fleet, and the change to the answer."""

    study: Study
    entry: Ranked
    best: Ranked | None
    """The first option that keeps the promise; None where none does."""
    saving: Interval
    """USD a month, over draws of the traffic that both were played on; below zero where the answer costs more."""
    risks: tuple[Risk, ...] = ()
    to_test: tuple[ToTest, ...] = ()
    tested: int = 0
    """Assumed numbers of the answer whose two ends were tried."""

    @property
    def unmeasured(self) -> str:
        """Where the answer runs, if nobody measured the model there; else empty."""
        if self.best is None or self.best.simulation.assumed.place.measured:
            return ""
        return self.best.simulation.assumed.place.on

    @property
    def stays(self) -> bool:
        """Today's fleet is the answer, or the same but for what costs nothing."""
        return self.best is not None and body(self.best.option) == body(self.entry.option)


def _latency(now: Ranked, then: Ranked) -> Iterator[Risk]:
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        was, is_ = now.latency_us[share].value, then.latency_us[share].value
        if was and is_ and is_ > _WORSE * was:
            yield Risk(name, f"{name} rises from {format_duration(was)} to {format_duration(is_)}.")


def _fewest(option: Option) -> int:
    """Instances at the fewest; 0 where it has none."""
    return 0 if option.memory_mib else option.min_instances if option.tracked else option.instances


def _risks(now: Ranked, then: Ranked) -> Iterator[Risk]:
    """What gets worse, the most important first."""
    was, is_ = now.simulation.summary, then.simulation.summary
    yield from _latency(now, then)
    if then.option.memory_mib and is_.cold_share > was.cold_share:
        yield Risk(
            "cold_starts",
            f"{format_share(is_.cold_share)} of requests wait for a cold start; today {format_share(was.cold_share) if was.cold_share else 'none'}.",
        )
    lost, before = then.failed_share.value or 0.0, now.failed_share.value or 0.0
    if lost > before + 1e-6:
        kinds = ", ".join(
            kind.replace("_", " ") for kind, share in then.failed.items() if share > now.failed.get(kind, 0.0)
        )
        yield Risk("failed", f"Failed requests rise from {format_share(before)} to {format_share(lost)} ({kinds}).")
    if not then.option.memory_mib and not now.option.memory_mib and is_.utilisation > was.utilisation + _FULLER:
        yield Risk(
            "utilisation",
            f"The fleet is fuller: {format_share(is_.utilisation)} busy instead of {format_share(was.utilisation)}, so less room for a burst or a lost instance.",
        )
    if 0 < _fewest(then.option) < _fewest(now.option):
        yield Risk(
            "instance_loss",
            f"A lost instance takes {format_share(1 / _fewest(then.option))} of the smallest fleet, {format_share(1 / _fewest(now.option))} today.",
        )
    told = {(finding.rule, finding.message) for finding in now.verdict.findings}
    for finding in then.verdict.findings:
        if finding.outcome in {Outcome.conditions, Outcome.unknown} and (finding.rule, finding.message) not in told:
            yield Risk(finding.rule, f"{finding.message} {finding.remedy}".rstrip())


def _fails(study: Study, run: Simulation | str, today: float | None) -> str:
    """How the change fails in a run at one end of an assumption; empty where it holds."""
    if isinstance(run, str):
        return f"it cannot be played: {run}"
    if not study.promise.kept(run):
        return f"it misses the promise: {'; '.join(study.promise.misses(run))}"
    if today is not None and run.bill.total is not None and float(run.bill.total) > today:
        return f"it costs {format_usd(float(run.bill.total))} a month, more than today"
    return ""


def _to_test(study: Study, best: Ranked, today: float | None, pool: ThreadPoolExecutor) -> tuple[list[ToTest], int]:
    """The assumed numbers at one end of which the answer fails, and how many were tried."""
    rows = [row for row in best.simulation.assumed.rows if row.key in _DECIDES and row.low != row.high]
    ends: list[tuple[Assumption, Level]] = [(row, level) for row in rows for level in ("low", "high")]
    runs = pool.map(lambda end: simulated(study, best.option, levels={end[0].key: end[1]}), ends)
    found = [
        ToTest(row, level, why)
        for (row, level), run in zip(ends, runs, strict=True)
        if (why := _fails(study, run, today))
    ]
    return found, len(rows)


def _played(study: Study, option: Option, count: int, pool: ThreadPoolExecutor) -> list[Simulation]:
    runs = list(pool.map(lambda k: simulated(study, option, replication=k), range(count)))
    wrong = [run for run in runs if isinstance(run, str)]
    if wrong:
        raise InputError([Problem("--current", "", f"today's fleet cannot be played: {wrong[0]}")])
    return [run for run in runs if isinstance(run, Simulation)]


def _saving(now: Sequence[Simulation], then: Sequence[Simulation]) -> Interval:
    """What a month costs less, draw by draw; below zero where it costs more."""
    totals = [(one.bill.total, other.bill.total) for one, other in zip(now, then, strict=True)]
    less = [float(was - is_) for was, is_ in totals if was is not None and is_ is not None]
    if len(less) < 2:
        return Interval(less[0] if less else None, None, None)
    half = student_t(len(less) - 1) * stdev(less) / math.sqrt(len(less))
    return Interval(fmean(less), fmean(less) - half, fmean(less) + half)


def today_of(ranking: Ranking, option: Option) -> Today:
    """Today's fleet played beside the answer of a ranking, on the same draws.

    Arguments: `option` as `simulator.current.read_current` gives it. Raises InputError where a run cannot play it.

    >>> from simulator.current import read_current
    >>> from simulator.ranking import rank_study
    >>> from simulator.study import prepare
    >>> study = prepare("fraud-check")
    >>> mine = read_current(study, "real_time:ml.m5.xlarge:9")
    >>> found = today_of(rank_study(study, replications=3, also=[mine]), mine)
    >>> found.stays, found.saving.value > 0
    (False, True)
    """
    study, best = ranking.study, ranking.best
    count = ranking.ranked[0].replications if ranking.ranked else 1
    with ThreadPoolExecutor(max_workers=2) as pool:
        mine = _played(study, option, count, pool)
        verdict = examine(study.attributes, option, study.facts)
        entry = entry_of(verdict, mine, 1, 1, study.promise)
        if best is None or body(best.option) == body(option):
            return Today(study, entry, best, Interval(0.0 if best else None, None, None))
        theirs = _played(study, best.option, count, pool)
        saving = _saving(mine, theirs)
        # where the answer costs more already, an assumption cannot take a saving away
        most = entry.cost_per_month.value if (saving.value or 0.0) > 0 else None
        found, tried = _to_test(study, best, most, pool)
    return Today(study, entry, best, saving, tuple(_risks(entry, best)), tuple(found), tried)

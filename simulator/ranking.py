"""Ranking: drop what cannot fit, simulate the rest on the same demand, order by cost per good request.

1. Every candidate goes through the rules; a name all of whose candidates are blocked is infeasible. A name that cannot
   be simulated, or that is made for something this workload does not ask for, is judged by its representative, and left
   out of the order with what the rules say. So is one whose runs cannot be finished, with the reason.
2. Candidates of a name run from the cheapest possible upwards; one whose lowest possible cost is above that of
   one that keeps the promise is not run. The cheapest that keeps the promise represents its name.
3. Representatives are replicated for intervals, and run with each assumption at its low and high end.
4. Those that keep the promise come first, by cost per good request; then those that do not; then those without a
   price.
"""

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from advisor.advice import Advice
from advisor.billing import Bill
from advisor.facts import Facts
from advisor.options import NAMES, Option, title
from advisor.verdict import Verdict, differing
from simulator.assumptions import KEYS, Assumption
from simulator.entrants import entrants_of
from simulator.estimate import NO_LIMITS, Limits, estimate, refuse
from simulator.histogram import Histogram, Sample, pooled
from simulator.metrics import PERCENTILES
from simulator.offered import capacity_cost, lowest_cost
from simulator.play import EXACT_ROWS, Simulation, simulated
from simulator.promise import Miss, Promise
from simulator.reasons import reason
from simulator.statistics import Interval, about, interval, samples_needed
from simulator.study import Study, prepare
from simulator.trial import Ask, played, trial_of
from simulator.turns import Extremes, Turn, cost_per_good, sensitivity, winner
from simulator.unplayed import aside, left_out

__all__ = ["Chosen", "Ranked", "Ranking", "Turn", "choose", "entry_of", "in_order", "rank", "rank_study"]

_ROWS_PER_STUDY: Final = 6_000_000
_MOST_REPLICATIONS: Final = 8
_FEWEST_REPLICATIONS: Final = 3

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One option in the ranking, with the configuration that represents it."""

    option: Option
    simulation: Simulation
    verdict: Verdict
    latency_us: dict[float, Interval]
    cost_per_month: Interval
    cost_per_million_good: Interval
    failed: dict[str, float]
    failed_share: Interval
    replications: int
    candidates: int
    """Candidates of this name that were considered."""
    simulated: int
    """Of these, how many were run."""
    meets: bool
    misses: tuple[str, ...]
    """The bounds it breaks, in words."""
    broken: tuple[Miss, ...] = ()
    """The same, with the share measured for each."""
    pareto: bool = False
    tied: str = ""
    """Option name just before it from which the cost does not differ clearly."""
    reason: str = ""
    first_token_us: dict[float, Interval] = field(default_factory=dict)
    """Time to first token by percentile; empty where nothing is streamed or tokens are not known."""
    extremes: Extremes = field(default_factory=dict)
    """USD per month at the low and high end of each assumption that was varied."""

    @property
    def name(self) -> str:
        """The option name."""
        return self.option.name

    @property
    def bill(self) -> Bill:
        """The bill of the first replication."""
        return self.simulation.bill


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer: options in order, those that cannot fit, and what the order rests on."""

    study: Study
    promise: Promise
    ranked: tuple[Ranked, ...]
    infeasible: tuple[Verdict, ...]
    """Every other name: those that fit and were not simulated, those that do not fit, and `none`."""
    turns: tuple[Turn, ...]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...]
    advice: Advice
    """What the rules say of a representative of every name, before any simulation."""
    differs: tuple[str, ...] = ()
    """Names of the options on which the other profile decides differently."""

    @property
    def best(self) -> Ranked | None:
        """The first option that keeps the promise; None where none does."""
        return next((entry for entry in self.ranked if entry.meets), None)

    @property
    def unplayed(self) -> tuple[Verdict, ...]:
        """Options that nothing blocks and that were not simulated; what suits the workload best comes first."""
        return tuple(v for v in self.infeasible if v.feasible and v.option.name != "none")

    @property
    def blocked(self) -> tuple[Verdict, ...]:
        """Options that do not fit; what a single change would unblock comes first."""
        return tuple(v for v in self.infeasible if not v.feasible and v.option.name != "none")

    @property
    def rival(self) -> Verdict | None:
        """An option to look at beside the answer, because it was not simulated and suits the workload better than all that were.

        Where no simulated option keeps the promise, any that suits it.
        """
        asked = next((v for v in self.unplayed if not aside(v)), None)
        if asked is None or self.best is None:
            return asked
        most = max(entry.verdict.fit.score for entry in self.ranked if entry.verdict.fit)
        return asked if asked.fit and asked.fit.score > most else None

    @property
    def heading(self) -> str:
        """What the order is an order of."""
        return self.promise.heading

    @property
    def stability(self) -> str:
        """`holds`, or what the first place turns on."""
        if not self.turns:
            return "holds"
        return "turns on: " + "; ".join(turn.text() for turn in self.turns)


def _order(entry: Ranked) -> tuple[bool, bool, float, float]:
    """Priced first, then kept promises, then cost per good request; the month where nothing was answered."""
    month, good = entry.cost_per_month.value, entry.cost_per_million_good.value
    return (month is None, not entry.meets, math.inf if good is None else good, math.inf if month is None else month)


def _better(one: Simulation, other: Simulation | None, promise: Promise) -> bool:
    """Keeping the promise first, then fewer failures by the promise's own measure, then cost."""
    if other is None:
        return True
    kept, held = promise.kept(one), promise.kept(other)
    if kept != held:
        return kept
    if kept:
        return cost_per_good(one) < cost_per_good(other)
    return (promise.shortfall(one), cost_per_good(one)) < (promise.shortfall(other), cost_per_good(other))


class Chosen(NamedTuple):
    """The best candidate of a name, how many ran, and why the last that cannot be played cannot."""

    best: Simulation | None
    ran: int
    reason: str


def choose(
    options: Sequence[Option],
    promise: Promise,
    play: Callable[[Option], Simulation | str],
    floor: Callable[[Option], float],
) -> Chosen:
    """Run the candidates of one name from the cheapest possible upwards and take the best.

    Arguments: `play` makes a run or says why it cannot be made; `floor` is the least a candidate can cost, USD a month.
    """
    best: Simulation | None = None
    ran, why = 0, ""
    for bound, option in sorted(((floor(option), option) for option in options), key=lambda pair: pair[0]):
        # one that is in time and fails seldom may be over the budget; what costs more is so all the more
        if best is not None and promise.shortfall(best) == 0 and bound > capacity_cost(best.bill):
            continue
        found = play(option)
        if isinstance(found, str):
            why = found
            continue
        ran += 1
        if _better(found, best, promise):
            best = found
    return Chosen(best, ran, why)


def replications_for(rows: int, options: int) -> int:
    """How many replications fit the time an answer may take; never under three, so that an interval exists.

    >>> replications_for(10_000, 3), replications_for(2_000_000, 3)
    (8, 3)
    """
    fits = _ROWS_PER_STUDY // max(1, rows * options)
    return max(_FEWEST_REPLICATIONS, min(_MOST_REPLICATIONS, fits))


def _percentiles(
    times: Sequence[Histogram | Sample], single: Sequence[dict[float, float]], good: int
) -> dict[float, Interval]:
    """Percentiles of all draws together, with the interval over draws.

    Arguments: `single` are the percentiles of each draw, `good` the fewest answers of one.
    """
    found, everything = {}, pooled(times)
    for q in PERCENTILES:
        values = [one[q] for one in single if q in one]
        enough = good >= samples_needed(q)
        found[q] = about(everything.quantile(q), values, supported=enough) if values else interval([])
    return found


def entry_of(verdict: Verdict, runs: Sequence[Simulation], considered: int, ran: int, promise: Promise) -> Ranked:
    """One option in the ranking, not in order yet.

    Arguments: `runs` of its configuration, one for each draw of the traffic; `considered` candidates of its name, of which `ran` were run.
    """
    first = runs[0]
    good = min((run.summary.good for run in runs), default=0)
    latency = _percentiles([run.run.latency for run in runs], [run.summary.latency_us for run in runs], good)
    heard = [run.first_token for run in runs if run.first_token is not None]
    first_token = _percentiles(heard, [run.summary.first_token_us for run in runs], good) if heard else {}
    totals = [float(run.bill.total) for run in runs if run.bill.total is not None]
    per_good = [cost_per_good(run) for run in runs if math.isfinite(cost_per_good(run))]
    kinds = sorted({kind for run in runs for kind in run.summary.failed})
    ended = [max(1, run.summary.arrivals - run.summary.unfinished) for run in runs]
    failed = {
        kind: math.fsum(run.summary.failed.get(kind, 0) / n for run, n in zip(runs, ended, strict=True)) / len(runs)
        for kind in kinds
    }
    broken = promise.broken(*runs)
    return Ranked(
        first.option, first, verdict, latency, interval(totals), interval(per_good), failed,
        interval([run.summary.failed_share for run in runs]), len(runs), considered, ran, not broken, tuple(miss.text for miss in broken), broken,
        first_token_us=first_token,
    )  # fmt: skip


def in_order(entries: Sequence[Ranked], promise: Promise) -> tuple[Ranked, ...]:
    """Order, Pareto marks, ties and reasons."""
    ordered = sorted(entries, key=_order)
    points = [(entry.cost_per_month.value, entry.latency_us[0.99].value) for entry in ordered]
    marked: list[Ranked] = []
    for number, entry in enumerate(ordered):
        cost, p99 = points[number]
        dominated = cost is None or p99 is None or any(
            c is not None and p is not None and c <= cost and p <= p99 and (c, p) != (cost, p99) for c, p in points
        )  # fmt: skip
        before = marked[-1] if marked else None
        near = before is not None and before.meets == entry.meets and entry.cost_per_month.value is not None
        tied = (
            before.name
            if near
            and before
            and before.cost_per_month.overlaps(entry.cost_per_month)
            and before.cost_per_month.low is not None
            else ""
        )
        marked.append(replace(entry, pareto=not dominated, tied=tied))
    only = sum(entry.meets for entry in marked) == 1
    return tuple(replace(entry, reason=reason(entry, marked[0], promise, only=only)) for entry in marked)


def _most_runs(candidates: int, names: int, count: int) -> int:
    """Runs of a ranking at their most: every candidate, the replications, and both ends of each assumption."""
    return candidates + names * (count - 1) + names * 2 * len(KEYS)


def rank_study(
    study: Study, *, replications: int | None = None, progress: Progress | None = None, limits: Limits = NO_LIMITS,
    also: Sequence[Option] = (),
) -> Ranking:  # fmt: skip
    """Rank the options of a prepared study.

    Arguments: `replications` overrides the number chosen from the size of the traffic; `progress` is called with
    (steps done, steps in all, what is being done); `limits` what all runs together may take; `also` are candidates beside our own, like the fleet of today. Raises TooLargeError where
    they would take more.
    """
    facts, promise = study.facts, study.promise
    play, floor = partial(simulated, study), partial(lowest_cost, study)
    steps = 4
    say = progress or (lambda done, of, what: None)
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        say(0, steps, "sizing the candidates")
        advice, verdicts, allowed = entrants_of(study, pool, also=also)
        names = [name for name in NAMES if allowed[name]]
        count = replications or replications_for(study.load.requests, max(1, len(names)))
        keep, workers = study.load.requests <= EXACT_ROWS, min(4, os.cpu_count() or 1)
        runs_ahead = _most_runs(sum(map(len, allowed.values())), len(names), count)
        refuse(estimate(study, facts.mechanism, runs=runs_ahead, keep=keep, side_by_side=workers), limits)
        say(1, steps, "simulating the candidates")
        chosen = dict(
            zip(names, pool.map(lambda name: choose(allowed[name], promise, play, floor), names), strict=True)
        )
        refused = {name: choice.reason for name, choice in chosen.items() if choice.best is None}
        runs = {name: [choice.best] for name, choice in chosen.items() if choice.best is not None}
        say(2, steps, f"repeating each option {count} times")
        tasks = [(name, k) for k in range(1, count) for name in runs]
        more = list(pool.map(lambda task: simulated(study, runs[task[0]][0].option, replication=task[1]), tasks))
        for (name, _), run in zip(tasks, more, strict=True):
            if isinstance(run, str):
                refused[name] = run
            else:
                runs[name].append(run)
        names = [name for name in names if name not in refused]
        say(3, steps, "trying the ends of each assumption")
        draws = [{name: runs[name][k] for name in names} for k in range(count)]
        first = winner({name: tuple(runs[name]) for name in names}, promise)
        usual = next((k for k, draw in enumerate(draws) if winner(draw, promise) == first), 0)
        tried = {name: trial_of(Ask(run.option, usual), run) for name, run in draws[usual].items()}
        turns, extremes = sensitivity(tried, promise, lambda asks: list(pool.map(partial(played, study), asks)))
    suited = {verdict.option.name: verdict.fit for verdict in advice.verdicts}
    entries = [
        replace(
            entry_of(
                replace(verdicts[option], fit=suited[name]), runs[name], len(allowed[name]), chosen[name].ran, promise
            ),
            extremes=extremes[name],
        )
        for name in names
        for option in (runs[name][0].option,)
    ]
    say(4, steps, "done")
    rows = {(row.key, row.fact): row for name in names for row in runs[name][0].assumed.rows}
    marked = in_order(entries, promise)
    infeasible = left_out(study, advice, [entry.name for entry in marked], verdicts, refused)
    differs = differing(study.attributes, [*(e.verdict for e in entries), *infeasible], facts)
    assumed = (f"{title(n)}: {note}" for n in names for note in runs[n][0].notes)
    notes = (*study.notes, *assumed, *_chance(draws, first, promise))
    return Ranking(study, promise, marked, infeasible, tuple(turns), tuple(rows.values()), notes, advice, differs)


def _chance(draws: Sequence[dict[str, Simulation]], first: str, promise: Promise) -> Iterator[str]:
    """A note where the replications disagree on the first place."""
    winners = Counter(winner(draw, promise) for draw in draws)
    if len(winners) > 1:
        said = ", ".join(f"{title(name) if name else 'nothing'} in {n}" for name, n in winners.most_common())
        mean = f"the mean of all gives {title(first)}" if first else "on the mean of all nothing keeps the promise"
        yield f"a close call: the {len(draws)} draws of the traffic disagree on the first place ({said}); {mean}"


def rank(workload: object, facts: Facts | None = None, *, seed: int = 0, **prepared: object) -> Ranking:
    """Which option is best for a workload, and why: the whole answer.

    Arguments: `workload` is a Workload or the name or path of one; `facts` default to the `aws` profile; `seed` fixes
    all randomness; further names go to `prepare` (`trace`, `columns`, `engine`, `cancel`) and `rank_study`
    (`replications`, `progress`, `limits`, `also`). Raises InputError for unusable input.

    >>> from simulator import rank
    >>> rank("ct-scans", replications=3).best.name
    'async'
    """
    later = {key: prepared.pop(key) for key in ("replications", "progress", "limits", "also") if key in prepared}
    return rank_study(prepare(workload, facts, seed=seed, **prepared), **later)  # type: ignore[arg-type]

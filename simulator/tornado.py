"""Tornado: what matters for the answer. One input at a time goes to its low and its high end, everything else stays."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.peaks import why_no_peak
from simulator.plans import Plan
from simulator.ranges import Range
from simulator.scenarios import Scenario, Setting, play_in, scenario_of
from simulator.sizing import size_study
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.tornado_inputs import Input, inputs_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["End", "Row", "Tornado", "sensitivity_study"]


@dataclass(frozen=True, slots=True)
class End:
    """The answer at one end of an input."""

    value: str
    """The input, in words."""
    plan: Plan
    """The subject, kept as it is."""
    first: str
    """The option whose plan is the cheapest that keeps the promise; empty where none does."""
    instead: Plan | None = None
    """Where the subject no longer keeps the promise: the cheapest plan of the same option that does, if there is one."""

    @property
    def usd(self) -> float | None:
        """USD per month of the subject, or of what has to take its place."""
        return self.plan.usd if self.instead is None else self.instead.usd

    @property
    def p99_us(self) -> float | None:
        """p99 of the subject as it is, microseconds."""
        return _p99(self.plan)


@dataclass(frozen=True, slots=True)
class Row:
    """One input with the answer at both its ends."""

    input: Input
    low: End
    high: End
    swing_usd: float
    """From the least to the most a month, the middle included."""
    swing_us: float
    """From the least to the most p99, microseconds."""
    turns: bool
    """At one end the promise breaks or another option comes first."""


@dataclass(frozen=True, slots=True)
class Tornado:
    """What the answer turns on, the input with the largest swing of cost first."""

    study: Study
    base: End
    """The answer with every input in the middle."""
    rows: tuple[Row, ...]
    compared: tuple[str, ...]
    """Option names whose best plans were compared."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Inputs that could not be varied, with the reason."""

    @property
    def by_latency(self) -> tuple[Row, ...]:
        """The rows by the swing of p99."""
        return tuple(sorted(self.rows, key=lambda row: -row.swing_us))

    def frame(self) -> "pd.DataFrame":
        """One row for each end of each input: USD per month, p99 in milliseconds, promise kept or not, first option."""
        import pandas as pd  # noqa: PLC0415 - only where a table is asked for

        rows = [
            {"input": row.input.label, "end": name, "value": end.value, "usd_per_month": end.usd,
             "p99_ms": None if end.p99_us is None else end.p99_us / 1000, "keeps_promise": end.plan.meets,
             "first": end.first, "swing_usd": row.swing_usd}
            for row in self.rows for name, end in (("low", row.low), ("high", row.high))
        ]  # fmt: skip
        return pd.DataFrame(rows)


def _p99(plan: Plan) -> float | None:
    values = [trial.summary.latency_us[0.99] for trial in plan.trials if 0.99 in trial.summary.latency_us]
    return sum(values) / len(values) if values else None


def _first(plans: Mapping[str, Plan]) -> str:
    kept = {name: plan.usd for name, plan in plans.items() if plan.meets and plan.usd is not None}
    return min(kept, key=lambda name: (kept[name], name)) if kept else ""


def _swing(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


def _plans(sweep: Sweep, option: Option | None, names: Collection[str]) -> tuple[str, dict[str, Option]]:
    """The subject's name, and the plan of each option that is compared."""
    sizing = size_study(sweep.study, sweep, names=names, draws=1, turns=False)
    found = {one.name: plan.option for one in sizing.sized for plan in (one.best or one.nearest,) if plan is not None}
    if option is not None:
        return option.name, {**found, option.name: option}
    if not found:
        raise InputError([Problem("WORKLOAD", "no option that can be simulated", "a workload that some option fits")])
    return (sizing.best.name if sizing.best is not None else next(iter(found))), found


def _instead(sweep: Sweep, plan: Plan, scenario: Scenario, given: tuple[tuple[str, str], ...]) -> Plan | None:
    """What keeps the promise where a plan no longer does; None where nothing does, or where only the budget is missed."""
    if plan.problem or given or all(miss.slo is None for miss in plan.broken):
        return None
    found = size_study(
        sweep.study, sweep, names=(plan.option.name,), change=scenario.change, draws=1, turns=False
    ).of(plan.option.name)  # fmt: skip
    return None if found is None else found.best


def sensitivity_study(
    study: Study,
    sweep: Sweep,
    option: Option | None = None,
    *,
    names: Collection[str] = (),
    ranges: Sequence[Range] = (),
    given: tuple[tuple[str, str], ...] = (),
) -> Tornado:
    """What matters for an answer, one input at a time.

    Arguments: `sweep` plays the trials of the same study; `option` is the subject (the cheapest of a sizing where
    None), `names` limits the options it is compared with; `ranges` of the user's take the place of ours; `given`
    are the user's own values of assumptions, held all the time.
    """
    middle = dict(one.set_to(one.mid) for one in ranges)
    subject, options = _plans(sweep, option, names)
    usual = scenario_of(middle)
    promise = study.promise

    def played(wanted: Sequence[tuple[Option, Scenario]]) -> list[Plan]:
        return play_in(sweep, promise, wanted, given=given, what="one input at a time")

    plans = dict(zip(options, played([(one, usual) for one in options.values()]), strict=True))
    base = End("", plans[subject], _first(plans))
    fixed = {key for key, _ in given}
    inputs = [one for one in inputs_of(study, plans, ranges) if one.key not in fixed]
    ends: list[dict[Setting, float | str]] = [
        {**middle, setting: value} for one in inputs for setting, value in (one.at_low, one.at_high)
    ]
    scenarios = [scenario_of(end) for end in ends]
    touched = [one for one in inputs for _ in range(2)]
    wanted = [
        (name, number)
        for number, one in enumerate(touched)
        for name in options
        if not one.touches or name in one.touches
    ]
    found = dict(zip(wanted, played([(options[name], scenarios[number]) for name, number in wanted]), strict=True))
    answers = []
    for number, one in enumerate(touched):
        there = {name: found.get((name, number), plan) for name, plan in plans.items()}
        plan, value = there[subject], one.high if number % 2 else one.low
        lost = base.plan.meets and not plan.meets
        instead = _instead(sweep, plan, scenarios[number], given) if lost else None
        answers.append(End(value, plan, _first(there), instead))
    rows = [
        Row(
            one, low, high, _swing([low.usd, base.usd, high.usd]), _swing([low.p99_us, base.p99_us, high.p99_us]),
            any(end.plan.meets != base.plan.meets or end.first != base.first for end in (low, high)),
        )
        for one, low, high in zip(inputs, answers[::2], answers[1::2], strict=True)
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row.swing_usd, -row.swing_us, row.input.label))
    counted = study.trace is not None and study.trace.counts is not None
    why = why_no_peak(study.workload.traffic, counted=counted)
    left_out = (("traffic peak", why),) if why else ()
    return Tornado(study, base, tuple(rows), tuple(options), left_out)

"""The runs of a tornado: every plan that an input touches at both its ends, and what would take a broken plan's place."""

from collections.abc import Collection, Mapping, Sequence

from advisor.errors import InputError, Problem
from advisor.options import Option
from advisor.peaks import why_no_peak
from simulator.curves import Subject
from simulator.plans import Plan
from simulator.quick_sizing import quick_sizing
from simulator.ranges import Range
from simulator.scenarios import Scenario, Setting, play_in, scenario_of
from simulator.study import Study
from simulator.sweep import Sweep
from simulator.tornado import End, Row, Tornado
from simulator.tornado_inputs import inputs_of

__all__ = ["sensitivity_study"]


def _first(plans: Mapping[str, Plan]) -> str:
    kept = {name: plan.usd for name, plan in plans.items() if plan.meets and plan.usd is not None}
    return min(kept, key=lambda name: (kept[name], name)) if kept else ""


def _swing(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


def _plans(
    study: Study, sweep: Sweep, subject: Subject | None, names: Collection[str], usual: Scenario
) -> tuple[str, dict[str, Option]]:
    """The subject's name, and the plan of each option that is compared."""
    wanted = {*names, subject if isinstance(subject, str) else ""} - {""} if names else ()
    sizing = quick_sizing(study, sweep, usual.change, wanted)
    found = {one.name: plan.option for one in sizing.sized for plan in (one.best or one.nearest,) if plan is not None}
    if isinstance(subject, Option):
        return subject.name, {**found, subject.name: subject}
    if subject is not None and subject not in found:
        alone = quick_sizing(study, sweep, usual.change, (subject,)).of(subject)
        plan = None if alone is None else alone.best or alone.nearest
        if plan is None:
            seen = f"{subject}: nothing of it can be simulated here"
            raise InputError([Problem("--option", seen, f"one that can: {', '.join(found)}")])
        found[subject] = plan.option
    if not found:
        raise InputError([Problem("WORKLOAD", "no option that can be simulated", "a workload that some option fits")])
    return subject or (sizing.best.name if sizing.best is not None else next(iter(found))), found


def _instead(study: Study, sweep: Sweep, plan: Plan, scenario: Scenario) -> Plan | None:
    """What keeps the promise where a plan no longer does; None where nothing does, or where only the budget is missed."""
    if plan.problem or plan.ask.given or all(miss.slo is None for miss in plan.broken):
        return None
    found = quick_sizing(study, sweep, scenario.change, (plan.option.name,)).of(plan.option.name)
    return None if found is None else found.best


def sensitivity_study(
    study: Study,
    sweep: Sweep,
    subject: Subject | None = None,
    *,
    names: Collection[str] = (),
    ranges: Sequence[Range] = (),
    given: tuple[tuple[str, str], ...] = (),
) -> Tornado:
    """What matters for an answer, one input at a time.

    Arguments: `sweep` plays the trials of the same study; `subject` is an option name or a configuration (the
    cheapest of a sizing where None), `names` limits the options it is compared with; `ranges` of the user's take the place of ours; `given`
    are the user's own values of assumptions, held all the time.
    """
    middle = dict(one.set_to(one.mid) for one in ranges)
    usual = scenario_of(middle)
    name, options = _plans(study, sweep, subject, names, usual)
    promise = study.promise

    def played(wanted: Sequence[tuple[Option, Scenario]]) -> list[Plan]:
        return play_in(sweep, promise, wanted, given={options[name]: given}, what="one input at a time")

    plans = dict(zip(options, played([(one, usual) for one in options.values()]), strict=True))
    base = End("", plans[name], _first(plans))
    fixed = {key for key, _ in given}
    inputs = [one for one in inputs_of(study, plans, ranges) if one.key not in fixed]
    ends: list[dict[Setting, float | str]] = [
        {**middle, setting: value} for one in inputs for setting, value in (one.at_low, one.at_high)
    ]
    scenarios = [scenario_of(end) for end in ends]
    touched = [one for one in inputs for _ in range(2)]
    wanted = [
        (other, number)
        for number, one in enumerate(touched)
        for other in options
        if not one.touches or other in one.touches
    ]
    found = dict(zip(wanted, played([(options[other], scenarios[number]) for other, number in wanted]), strict=True))
    answers = []
    for number, one in enumerate(touched):
        there = {other: found.get((other, number), plan) for other, plan in plans.items()}
        plan, value = there[name], one.high if number % 2 else one.low
        lost = base.plan.meets and not plan.meets
        instead = _instead(study, sweep, plan, scenarios[number]) if lost else None
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

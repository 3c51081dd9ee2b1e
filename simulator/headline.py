"""The answer as sentences that somebody could say in a meeting: what to use, why, and why not the tempting one."""

from typing import Final

from advisor.options import Option, describe, title
from advisor.questions import question_text
from advisor.units import format_duration, format_share, format_usd
from advisor.verdict import Verdict
from simulator.assumptions import Assumption
from simulator.promise import Promise
from simulator.ranking import Ranked, Ranking
from simulator.statistics import Interval
from simulator.turns import Turn
from simulator.unplayed import aside

__all__ = [
    "against", "amount", "article", "assumed_value", "headline", "money_range", "plan", "rests_on", "several", "shortcoming", "stability", "suits",
    "times_text", "turn_sentence", "why",
]  # fmt: skip

_WORTH_SAYING: Final = 0.001
"""A share of cold starts under this is no reason for anything."""


def several(name: str) -> bool:
    """Whether an option name speaks of several things."""
    return title(name).split(",")[0].split(" (")[0].endswith("s")


def article(name: str) -> str:
    """An option name with its article, in running text; none before several things.

    >>> article("real_time"), article("async"), article("inference_components")
    ('a real-time endpoint', 'an asynchronous endpoint', 'inference components')
    """
    word = title(name)
    word = word[:1].lower() + word[1:]
    if several(name):
        return word
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def plan(option: Option) -> str:
    """An option with its configuration, in running text.

    >>> plan(Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)).replace("\\xa0", " ")
    'a real-time endpoint on 2 × ml.m5.xlarge'
    """
    return f"{article(option.name)} {'with' if option.memory_mib else 'on'} {describe(option)}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def money_range(cost: Interval) -> str:
    """The interval of a cost where its ends read differently; else nothing.

    >>> money_range(Interval(336.0, 333.0, 343.0)), money_range(Interval(336.0, 336.1, 336.2))
    ('$333 to $343', '')
    """
    if cost.low is None or cost.high is None:
        return ""
    low, high = format_usd(cost.low), format_usd(cost.high)
    return "" if low == high else f"{low} to {high}"


def amount(value: float | None) -> str:
    """Money per month, or that there is no price."""
    return "no price" if value is None else format_usd(value)


def shortcoming(entry: Ranked, promise: Promise) -> str:
    """The first bound an option breaks, as the end of a sentence: what it does against what was promised."""
    cold_share = entry.simulation.summary.cold_share
    cold = ""
    if entry.option.memory_mib and cold_share >= _WORTH_SAYING:
        cold = f"; {format_share(cold_share)} wait for a cold start"
    if not entry.broken:
        return entry.misses[0] if entry.misses else ""
    miss = entry.broken[0]
    if miss.slo is None:
        return f"it is over the budget of {format_usd(promise.budget_usd or 0)}"
    if miss.slo.bound_us is not None:
        return f"only {format_share(miss.share)} of its requests are answered within {format_duration(miss.slo.bound_us)}{cold}"
    if miss.slo.first_us is not None:
        return f"only {format_share(miss.share)} of its answers have begun within {format_duration(miss.slo.first_us)}{cold}"
    most = max(entry.failed, key=lambda kind: entry.failed[kind]).replace("_", " ")
    return f"{format_share(miss.share)} of its requests fail, mostly {most}{cold}"


def suits(verdict: Verdict) -> str:
    """What counts most for an option or against it, by the preferences that hold; nothing where none does.

    Of an option with more points for it than against it, the strongest for it; else the strongest against it.
    """
    if verdict.fit is None or not verdict.fit.points:
        return ""
    stated = [point for point in verdict.fit.points if point.part != "cost"] or verdict.fit.points
    sign = 1 if sum(point.points for point in stated) >= 0 else -1
    return max(stated, key=lambda point: sign * point.points).why


def _left(ranking: Ranking) -> str:
    """The answer where nothing was simulated."""
    if not ranking.unplayed:
        return _nothing(ranking)
    first = ranking.rival or ranking.unplayed[0]
    if first.findings[0].rule == "SIM003":
        return f"By the rules, use {article(first.option.name)}; how that behaves is not simulated yet."
    asked = next((f.question for v in ranking.unplayed for f in v.findings if f.question), "")
    if asked:
        return f"Not decided: {question_text(asked, ranking.study.facts)}"
    return "Not decided: a measurement is missing."


def _nearest(ranking: Ranking) -> Verdict:
    """The blocked option that the smallest single change would unblock; else the one nearest to its limit."""
    asked = [v for v in ranking.blocked if not aside(v)] or list(ranking.blocked)
    effort = {change.option: change.effort for change in ranking.advice.changes}

    def distance(verdict: Verdict) -> tuple[float, float]:
        margin = verdict.deciding.margin if verdict.deciding else None
        return effort.get(verdict.option.name, 9.0), 9.0 if margin is None else -margin

    return min(asked, key=distance)


def _nothing(ranking: Ranking) -> str:
    """The answer where the rules block every option."""
    nearest = _nearest(ranking)
    change = nearest.deciding.remedy.split(". ")[0].rstrip(".") if nearest.deciding else ""
    change = f": {change[:1].lower()}{change[1:]}" if change else ""
    closest = f"The closest is {article(nearest.option.name)}{change}."
    return f"Nothing fits: all {len(ranking.blocked)} options are ruled out. {closest}"


def headline(ranking: Ranking) -> str:
    """The answer in one sentence."""
    best, rival = ranking.best, ranking.rival
    if best is None:
        if not ranking.ranked:
            return _left(ranking)
        nearest = ranking.ranked[0]
        none = "No simulated option" if rival else "No option"
        return f"{none} keeps the promise. {_upper(article(nearest.name))} comes closest: {shortcoming(nearest, ranking.promise)}."
    among = "Of those simulated, " if rival else ""
    tied = next((e for e in ranking.ranked if e.tied == best.name and e.meets), None)
    if tied is not None:
        words = f"two options tie: {article(best.name)} and {article(tied.name)}; there is no clear difference in cost."
    elif best.cost_per_month.value is None:
        words = f"{plan(best.option)} keeps the promise; {best.bill.region} has no price in our table."
    else:
        words = f"use {plan(best.option)}."
    return _upper(among + words)


def _first(ranking: Ranking) -> str:
    """Why the first place is the first."""
    best = ranking.best
    if best is None:
        return ""
    keep, played = sum(entry.meets for entry in ranking.ranked), len(ranking.ranked)
    if best.cost_per_month.value is None:
        return "Without prices the order says nothing of cost: pick by latency, or choose a Region with prices."
    several = "keep the promise" if ranking.promise.latency else "keep the bound on failures"
    one = several.replace("keep", "keeps", 1)
    if played == 1:
        return f"It {one}; no other option that is simulated fits."
    if keep == 1:
        return f"It is the only one of the {played} options simulated that {one}."
    return f"It is the cheapest of the {keep} options simulated that {several}."


def _beside(ranking: Ranking) -> str:
    """What to look at beside the answer: an option that was not simulated and suits the workload better."""
    rival = ranking.rival
    if rival is None or not ranking.ranked or rival.deciding is None:
        return ""
    better = " better" if ranking.best is not None else ""
    return (
        f"{_upper(article(rival.option.name))} may suit this workload{better}: {suits(rival)}. {rival.deciding.message}"
    )


def times_text(factor: float) -> str:
    """A factor as people say it."""
    return f"{factor:,.0f}" if factor >= 10 else f"{factor:.2g}"


def against(entry: Ranked, other: Ranked) -> str:
    """The difference in cost of `entry` from `other` in words, with the factor where it says more."""
    mine, theirs = entry.cost_per_month.value, other.cost_per_month.value
    if mine is None or theirs is None:
        return ""
    if mine < theirs:
        return f"would save {format_usd(theirs - mine)} a month"
    times = f", {times_text(mine / theirs)} times as much" if theirs > 0 and mine / theirs >= 1.5 else ""
    return f"costs {format_usd(mine - theirs)} more a month{times}"


def _speed(entry: Ranked, best: Ranked) -> str:
    """How much faster or slower at p99, where that is a fifth or more."""
    mine, theirs = entry.latency_us[0.99].value, best.latency_us[0.99].value
    if not mine or not theirs or max(mine, theirs) < 1.2 * min(mine, theirs):
        return ""
    word = "faster" if mine < theirs else "slower"
    return f", and is {times_text(max(mine, theirs) / min(mine, theirs))} times {word} at p99 ({format_duration(mine)})"


def _tempting(ranking: Ranking) -> str:
    """Why not the one that a reader would ask about: the cheapest that misses, else the runner-up, else the blocked."""
    best = ranking.best
    if best is None:
        return ""
    others = [e for e in ranking.ranked if e is not best and e.cost_per_month.value is not None]
    cost = best.cost_per_month.value
    cheaper = [e for e in others if cost is not None and (e.cost_per_month.value or 0.0) < cost and not e.meets]
    if cheaper:
        entry = min(cheaper, key=lambda e: e.cost_per_month.value or 0.0)
        return f"{_upper(article(entry.name))} {against(entry, best)}, but {shortcoming(entry, ranking.promise)}."
    if others:
        entry, gap = others[0], against(others[0], best)
        if not gap:
            return ""
        if entry.meets:
            return f"Next is {plan(entry.option)}: it {gap}{_speed(entry, best)}."
        return f"{_upper(article(entry.name))} {gap}, and {shortcoming(entry, ranking.promise)}."
    blocked = next((v for v in ranking.blocked if v.deciding is not None), None)
    if blocked is not None and blocked.deciding is not None:
        verb = "are" if several(blocked.option.name) else "is"
        return f"{_upper(article(blocked.option.name))} {verb} ruled out: {blocked.deciding.message}"
    return ""


def why(ranking: Ranking) -> tuple[str, ...]:
    """Why this one, what to look at beside it, and why not the tempting one: a sentence each, where there is one."""
    return tuple(text for text in (_first(ranking), _beside(ranking), _tempting(ranking)) if text)


def assumed_value(row: Assumption, value: float) -> str:
    """One value of an assumption with its unit."""
    return (
        format_duration(value)
        if row.unit == "us"
        else f"{value:.3g}\u00a0×"
        if row.unit == "x"
        else f"{value:,.0f}\u00a0{row.unit}"
        if value >= 10
        else f"{value:.3g}\u00a0{row.unit}"
    )


def turn_sentence(turn: Turn) -> str:
    """Where the answer turns, and to what."""
    side = "below" if turn.level == "low" else "above"
    at = f"{turn.flips_at:.2g}\u00a0×" if turn.unit == "x" else format_duration(turn.flips_at)
    then = f"then use {article(turn.winner)}" if turn.winner else "then no option keeps the promise"
    return f"The answer turns {side} {at} for “{turn.label}”: {then}."


def rests_on(ranking: Ranking) -> tuple[Assumption, ...]:
    """The numbers of the first place that nobody measured here."""
    first = ranking.best or (ranking.ranked[0] if ranking.ranked else None)
    return () if first is None else tuple(row for row in first.simulation.assumed.rows if row.confidence != "measured")


def stability(ranking: Ranking) -> tuple[str, ...]:
    """Where the answer turns or that it holds, and the numbers nobody measured that it rests on."""
    rows = rests_on(ranking)
    if not ranking.ranked:
        return ()
    texts = [f"{row.label} ({row.confidence}, {_range(row)})" for row in rows[:3]]
    more = f", and {len(rows) - 3} more below" if len(rows) > 3 else ""
    lead = (
        f"Not measured for this workload: {'; '.join(texts)}{more}."
        if rows
        else "It rests on your own measurements only."
    )
    if ranking.best is not None and ranking.best.cost_per_month.value is None:
        return (lead,)
    if ranking.turns:
        return (*(turn_sentence(turn) for turn in ranking.turns[:2]), lead)
    return (lead, "At both ends of every range the answer stays the same.") if rows else (lead,)


def _range(row: Assumption) -> str:
    if row.low == row.high:
        return assumed_value(row, row.used)
    return f"{assumed_value(row, row.low)} to {assumed_value(row, row.high)}"

"""What a replay found, in sentences: the title of the page, of its charts, and how to read them."""

import math
from typing import Final

import numpy as np

from advisor.units import format_count, format_duration, format_share
from simulator.codes import FaultKind
from simulator.replay import Loss, Replay, Span
from simulator.replay_words import START, carriers, carry, counted, ordinal, over, when
from simulator.spells import Spell
from simulator.timeline import unit_words

__all__ = ["chart_note", "chart_title", "headline", "latency_note", "latency_title", "loss_note", "summary"]

_HALF: Final = 0.5
_SPIKE: Final = 1.3
"""Times the traffic of the hour before from which a spell is called a spike."""
_HOUR_US: Final = 3_600_000_000
_ENOUGH: Final = 100
"""Answers from which the p99 of an interval is more than its slowest."""
_AFTER_US: Final = 300_000_000


def _ceiling(us: float) -> str:
    """A time rounded up to two digits, as a bound that nothing reached.

    >>> _ceiling(311_400).replace(chr(160), " "), _ceiling(1_830_000).replace(chr(160), " ")
    ('320 ms', '1.9 s')
    """
    unit = 10.0 ** (math.floor(math.log10(max(us, 1.0))) - 1)
    return format_duration(math.floor(us / unit + 1) * unit)


def _requests(count: int) -> str:
    return f"{format_count(count)} request{'' if count == 1 else 's'}"


def _steady(told: Replay) -> str:
    """How slow the run was at its slowest."""
    columns = told.whole.columns
    enough = columns["answered"] >= _ENOUGH
    if enough.any():
        return f"p99 stays under {_ceiling(float(np.nanmax(columns['p99_us'][enough])))}"
    return f"the slowest answer takes {format_duration(told.whole.distribution.slowest_us)}"


def _spike(told: Replay, spell: Spell) -> bool:
    """More came in the spell than in the hour before it."""
    span = told.whole
    rate, at = span.rate_per_s, span.at_us
    during = (at + span.every_us > spell.from_us - _AFTER_US) & (at < spell.end_us)
    before = (at >= spell.from_us - _AFTER_US - _HOUR_US) & (at < spell.from_us - _AFTER_US)
    if not during.any() or not before.any():
        return False
    return bool(rate[during].max() >= _SPIKE * max(float(rate[before].mean()), 1e-9))


def _relief(told: Replay, spell: Spell) -> str:
    """What ended the spell, where it was more capacity."""
    served = told.whole.fleet
    if served.average:
        return ""
    serving = next(iter(served.areas.values()))
    row = max(0, int(np.searchsorted(served.at_us, spell.from_us, side="right")) - 1)
    stop = int(np.searchsorted(served.at_us, spell.end_us + _AFTER_US, side="right"))
    low, high = int(serving[row]), int(serving[row:stop].max(initial=0))
    if high <= low:
        return ""
    return (
        f" before the {ordinal(high)} {unit_words(1, served.unit)} serves"
        if high == low + 1
        else f" before {high} {served.unit} serve"
    )


def _slow(told: Replay, subject: str = "requests") -> str:
    """What is wrong with the requests that are late or lost."""
    late = told.whole.distribution.late or 0
    if told.bound is None or not late:
        return f"of {subject} fail"
    limit = format_duration(told.bound.us)
    return f"of {subject} take longer than {limit}{' or fail' if told.lost else ''}"


def _told_spell(told: Replay, spell: Spell) -> str:
    place = when(told, spell.from_us)
    what = "spike" if _spike(told, spell) else "slow spell" if spell.late >= spell.lost else "spell"
    name, day = f"The {what} {place}", ""
    if place == START:
        name = "The start"
    elif place.startswith("at "):
        hour, _, day = place.removeprefix("at ").partition(" ")
        name, day = f"The {hour} {what}", f" {day}" if day else ""
    lasts = format_duration(spell.bad_us)
    if spell.lost > spell.late:
        fails = f"{_requests(spell.lost)} fail{'s' if spell.lost == 1 else ''}"
        return f"{name}{day} costs {lasts} of failures: {fails}{_relief(told, spell)}."
    reaches = "" if math.isnan(spell.p99_us) else f": p99 reaches {format_duration(spell.p99_us)}"
    return f"{name}{day} costs {lasts} of slow answers{reaches}{_relief(told, spell)}."


def _lossy(told: Replay, loss: Loss) -> str:
    """The title where something was lost on purpose."""
    place = when(told, loss.impact.at_us)
    unit = told.whole.fleet.unit
    what = "a zone" if loss.impact.kind == FaultKind.ZONE else "one instance"
    if not loss.impact.lost:
        return f"Losing {what} {place} takes nothing: no instance stood there."
    fails = "fails no request" if not loss.failed else f"fails {_requests(loss.failed)}"
    if loss.whole_us is None:
        again = f"and {counted(loss.before, unit).lower()} never serve again"
    elif loss.whole_us <= 0:
        again = "and as many serve all the same"
    else:
        again = f"and the fleet is whole again after {format_duration(loss.whole_us)}"
    return f"Losing {what} {place} {fails}, {again}."


def headline(told: Replay) -> str:
    """What happened, in one sentence."""
    whole, late = told.whole, told.whole.distribution.late or 0
    if told.loss is not None:
        return _lossy(told, told.loss)
    if not told.ended and not whole.count("arrivals"):
        return "No request arrives in the time simulated."
    if not whole.distribution.answered:
        return f"Not one of {_requests(told.ended)} is answered."
    bad, length = late + told.lost, over(whole.end_us)
    who = f"{carriers(told)} {carry(told)}"
    if not bad:
        return f"{who} the whole {length}: {_steady(told)}."
    share = bad / max(1, told.ended)
    if share >= _HALF:
        return f"{carriers(told)} cannot carry this traffic: {format_share(share)} {_slow(told)}."
    spread = sum(spell.bad for spell in told.spells)
    worst = max(told.spells, key=lambda spell: spell.bad, default=None)
    if worst is not None and worst.bad >= _HALF * max(bad, spread) and worst.bad_us < _HALF * whole.end_us:
        return _told_spell(told, worst)
    cold = sum(spell.cold for spell in told.spells)
    if spread and cold >= _HALF * spread:
        slowest = format_duration(whole.distribution.slowest_us)
        lost = " or lost" if told.lost else ""
        return f"Cold starts make {format_share(share)} of requests late{lost}; the slowest takes {slowest}."
    if told.kept:
        return f"{who} the {length}; {format_share(share)} {_slow(told)}."
    return f"{format_share(share)} {_slow(told)}, all over the {length}{_peak(told, worst)}."


def _peak(told: Replay, worst: Spell | None) -> str:
    if worst is None:
        return ""
    place = when(told, worst.from_us)
    if worst.lost > worst.late:
        return f"; {format_count(worst.lost)} of them {place}"
    if math.isnan(worst.p99_us):
        return ""
    return f"; worst {place}, where p99 reaches {format_duration(worst.p99_us)}"


def chart_title(span: Span) -> str:
    """The finding of the chart over time."""
    served = span.fleet
    who = (
        f"{counted(served.high, served.unit)} all the time"
        if served.low == served.high
        else f"{served.low:,} to {served.high:,} {unit_words(served.high, served.unit)}"
    )
    most = int(span.waiting.values.max(initial=0))
    waits = f"at most {_requests(most)} wait" if most != 1 else "at most 1 request waits"
    lost = span.count("throttled") + span.count("failed")
    fails = f", {_requests(lost)} fail{'s' if lost == 1 else ''}" if lost else ""
    return f"{who}{fails}, {waits if most else 'nothing waits'}"


def chart_note(told: Replay, span: Span) -> str:
    """How to read it, and what it leaves out."""
    every = format_duration(span.every_us).replace("\u00a0", " ")
    parts = [f"Each point is {every}. Drag to zoom, double-click to return."]
    if (span.columns["answered"] < _ENOUGH).mean() > _HALF:
        parts.append(f"Most points hold under {_ENOUGH} requests: their p99 is the slowest of them.")
    if span.fleet.average and span.fleet.unit != "environments":
        parts.append(f"The fleet changes too often to show each change: averages of {every}, and the most as a line.")
    elif span.fleet.average:
        parts.append("Environments on average; the line is the most at once.")
    if span.alarms:
        parts.append("Bands: an alarm asked for more capacity.")
    if told.apart > 1:
        parts.append(f"One of {told.apart:,} endpoints that share the traffic alike.")
    if told.attempts > 1:
        parts.append("Requests per second count every attempt.")
    if told.too_large:
        parts.append(f"{_requests(told.too_large)} too large for this option were refused at once and are not drawn.")
    if not told.exact:
        parts.append("Percentiles come from buckets 0.39 % wide: the run is too long to keep every latency.")
    return " ".join(parts)


def _inside(told: Replay, span: Span) -> str:
    """Where the late requests are, where most are in one spell."""
    late = span.distribution.late or 0
    here = [spell for spell in told.spells if spell.end_us > span.from_us and spell.from_us < span.end_us]
    worst = max(here, key=lambda spell: spell.late, default=None)
    if worst is None or not late or worst.late < _HALF * late or worst.bad_us > _HALF * (span.end_us - span.from_us):
        return ""
    amount = "all" if worst.late >= late else f"{format_share(min(1.0, worst.late / late))} of them"
    if told.loss is not None and worst.from_us <= told.loss.impact.at_us < worst.end_us:
        return f", {amount} after the loss"
    what = "the spike" if _spike(told, worst) else "the spell"
    return f", {amount} within {what} {when(told, worst.from_us)}"


def latency_title(told: Replay, span: Span) -> str:
    """The finding of the distribution."""
    spread, bound = span.distribution, told.bound
    if not spread.answered:
        return "Nothing was answered, so there is no latency"
    if bound is None:
        typical = spread.percentiles_us.get(0.5)
        half = f"half of the requests take under {_ceiling(typical)}, " if typical else ""
        said = f"{half}the slowest {format_duration(spread.slowest_us)}"
        return said[:1].upper() + said[1:]
    limit = format_duration(bound.us)
    if not spread.late:
        return f"No answer takes longer than {limit}: the slowest {format_duration(spread.slowest_us)}"
    share = format_share(spread.late / spread.answered)
    return f"{share} of answers take longer than {limit}{_inside(told, span)}"


def latency_note(told: Replay, span: Span) -> str:
    """How to read the distribution."""
    parts = [f"{_requests(span.distribution.answered)} answered, by latency on a log axis. p99: 99 of 100 are faster."]
    if len(span.distribution.percentiles_us) < 3 and span.distribution.answered:
        parts.append("Percentiles that too few requests support are left out.")
    if told.warm_up_us and span is told.whole:
        parts.append(f"The first {format_duration(told.warm_up_us)} of warm-up are left out.")
    if told.lost and span is told.whole:
        parts.append(f"{_requests(told.lost)} without an answer {'is' if told.lost == 1 else 'are'} not in it.")
    return " ".join(parts)


def loss_note(told: Replay) -> str:
    """What the promise lost by a fault, beside the title; empty where there was none."""
    loss = told.loss
    if loss is None:
        return ""
    zone = loss.impact.kind == FaultKind.ZONE
    gone = f"{counted(loss.impact.lost, 'instances')} of the fleet {'is' if loss.impact.lost == 1 else 'are'} gone"
    stays = "; the zone stays away to the end of the run" if zone else ""
    late = loss.impact.during.late_share
    slow = f" Meanwhile {format_share(late)} of requests are late." if late else ""
    return f"{gone}{stays}. {loss.impact.text[:1].upper()}{loss.impact.text[1:]}.{slow}"


def summary(told: Replay) -> str:
    """The main numbers of the run in a line."""
    known = [f"p{share * 100:g} {format_duration(us)}" for share, us in told.whole.distribution.percentiles_us.items()]
    lost = "none failed" if not told.lost else f"{format_count(told.lost)} failed"
    limit = f" ({told.bound.measure} limit {format_duration(told.bound.us)})" if told.bound else ""
    latency = f": {', '.join(known)}{limit}" if known else ""
    still = f"; {format_count(told.unfinished)} still open at the end" if told.unfinished else ""
    return f"{_requests(told.ended + told.unfinished)} over the {over(told.whole.end_us)}{latency}; {lost}{still}."

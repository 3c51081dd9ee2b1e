"""Events of a replay: what changed the fleet, and the spells in which the promise did not hold, in order of time."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from advisor.units import format_count, format_duration
from simulator.replay import Replay, Span
from simulator.spells import Spell
from simulator.story import WORDS
from simulator.timeline import Happening

__all__ = ["EVENT_WORDS", "events_of", "events_title"]

EVENT_WORDS: Final = {**WORDS, "slow": "Slow answers", "failing": "Failures"}
"""What happened, by the kind of an event."""
_COUNTED: Final = {
    "scale_out": ("scale-out", "scale-outs"), "scale_in": ("scale-in", "scale-ins"), "scheduled": ("schedule", "schedules"),
    "zone_lost": ("zone lost", "zones lost"), "lost": ("loss", "losses"), "slow": ("slow spell", "slow spells"),
    "failing": ("spell of failures", "spells of failures"),
}  # fmt: skip


def _spell(told: Replay, spell: Spell) -> Happening:
    parts = []
    if spell.late and told.bound is not None:
        peak = "" if math.isnan(spell.p99_us) else f", p99 up to {format_duration(spell.p99_us)}"
        parts.append(f"{format_count(spell.late)} answered after {format_duration(told.bound.us)}{peak}")
    if spell.lost:
        parts.append(f"{format_count(spell.lost)} not answered")
    kind = "slow" if spell.late >= spell.lost else "failing"
    text = f"{format_duration(spell.bad_us)} in all: {'; '.join(parts)}"
    return Happening(spell.from_us, kind, -1, text.replace("\u00a0", " "))


def events_of(told: Replay, span: Span) -> tuple[Happening, ...]:
    """What happened in a span."""
    here = [_spell(told, one) for one in told.spells if span.from_us <= one.from_us < span.end_us]
    return tuple(sorted([*span.events, *here], key=lambda one: one.time_us))


def events_title(events: Sequence[Happening]) -> str:
    """The finding of the table.

    >>> events_title([Happening(0, "scale_out", 0, ""), Happening(9, "slow", -1, "")])
    '1 scale-out, 1 slow spell'
    >>> events_title([])
    'Nothing scaled, and no spell was slow'
    """
    counts = Counter(one.kind for one in events)
    parts = [f"{counts[kind]:,} {words[counts[kind] > 1]}" for kind, words in _COUNTED.items() if counts[kind]]
    return ", ".join(parts) or "Nothing scaled, and no spell was slow"

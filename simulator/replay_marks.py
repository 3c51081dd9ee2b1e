"""What stands on the chart of a replay beside its lines: alarms as bands, scaling as signs, failures as ticks."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from simulator.alarms import Stretch
from simulator.replay import Span
from simulator.story import SIGNS, WORDS
from simulator.timeline import clock

__all__ = ["Sign", "bands", "crowded", "failures", "signs"]

_MOST_SIGNS: Final = 300
_MOST_BANDS: Final = 400


class Sign(NamedTuple):
    """One event on the chart."""

    at_us: int
    level: float
    """What served then: where the sign stands."""
    words: str


def crowded(span: Span) -> bool:
    """Too many events to draw each."""
    return sum(one.kind in SIGNS for one in span.events) > _MOST_SIGNS


def signs(span: Span) -> dict[str, list[Sign]]:
    """The events by kind, at the height of the fleet; none where they would cover it."""
    if crowded(span):
        return {}
    served = span.fleet
    total = np.sum(list(served.areas.values()), axis=0)
    found: dict[str, list[Sign]] = {}
    for one in span.events:
        if one.kind in SIGNS:
            row = max(0, int(np.searchsorted(served.at_us, one.time_us, side="right")) - 1)
            words = f"{clock(one.time_us)} {WORDS[one.kind].lower()}: {one.text}"
            found.setdefault(one.kind, []).append(Sign(one.time_us, float(total[row]), words))
    return found


def bands(span: Span) -> list[Stretch]:
    """The alarms inside the span; those too near each other to be seen apart are one."""
    near = (span.end_us - span.from_us) // _MOST_BANDS
    found: list[Stretch] = []
    for one in span.alarms:
        part = Stretch(max(one.from_us, span.from_us), min(one.end_us, span.end_us))
        if found and part.from_us - found[-1].end_us <= near:
            found[-1] = Stretch(found[-1].from_us, max(found[-1].end_us, part.end_us))
        else:
            found.append(part)
    return found


def failures(span: Span) -> list[tuple[int, str]]:
    """Start of each interval in which requests were lost, and how many in words."""
    pairs: Sequence[tuple[str, np.ndarray]] = [(name, span.columns[name]) for name in ("throttled", "failed")]
    lost = np.flatnonzero(np.sum([column for _, column in pairs], axis=0))
    return [
        (int(span.at_us[n]), ", ".join(f"{int(column[n]):,} {name}" for name, column in pairs if column[n]))
        for n in lost.tolist()
    ]

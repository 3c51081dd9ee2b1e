"""Alarms: while one asked for more capacity."""

from typing import NamedTuple

from simulator.codes import EventKind
from simulator.model import ServingModel, policies_of
from simulator.run import Timeline

__all__ = ["Stretch", "alarms"]

_ASKS_FOR_MORE = frozenset({1, 3})


class Stretch(NamedTuple):
    """From and to, microseconds from the start of the run."""

    from_us: int
    end_us: int


def alarms(timeline: Timeline, model: ServingModel) -> tuple[Stretch, ...]:
    """The stretches that asked for more capacity, from their first period to the action; those that touch are one.

    >>> from simulator.model import TargetTracking
    >>> model = ServingModel(600, 4, policy=TargetTracking(1, period_us=60_000_000))
    >>> entry = (180_000_000, EventKind.ALARM, 0, 1, 0, 3)
    >>> [tuple(one) for one in alarms(Timeline.of([entry]), model)]
    [(0, 180000000)]
    """
    policies, found = policies_of(model), []
    rows = zip(timeline.time_us, timeline.kind, timeline.position, timeline.value, timeline.detail, strict=True)
    for time, kind, number, action, asked in rows:
        if kind == EventKind.ALARM and int(action) in _ASKS_FOR_MORE and 0 <= number < len(policies):
            since = int(time) - max(1, int(asked)) * policies[number].period_us
            found.append(Stretch(max(0, since), int(time)))
    merged: list[Stretch] = []
    for one in sorted(found):
        if merged and one.from_us <= merged[-1].end_us:
            merged[-1] = Stretch(merged[-1].from_us, max(merged[-1].end_us, one.end_us))
        else:
            merged.append(one)
    return tuple(merged)

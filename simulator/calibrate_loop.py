"""Whether a test was a closed loop, and where a user's time went: Little's law, users = throughput x (latency + rest).

The rest is the client's own time: a pause between calls, making the request, the network where the latency is the server's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from advisor.units import format_duration, format_share
from simulator.calibrate_rows import SweepRow

__all__ = ["Loop", "loop_of"]

_NONE: Final = 0.03
"""A rest below this share of a round is none: figures are rounded, and a test has a beginning and an end."""
_BROKEN: Final = 0.05
_GROWS: Final = 1.5


@dataclass(frozen=True, slots=True)
class Loop:
    """What Little's law says of a test: its kind in one word, in a sentence, and the pause of each row in seconds."""

    kind: str
    """closed, paused, growing, contradicts, stated or unknown."""
    text: str
    pauses_s: tuple[float, ...]
    problems: tuple[str, ...] = ()
    """Rows whose figures contradict each other."""


def _contradictions(rows: Sequence[SweepRow]) -> tuple[str, ...]:
    return tuple(
        f"{row.where}: {row.throughput:,.4g} requests/s of {format_duration(1e6 * row.served_s)} each are "
        f"{row.throughput * row.served_s:,.3g} in flight, more than the {row.users:,} users"
        for row in rows
        if row.throughput is not None and row.throughput * row.served_s > row.users * (1 + _BROKEN)
    )


def _stated(rows: Sequence[SweepRow], pause_s: float | None) -> Loop:
    if pause_s is None:
        said = "No throughput in the file, so Little's law cannot tell whether users paused between calls: no pause is assumed. Export requests per second as well, or state --pause."
        return Loop("unknown", said, (0.0,) * len(rows))
    said = (
        f"Pause between calls as stated: {format_duration(1e6 * pause_s)}. No throughput in the file to check it with."
    )
    return Loop("stated", said, (pause_s,) * len(rows))


def loop_of(rows: Sequence[SweepRow], pause_s: float | None = None) -> Loop:
    """What kind of loop a test was, and the pause of each of its rows.

    Arguments: `rows` by users, fewest first; `pause_s` as stated by the user, seconds, for files without throughput.

    >>> loop_of([SweepRow(1, 0.1, 10.0), SweepRow(8, 0.2, 40.0)]).kind
    'closed'
    >>> loop_of([SweepRow(1, 0.1, 5.0), SweepRow(8, 0.2, 26.7)]).kind
    'paused'
    """
    rests = [row.outside_s for row in rows]
    known = [rest for rest in rests if rest is not None]
    if not known:
        return _stated(rows, pause_s)
    usual = max(0.0, median(known)) if pause_s is None else pause_s
    pauses = tuple(usual if rest is None else max(0.0, rest) for rest in rests)
    rounds = [rest / (rest + row.served_s) for rest, row in zip(rests, rows, strict=True) if rest is not None]
    broken = _contradictions(rows)
    if broken:
        said = (
            f"Not the figures of one closed test: in {len(broken)} of {len(rows)} rows more requests are in flight than there are users. "
            "Latency and throughput are of different periods or different users, or requests were sent without waiting for answers."
        )
        return Loop("contradicts", said, pauses, broken)
    if max(rounds) <= _NONE:
        said = "A closed test without a pause: users = throughput × latency in every row (Little's law), so each user calls again at once."
        return Loop("closed", said, (0.0,) * len(rows))
    first, last = max(0.0, known[0]), max(0.0, known[-1])
    if len(known) > 1 and last > _GROWS * first and last > _NONE * rows[-1].served_s and first <= usual:
        said = (
            f"A closed test whose client takes longer the more users it plays: {format_duration(1e6 * first)} outside of the latency in the first row, "
            f"{format_duration(1e6 * last)} in the last. The load generator, or the network, is a bottleneck of its own; it is taken out of the fit."
        )
        return Loop("growing", said, pauses)
    said = (
        f"A closed test with a pause: {format_duration(1e6 * usual)} of a user's round lie outside of the latency (Little's law; median, "
        f"{format_share(median(rounds))} of a round). This is the client's own time, and it is taken out of the fit."
    )
    return Loop("paused", said, pauses)

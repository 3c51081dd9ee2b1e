"""What the data of a sweep cannot tell, each in a sentence with the measurement that would tell it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advisor.units import format_duration
from simulator.calibrate_fit import Fit
from simulator.calibrate_loop import Loop
from simulator.calibrate_rows import SweepRow
from simulator.calibrate_spread import Spread

__all__ = ["Doubt", "doubts_of"]

_POOR = 0.15


class Doubt(NamedTuple):
    """Something the data do not tell: a word for programs, a sentence for people."""

    key: str
    text: str


def _of_slots(fit: Fit) -> Iterator[Doubt]:
    most = fit.most_users
    low, high = fit.as_good[0], fit.as_good[-1]
    if not fit.slowdown.bounded or (low.slots == 1 and high.slots > 1):
        yield Doubt(
            "slots_or_slowdown",
            "Slots and slowdown cannot be told apart: one slot with a queue, and many slots that share one processor (slowdown 1), answer alike on average. "
            "The container's number of workers tells it; the values below take the fewest slots.",
        )
    elif high.slots >= most:
        at_least = "" if low.slots >= most else f"at least {low.slots:,}; "
        yield Doubt(
            "never_saturates",
            f"The sweep never saturates: slots are {at_least}unknown above {most:,}, the most users tested. Add levels until throughput stops growing.",
        )
    elif low.slots != high.slots:
        yield Doubt(
            "slots_range",
            f"{low.slots:,} slots with a slowdown of {low.slowdown:.2g} and {high.slots:,} with {high.slowdown:.2g} explain the rows equally well. "
            f"Add levels between {max(1, low.slots - 1):,} and {high.slots + 1:,} users.",
        )


def doubts_of(fit: Fit, loop: Loop, spread: Spread, rows: Sequence[SweepRow]) -> tuple[Doubt, ...]:
    """What the rows of a sweep cannot tell, the most important first."""
    found: list[Doubt] = []
    fewest = min(row.users for row in rows)
    if not fit.service_s.bounded:
        low, high = (format_duration(1e6 * end) for end in (fit.service_s.low, fit.service_s.high))
        found.append(
            Doubt(
                "only_saturated",
                f"The service time is anything from {low} to {high}: every level, from {fewest:,} users on, may already wait for a slot, and then only the largest "
                "throughput is known (slots over service time). Add levels with 1 and 2 users.",
            )
        )
    found += _of_slots(fit)
    if fit.noise_assumed:
        found.append(
            Doubt(
                "few_rows",
                f"{len(rows)} rows for three values leave nothing to see the scatter of: a relative error of {fit.noise:.0%} is assumed. Add levels, or repeat some.",
            )
        )
    if fit.noise > _POOR:
        found.append(
            Doubt(
                "poor_fit",
                f"The rows scatter by {fit.noise:.0%} around the best fit: this is not a place with slots and slowdown alone. Look at the residuals before using the values.",
            )
        )
    if loop.kind in {"unknown", "contradicts"}:
        found.append(Doubt("loop", loop.text))
    if all(row.server_s is None for row in rows):
        found.append(
            Doubt(
                "network",
                "No latency of the server beside the client's: network and overhead are part of the service time.",
            )
        )
    if spread.sigma is None:
        why = (
            "percentiles are given only where requests waited"
            if spread.waited
            else "no percentile above the median is given"
        )
        found.append(
            Doubt(
                "spread",
                f"How service times spread is not known ({why}); the same time is taken for every request, which makes p99 too low.",
            )
        )
    return tuple(found)

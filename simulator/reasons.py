"""One sentence for each place in the ranking: why it stands there."""

from typing import Any

from advisor.options import title
from advisor.units import format_duration, format_share, format_usd

__all__ = ["faster_or_slower", "more_or_less", "reason"]


def _cold(entry: Any) -> str:
    share = entry.simulation.summary.cold_share
    return (
        f"{format_share(share)} of its requests wait for a cold start" if share > 0 and entry.option.memory_mib else ""
    )


def _p99(entry: Any) -> str:
    value = entry.latency_us[0.99].value
    return f"p99 {format_duration(value)}" if value is not None else "no answered request"


def _failures(entry: Any) -> str:
    worst = sorted(entry.failed.items(), key=lambda item: -item[1])[:2]
    return " and ".join(f"{format_share(share)} {kind.replace('_', ' ')}" for kind, share in worst if share > 0)


def _times(factor: float) -> str:
    return f"{factor:,.0f} ×" if factor >= 10 else f"{factor:.2g} ×"


def more_or_less(cost: float, first: float) -> str:
    """How much more or less a month than the first place, as a difference and as a factor."""
    if cost >= first:
        times = f", {_times(cost / first)} as much" if first > 0 and cost > 1.05 * first else ""
        return f"{format_usd(cost - first)} more a month{times}"
    return f"{format_usd(first - cost)} less a month"


def faster_or_slower(mine: float, best: float) -> str:
    """How much faster or slower at p99 than the first place; both times where a factor says nothing any more."""
    if max(mine, best) > 1000 * min(mine, best):
        return f", and its p99 is {format_duration(mine)} instead of {format_duration(best)}"
    if mine < best / 1.2:
        return f", and is {_times(best / mine)} faster at p99"
    return f", and is {_times(mine / best)} slower at p99" if mine > best * 1.2 else ""


def reason(entry: Any, first: Any, promise: Any, *, only: bool = False) -> str:
    """Why an option of a ranking stands where it does, in one sentence.

    Arguments: `entry` is the place, `first` the first place, `promise` what was to be kept,
    `only` whether no other option keeps it.
    """
    cost = entry.cost_per_month.value
    if cost is None:
        missing = " and ".join(entry.bill.missing) or "an item"
        return f"No price for {missing} in the table, so it stands after the priced ones; {_p99(entry)}."
    if not entry.meets:
        why = "; ".join(entry.misses)
        causes = [text for text in (_failures(entry), _cold(entry)) if text]
        tail = f" ({'; '.join(causes)})" if causes else ""
        price = (
            ""
            if entry is first or first.cost_per_month.value is None
            else f", at {more_or_less(cost, first.cost_per_month.value)}"
        )
        return f"Misses the promise: {why}{tail}{price}."
    if entry.name == first.name:
        kept = "keeps the promise" if promise.latency else "keeps the failure bound"
        place = "The only one" if only else "Cheapest"
        return f"{place} that {kept}: {format_usd(cost)} a month, {_p99(entry)}."
    if entry.tied:
        return f"Keeps the promise; no clear difference in cost from {title(entry.tied).lower()}; {_p99(entry)}."
    extra = more_or_less(cost, first.cost_per_month.value)
    mine, best = entry.latency_us[0.99].value, first.latency_us[0.99].value
    speed = faster_or_slower(mine, best) if mine and best else ""
    cold = f"; {_cold(entry)}" if _cold(entry) else ""
    return f"Keeps the promise but costs {extra}{speed}{cold}."

"""The difference between two options as a sentence: the best one, and the one that a reader would rather have."""

from typing import Final

from advisor.options import title
from advisor.units import format_duration, format_usd
from simulator.headline import several, times_text
from simulator.ranking import Ranked, Ranking

__all__ = ["beside", "difference", "short"]

_SAME: Final = 1.2
"""Latencies within this factor are about the same."""
_MANY: Final = 1000
"""Above this a factor says less than both times."""
_SHORT: Final = {
    "real_time": "real-time", "serverless": "serverless", "serverless_provisioned": "serverless kept warm", "async": "asynchronous",
    "batch_transform": "batch transform", "multi_model": "multi-model", "multi_container": "multi-container",
    "inference_pipeline": "a pipeline", "inference_components": "inference components",
    "inference_components_zero": "components scaled to zero", "production_variants": "production variants",
    "shadow_variant": "a shadow variant",
}  # fmt: skip


def short(name: str) -> str:
    """An option in a word or two, in running text.

    >>> short("real_time"), short("serverless_provisioned")
    ('real-time', 'serverless kept warm')
    """
    return _SHORT.get(name, title(name).lower())


def beside(ranking: Ranking) -> Ranked | None:
    """What to hold the first place against: the cheapest that costs less and misses the promise, else the next one."""
    if len(ranking.ranked) < 2:
        return None
    first = ranking.best or ranking.ranked[0]
    others = [entry for entry in ranking.ranked if entry is not first]
    cost = first.cost_per_month.value
    tempting = [e for e in others if cost is not None and (e.cost_per_month.value or cost) < cost and not e.meets]
    return min(tempting, key=lambda e: e.cost_per_month.value or 0.0, default=others[0])


def _money(first: Ranked, other: Ranked, verb: str) -> str:
    mine, theirs = first.cost_per_month.value, other.cost_per_month.value
    if mine is None or theirs is None:
        return ""
    if other.tied == first.name or first.tied == other.name or format_usd(mine) == format_usd(theirs):
        return f"{verb} about as much as {short(other.name)}"
    word = "more" if mine > theirs else "less"
    return f"{verb} {format_usd(abs(mine - theirs))} a month {word} than {short(other.name)}"


def _speed(first: Ranked, other: Ranked, verb: str) -> tuple[str, str]:
    """How fast the first is against the other, and the word that leads to the other's name."""
    mine, theirs = first.latency_us[0.99].value, other.latency_us[0.99].value
    if not mine or not theirs:
        return "", ""
    least, most = min(mine, theirs), max(mine, theirs)
    if most < _SAME * least:
        return f"{verb} about as fast at p99", "as"
    if most > _MANY * least:
        has = "have" if verb == "are" else "has"
        return f"{has} a p99 of {format_duration(mine)} instead of {format_duration(theirs)}", "with"
    return f"{verb} {times_text(most / least)} times {'faster' if mine < theirs else 'slower'} at p99", "than"


def _alone(entry: Ranked) -> str:
    """The sentence where only one option could be simulated."""
    cost, p99 = entry.cost_per_month.value, entry.latency_us[0.99].value
    costs = "it has no price in our table" if cost is None else f"{format_usd(cost)} a month"
    fast = f" at p99 {format_duration(p99)}" if p99 else ""
    return f"There is nothing to compare with {short(entry.name)}: {costs}{fast}."


def difference(ranking: Ranking) -> str:
    """What choosing the first place means against the option beside it, in one sentence.

    >>> from simulator.ranking import rank
    >>> difference(rank("fraud-check", replications=1)).split(":")[0]
    'There is nothing to compare with real-time'
    """
    if not ranking.ranked:
        return "No option is left to compare: nothing could be simulated."
    first, other = ranking.best or ranking.ranked[0], beside(ranking)
    if other is None:
        return _alone(first)
    are = several(first.name)
    money = _money(first, other, "cost" if are else "costs")
    speed, leading = _speed(first, other, "are" if are else "is")
    if not money:
        missing = f"no price in our table for {first.bill.region}"
        speed = f"{short(first.name)} {speed} {leading} {short(other.name)}" if speed else ""
        text = f"{missing}{f': {speed}' if speed else ''}."
    else:
        text = f"{short(first.name)} {money}{f' and {speed}' if speed else ''}."
    return f"Nothing keeps the promise: {text}" if ranking.best is None else f"{text[:1].upper()}{text[1:]}"

"""Scenarios: the same plans under other circumstances, played on the same requests and billed at the same or other prices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from advisor.billing import Bill
from advisor.options import Option
from simulator.changes import NO_CHANGE, Change
from simulator.plans import Plan, judged
from simulator.promise import Promise
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial

__all__ = ["STATED", "Scenario", "Setting", "bill_at", "play_in", "price_of", "repriced", "scenario_of"]

STATED = ("load", "service", "payload", "peak")
"""What of the workload a scenario multiplies; the names are those of a change."""

_SAME_PRICE: Final = {"availability": "instance", "shadow": "instance", "release": "instance"}
"""Meters that are other instances at the same price."""

Setting = tuple[str, str]
"""What is set: `("factor", "load")`, `("fact", id)`, `("given", key of an assumption)` or `("price", meter)`."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Circumstances: what is changed of the study, and factors on the prices by meter (all of them for `*`)."""

    change: Change = NO_CHANGE
    prices: tuple[tuple[str, float], ...] = ()


def price_of(meter: str) -> str:
    """The price that a meter of a bill is charged at.

    >>> price_of("availability"), price_of("volume")
    ('instance', 'volume')
    """
    return _SAME_PRICE.get(meter, meter)


def scenario_of(settings: Mapping[Setting, float | str]) -> Scenario:
    """The scenario of some settings.

    >>> scenario_of({("factor", "load"): 2.0, ("given", "cold_start"): "5 s"}).change.given
    (('cold_start', '5 s'),)
    """

    def of(kind: str) -> tuple[tuple[str, float], ...]:
        return tuple((key, float(value)) for (what, key), value in settings.items() if what == kind)

    given = tuple((key, str(value)) for (what, key), value in settings.items() if what == "given")
    return Scenario(Change(**dict(of("factor")), facts=of("fact"), given=given), of("price"))  # type: ignore[arg-type] # the names of `STATED`


def bill_at(found: Bill, prices: Iterable[tuple[str, float]]) -> Bill:
    """A bill at other prices: each line of a price, unit price and amount alike, times its factor, and what follows from them.

    A discount goes with the lines it is taken off, which are told by their unit. Arguments: `prices` are factors by
    meter, that of every price for `*`.
    """
    factors = {meter: Decimal(str(factor)) for meter, factor in prices}
    if not factors:
        return found
    one, every = Decimal(1), factors.get("*", Decimal(1))

    def times(meter: str) -> Decimal:
        return every * factors.get(price_of(meter), one)

    of_unit = {line.unit: line.meter for line in reversed(found.lines) if line.usd > 0}
    lines = tuple(
        replace(line, unit_price=line.unit_price * factor, usd=line.usd * factor)
        for line in found.lines
        for factor in (times(line.meter if line.usd > 0 else of_unit.get(line.unit, "")),)
    )
    kept = "provisioned" if any(line.meter == "provisioned" for line in lines) else "instance"
    return replace(
        found, lines=lines, total=None if found.total is None else sum((line.usd for line in lines), Decimal(0)),
        open_items=tuple((item, usd * times("serverless")) for item, usd in found.open_items),
        idle_usd=None if found.idle_usd is None else found.idle_usd * times(kept),
    )  # fmt: skip


def repriced(trial: Trial, prices: Iterable[tuple[str, float]]) -> Trial:
    """The same run at other prices."""
    return trial if trial.problem else replace(trial, bill=bill_at(trial.bill, prices))


def play_in(
    sweep: Sweep,
    promise: Promise,
    wanted: Sequence[tuple[Option, Scenario]],
    *,
    draws: int = 1,
    given: Mapping[Option, tuple[tuple[str, str], ...]] | None = None,
    what: str = "",
) -> list[Plan]:
    """Plans in scenarios, in the order asked for; what differs in prices only is played once.

    Arguments: `draws` of the traffic for each; `given` are the user's own values of assumptions, by option; `what` is being done.
    """

    def ask(option: Option, scenario: Scenario, draw: int) -> Ask:
        return Ask(option, replication=draw, given=(given or {}).get(option, ()), change=scenario.change)

    asks = dict.fromkeys(ask(option, scenario, k) for option, scenario in wanted for k in range(draws))
    ordered = sorted(asks, key=lambda one: repr(one.change))  # a process keeps the studies of a few changes only
    found = dict(zip(ordered, sweep.play(ordered, what), strict=True))
    return [
        judged([repriced(found[ask(option, scenario, k)], scenario.prices) for k in range(draws)], promise)
        for option, scenario in wanted
    ]

"""Changes: what happens to the bill of a run when one thing about its load or its configuration is another."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from advisor.options import Option
from advisor.quiz.ledger import Even, cost_of, month_seconds
from advisor.quiz.money_words import amount, gib
from advisor.quiz.templates._runs import (
    Change,
    Run,
    Wrong,
    busy_share,
    factor_of,
    fixed,
    inside,
    more,
    nothing,
    on_demand,
    one_more,
    one_of_them,
    stands,
    summed,
    twice,
    warm,
    warm_parts,
)
from advisor.quiz.templates._template import Draw
from advisor.units import format_duration

__all__ = ["CHANGES"]


def _more_on_instances(name: str) -> Callable[[Draw], Change | None]:
    def change(draw: Draw) -> Change | None:
        run, factor = fixed(draw, name, (2, 3, 4)), factor_of(draw)
        if run is None:
            return None
        cost = run.cost()
        asked = Decimal(str(factor))
        wrong = (
            Wrong(cost * asked, f"{amount(cost * asked)} would be right if requests were billed; instances are billed by the time they stand.", "async_free_between_calls" if name == "async" else "requests_are_billed"),
            one_more(run), busy_share(run, factor), one_of_them(run),
        )  # fmt: skip
        reason = f"{summed(run)} is still {amount(cost)}: the number of instances has not changed."
        return run.change(stands(run), more(draw, factor, run.scene.many), run.cost(factor), reason, wrong, "A fixed fleet costs the same at any load that it carries.")  # fmt: skip

    return change


def _more_on_demand(draw: Draw) -> Change | None:
    run, factor = on_demand(draw), factor_of(draw)
    if run is None:
        return None
    cost, asked, most = run.cost(), Decimal(str(factor)), run.option.max_concurrency
    always = most * run.prices[0].usd * month_seconds(draw.facts)
    wrong = (
        Wrong(cost, f"{amount(cost)} is today's bill; only something that stands all month would stay the same.", "serverless_by_the_hour"),
        Wrong(cost * asked * asked, f"{amount(cost * asked * asked)} counts the growth twice, for requests and for environments; only seconds of processing are billed.", "requests_and_environments"),
        Wrong(cost * (1 + asked) / 2, f"{amount(cost * (1 + asked) / 2)} takes the additional requests at half price; the price of a second does not fall with volume.", "volume_discount"),
        Wrong(always, f"{amount(always)} would be all {most} environments at work; the maximum concurrency is a bound and costs nothing.", "maximum_is_reserved"),
    )  # fmt: skip
    after = run.cost(factor)
    reason = (
        f"{factor:g} times the seconds of processing at the same price: {factor:g} × {amount(cost)} = {amount(after)}."
    )
    return run.change(inside(run), more(draw, factor, run.scene.many), after, reason, wrong, "Serverless on demand follows the load: its bill is seconds of processing times a price.")  # fmt: skip


def _more_on_warm(draw: Draw) -> Change | None:
    run, factor = warm(draw), factor_of(draw)
    if run is None:
        return None
    held, used, plain = warm_parts(run, factor)
    before = run.cost()
    asked = before * Decimal(str(factor))
    wrong = (
        Wrong(before, f"{amount(before)} is today's bill; processing is billed beside what is kept warm.", "warm_includes_processing"),
        Wrong(asked, f"{amount(asked)} multiplies all of it; what is kept warm costs the same.", "warm_grows_with_load"),
        Wrong(used, f"{amount(used)} is the processing alone; what is kept warm is paid for beside it.", "warm_is_free_when_unused"),
        Wrong(held + plain, f"{amount(held + plain)} takes the processing at the price on demand; in what is kept warm a second costs less.", "warm_at_on_demand_price"),
    )  # fmt: skip
    reason = (
        f"Keeping warm stays at {amount(held)}; processing grows to {amount(used)}: together {amount(held + used)}."
    )
    return run.change(inside(run), more(draw, factor, run.scene.many), run.cost(factor), reason, wrong, "Provisioned concurrency has two meters: what is kept warm is fixed, processing follows the load.")  # fmt: skip


def _more_on_tracked(draw: Draw) -> Change | None:
    run, factor = fixed(draw, "real_time", (2, 4)), factor_of(draw)
    if run is None:
        return None
    count = run.option.instances
    target = run.load.rate_per_s * 60 / count
    option = Option(name="real_time", instance_type=run.option.instance_type, instances=count, min_instances=1, max_instances=10 * count, target_per_min=target)  # fmt: skip
    run = Run(draw, run.scene, run.load, option, run.prices)
    before, asked = run.cost(), Decimal(str(factor))
    wrong = (
        Wrong(before, f"{amount(before)} would be a fleet without a scaling policy; this one follows its target.", "tracked_fleet_is_fixed"),
        Wrong(before * asked * asked, f"{amount(before * asked * asked)} counts the growth twice; instances are all that is billed.", "requests_and_instances"),
        Wrong(before * (1 + asked) / 2, f"{amount(before * (1 + asked) / 2)} would be half of the instances that the target asks for.", "tracking_adds_half"),
        Wrong(before * 10, f"{amount(before * 10)} would be the maximum of {10 * count}; it is a bound, and nothing that is reserved.", "maximum_is_reserved"),
        Wrong(before * (count + 1) / count, f"{amount(before * (count + 1) / count)} would be one instance more; the target asks for as many as the load needs.", "tracking_adds_one"),
    )  # fmt: skip
    sentence = f"They are served by a real-time endpoint on {option.instance_type}; target tracking keeps it at **{count} instances** today, and up to {10 * count} are allowed."  # fmt: skip
    after = run.cost(factor)
    reason = (
        f"The same target for each instance asks for {count * factor:g} instances in place of {count}: {amount(after)}."
    )
    return run.change(sentence, more(draw, factor, run.scene.many), after, reason, wrong, "A fleet that tracks a target costs in proportion to the load, above its minimum.")  # fmt: skip


def _nothing_on_instances(name: str) -> Callable[[Draw], Change | None]:
    def change(draw: Draw) -> Change | None:
        run = fixed(draw, name, (3, 4, 5))
        if run is None:
            return None
        cost, count = run.cost(), run.option.instances
        wrong = (
            Wrong(Decimal(0), "$0 would be right if calls were billed; instances are billed while they stand, called or not.", "async_free_between_calls" if name == "async" else "endpoint_free_when_unused"),
            Wrong(cost / count, f"{amount(cost / count)} would be one instance; without a scaling policy none of the {count} is taken away.", "scales_in_by_itself"),
            Wrong(cost * 2 / count, f"{amount(cost * 2 / count)} would be two instances; without a scaling policy all {count} stay.", "scales_in_to_two"),
            twice(run, "spare_for_each_instance", "nothing stands by beside the fleet"),
        )  # fmt: skip
        reason = f"{summed(run)} is {amount(cost)}, with or without requests."
        return run.change(stands(run), nothing(draw, run.scene.many), run.cost(0), reason, wrong, "What stands is billed: an endpoint on instances costs the same in a month without a call.")  # fmt: skip

    return change


def _nothing_at_zero(draw: Draw) -> Change | None:
    run = fixed(draw, "async", (3, 4, 5))
    if run is None:
        return None
    most, each = run.option.instances, run.cost() / run.option.instances
    option = Option(name="async", instance_type=run.option.instance_type, min_instances=0, max_instances=most, backlog_target=4)  # fmt: skip
    run = Run(draw, run.scene, run.load, option, run.prices)
    wrong = (
        Wrong(each, f"{amount(each)} would be one instance; its policy may leave none.", "one_instance_always_stays"),
        Wrong(each * most, f"{amount(each * most)} would be the maximum; that is a bound, and nothing that is reserved.", "maximum_is_reserved"),
        Wrong(each * 2, f"{amount(each * 2)} would be two instances, one for each of two zones; at zero there are none.", "two_instances_always_stay"),
    )  # fmt: skip
    sentence = f"They are served by an asynchronous endpoint on {option.instance_type}; target tracking on its backlog keeps between **0 and {most} instances**."  # fmt: skip
    return run.change(sentence, nothing(draw, run.scene.many), run.cost(0), "After the last answer the fleet goes to zero, and no instance is no instance-hour: $0.", wrong, "At zero instances an asynchronous endpoint has no computing to bill.")  # fmt: skip


def _nothing_on_demand(draw: Draw) -> Change | None:
    run = on_demand(draw, 0.1, 0.7)
    if run is None:
        return None
    always = run.prices[0].usd * month_seconds(draw.facts)
    most = run.option.max_concurrency
    wrong = (
        Wrong(run.cost(), f"{amount(run.cost())} is the bill of today's load; without processing there is none.", "serverless_by_the_hour"),
        Wrong(always, f"{amount(always)} would be one environment that works all month; on demand, none is kept for a bill.", "environment_always_billed"),
        Wrong(always * most, f"{amount(always * most)} would be all {most} environments at work; the maximum concurrency is a bound and costs nothing.", "maximum_is_reserved"),
    )  # fmt: skip
    sentence = inside(run).replace("without provisioned concurrency", f"without provisioned concurrency and with a maximum concurrency of {most}")  # fmt: skip
    return run.change(sentence, nothing(draw, run.scene.many), run.cost(0), "Only processing is billed, and there is none: $0.", wrong, "A serverless endpoint on demand costs nothing in a month without a call.")  # fmt: skip


def _nothing_on_warm(draw: Draw) -> Change | None:
    run = warm(draw)
    if run is None:
        return None
    held, _, _ = warm_parts(run, 1)
    count = run.option.provisioned_concurrency
    always = count * run.prices[2].usd * month_seconds(draw.facts)
    wrong = (
        Wrong(Decimal(0), "$0 would be right on demand; what is kept warm is paid for, used or not.", "warm_is_free_when_unused"),
        Wrong(run.cost(), f"{amount(run.cost())} is the bill with today's load; the processing falls away.", "warm_includes_processing"),
        Wrong(always, f"{amount(always)} takes every second at the price of processing on demand; keeping warm has a lower price of its own.", "warm_at_on_demand_price"),
        Wrong(held / count, f"{amount(held / count)} would be one environment; all {count} are kept warm.", "one_instance_billed"),
    )  # fmt: skip
    reason = f"{count} × {month_seconds(draw.facts):,} s × ${run.prices[0].usd.normalize():f} for keeping warm is {amount(held)}; no processing is added."
    return run.change(inside(run), nothing(draw, run.scene.many), run.cost(0), reason, wrong, "Provisioned concurrency is paid for while it is configured, not while it is used.")  # fmt: skip


def _quicker_on_demand(draw: Draw) -> Change | None:
    run, share = (
        on_demand(draw),
        draw.rng.choice({1: (0.5,), 2: (0.25, 0.4, 0.5), 3: (0.3, 0.6, 0.7)}[draw.difficulty]),
    )
    if run is None or run.load.times_us[run.option.place] > 600_000:
        return None
    cost = run.cost()
    us, part, after = run.load.times_us[run.option.place] * share, Decimal(str(share)), run.cost(share)
    whole = cost * Decimal(10**6) / Decimal(str(run.load.times_us[run.option.place]))
    always = run.prices[0].usd * month_seconds(draw.facts)
    wrong = (
        Wrong(cost, f"{amount(cost)} is today's bill; it would stay if requests were billed, and not their time.", "requests_are_billed"),
        Wrong(whole, f"{amount(whole)} would be a whole second for each request; billed is by the millisecond.", "billed_by_whole_seconds"),
        Wrong(always, f"{amount(always)} would be one environment at work all month; billed are the seconds of processing.", "environment_always_billed"),
        Wrong(after * part, f"{amount(after * part)} counts the shorter time twice, for requests and for environments; only seconds of processing are billed.", "requests_and_environments"),
    )  # fmt: skip
    event = f"A new version of the model needs **{format_duration(us)}** in place of {format_duration(us / share)}."
    reason = f"{share:g} times the seconds at the same price: {amount(after)}."
    return run.change(inside(run), event, after, reason, wrong, "On a serverless endpoint a quicker model is a cheaper one: time of processing is what is billed.")  # fmt: skip


def _quicker_on_instances(draw: Draw) -> Change | None:
    run, share = fixed(draw, "real_time", (2, 3, 4)), draw.rng.choice({1: (0.5,), 2: (0.25, 0.4), 3: (0.3, 0.6)}[draw.difficulty])  # fmt: skip
    if run is None:
        return None
    cost, count = run.cost(), run.option.instances
    us = run.load.times_us[run.option.instance_type]
    wrong = (
        Wrong(cost * Decimal(str(share)), f"{amount(cost * Decimal(str(share)))} would be right if processing were billed; instances are billed while they stand.", "processing_billed_on_instances"),
        Wrong(cost * (count - 1) / count, f"{amount(cost * (count - 1) / count)} would be {count - 1} instances; without a scaling policy none is taken away.", "scales_in_by_itself"),
        busy_share(run, share), twice(run, "second_fleet_stays", "the fleet of the old version is gone after the release"),
    )  # fmt: skip
    event = f"A new version of the model needs **{format_duration(us * share)}** for a request in place of {format_duration(us)}; the fleet is left as it is."
    reason = f"{summed(run)} is still {amount(cost)}; the time saved is not on the bill."
    return run.change(stands(run), event, run.cost(), reason, wrong, "On instances a quicker model saves money only when the fleet is made smaller.")  # fmt: skip


def _more_memory(draw: Draw) -> Change | None:
    run, share = on_demand(draw), draw.rng.choice({1: (0.75,), 2: (0.4, 0.75, 0.8), 3: (0.6, 0.65, 0.35)}[draw.difficulty])  # fmt: skip
    if run is None:
        return None
    size, us = run.option.memory_mib, run.load.times_us[run.option.place]
    larger = draw.facts.memory_price(run.load.region, "serverless", "memory", 2 * size)
    if larger is None:
        return None
    moved = Even(
        run.load.region, run.load.rate_per_s, {f"serverless:{2 * size}": round(us * share)}, run.load.reference
    )
    found = cost_of(moved.bill(Option(name="serverless", memory_mib=2 * size, max_concurrency=20), draw.facts))
    if found is None:
        return None
    cost, part = run.cost(), Decimal(str(share))
    wrong = (
        Wrong(cost * part, f"{amount(cost * part)} counts the shorter time only; a second with {gib(2 * size)} costs twice as much.", "memory_is_free"),
        Wrong(2 * cost, f"{amount(2 * cost)} counts the larger memory only; there are fewer seconds to pay for.", "memory_alone_decides"),
        Wrong(cost, f"{amount(cost)} is today's bill; it would stay if requests were billed.", "requests_are_billed"),
    )  # fmt: skip
    event = f"The memory size is set to **{gib(2 * size)}**, and with it one {run.scene.one} takes **{format_duration(round(us * share))}**."
    reason = f"{share:g} times the seconds, each at twice the price: {share:g} × 2 × {amount(cost)} = {amount(found.computing)}."
    run = Run(draw, run.scene, run.load, run.option, (*run.prices, larger))
    return run.change(inside(run), event, found.computing, reason, wrong, "The price of a second follows the memory: a larger size pays off only where the time shrinks by more than the memory grows.")  # fmt: skip


def _more_models(draw: Draw) -> Change | None:
    run, models = fixed(draw, "multi_model", (2, 3, 4)), draw.rng.choice((10, 15, 20, 25))
    if run is None:
        return None
    factor = {1: 2, 2: 3, 3: draw.rng.choice((2, 3, 4))}[draw.difficulty]
    cost = run.cost()
    wrong = (
        Wrong(cost * factor, f"{amount(cost * factor)} would be a fee for each model; a shared endpoint has none.", "fee_for_each_model"),
        one_more(run), busy_share(run, 1), one_of_them(run),
    )  # fmt: skip
    event = f"The number of models goes from {models} to **{models * factor}**, for the same requests in all; not all of them have to be in memory at once."
    reason = f"{summed(run)} is still {amount(cost)}: instances are billed, and models are not."
    return run.change(stands(run, f" It holds **{models} models**."), event, run.cost(), reason, wrong, "Models on a shared endpoint cost nothing by themselves; they share its instances.")  # fmt: skip


CHANGES: Final[dict[str, Callable[[Draw], Change | None]]] = {
    "more.serverless": _more_on_demand,
    "more.serverless_provisioned": _more_on_warm,
    "more.real_time": _more_on_instances("real_time"),
    "more.async": _more_on_instances("async"),
    "more.tracked": _more_on_tracked,
    "more.models": _more_models,
    "none.serverless": _nothing_on_demand,
    "none.serverless_provisioned": _nothing_on_warm,
    "none.real_time": _nothing_on_instances("real_time"),
    "none.async": _nothing_on_instances("async"),
    "none.async_zero": _nothing_at_zero,
    "quicker.serverless": _quicker_on_demand,
    "quicker.real_time": _quicker_on_instances,
    "memory.serverless": _more_memory,
}
"""By the target of the template."""

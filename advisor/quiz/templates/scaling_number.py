"""Scaling as numbers: targets, instances, requests at once, backlogs, models in memory."""

import math
from typing import Final

from advisor.fleets import target_per_min
from advisor.places import Place
from advisor.quiz.money_words import candidates, pace, scene
from advisor.quiz.sources import fact_source, page_of
from advisor.quiz.templates._numbers import Asked, Number, drawn
from advisor.quiz.templates._situations import even_load
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.text import format_day
from advisor.units import NBSP, format_duration, format_share
from advisor.workload import ConstantTime

__all__ = ["scaling_number"]

_WHOLE: Final = "Round up to whole instances."


def _target(draw: Draw) -> Number | None:
    """The tracking target from a load test, by AWS's rule."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    safety = facts.of("autoscaling", "target_safety_factor")
    per_s, count = rng.choice((8, 12, 15, 18, 20, 24, 25, 30, 35, 40, 45, 60)), 1
    place = Place("", ConstantTime(constant="1 s"), per_s, 0.0, (1.0, 1.0, 1.0), measured=True)
    answer, factor = target_per_min(facts, place), safety.number()
    test = f"In a load test one instance takes **{per_s} {told.many} a second** before its latency goes up."
    if draw.difficulty == 2:
        test = f"In a load test one instance takes **{per_s * 60:,} {told.many} a minute** before its latency goes up."
    if draw.difficulty == 3:
        count = rng.choice((2, 3, 4))
        test = f"In a load test a fleet of **{count} instances** takes **{per_s * count} {told.many} a second** in all before its latency goes up."
    words = f"{told.opening} {test} The endpoint is to track the invocations per instance, with the safety factor of **{safety.text()}** that AWS starts from."
    working = f"{per_s * count} a second{f' ÷ {count} instances' if count > 1 else ''} × 60 × {factor:g} = {answer:g} invocations per instance and minute."
    return Number(words, "Which target value follows, in invocations per instance and minute?", answer, working, "invocations a minute", (fact_source("autoscaling.target_formula", facts),))  # fmt: skip


def _instances(draw: Draw) -> Number | None:
    """Instances that a target asks for at a rate."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    target, kept = (
        rng.choice((240, 300, 400, 450, 600, 750, 900)),
        facts.of("real_time", "production_minimum_instances"),
    )
    rate = rng.choice((2, 3, 4, 8, 10, 12)) if draw.difficulty == 3 else round(target * rng.uniform(2.2, 9.8) / 60)
    wanted = rate * 60 / target
    if not 0.1 < wanted % 1 < 0.9:
        return None
    answer, fewest = math.ceil(wanted), ""
    working = f"{rate} × 60 = {rate * 60:,} a minute; ÷ {target} = {wanted:.2f}, so {answer}."
    if draw.difficulty == 3:
        fewest = f" The fleet must survive the loss of a zone, for which it never has fewer than **{kept.text()}**."
        answer = max(round(kept.number()), answer)
        working = (
            f"{rate} × 60 = {rate * 60:,} a minute; ÷ {target} = {wanted:.2f}, and at least {kept.text()}: {answer}."
        )
    words = f"{told.opening} Target tracking aims at **{target} invocations** per instance and minute. At an even pace {pace(rate, rng, told.many).words} arrive.{fewest}"
    return Number(words, f"How many instances does the fleet settle at? {_WHOLE}", answer, working, "instances", (fact_source("autoscaling.metric_variant", facts), fact_source("real_time.production_minimum_instances", facts)))  # fmt: skip


def _desired(draw: Draw) -> Number | None:
    """What tracking asks for from a metric above its target."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    now, target = rng.choice((2, 3, 4, 5, 6)), rng.choice((200, 300, 400, 500, 800))
    metric = round(target * rng.uniform(1.15, 2.8) / 10) * 10
    most, answer = 3 * now + 4, math.ceil(now * metric / target)
    working = f"{now} × {metric} ÷ {target} = {now * metric / target:.2f}, rounded up: {answer}."
    if draw.difficulty == 3:
        most = answer - rng.choice((0, 1))
        working += f" The maximum of {most} bounds it."
        answer = min(most, answer)
    words = f"{told.opening} Target tracking aims at **{target} invocations** per instance and minute, with at most **{most} instances**. **{now} instances** are in service, and each gets **{metric}** a minute."
    return Number(words, f"To how many instances does it scale? {_WHOLE}", answer, working, "instances", (fact_source("autoscaling.desired_formula", facts),))  # fmt: skip


def _backlog(draw: Draw) -> Number | None:
    """Instances that a backlog asks for."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng, kept=True)
    target = round(facts.of("autoscaling", "async_backlog_target").number()) if draw.difficulty == 1 else rng.choice((3, 4, 6, 8, 10))  # fmt: skip
    waiting, most = rng.randrange(12, 60), rng.choice((20, 25, 30))
    wanted = math.ceil(waiting / target)
    if draw.difficulty == 3:
        most = rng.choice((4, 5, 6))
        if wanted <= most:
            return None
    elif wanted > most or waiting % target == 0:
        return None
    words = f"{told.opening} An asynchronous endpoint works through the {told.many}. Its policy tracks a backlog of **{target}** for each instance, with 1 to **{most}** instances. **{waiting} {told.many}** wait."
    bound = f"; the maximum bounds it: {most}" if wanted > most else ""
    working = f"{waiting} ÷ {target} = {waiting / target:.2f}, rounded up {wanted}{bound}."
    return Number(words, f"How many instances does the policy ask for? {_WHOLE}", min(wanted, most), working, "instances", (fact_source("autoscaling.metric_async", facts),))  # fmt: skip


def _concurrency(draw: Draw) -> Number | None:
    """Requests in progress, which are environments of a serverless endpoint."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    most = facts.of("serverless", "max_concurrency").number()
    rate, us = even_load(draw, 3, 0.6 * most)
    answer = rate * us / 1e6
    reserve = ""
    working = f"{rate:g} a second × {us / 1e6:g} s = {answer:g} at once, and an environment takes one at a time"
    if draw.difficulty == 3:
        extra = rng.choice((20, 25, 50))
        reserve = f" A reserve of **{extra}{NBSP}%** is to be left on top."
        answer *= 1 + extra / 100
        working += f"; with {extra} % on top {answer:g}"
    words = f"{told.opening} At the busiest time {pace(rate, rng, told.many).words} reach a serverless endpoint, and one takes **{format_duration(us)}**.{reserve}"
    whole = math.ceil(answer - 1e-9)
    return Number(words, "How large must the maximum concurrency be at least? Round up to whole requests.", whole, f"{working}: {whole}.", "requests at once", (fact_source("serverless.requests_per_environment", facts), fact_source("serverless.max_concurrency", facts)))  # fmt: skip


def _throttled(draw: Draw) -> Number | None:
    """The rate that a maximum concurrency allows."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    limit = round(facts.of("serverless", "max_concurrency").number())
    most = limit if draw.difficulty == 3 else rng.choice((5, 8, 10, 20, 40, 60))
    ms = rng.choice((40, 50, 80, 100, 125, 200, 250, 400, 500, 800, 1000, 1600, 2000))
    checked = (
        f" That is the most an endpoint can have (checked {format_day(facts.of('serverless', 'max_concurrency').checked)})."
        if most == limit
        else ""
    )
    words = f"{told.opening} A serverless endpoint has a maximum concurrency of **{most}**.{checked} One {told.one} takes **{format_duration(ms * 1000)}**, and all environments have started."
    answer = most * 1000 / ms
    working = f"{most} ÷ {ms / 1000:g} s = {answer:g} a second; beyond it requests are refused, and not kept for later."
    return Number(words, f"How many {told.many} a second can it serve at most?", answer, working, f"{told.many} a second", (fact_source("serverless.max_concurrency", facts), fact_source("serverless.queues_when_busy", facts)), 0.01)  # fmt: skip


def _region_left(draw: Draw) -> Number | None:
    """What a Region's limit on requests at once leaves for one more endpoint."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    region = rng.choice(candidates("regions"))
    limit = facts.region_concurrency(region)
    most = facts.of("serverless", "max_concurrency")
    if limit is None:
        return None
    others = [rng.choice((20, 40, 50, 80, 100, 120, 150, 180)) for _ in range(rng.choice((3, 4, 5)) + draw.difficulty)]
    left = round(limit.number()) - sum(others)
    if left <= 0 or (left > most.number()) != (draw.difficulty == 3):
        return None
    answer = min(left, round(most.number()))
    bound = f" One endpoint may have at most {most.text()}: {answer}." if left > answer else ""
    words = (
        f"{told.opening} In {region} an account may have **{limit.text()}** in progress over all its serverless endpoints, and one endpoint at most "
        f"**{most.text()}** (both checked {format_day(limit.checked)}). The endpoints that exist have a maximum concurrency of **{', '.join(map(str, others))}**."
    )  # fmt: skip
    working = f"{limit.number():,.0f} − {sum(others)} = {left}.{bound}"
    return Number(words, "Which maximum concurrency can a new endpoint have at most, when all of them are to reach theirs at once?", answer, working, "requests at once", (fact_source(limit.id, facts), fact_source(most.id, facts)))  # fmt: skip


def _memory(draw: Draw) -> Number | None:
    """Models that fit into the memory of an instance."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    kind = facts.instances[rng.choice(candidates("types"))]
    memory, share, mb = round(kind.memory_bytes / 2**30), rng.choice((60, 70, 75, 80)), rng.choice((150, 200, 250, 300, 400, 500, 600, 750))  # fmt: skip
    count = rng.choice((1, 2, 3)) if draw.difficulty == 3 else 1
    answer = memory * share * 1024 // (100 * mb)
    if not 3 <= answer <= 300:
        return None
    fleet = f"**{count} instances** of {kind.name}" if count > 1 else f"one {kind.name}"
    each = "Each instance has" if count > 1 else "It has"
    words = (
        f"{told.opening} A multi-model endpoint on {fleet} holds a model for each region. {each} **{memory} GiB** of memory, of which **{share}{NBSP}%** "
        f"is left for models; one model takes **{mb} MiB** in memory."
    )  # fmt: skip
    again = (
        f" Every instance loads what it is asked for, so {count} instances hold up to {answer * count} copies, but each only {answer}."
        if count > 1
        else ""
    )
    working = f"{memory} GiB × {share / 100:g} × 1,024 ÷ {mb} = {memory * share / 100 * 1024 / mb:.2f}, rounded down {answer}.{again}"
    return Number(words, "How many models can one instance hold in memory at once? Round down to whole models.", answer, working, "models", (fact_source("multi_model.eviction", facts), page_of("multi_model")))  # fmt: skip


def _drain(draw: Draw) -> Number | None:
    """How long a backlog takes to be worked off while more comes in."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng, kept=True)
    count, at_once, seconds = rng.choice((2, 3, 4, 5)), rng.choice((1, 2, 4)), rng.choice((5, 6, 10, 12, 15, 20, 30))
    per_min = count * at_once * 60 / seconds
    coming = 0 if draw.difficulty == 1 else round(per_min * rng.choice((0.25, 0.4, 0.5, 0.6)))
    waiting = rng.choice((200, 300, 400, 600, 900, 1200))
    start = rng.choice((3, 4, 5, 6)) if draw.difficulty == 3 else 0
    if per_min <= coming:
        return None
    answer = start + (waiting + start * coming) / (per_min - coming)
    if not 5 <= answer <= 240:
        return None
    more = (
        f"While they are worked off, **{coming}** more arrive each minute."
        if coming and not start
        else f"**{coming}** more arrive each minute, also in the **{start} min** that the instances need to start."
        if start
        else "Nothing else arrives."
    )
    words = f"{told.opening} **{waiting:,} {told.many}** wait for an asynchronous endpoint with **{count} instances**. Each works on **{at_once}** at once and needs **{seconds} s** for one. {more}"
    working = f"{count} × {at_once} × 60 ÷ {seconds} = {per_min:g} a minute are answered{f', {coming} come in' if coming else ''}: {waiting + start * coming:,} ÷ {per_min - coming:g} = {(waiting + start * coming) / (per_min - coming):.1f} min{f', and {start} min for the start: {answer:.1f}' if start else ''}."  # fmt: skip
    return Number(words, "After how many minutes does nothing wait any more? One digit behind the point is enough.", round(answer, 1), working, "min", (page_of("async"), fact_source("autoscaling.metric_async", facts)), 0.02)  # fmt: skip


def _busy(draw: Draw) -> Number | None:
    """The busy share of a fleet."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    count, slots = rng.choice((2, 3, 4, 5, 6)), rng.choice((1, 2, 4, 8))
    rate, us = even_load(draw, 0.2 * count * slots, 0.85 * count * slots)
    lost = draw.difficulty == 3
    left = count - lost
    answer = rate * us / 1e6 / (left * slots)
    if not 0.15 <= answer <= 0.95:
        return None
    event = " One instance fails, and the others go on." if lost else ""
    words = f"{told.opening} {pace(rate, rng, told.many).words} arrive evenly at a real-time endpoint with **{count} instances**. Each works on **{slots}** at once, and one {told.one} takes **{format_duration(us)}**.{event}"
    working = f"{rate:g} a second × {us / 1e6:g} s = {rate * us / 1e6:g} in progress on {left} × {slots} = {left * slots} places: {format_share(answer)}."
    return Number(words, "Which share of the places is busy on average? Answer in percent.", round(100 * answer, 1), working, "%", (page_of("real_time"), fact_source("autoscaling.target_formula", facts)), 0.02)  # fmt: skip


def _copies(draw: Draw) -> Number | None:
    """Copies of a component that an instance with accelerators holds."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng)
    kinds = sorted(name for name, kind in facts.instances.items() if kind.accelerator_count >= 4 and kind.family in {"g5", "g6", "g4dn", "g6e"})  # fmt: skip
    kind = facts.instances[rng.choice(kinds)]
    each = rng.choice((1, 2)) if draw.difficulty > 1 else 1
    memory, gib = round(kind.memory_bytes / 2**30), rng.choice((16, 24, 32, 40, 48, 64))
    share = rng.choice((70, 75, 80))
    by_device, by_memory = kind.accelerator_count // each, memory * share // (100 * gib)
    if by_device == by_memory or not by_memory or (draw.difficulty == 3) != (by_memory < by_device):
        return None
    words = (
        f"{told.opening} The model runs as an inference component on an {kind.name} with **{kind.accelerator_count} accelerators** and **{memory} GiB** of "
        f"memory, **{share}{NBSP}%** of which can be given to components. A copy asks for **{each} accelerator{'s' * (each > 1)}** and **{gib} GiB**."
    )  # fmt: skip
    working = f"{kind.accelerator_count} ÷ {each} = {by_device} by accelerators; {memory} × {share / 100:g} ÷ {gib} = {memory * share / 100 / gib:.2f}, rounded down {by_memory}, by memory: the smaller counts, {min(by_device, by_memory)}."
    return Number(words, "How many copies fit on one such instance?", min(by_device, by_memory), working, "copies", (page_of("inference_components"), fact_source("inference_components.accelerators_min", facts)))  # fmt: skip


_ASKED: Final[dict[str, Asked]] = {
    "target": _target, "instances": _instances, "desired": _desired, "backlog": _backlog, "concurrency": _concurrency, "throttled": _throttled,
    "region_left": _region_left, "models_in_memory": _memory, "drain": _drain, "busy_share": _busy, "copies": _copies,
}  # fmt: skip


@template("scaling-number", type="numeric", topic="scaling", task="3.2", targets=tuple(_ASKED), weight=5)
def scaling_number(draw: Draw) -> Drawn | None:
    """A number of scaling, by a formula of the documentation or by Little's law."""
    return drawn(draw, _ASKED)

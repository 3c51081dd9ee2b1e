"""Batch jobs as numbers: how long one takes, how wide it must be, how many calls it makes, how many at once."""

import math
from typing import Final

from advisor.quiz.money_words import scene
from advisor.quiz.sources import fact_source, page_of
from advisor.quiz.templates._numbers import Asked, Number, drawn
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.text import format_day
from advisor.units import format_bytes, format_duration

__all__ = ["job_number"]

_NEAR: Final = 0.02


def _work(draw: Draw) -> tuple[int, int, int, int]:
    """Records, milliseconds of one, instances, and calls at once on each."""
    rng = draw.rng
    records = rng.choice((20_000, 40_000, 60_000, 90_000, 150_000, 240_000, 360_000))
    return records, rng.choice((100, 150, 200, 300, 400, 600, 900)), rng.choice((2, 3, 4, 5, 6)), rng.choice((1, 2, 4))


def _told(wide: int, at_once: int, ms: int, one: str) -> str:
    calls = "one call at a time" if at_once == 1 else f"**{at_once} calls** at once"
    return f"on **{wide} instances**, each with {calls}; one {one} takes **{format_duration(ms * 1000)}**"


def _duration(draw: Draw) -> Number | None:
    """Minutes that a job takes."""
    told, (records, ms, wide, at_once) = scene(draw.rng, kept=True), _work(draw)
    start = draw.rng.choice((4, 5, 6, 8)) if draw.difficulty == 3 else 0
    minutes = records * ms / 1000 / (wide * at_once) / 60
    if not 15 <= minutes <= 600:
        return None
    before = (
        f" The instances need **{start} min** before they begin."
        if start
        else " The start of the instances is not counted."
    )
    words = f"{told.opening} A batch transform job has **{records:,} {told.many}** to work through {_told(wide, at_once, ms, told.one)}.{before}"  # fmt: skip
    working = f"{records:,} × {ms / 1000:g} s ÷ ({wide} × {at_once}) = {minutes * 60:,.0f} s = {minutes:.1f} min{f'; with {start} min before it {minutes + start:.1f}' if start else ''}."
    whole = math.floor(minutes + start + 0.5)  # a half goes up, as people round it
    return Number(words, "How many minutes does the job take? Round to whole minutes.", whole, working, "min", (page_of("batch_transform"),), max(_NEAR, 0.51 / whole))  # fmt: skip


def _wide_enough(draw: Draw) -> Number | None:
    """Instances that finish in time."""
    told, (records, ms, _, at_once) = scene(draw.rng, kept=True), _work(draw)
    hours, most = draw.rng.choice((1, 1.5, 2, 3, 4)), draw.facts.of("batch_transform", "instances_max").number()
    start = draw.rng.choice((6, 10, 12)) if draw.difficulty == 3 else 0
    need = records * ms / 1000 / at_once / (hours * 3600 - start * 60)
    if not 1.2 <= need <= min(40, most) or not 0.1 < need % 1 < 0.9:
        return None
    before = (
        f" The instances need **{start} min** of that before they begin."
        if start
        else " The start of the instances is not counted."
    )
    calls = "one call at a time" if at_once == 1 else f"**{at_once} calls** at once"
    words = (
        f"{told.opening} A batch transform job has **{records:,} {told.many}** to work through and must be done within "
        f"**{format_duration(hours * 3600e6)}**.{before} An instance works on {calls}, and one {told.one} takes **{format_duration(ms * 1000)}**."
    )  # fmt: skip
    answer = math.ceil(need)
    left = f"({hours * 3600:,.0f} s − {start * 60} s)" if start else f"{hours * 3600:,.0f} s"
    working = f"{records:,} × {ms / 1000:g} s ÷ {at_once} = {records * ms / 1000 / at_once:,.0f} s of work on one instance; ÷ {left} = {need:.2f}, rounded up {answer}."
    return Number(words, "How many instances does the job need at least?", answer, working, "instances", (page_of("batch_transform"), fact_source("batch_transform.instances_max", draw.facts)))  # fmt: skip


def _calls(draw: Draw) -> Number | None:
    """Calls that a job makes when it packs records up to the largest body."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng, kept=True)
    limit = facts.of("batch_transform", "payload_request_default")
    records, kb = rng.choice((5000, 12_000, 20_000, 30_000, 48_000)), rng.choice((7, 11, 13, 16, 22, 35, 45))
    size = limit.bytes() if draw.difficulty == 1 else rng.choice((2, 4, 8, 10)) * 10**6
    said = f"the default of **{limit.text()}**" if draw.difficulty == 1 else f"**{format_bytes(size)}**"
    together = size // (kb * 1000)
    files = rng.choice((3, 4, 5, 8)) if draw.difficulty == 3 else 1
    in_one = math.ceil(records / together)
    words = (
        f"{told.opening} A batch transform job reads **{files} file{'s' * (files > 1)}** with **{records:,} {told.many}** each, one a line of **{kb} KB**. It packs as many lines into a call "
        f"(MultiRecord) as the largest body allows: {said}. An MB is 1,000 KB here; no line is cut, and no call takes lines of two files."
    )  # fmt: skip
    working = f"{size / 1000:,.0f} KB ÷ {kb} KB = {size / kb / 1000:.1f}, so {together} lines in a call; {records:,} ÷ {together} = {records / together:.1f}, rounded up {in_one:,}{f'; × {files} = {in_one * files:,}' if files > 1 else ''}."  # fmt: skip
    return Number(words, "How many calls does the job make?", in_one * files, working, "calls", (fact_source(limit.id, facts), page_of("batch_transform")))  # fmt: skip


def _at_once(draw: Draw) -> Number | None:
    """Calls at once that a body size leaves, by the bound on their product."""
    rng, facts, told = draw.rng, draw.facts, scene(draw.rng, kept=True)
    product, most = (
        facts.of("batch_transform", "payload_concurrency_product"),
        facts.of("batch_transform", "payload_request"),
    )
    size = rng.choice((6, 7, 8, 9, 11, 12, 13, 14, 15, 18, 22, 24, 30, 32, 40, 45))
    if size * 10**6 > most.bytes():
        return None
    answer = math.floor(product.bytes() / (size * 10**6))
    date = f" (checked {format_day(product.checked)})" if draw.difficulty == 3 else ""
    words = (
        f"{told.opening} The {told.many} go through a batch transform job whose largest body is set to **{size} MB**. The body size times the calls at "
        f"once on an instance may be **{product.text()}** at most{date}."
    )  # fmt: skip
    working = f"{product.text()} ÷ {size} MB = {product.bytes() / size / 1e6:.1f}, rounded down {answer}."
    return Number(words, "Up to which value may MaxConcurrentTransforms be set?", answer, working, "calls at once", (fact_source(product.id, facts), page_of("batch_transform")))  # fmt: skip


_ASKED: Final[dict[str, Asked]] = {
    "duration": _duration,
    "instances": _wide_enough,
    "calls": _calls,
    "at_once": _at_once,
}


@template("job-number", type="numeric", topic="options", task="3.1", targets=tuple(_ASKED), weight=2)
def job_number(draw: Draw) -> Drawn | None:
    """A number of a batch job."""
    return drawn(draw, _ASKED)

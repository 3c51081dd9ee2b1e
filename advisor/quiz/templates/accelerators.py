"""Which accelerated type holds a language model: parameters, bits and what requests need, against the table of types."""

from functools import lru_cache
from typing import Final

from advisor.facts import Facts, InstanceType
from advisor.options import Option
from advisor.quiz.alone import Alone
from advisor.quiz.item import Choice
from advisor.quiz.sources import page_of, source_of
from advisor.quiz.templates._asides import drawn_values, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.units import NBSP

_TEXTS = read_texts("limits")["accelerators"]
_FAMILIES: Final = ("g4dn", "g5", "g6", "g6e", "p4d", "p4de", "p5")
_BITS: Final = {"sixteen-bits": (16,), "fewer-bits": (4, 8)}
_ROOM: Final = {1: 1.3, 2: 1.2, 3: 1.03}
"""How much larger than the need the smallest type that holds it is, at least; the next smaller one is below it by as much."""


def _memory(kind: InstanceType) -> int:
    """Bytes of all its accelerators, in whole GB: no two choices differ by less."""
    return round(kind.accelerator_count * kind.accelerator_memory_bytes / 1e9) * 10**9


def _gigabytes(size: int) -> str:
    return f"{round(size / 1e9):,}{NBSP}GB"


def _text(kind: InstanceType) -> str:
    each = f"{kind.accelerator_count} × {_gigabytes(kind.accelerator_memory_bytes)}"
    return f"{kind.name} (**{each}**, host {_gigabytes(kind.memory_bytes)})"


@lru_cache(maxsize=4)
def _offered(facts: Facts) -> list[InstanceType]:
    """Types of these families with a price in us-east-1, by the memory of their accelerators."""
    known = [kind for name, kind in facts.instances.items() if kind.family in _FAMILIES and name in facts.offered("us-east-1")]  # fmt: skip
    return sorted(known, key=lambda kind: (_memory(kind), kind.name))


def _wrong(kind: InstanceType, need: float, weights: float, teller: Teller) -> Choice:
    have = _memory(kind) / 1e9
    if have >= need:
        reason, belief = "large", "larger_is_needed"
    elif have >= weights:
        reason, belief = "weights_only", "memory_only_artefact"
    elif kind.memory_bytes / 1e9 >= need:
        reason, belief = "host", "host_memory_counts"
    else:
        reason, belief = "small", "accelerators_too_small"
    told = Teller(teller.rng, teller.facts, **{**teller.values, "have": _gigabytes(_memory(kind))})
    return Choice(_text(kind), False, told.told(_TEXTS[reason]), page_of("real_time"), "HOST002", misconception=belief)


@template("accelerator-memory", type="single", topic="foundation", task="3.2", targets=tuple(_BITS), weight=3)
def accelerator_memory(draw: Draw) -> Drawn | None:
    """The smallest type that holds weights and requests."""
    rng, facts = draw.rng, draw.facts
    billions, bits = rng.choice((3, 7, 8, 13, 14, 20, 27, 32, 34, 40, 70, 72)), rng.choice(_BITS[draw.target])
    weights = billions * bits / 8
    cache = max(2, round(weights * rng.uniform(0.15, 0.5)))
    need, room = weights + cache, _ROOM[draw.difficulty]
    offered = _offered(facts)
    kinds = {_memory(kind): kind for kind in rng.sample(offered, len(offered))}
    holding = sorted(memory for memory in kinds if memory / 1e9 >= need * room)
    below = sorted(memory for memory in kinds if memory / 1e9 * room <= need)
    if not holding or len(below) < 2 or any(need <= memory / 1e9 < need * room for memory in kinds):
        return None
    key = kinds[holding[0]]
    judged = Alone(
        {"memory_gb": need, "needs_gpu": True},
        "real_time",
        facts,
        Option(name="real_time", instance_type=key.name, instances=1),
    )
    found = next((one for one in judged.sides[0].findings if one.rule == "HOST002"), None)
    if not judged.fits or found is None:
        return None
    larger = [kinds[rng.choice(holding[1:])]] if holding[1:] else []
    smaller = [kinds[memory] for memory in below[-3:]]
    wrong = [*larger, *rng.sample(smaller, min(len(smaller), 3 - len(larger)))]
    if len(wrong) < 3:
        return None
    teller = Teller(
        rng, facts, **{**drawn_values(draw), "billions": billions, "bits": bits, "cache": cache, "weights": f"{weights:g}", "need": f"{need:g}"},
        have=_gigabytes(_memory(key)),
    )  # fmt: skip
    right = Choice(_text(key), True, teller.told(_TEXTS["right"]), source_of(found, facts, "real_time"), "HOST002")
    stem = with_aside(teller.told(_TEXTS["stems"]), teller, draw.difficulty, "foundation")
    return Drawn(
        stem, _TEXTS["question"], (right, *(_wrong(kind, need, weights, teller) for kind in wrong)),
        teller.told(_TEXTS["explanation"]), (right.source, page_of("real_time")),
        brief=(("memory_gb", need), ("needs_gpu", True), ("model_size_gb", weights)),
    )  # fmt: skip

"""What the parts of a ServingModel say together: one row a rule, and what variants, schedules and policies must keep."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from advisor.errors import Problem
from simulator._contradictions_scaling import ascending, of_policies
from simulator._parts import MOST_VARIANTS, NO_LIMIT, Variant
from simulator._parts_scaling import Policy
from simulator.codes import Kind, Routing, Split

if TYPE_CHECKING:
    from simulator.model import ServingModel

__all__ = ["contradictions"]

_MOST_HELD: Final = 2**26
_MOST_SLOTS: Final = 2**22
_RULES: Final[tuple[tuple[str, str, Callable[["ServingModel"], bool]], ...]] = (
    ("minimum", "at most maximum", lambda m: m.minimum <= m.maximum),
    ("initial", "from minimum to maximum",
     lambda m: m.kind == Kind.SERVERLESS or m.minimum <= m.initial <= m.maximum),
    ("ttl_us", "NO_LIMIT unless routing is CENTRAL",
     lambda m: m.ttl_us == NO_LIMIT or m.routing == Routing.CENTRAL),
    ("slots", f"slots x maximum at most {_MOST_SLOTS}", lambda m: m.slots * m.maximum <= _MOST_SLOTS),
    ("serverless.provisioned", "at most serverless.max_concurrency",
     lambda m: m.serverless.provisioned <= m.serverless.max_concurrency),
    ("serverless.provisioned", "from minimum to maximum where it scales",
     lambda m: not _provisioned_scales(m) or m.minimum <= m.serverless.provisioned <= m.maximum),
    ("maximum", "at most serverless.max_concurrency where provisioned environments scale",
     lambda m: not _provisioned_scales(m) or m.maximum <= m.serverless.max_concurrency),
    ("on_demand", "only with CENTRAL routing, without policies, hosts and faults",
     lambda m: not m.on_demand or (m.routing == Routing.CENTRAL and not m.policy.metric and not m.policies
                                   and not m.schedules and not m.hosts.maximum and not m.faults)),
    ("routing", "CENTRAL only with one variant", lambda m: m.routing != Routing.CENTRAL or len(m.variants) < 2),
    ("routing", "BY_MODEL exactly where there is a cache",
     lambda m: (m.routing == Routing.BY_MODEL) == (m.cache.models > 0)),
    ("cache.on_disk", "at least cache.in_memory", lambda m: m.cache.on_disk >= m.cache.in_memory),
    ("cache.models", "only without variants, and maximum x models at most 2^22",
     lambda m: not m.cache.models or (not m.variants and m.cache.models * max(1, m.maximum) <= 2**22)),
    ("policies", "either one policy or a list of them", lambda m: not (m.policies and m.policy.metric)),
    ("variants", f"at most {MOST_VARIANTS}", lambda m: len(m.variants) <= MOST_VARIANTS),
    ("variants.share", "ascending to 2^32 where the split is by share",
     lambda m: not m.variants or m.split != Split.BY_SHARE or _shares_fit(m.variants)),
    ("schedules.time_us", "ascending, each up to 2^12 schedules", lambda m: ascending([s.time_us for s in m.schedules])),
    ("faults.time_us", "ascending", lambda m: ascending([f.time_us for f in m.faults])),
    ("hosts.minimum", "at most hosts.maximum", lambda m: m.hosts.minimum <= m.hosts.maximum),
    ("hosts.initial", "at most hosts.maximum", lambda m: m.hosts.initial <= m.hosts.maximum),
    ("kind", "SERVERLESS only with one variant, no hosts, faults or cache",
     lambda m: m.kind != Kind.SERVERLESS or not (m.variants or m.hosts.maximum or m.faults or m.cache.models)),
    ("kind", "JOB only for open callers, without policies, schedules, hosts, faults, cache or variants",
     lambda m: m.kind != Kind.JOB or not (m.variants or m.hosts.maximum or m.faults or m.cache.models or m.policies
                                          or m.policy.metric or m.schedules or m.caller.users or m.caller.attempts > 1)),
    ("initial", "at least 1 for a job", lambda m: m.kind != Kind.JOB or m.initial >= 1),
    ("job.records", f"initial x slots x job.records at most {_MOST_HELD} where mini-batches slow each other",
     lambda m: m.kind != Kind.JOB or not m.slowdown_millionths or m.initial * m.slots * m.job.records <= _MOST_HELD),
)  # fmt: skip


def _provisioned_scales(model: "ServingModel") -> bool:
    return model.kind == Kind.SERVERLESS and bool(model.policies or model.policy.metric or model.schedules)


def _shares_fit(variants: Sequence[Variant]) -> bool:
    shares = [variant.share for variant in variants]
    return all(a < b for a, b in pairwise([0, *shares])) and shares[-1] == 2**32


def _of_variants(model: "ServingModel", variants: Sequence[Variant]) -> Iterator[Problem]:
    """What the numbers of a variant say together."""
    hosts = model.hosts
    for number, variant in enumerate(model.variants):
        path = f"variants[{number}]."
        if variant.minimum > variant.maximum:
            yield Problem(path + "minimum", repr(variant.minimum), "at most maximum")
        if not variant.minimum <= variant.initial <= variant.maximum:
            yield Problem(path + "initial", repr(variant.initial), "from minimum to maximum")
    for number, variant in enumerate(variants):
        need = (variant.cores, variant.accelerators, variant.memory)
        room = (hosts.cores, hosts.accelerators, hosts.memory)
        if hosts.maximum and any(want > have for want, have in zip(need, room, strict=True)):
            yield Problem(f"variants[{number}]", repr(need), f"cores, accelerators and memory of a host, {room}")
    for number, schedule in enumerate(model.schedules):
        if schedule.variant >= len(variants):
            yield Problem(f"schedules[{number}].variant", repr(schedule.variant), f"below {len(variants)}")
        if schedule.minimum > schedule.maximum:
            yield Problem(f"schedules[{number}].minimum", repr(schedule.minimum), "at most maximum")
        if model.kind == Kind.SERVERLESS and schedule.maximum > model.serverless.max_concurrency:
            yield Problem(f"schedules[{number}].maximum", repr(schedule.maximum), "at most serverless.max_concurrency")


def contradictions(model: "ServingModel", variants: Sequence[Variant], policies: Sequence[Policy]) -> list[Problem]:
    """What does not go together in a model whose fields are inside their bounds."""
    problems = []
    for name, allowed, holds in _RULES:
        if not holds(model):
            seen: object = model
            for part in name.split("."):
                seen = getattr(seen, part, "")
            problems.append(Problem(name, repr(seen), allowed))
    if len(model.variants) > MOST_VARIANTS:
        return problems
    return [*problems, *_of_variants(model, variants), *of_policies(model, variants, policies)]

"""What would be better than a written configuration: cheaper options that fit, or options for needs that it does not meet."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from advisor.attributes import Attributes
from advisor.billing import estimate
from advisor.configured_cost import Cost, Traffic, busy_share
from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.places import Place, places
from advisor.representatives import representatives
from advisor.rules import Finding
from advisor.shortlist import candidates
from advisor.verdict import Verdict, examine
from advisor.workload import Workload

__all__ = ["Better", "Need", "better_than", "needs_of"]

_TAIL: Final = 3.1
"""Standard deviations of a Poisson number that its 99.9th percentile lies above the mean."""
_FLAGS: Final = {
    "needs_gpu": True, "vpc_required": True, "network_isolation": True, "streaming": True, "scale_to_zero": True,
    "immediate_response": True, "offline_ok": True, "marketplace": True, "private_registry": True,
}  # fmt: skip
_WORDS: Final = {"release_need": ("ab_split", "mirror")}
_ABOVE: Final = {"payload_mb": ("payload_request", "bytes", 1e6), "processing_s": ("invocation_timeout", "us", 1e6)}
"""Attribute -> the limit of the option on it: fact, how it is read, and the unit of the attribute in that of the fact."""
_BEYOND: Final = 1.5


@dataclass(frozen=True, slots=True)
class Better:
    """The cheapest configuration of one option that fits the workload."""

    verdict: Verdict
    usd: Decimal
    """Per month, from mean rates."""
    saves: Decimal | None
    """USD per month less than what was written; below zero where it is dearer, None where that has no price."""

    @property
    def option(self) -> Option:
        """Its configuration."""
        return self.verdict.option


@dataclass(frozen=True, slots=True)
class Need:
    """A need that a written configuration does not meet."""

    attribute: str
    value: Any
    finding: Finding
    served_by: tuple[str, ...]
    """Names of options that nothing blocks with that need."""


def _offered(place: Place, load: TrafficSummary) -> int:
    """Requests in progress that are exceeded one time in a thousand, were arrivals in the busiest minute independent."""
    mean = load.busiest_minute_rate_per_s * place.time.mean_us / place.speed[1] / 1e6
    return max(1, math.ceil(mean + _TAIL * math.sqrt(mean)))


def better_than(
    cost: Cost, workload: Workload, traffic: Traffic, attributes: Attributes, facts: Facts, region: str
) -> tuple[Better, ...]:
    """The cheapest configuration of each option that fits and keeps up by mean rates, cheapest first."""
    if not region:
        return ()
    meant = workload.model_copy(update={"needs": workload.needs.model_copy(update={"region": region})})
    served, found = places(meant, facts), dict[str, Better]()
    for option in candidates(meant, facts, traffic.load, lambda place: _offered(place, traffic.load)):
        load = traffic.load.part(1 / option.endpoints) if option.endpoints else traffic.load
        busy = busy_share(option, load, served[option.place], facts)
        if busy is not None and busy > 1:
            continue
        usd = estimate(option, meant, traffic.load, served, facts).total
        if usd is None or (option.name in found and found[option.name].usd <= usd):
            continue
        verdict = examine(attributes, option, facts)
        if verdict.feasible:
            found[option.name] = Better(verdict, usd, None if cost.total is None else cost.total - usd)
    return tuple(sorted(found.values(), key=lambda one: one.usd))


def _tried(option: Option, facts: Facts) -> Iterator[tuple[str, Any]]:
    """Needs to try an option with: each flag, each word, and numbers beyond its own limits."""
    yield from _FLAGS.items()
    for name, words in _WORDS.items():
        yield from ((name, word) for word in words)
    for name, (attribute, reading, unit) in _ABOVE.items():
        fact = facts.of(option.name, attribute)
        if fact.numeric:
            yield name, float(f"{_BEYOND * getattr(fact, reading)() / unit:.3g}")


def needs_of(option: Option, facts: Facts) -> tuple[Need, ...]:
    """Needs that would rule a configuration out, one at a time, and the options that would meet each."""
    found = []
    plain = replace(option, settings=None)
    before = {
        finding.rule for finding in examine(Attributes(), plain, facts).findings if finding.outcome.name == "blocks"
    }
    for attribute, value in _tried(option, facts):
        asked = Attributes(**{attribute: value})
        blocking = [
            f for f in examine(asked, plain, facts).findings if f.outcome.name == "blocks" and f.rule not in before
        ]
        if blocking:
            served = tuple(one.name for one in representatives(facts) if examine(asked, one, facts).feasible)
            found.append(Need(attribute, value, blocking[0], served))
    return tuple(found)

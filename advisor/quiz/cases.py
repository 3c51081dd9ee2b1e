"""Cases: small workloads inside or outside of what one option allows, drawn from the facts."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from advisor.facts import Fact, Facts
from advisor.units import format_bytes, format_duration

__all__ = ["CASES", "SIZED", "Trait", "told_case"]

_INSIDE: Final = {1: (0.1, 0.5), 2: (0.3, 0.8), 3: (0.85, 1.0)}
_OUTSIDE: Final = {1: (2.0, 5.0), 2: (1.25, 2.0), 3: (1.06, 1.25)}
_FIRST: Final = re.compile(r"^(?:\*\*)?[a-z]")
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five")


def _rounded(value: float, up: bool) -> float:
    """Two digits that count, never across the limit."""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round((math.ceil if up else math.floor)(value / step + (-1e-9 if up else 1e-9)) * step, 6)


def _size(value: float, scale: int) -> str:
    return format_bytes(value * scale)


def _seconds(value: float) -> str:
    return format_duration(value * 1e6)


@dataclass(frozen=True, slots=True)
class Trait:
    """One attribute of a case: how it is told, and what is inside and outside of the option's limit."""

    attribute: str
    tell: Callable[[Any], str]
    limit: str = ""
    """Attribute of the option's facts that bounds it; empty where `inside` and `outside` are given."""
    inside: tuple[Any, ...] = ()
    outside: tuple[Any, ...] = ()
    least: float = 0.0
    """The smallest number that makes sense inside."""

    def drawn(self, option: str, fits: bool, difficulty: int, rng: Random, facts: Facts) -> Any:
        """A value inside or outside of the limit, whichever profile is asked."""
        if not self.limit:
            return rng.choice(self.inside if fits else self.outside)
        ends = [self._end(side.of(option, self.limit), upper=not fits) for side in (facts, facts.other)]
        low, high = (_INSIDE if fits else _OUTSIDE)[difficulty]
        value = (min if fits else max)(ends) * rng.uniform(low, high)
        value = max(_rounded(value, up=not fits), self.least)
        whole = self.attribute.startswith("n_")
        return (math.floor(value) if fits else math.ceil(value)) if whole else value

    def _end(self, fact: Fact, upper: bool) -> float:
        if self.attribute.endswith("_s"):
            return fact.us() / 1e6
        if self.attribute.startswith("n_"):
            return fact.number("high")
        scale = 1e6 if self.attribute.endswith("_mb") else 1e9
        return (fact.bytes_upper() if upper else fact.bytes()) / scale


def _body(value: float) -> str:
    return f"bodies of **{_size(value, 10**6)}**"


def _record(value: float) -> str:
    return f"records of **{_size(value, 10**6)}**"


def _work(value: float) -> str:
    return f"**{_seconds(value)}** each"


def _memory(value: float) -> str:
    return f"**{_size(value, 10**9)}** of memory"


def _waits(value: bool) -> str:
    return "the caller **waits on the line**" if value else "the caller **fetches it later**"


def _night(value: bool) -> str:
    return "**free at night**" if value else "**billed at night**"


def _containers(value: float) -> str:
    return f"**{value:.0f} containers**"


def _frameworks(value: int) -> str:
    return f"**{_NUMBERS[value]} framework{'s' * (value > 1)}**"


def _apart(value: bool) -> str:
    return "**scaled one by one**" if value else "**scaled together**"


def _accelerator(value: bool) -> str:
    return "on **accelerators**" if value else "on **processors**"


def _isolated(value: bool) -> str:
    return "**no network** access" if value else "**open network** access"


_PAYLOAD: Final = Trait("payload_mb", _body, "payload_request")
_TIME: Final = Trait("processing_s", _work, "invocation_timeout")
_WAITING: Final = Trait("immediate_response", _waits, inside=(False,), outside=(True,))

CASES: Final[dict[str, tuple[str, tuple[Trait, ...]]]] = {
    "serverless-size": ("serverless", (_PAYLOAD, _TIME, Trait("memory_gb", _memory, "model_memory_max"))),
    "serverless-feature": (
        "serverless",
        (_TIME, Trait("needs_gpu", _accelerator, inside=(False,), outside=(True,)), Trait("network_isolation", _isolated, inside=(False,), outside=(True,))),
    ),
    "real_time": ("real_time", (_PAYLOAD, _TIME, Trait("scale_to_zero", _night, inside=(False,), outside=(True,)))),
    "async": ("async", (_PAYLOAD, _TIME, _WAITING)),
    "batch_transform": ("batch_transform", (Trait("payload_mb", _record, "payload_request"), _TIME, _WAITING)),
    "multi_container": (
        "multi_container",
        (
            Trait("n_models", _containers, "containers_max", least=2),
            Trait("needs_gpu", _accelerator, inside=(False,), outside=(True,)),
            Trait("per_model_scaling", _apart, inside=(False,), outside=(True,)),
        ),
    ),
    "multi_model": (
        "multi_model",
        (
            Trait("n_frameworks", _frameworks, inside=(1,), outside=(2, 3, 4)),
            _TIME,
            Trait("per_model_scaling", _apart, inside=(False,), outside=(True,)),
        ),
    ),
}  # fmt: skip
"""The option of each case, and the traits that its choices tell."""
SIZED: Final = ("serverless-size", "real_time", "async", "batch_transform", "multi_container")
"""The cases with more than a yes or a no to tell apart."""
_ALWAYS: Final[dict[str, dict[str, Any]]] = {
    "async": {"immediate_response": False},
    "batch_transform": {"immediate_response": False},
    "multi_container": {"n_models": 3, "n_frameworks": 3, "models_similar": False},
    "multi_model": {"n_models": 6},
}


def told_case(
    case: str, broken: tuple[int, ...], difficulty: int, rng: Random, facts: Facts
) -> tuple[str, dict[str, Any]]:
    """A workload in a few words, and its attributes. Arguments: `broken` are the traits outside of their limits."""
    option, traits = CASES[case]
    said, words = dict(_ALWAYS.get(option, {})), []
    for number, trait in enumerate(traits):
        value = trait.drawn(option, number not in broken, difficulty, rng, facts)
        said[trait.attribute] = value
        words.append(trait.tell(value))
    return _FIRST.sub(lambda match: match[0].upper(), ", ".join(words), count=1), said

"""Calm facts: true of a workload, far from every limit, and of no weight for the choice."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from advisor.quiz.scenes import Scene

__all__ = ["calm_facts"]

_TWO_DIGITS: Final = tuple(range(10, 100))
_PAYLOADS: Final = tuple(digits / scale for scale in (10_000, 1000, 100) for digits in _TWO_DIGITS)
_ANSWERS: Final = tuple(digits / scale for scale in (10_000, 1000) for digits in _TWO_DIGITS[:60])
_TIMES: Final = tuple(digits / 100 for digits in range(2, 96))
_RATES: Final = tuple(float(rate) for rate in range(2, 25))
_TRAFFIC: Final = ("steady", "diurnal", "variable")
_WORDS: Final = frozenset({"traffic", "needs_gpu"})
_QUICK: Final = 3.0
"""Above this a prediction is so slow that a rate of several calls a second would be a matter of its own, seconds."""


def _payload(said: Mapping[str, Any]) -> tuple[Any, ...]:
    return () if said.get("dataset_records") else _PAYLOADS


def _time(said: Mapping[str, Any]) -> tuple[Any, ...]:
    most = said.get("latency_slo_ms", 3000) / 3000
    return tuple(time for time in _TIMES if time <= most)


def _rate(said: Mapping[str, Any]) -> tuple[Any, ...]:
    quiet = said.get("idle_periods") or said.get("dataset_records") or said.get("processing_s", 0) > _QUICK
    return () if quiet else _RATES


def _traffic(said: Mapping[str, Any]) -> tuple[Any, ...]:
    quiet = said.get("scale_to_zero") or said.get("dataset_records") or said.get("idle_periods")
    return () if quiet else _TRAFFIC


def _processors(said: Mapping[str, Any]) -> tuple[Any, ...]:
    heavy = said.get("needs_gpu") or said.get("n_models", 1) > 1 or said.get("memory_gb") or said.get("streaming")
    return () if heavy or said.get("image_gb") else (False,)


_CALM: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]] = {
    "payload_mb": _payload, "response_mb": lambda _: _ANSWERS, "processing_s": _time, "rps_peak": _rate,
    "traffic": _traffic, "needs_gpu": _processors,
}  # fmt: skip


def calm_facts(rng: Random, said: Mapping[str, Any], count: int, scene: Scene) -> dict[str, Any]:
    """Attributes to say beside those that were said.

    Arguments: `count`, how many at most; fewer where what was said, or what is plausible in the scene, leaves no more.

    >>> from advisor.quiz.scenes import all_scenes
    >>> payments = next(scene for scene in all_scenes() if scene.id == "payments")
    >>> sorted(calm_facts(Random(1), {"needs_gpu": True, "payload_mb": 0.02}, 9, payments))
    ['processing_s', 'response_mb', 'rps_peak', 'traffic']
    """
    names = [name for name in _CALM if name not in said]
    rng.shuffle(names)
    first = next((name for name in names if name not in _WORDS), "")
    names.sort(key=lambda name: name != first)  # a number first: by it workloads differ
    found: dict[str, Any] = {}
    for name in names:
        span = scene.ranges.get(name)
        values = [value for value in _CALM[name](said) if span is None or span[0] <= value <= span[1]]
        if values and len(found) < count:
            found[name] = rng.choice(values)
    return found

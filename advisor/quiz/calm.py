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
_PER_HOUR: Final = (
    12,
    15,
    18,
    24,
    36,
    45,
    60,
    80,
    90,
    120,
    150,
    180,
    240,
    300,
    420,
    600,
    900,
    1200,
    1500,
    1800,
    2400,
    3600,
)
_RATES: Final = (*(rate / 3600 for rate in _PER_HOUR), *(float(rate) for rate in range(2, 41)))
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
    >>> hotels = next(scene for scene in all_scenes() if scene.id == "hotels")
    >>> sorted(calm_facts(Random(1), {"needs_gpu": True, "payload_mb": 0.02}, 9, hotels))
    ['processing_s', 'response_mb', 'rps_peak', 'traffic']
    """
    ways: dict[str, list[Any]] = {}
    for name in _CALM.keys() - said.keys():
        low, high = scene.ranges.get(name, (None, None))
        ways[name] = [one for one in _CALM[name](said) if low is None or high is None or low <= one <= high]
    names = sorted(name for name, values in ways.items() if values)
    rng.shuffle(names)
    first = next((name for name in names if name not in _WORDS), "")
    names.sort(key=lambda name: name != first)  # a number first: by it workloads differ
    return {name: rng.choice(ways[name]) for name in names[:count]}

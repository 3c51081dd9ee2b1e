"""What `--set` takes for each option."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from advisor.errors import InputError, Problem
from advisor.options import NAMES
from advisor.units import parse_bytes, parse_duration_us
from simulator.endpoints import builders

__all__ = ["FIELDS", "Key", "keys", "read"]


@dataclass(frozen=True, slots=True)
class Key:
    """One thing `--set` takes: its name, what it means, an example, and the options that have it."""

    name: str
    meaning: str
    example: str
    options: tuple[str, ...]
    """Empty: every option."""


_COMPONENTS: Final = ("inference_components", "inference_components_zero")
_VARIANTS: Final = ("production_variants", "shadow_variant")
_WHOLE: Final = ("real_time", "multi_container", "inference_pipeline")
"""Options whose instances take requests as they come."""
_FLEET: Final = (*_WHOLE, "async", "multi_model", _COMPONENTS[0])
"""Options of which a number of instances can be kept for good."""
_INSTANCES: Final = (*_FLEET, _COMPONENTS[1], *_VARIANTS)
_CALLED: Final = tuple(name for name in _INSTANCES if name != "async")
"""Options that a caller waits on."""
_JOBS: Final = ("batch_transform",)
_ENVIRONMENTS: Final = ("serverless", "serverless_provisioned")
_ALL: Final[tuple[str, ...]] = ()
_TABLE: Final = (
    Key("instance_type", "instance type: the reference or a measured one", "ml.m5.xlarge", (*_INSTANCES, *_JOBS)),
    Key("instances", "instances at the start, and for good where nothing scales", "2", (*_FLEET, *_JOBS)),
    Key("fleets", "instances of each variant at the start, and for good where nothing scales", "2,1", _VARIANTS),
    Key("min_instances", "fewest instances of the scaling policy", "1", _INSTANCES),
    Key("max_instances", "most instances of the scaling policy", "6", _INSTANCES),
    Key("copies", "copies of each component, for good", "2", _COMPONENTS[:1]),
    Key("min_copies", "fewest copies of each component", "1", _COMPONENTS),
    Key("max_copies", "most copies of each component", "4", _COMPONENTS),
    Key("target_per_min", "tracking target: invocations per instance or copy and minute; 0 keeps the count fixed", "300", _CALLED),
    Key("target_concurrency", "tracking target: requests at once per instance or copy, at high resolution; 0 for none", "2.5", _CALLED),
    Key("backlog_target", "tracking target: backlog per instance; 0 keeps the count fixed", "5", ("async",)),
    Key("step_from_zero", "a step policy wakes the fleet from zero: true or false", "true", ("async", "inference_components_zero")),
    Key("concurrency_per_instance", "requests an instance works on side by side", "4", (*(n for n in _INSTANCES if n not in _COMPONENTS), *_JOBS)),
    Key("concurrency_per_copy", "requests a copy works on side by side", "1", _COMPONENTS),
    Key("job_every", "time from one job to the next", "6 h", _JOBS),
    Key("mini_batch", "largest mini-batch (MaxPayloadInMB)", "6 MB", _JOBS),
    Key("placement", "SPREAD or BINPACK: which instance with room takes a new copy", "SPREAD", _COMPONENTS),
    Key("containers", "containers that a request passes", "3", ("inference_pipeline",)),
    Key("weights", "share of the calls of each variant", "90,10", ("production_variants",)),
    Key("shadow_share", "share of the requests that the shadow sees", "50%", ("shadow_variant",)),
    Key("routing", "RANDOM or LEAST_OUTSTANDING", "LEAST_OUTSTANDING", (*_WHOLE, *_COMPONENTS, *_VARIANTS)),
    Key("memory", "memory of an environment", "4096 MiB", _ENVIRONMENTS),
    Key("max_concurrency", "most environments at once", "20", _ENVIRONMENTS),
    Key("provisioned_concurrency", "environments that are kept warm", "5", ("serverless_provisioned",)),
    Key("min_provisioned", "fewest environments kept warm by the scaling policy", "1", ("serverless_provisioned",)),
    Key("max_provisioned", "most environments kept warm by the scaling policy", "20", ("serverless_provisioned",)),
    Key("provisioned_target", "tracking target: busy share of the environments kept warm; 0 keeps their number fixed", "0.7", ("serverless_provisioned",)),
    Key("start", "launch of an environment until it is kept warm", "60 s", ("serverless_provisioned",)),
    Key("action_delay", "alarm to scaling action", "90 s", ("serverless_provisioned",)),
    Key("speed", "speed against the reference", "0.8", _ALL),
    Key("overhead", "overhead of the endpoint per request", "5 ms", _ALL),
    Key("cold_start", "start-up of an environment", "6 s", _ENVIRONMENTS),
    Key("keep_alive", "how long an idle environment stays warm", "640 s", _ENVIRONMENTS),
    Key("call", "time of a call of a job beside its work", "50 ms", _JOBS),
    Key("start", "launch of an instance until it serves, or until copies can start on it", "4 min", (*_INSTANCES, *_JOBS)),
    Key("copy_start", "start of a copy on an instance that is up", "100 s", _COMPONENTS),
    Key("load", "first load of a model on an instance", "3 s", ("multi_model",)),
    Key("reload", "load of a model from the volume", "500 ms", ("multi_model",)),
    Key("memory_share", "share of an instance's memory that copies can reserve", "0.75", _COMPONENTS),
    Key("action_delay", "alarm to scaling action", "90 s", _INSTANCES),
    Key("queue_limit", "waiting line in a container", "100", _CALLED),
)  # fmt: skip


def keys(option: str) -> tuple[Key, ...]:
    """What `--set` takes for an option name; raises InputError when there is no such option or it cannot be simulated.

    >>> [key.name for key in keys("serverless")][:2]
    ['memory', 'max_concurrency']
    """
    if option not in builders():
        played = ", ".join(name for name in NAMES if name in builders())
        raise InputError([Problem("--option", repr(option), f"one that is simulated: {played}")])
    return tuple(key for key in _TABLE if not key.options or option in key.options)


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _amount(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e9:
        raise ValueError(text)
    return number


def _flag(text: str) -> bool:
    return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]


def _routing(text: str) -> str:
    return {"RANDOM": "RANDOM", "LEAST_OUTSTANDING": "LEAST_OUTSTANDING"}[text.upper()]


def _placement(text: str) -> str:
    return {"SPREAD": "SPREAD", "BINPACK": "BINPACK"}[text.upper()]


def _share(text: str) -> float:
    number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 < number <= 1:
        raise ValueError(text)
    return number


def _shares(text: str) -> tuple[float, ...]:
    """Numbers in any scale, made to add up to 1; an equal split where they are equal."""
    parts = [_amount(part) for part in text.split(",")]
    if len(parts) < 2 or min(parts) <= 0:
        raise ValueError(text)
    return tuple(round(part / sum(parts), 9) for part in parts)


_READ: Final[dict[str, Callable[[str], object]]] = {
    "instances": _whole, "min_instances": _whole, "max_instances": _whole, "concurrency_per_instance": _whole,
    "copies": _whole, "min_copies": _whole, "max_copies": _whole, "concurrency_per_copy": _whole, "containers": _whole,
    "max_concurrency": _whole, "provisioned_concurrency": _whole, "target_per_min": _amount, "backlog_target": _amount,
    "target_concurrency": _amount, "step_from_zero": _flag, "routing": _routing, "placement": _placement,
    "weights": _shares, "shadow_share": _share, "fleets": lambda text: tuple(_whole(part) for part in text.split(",")),
    "instance_type": str, "memory": lambda text: parse_bytes(text) // 2**20,
    "job_every": lambda text: parse_duration_us(text) // 10**6, "mini_batch": lambda text: parse_bytes(text) // 10**6,
}  # fmt: skip
FIELDS: Final = {"memory": "memory_mib", "job_every": "job_every_s", "mini_batch": "payload_mib"}
"""Field of an option by key, where it has another name."""


_READ.update(min_provisioned=_whole, max_provisioned=_whole, provisioned_target=_amount)


def read(key: str, text: str) -> object:
    """The value of a setting from its text; raises UnitError, ValueError or KeyError where it is none.

    >>> read("instances", "3"), read("memory", "4 GiB")
    (3, 4096)
    """
    return _READ[key](text)

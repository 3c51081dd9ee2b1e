"""What a ServingModel may hold: the bounds of each field."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.errors import Problem
from simulator._parts import MOST_COPIES, NO_LIMIT, UNBOUNDED
from simulator._parts_scaling import Policy
from simulator.codes import FaultKind, FromZero, Kind, Metric, Placement, PolicyKind, Routing, Split, StepUnit

if TYPE_CHECKING:
    from simulator.model import ServingModel

__all__ = ["plain"]


class _Bound(NamedTuple):
    low: int
    high: int


_BOUNDS: dict[str, _Bound] = {
    "horizon_us": _Bound(1, 2**50),
    "queue_limit": _Bound(0, UNBOUNDED),
    "kind": _Bound(0, max(Kind)),
    "to_horizon": _Bound(0, 1),
    "slots": _Bound(1, 4096),
    "slowdown_millionths": _Bound(0, 100_000_000),
    "routing": _Bound(0, max(Routing)),
    "timeout_us": _Bound(1, NO_LIMIT),
    "invocation_limit_us": _Bound(1, NO_LIMIT),
    "caller_timeout_us": _Bound(1, NO_LIMIT),
    "ttl_us": _Bound(1, NO_LIMIT),
    "overhead_us": _Bound(0, 2**40),
    "initial": _Bound(0, MOST_COPIES),
    "minimum": _Bound(0, MOST_COPIES),
    "maximum": _Bound(0, MOST_COPIES),
    "on_demand": _Bound(0, 1),
    "policy.metric": _Bound(0, max(Metric)),
    "policy.target_thousandths": _Bound(1, 2**40),
    "policy.period_us": _Bound(1, 2**40),
    "policy.out_points": _Bound(1, 2**20),
    "policy.in_points": _Bound(1, 2**20),
    "policy.in_percent": _Bound(0, 100),
    "policy.out_cooldown_us": _Bound(0, 2**50),
    "policy.in_cooldown_us": _Bound(0, 2**50),
    "policy.from_zero": _Bound(0, max(FromZero)),
    "policy.from_zero_points": _Bound(1, 2**20),
    "policy.from_zero_step": _Bound(1, 4096),
    "serverless.max_concurrency": _Bound(1, 2**22),
    "serverless.startup_limit_us": _Bound(1, NO_LIMIT),
    "serverless.provisioned": _Bound(0, 2**22),
    "caller.users": _Bound(0, 2**20),
    "caller.attempts": _Bound(1, 20),
    "caller.backoff_us": _Bound(0, 2**40),
    "split": _Bound(0, max(Split)),
    "zones": _Bound(1, 100),
    "variants.initial": _Bound(0, MOST_COPIES),
    "variants.minimum": _Bound(0, MOST_COPIES),
    "variants.maximum": _Bound(0, MOST_COPIES),
    "variants.share": _Bound(0, 2**32),
    "variants.work_millionths": _Bound(1, 2**25),
    "variants.cores": _Bound(0, 2**30),
    "variants.accelerators": _Bound(0, 2**30),
    "variants.memory": _Bound(0, 2**30),
    "steps.policy": _Bound(0, 10**4),
    "steps.from_thousandths": _Bound(0, 2**40),
    "steps.change": _Bound(0, MOST_COPIES),
    "steps.unit": _Bound(0, max(StepUnit)),
    "schedules.time_us": _Bound(0, 2**50),
    "schedules.minimum": _Bound(0, MOST_COPIES),
    "schedules.maximum": _Bound(0, MOST_COPIES),
    "schedules.variant": _Bound(0, 10**4),
    "faults.time_us": _Bound(0, 2**50),
    "faults.kind": _Bound(0, max(FaultKind)),
    "faults.target": _Bound(0, 2**32 - 1),
    "faults.until_us": _Bound(0, 2**50),
    "hosts.maximum": _Bound(0, MOST_COPIES),
    "hosts.minimum": _Bound(0, MOST_COPIES),
    "hosts.initial": _Bound(0, MOST_COPIES),
    "hosts.cores": _Bound(0, 2**30),
    "hosts.accelerators": _Bound(0, 2**30),
    "hosts.memory": _Bound(0, 2**30),
    "hosts.placement": _Bound(0, max(Placement)),
    "hosts.release_us": _Bound(1, 2**50),
    "cache.models": _Bound(0, 2**20),
    "cache.in_memory": _Bound(1, 2**20),
    "cache.on_disk": _Bound(1, 2**20),
    "cache.load_limit_us": _Bound(1, NO_LIMIT),
    "job.every_us": _Bound(1, 2**50),
    "job.records": _Bound(1, 2**20),
    "job.call_us": _Bound(0, 2**36),
}
_BOUNDS |= {f"policies.{name}": _BOUNDS[f"policy.{name}"] for name in Policy._fields if f"policy.{name}" in _BOUNDS}
_BOUNDS |= {"policies.kind": _Bound(0, max(PolicyKind)), "policies.variant": _Bound(0, 10**4)}


def _values(part: tuple[Any, ...], prefix: str, problems: list[Problem]) -> list[Any]:
    """The fields of a NamedTuple as plain ints, each inside its bounds; lists of parts element by element."""
    values: list[Any] = []
    for name, value in zip(getattr(part, "_fields", ()), part, strict=True):
        if isinstance(value, tuple):
            if hasattr(value, "_fields"):
                values.append(type(value)(*_values(value, f"{name}.", problems)))
            else:
                values.append(tuple(type(one)(*_values(one, f"{name}.", problems)) for one in value))
            continue
        low, high = _BOUNDS[prefix + name]
        number = int(value) if isinstance(value, int | np.integer) else low - 1
        if not low <= number <= high:
            problems.append(Problem(prefix + name, repr(value), f"a whole number from {low} to {high}"))
        values.append(number)
    return values


def plain(model: "ServingModel") -> tuple[list[Any], list[Problem]]:
    """The fields of a model as plain ints, and those that leave their bounds."""
    problems: list[Problem] = []
    return _values(model, "", problems), problems

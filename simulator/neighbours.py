"""Neighbours of a plan: the same one a size smaller and larger."""

import math
from dataclasses import replace

from advisor.options import Option

__all__ = ["neighbours"]


def _resized(option: Option, by: int) -> Option | None:
    """The same plan one size smaller or larger; None where its size is no single count or would be nothing."""
    if option.weights or option.fleets:
        return None
    if option.provisioned_target:
        return replace(option, max_provisioned=option.max_provisioned + by) if option.max_provisioned + by >= max(1, option.min_provisioned) else None  # fmt: skip
    if option.provisioned_concurrency:
        warm = option.provisioned_concurrency + by
        most = max(option.max_concurrency, warm)
        return replace(option, provisioned_concurrency=warm, max_concurrency=most) if warm else None
    if option.memory_mib:
        most = option.max_concurrency + by
        return replace(option, max_concurrency=most) if most else None
    tracked, packed = option.tracked, bool(option.components)
    axis = ("max_copies" if tracked else "copies") if packed else ("max_instances" if tracked else "instances")
    now: int = getattr(option, axis)
    least = max(1, (option.min_copies if packed else option.min_instances) if tracked else 1)
    if now + by < least:
        return None
    made = replace(option, **{axis: now + by})  # type: ignore[arg-type] # the axes are counts
    if packed:  # the hosts follow the copies
        hosts = "max_instances" if tracked else "instances"
        many = math.ceil(getattr(option, hosts) * (now + by) / now)
        made = replace(made, **{hosts: max(1, many)})
    return made


def neighbours(option: Option) -> tuple[Option, ...]:
    """A plan between the ones that are a size smaller and larger, where its size is a count.

    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2)
    >>> [each.instances for each in neighbours(two)]
    [1, 2, 3]
    """
    around = (_resized(option, -1), option, _resized(option, 1))
    return tuple(each for each in around if each is not None)

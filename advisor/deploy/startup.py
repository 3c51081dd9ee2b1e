"""Start-up time-outs that follow from the sizes of image and model, each with the reason for it."""

import math
from typing import Any

from advisor.deploy.values import Noted
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.units import format_bytes
from advisor.workload import Workload

__all__ = ["start_up"]

_STEP_S = 60
_SPARE = 2.0
"""A start is given this many times what the slow end of the assumed speed needs."""


def _within(seconds: float, allowed: Fact) -> int:
    """Whole minutes within what AWS allows, seconds."""
    least, most = round(allowed.number("low")), round(allowed.number("high"))
    return max(least, min(most, math.ceil(seconds / _STEP_S) * _STEP_S))


def start_up(workload: Workload, option: Option, facts: Facts) -> dict[str, Any]:
    """The time-outs of the start of a copy; empty where the option has none, or nothing is known of its sizes.

    Twice what the slow end of the assumed speeds needs, in whole minutes, within what AWS allows.
    """
    found: dict[str, Any] = {}
    model, image = workload.model.size, workload.model.image
    if model and facts.has(f"{option.name}.model_download_timeout_range"):
        slow = facts.fact("start.model_download_per_s").number("low")
        seconds = _within(_SPARE * model / slow, facts.of(option.name, "model_download_timeout_range"))
        found["ModelDataDownloadTimeoutInSeconds"] = Noted(
            seconds, f"a model of {format_bytes(model)} at {format_bytes(slow)} a second at worst, with room to spare"
        )
    if (model or image) and facts.has(f"{option.name}.container_health_check_range"):
        pull, load = facts.fact("start.image_pull_per_s").number("low"), facts.fact("load.model_per_s").number("low")
        fixed = facts.fact("load.model_fixed").us("high") / 1e6
        seconds = _within(
            _SPARE * ((image or 0) / pull + (model or 0) / load + fixed),
            facts.of(option.name, "container_health_check_range"),
        )
        parts = [f"an image of {format_bytes(image)}"] if image else []
        parts += [f"a model of {format_bytes(model)}"] if model else []
        found["ContainerStartupHealthCheckTimeoutInSeconds"] = Noted(
            seconds, f"{' and '.join(parts)} to be loaded, with room to spare"
        )
    return found

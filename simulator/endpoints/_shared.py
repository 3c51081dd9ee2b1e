"""What several endpoint types take from facts and workload in the same way."""

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.model import NO_LIMIT, TargetTracking

__all__ = ["invocation_limit_us", "patience_us", "tracking"]


def invocation_limit_us(workload: Workload, option: Option, facts: Facts) -> int:
    """The option's time-out: the longer one of streaming where the answer is streamed and a number is documented."""
    streaming = facts.of(option.name, "invocation_timeout_streaming")
    if workload.request.streaming and streaming.numeric:
        return streaming.us()
    return facts.of(option.name, "invocation_timeout").us()


def patience_us(workload: Workload, facts: Facts) -> int:
    """The shorter of the caller's and the front door's time-out; `NO_LIMIT` where neither is stated."""
    limits = [NO_LIMIT if workload.caller.timeout is None else workload.caller.timeout]
    if workload.caller.front != "none":
        limits.append(facts.of("front_door", f"{workload.caller.front}_timeout").us())
    return min(limits)


def tracking(facts: Facts, metric: int, target_thousandths: int) -> TargetTracking:
    """Target tracking on a standard-resolution metric, with AWS's alarm windows and default cooldowns."""
    number = {
        name: facts.of("autoscaling", name)
        for name in (
            "scale_out_datapoints", "scale_out_period", "scale_in_datapoints", "scale_in_threshold_fraction",
            "cooldown_default_variant",
        )
    }  # fmt: skip
    cooldown = number["cooldown_default_variant"].us()
    return TargetTracking(
        metric=metric,
        target_thousandths=max(1, target_thousandths),
        period_us=number["scale_out_period"].us(),
        out_points=round(number["scale_out_datapoints"].number()),
        in_points=round(number["scale_in_datapoints"].number()),
        in_percent=round(100 * number["scale_in_threshold_fraction"].number()),
        out_cooldown_us=cooldown,
        in_cooldown_us=cooldown,
    )

"""What several endpoint types take from facts and workload in the same way."""

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import ClosedTraffic, Workload
from simulator.model import NO_LIMIT, Caller, Kind, Routing, ServingModel, TargetTracking

__all__ = ["caller_of", "invocation_limit_us", "patience_us", "tracking"]


def caller_of(workload: Workload, model: ServingModel) -> Caller:
    """Who calls a model: users who wait for each answer, and how often a request is tried.

    A call into a queue (asynchronous) is accepted at once and its result polled for, so the caller has nothing to
    try again; a closed user still waits for the result. Records of a job wait for nobody: closed traffic is refused
    there with InputError.
    """
    traffic, caller = workload.traffic, workload.caller
    users = traffic.users if isinstance(traffic, ClosedTraffic) else 0
    if model.kind == Kind.JOB:
        if users:
            raise InputError(
                [Problem("traffic.kind", "'closed'", "an open kind: nobody waits for the records of a job")]
            )
        return Caller()
    if model.routing == Routing.CENTRAL and model.kind == Kind.COPIES:
        return Caller(users=users)
    return Caller(users, caller.attempts, caller.backoff if caller.attempts > 1 else 0)


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

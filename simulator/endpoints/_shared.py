"""What several endpoint types take from facts and workload in the same way."""

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import ClosedTraffic, Workload
from simulator.codes import PolicyKind
from simulator.model import (
    NO_LIMIT,
    NO_POLICY,
    Caller,
    Kind,
    Metric,
    Policy,
    Routing,
    ServingModel,
    TargetTracking,
)

__all__ = ["caller_of", "fleet_policy", "invocation_limit_us", "patience_us", "tracking", "variant_policy"]

_MINUTE_US = 60_000_000


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


def tracking(
    facts: Facts, metric: int, target_thousandths: int, *, high_resolution: bool = False, of: str = "variant"
) -> TargetTracking:
    """Target tracking with AWS's alarm windows and default cooldowns.

    Arguments: `high_resolution` for a metric that comes every few seconds; `of` is what scales, variant or component.
    """
    names = (
        ("high_res_scale_out_datapoints", "high_res_period", "high_res_scale_in_datapoints")
        if high_resolution
        else ("scale_out_datapoints", "scale_out_period", "scale_in_datapoints")
    )
    out, period, into = (facts.of("autoscaling", name) for name in names)
    cooldown = facts.of("autoscaling", f"cooldown_default_{of}").us()
    return TargetTracking(
        metric=metric,
        target_thousandths=max(1, target_thousandths),
        period_us=period.us(),
        out_points=round(out.number()),
        in_points=round(into.number()),
        in_percent=round(100 * facts.of("autoscaling", "scale_in_threshold_fraction").number()),
        out_cooldown_us=cooldown,
        in_cooldown_us=cooldown,
    )


def fleet_policy(option: Option, facts: Facts, of: str = "variant") -> TargetTracking:
    """The tracking policy that an option states: requests at once, else invocations a minute, else none."""
    if option.target_concurrency:
        target = round(option.target_concurrency * 1000)
        return tracking(facts, Metric.CONCURRENCY, target, high_resolution=True, of=of)
    if option.target_per_min:
        plain = tracking(facts, Metric.INVOCATIONS, 1, of=of)
        per_period = option.target_per_min * plain.period_us / _MINUTE_US
        return plain._replace(target_thousandths=max(1, round(per_period * 1000)))
    return NO_POLICY


def variant_policy(policy: TargetTracking, variant: int) -> Policy:
    """A tracking policy as that of one of several variants."""
    return Policy(int(PolicyKind.TARGET), variant, *policy)

"""Zero: what wakes a fleet that has no instance, and work that is due before it can."""

from advisor.attributes import UNKNOWN, Attributes, low
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_duration


@rule("SCA003", "What wakes a queue from zero", ("autoscaling.async_from_zero_without_step_policy",))
def wake_from_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A fleet at zero instances needs a policy that brings it back.

    What it checks: whether a queue that may reach zero instances has a step policy on backlog without capacity.
    Why it matters: target tracking alone may wait until the backlog passes its target, or never leave zero: pages disagree.
    Example: one queued request at night, and a backlog target of several.
    Exam tip: scaling from zero needs a step policy on HasBacklogWithoutCapacity.
    """
    if not facts.of(option.name, "queues_when_busy").value or option.min_instances > 0 or not option.tracked:
        return None
    if option.settings is not None:  # what was written down is judged as written (CFG014)
        return None
    fact = facts.of("autoscaling", "async_from_zero_without_step_policy")
    if option.step_from_zero:
        return Finding(
            "SCA003", Outcome.notes, "Needs a step policy on HasBacklogWithoutCapacity; it is part of this configuration.",
            facts=(fact.id,),
        )  # fmt: skip
    return Finding(
        "SCA003", Outcome.conditions, "No step policy: AWS's pages disagree on whether the fleet leaves zero.",
        seen="no step policy", limit=str(fact.value), facts=(fact.id,),
        remedy="Add a step policy on HasBacklogWithoutCapacity.",
    )  # fmt: skip


@rule("SCA004", "What wakes components from zero", ("at_zero", "inference_components_zero.needs_step_policy_from_zero"))
def wake_components(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Components at zero copies need a step policy and an alarm, or they stay there.

    What it checks: whether an option that may reach zero copies has a step policy from zero.
    Why it matters: calls fail at zero, and target tracking sees no calls that it could act on.
    Example: the first call fails, raises the alarm, and a copy is there minutes later.
    Exam tip: scaling components from zero needs an alarm on NoCapacityInvocationFailures.
    """
    name = f"{option.name}.needs_step_policy_from_zero"
    if option.min_instances > 0 or option.min_copies > 0 or not facts.has(name):
        return None
    fact = facts.fact(name)
    if fact.value is not True or option.settings is not None:  # what was written down is judged as written (CFG014)
        return None
    what = "a step policy and an alarm on NoCapacityInvocationFailures"
    if option.step_from_zero:
        return Finding("SCA004", Outcome.notes, f"Needs {what}; they are part of this configuration.", facts=(fact.id,))
    return Finding(
        "SCA004", Outcome.conditions, f"Nothing brings the copies back from zero without {what}.",
        seen="no step policy", limit="step policy needed", facts=(fact.id,), remedy=f"Add {what}.",
    )  # fmt: skip


@rule("STA006", "Deadline against a start from zero", ("at_zero", "waits_for_answer", "keeps_endpoint"))
def start_from_zero(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Work that is due sooner than an instance can start needs one that is up.

    What it checks: the completion bound against the quickest launch of an instance, where the option starts from none.
    Why it matters: no speed of the model makes up for the launch.
    Example: a launch takes {fact:start.launch_cpu} on a CPU type.
    Exam tip: "within seconds" rules out jobs, and queues that scale to zero.
    """
    job = facts.of(option.name, "keeps_endpoint").value is False
    zero = facts.of(option.name, "at_zero")
    if zero.value != "wait" or facts.of(option.name, "waits_for_answer").value is not False:
        return None
    if not job and (option.min_instances > 0 or not option.tracked):
        return None
    bound = low(attributes.completion_slo_s)
    if bound is UNKNOWN:
        return None
    kind = facts.instances.get(option.instance_type)
    accelerated = kind.gpu if kind is not None else attributes.needs_gpu is True
    launch = facts.fact("start.launch_accelerated" if accelerated else "start.launch_cpu")
    keys, earliest = [zero.id, launch.id], launch.us("low")
    if not job:
        points, period = (facts.fact(f"autoscaling.from_zero_async_{part}") for part in ("datapoints", "period"))
        earliest += round(points.number() * period.us())
        keys += [points.id, period.id]
    seen = bound * 1e6
    if seen >= earliest:
        return None
    return Finding(
        "STA006", Outcome.blocks if job else Outcome.conditions,
        f"The result is due after {format_duration(seen)}; from zero instances it takes {format_duration(earliest)} or "
        "more before work begins.",
        seen=seen, limit=float(earliest), unit="us", margin=seen / earliest - 1, facts=tuple(keys),
        remedy="Use an option that is already up, or allow more time." if job else "Keep at least 1 instance.",
    )  # fmt: skip

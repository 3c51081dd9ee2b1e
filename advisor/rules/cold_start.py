"""Cold starts: who meets one, and whether that is allowed."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_duration


@rule("COLD001", "Cold start against the need", ("cold_start",))
def cold_start(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A cold start must be accepted where the option has one.

    What it checks: the stated need against whether requests of the option can meet a cold start.
    Why it matters: the first request after an idle spell waits for a container or an instance to start.
    Example: serverless keeps an environment for a while after a call ({fact:serverless.keep_alive}), then starts anew.
    Exam tip: "no cold start" rules out on-demand serverless; provisioned concurrency or instances remain.
    """
    fact = facts.of(option.name, "cold_start")
    if fact.value == "no":
        return Finding("COLD001", Outcome.notes, "No cold start while an instance runs.", facts=(fact.id,))
    need = attributes.cold_start_ok
    from_zero = fact.value == "from_zero"
    if from_zero and option.min_instances > 0:
        return Finding(
            "COLD001", Outcome.notes, "At least one instance stays up: no start from zero.", facts=(fact.id,)
        )
    what = "The first request after zero instances waits for an instance" if from_zero else (
        "Requests after an idle spell, or above the warm environments, wait for a start"
    )  # fmt: skip
    remedy = (
        "Keep at least 1 instance."
        if from_zero
        else "Keep environments warm (provisioned concurrency) or use instances."
    )
    if need is UNKNOWN:
        return Finding(
            "COLD001", Outcome.unknown, f"{what}; whether that is acceptable is not stated.",
            facts=(fact.id,), question="cold_start_ok", remedy=remedy,
        )  # fmt: skip
    if need is True:
        return Finding("COLD001", Outcome.notes, f"{what}; that was accepted.", facts=(fact.id,))
    if need is False and not from_zero:
        bound = high(attributes.latency_slo_ms)
        start = facts.fact("serverless.cold_start_time")
        if bound is not UNKNOWN and bound * 1000 < start.us("low"):
            return Finding(
                "COLD001", Outcome.blocks,
                f"{what} ({format_duration(start.us('low'))} or more, {start.confidence}); that was called not "
                f"acceptable, with a bound of {format_duration(bound * 1000)}.",
                seen=float(start.us("low")), limit=bound * 1000, unit="us",
                margin=1 - start.us("low") / (bound * 1000), facts=(fact.id,), remedy=remedy,
            )  # fmt: skip
    word = "called not acceptable" if need is False else "unwanted"
    return Finding(
        "COLD001", Outcome.conditions, f"{what}; that is {word}.",
        seen=str(fact.value), limit="no cold start", facts=(fact.id,), remedy=remedy,
    )  # fmt: skip

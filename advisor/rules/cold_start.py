"""Cold starts: who meets one, and whether that is allowed."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_duration

_WHAT = {
    "yes": "Requests after an idle spell, or above the warm environments, wait for a start",
    "from_zero": "The first request after zero instances waits for an instance",
    "first_call": "The first call of a model on an instance waits until it is loaded",
    "fail": "At zero copies calls fail until a copy has started, minutes later",
}
_REMEDY = {
    "yes": "Keep environments warm (provisioned concurrency) or use instances.",
    "from_zero": "Keep at least 1 instance.",
    "first_call": "Load each model once after every start, or give the models containers of their own.",
    "fail": "Keep at least 1 copy (inference components without zero).",
}


def _kind(option: Option, facts: Facts, fact: Fact) -> str:
    """Which of the four starts a caller can meet."""
    if facts.of(option.name, "at_zero").value == "fail":
        return "fail"
    if facts.of(option.name, "model_sharing").value == "one_container":
        return "first_call"
    return str(fact.value)


@rule("COLD001", "Cold start against the need", ("cold_start", "at_zero"))
def cold_start(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A cold start must be accepted where the option has one.

    What it checks: the stated need against whether requests of the option can meet a cold start.
    Why it matters: the first request after an idle spell waits for a container or an instance to start, or fails.
    Example: serverless keeps an environment for a while after a call ({fact:serverless.keep_alive}), then starts anew.
    Exam tip: "no cold start" rules out on-demand serverless; provisioned concurrency or instances remain.
    """
    fact = facts.of(option.name, "cold_start")
    if fact.value == "no":
        return Finding("COLD001", Outcome.notes, "No cold start while it runs.", facts=(fact.id,))
    if facts.of(option.name, "needs_data_beforehand").value is True:
        return Finding(
            "COLD001", Outcome.notes, "Every job launches its instances; no caller waits for that.", facts=(fact.id,)
        )
    kind = _kind(option, facts, fact)
    what, remedy = _WHAT[kind], _REMEDY[kind]
    if kind in {"from_zero", "fail"} and option.min_instances > 0:
        return Finding(
            "COLD001", Outcome.notes, "At least one instance stays up: no start from zero.", facts=(fact.id,)
        )
    need = attributes.cold_start_ok
    if need is UNKNOWN:
        return Finding(
            "COLD001", Outcome.unknown, f"{what}; whether that is acceptable is not stated.",
            facts=(fact.id,), question="cold_start_ok", remedy=remedy,
        )  # fmt: skip
    if need is True:
        return Finding("COLD001", Outcome.notes, f"{what}; that was accepted.", facts=(fact.id,))
    if need is False and kind == "fail":
        zero = facts.of(option.name, "at_zero")
        return Finding(
            "COLD001", Outcome.blocks, f"{what}; that was called not acceptable.",
            seen="calls fail at zero", limit="no cold start", facts=(zero.id, fact.id), remedy=remedy,
        )  # fmt: skip
    if need is False and kind == "yes":
        bound = high(attributes.latency_slo_ms)
        start = facts.fact("serverless.cold_start_time")
        if bound is not UNKNOWN and bound * 1000 < start.us("low"):
            return Finding(
                "COLD001", Outcome.blocks,
                f"{what} ({format_duration(start.us('low'))} or more, {start.confidence}); that was called not "
                f"acceptable, with a bound of {format_duration(bound * 1000)}.",
                seen=float(start.us("low")), limit=bound * 1000, unit="us",
                margin=1 - start.us("low") / (bound * 1000) if bound else None, facts=(fact.id,), remedy=remedy,
            )  # fmt: skip
    word = "called not acceptable" if need is False else "unwanted"
    return Finding(
        "COLD001", Outcome.conditions, f"{what}; that is {word}.",
        seen=kind.replace("_", " "), limit="no cold start", facts=(fact.id,), remedy=remedy,
    )  # fmt: skip

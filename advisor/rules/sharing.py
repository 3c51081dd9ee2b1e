"""Sharing: what one container for many models means for cores, metrics and first calls."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.units import format_bytes, format_duration


@rule("SCA009", "What the metrics of a shared container show", ("multi_model.metric_period",))
def shared_metrics(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The metrics of a shared container do not tell its models apart.

    What it checks: whether the option publishes metrics for all models together.
    Why it matters: a busy model hides among quiet ones, and the fleet scales for their sum.
    Example: figures every {fact:multi_model.metric_period}, none for a single model.
    Exam tip: per-model scaling and per-model metrics point to inference components.
    """
    name = f"{option.name}.metric_period"
    if not facts.has(name):
        return None
    fact = facts.fact(name)
    return Finding(
        "SCA009", Outcome.notes, f"Metrics come every {fact.text()} for all models together, none for a single one.",
        facts=(fact.id,),
    )  # fmt: skip


@rule("SCA010", "Cores of a shared container", ("multi_model.concurrency_rule",))
def shared_cores(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A container shared by models works on as many requests at once as the instance has cores.

    What it checks: requests side by side against the cores of the chosen type, without an accelerator.
    Why it matters: more slots than cores do not make the instance faster.
    Example: what bounds it is the {fact:multi_model.concurrency_rule}.
    Exam tip: a multi-model endpoint on CPU gets more throughput from more cores.
    """
    name, kind = f"{option.name}.concurrency_rule", facts.instances.get(option.instance_type)
    if not facts.has(name) or kind is None or kind.gpu or option.concurrency_per_instance <= kind.vcpu:
        return None
    return Finding(
        "SCA010", Outcome.notes,
        f"{option.concurrency_per_instance:,} requests at once on {kind.name}; its {kind.vcpu:g} cores bound what runs.",
        seen=float(option.concurrency_per_instance), limit=kind.vcpu, unit="requests",
        margin=1 - option.concurrency_per_instance / kind.vcpu, facts=(facts.fact(name).id,),
        remedy="Count on one request for each core, or choose a type with more.",
    )  # fmt: skip


@rule("STA007", "Loading a model on its first call", ("multi_model.model_load_max",))
def first_call(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model that is loaded by its first call must load before that call, or the load itself, times out.

    What it checks: the time to download the model against the invocation time-out and the limit of a load.
    Why it matters: the caller sees an error while the load goes on; beyond the load's own limit it never ends.
    Example: the call ends after {fact:multi_model.invocation_timeout}, the load after {fact:multi_model.model_load_max}.
    Exam tip: ModelNotReadyException means: repeat the call.
    """
    name, call = f"{option.name}.model_load_max", facts.of(option.name, "invocation_timeout")
    if not facts.has(name) or not call.numeric:
        return None
    size_gb = high(attributes.model_size_gb)
    if size_gb is UNKNOWN:
        return None
    most, size = facts.fact(name), size_gb * 1e9
    rate = facts.fact("start.model_download_per_s")
    seen = size / rate.number() * 1e6
    if seen <= call.us():
        return None
    above = seen > most.us()
    limit = most if above else call
    what = "longer than a load may take" if above else "longer than a call may take: the first one fails"
    return Finding(
        "STA007", Outcome.conditions,
        f"A model of {format_bytes(size)} loads in about {format_duration(seen)}, {what} ({limit.text()}).",
        seen=seen, limit=float(limit.us()), unit="us", margin=1 - seen / limit.us(), facts=(limit.id, rate.id),
        remedy="Make the models smaller, or give each capacity of its own." if above
        else "Call each model once after every start, and let callers repeat.",
    )  # fmt: skip

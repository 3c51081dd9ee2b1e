"""Time-outs: how long a prediction may take, at the endpoint, at the front door and at the caller."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.text import format_share
from advisor.units import format_duration


def _limit(attributes: Attributes, option: Option, facts: Facts) -> Fact:
    """The limit that binds: the longer one of response streaming where the answer is streamed and that exists."""
    streaming = facts.of(option.name, "invocation_timeout_streaming")
    if attributes.streaming is True and streaming.numeric:
        return streaming
    return facts.of(option.name, "invocation_timeout")


@rule(
    "TIM001",
    "Processing time against the invocation time-out",
    ("invocation_timeout", "invocation_timeout_streaming"),
)
def invocation_timeout(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The slow end of the processing time must stay under the time-out of the option.

    What it checks: the p99 of the processing time against the time-out, and the share of requests above it.
    Why it matters: the caller gets an error at the limit while the model goes on working.
    Example: 90 s of processing fails on real-time ({fact:real_time.invocation_timeout}) and runs on async ({fact:async.invocation_timeout}).
    Exam tip: exam material teaches {study:async.invocation_timeout} for async; that is the default, not the maximum.
    """
    fact = _limit(attributes, option, facts)
    if not fact.applies:
        return None
    slow = high(attributes.processing_s)
    if slow is UNKNOWN:
        return Finding(
            "TIM001", Outcome.unknown, f"Processing time not stated; the limit is {fact.text()}.",
            limit=float(fact.us()), unit="us", facts=(fact.id,), question="processing_s",
        )  # fmt: skip
    seen = round(slow * 1e6)
    share = attributes.processing.share_above(fact.us()) if attributes.processing else None
    remedy = "Use an option with a longer limit (async), stream the answer, or make the model faster."
    streamed = facts.of(option.name, "invocation_timeout_streaming")
    if attributes.streaming is UNKNOWN and streamed.numeric and fact.us() < seen <= streamed.us():
        remedy = f"Stream the answer: then the limit is {streamed.text()}. Or use async, or make the model faster."
    if fact.adjustable == "quota":
        remedy += " Support can raise this limit for an account."
    finding = limit_finding(
        "TIM001",
        fact,
        seen,
        limit=fact.us(),
        unit="us",
        subject="Processing time (p99)",
        share=share,
        remedy=remedy,
    )
    if finding.outcome is Outcome.notes and share is not None and share > 1e-6:
        return Finding(
            "TIM001", Outcome.conditions,
            f"{format_share(share)} of requests would run past the limit of {fact.text()} and fail.",
            seen=finding.seen, limit=finding.limit, unit="us", margin=finding.margin, remedy=remedy, facts=(fact.id,),
        )  # fmt: skip
    return finding


@rule("TIM002", "Time-out setting that a long run needs", ("invocation_timeout_default",))
def default_timeout(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A default below the maximum must be raised for long runs.

    What it checks: the p99 of the processing time against the default where the default is shorter than the maximum.
    Why it matters: the option can do it, but only when each call asks for it.
    Example: async stops at {fact:async.invocation_timeout_default} unless InvocationTimeoutSeconds says otherwise.
    Exam tip: a question that says the default is too short is about the setting, not about another option.
    """
    default, most = facts.of(option.name, "invocation_timeout_default"), _limit(attributes, option, facts)
    if not default.applies or not most.applies or default.us() >= most.us():
        return None
    slow = high(attributes.processing_s)
    if slow is UNKNOWN:
        return None
    seen = round(slow * 1e6)
    if seen <= default.us() or seen > most.us():
        return None
    return Finding(
        "TIM002", Outcome.conditions,
        f"Runs of {format_duration(seen)} need a longer time-out than the default of {default.text()}.",
        seen=float(seen), limit=float(default.us()), unit="us", margin=1 - seen / default.us(),
        remedy=f"Set InvocationTimeoutSeconds on each call, up to {most.text()}.", facts=(default.id, most.id),
    )  # fmt: skip


@rule(
    "TIM003",
    "Processing time against the front door",
    ("front_door.api_gateway_timeout", "front_door.lambda_timeout"),
)
def front_timeout(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """What stands before the endpoint may give up earlier than the endpoint.

    What it checks: the p99 of the processing time against the time-out of API Gateway or Lambda, where one is stated.
    Why it matters: the shorter of two time-outs is the one that callers meet.
    Example: API Gateway waits {fact:front_door.api_gateway_timeout}, whatever the endpoint allows.
    Exam tip: long predictions behind API Gateway point to async with a notification.
    """
    front, slow = attributes.front, high(attributes.processing_s)
    if front is UNKNOWN or front == "none" or slow is UNKNOWN:
        return None
    if not facts.of(option.name, "waits_for_answer").value:
        return None
    fact = facts.of("front_door", f"{front}_timeout")
    finding = limit_finding(
        "TIM003", fact, round(slow * 1e6), limit=fact.us(), unit="us",
        subject=f"Processing time (p99) behind {front.replace('_', ' ')}",
        share=attributes.processing.share_above(fact.us()) if attributes.processing else None,
        remedy="Hand the request over and answer later (async with a notification), or raise the front door's limit.",
    )  # fmt: skip
    if finding.outcome is Outcome.blocks and fact.adjustable == "quota":
        return Finding(
            finding.rule, Outcome.conditions, finding.message, finding.seen, finding.limit, finding.unit,
            finding.margin, finding.remedy, finding.facts,
        )  # fmt: skip
    return finding


@rule("TIM004", "Processing time against the caller's patience", ("waits_for_answer",))
def caller_timeout(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A caller that gives up before the answer is there gets nothing, and the work is done all the same.

    What it checks: the p99 of the processing time against the caller's own time-out.
    Why it matters: abandoned work still occupies the instance and the bill.
    Example: a client that waits 10 s calls a model that takes 12 s at p99.
    Exam tip: raise the client's read time-out before blaming the endpoint.
    """
    patience, slow = high(attributes.caller_timeout_s), high(attributes.processing_s)
    if patience is UNKNOWN or slow is UNKNOWN or slow <= patience:
        return None
    if not facts.of(option.name, "waits_for_answer").value:
        return None
    return Finding(
        "TIM004", Outcome.conditions,
        f"Callers give up after {format_duration(patience * 1e6)}; the slowest 1 % take "
        f"{format_duration(slow * 1e6)} or more without any waiting.",
        seen=slow * 1e6, limit=patience * 1e6, unit="us", margin=1 - slow / patience if patience else -1.0,
        remedy="Raise the caller's time-out, or let nobody wait (async).",
        facts=(facts.of(option.name, "waits_for_answer").id,),
    )  # fmt: skip


@rule("TIM005", "Does the caller wait for the answer", ("waits_for_answer",))
def waiting_caller(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A caller who waits on the connection cannot be served through a queue.

    What it checks: `immediate_response` against whether the option answers on the connection.
    Why it matters: a queued request is accepted at once and answered in S3, later.
    Example: a web page that shows the result of this click needs real-time or serverless.
    Exam tip: "near real-time", "within minutes" and "notify when done" all allow async.
    """
    fact = facts.of(option.name, "waits_for_answer")
    if fact.value:
        return None
    if attributes.immediate_response is UNKNOWN:
        return Finding(
            "TIM005", Outcome.unknown, "Whether the caller waits on the connection is not stated.",
            facts=(fact.id,), question="immediate_response",
        )  # fmt: skip
    if attributes.immediate_response:
        return Finding(
            "TIM005", Outcome.blocks, "The caller waits on the connection; this option answers later, in S3.",
            seen="answer on the connection", limit="answer in S3", facts=(fact.id,),
            remedy="Let the caller poll or be notified, instead of waiting on the connection.",
        )  # fmt: skip
    return Finding("TIM005", Outcome.notes, "Nobody waits on the connection: a queue is allowed.", facts=(fact.id,))

"""Payload: what a request and an answer may weigh."""

from advisor.attributes import UNKNOWN, Attributes, Number, high
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.workload import SizeDistribution

_LARGER = (
    "Send a reference to an object in S3 instead of the bytes, split the request, or use an option that takes more."
)


def _size(
    rule_id: str, subject: str, size: Number, sizes: SizeDistribution | None, fact: Fact, question: str
) -> Finding | None:
    """One size against one limit: decimal reading safe, binary reading `conditions`."""
    if not fact.applies:
        return None
    largest = high(size)
    if largest is UNKNOWN:
        return Finding(
            rule_id, Outcome.unknown, f"{subject}: size not stated; the limit is {fact.text()}.",
            limit=float(fact.bytes()), unit="bytes", facts=(fact.id,), question=question,
        )  # fmt: skip
    seen = round(largest * 1e6)
    return limit_finding(
        rule_id, fact, seen, limit=fact.bytes(), upper=fact.bytes_upper(), unit="bytes", subject=subject,
        share=sizes.share_above(fact.bytes()) if sizes else None,
        remedy=f"Keep {subject.lower()} under {fact.text()}. {_LARGER}",
    )  # fmt: skip


@rule("PAY001", "Request body against the payload limit", ("payload_request",))
def request_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The largest request body must fit the payload limit of the option.

    What it checks: the largest stated request size (max, else p99) against the limit of the option.
    Why it matters: a larger body is refused before the model sees it, however seldom it comes.
    Example: 5 MB fits real-time ({fact:real_time.payload_request}) and not serverless ({fact:serverless.payload_request}).
    Exam tip: exam material teaches {study:real_time.payload_request} for real-time; large bodies point to async ({fact:async.payload_request}).
    """
    fact = facts.of(option.name, "payload_request")
    return _size("PAY001", "The request body", attributes.payload_mb, attributes.payload, fact, "payload_mb")


@rule("PAY002", "Answer against the payload limit", ("payload_response",))
def response_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The largest answer must fit the response limit of the option.

    What it checks: the largest stated answer (max, else p99) against the response limit.
    Why it matters: a small question can have a large answer (images, audio), and the limit holds both ways.
    Example: a generated image of 10 MB cannot leave a serverless endpoint ({fact:serverless.payload_response}).
    Exam tip: async writes its answer to S3, so nothing returns on the connection.
    """
    fact = facts.of(option.name, "payload_response")
    return _size("PAY002", "The answer", attributes.response_mb, attributes.response, fact, "response_mb")


@rule(
    "PAY003",
    "Request body against the front door",
    ("front_door.api_gateway_payload", "front_door.lambda_payload"),
)
def front_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """What stands before the endpoint has a payload limit of its own.

    What it checks: the largest request or answer against the limit of API Gateway or Lambda, where one is stated.
    Why it matters: the smaller of two limits is the one that callers meet.
    Example: behind Lambda a body may have {fact:front_door.lambda_payload} at most.
    Exam tip: an endpoint limit alone does not answer a question that names API Gateway.
    """
    front = attributes.front
    if front is UNKNOWN or front == "none" or not facts.of(option.name, "waits_for_answer").value:
        return None
    fact = facts.of("front_door", f"{front}_payload")
    bodies = [("The request body", attributes.payload_mb), ("The answer", attributes.response_mb)]
    known = [(float(size), name) for name, number in bodies if (size := high(number)) is not UNKNOWN]
    if not known:
        return None
    largest, subject = max(known)
    return limit_finding(
        "PAY003", fact, round(largest * 1e6), limit=fact.bytes(), upper=fact.bytes_upper(), unit="bytes",
        subject=f"{subject} behind {front.replace('_', ' ')}",
        remedy="Upload to S3 with a presigned URL and pass the reference through the front door.",
    )  # fmt: skip

"""Payload: what a request and an answer may weigh."""

from advisor.attributes import UNKNOWN, Attributes, Number, high
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.units import format_bytes
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


def record_mb(attributes: Attributes, option: Option, facts: Facts) -> float | None:
    """Mean record, MB, where the stated payload of a job is a file of many records; None where it is one record.

    A payload above the limit of an option that needs its data beforehand is such a file when it is the whole data
    set, or when the data set's mean record is under the limit.
    """
    fact = facts.of(option.name, "payload_request")
    if facts.of(option.name, "needs_data_beforehand").value is not True or not fact.numeric:
        return None
    payload = high(attributes.payload_mb)
    if payload is UNKNOWN or payload * 1e6 <= fact.bytes_upper():
        return None
    records, total = high(attributes.dataset_records), high(attributes.dataset_gb)
    if total is UNKNOWN:
        return None
    if records is UNKNOWN:
        return 0.0 if payload >= total * 1000 else None
    mean = total * 1000 / records if records > 1 else payload
    return mean if mean * 1e6 <= fact.bytes() else None


@rule("PAY001", "Request body against the payload limit", ("payload_request", "needs_data_beforehand"))
def request_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The largest request body must fit the payload limit of the option.

    What it checks: the largest stated request size (max, else p99) against the limit of the option.
    Why it matters: a larger body is refused before the model sees it, however seldom it comes.
    Example: 5 MB fits real-time ({fact:real_time.payload_request}) and not serverless ({fact:serverless.payload_request}).
    Exam tip: exam material teaches {study:real_time.payload_request} for real-time; large bodies point to async ({fact:async.payload_request}).
    """
    fact, record = facts.of(option.name, "payload_request"), record_mb(attributes, option, facts)
    largest = high(attributes.payload_mb)
    if record is not None and largest is not UNKNOWN:
        seen = largest * 1e6
        holds = f"about {format_bytes(record * 1e6)} each" if record else "how many is not stated"
        return Finding(
            "PAY001", Outcome.conditions,
            f"A file of {format_bytes(seen)} is above the limit of {fact.text()}; its records ({holds}) can be sent apart.",
            seen=seen, limit=float(fact.bytes()), unit="bytes", margin=1 - seen / fact.bytes(), facts=(fact.id,),
            remedy=f"Split the file by line (SplitType) into mini-batches of {fact.text()} at most.",
        )  # fmt: skip
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


@rule("PAY004", "Request body inside the call of a queue", ("payload_inline",))
def inline_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A small body may travel in the call itself; a larger one must lie in S3 first.

    What it checks: the largest request against the limit of an inline body, where the option has one.
    Why it matters: the upload to S3 is one more step, one more permission and some time for each request.
    Example: an asynchronous call carries {fact:async.payload_inline} at most; more is passed by reference.
    Exam tip: exam material knows only the way through S3.
    """
    fact = facts.of(option.name, "payload_inline")
    if not fact.numeric:
        return None
    largest = high(attributes.payload_mb)
    if largest is UNKNOWN:
        return None
    seen, limit = round(largest * 1e6), fact.bytes()
    fits = seen <= limit
    word = "fits inside the call" if fits else "must be uploaded to S3 first"
    return Finding(
        "PAY004", Outcome.notes, f"The largest request, {format_bytes(seen)}, {word} (inline limit: {fact.text()}).",
        seen=float(seen), limit=float(limit), unit="bytes", margin=1 - seen / limit, facts=(fact.id,),
        remedy="" if fits else "Upload the body and pass its place in S3 (InputLocation).",
    )  # fmt: skip


@rule("PAY006", "Request body above the limit of the API model", ("real_time.payload_request_api_model",))
def api_model_payload(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """AWS's guide and its API model name different limits for the same body.

    What it checks: a body that fits the guide's limit and is above the one in the API model.
    Why it matters: clients made from the API model may refuse what the service takes.
    Example: the guide says {fact:real_time.payload_request}, the API model {fact:real_time.payload_request_api_model}.
    Exam tip: exam material teaches {study:real_time.payload_request}.
    """
    name = f"{option.name}.payload_request_api_model"
    if not facts.has(name):
        return None
    largest = high(attributes.payload_mb)
    if largest is UNKNOWN:
        return None
    fact, guide = facts.fact(name), facts.of(option.name, "payload_request")
    seen = round(largest * 1e6)
    if not guide.numeric or not fact.bytes() < seen <= guide.bytes_upper():
        return None
    return Finding(
        "PAY006", Outcome.conditions,
        f"AWS's pages disagree: {format_bytes(seen)} fit its guide ({guide.text()}), its API model still says {fact.text()}, "
        "which its SDK does not enforce.",
        seen=float(seen), limit=float(fact.bytes()), unit="bytes", margin=1 - seen / fact.bytes(),
        facts=(fact.id, guide.id), remedy="Send one such body before you rely on it.",
    )  # fmt: skip

"""Delivery: data known beforehand, and whether an endpoint has to stand."""

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule


@rule("DEL001", "Data known beforehand", ("needs_data_beforehand",))
def beforehand(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A job scores a data set that exists when it starts.

    What it checks: whether a data set, or offline traffic, was stated for an option that needs one.
    Why it matters: requests that trickle in would each pay the start of a job.
    Example: all customers scored on Sunday night, read on Monday.
    Exam tip: "entire data set", "nightly" and "no persistent endpoint" point to batch transform.
    """
    fact = facts.of(option.name, "needs_data_beforehand")
    if fact.value is not True:
        return None
    stated = attributes.dataset_records is not UNKNOWN or attributes.dataset_gb is not UNKNOWN
    if stated or attributes.traffic == "offline":
        return Finding("DEL001", Outcome.notes, "The data is known when the job starts.", facts=(fact.id,))
    if attributes.offline_ok is True:
        return Finding(
            "DEL001", Outcome.conditions, "Requests have to be collected first, then scored in one job.",
            seen="may be collected", limit="known beforehand", facts=(fact.id,), remedy="Collect the input in S3.",
        )  # fmt: skip
    if attributes.offline_ok is False or attributes.traffic is not UNKNOWN:
        return Finding(
            "DEL001", Outcome.conditions, "Requests arrive over time: a job for each, or for each collected lot.",
            seen="arrive over time", limit="known beforehand", facts=(fact.id,),
            remedy="Collect the input in S3 and score it in one job, or use a queue.",
        )  # fmt: skip
    return Finding(
        "DEL001", Outcome.unknown, "Whether the data is known beforehand is not stated.",
        facts=(fact.id,), question="offline_ok",
    )  # fmt: skip


@rule("DEL002", "An endpoint that stands", ("keeps_endpoint",))
def standing(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A stated need for an endpoint at all times rules out jobs.

    What it checks: `persistent_endpoint` against whether the option leaves an endpoint standing.
    Why it matters: between jobs there is nothing to call.
    Example: a partner calls the address at any hour.
    Exam tip: "no need for a persistent endpoint" is the sentence that gives batch transform away.
    """
    fact = facts.of(option.name, "keeps_endpoint")
    if attributes.persistent_endpoint is True and fact.value is False:
        return Finding(
            "DEL002", Outcome.blocks, "An endpoint must stand at all times; between jobs there is none.",
            seen="an endpoint", limit="a job", facts=(fact.id,), remedy="Use an endpoint.",
        )  # fmt: skip
    if attributes.persistent_endpoint is False and fact.value is True:
        return Finding(
            "DEL002", Outcome.notes, "An endpoint stands, though none was asked for.", facts=(fact.id,),
            seen="none needed", limit="an endpoint", remedy="A job would do if the data is known beforehand.",
        )  # fmt: skip
    return None

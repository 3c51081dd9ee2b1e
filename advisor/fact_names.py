"""What a fact, its subject and a price are called in plain words: `data/names.toml`."""

from functools import lru_cache
from typing import Any

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Fact, Facts, Price
from advisor.options import NAMES, title

__all__ = ["asked", "concerns", "fact_name", "price_name", "subject_name"]

_LONGEST = 90


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    return read_toml(data_folder() / "names.toml")


def fact_name(fact: Fact) -> str:
    """What a fact is about, without its option; a published measurement is named by its note.

    >>> from advisor.facts import load_facts
    >>> fact_name(load_facts().fact("real_time.payload_request"))
    'Largest request body'
    """
    known = _names()["names"]
    if fact.id in known or fact.attribute in known:
        return str(known.get(fact.id) or known[fact.attribute])
    said = fact.note.partition(". ")[0] if fact.option == "observed" else fact.attribute.replace("_", " ")
    short = said if len(said) <= _LONGEST else f"{said[:_LONGEST].rpartition(' ')[0]} …"
    return f"{short[:1].upper()}{short[1:]}"


def subject_name(subject: str) -> str:
    """An option by its title, any other subject of facts by its words.

    >>> subject_name("async"), subject_name("front_door")
    ('Asynchronous endpoint', 'In front of the endpoint')
    """
    return title(subject) if subject in NAMES else str(_names()["subjects"].get(subject, subject.replace("_", " ")))


def asked(fact: Fact) -> str:
    """The question that a fact answers, for a study card.

    >>> from advisor.facts import load_facts
    >>> asked(load_facts().fact("serverless.payload_request"))
    'Serverless endpoint: how large may a request body be?'
    """
    ask = str(_names()["asks"].get(fact.attribute, f"{fact_name(fact)}, what does AWS document?"))
    return f"{subject_name(fact.option)}: {ask[:1].lower()}{ask[1:]}"


def concerns(fact: Fact, facts: Facts) -> tuple[str, ...]:
    """The options that a fact speaks of: its own and those that take it over; none for other subjects.

    >>> from advisor.facts import load_facts
    >>> facts = load_facts()
    >>> concerns(facts.fact("serverless.payload_request"), facts)
    ('serverless', 'serverless_provisioned')
    """
    names = (f"{option}.{fact.attribute}" for option in NAMES[:-1]) if fact.option in NAMES else ()
    return tuple(n.partition(".")[0] for n in names if facts.has(n) and facts.fact(n).id == fact.id)


def price_name(price: Price) -> str:
    """What a price buys: the instance type, or the item in words.

    >>> from advisor.facts import load_facts
    >>> price_name(load_facts().price("us-east-1", "serverless", "memory-2048MiB"))
    'Serverless, 2048 MiB, an hour of processing'
    """
    known = _names()["prices"]
    meter, _, size = price.item.removesuffix("MiB").partition("-")
    if size.isdigit() and f"{price.subject} {meter}" in known:
        return str(known[f"{price.subject} {meter}"]).replace("{size}", size)
    return str(known.get(f"{price.subject} {price.item}", price.item))

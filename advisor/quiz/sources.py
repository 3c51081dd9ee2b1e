"""Sources: the page of AWS's documentation that a fact or a finding leads to."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.rules import Finding

__all__ = ["fact_source", "first_source", "page_of", "source_of"]

_OF_AWS: Final = re.compile(r"https://(?:docs\.aws\.amazon\.com|aws\.amazon\.com|docs\.amazonaws\.cn)/[^\s;,()]*")
_OF_GUIDE: Final = re.compile(r"([\w-]+)@\w+:doc_source/([\w-]+)\.md")


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    return read_toml(data_folder() / "quiz" / "pages.toml")


def page_of(option: str) -> str:
    """The main documentation page of an option or subject; that of real-time endpoints for one without its own.

    >>> page_of("batch_transform").rpartition("/")[2]
    'batch-transform.html'
    """
    pages = _tables()["pages"]
    return pages.get(option, pages["real_time"])


def first_source(fact_id: str, facts: Facts) -> str:
    """The address in AWS's documentation that a fact rests on; empty where its source names none.

    >>> from advisor.facts import load_facts
    >>> first_source("autoscaling.metric_async", load_facts()).rpartition("/")[2]
    'async-inference-autoscale.html'
    """
    fact, tables = facts.mechanism.fact(fact_id), _tables()  # the study card has no pages of its own
    if fact.id in tables["pages"]:
        return tables["pages"][fact.id]
    if found := _OF_AWS.search(fact.source):
        return found[0]
    guides = tables["guides"]
    named = (guides[repo].replace("NAME", name) for repo, name in _OF_GUIDE.findall(fact.source) if repo in guides)
    return next(named, "")


def _page(fact_id: str, facts: Facts) -> str:
    """The page of the subject of a fact; empty where the table has none."""
    return _tables()["pages"].get(facts.mechanism.fact(fact_id).option, "")


def fact_source(fact_id: str, facts: Facts) -> str:
    """The page that a fact leads to: the one it rests on, else that of its subject.

    >>> from advisor.facts import load_facts
    >>> fact_source("async.queue_ttl_range", load_facts()).rpartition("/")[2]
    'API_runtime_InvokeEndpointAsync.html'
    """
    return first_source(fact_id, facts) or _page(fact_id, facts) or page_of("")


def source_of(finding: Finding, facts: Facts, option: str = "") -> str:
    """The page that a finding leads to: one that its facts rest on, else that of their subject, else the option's.

    Arguments: `option` is the name it was said of.
    """
    for read in (first_source, _page):
        if found := next((page for name in finding.facts if (page := read(name, facts))), ""):
            return found
    return page_of(option)

"""The facts that the verdicts on a workload rest on."""

from functools import lru_cache

from advisor.advice import advise
from advisor.errors import AdvisorError
from advisor.facts import Facts
from advisor.workload import Workload

__all__ = ["used_facts"]


@lru_cache(maxsize=32)
def used_facts(workload: Workload, facts: Facts) -> frozenset[str]:
    """Ids of the facts behind every finding on every option; none where the workload cannot be judged.

    >>> from advisor.facts import load_facts
    >>> from advisor.workload import load_workload
    >>> "serverless.payload_request" in used_facts(load_workload("invoice-ocr"), load_facts())
    True
    """
    try:
        verdicts = advise(workload, facts).verdicts
    except AdvisorError:
        return frozenset()
    return frozenset(name for verdict in verdicts for finding in verdict.findings for name in finding.facts)

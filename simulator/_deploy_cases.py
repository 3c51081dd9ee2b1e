"""Every option of the bundled workloads in each of its sized forms: what the checks of `deploy` run on."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from advisor.deploy.plan import Plan, plan
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.shortlist import candidates
from advisor.workload import Workload, load_workload

__all__ = ["Case", "cases"]

_LOAD: Final = TrafficSummary(1_000_000, 86_400_000_000, 12.0, 20.0, 40.0, 0.0, 0)
_AT_ONCE: Final = 20
_WORKLOADS: Final = ("invoice-ocr", "customer-models", "ct-scans", "turbine-watch", "support-chat")


@dataclass(frozen=True, slots=True)
class Case:
    """One sized option of one workload."""

    workload: Workload
    option: Option
    plan: Plan


@cache
def cases() -> tuple[Case, ...]:
    """The first of each form (fixed, tracked, to zero) of each option of each workload that can be created."""
    facts = load_facts()
    found: list[Case] = []
    seen: set[object] = set()
    for name in _WORKLOADS:
        workload = load_workload(name)
        for option in candidates(workload, facts, _LOAD, lambda _: _AT_ONCE):
            form = (name, option.name, option.tracked, option.min_instances, option.min_copies)
            if form in seen:
                continue
            seen.add(form)
            try:
                found.append(Case(workload, option, plan(workload, option, facts, notify=True, anyway=True)))
            except InputError:
                continue
    return tuple(found)

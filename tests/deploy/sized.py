"""Every option of the bundled workloads in each of its sized forms."""

from dataclasses import dataclass
from functools import cache

from advisor import load_facts, load_workload
from advisor.deploy.plan import Plan, plan
from advisor.errors import InputError
from advisor.load import TrafficSummary
from advisor.options import Option
from advisor.shortlist import candidates
from advisor.workload import Workload

LOAD = TrafficSummary(1_000_000, 86_400_000_000, 12.0, 20.0, 40.0, 0.0, 0)
WORKLOADS = ("invoice-ocr", "customer-models", "ct-scans", "turbine-watch", "support-chat")


@dataclass(frozen=True)
class Case:
    """One sized option of one workload."""

    workload: Workload
    option: Option
    plan: Plan


@cache
def cases() -> tuple[Case, ...]:
    """The first of each form (fixed, tracked, kept warm) of each option of each workload that can be created."""
    facts, found, seen = load_facts(), [], set()
    for name in WORKLOADS:
        workload = load_workload(name)
        for option in candidates(workload, facts, LOAD, lambda _: 20):
            form = (name, option.name, option.tracked, option.min_instances, option.min_copies)
            if form in seen:
                continue
            seen.add(form)
            try:
                found.append(Case(workload, option, plan(workload, option, facts, notify=True, anyway=True)))
            except InputError:
                continue
    return tuple(found)

"""The checks of a workload that need facts: its Region and its instance types."""

import difflib
import re

from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.places import memory_sizes
from advisor.workload import Workload

__all__ = ["check_region", "check_workload"]

_SERVERLESS = re.compile(r"^serverless:(\d+)$")


def _known(path: str, seen: str, known: tuple[str, ...], what: str) -> list[Problem]:
    if seen in known:
        return []
    near = difflib.get_close_matches(seen, known, n=2, cutoff=0.5) or list(known[:1])
    return [Problem(path, repr(seen), f"one of {len(known)} {what}, for example {' or '.join(near)}")]


def check_region(region: str, facts: Facts, path: str) -> None:
    """Raise InputError when a Region is not in the facts. Arguments: `path` is the field that named it."""
    problems = _known(path, region, facts.regions, "Regions")
    if problems:
        raise InputError(problems)


def check_workload(workload: Workload, facts: Facts) -> None:
    """Raise InputError when the Region, an instance type or a serverless memory size is not in the facts.

    Every problem is named at once, each with what would be allowed.
    """
    types = tuple(sorted(facts.instances))
    problems = _known("needs.region", workload.needs.region, facts.regions, "Regions")
    problems += _known("service.reference", workload.service.reference, types, "instance types")
    sizes = memory_sizes(facts)
    for number, row in enumerate(workload.service.measured):
        path = f"service.measured[{number}].on"
        match = _SERVERLESS.match(row.on)
        if match is None:
            problems += _known(path, row.on, types, "instance types")
        elif int(match[1]) not in sizes:
            allowed = ", ".join(f"serverless:{size}" for size in sizes)
            problems.append(Problem(path, repr(row.on), f"one of {allowed}"))
    if problems:
        raise InputError(problems)

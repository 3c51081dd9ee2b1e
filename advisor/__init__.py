"""What fits, and why not; what a quantity costs. No clock and no randomness in this half.

>>> from advisor import advise, load_facts, load_workload
>>> advise(load_workload("ct-scans"), load_facts()).ranked[0].option.name
'async'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.advice import Advice, advise
    from advisor.attributes import Attributes
    from advisor.billing import Bill, bill, estimate
    from advisor.brief import Brief, load_brief
    from advisor.configured import Configured, from_config
    from advisor.errors import AdvisorError, FactError, InputError, UnitError
    from advisor.facts import Fact, Facts, load_facts
    from advisor.flips import what_if
    from advisor.meters import Meters
    from advisor.options import Option
    from advisor.portfolio import triage
    from advisor.rules import Finding, Outcome
    from advisor.settings import Settings
    from advisor.shortlist import candidates
    from advisor.terms import Terms, parse_savings
    from advisor.verdict import Verdict, examine
    from advisor.workload import Workload, load_workload

__all__ = [
    "Advice",
    "AdvisorError",
    "Attributes",
    "Bill",
    "Brief",
    "Configured",
    "Fact",
    "FactError",
    "Facts",
    "Finding",
    "InputError",
    "Meters",
    "Option",
    "Outcome",
    "Settings",
    "Terms",
    "UnitError",
    "Verdict",
    "Workload",
    "advise",
    "bill",
    "candidates",
    "estimate",
    "examine",
    "from_config",
    "load_brief",
    "load_facts",
    "load_workload",
    "parse_savings",
    "triage",
    "what_if",
]

_HOME = {
    "Advice": "advice", "AdvisorError": "errors", "Attributes": "attributes", "Bill": "billing", "Brief": "brief", "Configured": "configured", "Fact": "facts",
    "FactError": "errors", "Facts": "facts", "Finding": "rules", "InputError": "errors", "Meters": "meters",
    "Option": "options", "Outcome": "rules", "Settings": "settings", "Terms": "terms", "UnitError": "errors", "Verdict": "verdict", "Workload": "workload",
    "advise": "advice", "bill": "billing", "candidates": "shortlist", "estimate": "billing", "examine": "verdict", "from_config": "configured", "load_brief": "brief", "load_facts": "facts",
    "load_workload": "workload", "parse_savings": "terms", "triage": "portfolio", "what_if": "flips",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `--help` pays for nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'advisor' has no attribute {name!r}")
    return getattr(import_module(f"advisor.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

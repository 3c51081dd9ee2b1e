"""What is asked on the Size page: the workload with the promise typed there, the options and the types to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from advisor.errors import InputError
from advisor.workload import Workload
from simulator.pages import _fields
from simulator.pages._fields import Field
from simulator.pages._fields_words import message
from simulator.pages._question import Key, Question
from simulator.pages._state import Draft

__all__ = ["TEXTS", "Asked", "asked_of", "own_texts", "promise_fields", "words"]

TEXTS: Final = {"limit": "workload_limit", "failed": "workload_failed", "budget": "workload_budget"}
"""The fields of this page, by the field of the sidebar that means the same in the workload."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: everything that its answer depends on."""

    question: Question
    """With the promise of this page in its workload."""
    names: tuple[str, ...] = ()
    """Options to look at; all that fit where empty."""
    types: tuple[str, ...] = ()
    """Measured instance types to look at; all where empty."""
    untested: bool = False
    """Types that nobody measured are looked at too, for a load test."""

    @property
    def key(self) -> tuple[Key, tuple[str, ...], tuple[str, ...]]:
        """What the search and everything asked about its plan is kept by."""
        return self.question.key, self.names, self.types


def promise_fields(draft: Draft) -> dict[str, Field]:
    """The fields of the promise, by their names on this page."""
    table = draft.workload.to_mapping()
    known = {entry.key: entry for entry in _fields.fields(table, draft.facts)}
    return {name: known[key] for name, key in TEXTS.items()}


def own_texts(draft: Draft) -> dict[str, str]:
    """What the workload itself promises, as text."""
    table = draft.workload.to_mapping()
    return {name: entry.read(table) for name, entry in promise_fields(draft).items()}


def asked_of(
    draft: Draft, texts: Mapping[str, str], names: tuple[str, ...] = (), types: tuple[str, ...] = (), *, untested: bool = False
) -> tuple[Asked | None, dict[str, str]]:  # fmt: skip
    """The search that some texts ask for, or what to say below the fields that cannot be used.

    Arguments: `texts` by the names of `TEXTS`; those that say what the workload says anyway leave it as it is.
    """
    fields, own, errors = promise_fields(draft), own_texts(draft), dict[str, str]()
    changed = {name: text.strip() for name, text in texts.items() if text.strip() != own[name]}
    for name, text in changed.items():
        try:
            _fields.apply(draft.workload, {fields[name]: text}, draft.facts)
        except InputError as error:
            errors[name] = message(fields[name], error)
    if errors:
        return None, errors
    workload: Workload = draft.workload
    if changed:
        workload = _fields.apply(workload, {fields[name]: text for name, text in changed.items()}, draft.facts)
    return Asked(replace(draft.question, workload=workload), names, types, untested), {}


def words(asked: Asked) -> str:
    """The promise of a search, for a line above what was found before.

    >>> from simulator.pages._state import Draft, example
    >>> words(asked_of(Draft(example("invoice-ocr")), {"limit": "300 ms"})[0])
    'p99:300ms, failed:0.1%, $400 a month at most'
    """
    needs = asked.question.workload.needs
    budget = [f"${needs.budget_usd_per_month:,.0f} a month at most"] if needs.budget_usd_per_month else []
    return ", ".join([*(slo.text for slo in needs.slo), *budget])

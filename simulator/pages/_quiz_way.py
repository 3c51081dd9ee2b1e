"""The way from a quiz question to the comparison of its workload."""

import streamlit as st

from advisor.brief import Brief
from advisor.check import check_workload
from advisor.errors import AdvisorError
from advisor.facts import Facts
from advisor.filled import fill
from advisor.quiz.item import Item
from advisor.workload import Workload
from simulator.in_force import in_force
from simulator.pages import _frame, _state
from simulator.pages._state import Draft

__all__ = ["simulate", "workload_of"]


def workload_of(item: Item, facts: Facts) -> Workload:
    """The workload of a question, named after it. Raises InputError where a simulation cannot take it.

    >>> from advisor.facts import load_facts
    >>> from advisor.quiz.generate import make
    >>> item = make("which-option", 1, load_facts())
    >>> workload_of(item, load_facts()).name
    'Quiz question which-option-1'
    """
    made = fill(Brief.from_mapping(dict(item.brief)), facts).workload
    workload = Workload.from_mapping({**made.to_mapping(), "name": f"Quiz question {item.id}"})
    check_workload(workload, facts)
    return workload


def simulate(item: Item) -> None:
    """A link that opens the comparison with the question's workload; a line where a simulation cannot take it."""
    facts = in_force(item.profile)
    try:
        workload = workload_of(item, facts)
    except AdvisorError:
        st.caption("This workload cannot be simulated: a value is beyond what a simulation takes.")
        return
    _frame.link_to("compare", "Simulate this workload", **_state.parameters(Draft(workload, item.profile)))

"""Billing terms in the sidebar: savings plan, free tier, releases, retention; what a bill has beside the price table."""

import streamlit as st

from advisor.errors import InputError
from advisor.terms import LIST_PRICE
from advisor.terms_text import TERM_TEXTS, read_terms, term_texts
from simulator.pages import _state
from simulator.pages._fields_words import spoken
from simulator.pages._state import Draft

__all__ = ["draw"]


def _key(name: str) -> str:
    return f"terms_{name}"


def _edited() -> None:
    """Take all terms as they stand; each that cannot be is said at its field, and the last good ones stay."""
    draft = _state.current()
    texts = {term.name: str(st.session_state.get(_key(term.name)) or "") for term in TERM_TEXTS}
    for name in texts:
        draft.errors.pop(_key(name), None)
    try:
        draft.terms = read_terms(texts)
    except InputError as error:
        for problem in error.problems:
            draft.errors[_key(problem.path)] = spoken(problem)
        return
    _state.commit(draft, reseed=False)


def draw(draft: Draft) -> None:
    """The expander Billing terms."""
    wrong = any(_key(term.name) in draft.errors for term in TERM_TEXTS)
    stated = "" if draft.terms == LIST_PRICE else ": stated"
    with st.expander(f"Billing terms{stated}", expanded=wrong, key="workload_terms"):
        now = term_texts(draft.terms)
        for term in TERM_TEXTS:
            st.session_state.setdefault(_key(term.name), now[term.name])
            st.text_input(
                term.label, key=_key(term.name), placeholder=term.example, help=term.help, max_chars=80, on_change=_edited,
            )  # fmt: skip
            if _key(term.name) in draft.errors:
                st.error(_state.plain(draft.errors[_key(term.name)]))

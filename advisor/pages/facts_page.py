"""A page."""

import streamlit as st

from advisor.facts import Facts

__all__ = ["body"]


def body(facts: Facts) -> None:
    """The page."""
    st.html(f"<h1>{len(facts.all())} limits</h1>")

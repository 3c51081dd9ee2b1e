"""Replay."""

import streamlit as st

from simulator.pages._state import Draft

__all__ = ["body"]


def body(draft: Draft) -> None:
    """The page."""
    st.html(f"<h1>{draft.workload.name}</h1>")

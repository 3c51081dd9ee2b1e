"""One boundary around a part of a page: a part that fails never takes the rest with it."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

__all__ = ["boundary"]


@contextmanager
def boundary() -> Iterator[None]:
    """Say that this part failed, with the details folded, instead of Streamlit's own box."""
    try:
        yield
    except Exception:
        st.error("This part failed. The rest works. Copy the details for a report.")
        with st.expander("Details"):
            st.code(traceback.format_exc(limit=-6), language=None)

"""Growth on the Size page: by how much a month, until when; and the month in which the plan breaks."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from advisor.errors import InputError
from advisor.options import describe
from simulator.growth import read_growth
from simulator.months import month_name
from simulator.pages import _size_parts, _state
from simulator.pages._size_asked import Asked
from simulator.pages._size_work import growth_work
from simulator.plans import Plan

__all__ = ["draw"]

_FIELDS: Final = {"--growth": "rate", "--from": "from", "--until": "until"}
"""The fields by the names that problems have."""
_ASKED: Final = "size_growth_months"


def _month(ahead: int) -> str:
    """The month of today, or some months later."""
    today = datetime.now(UTC)
    return month_name(today.year * 12 + today.month - 1 + ahead)


def _typed() -> tuple[str, str, str]:
    start, until, rate = (
        str(st.session_state.get(f"size_growth_{name}", "")).strip() for name in ("from", "until", "rate")
    )
    return start, until, rate


def _pressed() -> None:
    """Take the months that were typed, or say what is wrong with them."""
    st.session_state["size_growth_errors"], st.session_state[_ASKED] = {}, None
    try:
        read_growth(*_typed())
    except InputError as error:
        st.session_state["size_growth_errors"] = {
            _FIELDS[
                problem.path
            ]: f"{problem.seen.replace(chr(39), chr(34))} does not work here. Write {problem.allowed}."
            for problem in reversed(error.problems)
        }
        return
    st.session_state[_ASKED] = _typed()


def _field(name: str, label: str, example: str, start: str) -> None:
    key = f"size_growth_{name}"
    st.session_state.setdefault(key, start)
    st.text_input(label, key=key, placeholder=example, max_chars=24, persist_state="session")
    said = st.session_state.get("size_growth_errors", {}).get(name)
    if said:
        st.error(_state.plain(said))


def draw(asked: Asked, plan: Plan) -> None:
    """The form, and its answer for the plan."""
    st.header("When this plan breaks as traffic grows")
    st.caption(
        f"The traffic of the workload is that of the first month; its shape stays. The plan is {describe(plan.option)}."
    )
    with st.form("size_growth_form", border=True):
        first, second, third = st.columns(3)
        with first:
            _field("rate", "Traffic grows by", "8%/month", "8%/month")
        with second:
            _field("from", "From", "2026-12", _month(1))
        with third:
            _field("until", "Until", "2027-12", _month(13))
        st.form_submit_button("Find the month", key="size_growth_find", on_click=_pressed)
    months = st.session_state.get(_ASKED)
    if months is None:
        return
    _size_parts.answer(
        "size_growth",
        (asked.key, plan.option, months),
        growth_work(asked, plan.option, months),
        _size_parts.growth_answer,
    )

"""The fields of the Size page, as people type them: the promise, options and types to look at, and the search button."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from advisor.options import title
from simulator.pages import _frame, _state
from simulator.pages._size_asked import TEXTS, Asked, asked_of, own_texts, promise_fields
from simulator.pages._state import Draft

__all__ = ["WANTED", "draw", "pressed", "read"]

WANTED: Final = "size_wanted"
"""Set by the button: the search is to be made with what the fields say then."""
_SEEDED: Final = "size_seeded"
_LONGEST: Final = 32


def _key(name: str) -> str:
    return f"size_{name}"


def _seed(draft: Draft) -> None:
    """Put the workload's own promise into the fields where it is another one than before; a link may say otherwise."""
    own, first = own_texts(draft), _SEEDED not in st.session_state
    arrived = st.session_state.pop(_frame.ARRIVED, False)
    if (first or arrived) and "size_find" in st.query_params:
        st.session_state[WANTED] = True  # a link to a search shows what it found
    same = st.session_state.get(_SEEDED) == own
    for name, text in own.items():
        linked = st.query_params.get(_key(name)) if first else None
        if not same or _key(name) not in st.session_state:
            st.session_state[_key(name)] = text if linked is None else linked[:_LONGEST]
        if not first and not same and _key(name) in st.query_params:
            del st.query_params[_key(name)]
    st.session_state[_SEEDED] = own


def pressed() -> None:
    """The search is wanted; the address says so, with the promise where it is not the workload's."""
    own = own_texts(_state.current())
    st.session_state[WANTED] = True
    for name, text in own.items():
        typed = str(st.session_state.get(_key(name), text)).strip()
        if typed != text:
            st.query_params[_key(name)] = typed[:_LONGEST]
        elif _key(name) in st.query_params:
            del st.query_params[_key(name)]
    st.query_params["size_find"] = "1"


def _picked(key: str) -> Any:
    """What a widget below has, or will have from the address: it is drawn after the answer."""
    return st.session_state[key] if key in st.session_state else st.query_params.get_all(key)


def read(draft: Draft, names: Sequence[str], types: Sequence[str]) -> tuple[Asked | None, dict[str, str]]:
    """What the fields ask for, or what is wrong with them by field. Arguments: `names` and `types` may be chosen."""
    _seed(draft)
    texts = {name: str(st.session_state.get(_key(name)) or "") for name in TEXTS}
    chosen = [_picked(key) for key in ("size_options", "size_types")]
    # an address that was not taken over yet holds options by their titles
    some = [
        tuple(one for one in may if one in picked or title(one) in picked)
        for may, picked in zip((names, types), chosen, strict=True)
    ]
    return asked_of(draft, texts, *some, untested=_picked("size_untested") in (True, ["true"]))


def _text(draft: Draft, name: str, label: str, errors: dict[str, str]) -> None:
    entry = promise_fields(draft)[name]
    st.text_input(
        label, key=_key(name), placeholder=entry.example, help=entry.help or None, max_chars=_LONGEST, persist_state="session",
    )  # fmt: skip
    if name in errors:
        st.error(_state.plain(errors[name]))


def draw(draft: Draft, names: Sequence[str], types: Sequence[str], errors: dict[str, str]) -> None:
    """The form. Arguments: as `read` takes and gives them."""
    measure = promise_fields(draft)["limit"].label.split()[0]
    with st.form("size_form", border=True):
        first, second, third = st.columns([1, 1, 1], vertical_alignment="top")
        with first:
            _text(draft, "limit", f"Meet {measure} under", errors)
        with second:
            _text(draft, "failed", "and failed under", errors)
        with third:
            _text(draft, "budget", "and cost under, $ per month", errors)
        with st.expander("Options and instance types", expanded=False, key="size_more"):
            st.multiselect(
                "Options to look at", list(names), key="size_options", format_func=title, placeholder="All that fit",
                bind="query-params",
            )  # fmt: skip
            st.multiselect(
                "Instance types to look at", list(types), key="size_types", placeholder="All that were measured",
                bind="query-params", help="Types with a measured service time. Add others to service.measured.",
            )  # fmt: skip
            st.checkbox(
                "Also types worth a load test", key="size_untested", bind="query-params",
                help="Types that nobody measured: how fast each would have to be to cost less than the plan found.",
            )  # fmt: skip
        st.form_submit_button(
            "Find the cheapest plan", key="size_find", type="primary", on_click=pressed, disabled=not names
        )


def _keep(draft: Draft, asked: Asked) -> None:
    _state.commit(draft, asked.question.workload)


def keep(draft: Draft, asked: Asked) -> None:
    """The way to make the promise of this page that of the workload, where it is another one."""
    if asked.question.workload == draft.workload:
        return
    with st.container(horizontal=True, key="size_other", vertical_alignment="center"):
        st.caption("This promise is for this page only.")
        st.button("Keep it in the workload", key="size_keep", on_click=_keep, args=(draft, asked))

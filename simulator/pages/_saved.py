"""Saved work under Load or save: save the workload or its answer, and the two lists of what is saved."""

import json
from typing import Final

import streamlit as st

from advisor.errors import StoreError
from advisor.options import title
from advisor.saved import Kind, Saved, load_ranking, saved
from advisor.saving import LONGEST_NAME
from advisor.store import Store
from advisor.text import format_day
from advisor.units import format_usd
from simulator.pages import _saved_acts, _state
from simulator.pages._local import own_server
from simulator.pages._state import Draft

__all__ = ["draw"]

_HEADS: Final[dict[Kind, str]] = {"workload": "Saved workloads", "run": "Saved answers"}


def _words(item: Saved) -> str:
    """What a saved thing holds, beside its name."""
    words = f"Saved {format_day(item.saved_on)}"
    if item.answer is None:
        return f"{words}."
    cost = item.answer.cost_usd
    best = title(item.answer.best) if item.answer.best else "nothing fits"
    return f"{words}: {best}{'' if cost is None else f', {format_usd(cost)} a month'}."


def _list(store: Store, kind: Kind, items: list[Saved]) -> None:
    """The saved things of one kind: choose one, then open, rename or delete it."""
    if not items:
        return
    key, known = f"saved_{kind}_choice", {item.id: item for item in items}
    if st.session_state.get(key) not in known:
        st.session_state[key] = items[0].id
    number = st.selectbox(f"{_HEADS[kind]} ({len(items)})", list(known), key=key, format_func=lambda n: known[n].name)
    st.caption(_state.plain(_words(known[number])))
    with st.container(horizontal=True, gap="xsmall", key=f"saved_{kind}_do"):
        st.button("Open", key=f"saved_{kind}_open", on_click=_saved_acts.open_saved, args=(number,))
        with st.popover("Rename", key=f"saved_{kind}_rename"):
            field = f"saved_{kind}_name_{number}"
            st.text_input("New name", known[number].name, key=field, max_chars=LONGEST_NAME)
            st.button("Rename it", key=f"saved_{kind}_renamed", on_click=_saved_acts.rename, args=(number, field))
        st.button("Delete", key=f"saved_{kind}_delete", on_click=_saved_acts.remove, args=(number,))
        if kind == "run":
            st.download_button(
                "As JSON", lambda: json.dumps(load_ranking(store, number), indent=2), "saved-answer.json", "application/json",
                key="saved_run_json", on_click="ignore", help="The whole ranking as it was on that day.",
            )  # fmt: skip


def _outcome() -> None:
    """What the last button did, with the way on from there."""
    last = _saved_acts.said()
    if last is None:
        return
    if last.wrong:
        st.error(_state.listed(last.text) if "\n" in last.text else _state.plain(last.text))
    else:
        st.success(_state.plain(last.text))
    if last.taken is not None:
        st.button(
            "Replace what has this name", key="saved_replace", on_click=_saved_acts.save, args=(last.taken,), kwargs={"replace": True},
        )  # fmt: skip
    if last.removed is not None:
        st.button("Undo", key="saved_undo", on_click=_saved_acts.undo)


def draw(draft: Draft) -> None:
    """Save this workload or answer, and what is saved."""
    if not own_server():
        st.caption("Saving is not offered on a shared server. Take the link (Share) or the TOML file with you.")
        return
    st.text_input(
        "Save under the name", key="saved_name", placeholder=draft.workload.name[:LONGEST_NAME], max_chars=LONGEST_NAME,
        help="Empty: the name of the workload. Saved work stays in a file on this computer.",
    )  # fmt: skip
    with st.container(horizontal=True, gap="xsmall", key="saved_do"):
        st.button("Save workload", key="saved_workload", on_click=_saved_acts.save, args=("workload",))
        st.button("Save answer", key="saved_run", on_click=_saved_acts.save, args=("run",))
    if draft.recording is not None:
        st.caption("Of the recording only name, rows and hash are saved: opening asks for the file.")
    _outcome()
    try:
        store = _saved_acts.store()
        items = saved(store)
    except StoreError as error:
        st.error(_state.plain(str(error)))
        return
    for path in store.aside:
        st.warning(
            _state.plain(f"A damaged file of saved work was set aside as {path}. Delete it to end this message.")
        )
    for kind in _HEADS:
        _list(store, kind, [item for item in items if item.kind == kind])

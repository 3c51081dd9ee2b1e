"""Load or save: the workload as a file and as text, a recording of real traffic, exports of other tools, and what is saved on this computer."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from advisor._workload_text import form_of
from advisor.check import check_workload
from advisor.errors import InputError
from advisor.workload import Workload
from simulator.pages import _fields, _import, _recording, _saved, _state
from simulator.pages._state import Draft
from simulator.report import file_stem

__all__ = ["draw"]

_LARGEST_FILE_MB: Final = 1


def _accept(draft: Draft, key: str, text: str, form: str) -> None:
    """Take a whole workload; what is wrong with it is said below `key`, and the last good one stays."""
    try:
        workload = Workload.from_text(text, form)
        check_workload(workload, draft.facts)
    except InputError as error:
        draft.errors[key] = _state.problem_lines(error)
        return
    draft.recording = None
    _state.commit(draft, workload)


def _apply_text() -> None:
    draft = _state.current()
    text = str(st.session_state["workload_text"])
    _accept(draft, "workload_text", text, form_of(text))
    if "workload_text" in draft.errors:
        st.session_state["workload_text"] = text


def _file() -> None:
    draft, upload = _state.current(), st.session_state.get("workload_file")
    draft.errors.pop("workload_file", None)
    if upload is None:
        return
    raw = upload.getvalue()
    if len(raw) > _LARGEST_FILE_MB * 2**20:  # the widget's own megabyte; it can be passed by
        draft.errors["workload_file"] = f"The file is larger than {_LARGEST_FILE_MB} MB."
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        draft.errors["workload_file"] = "The file is not text (UTF-8)."
        return
    if not text.strip():
        draft.errors["workload_file"] = "The file is empty."
        return
    _accept(draft, "workload_file", text, form_of(text, upload.name))


def _error(draft: Draft, key: str) -> None:
    if key in draft.errors:
        st.error(_state.listed(draft.errors[key]))


def draw(draft: Draft, entries: Sequence[_fields.Field]) -> None:
    """The expander Load or save. Arguments: `entries` are the fields of the sidebar."""
    wrong = any(key in draft.errors for key in ("workload_text", "workload_file", _recording.KEY, _import.KEY))
    with st.expander("Load or save", expanded=wrong or draft.needs_recording, key="workload_load"):
        _saved.draw(draft)
        st.download_button(
            "Workload as TOML", draft.workload.to_toml(), f"{file_stem(draft.workload.name)}.toml", "application/toml", key="workload_toml",
            on_click="ignore", width="stretch",
        )  # fmt: skip
        st.file_uploader(
            "Workload file (.toml, .yaml, .json)",
            ["toml", "yaml", "yml", "json"],
            key="workload_file",
            max_upload_size=_LARGEST_FILE_MB,
            on_change=_file,
        )
        _error(draft, "workload_file")
        _recording.draw(draft)
        _import.draw(draft, entries)
        st.text_area("Workload as text (TOML, YAML or JSON)", key="workload_text", height=300)
        st.button("Use this text", key="workload_apply", on_click=_apply_text, width="stretch")
        _error(draft, "workload_text")

"""Load or save: the workload as text, as a file, and a recording of real traffic with its columns."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from advisor.check import check_workload
from advisor.errors import InputError
from advisor.workload import TraceTraffic, Workload
from simulator.pages import _state
from simulator.pages._state import Draft, Recording
from simulator.traces import ROLES, column_names, trace_of

__all__ = ["draw", "recording_line"]

_LARGEST_FILE_MB: Final = 1
_LARGEST_TRACE_MB: Final = 50
_ROLE_WORDS: Final = {
    "time": "Arrival time, or begin of a bin", "count": "Requests in a bin", "payload": "Request size, bytes", "response": "Answer size, bytes",
    "service": "Service time, seconds", "input_tokens": "Input tokens", "output_tokens": "Output tokens",
}  # fmt: skip
_TIME_UNITS: Final = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "iso": "dates (2026-11-22T08:00:00)"}
_NONE: Final = "not in the file"


def recording_line(draft: Draft) -> str:
    """Which recording is played, or which one is missing."""
    traffic = draft.workload.traffic
    if draft.recording is not None:
        return f"Playing {draft.recording.name}: {draft.recording.rows:,} requests."
    name = draft.awaited.split("~")[0] or (traffic.file if isinstance(traffic, TraceTraffic) else None) or "a CSV file"
    return f"Upload {name} under Load or save."


def _accept(draft: Draft, key: str, text: str, form: str) -> None:
    """Take a whole workload; what is wrong with it is said below `key`, and the last good one stays."""
    try:
        workload = Workload.from_text(text, form)
        check_workload(workload, draft.facts)
    except InputError as error:
        draft.errors[key] = _state.problems(error)
        return
    draft.recording = None
    _state.commit(draft, workload)


def _apply_text() -> None:
    draft = _state.current()
    text = str(st.session_state["workload_text"])
    _accept(draft, "workload_text", text, "json" if text.lstrip().startswith("{") else "toml")
    if "workload_text" in draft.errors:
        st.session_state["workload_text"] = text


def _file() -> None:
    draft, upload = _state.current(), st.session_state.get("workload_file")
    draft.errors.pop("workload_file", None)
    if upload is None:
        return
    raw = upload.getvalue()
    if len(raw) > _LARGEST_FILE_MB * 10**6:
        draft.errors["workload_file"] = f"- The file is larger than {_LARGEST_FILE_MB} MB."
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        draft.errors["workload_file"] = "- The file is no UTF-8 text."
        return
    _accept(draft, "workload_file", text, "json" if upload.name.lower().endswith(".json") else "toml")


def _stored(draft: Draft) -> Path | None:
    """The uploaded recording as a file of this session; written once."""
    upload = st.session_state.get("workload_trace")
    if upload is None:
        return None
    raw = upload.getvalue()
    suffix = ".csv.gz" if raw[:2] == b"\x1f\x8b" else ".csv"
    path = draft.folder() / f"{hashlib.sha256(raw).hexdigest()[:32]}{suffix}"
    if not path.exists():
        path.write_bytes(raw)
    return path


def _play() -> None:
    """Take the uploaded recording as the traffic of the workload."""
    draft, path = _state.current(), _stored(_state.current())
    upload = st.session_state.get("workload_trace")
    draft.errors.pop("workload_trace", None)
    if path is None or upload is None:
        return
    columns = {
        role: name for role in ROLES if (name := st.session_state.get(f"workload_column_{role}")) not in {None, _NONE}
    }
    table = draft.workload.to_mapping()
    table["traffic"] = {
        "kind": "trace", "file": "".join(c for c in upload.name if c.isprintable())[:200], "columns": columns,
        "time_unit": st.session_state.get("workload_time_unit", "s"),
    }  # fmt: skip
    try:
        workload = Workload.from_mapping(table)
        found = trace_of(workload, file=path)
    except InputError as error:
        draft.errors["workload_trace"] = _state.problems(error)
        return
    if found is not None:
        draft.recording = Recording(path, upload.name, found.requests, found.digest)
        draft.awaited = ""
        _state.commit(draft, workload)


def _guess(columns: tuple[str, ...], role: str, stated: Mapping[str, str | None]) -> str:
    named = stated.get(role)
    if named in columns:
        return str(named)
    return next(
        (name for usual in ROLES[role] for name in columns if name.lower() == usual),
        columns[0] if role == "time" else _NONE,
    )


def _columns(draft: Draft, path: Path) -> None:
    """The mapping from our names to the file's, and the button that plays it."""
    try:
        columns = column_names(path)
    except InputError as error:
        st.error(_state.problems(error))
        return
    traffic = draft.workload.traffic
    stated = traffic.columns.model_dump() if isinstance(traffic, TraceTraffic) else {}
    for role, words in _ROLE_WORDS.items():
        options = list(columns) if role == "time" else [_NONE, *columns]
        key = f"workload_column_{role}"
        if st.session_state.get(key) not in options:
            st.session_state[key] = _guess(columns, role, stated)
        st.selectbox(words, options, key=key)
    st.selectbox(
        "The time is written in", list(_TIME_UNITS), key="workload_time_unit", format_func=_TIME_UNITS.__getitem__
    )
    st.button("Play this recording", key="workload_play", on_click=_play, type="primary", width="stretch")


def draw(draft: Draft) -> None:
    """The expander Load or save."""
    wrong = any(key in draft.errors for key in ("workload_text", "workload_file", "workload_trace"))
    with st.expander("Load or save", expanded=wrong or draft.needs_recording, key="workload_load"):
        st.download_button(
            "Workload as TOML", draft.workload.to_toml(), f"{_slug(draft.workload.name)}.toml", "application/toml", key="workload_toml",
            on_click="ignore", width="stretch",
        )  # fmt: skip
        st.file_uploader(
            "Workload file (.toml, .json)",
            ["toml", "json"],
            key="workload_file",
            max_upload_size=_LARGEST_FILE_MB,
            on_change=_file,
        )
        if "workload_file" in draft.errors:
            st.error(draft.errors["workload_file"])
        st.file_uploader(
            "Recorded traffic (CSV, CSV.gz)", ["csv", "gz"], key="workload_trace", max_upload_size=_LARGEST_TRACE_MB,
            help="One request a row, or counts per bin. It stays on this computer and goes with the session.",
        )  # fmt: skip
        path = _stored(draft)
        if path is not None:
            _columns(draft, path)
        if "workload_trace" in draft.errors:
            st.error(draft.errors["workload_trace"])
        st.text_area("Workload as text (TOML or JSON)", key="workload_text", height=300)
        st.button("Use this text", key="workload_apply", on_click=_apply_text, width="stretch")
        if "workload_text" in draft.errors:
            st.error(draft.errors["workload_text"])


def _slug(name: str) -> str:
    """A file name from a workload's name."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split())[:60] or "workload"

"""A recording of real traffic: the upload, the columns it has, and the button that plays it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

from advisor.errors import InputError
from advisor.workload import TraceTraffic, Workload
from simulator.pages import _state
from simulator.pages._origin import without
from simulator.pages._state import Draft, Recording
from simulator.trace_file import column_names
from simulator.traces import ROLES, trace_of

__all__ = ["KEY", "draw", "recording_line"]

KEY: Final = "workload_trace"
_LARGEST_MB: Final = 50
_LONGEST_NAME: Final = 200
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


def _stored(draft: Draft, upload: Any) -> Path:
    """The uploaded recording as a file of this session; read and written once."""
    known = draft.uploads.get(upload.file_id)
    if known is None:
        raw = upload.getvalue()
        suffix = ".csv.gz" if raw[:2] == b"\x1f\x8b" else ".csv"
        known = draft.uploads[upload.file_id] = draft.folder() / f"{hashlib.sha256(raw).hexdigest()[:32]}{suffix}"
        if not known.exists():
            known.write_bytes(raw)
    return known


def _refusal(error: InputError, path: Path, name: str) -> str:
    """Every problem of the file in lines, under the name that the user gave it."""
    here, lines = repr(str(path)), []
    for problem in error.problems:
        where = problem.path.removeprefix("traffic.file").removeprefix("traffic.").strip() or name
        allowed = problem.allowed.replace(here, name)
        if problem.seen == here:
            lines.append(f"{name} does not work here. It must be {allowed}.")
        elif problem.seen:
            lines.append(f"{where}: {problem.seen} does not work here. Allowed: {allowed}.")
        else:
            lines.append(f"{where}: {allowed}.")
    return "\n".join(lines)


def _play() -> None:
    """Take the uploaded recording as the traffic of the workload."""
    draft, upload = _state.current(), st.session_state.get(KEY)
    draft.errors.pop(KEY, None)
    if upload is None:
        return
    path, name = _stored(draft, upload), "".join(c for c in upload.name if c.isprintable())[:_LONGEST_NAME]
    columns = {
        role: column
        for role in ROLES
        if (column := st.session_state.get(f"workload_column_{role}")) not in {None, _NONE}
    }
    before = draft.workload.to_mapping()
    asked = before["traffic"].get("file") == name
    table = before if asked else without(before, "traffic")
    wide = {"bin": before["traffic"]["bin"]} if asked and "count" in columns and "bin" in before["traffic"] else {}
    table["traffic"] = {
        "kind": "trace", "file": name, "columns": columns, "time_unit": st.session_state.get("workload_time_unit", "s"), **wide,
    }  # fmt: skip
    try:
        workload = Workload.from_mapping(table)
        found = trace_of(workload, file=path)
    except InputError as error:
        draft.errors[KEY] = _refusal(error, path, name)
        return
    if found is not None:
        awaited, draft.awaited = draft.awaited, ""
        draft.recording = Recording(path, name, found.requests, found.digest)
        _state.commit(draft, workload)
        _compare(draft, awaited)


def _compare(draft: Draft, awaited: str) -> None:
    """Say so where another recording was asked for: the answer is not the one that was shared or saved."""
    name, rows, digest = [*awaited.rsplit("~", 2), "", ""][:3]
    here = draft.recording
    if here is None or not digest or here.digest.startswith(digest):
        return
    of = f" of {int(rows):,} requests" if rows.isascii() and rows.isdigit() else ""
    other = f"This is not the recording that was asked for, {name}{of}, or its columns are read differently: "
    draft.notices = (f"{other}{here.name} has {here.rows:,} requests.",)


def _guess(columns: tuple[str, ...], role: str, stated: Mapping[str, str | None]) -> str:
    named = stated.get(role)
    if named in columns:
        return str(named)
    return next(
        (name for usual in ROLES[role] for name in columns if name.lower() == usual),
        columns[0] if role == "time" else _NONE,
    )


def _columns(draft: Draft, path: Path, name: str) -> None:
    """The mapping from our names to the file's, and the button that plays it."""
    try:
        columns = column_names(path)
    except InputError as error:
        st.error(_state.listed(_refusal(error, path, name)))
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


def _uploaded() -> None:
    """What was wrong with the file before is not wrong with this one."""
    _state.current().errors.pop(KEY, None)


def draw(draft: Draft) -> None:
    """The upload, its columns, and what is wrong with it."""
    upload = st.file_uploader(
        "Recorded traffic (CSV, CSV.gz)", ["csv", "gz"], key=KEY, max_upload_size=_LARGEST_MB, on_change=_uploaded,
        help="One request a row, or counts per bin. It stays on this computer and goes with the session.",
    )  # fmt: skip
    if upload is not None:
        _columns(draft, _stored(draft, upload), upload.name)
    if KEY in draft.errors:
        st.error(_state.listed(draft.errors[KEY]))

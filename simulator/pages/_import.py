"""Exports of other tools as the workload: the upload, the kind, what the files do not say, and the button that reads them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from advisor.check import check_workload
from advisor.errors import InputError, Problem
from advisor.workload import TraceTraffic
from simulator.pages import _fields, _import_files, _import_told, _import_words, _state
from simulator.pages._state import Draft, Recording
from simulator.traces import trace_of

if TYPE_CHECKING:
    from simulator.import_result import Imported

__all__ = ["KEY", "draw"]

KEY: Final = "workload_import"
_KIND: Final = "workload_import_kind"
_OTHERS: Final = {
    "example": "From an example, marked as guessed",
    "onto": "As the sidebar has them",
    "keep": "As the sidebar has them, traffic too",
}
_HINTS: Final = {
    "tz": ("Time zone", "UTC, +02:00 or Europe/Berlin", ("cloudwatch", "access-log", "data-capture", "trace")),
    "columns": ("Columns", "time=ts, service=took", ("access-log", "trace")),
    "duration_unit": ("Unit of durations", "s, ms, us or ns", ("access-log",)),
    "time_unit": ("Unit of times", "s, ms or us", ("trace",)),
    "users": ("Users of the test", "20", ("locust", "k6")),
    "instances": ("Instances tested", "1", ("locust", "k6")),
    "reference": ("Measured on", "ml.m5.xlarge", ("recommender",)),
}
"""What files may leave open: label, an example, and the kinds that take it."""
_MOST_COUNT: Final = 1_000_000


def _chosen() -> list[Path]:
    return _import_files.stored(_state.current(), st.session_state.get(KEY) or [])


def _uploaded() -> None:
    """Other files: what was wrong with those before is settled, and their kind is looked at."""
    from simulator.importers import looks_like

    _state.current().errors.pop(KEY, None)
    st.session_state[_KIND] = next((kind for path in _chosen() if (kind := looks_like(path))), None)


def _hints(kind: str) -> dict[str, Any]:
    """What was typed about the files, as the importer takes it. Raises InputError naming every text that does not do."""
    found: dict[str, Any] = {}
    problems = []
    for name, (label, example, kinds) in _HINTS.items():
        text = str(st.session_state.get(f"workload_import_{name}") or "").strip()
        if kind not in kinds or not text:
            continue
        if name == "columns":
            parts = [part.strip() for part in text.split(",") if part.strip()]
            found[name] = dict(part.split("=", 1) for part in parts if "=" in part)
            problems += [Problem(label, repr(part[:60]), f"what=name, like {example}") for part in parts if "=" not in part]  # fmt: skip
        elif name in {"users", "instances"}:
            if text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= _MOST_COUNT:
                found[name] = int(text)
            else:
                problems.append(Problem(label, repr(text[:60]), f"a whole number from 1 to {_MOST_COUNT:,}"))
        else:
            found[name] = text
    if problems:
        raise InputError(problems)
    return found


def _read() -> None:
    """Make the uploaded exports the question; what is wrong is said at the upload, and the last good answer stays."""
    draft, kind = _state.current(), st.session_state.get(_KIND)
    draft.errors.pop(KEY, None)
    paths = _chosen()
    if not paths:
        return
    if not kind:
        draft.errors[KEY] = "Choose what kind of export it is: nothing in it tells."
        return
    try:
        _take(draft, str(kind), paths)
    except InputError as error:
        text = _import_words.problem_text(error)
        for path in paths:  # where it lies on the server is nobody's business
            text = text.replace(str(path), path.name)
        draft.errors[KEY] = text


def _take(draft: Draft, kind: str, paths: Sequence[Path]) -> None:
    from simulator.importers import imported

    _import_files.check(paths)
    others = st.session_state.get("workload_import_others") or "example"
    result = imported(
        kind, paths, onto=None if others == "example" else draft.workload, traffic="keep" if others == "keep" else "trace", **_hints(kind),
    )  # fmt: skip
    workload, recording = result.workload, draft.recording if others == "keep" else None
    if result.trace is not None and isinstance(workload.traffic, TraceTraffic):
        name = f"{paths[0].name.split('.')[0][:80] or kind}.trace.csv"
        traffic = workload.traffic.model_copy(update={"file": name})
        workload = workload.model_copy(update={"traffic": traffic})
        path = _written(draft, result)
        if (trace := trace_of(workload, file=path)) is not None:
            recording = Recording(path, name, trace.requests, trace.digest)
    check_workload(workload, draft.facts)
    draft.recording, draft.awaited = recording, ""
    draft.imported = _import_told.Told.of(result)
    _state.commit(draft, workload)


def _written(draft: Draft, result: "Imported") -> Path:
    """The recording as a file of this session, named by what it holds."""
    new = draft.folder() / "import.csv"
    assert result.trace is not None  # noqa: S101 - the caller looked
    result.trace.write(new)
    with new.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    return new.replace(new.with_name(f"{digest}.csv"))


def _form(kind: str | None) -> None:
    """The kind, what the files may leave open, and the button."""
    from simulator.importers import KINDS

    help_ = (
        f"It reads: {KINDS[kind]}."
        if kind is not None and kind in KINDS
        else "Nothing in the files tells what they are."
    )
    st.selectbox(
        "Kind", list(KINDS), key=_KIND, index=None, placeholder="Choose what it is", format_func=_import_words.kind_words, help=help_,
    )  # fmt: skip
    for name, (label, example, kinds) in _HINTS.items():
        if kind in kinds:
            st.text_input(label, key=f"workload_import_{name}", placeholder=example, max_chars=400, help="Only where the files do not say it.")  # fmt: skip
    st.selectbox("What the files do not tell", list(_OTHERS), key="workload_import_others", format_func=_OTHERS.__getitem__)  # fmt: skip
    st.button("Use as the workload", key="workload_import_read", on_click=_read, type="primary", width="stretch")


def draw(draft: Draft, entries: Sequence[_fields.Field]) -> None:
    """The upload, what is asked about it, what is wrong with it, and what was read. Arguments: `entries` of the sidebar."""
    uploads = st.file_uploader(
        "Exports of other tools", _import_files.types(), accept_multiple_files=True, key=KEY, max_upload_size=_import_files.LARGEST_MB,
        on_change=_uploaded,
        help="Metrics of CloudWatch, access logs, data capture, Locust, k6, Inference Recommender, recordings. Several files "
        "of one kind are read together. They stay on this computer and go with the session.",
    )  # fmt: skip
    if uploads:
        _form(st.session_state.get(_KIND))
    if KEY in draft.errors:
        st.error(_state.listed(draft.errors[KEY]))
    if said := _import_told.block_of(draft, entries):
        st.html(said)
        if (recording := draft.recording) is not None:
            st.download_button(
                "Recording as CSV", recording.path.read_bytes, recording.name, "text/csv", key="workload_import_csv", on_click="ignore",
                width="stretch", help="Who gets your link is asked for this file.",
            )  # fmt: skip

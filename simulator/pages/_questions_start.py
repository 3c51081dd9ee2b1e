"""Where an interview starts from: nothing, the present workload, or a brief that is pasted, uploaded or bundled."""

from typing import Any, Final

import streamlit as st

from advisor._workload_text import form_of, parse_text
from advisor.brief import Brief, brief_examples, is_brief, load_brief
from advisor.check import check_region
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.interview import Interview, brief_of
from advisor.workload import Workload
from simulator.pages import _questions_state, _state
from simulator.pages._questions_state import Sitting
from simulator.pages._state import Draft

__all__ = ["draw"]

_LARGEST_MB: Final = 1


def _begin(sitting: Sitting, given: Workload | Brief, facts: Facts) -> None:
    if isinstance(given, Brief) and given.region is not None:
        check_region(given.region, facts, "region")
    _questions_state.keep(sitting, brief_of(given))


def _take(sitting: Sitting, text: str, form: str, facts: Facts) -> None:
    """Start from the text of a brief, or of a whole workload; what is wrong with it is said below the field."""
    table: dict[str, Any] = parse_text(text, form)
    given = Brief.from_mapping(table) if is_brief(table) else Workload.from_mapping(table)
    if isinstance(given, Brief) and not given.known:
        raise InputError([Problem("", "", "at least one attribute, like traffic = \"spiky\"")])  # fmt: skip
    _begin(sitting, given, facts)


def _guarded(sitting: Sitting, text: str, form: str, facts: Facts) -> None:
    try:
        _take(sitting, text, form, facts)
    except InputError as error:
        sitting.errors["brief"] = _state.listed(_state.problem_lines(error))


def _pasted(sitting: Sitting, facts: Facts) -> None:
    text = str(st.session_state.get("questions_text") or "")
    _guarded(sitting, text, form_of(text), facts)


def _uploaded(sitting: Sitting, facts: Facts) -> None:
    upload = st.session_state.get("questions_file")
    if upload is None:
        return
    if upload.size > _LARGEST_MB * 10**6:
        sitting.errors["brief"] = f"- The file is larger than {_LARGEST_MB} MB."
        return
    try:
        text = upload.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        sitting.errors["brief"] = "- The file is no UTF-8 text."
        return
    _guarded(sitting, text, form_of(text, upload.name), facts)


def _bundled(sitting: Sitting, facts: Facts) -> None:
    name = st.session_state.get("questions_example")
    if name in brief_examples():
        _begin(sitting, load_brief(name), facts)


def _present(sitting: Sitting, draft: Draft) -> None:
    try:
        _begin(sitting, draft.workload, draft.facts)
    except InputError as error:
        sitting.errors["brief"] = _state.listed(_state.problem_lines(error))


def draw(sitting: Sitting, draft: Draft) -> None:
    """The ways to start, open while nothing was said."""
    facts = draft.facts
    with st.container(key="questions_start"):
        fold = st.expander("Start from what you have" if not sitting.talk.said else "Start over", expanded=not sitting.talk.said or "brief" in sitting.errors, key="questions_begin")  # fmt: skip
        with fold:
            with st.container(horizontal=True):
                name = draft.workload.name
                st.button(f"What {_state.plain(name[:40])} states", key="questions_from_workload", on_click=_present, args=(sitting, draft))  # fmt: skip
                if sitting.talk.said:
                    st.button("Nothing: the first question", key="questions_restart", on_click=_questions_state.keep, args=(sitting, Interview()))  # fmt: skip
            st.selectbox("A bundled brief", list(brief_examples()), index=None, key="questions_example", placeholder="Choose one", on_change=_bundled, args=(sitting, facts))  # fmt: skip
            st.text_area("A brief as text (TOML, YAML or JSON)", key="questions_text", height=100, placeholder='traffic = "spiky"\npayload_mb = "3 MB"', max_chars=20_000)  # fmt: skip
            st.button("Use this brief", key="questions_use", on_click=_pasted, args=(sitting, facts))
            with st.popover("Upload a brief", key="questions_upload"):
                st.file_uploader("A brief as a file (.toml, .yaml, .json)", ["toml", "yaml", "yml", "json"], key="questions_file", max_upload_size=_LARGEST_MB, on_change=_uploaded, args=(sitting, facts))  # fmt: skip
            if "brief" in sitting.errors:
                st.error(sitting.errors["brief"])

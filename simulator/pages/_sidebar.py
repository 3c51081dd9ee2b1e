"""The sidebar: the workload as fields in units people type, each error directly below its field."""

from typing import Final

import streamlit as st

from advisor.errors import InputError
from advisor.workload import TraceTraffic, examples
from simulator.pages import _fields, _import_told, _load, _recording, _saved_acts, _state, _terms
from simulator.pages._fields_traffic import PATTERNS, repattern
from simulator.pages._fields_words import message
from simulator.pages._open import PROFILE_NAMES
from simulator.pages._state import Draft

__all__ = ["draw"]

_OWN: Final = "your numbers"


def _edited(key: str) -> None:
    """A field was committed: try it together with the texts still refused, then alone; the last good answer stays."""
    draft = _state.current()
    text = str(st.session_state.get(key) or "")
    known = {entry.key: entry for entry in _fields.fields(draft.workload.to_mapping(), draft.facts)}
    if key not in known:
        return
    draft.pending.pop(key, None)
    refused = {known[k]: t for k, t in draft.pending.items() if k in known}
    try:
        workload = _fields.apply(draft.workload, {**refused, known[key]: text}, draft.facts)
        draft.pending.clear()
        for name in known:  # what is wrong with terms and files is not settled by this
            draft.errors.pop(name, None)
    except InputError:
        try:
            workload = _fields.apply(draft.workload, {known[key]: text}, draft.facts)
            draft.errors.pop(key, None)
        except InputError as error:
            draft.pending[key] = text
            draft.errors[key] = message(known[key], error)
            return
    _state.commit(draft, workload, reseed=False)


def _pattern() -> None:
    draft = _state.current()
    kind = str(st.session_state["workload_pattern"])
    if kind == draft.workload.traffic.kind:
        return
    try:
        _state.commit(draft, type(draft.workload).from_mapping(repattern(draft.workload.to_mapping(), kind)))
    except InputError as error:
        draft.errors["workload_pattern"] = str(error)


def _example() -> None:
    name = st.session_state["workload_example"]
    if (number := _saved_acts.number_of(name)) is not None:
        _saved_acts.open_saved(number)
    elif name != _OWN:
        _state.commit(_state.current(), _state.example(name))


def _profile() -> None:
    draft = _state.current()
    draft.profile = st.session_state["workload_profile"] or draft.profile
    _state.commit(draft, reseed=False)


def _seed() -> None:
    draft = _state.current()
    text = str(st.session_state["workload_seed"]).strip()
    seed = _state._seed(text)  # noqa: SLF001 - one parser for the field and the address
    if seed is None:
        draft.errors["workload_seed"] = f'"{text[:40]}" does not work here. Write a whole number from 0, like 7.'
        return
    draft.errors.pop("workload_seed", None)
    draft.seed = seed
    _state.commit(draft, reseed=False)


def _error(draft: Draft, key: str) -> None:
    if key in draft.errors:
        st.error(_state.plain(draft.errors[key]))


def _widget(entry: _fields.Field) -> None:
    """One field."""
    if entry.choices:
        words = dict(entry.choices)
        options = list(words)
        now = st.session_state.get(entry.key)
        if now not in words:
            options = [str(now), *options]
        st.selectbox(
            entry.label, options, key=entry.key, format_func=lambda value: words.get(value, value), help=entry.help or None,
            on_change=_edited, args=(entry.key,),
        )  # fmt: skip
    else:
        st.text_input(
            entry.label, key=entry.key, placeholder=entry.example, help=entry.help or None, max_chars=entry.longest, on_change=_edited, args=(entry.key,),
        )  # fmt: skip


def _rows(draft: Draft, entries: list[_fields.Field], table: dict[str, object], shown: list[_fields.Field]) -> None:
    """Fields two to a row, wide ones alone; the errors of a row directly below it. Arguments: `shown` are all fields."""
    row: list[_fields.Field] = []

    def flush() -> None:
        if not row:
            return
        for column, entry in zip(st.columns(len(row), gap="small"), row, strict=True):
            with column:
                _widget(entry)
        for entry in row:
            _error(draft, entry.key)
            _import_told.mark(draft, entry, shown)
        row.clear()

    for entry in entries:
        if entry.key not in st.session_state:
            st.session_state[entry.key] = draft.pending.get(entry.key, entry.read(table))
        if entry.wide:
            flush()
        row.append(entry)
        if entry.wide or len(row) == 2:
            flush()
    flush()


def draw(draft: Draft) -> None:
    """The whole sidebar."""
    table = draft.workload.to_mapping()
    entries = list(_fields.fields(table, draft.facts))
    kind = draft.workload.traffic.kind
    for key, text in (("workload_profile", draft.profile), ("workload_seed", str(draft.seed)), ("workload_text", draft.workload.to_toml())):  # fmt: skip
        st.session_state.setdefault(key, text)  # a page without the sidebar lets go of them
    with st.sidebar:
        saved = _saved_acts.starts()
        names = [*examples(), *saved]
        digests = {name: _state.example(name).digest for name in examples()} | {n: s.digest for n, s in saved.items()}
        same = next((name for name in names if digests[name] == draft.workload.digest), _OWN)
        st.session_state["workload_example"] = same
        st.selectbox(
            "Start from", names if same != _OWN else [_OWN, *names], key="workload_example", on_change=_example,
            format_func=lambda n: "Your numbers" if n == _OWN else saved[n].words if n in saved else _state.example(n).name,
        )  # fmt: skip
        rate = [e for e in entries if e.path.startswith("traffic.") and e.group == "main"]
        _rows(draft, rate[:1], table, entries)
        kinds = [one for one in PATTERNS if one != "trace" or one == kind]
        st.session_state.setdefault("workload_pattern", kind)
        st.selectbox("Pattern", kinds, key="workload_pattern", format_func=PATTERNS.__getitem__, on_change=_pattern)
        _error(draft, "workload_pattern")
        _rows(draft, rate[1:], table, entries)
        if isinstance(draft.workload.traffic, TraceTraffic):
            st.caption(_state.plain(_recording.recording_line(draft)))
        _rows(draft, [e for e in entries if e.group == "main" and e not in rate], table, entries)
        more = [e for e in entries if e.group == "more"]
        wrong = any(e.key in draft.errors for e in more) or _import_told.opens(draft, more, entries)
        with st.expander("Model, needs, budget", expanded=wrong, key="workload_more"):
            _rows(draft, more, table, entries)
        _terms.draw(draft)
        _load.draw(draft, entries)
        st.segmented_control(
            "Limits from", list(PROFILE_NAMES), key="workload_profile", required=True, format_func=PROFILE_NAMES.__getitem__, on_change=_profile,
            help="Study card: the comparison table that learners meet. It changes what fits, never a simulation or a price.",
        )  # fmt: skip
        st.text_input(
            "Seed",
            key="workload_seed",
            placeholder="0",
            max_chars=10,
            on_change=_seed,
            help="Fixes all randomness: equal seeds give equal answers.",
        )
        _error(draft, "workload_seed")

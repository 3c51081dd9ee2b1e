"""What the buttons of saved work do: save, open, rename, delete, undo; and what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import streamlit as st

from advisor import saving
from advisor.check import check_workload
from advisor.errors import AdvisorError, InputError, Problem
from advisor.facts import PROFILES
from advisor.saved import Asked, Kind, Saved, load, saved
from advisor.saving import Removed, TakenError
from advisor.store import Store, open_store
from advisor.terms_text import read_line, terms_line
from advisor.text import format_day
from advisor.workload import TraceTraffic, Workload
from simulator.answer_json import ranking_json
from simulator.in_force import in_force
from simulator.kept import answer_of
from simulator.pages import _asking, _state
from simulator.pages._local import own_server
from simulator.pages._state import Draft

__all__ = [
    "Said", "Start", "asked_of", "number_of", "open_saved", "opened", "remove", "rename", "said", "save", "starts", "store", "undo",
]  # fmt: skip

_SAID: Final = "saved_said"
_OPENED: Final = "saved_opened"
_START: Final = "saved:"


@dataclass(frozen=True, slots=True)
class Said:
    """The outcome of the last button."""

    text: str
    wrong: bool = False
    taken: Kind | None = None
    """The kind that was to be saved under a name that is taken."""
    removed: Removed | None = None
    """What an undo puts back."""


@dataclass(frozen=True, slots=True)
class Start:
    """A saved thing to start from."""

    words: str
    digest: str


def store() -> Store:
    """The user's own store. Raises StoreError when it cannot be used."""
    return open_store(today=_today())


def _today() -> date:
    return datetime.now(tz=UTC).astimezone().date()


def said() -> Said | None:
    """What is to be said of the last button."""
    found: Said | None = st.session_state.get(_SAID)
    return found


def asked_of(draft: Draft) -> Asked:
    """The question of this session as it is saved."""
    recording = draft.recording.tag if draft.recording is not None else draft.awaited
    return Asked(
        toml=draft.workload.to_toml(), digest=draft.workload.digest, profile=draft.profile, seed=draft.seed, terms=terms_line(draft.terms),
        recording=recording if isinstance(draft.workload.traffic, TraceTraffic) else "",
    )  # fmt: skip


def opened(draft: Draft | None = None) -> Saved | None:
    """The saved thing that was opened last in this session. Arguments: with `draft`, only while its question is still the same."""
    found: tuple[Saved, Asked] | None = st.session_state.get(_OPENED)
    if found is None or (draft is not None and asked_of(draft) != found[1]):
        return None
    return found[0]


def starts() -> dict[str, Start]:
    """What is saved, as things to start from, by the value of the choice; the one that is open first."""
    if not own_server():
        return {}
    try:
        items = saved(store())
    except AdvisorError:  # said under Load or save
        return {}
    last = opened()
    words = {"workload": "Saved", "run": "Saved answer"}
    ordered = sorted(items, key=lambda item: last is None or item.id != last.id)
    return {f"{_START}{item.id}": Start(f"{words[item.kind]}: {item.name}", item.asked.digest) for item in ordered}


def number_of(choice: str) -> int | None:
    """The number of a saved thing that was chosen to start from; None for anything else."""
    number = choice.removeprefix(_START)
    return int(number) if choice.startswith(_START) and number.isdigit() else None


def _acted(act: Callable[[], Said], kind: Kind | None = None) -> None:
    """Do it, and remember what is to be said. Arguments: `kind` is what was to be saved."""
    if not own_server():
        return
    try:
        st.session_state[_SAID] = act()
    except TakenError as error:
        taken = error.problems[0].seen
        st.session_state[_SAID] = Said(f"{taken} is taken. Choose another name.", wrong=True, taken=kind)
    except AdvisorError as error:
        text = "\n".join(map(_spoken, error.problems)) if isinstance(error, InputError) else str(error)
        st.session_state[_SAID] = Said(text, wrong=True)


def _spoken(problem: Problem) -> str:
    return f"{problem.allowed[:1].upper()}{problem.allowed[1:]}." if not problem.seen else f"{problem}."


def save(kind: Kind, *, replace: bool = False) -> None:
    """Save the question, or the question with its answer, under the name typed, or else that of the workload."""

    def act() -> Said:
        draft, on = _state.current(), _today()
        name = str(st.session_state.get("saved_name") or "").strip()
        if kind == "workload":
            name = name or draft.workload.name[: saving.LONGEST_NAME]
            saving.save_workload(store(), name, asked_of(draft), on, replace=replace)
            st.session_state["saved_name"] = ""
            return Said(f'Saved the workload "{name}".')
        answer = _asking.known(draft.question)
        if answer is None:
            return Said("The answer is not there yet. Save it when it is.", wrong=True)
        day = f", {format_day(on)}"
        name = name or f"{draft.workload.name[: saving.LONGEST_NAME - len(day)]}{day}"
        kept, table = answer_of(answer.ranking), ranking_json(answer.ranking)
        saving.save_run(store(), name, asked_of(draft), kept, table, on, replace=replace)
        st.session_state["saved_name"] = ""
        return Said(f'Saved the answer "{name}".')

    _acted(act, kind)


def open_saved(number: int) -> None:
    """Make a saved question that of this session."""

    def act() -> Said:
        draft, item = _state.current(), load(store(), number)
        if item.asked.profile not in PROFILES:
            raise InputError([Problem("profile", item.asked.profile, f"one of {', '.join(PROFILES)}")])
        workload = Workload.from_text(item.asked.toml)
        check_workload(workload, in_force(item.asked.profile))
        draft.terms = read_line(item.asked.terms)
        draft.profile, draft.seed = item.asked.profile, item.asked.seed
        if draft.recording is None or draft.recording.tag != item.asked.recording:
            draft.recording, draft.awaited = None, item.asked.recording
        _state.commit(draft, workload)
        st.session_state[_OPENED] = (item, asked_of(draft))
        return Said(f'Opened "{item.name}".')

    _acted(act)


def rename(number: int, key: str) -> None:
    """Give it the name typed in a field. Arguments: `key` of the field."""

    def act() -> Said:
        saving.rename(store(), number, str(st.session_state.get(key) or ""))
        return Said("Renamed.")

    _acted(act)


def remove(number: int) -> None:
    """Delete it; the undo is offered with what is said."""

    def act() -> Said:
        name = load(store(), number).name
        return Said(f'Deleted "{name}".', removed=saving.remove(store(), number))

    _acted(act)


def undo() -> None:
    """Put back what was deleted last."""
    last = said()

    def act() -> Said:
        if last is not None and last.removed is not None:
            saving.put_back(store(), last.removed)
        return Said("It is back.")

    _acted(act)

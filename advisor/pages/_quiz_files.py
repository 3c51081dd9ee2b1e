"""Files of the quiz: a deck to take along, and the progress out, in and away."""

import json
from typing import Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.pages._quiz_keep import now, say
from advisor.pages._quiz_practice import Asking
from advisor.pages._quiz_words import label
from advisor.quiz.event import row_of
from advisor.quiz.export import FORMATS, export_deck, file_name
from advisor.quiz.kept import import_progress, reset
from advisor.quiz.progress import Progress
from advisor.quiz.progress_file import SCHEMA, read_progress

__all__ = ["draw"]

_AMOUNTS: Final = (20, 50, 100, 200, 500)
_LARGEST_MB: Final = 20
_ASKED: Final = "quiz_reset_asked"


def draw(asking: Asking) -> None:
    """Both, folded."""
    with st.expander("Take a deck with you", key="quiz_deck_files"):
        _deck(asking)
    with st.expander("Progress: save, load, reset", key="quiz_progress_files"):
        _progress(asking)


def _deck(asking: Asking) -> None:
    format_ = st.selectbox("Format", list(FORMATS), key="quiz_format", format_func=lambda name: FORMATS[name].title)
    amount = st.selectbox("Questions", _AMOUNTS, index=1, key="quiz_amount")
    name = file_name(
        format_, seed=asking.seed, count=amount, view=asking.view, topic=asking.topic, profile=asking.facts.profile
    )
    st.download_button(
        "Download the deck", lambda: export_deck(asking.seed, amount, asking.view, asking.topic, asking.facts, format_), name,
        FORMATS[format_].mime, key="quiz_download", on_click="ignore",
    )  # fmt: skip
    st.caption(
        "The view and the topic chosen above, with keys, reasons and sources. The same seed gives the same deck."
    )


def _document(asking: Asking) -> str:
    """All answers of the learner as a document."""
    events = Progress.of(asking.keeping.events).events
    made = {
        "schema": SCHEMA, "learner": asking.keeping.learner or "me", "exported_at": now().isoformat(),
        "events": [row_of(event) for event in events],
    }  # fmt: skip
    return json.dumps(made, indent=1)


def _take_in(asking: Asking) -> None:
    """Add the answers of an uploaded document to those that are there."""
    upload = st.session_state.get("quiz_upload")
    if upload is None:
        return
    data = upload.getvalue()
    try:
        if asking.keeping.store is not None:
            counts = import_progress(asking.keeping.store, data, asking.keeping.learner)
            asking.keeping.anew()
            added, known = counts["added"], counts["known"]
        else:
            _, events = read_progress(data)
            there = set(asking.keeping.events)
            new = [event for event in dict.fromkeys(events) if event not in there]
            asking.keeping.keep(*new)
            added, known = len(new), len(events) - len(new)
    except InputError as error:
        shown = "; ".join(map(str, error.problems[:3]))
        say(f"This file does not fit: {shown}.")
        return
    except AdvisorError as error:
        say(str(error))
        return
    say(f"{added} answers added, {known} were there before.")


def _forget(asking: Asking) -> None:
    st.session_state.pop(_ASKED, None)
    if asking.keeping.store is not None:
        try:
            reset(asking.keeping.store, asking.keeping.learner)
        except AdvisorError as error:
            say(str(error))
            return
    asking.keeping.anew()
    st.session_state.pop("quiz_turns", None)
    say("The progress begins anew.")


def _progress(asking: Asking) -> None:
    there = len(asking.keeping.events)
    if asking.keeping.store is None:
        st.caption("On a shared server progress lives in this browser session. Download it to keep it.")
    st.download_button(
        "Download 1 answer" if there == 1 else f"Download {there:,} answers", lambda: _document(asking), "quiz-progress.json", "application/json", key="quiz_progress_save",
        on_click="ignore", disabled=not there,
    )  # fmt: skip
    st.file_uploader(
        "Add answers from a file", type="json", key="quiz_upload", max_upload_size=_LARGEST_MB, on_change=_take_in, args=(asking,)
    )  # fmt: skip
    if not there:
        return
    if not st.session_state.get(_ASKED):
        st.button("Reset the progress", key="quiz_reset", on_click=lambda: st.session_state.update({_ASKED: True}))
        return
    whose = f" of {asking.keeping.learner}" if asking.keeping.learner else ""
    st.warning(label(f"Forget all {there} answers{whose}, and the exam? There is no way back but a downloaded file."))
    with st.container(horizontal=True, key="quiz_reset_do"):
        st.button("Forget them", key="quiz_reset_now", type="primary", on_click=_forget, args=(asking,))
        st.button("Keep them", key="quiz_reset_not", on_click=lambda: st.session_state.pop(_ASKED, None))

"""Long work beside a page: one job per session and slot, answers shared by key, progress with an estimate and a stop.

A page asks for a result by key. It gets the result, or learns that it is being computed, was stopped, or was refused;
asking with another key stops the job before. The answers of all sessions lie in one small store, by what they depend on.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from advisor.errors import AdvisorError
from simulator.pages import _job

__all__ = ["ANSWERS", "Found", "again", "found", "progress_text", "stop", "stopped", "watch"]

ANSWERS: Final = _job.Answers()
"""What was computed, whoever asked: keys hold digests of everything a result depends on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a result: one of its fields is set, or none where it was not asked for yet."""

    result: Any = None
    refused: AdvisorError | None = None
    running: bool = False
    stopped: bool = False


def _slot(slot: str) -> str:
    return f"job_{slot}"


def _ended(slot: str) -> str:
    return f"stopped_{slot}"


def found(slot: str, key: Hashable, work: _job.Work, *, start: bool = True, most: int = _job.MOST_KEPT) -> Found:
    """The result of `work` for `key`, as far as it is there.

    Arguments: `slot` names the place in the session, one job each; `key` has everything the result depends on; `work`
    is called as `work(cancel, progress)` in a thread of its own and must not touch the session; `start` False only
    looks; `most` results of the slot are kept for all sessions, fewer where each is large. Raises what the work raised where that is a fault of ours.
    """
    full = (slot, key)
    known = ANSWERS.get(full)
    job: _job.Job | None = st.session_state.get(_slot(slot))
    if known is not None:
        stop(slot)
        st.session_state[_ended(slot)] = None
        return Found(result=known)
    if st.session_state.get(_ended(slot)) == full:
        return Found(stopped=True)
    if job is None or job.key != full:
        stop(slot)
        if not start:
            return Found()
        job = st.session_state[_slot(slot)] = _job.Job(full, work)
    ended = job.wait(_job.PATIENCE_S)
    if job.stopped:
        st.session_state[_ended(slot)], st.session_state[_slot(slot)] = full, None
        return Found(stopped=True)
    if not ended:
        return Found(running=True)
    if job.refused is not None:
        return Found(refused=job.refused)
    st.session_state[_slot(slot)] = None
    if job.error is not None:
        st.session_state[_ended(slot)] = full
        raise job.error
    ANSWERS.put(full, job.result, most)
    return Found(result=job.result)


def stop(slot: str) -> None:
    """End the job of a slot, where one runs."""
    job: _job.Job | None = st.session_state.get(_slot(slot))
    if job is not None:
        job.stop()
    st.session_state[_slot(slot)] = None


def again(slot: str) -> None:
    """Let a stopped question be asked anew."""
    st.session_state[_ended(slot)] = None


def progress_text(job: _job.Job) -> tuple[float, str]:
    """How far a job is, 0 to 1, and in words with the time left where the steps done tell it."""
    done, of, what = job.step
    share = min(1.0, done / of) if of else 0.0
    words = f"{what[:1].upper()}{what[1:]}"
    at = f", {min(done + 1, of):,} of {of:,}" if of > 1 else ""
    left = f"about {job.left_s:.0f} s left" if job.left_s is not None else f"{job.elapsed_s:.0f} s so far"
    return share, f"{words}{at}, {left}"


@st.fragment(run_every="200ms")
def watch(slot: str, label: str = "Stop") -> None:
    """Progress of the running job with a stop button; the page is drawn anew when it has ended."""
    job: _job.Job | None = st.session_state.get(_slot(slot))
    if job is None or job.stopped or not job.running:
        st.rerun()
    share, text = progress_text(job)
    st.progress(share, text=text)
    st.button(label, key=f"{slot}_stop", on_click=job.stop)


def stopped(slot: str, label: str = "Run it") -> None:
    """What is said after a stop, and the way to run it after all."""
    st.info("Stopped. Nothing was changed.")
    st.button(label, key=f"{slot}_again", on_click=again, args=(slot,))

"""The main question of a session, the ranking of its workload: asked once, shown by every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import streamlit as st

from advisor.errors import AdvisorError, InputError
from advisor.pages.own_html import block, safe
from simulator.pages import _answer, _work
from simulator.pages._answer import Answer
from simulator.pages._question import Question
from simulator.ranking import rank_study

__all__ = ["SLOT", "answer_work", "answered", "boxed", "dimmed", "known", "refused", "shown"]

SLOT: Final = "answer"
"""The slot of its job."""
_LAST: Final = "answer_last"


def answer_work(question: Question) -> Any:
    """The computation of an answer, for a job."""

    def work(cancel: Any, progress: Any) -> Answer:
        return Answer(_answer.light(rank_study(question.study(cancel), progress=progress)))

    return work


def answered(question: Question) -> _work.Found:
    """The answer to a question, or what keeps it from being there."""
    return _work.found(SLOT, question.key, answer_work(question))


def known(question: Question) -> Answer | None:
    """The answer to a question where it is there already; nothing is asked."""
    found: Answer | None = _work.ANSWERS.get((SLOT, question.key))
    return found


def boxed(body: str) -> str:
    """A message of several lines about the workload."""
    return block(body, testid="problems").replace('class="ea"', 'class="ea ea-problems"', 1)


def refused(error: AdvisorError) -> str:
    """Why a workload cannot be played, every problem on a line."""
    lines = error.problems if isinstance(error, InputError) else (error,)
    items = "".join(f"<li>{safe(line)}</li>" for line in lines)
    return boxed(f"<b>This workload cannot be simulated as it stands.</b><ul>{items}</ul>")


def shown(question: Question) -> tuple[Answer | None, bool]:
    """The answer to show, and whether it is that of this question.

    Where it is not there yet, its progress, its refusal or the stop is drawn, and the answer before is given.
    """
    found = answered(question)
    if found.result is not None:
        st.session_state[_LAST] = found.result
        return found.result, True
    if found.refused is not None:
        st.html(refused(found.refused))
    elif found.running:
        _work.watch(SLOT)
    else:
        _work.stopped(SLOT)
    old: Answer | None = st.session_state.get(_LAST)
    if old is None and found.running:
        st.html(block("<h1>Working out the first answer.</h1>", testid="answer"))
    return old, False


@contextmanager
def dimmed(fresh: bool) -> Iterator[None]:
    """What is of the question before stays on the page, pale. Arguments: `fresh` as `shown` gave it."""
    if fresh:
        yield
    else:
        with st.container(key="answer_old"):
            yield

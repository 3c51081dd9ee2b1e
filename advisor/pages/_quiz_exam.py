"""The exam: questions without a verdict, a flag, the time that is left, and the way to its end."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import streamlit as st

from advisor.errors import InputError
from advisor.pages import _quiz_answer, _quiz_item, _quiz_result
from advisor.pages._quiz_item import Answer
from advisor.pages._quiz_keep import Keeping, now, say
from advisor.pages._quiz_practice import Asking
from advisor.pages._quiz_words import label, link, minutes_left
from advisor.pages.own_html import block, safe
from advisor.quiz.exam import Exam, begin_exam, exam_forms, paper
from advisor.quiz.generate import MOST_SEED
from advisor.quiz.results import exam_events, result

__all__ = ["QUESTION", "draw", "number", "running", "side"]

QUESTION: Final = "quiz_question"
"""Key and parameter of the number that is shown."""
_ENDING: Final = "quiz_ending"
_TICK: Final = "60s"


def running(keeping: Keeping) -> bool:
    """An exam was begun and is not ended."""
    exam = keeping.exam
    return exam is not None and exam.ended is None


def number(asking: Asking) -> str:
    """The number that is shown, as a name; one name for everything but a running exam."""
    return f"exam {st.session_state.get(QUESTION, 1)}" if running(asking.keeping) else "exam"


def _settled(asking: Asking) -> Exam | None:
    """The exam as it stands now: one whose time is up is handed in."""
    exam = asking.keeping.exam
    if exam is not None and exam.ended is None and exam.over(now()):
        _end(asking)
        exam = asking.keeping.exam
    return exam


def _begin(asking: Asking, view: str) -> None:
    moment = now()
    seed = (asking.seed + int(moment.timestamp())) % MOST_SEED
    asking.keeping.keep_exam(begin_exam(seed, asking.facts, view, moment))
    st.session_state[QUESTION] = 1
    st.session_state.pop(_ENDING, None)


def _end(asking: Asking) -> None:
    """Hand it in: every answer counts for the progress from now on."""
    exam = asking.keeping.exam
    st.session_state.pop(_ENDING, None)
    if exam is None or exam.ended is not None:
        return
    ended = exam.end(now())
    st.session_state[QUESTION] = 1
    with suppress(InputError):  # said where the result would stand
        # the answers first: kept twice they count once, and an exam that has ended keeps none
        asking.keeping.keep(*exam_events(ended, asking.facts))
    asking.keeping.keep_exam(ended)


def _away(asking: Asking) -> None:
    asking.keeping.keep_exam(None)
    st.session_state.pop(_ENDING, None)


def _step(asking: Asking, step: Callable[[Exam, datetime], Exam]) -> None:
    """One step of the exam that runs; none after its time."""
    exam = asking.keeping.exam
    if exam is not None and not exam.over(now()):
        asking.keeping.keep_exam(step(exam, now()))


def _go(number: int) -> None:
    st.session_state[QUESTION] = number


def draw(asking: Asking) -> None:
    """The exam in whatever state it is: to be begun, running, or ended."""
    exam = _settled(asking)
    if exam is None:
        _start(asking)
        return
    try:
        paper(exam, asking.facts)
    except InputError as error:
        said = safe(error.problems[0].allowed)
        st.html(block(f"<h2>This exam cannot go on</h2><p>{said[:1].upper()}{said[1:]}.</p>", testid="quiz-question"))
        st.button("Put it away", key="quiz_exam_away", on_click=_away, args=(asking,))
        return
    if exam.ended is not None:
        found = result(exam, asking.facts, now())
        _quiz_result.head(exam, found)
        st.button("Begin another exam", key="quiz_exam_again", on_click=_away, args=(asking,))
        _quiz_result.draw(exam, found, asking.facts, QUESTION, asking.simulate)
        return
    _running(asking, exam)


def _start(asking: Asking) -> None:
    """What an exam is, and a button for each."""
    forms = exam_forms()
    rows = "".join(
        f"<li><b>{safe(form.title)}</b>: {form.items} questions, {form.minutes} minutes. {safe(form.note)} {link(form.source)}</li>"
        for form in forms.values()
    )
    said = (
        "<h2>An exam of full length</h2><p>No answer is marked before the end. Flag a question to come back to it; change answers as you "
        "like. The questions cover choosing and running endpoints, a part of the exam: the result is a drill and no forecast.</p>"
        f'<ul class="ea-forms">{rows}</ul>'
    )
    kept = (
        "It survives a reload."
        if asking.keeping.store is not None
        else "It lives in this browser session: a reload ends it."
    )
    st.html(
        block(
            f'{said}<p class="muted">The time runs from the start, also while you are away. {kept}</p>',
            testid="quiz-question",
        )
    )
    with st.container(horizontal=True, key="quiz_exam_start"):
        for n, view in enumerate(forms):
            st.button(
                f"Start an exam like {view.upper()}", key=f"quiz_exam_{view}", type="secondary" if n else "primary", on_click=_begin, args=(asking, view)
            )  # fmt: skip


def _shown(asking: Asking, exam: Exam) -> Exam:
    """The exam with the question that the address names."""
    wanted = int(st.session_state.get(QUESTION) or _asked_for(exam) or exam.at)
    wanted = min(max(wanted, 1), exam.items)
    if wanted != exam.at:
        exam = exam.go(wanted, now())
        asking.keeping.keep_exam(exam)
    return exam


def _asked_for(exam: Exam) -> int:
    """The number in the address of a page that was loaded anew; 0 where it names none."""
    text = st.query_params.get(QUESTION, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= number <= exam.items:
        number = 0
        st.session_state[QUESTION] = exam.at
    return number


def _running(asking: Asking, exam: Exam) -> None:
    exam = _shown(asking, exam)
    item = paper(exam, asking.facts)[exam.at - 1]
    given = exam.given(exam.at)
    _clock(asking)
    flag = " · flagged" if exam.at in exam.flagged else ""
    flag += " · limits of the study card" if exam.profile == "study-card" else ""
    st.html(_quiz_item.asked(item, f"Exam · question {exam.at} of {exam.items}{flag}", difficulty=False))

    def take(answer: Answer) -> None:
        empty = isinstance(answer, tuple) and (not answer or max(answer) < 0)
        _step(asking, lambda running, moment: running.answer(None if empty else answer, moment))

    _quiz_answer.controls(item, None if given is None else given.answer, take)
    last = exam.at == exam.items
    with st.container(horizontal=True, key="quiz_do"):
        st.button(
            "Next question",
            key="quiz_next",
            type="primary",
            shortcut="N",
            disabled=last,
            on_click=_go,
            args=(exam.at + 1,),
        )
        st.button(
            "Flagged" if exam.at in exam.flagged else "Flag", key="quiz_flag", shortcut="F", on_click=_step,
            icon=":material/flag:" if exam.at in exam.flagged else ":material/outlined_flag:",
            args=(asking, lambda running, moment: running.flag(moment)),
        )  # fmt: skip
        st.button("Back", key="quiz_back", shortcut="P", disabled=exam.at == 1, on_click=_go, args=(exam.at - 1,))
    st.pagination(exam.items, key=QUESTION, bind="query-params")


def side(asking: Asking) -> None:
    """Beside a running exam: what is open and flagged, and the end."""
    exam = asking.keeping.exam
    if exam is None or exam.ended is not None:
        return
    done = exam.items - len(exam.unanswered)
    rows = (("Answered", done), ("Open", exam.items - done), ("Flagged", len(exam.flagged)))
    listed = "".join(f"<dt>{name}</dt><dd>{number}</dd>" for name, number in rows)
    st.html(block(f'<dl class="ea-progress">{listed}</dl>', testid="quiz-exam"))
    with st.container(horizontal=True, key="quiz_ways"):
        for name, numbers in (("open", exam.unanswered), ("flagged", exam.flagged)):
            rest = [n for n in numbers if n > exam.at] or [n for n in numbers if n != exam.at]
            if rest:
                st.button(f"Next {name}: {rest[0]}", key=f"quiz_to_{name}", on_click=_go, args=(rest[0],))
    _ending(asking, exam)


@st.fragment(run_every=_TICK)
def _clock(asking: Asking) -> None:
    exam = asking.keeping.exam
    if exam is None or exam.ended is not None:
        return
    if exam.over(now()):
        _end(asking)
        say("The time is up. The exam was handed in.")
        st.rerun()
    words = minutes_left(exam.left(now()).total_seconds())
    st.html(
        block(
            f'<p class="ea-clock">{safe(words[:1].upper() + words[1:])}</p>',
            testid="quiz-clock",
            attributes='role="timer"',
        )
    )


def _ending(asking: Asking, exam: Exam) -> None:
    left = len(exam.unanswered)
    if left and st.session_state.get(_ENDING):
        many = f"{left} questions are" if left > 1 else "One question is"
        st.warning(label(f"{many} open and would count as wrong. End the exam?"))
        with st.container(horizontal=True, key="quiz_exam_confirm"):
            st.button("End the exam now", key="quiz_exam_end_now", type="primary", on_click=_end, args=(asking,))
            st.button("Go on", key="quiz_exam_on", on_click=lambda: st.session_state.pop(_ENDING, None))
        return

    def press() -> None:
        if left:
            st.session_state[_ENDING] = True
        else:
            _end(asking)

    st.button("End the exam", key="quiz_exam_end", on_click=press)

"""So far: what was said, each with a button to change it, and which options that leaves."""

import streamlit as st

from advisor.advice import Advice
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.interview import Said
from advisor.pages.own_html import block, option_name, safe
from simulator import interview_words
from simulator.pages import _questions_state
from simulator.pages._questions_ask import question
from simulator.pages._questions_state import Sitting

__all__ = ["add", "answers", "out"]


def _row(sitting: Sitting, said: Said, facts: Facts) -> None:
    """One answer with its button."""
    attribute = said.attribute
    asked = question(attribute, facts)
    words = interview_words.answer_words(said, facts)
    with st.container(horizontal=True, key=f"questions_row_{attribute}", vertical_alignment="center"):
        st.html(block(f'<span class="muted" title="{safe(asked.ask)}">{safe(interview_words.subject(attribute, facts))}</span> <b>{safe(words)}</b>').replace('class="ea"', 'class="ea ea-said"', 1))  # fmt: skip
        st.button("Change", key=f"questions_change_{attribute}", help=f"Change the answer to: {asked.ask}", on_click=_questions_state.open_question, args=(sitting, attribute, asked), type="tertiary")  # fmt: skip


def answers(sitting: Sitting, facts: Facts, heading: str = "So far") -> None:
    """What was said: the answers, and folded what was known before the first question."""
    talk = sitting.talk
    with st.container(key="questions_so_far"):
        st.html(block(f"<h2>{safe(heading)}</h2>"))
        if not talk.said:
            st.html(block('<p class="muted">Nothing was answered yet.</p>'))
        for said in talk.answers:
            _row(sitting, said, facts)
        if talk.stated:
            count = len(talk.stated)
            with st.expander(f"{count} value{'s' if count > 1 else ''} stated before the first question", key="questions_stated"):  # fmt: skip
                for said in talk.stated:
                    _row(sitting, said, facts)


def _more(sitting: Sitting, facts: Facts) -> None:
    attribute = st.session_state.get("questions_add")
    if attribute:
        _questions_state.open_question(sitting, attribute, question(attribute, facts))


def add(sitting: Sitting, facts: Facts) -> None:
    """State something that was not asked."""
    known = {said.attribute for said in sitting.talk.said}
    rest = sorted((n for n in Brief.model_fields if n not in known), key=lambda n: interview_words.subject(n, facts).lower())  # fmt: skip
    if rest:
        st.selectbox(
            "State something more", rest, index=None, key="questions_add", placeholder="Choose what you know",
            format_func=lambda name: interview_words.subject(name, facts), on_change=_more, args=(sitting, facts),
        )  # fmt: skip


def out(advice: Advice) -> str:
    """How many options are left, and who is out and why."""
    count, of = interview_words.left(advice)
    gone = [verdict for verdict in advice.infeasible if verdict.option.name != "none"]
    rows = "".join(
        f"<li>{option_name(verdict.option.name)}<br><small>{safe(verdict.deciding.message if verdict.deciding else '')}</small></li>"
        for verdict in gone
    )
    listed = f'<p class="muted">Out, and why:</p><ul class="ea-out">{rows}</ul>' if gone else '<p class="muted">Nothing is ruled out yet.</p>'  # fmt: skip
    return block(f"<h3>{count} of {of} {'option' if count == 1 else 'options'} left</h3>{listed}", testid="left")

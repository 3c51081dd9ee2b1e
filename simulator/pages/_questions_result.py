"""The result of an interview: what fits and how sure that is, every option with its reasons, and the way to numbers."""

from urllib.parse import urlencode

import streamlit as st

from advisor.advice import Advice
from advisor.ahead import Ahead, Asked
from advisor.errors import InputError
from advisor.facts import Facts
from advisor.filled import Filled, fill
from advisor.interview import Interview
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.questions import topic
from advisor.rules import Outcome
from advisor.verdict import Verdict
from simulator import interview_words
from simulator.option_groups import BLOCKED, GROUPS
from simulator.pages import _questions_state, _state
from simulator.pages._cards import finding_block, group
from simulator.pages._questions_state import ADDRESS, Sitting
from simulator.pages._rows import blocked_fold, checks, unblock
from simulator.pages._share import here
from simulator.pages._state import Draft
from simulator.unplayed import aside

__all__ = ["actions", "answer", "cards", "numbers", "open_list"]


def answer(sitting: Sitting, ahead: Ahead, facts: Facts) -> str:
    """The title, how sure it is, and why."""
    count = len(sitting.talk.brief.known)
    over = f"By the rules and the fit of {count} known value{'' if count == 1 else 's'}, before any simulation"
    sure = "".join(f"<p>{safe(text)}</p>" for text in interview_words.how_sure(ahead))
    why = "".join(f"<p>{safe(text)}</p>" for text in interview_words.why_first(ahead.advice, facts))
    body = f'<p class="ea-over">{safe(over)}</p><h1>{safe(interview_words.finding(ahead, facts))}</h1><div class="ea-why">{sure}{why}</div>'
    return block(body, "section", "answer", 'role="status"')


def _continue(draft: Draft, filled: Filled) -> None:
    """Open the recommendation with the workload that the answers make."""
    _state.commit(draft, filled.workload)
    names = ", ".join(row.path.replace(".", " ").replace("_", " ") for row in filled.assumed)
    draft.notices = (f"Made from your answers. Nobody stated these, so they are assumed, after the example {filled.example}: {names}. Change them in the sidebar.",)  # fmt: skip
    st.session_state["decide_way"] = "recommendation"


def _share(sitting: Sitting, draft: Draft) -> None:
    """The address of the answers alone: the workload in the sidebar is no part of them."""
    with st.popover("Share", key="questions_share"):
        if sitting.talk.said and not sitting.written:
            st.caption("These answers are too long for a link. Send the brief instead.")
            return
        view = {"decide_way": "Answer questions", "profile": draft.profile, ADDRESS: sitting.written}
        st.caption("This link holds all answers; nothing is stored anywhere.")
        st.code(here(urlencode(view)), language=None, wrap_lines=True)


def actions(sitting: Sitting, draft: Draft, ahead: Ahead) -> Filled | None:
    """The buttons below the answer. Gives the workload that the answers make; None where they make none."""
    talk = sitting.talk
    filled, wrong = None, ""
    try:
        filled = fill(talk.brief, draft.facts)
    except InputError as error:
        wrong = _state.listed(_state.problem_lines(error))
    with st.container(horizontal=True, key="questions_ways"):
        if filled is not None:
            st.button("Continue with numbers", key="questions_numbers", type="primary", on_click=_continue, args=(draft, filled))  # fmt: skip
        if ahead.next:
            st.button("Answer more questions", key="questions_more", on_click=_questions_state.keep, args=(sitting, Interview(talk.stated, talk.answers)))  # fmt: skip
        if talk.brief.known:
            st.download_button("Brief as TOML", talk.toml, "brief.toml", "application/toml", key="questions_toml", on_click="ignore")  # fmt: skip
        _share(sitting, draft)
    if wrong:
        st.error(f"These answers make no workload that can be simulated:\n{wrong}")
    return filled


def numbers(filled: Filled, facts: Facts) -> None:
    """What "Continue with numbers" takes: each value that is assumed, then those that answers settle."""
    assumed = len(filled.assumed)
    with st.expander(f"What the numbers would rest on: {assumed} values assumed, {len(filled.settled)} from your answers", key="questions_assumed"):  # fmt: skip
        rows = [
            ("", (f"<code>{safe(row.path)}</code>", safe(row.text), "your answer" if row.settled else "assumed", safe(row.why)))
            for row in (*filled.assumed, *filled.settled)
        ]  # fmt: skip
        heads = (("Value", ""), ("Taken as", ""), ("", ""), ("Why", ""))
        st.html(table(heads, rows, "What the numbers would rest on", "filled"))
        st.caption("The numbers are ordered by cost among the options that keep the promise, so what comes first there may not be what fits best here. Without a bound on latency no latency is promised.")  # fmt: skip
        if filled.left_out:
            names = ", ".join(topic(name, facts) for name in filled.left_out)
            st.caption(f"A workload has no place for these answers, so the recommendation does not know them: {names}.")


def _open(asked: Asked) -> str:
    items = "".join(
        f"<li><b>{safe(label)}</b> <span>{safe(interview_words.effect(asked, n))}</span></li>"
        for n, label in enumerate(asked.question.labels)
    )
    return f'<p class="asked">{safe(asked.question.ask)}</p><ul class="ea-replies">{items}</ul>'


def open_list(ahead: Ahead, facts: Facts) -> str:
    """What stays unknown: what decides in full, what an unusual answer would change folded, the rest by name."""
    rare = [asked for asked in ahead.open if not asked.decides]
    parts = ["<h2>What stays unknown</h2>", *(_open(asked) for asked in ahead.undecided)]
    if rare:
        more = f"{len(rare)} question{'s' if len(rare) > 1 else ''} of which only an unusual answer would change the first place"  # fmt: skip
        parts.append(f"<details><summary>{more}</summary>{''.join(_open(asked) for asked in rare)}</details>")
    if ahead.unread:
        names = "".join(f"<li>{safe(topic(name, facts))}</li>" for name in ahead.unread)
        more = f"{len(ahead.unread)} more things that nobody stated: they may set conditions, and do not change what comes first"
        parts.append(f'<details><summary>{more}</summary><ul class="ea-unread">{names}</ul></details>')
    if len(parts) == 1:
        parts.append("<p>Nothing that a rule asks for.</p>")
    return block("".join(parts), testid="unknown")


def _card(verdict: Verdict, advice: Advice, facts: Facts, *, first: bool) -> str:
    mark = '<p class="ea-first">Fits best</p>' if first else ""
    deciding = verdict.deciding
    found = finding_block(deciding, facts) if deciding else '<p class="muted">Nothing known speaks against it.</p>'
    return (
        f'<article class="ea-card{" first" if first else ""}" data-testid="card"><header>{mark}<h3>{option_name(verdict.option.name)}</h3>'
        f"{chip(verdict.outcome.name)}</header>{found}{unblock(verdict, advice)}{checks(verdict.findings[1:], facts)}</article>"
    )


def cards(ahead: Ahead, facts: Facts) -> str:
    """Every option with its reasons, grouped by what the rules say; what nothing here asks for is folded."""
    advice = ahead.advice
    verdicts = [verdict for verdict in advice.verdicts if verdict.option.name != "none"]
    groups = []
    for outcome, words in (*GROUPS, (Outcome.blocks, BLOCKED)):
        own = [verdict for verdict in verdicts if verdict.outcome is outcome]
        shown = [verdict for verdict in own if verdict.option.name == advice.best or not aside(verdict)]
        rest = [verdict for verdict in own if verdict not in shown]
        drawn = [_card(v, advice, facts, first=v.option.name == advice.best and not ahead.undecided) for v in shown]
        fold = blocked_fold(rest, advice, facts, more=bool(shown)) if rest else ""
        if own:
            groups.append(group(words, len(own), drawn, fold))
    return block(f'<div class="ea-groups">{"".join(groups)}</div>', testid="cards")

"""What is open: the question whose answer decides most, and where the two profiles differ, side by side."""

from typing import Final

import streamlit as st

from advisor.advice import Advice
from advisor.facts import Facts
from advisor.filled import TAKEN
from advisor.options import title
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.questions import Reply, question_text
from advisor.settled import settled
from advisor.verdict import Verdict
from advisor.workload import Workload
from simulator.pages import _state
from simulator.pages._state import Draft
from simulator.unplayed import aside

__all__ = ["PROFILE_NAMES", "draw", "profiles", "question"]

PROFILE_NAMES: Final = {"aws": "AWS today", "study-card": "Study card"}


def _some(names: tuple[str, ...], best: str) -> str:
    """Option names in words: the one that matters first, the others as a number."""
    first = best if best in names else names[0]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{title(first).lower()}{more}"


def _said(reply: Reply, best: str) -> str:
    """What one reply would change, short: who comes first, how many go and come back."""
    first = "nothing would fit" if reply.best == "none" else f"{title(reply.best)} comes first"
    parts = [] if reply.best == best else [first]
    if reply.out:
        parts.append(f"rules out {_some(reply.out, best)}")
    if reply.back:
        parts.append(f"brings back {_some(reply.back, reply.best)}")
    return "; ".join(parts) if parts else "changes nothing"


def _listed(reply: Reply, best: str) -> str:
    every = ", ".join(title(name) for name in reply.out)
    hint = f' title="Rules out: {safe(every)}"' if every else ""
    return f"<li{hint}><b>{safe(reply.words)}</b> <span>{safe(_said(reply, best))}</span></li>"


def question(advice: Advice, facts: Facts, *, listed: bool = True) -> str:
    """The open question that decides most; nothing where no answer changes anything.

    Arguments: `listed` tells its replies with what each changes, where they are not buttons.
    """
    if not advice.question:
        return ""
    items = "".join(_listed(reply, advice.best) for reply in advice.replies) if listed else ""
    asked = question_text(advice.question, facts)
    where = ""
    if listed:
        stated = advice.question in TAKEN
        where = " The fields on the left state it." if stated else " A brief states it: see Answer questions, above."
    body = (
        f'<h2>Not stated, and it decides most</h2><p class="asked">{safe(asked)}</p>'
        f'<p class="small muted">By the rules and the fit, before a simulation; now first: {safe(title(advice.best).lower())}.{where}</p>'
        + (f'<ul class="ea-replies">{items}</ul>' if items else "")
    )
    return block(body, "section", "question").replace('class="ea"', 'class="ea ea-ask"', 1)


def _reply(draft: Draft, workload: Workload) -> None:
    _state.commit(draft, workload)


def draw(draft: Draft | None, advice: Advice, workload: Workload, facts: Facts) -> None:
    """The open question, with its replies as buttons where each can be written into the workload.

    Arguments: `draft` None only tells it: an answer to a question before takes no reply.
    """
    made = [settled(workload, advice.question, reply.value) for reply in advice.replies] if draft else []
    with_buttons = bool(made) and all(one is not None for one in made)
    said = question(advice, facts, listed=not with_buttons)
    if not said:
        return
    with st.container(key="decide_open"):
        st.html(said)
        for number, (reply, one) in enumerate(zip(advice.replies, made, strict=True) if with_buttons else ()):
            label = f"**{_state.plain(reply.words.capitalize())}** · {_state.plain(_said(reply, advice.best))}"
            st.button(label, key=f"decide_reply_{number}", on_click=_reply, args=(draft, one))


def _cell(verdict: Verdict) -> str:
    said = verdict.deciding.message if verdict.deciding and verdict.deciding.outcome.name != "notes" else ""
    return f"{chip(verdict.outcome.name)}{f'<small>{safe(said)}</small>' if said else ''}"


def profiles(advice: Advice, facts: Facts) -> str:
    """Where the two profiles decide differently, side by side; nothing where they agree."""
    if not advice.other and advice.best_elsewhere == advice.best:
        return ""
    here = {verdict.option.name: verdict for verdict in advice.verdicts}
    heads = (("Option", ""), (PROFILE_NAMES[facts.profile], ""), (PROFILE_NAMES[facts.other.profile], ""))
    rows: list[tuple[str, tuple[str, ...]]] = []
    if advice.best_elsewhere != advice.best:
        rows.append(("", ("<b>Fits best</b>", option_name(advice.best), option_name(advice.best_elsewhere))))
    for verdict in advice.other:
        name = verdict.option.name
        if not aside(here[name]):
            rows.append(("", (option_name(name), _cell(here[name]), _cell(verdict))))
    rest = [title(verdict.option.name) for verdict in advice.other if aside(here[verdict.option.name])]
    also = f'<p class="ea-note">They differ too for what this workload does not ask for: {safe(", ".join(rest))}.</p>'
    head = block("<h2>AWS today and the study card decide differently</h2>")
    return head + table(heads, rows, "Where the profiles differ", "profiles") + (block(also) if rest else "")

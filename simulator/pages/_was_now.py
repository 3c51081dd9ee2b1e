"""Was and is now: an answer that was saved beside the answer to the same question today."""

import streamlit as st

from advisor.pages.own_html import block, safe, table
from advisor.text import format_day
from simulator.kept import answer_of, moved, why_moved
from simulator.pages import _saved_acts
from simulator.pages._answer import Answer
from simulator.pages._state import Draft

__all__ = ["draw"]


def draw(draft: Draft, answer: Answer) -> None:
    """The comparison, where the question on the page is that of the saved answer opened last."""
    item = _saved_acts.opened(draft)
    if item is None or item.answer is None:
        return
    on, now = format_day(item.saved_on), answer_of(answer.ranking)
    rows = moved(item.answer, now)
    if all(row.same for row in rows):
        st.html(
            block(
                f'<p class="ea-note">The answer is the same as when "{safe(item.name)}" was saved on {on}.</p>',
                testid="was-now",
            )
        )
        return
    lead = block(
        f'<p><b>The answer has changed since "{safe(item.name)}" was saved on {on}.</b> {safe(why_moved(item.answer, now, on))}</p>'
    )
    heads = (("Of the best option", ""), (f"Was, {on}", "n"), ("Is now", "n"), ("Change", "n"))
    cells = [
        (
            "",
            (
                f"<b>{safe(row.what)}</b>",
                safe(row.was),
                safe(row.now),
                safe(row.change or ("same" if row.same else "")),
            ),
        )
        for row in rows
    ]
    with st.container(key="saved_was_now"):
        st.html(lead + table(heads, cells, "The answer as it was saved and as it is now", "was-now"))

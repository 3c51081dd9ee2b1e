"""Study cards made of the facts and rules in force: a card, its answer on request, and where one stands."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from advisor.facts import Facts
from advisor.learning import Learning
from advisor.pages._quiz_card import answer
from advisor.pages.own_html import block, safe
from advisor.study_cards import DECKS, Card, cells_taught, dealt, deck

__all__ = ["draw", "head"]


_STATE: Final = "quiz_learning"
_SEED: Final = "quiz_cards_seed"
_DECKS: Final = {DECKS[0]: "Study card and AWS", DECKS[1]: "Exam tips"}


def _learning(name: str, facts: Facts) -> Learning:
    """Where this session stands in a deck."""
    cards = deck(name, facts)
    kept: dict[str, Learning] = st.session_state.setdefault(_STATE, {})
    if name not in kept:
        kept[name] = Learning(dealt(cards, st.session_state[_SEED]))
    kept[name] = kept[name].among([card.id for card in cards])
    return kept[name]


def _take(name: str, step: Callable[[Learning], Learning]) -> None:
    st.session_state[_STATE][name] = step(st.session_state[_STATE][name])


def _deal(name: str) -> None:
    """Begin a deck again, in another order."""
    st.session_state[_SEED] += 1
    st.session_state[_STATE].pop(name, None)


def _button(
    words: str, key: str, shortcut: str, name: str, step: Callable[[Learning], Learning], *, first: bool = False
) -> None:
    st.button(
        words, key=f"quiz_{key}", shortcut=shortcut, type="primary" if first else "secondary", width="stretch",
        on_click=_take, args=(name, step),
    )  # fmt: skip


def _card(card: Card, learning: Learning, name: str) -> None:
    rule = f" · rule {card.id}" if card.rule is not None else ""
    mark = " · again" if card.id in learning.repeated else ""
    place = f"{len(learning.queue)} of {learning.total} cards left · {_DECKS[name]}{rule}{mark}"
    said = f'<p class="ea-over">{safe(place)}</p><h2>{safe(card.question)}</h2>'
    st.html(block(said, testid="quiz-question"))
    if not learning.shown:
        st.caption("Answer it for yourself first.")
        _button("Show the answer", "show", "Enter", name, Learning.reveal, first=True)
    else:
        st.html(answer(card))
        _button("Got it", "got", "1", name, Learning.known_it, first=True)
        _button("Again", "again", "2", name, Learning.come_again)
    if len(learning.queue) > 1:
        _button("Next card", "next", "N", name, Learning.later)


def _progress(learning: Learning, name: str) -> None:
    known, again = len(learning.known), len(learning.repeated)
    left = learning.total - known - again
    words = "".join(
        f"<dt>{label}</dt><dd>{number}</dd>"
        for label, number in (("Got it", known), ("Again", again), ("Not answered yet", left))
    )
    kept = "Kept in this browser session only: closing or reloading the page begins anew."
    st.html(
        block(
            f'<h2>{known} of {learning.total} known</h2><dl class="ea-progress">{words}</dl><p class="small muted">{kept}</p>',
            testid="quiz-progress",
        )
    )
    if known or again:
        st.button("Deal again", key="quiz_deal", on_click=_deal, args=(name,), width="stretch")


def head(facts: Facts) -> None:
    """The title with its finding."""
    differ, cells = len(deck(DECKS[0], facts)), cells_taught()
    title = f"{differ} of the {cells} answers on the study card differ from AWS today."
    said = (
        f"Two sets of cards to learn from: where the study card and AWS differ, and the exam tips of {len(deck(DECKS[1], facts))} rules. "
        "Values, sources and dates are those in force."
    )
    st.html(block(f"<h1>{safe(title)}</h1><p>{safe(said)}</p>", "section", "quiz-head"))


def draw(facts: Facts, seed: int) -> None:
    """The cards and where one stands. Arguments: `seed` fixes the order in which they are dealt."""
    st.session_state.setdefault(_SEED, seed)
    left, right = st.columns([8, 4], gap="large")
    with left:
        name = st.segmented_control(
            "Cards", list(DECKS), key="quiz_deck", bind="query-params", required=True, default=DECKS[0],
            format_func=_DECKS.__getitem__,
        )  # fmt: skip
        name = name or DECKS[0]
        learning = _learning(name, facts)
        card = next((card for card in deck(name, facts) if card.id == learning.card), None)
        if card is not None:
            _card(card, learning, name)
        elif learning.total:
            said = f"<h2>All {learning.total} cards known</h2><p>Deal again for another order, or take the other cards.</p>"
            st.html(block(said, testid="quiz-question", attributes='role="status"'))
        else:
            said = "<h2>No card here</h2><p>With the values in force the study card says what AWS documents.</p>"
            st.html(block(said, testid="quiz-question"))
    with right:
        _progress(learning, name)

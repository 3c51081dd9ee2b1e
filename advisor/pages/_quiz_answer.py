"""How a question is answered: buttons with number keys, a list for each prompt, or a number with its unit."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from advisor.errors import InputError
from advisor.pages._quiz_item import PLACES, Answer, unit_words
from advisor.pages._quiz_words import counted, label
from advisor.pages.own_html import block, safe
from advisor.quiz.item import Item
from advisor.quiz.typed import read_answer

__all__ = ["controls", "ready", "said_of"]

Take = Callable[[Answer], None]
_MARKS: Final = {"single": "radio_button", "case": "radio_button", "multiple": "check_box"}


def ready(item: Item, answer: Answer) -> bool:
    """The answer has as many parts as are asked for."""
    if item.answer is not None:
        return answer is not None
    wanted = len(item.choices) if item.type == "ordering" else item.asks_for
    return isinstance(answer, tuple) and len(answer) == wanted and min(answer) >= 0


def said_of(item: Item, answer: Answer) -> str:
    """How far an answer of several parts is; empty where there is nothing to count."""
    if item.type not in {"multiple", "ordering", "matching"} or ready(item, answer):
        return ""
    wanted = len(item.choices) if item.type == "ordering" else item.asks_for
    found = sum(n >= 0 for n in answer) if isinstance(answer, tuple) else 0
    if found > wanted:
        return f"{counted(found).capitalize()} are chosen, {counted(wanted)} are asked for: take one out."
    return f"{counted(found).capitalize()} of {counted(wanted)} chosen."


def controls(
    item: Item, answer: Answer, take: Take, check: Callable[[], None] | None = None, *, count: bool = True
) -> None:
    """The controls of a question. Arguments: `answer` so far; `take` is called with another one; `check` is called
    after a number was entered, where it is to be checked at once; `count` says how far an answer of several parts is.
    """
    if item.answer is not None:
        _number(item, answer, take, check)
    elif item.type == "matching":
        _matching(item, answer, take)
        _said(said_of(item, answer) if count else "")
    else:
        _buttons(item, answer if isinstance(answer, tuple) else (), take)
        _said(said_of(item, answer) if count else "")


def _after(item: Item, taken: tuple[int, ...], n: int) -> tuple[int, ...]:
    """The choices taken after one more press on a button."""
    if item.type in {"single", "case"}:
        return (n,)
    if n in taken:
        return tuple(one for one in taken if one != n)
    return (*taken, n) if item.type == "ordering" else tuple(sorted((*taken, n)))


def _buttons(item: Item, taken: tuple[int, ...], take: Take) -> None:
    if taken:
        chosen = ", ".join(f".st-key-quiz_option_{n} button" for n in taken)
        st.html(f"<style>{chosen} {{ border-color: var(--a-text); background: var(--a-ask-back); }}</style>")
    with st.container(key="quiz_options", gap="xsmall"):
        for n, choice in enumerate(item.choices):
            st.button(
                f"{label(choice.text)}{_suffix(item, taken, n)}", key=f"quiz_option_{n}", icon=_icon(item, taken, n), width="stretch",
                shortcut=str(n + 1), on_click=lambda n=n: take(_after(item, taken, n)),
            )  # fmt: skip


def _suffix(item: Item, taken: tuple[int, ...], n: int) -> str:
    """What tells that a choice is taken where its icon is not seen."""
    if n not in taken:
        return ""
    return f" ({PLACES[taken.index(n)]})" if item.type == "ordering" else " (chosen)"


def _icon(item: Item, taken: tuple[int, ...], n: int) -> str:
    if item.type == "ordering":
        return f":material/counter_{taken.index(n) + 1}:" if n in taken else ":material/radio_button_unchecked:"
    mark = _MARKS[item.type]
    if mark == "check_box":
        return ":material/check_box:" if n in taken else ":material/check_box_outline_blank:"
    return f":material/{mark}_{'checked' if n in taken else 'unchecked'}:"


def _said(words: str) -> None:
    st.html(block(f'<p class="ea-help">{safe(words)}</p>' if words else "", attributes='role="status"'))


def _matching(item: Item, answer: Answer, take: Take) -> None:
    """A list for each prompt; what was chosen for one is kept while others are still open."""
    given = answer if isinstance(answer, tuple) else (-1,) * len(item.prompts)

    def put(n: int, key: str) -> None:
        value = st.session_state.get(key)
        take((*given[:n], -1 if value is None else int(value), *given[n + 1 :]))

    with st.container(key="quiz_prompts", gap="small"):
        for n, prompt in enumerate(item.prompts):
            key = f"quiz_prompt_{item.id}_{n}"
            st.session_state[key] = None if given[n] < 0 else given[n]
            st.selectbox(
                label(prompt.text), range(len(item.choices)), key=key, placeholder="Choose what it matches", index=None,
                format_func=lambda one: item.choices[one].text.replace("**", ""), on_change=put, args=(n, key),
            )  # fmt: skip


def _number(item: Item, answer: Answer, take: Take, check: Callable[[], None] | None) -> None:
    field, wrong = f"quiz_number_{item.id}", f"quiz_number_wrong_{item.id}"

    def enter() -> None:
        try:
            number = read_answer(str(st.session_state.get(field) or ""), item)
        except InputError as error:
            st.session_state[wrong] = f"{error.problems[0].seen} does not fit. Write {error.problems[0].allowed}."
            return
        st.session_state[wrong] = ""
        take(number)
        if check is not None:
            check()

    shown = f"{answer:.10g}" if isinstance(answer, int | float) else ""
    if field not in st.session_state:
        st.session_state[field] = shown
    with st.form(f"quiz_form_{item.id}", border=False):
        unit = f" in {unit_words(item)}" if item.unit else ""
        st.text_input(f"Your answer{unit}", key=field, placeholder="a number, like 12.5", width=320)
        if st.session_state.get(wrong):
            st.error(label(st.session_state[wrong]))
        st.form_submit_button(
            "Check answer" if check else "Keep this answer", key="quiz_check", type="primary", on_click=enter
        )

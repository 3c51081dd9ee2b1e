"""A question as HTML: where it stands, its scenario; and after the check every choice with its reason."""

from collections.abc import Sequence
from typing import Final

from advisor.facts import Facts
from advisor.pages._quiz_words import counted, link, paragraphs, rich
from advisor.pages.own_html import block, chip, safe
from advisor.quiz.item import DIFFICULTIES, Choice, Item
from advisor.quiz.marking import Mark
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import task_words
from advisor.quiz.typed import number_words

__all__ = ["PLACES", "Answer", "answered", "asked", "shown_number", "unit_words"]

Answer = tuple[int, ...] | float | None
"""In the form of `Item.key`, a number, or nothing."""
PLACES: Final = ("first", "second", "third", "fourth", "fifth")
_MONEY: Final = "USD"
_RIGHT: Final = "right"
_WRONG: Final = "not right"


def asked(item: Item, place: str, *, difficulty: bool = True) -> str:
    """The question before its choices. Arguments: `place`, mode and number in words; `difficulty` is told or not."""
    level = f" · difficulty {item.difficulty} of {len(DIFFICULTIES)}" if difficulty else ""
    over = f"{place} · {task_words(item.task)}{level}"
    return block(
        f'<p class="ea-over">{safe(over)}</p><div class="ea-stem">{paragraphs(item.stem)}</div>'
        f"<h2>{rich(item.question)}</h2>{_how(item)}",
        testid="quiz-question",
    )


def _how(item: Item) -> str:
    """What is to be done, where the question does not say it."""
    if item.type == "multiple" and counted(item.asks_for) not in item.question.lower():
        return f'<p class="ea-help">Choose {counted(item.asks_for)}.</p>'
    if item.type == "ordering":
        return (
            '<p class="ea-help">Choose them in their order, the first one first. Choosing one again takes it out.</p>'
        )
    return ""


def shown_number(item: Item, number: float) -> str:
    """A number with its unit, as it is written."""
    if item.unit == _MONEY:
        return f"{'−' if number < 0 else ''}${abs(number):,.2f}"
    return number_words(number, item.unit)


def unit_words(item: Item) -> str:
    """The unit of the number that is asked for, in words."""
    return "dollars" if item.unit == _MONEY else item.unit


def answered(item: Item, answer: Answer, mark: Mark, facts: Facts, *, left_open: bool = False) -> str:
    """The question after its check: right or not, and why, for every choice. Arguments: `left_open`, there was no answer."""
    sign, words = ("✓", "Correct.") if mark.right else ("✕", _verdict(item, answer))
    if left_open:
        words = words.replace("Not this one", "Left open", 1)
    token = "ok" if mark.right else "no"
    said = f'<p class="ea-mark {token}" role="status">{sign} {words}</p>'
    rows = _rows(item, answer, facts)
    beliefs = "".join(f"<p>{rich(text)}</p>" for text in _unsaid(item, mark, facts))
    why = "Worked out." if item.answer is not None else "Remember."
    note = f'<p class="ea-remember"><b>{why}</b> {rich(item.explanation)}</p>' if item.explanation else ""
    return block(f"{said}{beliefs}{rows}{note}{_sources(item)}", testid="quiz-answer")


def _verdict(item: Item, answer: Answer) -> str:
    """What is said of a wrong answer; what the right one is, where it fits into a sentence."""
    if item.answer is not None:
        given = "" if not isinstance(answer, int | float) else f" You wrote {safe(shown_number(item, answer))}."
        return f"Not this one. The answer is: {safe(shown_number(item, item.answer))}.{given}"
    if item.type == "matching":
        hits = sum(a == b for a, b in zip(_indices(answer), item.key, strict=False))
        return f"Not this one. {counted(hits).capitalize()} of {counted(len(item.key))} match."
    if item.type == "ordering":
        return "Not this one. The answer is the order below."
    return f"Not this one. The answer is: {'; '.join(rich(item.choices[n].text).rstrip('.') for n in item.key)}."


def _indices(answer: Answer) -> tuple[int, ...]:
    return answer if isinstance(answer, tuple) else ()


def _rows(item: Item, answer: Answer, facts: Facts) -> str:
    taken = _indices(answer)
    if item.answer is not None:
        return ""
    if item.type == "matching":
        return _matched(item, taken)
    if item.type == "ordering":
        return "".join(
            _row(item.choices[n], f"{place + 1}. {rich(item.choices[n].text)}", *_placed(place, n, taken))
            for place, n in enumerate(item.key)
        )
    return "".join(
        _row(choice, rich(choice.text), _state(choice), _yours(choice, n in taken, item), _stands_for(choice, n in taken, facts))
        for n, choice in enumerate(item.choices)
    )  # fmt: skip


def _state(choice: Choice) -> str:
    return chip("notes", _RIGHT) if choice.correct else chip("blocks", _WRONG)


def _yours(choice: Choice, taken: bool, item: Item) -> str:
    if taken:
        return "your choice"
    return "you left it out" if choice.correct and item.type == "multiple" else ""


def _stands_for(choice: Choice, taken: bool, facts: Facts) -> str:
    """What somebody believes who takes a wrong choice."""
    if choice.correct or not taken or not choice.misconception:
        return ""
    return f'<p class="ea-note">What this choice takes for true: {rich(believed(choice.misconception, facts))}</p>'


def _unsaid(item: Item, mark: Mark, facts: Facts) -> Sequence[str]:
    """Beliefs behind a wrong answer that no row shows."""
    if item.type in {"single", "multiple", "case"}:
        return ()
    return tuple(believed(one, facts) for one in mark.misconceptions)


def _placed(place: int, choice: int, taken: tuple[int, ...]) -> tuple[str, str]:
    """Whether a choice of an order stood in its place, and where else it stood."""
    if choice not in taken:
        return chip("unknown", "not placed"), ""
    if taken.index(choice) == place:
        return chip("notes", _RIGHT), ""
    return chip("blocks", _WRONG), f"you had it {PLACES[taken.index(choice)]}"


def _matched(item: Item, taken: tuple[int, ...]) -> str:
    """The prompts with what each is matched with."""
    rows = []
    for n, (prompt, key) in enumerate(zip(item.prompts, item.key, strict=True)):
        given = taken[n] if n < len(taken) else -1
        right = given == key
        state = chip("notes", _RIGHT) if right else chip("blocks", _WRONG)
        yours = "" if right or given < 0 else f"you matched it with “{item.choices[given].text}”"
        head = f"<span class='prompt'>{rich(prompt.text)}</span> <span aria-hidden='true'>→</span> {rich(item.choices[key].text)}"
        rows.append(_html_row(head, state, yours, _why(prompt.reason, prompt.source)))
    unused = (n for n in range(len(item.choices)) if n not in item.key)
    rows += [
        _html_row(rich(choice.text), chip("unknown", "matches none"), "", _why(choice.reason, choice.source))
        for n in unused
        for choice in (item.choices[n],)
        if choice.reason
    ]
    return "".join(rows)


def _row(choice: Choice, head: str, state: str, yours: str, more: str = "") -> str:
    return _html_row(head, state, yours, _why(choice.reason, choice.source) + more)


def _html_row(head: str, state: str, yours: str, body: str) -> str:
    mine = f' <span class="muted">({safe(yours)})</span>' if yours else ""
    kind = "ea-choice taken" if yours == "your choice" else "ea-choice"
    return f'<article class="{kind}">{state}<div><p class="what">{head}{mine}</p>{body}</div></article>'


def _why(reason: str, source: str) -> str:
    return f'<p class="why">{rich(reason)} <span class="small muted nowrap">{link(source)}</span></p>'


def _sources(item: Item) -> str:
    """Sources of the question as a whole that no row names."""
    shown = {choice.source for choice in item.choices} | {prompt.source for prompt in item.prompts}
    links = [found for url in item.sources if url not in shown and (found := link(url))]
    return f'<p class="small muted">Read on: {", ".join(links)}</p>' if links else ""

"""Items as GIFT, the text format that Moodle imports.

GIFT has no order and no partial credit that is all or nothing. An order becomes a matching of steps to their places.
Of several right choices each gives its part of the mark, and every wrong one takes the whole mark away. Matching has no
feedback for each answer, so its reasons stand in the feedback of the question.
"""

import re
from collections.abc import Iterable
from typing import Final

from advisor.quiz.export_text import as_html, hint, labels, link, page_name, paragraphs, reason_html
from advisor.quiz.item import Choice, Item, Prompt

__all__ = ["gift_text"]

_OWN: Final = re.compile(r"[\\~=#{}:]")
_PLACES: Final = "Match each step with its place: 1 comes first."


def _data(text: str) -> str:
    """Text that GIFT takes as it is."""
    return _OWN.sub(r"\\\g<0>", text)


def _html(line: str) -> str:
    # No backslash hides a percent sign, which opens a weight; the arrow of a pair is no arrow in HTML.
    return _data(re.sub(r"^%", "&#37;", as_html(line)))


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{as_html(part)}</p>" for text in texts for part in paragraphs(text))


def _feedback(choice: Choice) -> str:
    told = reason_html(choice)
    return f"#{_data(told)}" if told else ""


def _weight(share: float) -> str:
    """Moodle knows a third as 33.33333."""
    return f"%{f'{100 * share:.5f}'.rstrip('0').rstrip('.')}%"


def _weighted(item: Item) -> Iterable[str]:
    for choice in item.choices:
        share = 1 / len(item.key) if choice.correct else -1.0
        yield f"~{_weight(share)}{_html(choice.text)}{_feedback(choice)}"


def _matched(item: Item) -> Iterable[str]:
    for prompt, index in zip(item.prompts, item.key, strict=True):
        yield f"={_html(prompt.text)} -> {_html(item.choices[index].text)}"
    for index, choice in enumerate(item.choices):
        if index not in item.key:
            yield f"= -> {_html(choice.text)}"


def _ordered(item: Item) -> Iterable[str]:
    places = {index: place for place, index in enumerate(item.key, 1)}
    for index, choice in enumerate(item.choices):
        yield f"={_html(choice.text)} -> {places[index]}"


def _number(item: Item) -> Iterable[str]:
    answer = item.answer or 0.0
    yield "=" + ":".join(f"{number!r}".removesuffix(".0") for number in (answer, item.tolerance * abs(answer)))


def _answers(item: Item) -> Iterable[str]:
    match item.type:
        case "multiple":
            return _weighted(item)
        case "matching":
            return _matched(item)
        case "ordering":
            return _ordered(item)
        case "numeric":
            return _number(item)
        case _:
            return (f"{'=' if one.correct else '~'}{_html(one.text)}{_feedback(one)}" for one in item.choices)


def _general(item: Item) -> str:
    """The feedback of the question: what to remember, reasons that stand nowhere else, and the pages."""
    parts = [_paragraphs(item.explanation)]
    if item.type in {"matching", "ordering"}:
        told: tuple[Choice | Prompt, ...] = (*item.prompts, *item.choices)
        reasons = "".join(f"<li>{as_html(part.text)}: {reason_html(part)}</li>" for part in told if part.reason)
        parts.append(f"<ul>{reasons}</ul>" if reasons else "")
    pages = [link(source, page_name(source)) for source in item.sources if source]
    parts.append(f"<p>{' · '.join(pages)}</p>" if pages else "")
    return "".join(parts)


def _question(item: Item) -> str:
    # A list to choose from has no letters in Moodle: what is said of letters is left out.
    extra = _PLACES if item.type == "ordering" else hint(item) if item.type in {"multiple", "numeric"} else ""
    tags = "".join(f" [tag:{name} {value}]" for name, value in labels(item))
    name = " ".join(paragraphs(item.id))
    mark = "#" if item.answer is not None else ""
    lines = (
        f"// [id:{re.sub(r'[^ -Z^-~]+', '_', name)}]{tags}",
        f"::{_data(name)}::[html]{_data(_paragraphs(item.stem, item.question, extra))}{{{mark}",
        *(f"\t{line}" for line in _answers(item)),
        *(f"\t####{_data(told)}" for told in (_general(item),) if told),
        "}",
    )
    return "\n".join(lines)


def gift_text(items: Iterable[Item]) -> str:
    """Items as GIFT, in UTF-8; each question is named by the id of its item.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> gift_text([make("which-option", 3, load_facts())]).splitlines()[1][:27]
    '::which-option-3::[html]<p>'
    """
    return "\n\n".join(map(_question, items)) + "\n"

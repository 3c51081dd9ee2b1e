"""What all exports say alike: letters, the right answer in words, labels, and texts as HTML or in parts."""

import re
from html import escape
from typing import Final

from advisor.quiz.item import Choice, Item, Prompt

__all__ = [
    "answer_words",
    "as_html",
    "hint",
    "labels",
    "letter",
    "link",
    "page_name",
    "paragraphs",
    "reason_html",
    "runs",
]

_BLANKS: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_NUMBERS: Final = {1: "one", 2: "two", 3: "three", 4: "four"}
_NO_LABEL: Final = re.compile(r"[^\w.-]+")


def paragraphs(text: str) -> tuple[str, ...]:
    r"""The paragraphs of a text, each on one line; control characters are blanks.

    >>> paragraphs("One\nline.\n\n  Another.")
    ('One line.', 'Another.')
    """
    parts = (_BLANKS.sub(" ", part).strip(" ") for part in re.split(r"\r?\n[ \t]*\r?\n", text))
    return tuple(part for part in parts if part)


def runs(line: str) -> tuple[tuple[str, bool], ...]:
    """A line in runs of text, each with whether it is bold.

    >>> runs("Up to **40 MB** each")
    (('Up to ', False), ('40 MB', True), (' each', False))
    """
    parts = _BOLD.split(line)
    return tuple((part, bool(place % 2)) for place, part in enumerate(parts) if part)


def as_html(line: str) -> str:
    """A line as HTML: bold stays bold, everything else is data.

    >>> as_html("**5** < 6 & [x]")
    '<b>5</b> &lt; 6 &amp; &#91;x]'
    """
    # A bracket can be an instruction to what shows the text: a sound or a formula to Anki, a format to Moodle.
    told = ((escape(part, quote=False).replace("[", "&#91;"), bold) for part, bold in runs(" ".join(paragraphs(line))))
    return "".join(f"<b>{part}</b>" if bold else part for part, bold in told)


def page_name(source: str) -> str:
    """What to call a page among others: the last part of its path, or its host.

    >>> page_name("https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html#top"), page_name("https://aws.amazon.com/")
    ('async-inference', 'aws.amazon.com')
    """
    parts = [part for part in re.split(r"[?#]", source)[0].split("/") if part]
    return parts[-1].removesuffix(".html") if parts else source


def link(source: str, name: str = "Documentation") -> str:
    """A link to a page; the address as text where a browser should not follow it, and nothing where there is none.

    >>> link("https://docs.aws.amazon.com/")
    '<a href="https://docs.aws.amazon.com/">Documentation</a>'
    """
    if source.startswith("https://"):
        return f'<a href="{escape(source)}">{as_html(name)}</a>'
    return as_html(source)


def reason_html(part: Choice | Prompt) -> str:
    """The reason of a choice or a prompt with its rule and its page, as HTML.

    >>> reason_html(Prompt("A", "It fits.", "https://docs.aws.amazon.com/", "PAY001"))
    'It fits. <small>PAY001</small> <a href="https://docs.aws.amazon.com/">Documentation</a>'
    """
    rule = f"<small>{as_html(part.rule)}</small>" if part.rule else ""
    return " ".join(filter(None, (as_html(part.reason), rule, link(part.source))))


def letter(index: int) -> str:
    """The letter of a choice; from the 27th on its number.

    >>> letter(0), letter(26)
    ('A', '27')
    """
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def hint(item: Item) -> str:
    """How an item wants to be answered, where that is not one choice and the question does not say it; empty otherwise."""
    asked = item.question.lower()
    match item.type:
        case "multiple":
            told = {str(item.asks_for), _NUMBERS.get(item.asks_for, "")} & set(re.findall(r"\w+", asked))
            return "" if told else f"Choose {item.asks_for} of {len(item.choices)}."
        case "matching":
            return "Give each number a letter."
        case "ordering":
            return "Put the letters in order."
        case "numeric":
            unit = "percent" if item.unit == "%" else item.unit
            return f"In {unit}." if unit and unit.lower() not in asked else ""
        case _:
            return ""


def answer_words(item: Item) -> str:
    """The right answer in a few words: letters, pairs of number and letter, or the number.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> item = make("which-option", 1, load_facts())
    >>> answer_words(item) == letter(item.key[0])
    True
    """
    if item.answer is not None:
        number = f"{item.answer:,.10g} {item.unit}".strip()
        return f"{number}, give or take {100 * item.tolerance:.4g} %" if item.tolerance else number
    if item.type == "matching":
        return ", ".join(f"{place} → {letter(index)}" for place, index in enumerate(item.key, 1))
    return ", ".join(letter(index) for index in item.key)


def labels(item: Item) -> tuple[tuple[str, str], ...]:
    """What an item can be sorted by, each a name and a word without blanks; the profile only where it is not AWS's."""
    found = (
        ("topic", item.topic),
        ("task", item.task),
        ("difficulty", str(item.difficulty)),
        ("type", item.type),
        ("profile", "" if item.profile == "aws" else item.profile),
    )
    return tuple((name, _NO_LABEL.sub("_", value)) for name, value in found if value)

"""Items as Markdown (CommonMark): the questions first, their answers with every reason in a section at the end."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from advisor.quiz.export_text import answer_words, hint, letter, page_name, paragraphs, runs
from advisor.quiz.item import Choice, Item, Prompt
from advisor.text import format_day

__all__ = ["markdown_text"]

_OWN: Final = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_OPENS: Final = re.compile(r"^(?:(\d+)(?=[.)](?:\s|$))|(?=[#+=-]))")


def _data(line: str) -> str:
    """A run of text that Markdown takes as it is, wherever in a line it stands."""
    return _OWN.sub(r"\\\g<0>", line)


def _line(text: str) -> str:
    """A line with its bold numbers; what would open a list or a heading at its start does not."""
    joined = " ".join(paragraphs(text))
    told = "".join(f"**{_data(part)}**" if bold else _data(part) for part, bold in runs(joined))
    return _OPENS.sub(lambda found: f"{found[1] or ''}\\", told)


def _page(source: str, name: str = "Documentation") -> str:
    if source.startswith("https://") and not re.search(r"[\s<>\\]", source):
        return f"[{_line(name)}](<{source}>)"
    return _line(source)


def _reason(part: Choice | Prompt) -> str:
    rule = f"({_line(part.rule)})" if part.rule else ""
    return " ".join(filter(None, (_line(part.reason), rule, _page(part.source))))


def _asked(item: Item, number: int) -> Iterable[str]:
    yield f"### Question {number}"
    yield from map(_line, paragraphs(item.stem))
    question = _line(f"{item.question} {hint(item)}")
    yield f"*{question}*" if question else ""
    if item.prompts:
        yield "\n".join(f"{place}. {_line(prompt.text)}" for place, prompt in enumerate(item.prompts, 1))
    if item.choices:
        yield "\n".join(f"- {letter(place)}. {_line(choice.text)}" for place, choice in enumerate(item.choices))


def _told(item: Item, number: int) -> Iterable[str]:
    yield f"### Answer {number}: {_line(answer_words(item))}"
    matched = zip(item.prompts, item.key, strict=False)
    yield "\n".join(
        f"{place}. {letter(index)}. {_reason(prompt)}".rstrip() for place, (prompt, index) in enumerate(matched, 1)
    )
    judged = item.type not in {"matching", "ordering"}
    yield "\n".join(
        f"- {letter(place)}. {('✓ ' if choice.correct else '✕ ') if judged else ''}{_reason(choice)}"
        for place, choice in enumerate(item.choices)
        if choice.reason
    )
    yield from map(_line, paragraphs(item.explanation))
    told = [
        f"item {_line(item.id)}",
        f"task {_line(item.task)}",
        f"difficulty {item.difficulty}",
    ]
    yield " · ".join([*told, *(_page(source, page_name(source)) for source in item.sources if source)])


def markdown_text(items: Sequence[Item], *, seed: int, on: date) -> str:
    """Items as Markdown. Arguments: `seed` and `on`, the day of the deck, are printed at the top.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> text = markdown_text([make("which-option", 3, load_facts())], seed=3, on=date(2026, 11, 22))
    >>> text.splitlines()[2]
    '1 question, seed 3, 22 Nov 2026.'
    """
    count = "1 question" if len(items) == 1 else f"{len(items):,} questions"
    other = {item.profile for item in items} - {"aws"}
    taught = f" Limits of the profile {', '.join(map(_data, sorted(other)))}." if other else ""
    blocks = ["# Quiz on SageMaker endpoints", f"{count}, seed {seed}, {format_day(on)}.{taught}", "## Questions"]
    blocks += [block for number, item in enumerate(items, 1) for block in _asked(item, number)]
    blocks.append("## Answers")
    blocks += [block for number, item in enumerate(items, 1) for block in _told(item, number)]
    return "\n\n".join(filter(None, blocks)) + "\n"

"""Markdown: a CommonMark reader finds the texts of the items, and nothing that their authors did not mean."""

from datetime import date
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from advisor.quiz.export_markdown import markdown_text
from advisor.quiz.export_text import answer_words, letter
from tests.quiz.exports.reading import normal

DAY = date(2026, 11, 22)
MEANT = {"heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open", "list_item_open", "inline"}
WITHIN = {
    "text",
    "strong_open",
    "strong_close",
    "em_open",
    "em_close",
    "link_open",
    "link_close",
    "code_inline",
    "text_special",
}


def _within(token):
    """The text of a line with `**` around what is bold, and its links."""
    text, links, silent = "", [], False
    for part in token.children:
        assert part.type in WITHIN, part
        if part.type == "link_open":
            links.append(unquote(part.attrs["href"]))
            silent = True
        elif part.type == "link_close":
            silent = False
        elif part.type in {"strong_open", "strong_close"}:
            text += "**"
        elif not silent:
            text += part.content
    return text, links


def blocks(text):
    """Heading, paragraphs and rows in their order: (kind, text, links)."""
    found, kind, listed = [], "", ""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "inline":
            found.append((listed or kind, *_within(token)))
        elif token.type.endswith("_open"):
            assert token.type in MEANT, token
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                assert not listed, "a list in a list"
                listed = token.type.removesuffix("_list_open")
            elif token.type == "heading_open":
                kind = token.tag
            elif token.type == "paragraph_open" and not listed:
                kind = "p"
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            listed = ""
        else:
            assert token.type.endswith("_close"), token
    return found


@pytest.fixture(scope="module")
def read(items):
    """The blocks of each question and each answer, by its number."""
    found = blocks(markdown_text(items, seed=7, on=DAY))
    assert [text for kind, text, _ in found if kind == "h2"] == ["Questions", "Answers"]
    parts: dict[str, list[tuple[str, str, list[str]]]] = {}
    for kind, text, links in found:
        if kind in {"h1", "h2"}:
            parts[text] = here = []
        elif kind == "h3":
            parts[text.partition(":")[0]] = here = [("h3", text.partition(": ")[2], links)]
        else:
            here.append((kind, text, links))
    assert found[0][:2] == ("h1", "Quiz on SageMaker endpoints")
    return [(item, parts[f"Question {number}"], parts[f"Answer {number}"]) for number, item in enumerate(items, 1)]


def test_a_question_is_the_scenario_what_is_asked_and_the_choices(read):
    for item, asked, _ in read:
        paragraphs = [text for kind, text, _ in asked if kind == "p"]
        question = paragraphs.pop() if item.question else ""
        assert "\n\n".join(paragraphs) == normal(item.stem)
        assert question.startswith(normal(item.question))
        assert [text for kind, text, _ in asked if kind == "ordered"] == [
            normal(prompt.text) for prompt in item.prompts
        ]
        lettered = [f"{letter(place)}. {normal(choice.text)}" for place, choice in enumerate(item.choices)]
        assert [text for kind, text, _ in asked if kind == "bullet"] == lettered


def test_an_answer_has_the_key_every_reason_with_its_page_and_what_to_remember(read):
    for item, _, told in read:
        assert told[0][1] == normal(answer_words(item))
        reasons = [row for row in told if row[0] == "bullet"]
        for (place, choice), (_, text, links) in zip(enumerate(item.choices), reasons, strict=True):
            sign = "" if item.type in {"matching", "ordering"} else "✓ " if choice.correct else "✕ "
            rule = f" ({choice.rule})" if choice.rule else ""
            assert text.rstrip() == f"{letter(place)}. {sign}{normal(choice.reason)}{rule}"
            assert links == ([choice.source] if choice.source else [])
        prompts = [(text.rstrip(), links) for kind, text, links in told if kind == "ordered"]
        for prompt, index, (text, links) in zip(item.prompts, item.key[: len(item.prompts)], prompts, strict=True):
            rule = f" ({prompt.rule})" if prompt.rule else ""
            assert text == f"{letter(index)}. {normal(prompt.reason)}{rule}".strip()
            assert links == ([prompt.source] if prompt.source else [])
        paragraphs = [(text, links) for kind, text, links in told if kind == "p"]
        assert "\n\n".join(text for text, _ in paragraphs[:-1]) == normal(item.explanation)
        assert item.id in paragraphs[-1][0]
        assert paragraphs[-1][1] == [source for source in item.sources if source]


def test_the_head_names_the_seed_the_day_and_another_profile(hostile):
    head = markdown_text(hostile, seed=7, on=DAY).splitlines()[2]
    assert head == f"{len(hostile)} questions, seed 7, 22 Nov 2026. Limits of the profile study-card."
    assert markdown_text(hostile[:1], seed=7, on=DAY).splitlines()[2] == "1 question, seed 7, 22 Nov 2026."

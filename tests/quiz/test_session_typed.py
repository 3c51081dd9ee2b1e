"""Answers as they are typed: what is read, what is refused and with which words; texts folded to a width."""

from dataclasses import replace

import pytest

from advisor.errors import InputError
from advisor.quiz.generate import make
from advisor.quiz.item import Prompt
from advisor.quiz.marked_lines import lines_of, plain
from advisor.quiz.typed import allowed, answer_words, read_answer


@pytest.fixture(scope="module")
def single(facts):
    return make("which-option", 1, facts)


@pytest.fixture(scope="module")
def items(single):
    """One item of each type, made of the same four choices."""
    prompts = tuple(Prompt(f"Prompt {n}", "because", "https://docs.aws.amazon.com/") for n in range(3))
    return {
        "single": single,
        "case": replace(single, type="case"),
        "multiple": replace(single, type="multiple", key=(1, 3)),
        "ordering": replace(single, type="ordering", key=(2, 0, 1, 3)),
        "matching": replace(single, type="matching", key=(1, 0, 2), prompts=prompts),
        "numeric": replace(single, type="numeric", choices=(), key=(), answer=600.0, unit="requests a minute"),
    }


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("single", "b", (1,)), ("single", " B ", (1,)), ("single", "2", (1,)), ("case", "d", (3,)),
        ("multiple", "b d", (1, 3)), ("multiple", "d,b", (1, 3)), ("multiple", "DB", (1, 3)), ("multiple", "2 4", (1, 3)),
        ("ordering", "c a b d", (2, 0, 1, 3)), ("ordering", "cabd", (2, 0, 1, 3)), ("ordering", "3 1 2 4", (2, 0, 1, 3)),
        ("matching", "a=2 b=1 c=3", (1, 0, 2)), ("matching", "2 1 3", (1, 0, 2)), ("matching", "213", (1, 0, 2)),
        ("matching", "c = 3, a = 2, b = 1", (1, 0, 2)), ("matching", "a1 b1 c4", (0, 0, 3)),
        ("numeric", "600", 600.0), ("numeric", "1,200.5", 1200.5), ("numeric", "600 requests", 600.0), ("numeric", "-.5", -0.5),
        ("numeric", "$6e2", 600.0),
    ],
)  # fmt: skip
def test_an_answer_is_read(items, kind, text, answer):
    assert read_answer(text, items[kind]) == answer


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("single", "e"), ("single", "5"), ("single", "0"), ("single", "-1"), ("single", "a b"), ("single", "ab"), ("single", ""),
        ("single", "²"), ("single", "yes"), ("multiple", "b"), ("multiple", "b b"), ("multiple", "a b c"), ("multiple", "b e"),
        ("ordering", "a b c"), ("ordering", "a b c c"), ("ordering", "a b c e"), ("matching", "a=2 b=1"), ("matching", "1 2"),
        ("matching", "a=2 b=1 d=3"), ("matching", "a=2 a=1 c=3"), ("matching", "a=5 b=1 c=3"), ("matching", "b a c"),
        ("matching", "9 9 9"), ("numeric", "six"), ("numeric", "600 s"), ("numeric", "inf"), ("numeric", "nan"), ("numeric", "1e999"),
        ("numeric", "1,2"), ("numeric", "6 0"), ("numeric", "٦"), ("single", "\x00"), ("single", "a" * 5000),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_with_what_is_allowed(items, kind, text):
    with pytest.raises(InputError) as told:
        read_answer(text, items[kind])
    said = str(told.value)
    assert said.endswith(f" is not allowed; allowed: {allowed(items[kind])}")
    assert len(said) < 250
    assert said.isprintable()


def test_what_is_allowed_is_an_answer_itself(items):
    for item in items.values():
        told = allowed(item)
        if ", like " in told:
            assert read_answer(told.rpartition(", like ")[2], item) is not None


@pytest.mark.parametrize("kind", ["single", "multiple", "ordering", "matching", "numeric"])
def test_an_answer_in_words_is_read_as_itself(items, kind):
    item = items[kind]
    answer = item.answer if kind == "numeric" else item.key
    assert read_answer(answer_words(item, answer), item) == answer


def test_lines_keep_to_the_width_and_lose_nothing(facts):
    for seed in range(30):
        stem = make("which-option", seed, facts).stem
        for width in (24, 40, 80):
            lines = lines_of(stem, width, first="    ")
            assert all(len(plain(line)) <= width for line in lines)
            assert " ".join(plain(" ".join(lines)).split(" ")).split() == plain(stem).split()
            assert all(line.count("**") % 2 == 0 for line in lines)


def test_a_number_keeps_its_unit_in_the_line():
    assert lines_of("a limit of 25\u00a0MB today", 14) == ["a limit of", "25\u00a0MB today"]


def test_a_word_that_is_too_long_stands_alone_and_empty_lines_stay():
    address = "https://docs.aws.amazon.com/" + "x" * 50
    assert lines_of(f"see {address} there\n\nthen", 30) == ["see", address, "there", "", "then"]

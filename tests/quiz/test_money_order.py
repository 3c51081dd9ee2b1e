"""Orders that facts decide: by the values in the reasons, under both profiles, and never typed."""

import re
from collections import Counter
from itertools import pairwise

from advisor._facts_read import data_folder, read_toml
from advisor.facts import load_facts
from advisor.quiz.generate import make

from ._by_hand import plain

FACTS = load_facts()
ITEMS = [make("fact-order", seed, FACTS) for seed in range(90)]
TABLE = read_toml(data_folder() / "quiz" / "orders.toml")


SIZES = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600, "bytes": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}


def size(reason):
    """The value that a reason begins with, in seconds, bytes or a count."""
    text = plain(reason).removeprefix("After ")
    parts = re.match(r"(?:[\d,.]*\d (?:ms|s|min|h|bytes|KB|MB|GB)\b ?)+", text)
    if parts is None:
        return float(re.match(r"[\d,]*\d", text)[0].replace(",", ""))
    found = re.findall(r"([\d,.]*\d) (\w+)", parts[0])
    return sum(float(value.replace(",", "")) * SIZES[unit] for value, unit in found)


def test_the_order_is_that_of_the_printed_values():
    for item in ITEMS:
        values = [size(item.choices[index].reason) for index in item.key]
        assert all(low * 1.19 <= high for low, high in pairwise(values)), (item.id, values)


def test_the_other_profile_has_the_same_order():
    for item in ITEMS:
        other = make("fact-order", item.seed, FACTS.under("study-card"))
        assert [c.text for c in other.choices] == [c.text for c in item.choices]
        assert other.key == item.key


def test_no_value_stands_in_the_table():
    for target, table in TABLE.items():
        for thing in table["things"]:
            assert not re.search(r"\d+ ?(MB|GB|KB|min|s|h)\b", thing["text"]), target
            assert ("fact" in thing) != ("sum" in thing)


def test_a_value_that_older_material_teaches_differently_is_told():
    told = [choice.reason for item in ITEMS for choice in item.choices if "Older material teaches" in choice.reason]
    assert any(FACTS.under("study-card").fact("real_time.payload_request").text() in reason for reason in told)


def test_the_hardest_print_the_date_of_their_values():
    for item in ITEMS:
        assert ("Take the values of" in item.stem) == (item.difficulty == 3)


def test_every_target_comes_in_every_difficulty_with_pages():
    seen = Counter((item.concept.partition("/")[2], item.difficulty) for item in ITEMS)
    assert set(seen) == {(target, level) for target in TABLE for level in (1, 2, 3)}
    for item in ITEMS:
        assert 3 <= len(item.choices) <= 5
        assert all(
            choice.source.startswith(("https://docs.aws.amazon.com/", "https://aws.amazon.com/"))
            for choice in item.choices
        ), item.id


def test_an_order_is_never_shown_in_its_right_order():
    assert all(item.key != tuple(range(len(item.choices))) for item in ITEMS)

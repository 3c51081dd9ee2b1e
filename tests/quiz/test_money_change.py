"""What happens to the bill, and where two bills meet: worked out by hand from the stem."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from advisor.brief import Brief
from advisor.facts import load_facts
from advisor.filled import fill
from advisor.quiz.generate import make
from advisor.quiz.misconceptions import known_misconceptions
from advisor.quiz.templates._changes import CHANGES

from ._by_hand import hours, number, plain, prices, rate, seconds

FACTS = load_facts()
CHANGED = [make("cost-change", seed, FACTS) for seed in range(168)]
MET = [make("break-even", seed, FACTS) for seed in range(48)]
ON_DEMAND = "a second of serverless processing on demand"
HELD = "a second that an environment is kept warm"
USED = "a second of processing in an environment that is kept warm"


def target(item):
    return item.concept.partition("/")[2]


def bold(stem, pattern):
    return number(re.search(r"\*\*" + pattern + r"\*\*", plain(stem))[1])


def fleet(stem):
    """USD of a fixed fleet of the stem."""
    count, kind = re.search(r"\*\*(\d+) × (ml\.[\w.-]*\w)\*\*", plain(stem)).groups()
    return int(count) * prices(stem)["an instance-hour", kind] * hours(stem)


def busy_seconds(stem, time, per_s=None):
    return (rate(stem) if per_s is None else per_s) * seconds(time) * hours(stem) * 3600


def the(found, words):
    return [price for (before, _), price in found.items() if before == words]


def afterwards(item):
    """USD of computing after the change, from the words alone."""
    stem, what, found = plain(item.stem), target(item), prices(item.stem)
    factor = re.search(r"\*\*([\d.]+) times\*\*", stem)
    times = float(factor[1]) if factor else 1.0
    took = re.search(r"takes \*\*([^*]+)\*\*\.", stem)
    if what in {"none.serverless", "none.async_zero"}:
        return 0.0
    if what == "more.tracked":
        count, kind = re.search(r"on (ml\.[\w.-]*\w); target tracking keeps it at \*\*(\d+) instances", stem).groups()[
            ::-1
        ]
        return int(count) * times * found["an instance-hour", kind] * hours(stem)
    if what.endswith("serverless_provisioned"):
        kept = int(re.search(r"\*\*(\d+) environments\*\*", stem)[1]) * hours(stem) * 3600 * the(found, HELD)[0]
        used = busy_seconds(stem, took[1]) * times * the(found, USED)[0]
        return kept + (0 if what.startswith("none") else used)
    if what == "quicker.serverless":
        return busy_seconds(stem, re.search(r"needs \*\*([^*]+)\*\*", stem)[1]) * the(found, ON_DEMAND)[0]
    if what == "memory.serverless":
        return busy_seconds(stem, re.search(r"with it one \w+ takes \*\*([^*]+)\*\*", stem)[1]) * max(
            the(found, ON_DEMAND)
        )
    if what == "more.serverless":
        return busy_seconds(stem, took[1]) * times * the(found, ON_DEMAND)[0]
    return fleet(stem)


def shown(choice):
    return number(re.match(r"\$([\d,.]+) a month", choice.text)[1])


@pytest.mark.parametrize("what", CHANGES)
def test_the_bill_after_a_change_follows_from_the_stem(what):
    found = [item for item in CHANGED if target(item) == what]
    assert len(found) >= 10
    for item in found:
        worked = afterwards(item)
        assert shown(item.choices[item.key[0]]) == pytest.approx(
            worked, abs=0.51 if worked >= 100 else 0.0051, rel=0.005
        ), item.id


def test_amounts_are_a_fifth_apart():
    for item in CHANGED:
        ordered = sorted(shown(choice) for choice in item.choices)
        assert all(low * 1.19 <= high and high > 0 for low, high in pairwise(ordered)), item.id


def test_today_is_told_where_it_is_easy_only():
    for item in CHANGED:
        assert ("Today the computing costs" in item.stem) == (item.difficulty == 1), item.id


def test_every_target_and_difficulty_of_a_change():
    seen = Counter((target(item), item.difficulty) for item in CHANGED)
    assert {what for what, _ in seen} == set(CHANGES)
    assert {difficulty for _, difficulty in seen} == {1, 2, 3}


def test_every_wrong_amount_has_a_belief_and_a_page():
    for item in CHANGED + MET:
        wrong = [choice for choice in item.choices if not choice.correct]
        assert len(wrong) == 3
        assert all(choice.misconception in known_misconceptions() for choice in wrong), item.id
        assert len({choice.misconception for choice in wrong}) == 3
        assert all(
            choice.source.startswith(("https://docs.aws.amazon.com/", "https://aws.amazon.com/")) and choice.reason
            for choice in item.choices
        )
        assert any("pricing" in source for source in item.sources)


def meets(item):
    """Where two bills meet, from the words alone."""
    stem, found = plain(item.stem), prices(item.stem)
    days = re.search(r"on \*\*(\d+) days\*\* of the month only", stem)
    more = hours(stem) / 24 / int(days[1]) if days else 1
    if target(item) == "job":
        stands, wide = (int(count) for count in re.findall(r"\*\*(\d+) × ml", stem))
        return more * stands * 24 / wide
    if target(item) == "kept_warm":
        count = re.search(r"keep \*\*(one|\d+) environment", stem)[1]
        count = 1 if count == "one" else int(count)
        one = seconds(re.search(r"one takes \*\*([^*]+)\*\*", stem)[1])
        return more * count * 86_400 * the(found, HELD)[0] / (one * (the(found, ON_DEMAND)[0] - the(found, USED)[0]))
    count, kind = re.search(r"\*\*(\d+) × (ml\.[\w.-]*\w)\*\*", stem).groups()
    one = seconds(re.search(r"takes \*\*([^*]+)\*\*", stem)[1]) * the(found, ON_DEMAND)[0]
    return more * int(count) * found["an instance-hour", kind] * 24 / one


def test_two_bills_meet_where_the_key_says():
    for item in MET:
        said = number(item.choices[item.key[0]].text.partition(" ")[0])
        assert said == pytest.approx(meets(item), rel=0.051), item.id


def test_every_target_of_a_meeting_and_every_difficulty():
    assert {target(item) for item in MET} == {"one_instance", "several_instances", "kept_warm", "job"}
    assert {item.difficulty for item in MET} == {1, 2, 3}


def test_the_same_seed_makes_the_same_item():
    for item in CHANGED[:14] + MET[:4]:
        assert make(item.template, item.seed, FACTS) == item
        assert make(item.template, item.seed, FACTS.under("study-card")).key == item.key


def test_the_load_of_an_item_can_be_simulated():
    every = [make(name, seed, FACTS) for name in ("cost-order", "cost-choice", "cost-number") for seed in range(18)]
    told = [item for item in every + CHANGED[:28] if item.brief]
    assert len(told) > 40
    for item in told:
        workload = fill(Brief.from_mapping(dict(item.brief)), FACTS).workload
        assert workload.needs.region in item.stem, item.id

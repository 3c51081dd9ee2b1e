"""Numbers: every answer from what is printed in bold, by a formula of the test's own."""

import math
import re
from collections import Counter

import pytest

from advisor.facts import load_facts
from advisor.quiz.generate import make
from advisor.quiz.marking import mark
from advisor.quiz.templates._template import all_templates

from ._by_hand import PER, hours, number, plain, prices, seconds

FACTS = load_facts()
NAMES = ("cost-number", "scaling-number", "job-number")


def bold(stem):
    return re.findall(r"\*\*([^*]+)\*\*", plain(stem))


def figures(stem):
    """The bold numbers, without prices."""
    return [number(re.match(r"[\d,.]+", text)[0]) for text in bold(stem) if re.match(r"\d", text)]


def pace(stem):
    count, per = re.search(r"\*\*([\d,]+) \w+ (a second|a minute|an hour|a day)\*\*", plain(stem)).groups()
    return number(count) / PER[per]


def took(stem):
    return seconds(re.search(r"(?:takes|needs) \*\*([\d.]+ (?:ms|s|min|h)(?: \d+ \w+)?)\*\*", plain(stem))[1])


def hourly(stem):
    """Instances and the price of an hour of one."""
    count, kind = re.search(r"\*\*(\d+) × (ml\.[\w.-]*\w)\*\*", plain(stem)).groups()
    return int(count), prices(stem)["an instance-hour", kind]


def only(stem, words):
    return next(price for (before, _), price in prices(stem).items() if before == words)


def of_fleet(stem, _):
    count, price = hourly(stem)
    more = re.search(r"\*\*(\d+) more\*\* are added for \*\*(\d+) h\*\* of each of \*\*(\d+)\*\*", plain(stem))
    return price * (count * hours(stem) + (math.prod(map(int, more.groups())) if more else 0))


def of_processing(stem, _):
    longer = re.search(r"\*\*(\d+) %\*\* of them take \*\*(\d+) times\*\*", plain(stem))
    mean = 1 + int(longer[1]) / 100 * (int(longer[2]) - 1) if longer else 1
    return (
        pace(stem) * took(stem) * mean * hours(stem) * 3600 * only(stem, "a second of serverless processing on demand")
    )


def of_gib_seconds(stem, _):
    text = plain(stem)
    size = int(re.search(r"(\d+) GiB", text)[1])
    pairs = [
        (r"\*\*([\d,]+) \w+\*\* reach", r"one takes \*\*([^*]+)\*\*"),
        (r"Another \*\*([\d,]+)\*\*", r"take \*\*([^*]+)\*\* each"),
    ]
    return size * sum(
        number(re.search(count, text)[1]) * seconds(re.search(time, text)[1])
        for count, time in pairs
        if re.search(count, text)
    )


def of_kept_warm(stem, _):
    count = int(re.search(r"\*\*(\d+) environments\*\*", plain(stem))[1])
    month = hours(stem) * 3600
    used = only(stem, "a second of processing in an environment that is kept warm")
    return (
        count * month * only(stem, "a second that an environment is kept warm") + pace(stem) * took(stem) * month * used
    )


def of_job(stem, _):
    count, price = hourly(stem)
    text = plain(stem)
    days = int(re.search(r"\*\*(\d+) days\*\*", text)[1])
    larger = re.search(r"On \*\*(\d+)\*\* more days a larger one takes \*\*(\d+) h\*\* on \*\*(\d+)\*\*", text)
    more = math.prod(map(int, larger.groups())) if larger else 0
    return price * (count * days * seconds(re.search(r"each time for \*\*([^*]+)\*\*", text)[1]) / 3600 + more)


def of_zero(stem, _):
    text = plain(stem)
    count, each, days = (
        int(found)
        for found in re.search(r"\*\*(\d+) instances?\*\* for \*\*(\d+) h\*\* of each of \*\*(\d+) days", text).groups()
    )
    off = re.search(r"On \*\*(\d+)\*\* of the", text)
    return count * each * (days - (int(off[1]) if off else 0)) * only(stem, "an instance-hour")


def of_million(stem, _):
    count, price = hourly(stem)
    lost = re.search(r"\*\*(\d+) %\*\* of the calls end in an error", plain(stem))
    answered = pace(stem) * hours(stem) * 3600 * (1 - (int(lost[1]) / 100 if lost else 0))
    return count * price * hours(stem) / answered * 1e6


def of_data(stem, _):
    text = plain(stem)
    inward, outward, *other = (
        number(v) * {"KB": 1e3, "MB": 1e6}[u] for v, u in re.findall(r"\*\*([\d.]+) (KB|MB)\*\*", text)
    )
    inward = (inward + other[0]) / 2 if other else inward
    price, size = re.search(r"\*\*\$([\d.]+)\*\* for each GB of ([\d,]+) bytes", text).groups()
    return pace(stem) * hours(stem) * 3600 * (inward + outward) / number(size) * float(price)


def of_saved(stem, _):
    count, _ = hourly(stem)
    each, days = (
        int(found) for found in re.search(r"deleted after \*\*(\d+) h\*\*, on \*\*(\d+) days", plain(stem)).groups()
    )
    then = re.search(r"it is to have \*\*(\d+)\*\*", plain(stem))
    return 100 * (1 - (int(then[1]) if then else count) * each * days / (count * hours(stem)))


def of_target(stem, _):
    fleet = re.search(r"fleet of \*\*(\d+) instances", plain(stem))
    safety = float(re.search(r"safety factor of \*\*([\d.]+)\*\*", plain(stem))[1])
    return pace(stem) * 60 * safety / (int(fleet[1]) if fleet else 1)


def of_instances(stem, _):
    fewest = re.search(r"never has fewer than \*\*(\d+)", plain(stem))
    return max(int(fewest[1]) if fewest else 1, math.ceil(pace(stem) * 60 / figures(stem)[0] - 1e-9))


def of_desired(stem, _):
    target, most, now, metric = figures(stem)
    return min(most, math.ceil(now * metric / target))


def of_backlog(stem, _):
    target, most, waiting = figures(stem)
    return min(most, math.ceil(waiting / target))


def of_concurrency(stem, _):
    reserve = re.search(r"reserve of \*\*(\d+) %", plain(stem))
    return math.ceil(pace(stem) * took(stem) * (1 + (int(reserve[1]) if reserve else 0) / 100) - 1e-9)


def of_throttled(stem, _):
    return figures(stem)[0] / took(stem)


def of_region(stem, _):
    account, endpoint = figures(stem)[:2]
    others = sum(map(int, bold(stem)[2].split(", ")))
    return min(endpoint, account - others)


def of_memory(stem, _):
    memory, share, each = figures(stem)[-3:]
    return memory * 1024 * share / 100 // each


def of_drain(stem, _):
    waiting, count, at_once, each, coming, start, *_ = *figures(stem), 0, 0
    return start + (waiting + start * coming) / (count * at_once * 60 / each - coming)


def of_busy(stem, _):
    count, slots = figures(stem)[1:3]
    return 100 * pace(stem) * took(stem) / ((count - ("fails" in stem)) * slots)


def of_copies(stem, _):
    devices, memory, share, each, gib = figures(stem)
    return min(devices // each, memory * share / 100 // gib)


def of_duration(stem, _):
    records, wide, *_ = figures(stem)
    at_once = re.search(r"\*\*(\d+) calls\*\*", plain(stem))
    start = re.search(r"need \*\*(\d+) min\*\* before", plain(stem))
    return records * took(stem) / wide / (int(at_once[1]) if at_once else 1) / 60 + (int(start[1]) if start else 0)


def of_wide(stem, _):
    at_once = re.search(r"\*\*(\d+) calls\*\*", plain(stem))
    start = re.search(r"need \*\*(\d+) min\*\* of that", plain(stem))
    span = seconds(re.search(r"within \*\*([^*]+)\*\*", plain(stem))[1]) - (int(start[1]) * 60 if start else 0)
    each = re.search(r"one \w+ takes \*\*([^*]+)\*\*", plain(stem))[1]
    return math.ceil(figures(stem)[0] * seconds(each) / (int(at_once[1]) if at_once else 1) / span)


def of_calls(stem, _):
    files, records, kb, mb = figures(stem)
    return files * math.ceil(records / (mb * 1000 // kb))


def of_product(stem, _):
    size, most = figures(stem)
    return most // size


BY_HAND = {
    "cost-number": {
        "fleet": of_fleet, "processing": of_processing, "gib_seconds": of_gib_seconds, "kept_warm": of_kept_warm, "job": of_job,
        "to_zero": of_zero, "per_million": of_million, "data": of_data, "saved": of_saved,
    },
    "scaling-number": {
        "target": of_target, "instances": of_instances, "desired": of_desired, "backlog": of_backlog, "concurrency": of_concurrency,
        "throttled": of_throttled, "region_left": of_region, "models_in_memory": of_memory, "drain": of_drain, "busy_share": of_busy,
        "copies": of_copies,
    },
    "job-number": {"duration": of_duration, "instances": of_wide, "calls": of_calls, "at_once": of_product},
}  # fmt: skip


@pytest.fixture(scope="module", params=NAMES)
def items(request):
    return [make(request.param, seed, FACTS) for seed in range(12 * len(BY_HAND[request.param]))]


def test_every_target_has_a_formula_of_its_own():
    for name in NAMES:
        assert set(all_templates()[name].targets) == set(BY_HAND[name])


def test_the_answer_follows_from_the_bold_numbers(items):
    for item in items:
        worked = BY_HAND[item.template][item.concept.partition("/")[2]](item.stem, item)
        assert mark(item, worked).right, (item.id, worked, item.answer, item.stem)
        assert item.answer == pytest.approx(worked, rel=0.005, abs=0.51), item.id


def test_an_answer_that_is_off_by_a_tenth_is_wrong(items):
    for item in items:
        off = max(0.1 * item.answer, 1.0)
        assert not mark(item, item.answer + off).right, item.id
        assert not mark(item, item.answer - off).right, item.id


def test_every_target_comes_in_every_difficulty(items):
    seen = Counter((item.concept.partition("/")[2], item.difficulty) for item in items)
    for seed in range(len(items), 6 * len(items)):
        item = make(items[0].template, seed, FACTS)
        seen[item.concept.partition("/")[2], item.difficulty] += 1
    assert set(seen) == {(name, level) for name in BY_HAND[items[0].template] for level in (1, 2, 3)}


def test_the_way_to_the_answer_and_its_unit_are_told(items):
    for item in items:
        assert item.explanation
        assert item.unit
        assert item.question.endswith(("?", ".")), item.question
        assert item.sources
        assert all(source.startswith("https://") for source in item.sources)
        assert not item.choices and not item.key


def test_same_seed_same_item_and_the_same_answer_under_the_other_profile(items):
    for item in items[: len(items) // 3]:
        assert make(item.template, item.seed, FACTS) == item
        assert make(item.template, item.seed, FACTS.under("study-card")).answer == item.answer

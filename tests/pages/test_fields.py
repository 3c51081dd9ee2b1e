"""The fields of the sidebar: read from a workload, written back, refused in the words of the product."""

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.workload import Workload, examples, load_workload
from simulator.pages import _fields, _fields_traffic, _fields_words

FACTS = load_facts()


def field(workload: Workload, key: str) -> _fields.Field:
    found = {entry.key: entry for entry in _fields.fields(workload.to_mapping(), FACTS)}
    return found[f"workload_{key}"]


def edited(workload: Workload, **texts: str) -> Workload:
    return _fields.apply(workload, {field(workload, key): text for key, text in texts.items()}, FACTS)


def refused(workload: Workload, key: str, text: str) -> str:
    with pytest.raises(InputError) as caught:
        edited(workload, **{key: text})
    return _fields_words.message(field(workload, key), caught.value)


@pytest.mark.parametrize("name", examples())
def test_writing_back_what_was_read_changes_nothing(name: str) -> None:
    workload = load_workload(name)
    table = workload.to_mapping()
    for entry in _fields.fields(table, FACTS):
        text = entry.read(table)
        assert _fields.apply(workload, {entry: text}, FACTS).digest == workload.digest, entry.key


def test_people_type_units() -> None:
    workload = edited(
        load_workload("invoice-ocr"), rate="300/min", payload="350 KB", time="90 ms", limit="0.4 s", failed="1%"
    )
    assert workload.traffic.mean_rate_per_s == 5.0
    assert workload.request.payload.p50 == 350_000
    assert workload.service.time.quantile_us(0.5) == 90_000
    assert workload.needs.slo_us("p99") == 400_000
    assert workload.needs.failed_share == 0.01


def test_an_empty_field_takes_the_statement_back() -> None:
    workload = edited(load_workload("invoice-ocr"), payload_max="", limit="", budget="", gpu="", memory="")
    assert workload.request.payload.max is None
    assert workload.needs.slo_us("p99") is None
    assert workload.needs.budget_usd_per_month is None
    assert workload.model.needs_gpu is None
    assert workload.model.memory is None


def test_one_value_for_all_requests_needs_no_table() -> None:
    workload = edited(load_workload("invoice-ocr"), payload_p99="", payload_max="", time_p99="")
    assert workload.request.payload.constant
    assert workload.service.time.kind == "constant"


def test_two_fields_that_only_make_sense_together_are_taken_together() -> None:
    workload = load_workload("invoice-ocr")
    assert "p99" in refused(workload, "time", "2 s")
    assert edited(workload, time="2 s", time_p99="4 s").service.time.quantile_us(0.5) == 2_000_000


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("payload", "forty", '"forty" does not work here. Write a number and a unit, like 4 MB'),
        ("rate", "-3/s", "Write a rate"),
        ("time", "80", "Write a number and a unit, like 80 ms"),
        ("slots", "many", "Write a whole number from 1"),
        ("limit", "fast", '"fast" does not work here. Write a number and a unit, like 500 ms'),
        ("failed", "140%", "Write a share from 0% to 100%"),
        ("rate", "-3/s", "never negative"),
        ("payload", "", "This is needed"),
        ("budget", "-1", "Write an amount in US dollars"),
    ],
)
def test_a_refusal_says_the_value_and_the_remedy(key: str, text: str, words: str) -> None:
    said = refused(load_workload("invoice-ocr"), key, text)
    assert words in said
    assert "Error" not in said


@pytest.mark.parametrize("kind", ["constant", "poisson", "gamma", "daily", "on_off", "phases", "stairs"])
def test_another_pattern_keeps_the_mean_rate(kind: str) -> None:
    table = _fields_traffic.repattern(load_workload("invoice-ocr").to_mapping(), kind)
    workload = Workload.from_mapping(table)
    assert workload.traffic.kind == kind
    assert workload.traffic.mean_rate_per_s == pytest.approx(2.0)
    back = Workload.from_mapping(_fields_traffic.repattern(table, "daily"))
    assert back.traffic.mean_rate_per_s == pytest.approx(2.0)


def test_fixed_users_ask_about_as_often_as_before() -> None:
    table = _fields_traffic.repattern(load_workload("invoice-ocr").to_mapping(), "closed")
    assert Workload.from_mapping(table).traffic.users == 10
    back = Workload.from_mapping(_fields_traffic.repattern(table, "poisson"))
    assert back.traffic.mean_rate_per_s == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("kind", [kind for kind in _fields_traffic.PATTERNS if kind != "trace"])
def test_every_pattern_can_be_edited_in_its_fields(kind: str) -> None:
    workload = Workload.from_mapping(_fields_traffic.repattern(load_workload("invoice-ocr").to_mapping(), kind))
    for entry in _fields.fields(workload.to_mapping(), FACTS):
        again = _fields.apply(workload, {entry: entry.read(workload.to_mapping())}, FACTS)
        assert again.digest == workload.digest, entry.key
    assert edited(workload, duration="3 h").traffic.duration == 3 * 3_600_000_000


def test_phases_and_weights_are_typed_as_lists() -> None:
    start = Workload.from_mapping(_fields_traffic.repattern(load_workload("invoice-ocr").to_mapping(), "phases"))
    phases = edited(start, phases="120/min for 10 min, 0 for 1 h,20/s for 30 s").traffic.phases
    assert [(phase.rate_per_s, phase.duration // 1_000_000) for phase in phases] == [
        (2.0, 600),
        (0.0, 3600),
        (20.0, 30),
    ]
    week = edited(load_workload("invoice-ocr"), days="5 5 5 5 5 1, 1").traffic
    assert week.days == (5, 5, 5, 5, 5, 1, 1)
    assert edited(load_workload("invoice-ocr"), days="").traffic.days is None


@pytest.mark.parametrize(
    ("kind", "key", "text", "words"),
    [
        ("phases", "phases", "much for ever", "a rate"),
        ("phases", "phases", "2/s", "like 20/s for 10 min"),
        ("daily", "hours", "1 2 x", "numbers with spaces between"),
        ("daily", "days", "1 2 3", "7 weights"),
        ("stairs", "steps", "0", "from 1"),
        ("closed", "users", "none", "whole number"),
    ],
)
def test_a_list_that_cannot_be_is_refused_with_its_form(kind: str, key: str, text: str, words: str) -> None:
    workload = Workload.from_mapping(_fields_traffic.repattern(load_workload("invoice-ocr").to_mapping(), kind))
    assert words in refused(workload, key, text)

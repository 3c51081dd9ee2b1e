"""The committed baseline: what every bundled workload costs, and what is said where that moves."""

import copy
import json
from pathlib import Path

import pytest

from advisor.facts import load_facts
from advisor.workload import examples
from simulator import baseline
from simulator.baseline import as_text, main, moved_text
from simulator.ranked_cost import compared, found_for, merged

FILE = Path(__file__).with_name("baseline.json")
KEPT = json.loads(FILE.read_text("utf-8"))
LIGHT = "receipt-classifier"
"""The example with the fewest requests."""
ACCEPT = "If that is meant, run `make baseline`, commit tests/money/baseline.json, and say in the message why each number moved."


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_workload_costs_what_the_baseline_says(name):
    assert name in KEPT, f"{name} is not in the baseline. {ACCEPT}"
    moved = list(compared(KEPT[name], found_for(name)))
    assert not moved, "\n".join(["The baseline moved:", *moved_text(name, moved), ACCEPT])


def test_the_file_holds_the_bundled_workloads_and_is_written_as_the_command_writes_it():
    assert sorted(KEPT) == sorted(examples())
    assert len(KEPT) >= 12
    assert FILE.read_text("utf-8") == as_text(KEPT)
    rows = [line for line in FILE.read_text("utf-8").splitlines() if '"option":' in line]
    assert len(rows) == sum(len(part["ranked"]) for part in KEPT.values())


def test_the_baseline_covers_what_users_would_meet():
    rows = [row for part in KEPT.values() for row in part["ranked"]]
    firsts = {part["ranked"][0]["option"] for part in KEPT.values()}
    assert len(firsts) >= 6
    assert len({part["region"] for part in KEPT.values()}) >= 3
    assert {row["meets"] for row in rows} == {True, False}
    assert any(row["usd_per_month"] is None and row["missing"] for row in rows)


def test_a_changed_price_moves_what_it_pays_for_and_is_said_with_its_share():
    usual = found_for(LIGHT)
    reference = usual["ranked"][-1]["configuration"].split("× ")[1]
    price = float(load_facts().price("us-east-1", "instance", reference).usd)
    dearer = {"region": "us-east-1", "subject": "instance", "item": reference, "usd": str(2 * price)}
    moved = list(compared(usual, found_for(LIGHT, load_facts("aws", {"price": [dearer]}))))
    fields = {(one.option, one.field) for one in moved}
    assert ("real_time", "usd_per_month") in fields
    assert "serverless" not in {one.option for one in moved}
    said = "\n".join(moved_text(LIGHT, moved))
    assert said.startswith(LIGHT)
    line = next(line for line in said.splitlines() if "real_time" in line and "usd_per_month" in line)
    assert "%)" in line and "->" in line and "(+" in line


def test_another_order_another_rule_and_a_missing_price_are_said():
    was = KEPT["ct-scans"]
    now = copy.deepcopy(KEPT["customer-models"])
    now["ranked"] = [now["ranked"][1], now["ranked"][0], *now["ranked"][2:]]
    moved = list(compared(KEPT["customer-models"], now))
    assert [(one.option, one.field) for one in moved] == [("", "order")]
    assert [row["option"] for row in now["ranked"]] == moved[0].now
    other = {**was, "not_ranked": {**was["not_ranked"], "real_time": "TIM001"}}
    assert [one.field for one in compared(was, other)] == ["not_ranked"]
    assert "real_time TIM001" in list(moved_text("ct-scans", list(compared(was, other))))[1]
    unpriced = copy.deepcopy(was)
    unpriced["ranked"][0] |= {"usd_per_month": None, "missing": ["Instances"]}
    assert {one.field for one in compared(was, unpriced)} == {"usd_per_month", "missing"}


def test_the_last_digit_moves_nothing_and_leaves_no_noise_in_the_file():
    was = KEPT["invoice-ocr"]
    near = copy.deepcopy(was)
    near["ranked"][0]["p99_ms"] *= 1.0004
    near["ranked"][1]["usd_per_month"] *= 1.1
    assert [one.field for one in compared(was, near)] == ["usd_per_month"]
    assert merged(was, near)["ranked"] == [was["ranked"][0], near["ranked"][1], *was["ranked"][2:]]


def test_the_numbers_do_not_depend_on_the_number_of_processors(monkeypatch):
    usual = found_for(LIGHT)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert found_for(LIGHT) == usual


@pytest.fixture
def small(monkeypatch):
    """A baseline of one workload: the light one as it stands in the file."""
    monkeypatch.setattr(baseline, "examples", lambda: {LIGHT: examples()[LIGHT]})
    monkeypatch.setattr(baseline, "found_for", lambda name: copy.deepcopy(KEPT[name]))
    return {LIGHT: copy.deepcopy(KEPT[LIGHT])}


def test_the_command_checks_without_writing_and_writes_what_moved(small, tmp_path, capsys):
    file = tmp_path / "costs.json"
    assert main([str(file), "--check"]) == 1
    assert "is new" in capsys.readouterr().out and not file.exists()
    assert main([str(file)]) == 0
    assert file.read_text("utf-8") == as_text(small)
    assert main([str(file), "--check"]) == 0
    assert "as they were" in capsys.readouterr().out
    old = json.loads(file.read_text("utf-8"))
    old[LIGHT]["ranked"][0]["usd_per_month"] = 99.0
    old["gone"] = old[LIGHT]
    file.write_text(as_text(old), "utf-8")
    assert main([str(file), "--check"]) == 1
    said = capsys.readouterr().out
    assert "99.0 ->" in said and "no bundled workload" in said and "Moved: 2 of 2" in said
    assert json.loads(file.read_text("utf-8")) == old
    assert main([str(file)]) == 0
    assert file.read_text("utf-8") == as_text(small)


@pytest.mark.parametrize("arguments", [[], ["a.json", "b.json"]])
def test_the_command_asks_for_one_file(small, arguments, capsys):
    assert main(arguments) == 2
    assert "FILE" in capsys.readouterr().err


def test_a_file_in_conflict_is_refused_with_what_to_do(small, tmp_path, capsys):
    file = tmp_path / "costs.json"
    file.write_text("<<<<<<< one side\n", "utf-8")
    assert main([str(file)]) == 2
    said = capsys.readouterr().err
    assert "not JSON" in said and "write it anew" in said

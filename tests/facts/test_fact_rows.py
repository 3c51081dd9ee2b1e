"""Facts as rows to read: names, order, search, export; and the rules in words."""

import csv
import io
import tomllib

from advisor.fact_names import concerns, fact_name, subject_name
from advisor.fact_rows import COLUMNS, fact_rows, matching, rows_csv
from advisor.facts import data_folder, diff, load_facts
from advisor.options import NAMES
from advisor.rule_texts import found_rules, rule_texts
from advisor.rules import all_rules
from advisor.used_facts import used_facts
from advisor.workload import load_workload

FACTS = load_facts()
NAMED = tomllib.loads((data_folder() / "names.toml").read_text(encoding="utf-8"))


def test_every_fact_has_a_name_in_plain_words_and_no_name_is_left_over():
    for fact in FACTS.all():
        known = fact.option == "observed" or fact.id in NAMED["names"] or fact.attribute in NAMED["names"]
        assert known, fact.id
        assert "_" not in fact_name(fact).split(":")[0], fact.id
    ids = {fact.id for fact in FACTS.all()} | {fact.attribute for fact in FACTS.all()}
    assert set(NAMED["names"]) <= ids
    assert set(NAMED["asks"]) <= ids
    subjects = {fact.option for fact in FACTS.all()} - set(NAMES)
    assert set(NAMED["subjects"]) == subjects


def test_every_price_but_an_instance_is_named():
    keys = set(NAMED["prices"])
    for price in FACTS.prices():
        if not price.item.startswith("ml."):
            meter = price.item.removesuffix("MiB").partition("-")[0]
            assert {f"{price.subject} {meter}", f"{price.subject} {price.item}"} & keys, price.id


def test_a_row_speaks_of_every_option_that_takes_the_fact_over():
    for row in fact_rows(FACTS):
        for option in row.options:
            assert FACTS.of(option, row.fact.attribute).id == row.fact.id
        assert (row.fact.option in NAMES) == bool(row.options), row.fact.id
    assert concerns(FACTS.fact("autoscaling.scale_out_period"), FACTS) == ()


def test_rows_that_differ_come_first_with_both_values():
    rows = fact_rows(FACTS)
    differ = {found.id for found in diff(FACTS, FACTS.other)}
    assert differ
    assert {row.fact.id for row in rows[: len(differ)]} == differ
    assert all(row.taught is None for row in rows[len(differ) :])
    assert all(row.taught.text() != row.fact.text() for row in rows[: len(differ)] if row.taught)


def test_the_rows_are_the_same_under_either_profile():
    assert fact_rows(FACTS) == fact_rows(load_facts("study-card"))


def test_a_value_of_the_users_stands_beside_the_shipped_one_and_is_no_difference():
    own = load_facts("study-card", {"real_time.payload_request": {"value": 11}})
    row = next(row for row in fact_rows(own) if row.fact.id == "real_time.payload_request")
    assert row.fact.value == 11
    assert row.shipped == FACTS.fact(row.fact.id)
    assert row.taught is None


def test_a_search_finds_every_word_wherever_it_stands():
    rows = fact_rows(FACTS)
    both = {row.fact.id for row in matching(rows, "serverless  PAYLOAD")}
    assert "serverless.payload_request" in both
    assert both == {row.fact.id for row in matching(matching(rows, "payload"), "serverless")}
    assert matching(rows, "") == rows
    assert matching(rows, "<script>") == ()
    number = FACTS.fact("real_time.payload_request").text().replace("\u00a0", " ")
    assert any(row.fact.id == "real_time.payload_request" for row in matching(rows, number))


def test_what_an_answer_rests_on_is_marked():
    used = used_facts(load_workload("invoice-ocr"), FACTS)
    marked = {row.fact.id for row in fact_rows(FACTS, used) if row.used}
    assert marked
    assert marked == used & {fact.id for fact in FACTS.all()}
    assert not any(row.used for row in fact_rows(FACTS))


def test_a_workload_that_cannot_be_judged_rests_on_nothing():
    workload = load_workload("invoice-ocr")
    lost = workload.model_copy(update={"needs": workload.needs.model_copy(update={"region": "nowhere-1"})})
    assert used_facts(lost, FACTS) == frozenset()


def test_no_cell_of_the_csv_is_a_formula():
    own = load_facts("aws", {"real_time.payload_request": {"value": 6, "note": "=1+1", "source": "@sum(a)"}})
    table = list(csv.reader(io.StringIO(rows_csv(fact_rows(own)))))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(own.all()) + 1
    assert not [cell for row in table for cell in row if cell[:1] in {"=", "+", "-", "@"}]
    row = next(row for row in table if row[0] == "real_time.payload_request")
    assert row[COLUMNS.index("given")] == "yours"


def test_every_rule_is_in_words_and_found_by_them():
    rules = rule_texts(FACTS)
    assert [rule.id for rule in rules] == [entry.id for entry in all_rules()]
    assert all(rule.says and rule.checks and rule.why for rule in rules)
    assert not any("{" in rule.text for rule in rules)
    assert {"PAY001"} <= {rule.id for rule in found_rules(rules, "payload")}
    assert found_rules(rules, "no such word") == ()


def test_the_numbers_of_a_rule_are_those_in_force():
    own = load_facts("aws", {"batch_transform.payload_concurrency_product": {"value": 77}})
    shipped, mine = (next(r for r in rule_texts(f) if r.id == "BAT001") for f in (FACTS, own))
    assert "77" in mine.example
    assert "77" not in shipped.example


def test_a_subject_without_a_name_is_said_as_it_stands():
    assert subject_name("made_up") == "made up"

"""The teaching table changes its own cells, says so, and touches no mechanism."""

import tomllib

from advisor.facts import data_folder, diff, load_facts

AWS, CARD = load_facts(), load_facts("study-card")
CELLS = {
    f"{option}.{attribute}"
    for option in ("real_time", "serverless", "async")
    for attribute in ("payload_request", "invocation_timeout", "cold_start", "scaling", "billing")
}


def test_the_file_holds_the_cells_of_the_table_and_nothing_else():
    table = tomllib.loads((data_folder() / "profiles" / "study-card.toml").read_text(encoding="utf-8"))
    assert set(table) - {"source", "checked"} == CELLS


def test_profiles_differ_exactly_in_marked_cells_of_the_table():
    differing = {row.id for row in diff(AWS, CARD)}
    assert differing
    assert differing <= CELLS
    assert {fact.id for fact in CARD.all() if fact.teaching} == differing
    assert {fact.id for fact in CARD.all() if fact.profile == "study-card"} == differing
    for name in set(AWS.ids()) - differing:
        assert CARD.fact(name) is AWS.fact(name)


def test_a_differing_cell_says_what_aws_documents():
    for row in diff(AWS, CARD):
        assert row.b.teaching == f"teaching table; AWS documents {row.a.text()}"
        assert row.a.teaching == ""
        assert not row.b.stale_page


def test_both_sides_of_the_known_disagreements_are_there():
    differing = {row.id for row in diff(AWS, CARD)}
    assert {"real_time.payload_request", "serverless.payload_request", "async.invocation_timeout"} <= differing
    assert "async.payload_request" not in differing


def test_options_that_take_over_a_cell_learn_the_teaching_value_too():
    assert CARD.of("multi_model", "payload_request").teaching


def test_mechanism_is_aws_with_the_same_overrides():
    given = {"queue.per_copy": {"value": 7}}
    card = load_facts("study-card", given)
    assert card.mechanism is load_facts("aws", given)
    assert card.mechanism.fact("queue.per_copy").value == 7
    assert CARD.mechanism is AWS
    assert AWS.mechanism is AWS


def test_the_users_value_outranks_the_teaching_table():
    mine = load_facts("study-card", {"real_time.payload_request": {"value": 7}}).fact("real_time.payload_request")
    assert (mine.value, mine.profile, mine.teaching) == (7, "override", "")

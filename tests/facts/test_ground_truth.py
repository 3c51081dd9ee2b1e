"""Our limits and lists beside those of the installed botocore: a new release of it reports its own news."""

import copy
import json
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from advisor import ground_truth as truth
from advisor.errors import FactError
from advisor.facts import data_folder, load_facts

FACTS = load_facts()
DATA = tomllib.loads((data_folder() / "botocore.toml").read_text(encoding="utf-8"))
SERVICES = {name: table for name, table in DATA.items() if isinstance(table, dict) and "rows" in table}
ROWS = [(service, row) for service, table in SERVICES.items() for row in table["rows"]]
NOTES = Path(__file__).parents[2].parent / "shared" / "facts" / "botocore-constraints.json"


@pytest.fixture(scope="module")
def models():
    pytest.importorskip("botocore", reason="botocore is not installed: nothing to compare with")
    return truth.installed()


@pytest.fixture
def changed(models):
    """The installed models with one service that a test may change."""

    def copied(service):
        return {**models, service: copy.deepcopy(models[service])}

    return copied


def states(compared, *names):
    return {one.id: one for one in compared if one.state in names}


# -- against the installed botocore ------------------------------------------------------------------------


def test_nothing_differs_from_the_installed_botocore(models):
    compared = truth.compare(FACTS, models)
    assert not states(compared, "differs", "gone"), truth.ground_truth_text(compared, (), truth.version())
    assert len(compared) == len(ROWS) + sum(len(table.get("types", ())) for table in SERVICES.values())


def test_every_bound_and_list_of_the_watched_operations_is_compared_or_ignored(models):
    assert truth.news(models) == ()


def test_every_watched_operation_exists(models):
    for service, table in SERVICES.items():
        assert set(table["watched"]) <= set(models[service]["operations"]), service


def test_nothing_is_ignored_that_is_not_there(models):
    for service, table in SERVICES.items():
        found = [(name, f"{name}.{end}") for name, end, _ in truth.bounds(models[service], table["watched"])]
        for pattern in table.get("ignored", {}):
            assert any(fnmatchcase(part, pattern) for pair in found for part in pair), f"{service} {pattern}"


def test_an_explained_difference_is_still_one(models):
    explained = {one.where for one in truth.compare(FACTS, models) if one.state == "explained"}
    rows = [f"{service} {row['at']}.{row['end']}" for service, row in ROWS if "expected" in row]
    rows += [f"{service} {row['at']}.enum" for service, table in SERVICES.items() for row in table.get("types", ())]
    assert explained == set(rows)


def test_the_teaching_table_is_not_held_against_botocore(models):
    assert truth.compare(load_facts("study-card"), models) == truth.compare(FACTS, models)


# -- the data that says what to compare --------------------------------------------------------------------


def test_every_fact_read_from_botocore_is_compared_or_says_why_not():
    mapped = {name for _, row in ROWS for name in (row.get("fact"), *row.get("facts", ())) if name}
    read = {fact.id for fact in FACTS.all() if "botocore" in fact.source}
    assert read - mapped == set(DATA["unmapped"])
    assert all(FACTS.has(name) for name in mapped)


def test_a_row_says_whose_value_in_which_unit_and_why_it_differs():
    for _, row in ROWS:
        assert ("fact" in row) + ("facts" in row) + ("known" in row) == 1, row
        assert ("expected" in row) == ("why" in row), row
        assert ("says" in row) == (row["end"] == "says"), row
        if "fact" in row and FACTS.fact(row["fact"]).unit in {"s", "min", "MB", "MiB", "GiB", "bytes", "percent"}:
            assert row["unit"], row
    for table in SERVICES.values():
        assert all(reason for reason in table.get("ignored", {}).values())
        assert all(row["why"] for row in table.get("types", ()))
    assert all(DATA["unmapped"].values())


# -- news --------------------------------------------------------------------------------------------------

LIMIT = "serverless.max_concurrency"


def bare(**shapes):
    """A model of one service with these shapes and nothing else."""
    return {"sagemaker": {"operations": {}, "shapes": shapes}}


def one(compared, name, state):
    return next(found for found in compared if found.id == name and found.state == state)


def test_a_limit_below_at_and_above_theirs():
    limit = FACTS.fact(LIMIT).value
    for theirs, state in ((limit - 1, "differs"), (limit, "equal"), (limit + 1, "differs")):
        found = one(truth.compare(FACTS, bare(ServerlessMaxConcurrency={"min": 1, "max": theirs})), LIMIT, state)
        assert (found.ours, found.theirs) == (limit, theirs)


def test_a_fact_of_the_users_own_is_compared_too(models):
    limit = FACTS.fact(LIMIT).value
    facts = load_facts("aws", {LIMIT: {"value": limit + 1}})
    different = states(truth.compare(facts, models), "differs")
    assert set(different) == {LIMIT}
    assert (different[LIMIT].ours, different[LIMIT].theirs) == (limit + 1, limit)


def test_a_fact_in_another_unit_is_the_same_quantity(models):
    seconds = FACTS.fact("async.queue_ttl_default").value
    facts = load_facts("aws", {"async.queue_ttl_default": {"value": seconds / 60, "unit": "min"}})
    assert not states(truth.compare(facts, models), "differs")


def test_one_name_more_or_less_in_a_list_is_named():
    ours = FACTS.fact("real_time.routing_strategies").value
    more = one(
        truth.compare(FACTS, bare(RoutingStrategy={"enum": [*ours, "NEAREST"]})),
        "real_time.routing_strategies",
        "differs",
    )
    assert more.note == "AWS has also NEAREST"
    less = one(
        truth.compare(FACTS, bare(RoutingStrategy={"enum": list(ours[1:])})), "real_time.routing_strategies", "differs"
    )
    assert less.note == f"AWS lacks {ours[0]}"


def test_the_order_of_a_list_does_not_matter():
    ours = FACTS.fact("real_time.routing_strategies").value
    compared = truth.compare(FACTS, bare(RoutingStrategy={"enum": list(reversed(ours))}))
    assert one(compared, "real_time.routing_strategies", "equal")


@pytest.mark.parametrize("use", ["hosting", "transform"])
@pytest.mark.parametrize("name", ["ml.z9.large", "ml.p3.1024xlarge"])
def test_a_new_instance_type_is_news_even_in_a_family_that_is_explained(changed, use, name):
    row = next(row for row in SERVICES["sagemaker"]["types"] if row["use"] == use)
    planted = changed("sagemaker")
    planted["sagemaker"]["shapes"][row["at"]]["enum"].append(name)
    assert one(truth.compare(FACTS, planted), f"{use} instance types", "differs").note == f"AWS has also {name}"


def test_a_type_that_leaves_the_api_is_news(changed):
    planted = changed("sagemaker")
    planted["sagemaker"]["shapes"]["ProductionVariantInstanceType"]["enum"].remove("ml.p2.xlarge")
    planted["sagemaker"]["shapes"]["ProductionVariantInstanceType"]["enum"].remove("ml.m5.xlarge")
    found = one(truth.compare(FACTS, planted), "hosting instance types", "differs")
    assert found.note == "AWS lacks ml.m5.xlarge; no longer on AWS's side alone ml.p2.xlarge"


def test_an_explained_value_that_moves_is_news(changed):
    planted = changed("sagemaker-runtime")
    planted["sagemaker-runtime"]["shapes"]["BodyBlob"]["max"] += 1
    assert "real_time.payload_request" in states(truth.compare(FACTS, planted), "differs")


def test_a_value_that_disappears_is_gone(changed):
    planted = changed("sagemaker")
    del planted["sagemaker"]["shapes"]["ServerlessMaxConcurrency"]["max"]
    del planted["sagemaker"]["shapes"]["ProductionVariant"]["members"]["CapacityReservationConfig"]
    planted["sagemaker"]["shapes"]["ModelClientConfig"]["members"]["InvocationsTimeoutInSeconds"]["documentation"] = ""
    gone = states(truth.compare(FACTS, planted), "gone")
    assert set(gone) == {LIMIT, "real_time.supports_capacity_reservation", "batch_transform.invocation_timeout_default"}


def test_a_number_in_the_text_of_a_parameter_is_read_off(changed):
    default = FACTS.fact("async.queue_ttl_default").value
    planted = changed("sagemaker-runtime")
    member = planted["sagemaker-runtime"]["shapes"]["InvokeEndpointAsyncInput"]["members"]["RequestTTLSeconds"]
    member["documentation"] = f"<p>The default is some hours, or <code>{default + 1:,}</code> seconds.</p>"
    found = states(truth.compare(FACTS, planted), "differs")
    assert {name: (seen.ours, seen.theirs) for name, seen in found.items()} == {
        "async.queue_ttl_default": (default, default + 1)
    }


def test_a_new_parameter_with_a_bound_and_a_new_bound_of_an_old_one_are_news(changed):
    planted = changed("sagemaker")
    shapes = planted["sagemaker"]["shapes"]
    shapes["WarmCopies"] = {"type": "integer", "min": 0, "max": 7}
    shapes["ProductionVariant"]["members"]["WarmCopies"] = {"shape": "WarmCopies"}
    shapes["InitialTaskCount"]["max"] = 9
    assert set(truth.news(planted)) == {
        "sagemaker WarmCopies.min = 0", "sagemaker WarmCopies.max = 7", "sagemaker InitialTaskCount.max = 9",
    }  # fmt: skip


def test_the_report_counts_and_names_what_is_new(changed):
    planted = changed("sagemaker")
    limit = FACTS.fact(LIMIT).value
    planted["sagemaker"]["shapes"]["ServerlessMaxConcurrency"]["max"] = limit + 1
    del planted["sagemaker"]["shapes"]["InstancePoolPriority"]
    compared = truth.compare(FACTS, planted)
    lines = truth.ground_truth_text(compared, ["sagemaker WarmCopies.max = 7"], "1.2.3").splitlines()
    assert lines[0].startswith("botocore 1.2.3: ")
    assert lines[0].endswith("1 differs, 1 gone, 1 new")
    assert f"{LIMIT}: ours {limit}, AWS {limit + 1} (sagemaker ServerlessMaxConcurrency.max)" in lines
    assert "InstancePoolPriority: not there (sagemaker InstancePoolPriority.range)" in lines
    assert lines[-1] == "new: sagemaker WarmCopies.max = 7"


def test_without_botocore_the_comparison_says_what_is_missing(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(truth.importlib, "import_module", absent)
    assert truth.version() == ""
    with pytest.raises(FactError, match="botocore is not installed"):
        truth.compare(FACTS)


# -- the collected notes -----------------------------------------------------------------------------------


@pytest.mark.skipif(not NOTES.is_file(), reason="the collected notes are not here")
def test_the_headline_limits_of_the_notes_are_those_of_the_installed_botocore(models):
    notes = json.loads(NOTES.read_text(encoding="utf-8"))
    compared = {(row["at"], row["end"]) for _, row in ROWS}
    mapped = {at for at, _ in compared}
    moved, seen = [], 0
    for title, said in notes["headline"].items():
        name = said.get("shape", "").split(" ")[-1]
        service = (
            "sagemaker-runtime" if name in models["sagemaker-runtime"]["shapes"] and name in mapped else "sagemaker"
        )
        shape = models[service]["shapes"].get(name, {})
        for end in ("min", "max", "enum"):
            if name in mapped and end in said:
                seen += 1
                here = shape.get(end)
                if (sorted(here) if end == "enum" and here else here) != (
                    sorted(said[end]) if end == "enum" else said[end]
                ):
                    moved.append(f"{title} {end}: {said[end]} then, {here} now")
    assert seen, "the notes and the rows name the same shapes"
    report = f"botocore {notes['meta']['botocore_version']} in the notes, {truth.version()} installed: {moved}"
    if moved and truth.version() != notes["meta"]["botocore_version"]:
        pytest.skip(report)
    assert not moved, report


@pytest.mark.skipif(not NOTES.is_file(), reason="the collected notes are not here")
def test_every_headline_limit_of_the_notes_is_compared():
    headline = json.loads(NOTES.read_text(encoding="utf-8"))["headline"]
    compared = {row["at"] for _, row in ROWS} | {
        row["at"] for table in SERVICES.values() for row in table.get("types", ())
    }
    bounded = {
        said["shape"].split(" ")[-1]
        for said in headline.values()
        if {"min", "max", "enum", "enum_size"} & set(said) and "shape" in said
    }
    assert bounded <= compared

"""Today's fleet beside the answer: read, played among the candidates, and the change told with what it risks."""

import json
from decimal import Decimal

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from simulator.cli import main
from simulator.current import current_of_file, read_current
from simulator.play import simulate
from simulator.ranking import rank_study
from simulator.study import prepare
from simulator.today import today_of
from simulator.today_text import today_json, today_text


@pytest.fixture(scope="module")
def study(make):
    traffic = {"kind": "poisson", "rate_per_s": 20.0, "duration": "10 min"}
    return prepare(make(("traffic", traffic), ("needs.slo", ["p95:400ms", "failed:1%"])), load_facts())


def found(study, text):
    mine = read_current(study, text)
    return today_of(rank_study(study, replications=3, also=[mine]), mine)


def printed(today):
    return "\n".join(part for part in today_text(today) if isinstance(part, str)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("real_time:ml.m5.xlarge:3", {"instances": 3, "target_per_min": 0.0, "concurrency_per_instance": 4}),
        ("real_time:ml.m5.xlarge:2-6", {"min_instances": 2, "max_instances": 6, "tracked": True}),
        ("serverless:4096:20", {"memory_mib": 4096, "max_concurrency": 20, "provisioned_concurrency": 0}),
        ("serverless_provisioned:2048:9:5", {"memory_mib": 2048, "max_concurrency": 9, "provisioned_concurrency": 5}),
        ("async:ml.m5.xlarge:0-3", {"min_instances": 0, "max_instances": 3, "tracked": True}),
    ],
)
def test_a_fleet_is_read_from_a_word(study, text, fields):
    option = read_current(study, text)
    assert option.name == text.split(":")[0]
    assert {name: getattr(option, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("real_time", "option:place:count"), ("nix:ml.m5.xlarge:3", "option:place:count"), ("real_time:ml.m5.xlarge:6-2", "option:place:count"),
        ("real_time:ml.m5.xlarge:0", "option:place:count"), ("serverless:4096", "option:place:count"), ("serverless:abc:3", "option:place:count"),
        ("serverless:4096:20:5", "option:place:count"), ("real_time:ml.c5.xlarge:3", "service.measured"), ("serverless:4000:3", "4096"),
    ],
)  # fmt: skip
def test_what_is_no_fleet_is_told_with_the_form(study, text, said):
    with pytest.raises(InputError) as error:
        read_current(study, text)
    assert said in str(error.value)
    assert "--current" in str(error.value)


def test_a_fleet_that_is_too_large_shrinks_and_the_saving_is_that_of_the_bills(study):
    today = found(study, "real_time:ml.m5.xlarge:9")
    assert today.entry.meets and not today.stays
    runs = [
        [simulate(study, option, replication=k).bill.total for k in range(3)]
        for option in (today.entry.option, today.best.option)
    ]
    saved = sum((was - then for was, then in zip(*runs, strict=True)), Decimal(0)) / 3
    assert today.saving.value == pytest.approx(float(saved))
    assert today.saving.low <= today.saving.value <= today.saving.high
    assert "It saves" in printed(today) and "What gets worse" in printed(today)
    assert {"p50", "p99", "utilisation", "cold_starts"} & {risk.key for risk in today.risks}


def test_the_fleet_is_played_among_the_candidates(study):
    mine = read_current(study, "real_time:ml.m5.xlarge:9")
    without, with_ = (rank_study(study, replications=3, also=also) for also in ((), [mine]))
    counts = [next(entry.candidates for entry in one.ranked if entry.name == "real_time") for one in (without, with_)]
    assert counts[1] == counts[0] + 1
    assert [entry.option for entry in without.ranked] == [entry.option for entry in with_.ranked]


def test_the_answer_itself_stays():
    study = prepare("fraud-check")
    best = rank_study(study, replications=3).best
    assert (best.name, best.option.tracked) == ("real_time", False)
    today = found(study, f"real_time:{best.option.instance_type}:{best.option.instances}")
    assert today.stays and today.saving.value == 0
    assert "Keep it" in printed(today)
    assert today_json(today)["change"] is None


def test_a_fleet_that_is_too_small_misses_and_the_answer_costs_more(make):
    traffic = {"kind": "poisson", "rate_per_s": 90.0, "duration": "5 min"}
    study = prepare(
        make(("traffic", traffic), ("needs.slo", ["p95:400ms", "failed:1%"]), ("needs.cold_start", "not_acceptable")),
        load_facts(),
    )
    today = found(study, "real_time:ml.m5.xlarge:1")
    assert not today.entry.meets and today.best is not None
    assert today.saving.value < 0
    assert today.saving.low <= today.saving.value <= today.saving.high
    said = printed(today)
    assert "misses the promise" in said and "a month more" in said
    assert not any("more than today" in one.text for one in today.to_test)


def test_an_assumption_that_decides_is_to_be_tested_first():
    study = prepare("receipt-classifier")
    mine = read_current(study, "real_time:ml.m5.large:3")
    today = today_of(rank_study(study, replications=3, also=[mine]), mine)
    assert today.best.option.memory_mib
    decisive = {(one.row.key, one.level) for one in today.to_test}
    assert ("cold_start", "high") in decisive
    run = simulate(study, today.best.option, levels={"cold_start": "high"})
    assert not study.promise.kept(run)
    assert "load-test first" in printed(today)


def test_a_fleet_is_read_from_a_file_of_aws(study, tmp_path):
    path = tmp_path / "endpoint.json"
    variant = {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 4}
    path.write_text(json.dumps({"EndpointConfigName": "mine", "ProductionVariants": [variant]}), encoding="utf-8")
    assert current_of_file(study, path) == read_current(study, "real_time:ml.m5.xlarge:4")
    serverless = {
        "VariantName": "a",
        "ModelName": "m",
        "ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 20},
    }
    path.write_text(json.dumps({"EndpointConfigName": "mine", "ProductionVariants": [serverless]}), encoding="utf-8")
    assert current_of_file(study, path) == read_current(study, "serverless:4096:20")
    variant["InstanceType"] = "ml.c5.xlarge"
    path.write_text(json.dumps({"EndpointConfigName": "mine", "ProductionVariants": [variant]}), encoding="utf-8")
    with pytest.raises(InputError, match=r"endpoint\.json"):
        current_of_file(study, path)


def test_the_command_prints_it_and_its_json_is_documented(capsys):
    from pathlib import Path

    document = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["rank", "receipt-classifier", "--replications", "3", "--current", "real_time:ml.m5.large:3", "--json"])
    assert stop.value.code == 0
    current = json.loads(capsys.readouterr().out)["current"]
    assert current["configuration"].replace("\u00a0", " ") == "3 × ml.m5.large"
    assert current["change"]["saving_usd_per_month"]["value"] > 200
    names = {*current, *current["change"], *current["change"]["load_test_first"][0]}
    assert not {
        name
        for name in names
        if f"`{name}`" not in document and f"{name}," not in document and f"{name}}}" not in document
    }
    with pytest.raises(SystemExit) as stop:
        main(["rank", "receipt-classifier", "--current", "real_time:ml.m5.large:3", "--from-config", "x.json"])
    assert stop.value.code == 2

"""`endpoint-advisor size` from the shell: what it answers, what it refuses, and that JSON says the same."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(capsys):
    """The verb in this process: what it printed, or for code 2 what it refused with."""

    def play(*arguments: str, code: int = 0, errors: bool = False) -> str:
        with pytest.raises(SystemExit) as caught:
            main(["size", *arguments])
        out, err = capsys.readouterr()
        assert caught.value.code == code, err + out[-2000:]
        return err if code == 2 or errors else out

    return play


def test_the_answer_comes_first_then_the_next_configuration_and_types_worth_a_load_test(run):
    text = run("fraud-check").replace("\xa0", " ")
    assert text.index("Use a real-time endpoint") < text.index("Bill of a month") < text.index("Worth a load test")
    assert "the next configuration is 2 to 3 × ml.c5.xlarge" in text


def test_one_option_alone_has_its_next_configuration_too(run):
    text = run("receipt-classifier", "--option", "serverless").replace("\xa0", " ")
    assert text.index("Use a serverless endpoint") < text.index("Bill of a month") < text.index("worth a load test")
    assert "the next configuration is 3 GiB" in text


def test_json_has_every_part_that_was_asked_for(run, make, tmp_path):
    small = tmp_path / "small.toml"
    small.write_text(make(("traffic.rate_per_s", 40.0), ("traffic.duration", "10 min")).to_toml(), encoding="utf-8")
    found = json.loads(
        run(
            str(small), "--option", "real_time", "--max-load", "--from", "2026-12", "--until", "2027-02",
            "--growth", "10%/month", "--draws", "1", "--json",
        )
    )  # fmt: skip
    assert found["schema"] == 1
    best = found["options"][0]["best"]
    assert best["meets"] and best["cost_usd_per_month"] > 0
    assert found["max_loads"][0]["option"] == "real_time"
    assert [month["month"] for month in found["growth"]["months"]] == ["2026-12", "2027-01", "2027-02"]
    assert found["load_tests"]["types"]


def test_ranges_ask_for_the_plan_that_is_regretted_least(run):
    text = run("receipt-classifier", "--range", "load=0.5x/1x/4x", "--option", "serverless")
    assert "Least regret" in text


def test_nothing_that_keeps_the_promise_ends_with_one_and_says_what_it_would_take(run, tmp_path):
    source = (ROOT / "data" / "workloads" / "fraud-check.toml").read_text(encoding="utf-8")
    tight = tmp_path / "tight.toml"
    tight.write_text(
        source.replace('"p99:', '"p99:1ms", "p95:').replace("budget_usd", "# budget_usd"), encoding="utf-8"
    )
    text = run(str(tight), "--option", "real_time", code=1)
    assert "as fast" in text


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--option", "real-time"), ("--option", "real-time")),
        (("--types", "ml.m5.huge"), ("--types", "ml.m5.huge")),
        (("--from", "2026-12"), ("--until", "--growth")),
        (("--from", "2027-12", "--until", "2026-12", "--growth", "8%/month"), ("--until", "2026-12")),
        (("--from", "2026-13", "--until", "2027-12", "--growth", "fast"), ("--from", "--growth")),
        (("--range", "load=2x/1x/4x"), ("load", "2x")),
        (("--range", "load=1x/2x/3x", "--max-load"), ("--range", "--max-load")),
        (("--cluster", "tcp://127.0.0.1:1"), ("--cluster", "tcp://127.0.0.1:1")),
        (("--savings-plan", "130%"), ("savings", "130")),
        (("--types", " , "), ("--types",)),
        (("--types", "ml.m9.huge", "--option", "realtime"), ("ml.m9.huge", "realtime")),
    ],
)
def test_what_cannot_be_is_refused_by_name(run, arguments, named):
    said = run("receipt-classifier", *arguments, code=2)
    assert all(part in said for part in named), said
    assert all(line.startswith("endpoint-advisor: ") for line in said.splitlines() if line.strip())


def test_an_unreachable_cluster_falls_back_only_when_told(run):
    line = ("receipt-classifier", "--option", "serverless", "--cluster", "tcp://127.0.0.1:1", "--cluster-fallback")
    assert "playing on this machine" in run(*line, errors=True)


def test_a_budget_below_the_floor_names_the_floor(run, tmp_path):
    source = (ROOT / "data" / "workloads" / "fraud-check.toml").read_text(encoding="utf-8")
    lines = [line for line in source.splitlines() if not line.startswith("budget_usd")]
    poor = tmp_path / "poor.toml"
    poor.write_text("\n".join([*lines, "budget_usd_per_month = 5"]) + "\n", encoding="utf-8")
    text = run(str(poor), "--option", "real_time", code=1)
    assert "budget" in text

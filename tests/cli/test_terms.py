"""Terms on the command line: what they change in a bill, and one line for each that cannot be."""

import json

import pytest

from simulator.cli import main

SHORT = ("receipt-classifier", "--option", "real_time")


@pytest.fixture
def cli(capsys):
    """Run the command line in this process: cli("rank", ...) -> (exit code, stdout, stderr)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        out = capsys.readouterr()
        return int(stop.value.code or 0), out.out, out.err

    return run


def bill_of(cli, *terms):
    code, out, err = cli("simulate", *SHORT, "--json", *terms)
    assert code in {0, 1} and err == ""
    return json.loads(out)["bill"]


def test_each_term_shows_in_the_json_of_a_bill(cli):
    plain = bill_of(cli)
    found = bill_of(
        cli, "--month-hours", "744", "--savings-plan", "instance=30%:all", "--free-tier", "--releases", "2",
        "--release-hours", "1.5", "--retention", "7d",
    )  # fmt: skip
    assert found["terms"] == {
        "savings_plan": ["instance=30%:all"], "free_tier": True, "free_tier_months": 0, "releases_per_month": 2,
        "release_hours": 1.5, "retention_hours": 168,
    }  # fmt: skip
    assert found["month_hours"] == 744
    meters = [line["meter"] for line in found["lines"]]
    assert "release" in meters and meters[-1] == "savings"
    assert found["lines"][-1]["usd"] < 0
    assert found["usd_per_month"] == pytest.approx(sum(line["usd"] for line in found["lines"]))
    assert found["usd_per_year"] == pytest.approx(12 * found["usd_per_month"])
    assert plain["terms"]["savings_plan"] == [] and plain["usd_per_month"] > found["usd_per_month"]
    assert 0 < plain["idle"]["share"] < 1 and plain["idle"]["usd"] > 0
    assert plain["usd_per_1000_tokens"] is None


def test_a_ranking_is_made_under_the_terms(cli):
    arguments = ("rank", "receipt-classifier", "--json", "--replications", "3")
    plain, saved = (json.loads(cli(*arguments, *more)[1]) for more in ((), ("--savings-plan", "100%")))
    cost = [{row["option"]: row["cost_usd_per_month"] for row in found["ranking"]} for found in (plain, saved)]
    assert cost[1]["real_time"] < 0.1 * cost[0]["real_time"]
    assert cost[1]["serverless"] == cost[0]["serverless"]
    assert saved["ranking"][0]["bill"]["terms"]["savings_plan"] == ["instance=100%"]


@pytest.mark.parametrize("verb", [("rank", "receipt-classifier"), ("simulate", *SHORT)])
def test_every_term_that_cannot_be_is_one_line(cli, verb):
    code, out, err = cli(
        *verb, "--month-hours", "800", "--savings-plan", "disk=10%,300%", "--releases", "-1", "--release-hours", "0",
        "--retention", "7",
    )  # fmt: skip
    assert (code, out) == (2, "")
    named = [line.split(": ")[1] for line in err.splitlines()]
    assert named == [
        "--savings-plan",
        "--savings-plan",
        "--retention",
        "--month-hours",
        "--releases",
        "--release-hours",
    ]


def test_the_answer_says_what_was_taken_off_and_what_is_assumed(cli):
    _, out, _ = cli("simulate", *SHORT, "--savings-plan", "30%", "--releases", "4")
    plain = " ".join(out.replace("\u00a0", " ").split())
    assert "−$" in plain and "Savings plan, 30 %" in plain
    assert "assumed, fact release.overlap" in plain
    assert "A year is" in plain and "waits for work" in plain

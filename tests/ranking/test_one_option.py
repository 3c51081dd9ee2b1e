"""One option that cannot be played never stops the others: it is left out with the reason, the rest is ranked."""

import math

import pytest
from typer.testing import CliRunner

from advisor.errors import TooLargeError
from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.rules import Outcome
from simulator import play
from simulator.answer_json import ranking_json
from simulator.answer_text import ranking_text
from simulator.cli import app, main
from simulator.configure import configure
from simulator.headline import headline
from simulator.ranking import rank_study
from simulator.study import prepare

FACTS = load_facts()
HASTY = ("traffic", {"kind": "closed", "users": 20, "think": "1 us", "duration": "1 min"})
"""Users who ask again at once whatever the answer is."""
LATER = ("needs.immediate_response", False)


def reasons(found):
    return {verdict.option.name: verdict.findings[0] for verdict in found.infeasible}


def complete(found):
    assert sorted([*(entry.name for entry in found.ranked), *reasons(found)]) == sorted(NAMES)
    assert headline(found)
    assert any(isinstance(part, str) for part in ranking_text(found))
    assert len(ranking_json(found)["ranking"]) == len(found.ranked)


def test_users_who_are_refused_without_end_leave_the_option_out_and_the_others_are_ranked(make):
    found = rank_study(prepare(make(HASTY, LATER), FACTS, start="empty"), replications=3)
    complete(found)
    # nothing is up at first: a component without a copy refuses, and they ask a million times a second
    finding = reasons(found)["inference_components_zero"]
    assert (finding.rule, finding.outcome) == ("SIM007", Outcome.unknown)
    assert "traffic.think" in finding.message
    assert {"real_time", "async"} <= {entry.name for entry in found.ranked}


def test_users_of_jobs_are_left_out_with_the_reason(make):
    calm = ("traffic", {"kind": "closed", "users": 5, "think": "1 s", "duration": "5 min"})
    found = rank_study(prepare(make(calm, LATER), FACTS), replications=3)
    complete(found)
    finding = reasons(found)["batch_transform"]
    assert (finding.rule, finding.outcome) == ("SIM006", Outcome.unknown)
    assert "records of a job" in finding.message
    assert finding.remedy == "State the traffic by its rate."


def test_what_cannot_be_played_alone_is_one_clear_line(make):
    study = prepare(make(HASTY, LATER), FACTS)
    option, _ = configure(study, "serverless", {"max_concurrency": "1"})
    with pytest.raises(TooLargeError, match=r"traffic\.users"):
        play.simulate(study, option)
    said = play.simulated(study, option)
    assert isinstance(said, str)
    assert "\n" not in said


def breaks(monkeypatch, name, when):
    """Let every run of one option fail where `when` holds of its arguments."""
    real = play.simulate

    def simulate(study, option, **kwargs):
        if option.name == name and when(kwargs):
            raise TooLargeError("the sky is the limit")
        return real(study, option, **kwargs)

    monkeypatch.setattr(play, "simulate", simulate)


@pytest.mark.parametrize("replication", [0, 2])
def test_an_option_that_fails_in_any_replication_is_left_out(monkeypatch, make, replication):
    usual = rank_study(prepare(make(), FACTS), replications=3)
    breaks(monkeypatch, "real_time", lambda kwargs: kwargs.get("replication") == replication)
    found = rank_study(prepare(make(), FACTS), replications=3)
    complete(found)
    assert reasons(found)["real_time"].rule == "SIM007"
    assert reasons(found)["real_time"].message == "It cannot be played on this traffic: the sky is the limit."
    assert {e.name for e in found.ranked} == {e.name for e in usual.ranked} - {"real_time"}
    costs = {e.name: e.cost_per_month for e in usual.ranked}
    assert all(e.cost_per_month == costs[e.name] for e in found.ranked), "the others are as they were"


def test_an_end_of_an_assumption_that_cannot_be_played_is_left_open(monkeypatch, make):
    breaks(monkeypatch, "real_time", lambda kwargs: "speed" in (kwargs.get("levels") or {}))
    found = rank_study(prepare(make(("service.measured", [])), FACTS), replications=3)
    complete(found)
    entry = next(e for e in found.ranked if e.name == "real_time")
    assert "speed" not in entry.extremes
    assert all(
        math.isfinite(end) for e in found.ranked for ends in e.extremes.values() for end in ends if end is not None
    )


def test_where_no_option_can_be_played_each_says_why(monkeypatch, make):
    def simulate(study, option, **kwargs):
        raise TooLargeError("the sky is the limit")

    monkeypatch.setattr(play, "simulate", simulate)
    found = rank_study(prepare(make(), FACTS), replications=3)
    assert not found.ranked
    assert found.best is None
    complete(found)
    assert sum(finding.rule == "SIM007" for finding in reasons(found).values()) > 1


def test_the_command_ranks_what_can_be_played(tmp_path, make):
    path = tmp_path / "hasty.json"
    path.write_text(make(HASTY, LATER).model_dump_json(exclude_none=True), encoding="utf-8")
    done = CliRunner().invoke(app, ["rank", str(path), "--start", "empty", "--replications", "3"])
    assert done.exit_code == 0, done.output
    assert "cannot be played on this traffic" in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--option", "serverless", "--set", "max_concurrency=1"], "traffic.think"),
        (["--option", "batch_transform"], "nobody waits for the records of a job"),
        (["--option", "inference_components_zero", "--start", "empty"], "traffic.think"),
    ],
)
def test_the_command_says_why_an_option_alone_cannot_be_played(tmp_path, capsys, make, given, said):
    path = tmp_path / "hasty.json"
    path.write_text(make(HASTY, LATER).model_dump_json(exclude_none=True), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["simulate", str(path), *given])
    assert left.value.code == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert said in told

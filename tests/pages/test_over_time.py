"""The run over time on the Decide page: played when it is opened, told with causes, honest where there is no fleet."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.workload import Workload, load_workload
from simulator.pages import _job, _link, _over_time
from simulator.pages._question import Question
from simulator.ranking import Ranking, rank
from simulator.story import Story, fleetless, tell
from simulator.study import prepare
from simulator.timeline import events_text, table_text

NAME = "receipt-classifier"


@pytest.fixture
def opened(app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The page of a workload with the part open, showing one option."""

    def go(workload: Workload, option: str = "") -> Any:
        at = app(w=_link.encode(workload))
        at.session_state["decide_story"] = True
        if option:
            at.session_state["decide_story_option"] = option
        return at.run()

    return go


def html(at: Any) -> str:
    assert not at.exception
    assert not at.main.error
    return "".join(element.proto.body for element in at.main.get("html"))


def test_nothing_is_played_until_it_is_opened(app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    played = []
    real = _over_time.work
    monkeypatch.setattr(_over_time, "work", lambda *given: played.append(given) or real(*given))
    at = app(w=_link.encode(load_workload(NAME)))
    assert not played
    assert "decide_story_chart" not in str(at.main)
    at.session_state["decide_story"] = True
    at.session_state["decide_story_option"] = "inference_components_zero"
    at.run()
    assert len(played) == 1


def test_a_fleet_has_its_chart_its_causes_and_both_files(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME), "inference_components_zero")
    text = html(at)
    assert "Inference components, scaled to zero: 0 to 1 copy" in [header.value for header in at.main.header]
    events = text.split('data-testid="story-events"')[1].split("</table>")[0]
    assert "desired 0 → 1" in events
    assert "since " in events
    assert "nothing left to do" not in events
    assert "later events: in the CSV" in text
    assert any("first of the" in element.value for element in at.main.caption)
    buttons = {button.proto.label for button in at.main.get("download_button")}
    assert {"Fleet as CSV", "Events as CSV"} <= buttons
    at.segmented_control(key="decide_story_span").set_value("day").run()
    assert "day " in html(at).split('data-testid="story-events"')[1].split("</td>")[0]


def test_serverless_has_a_line_and_no_chart(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME), "serverless")
    said = html(at).split('data-testid="story-none"')[1].split("</div>")[0]
    assert "AWS starts an environment for a request" in said
    assert not [b for b in at.main.get("download_button") if b.proto.label == "Fleet as CSV"]


def test_the_leading_option_comes_first_and_another_can_be_chosen(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME))
    control = at.segmented_control(key="decide_story_option")
    assert control.value == at.segmented_control(key="decide_bill").value
    control.set_value("real_time").run()
    assert "Real-time endpoint: 1 instance all the time" in [header.value for header in at.main.header]
    assert "Nothing scaled, and none of the instances was lost." in html(at)


def test_a_part_that_fails_says_so_inside_it(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_over_time, "work", lambda *given: lambda cancel, progress: 1 / 0)
    at = opened(load_workload("fraud-check"), "real_time")
    assert "This part failed" in at.main.error[0].value
    assert "Ranking" in [header.value for header in at.main.header]
    assert "What it rests on" in [header.value for header in at.main.header]


def test_a_long_replay_says_that_it_runs(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(load_workload("support-chat"), "real_time")
    monkeypatch.setattr(_job, "PATIENCE_S", 0.01)
    monkeypatch.setattr(_over_time, "work", lambda *given: lambda cancel, progress: cancel.wait(20))
    at.session_state["decide_story_option"] = "inference_components_zero"
    at.run()
    assert "Stop" in [button.label for button in at.main.button]
    at.session_state["job_decide_story"].stop()


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank(NAME, replications=3)


def test_the_story_is_that_of_the_first_draw_of_the_answer(ranking: Ranking) -> None:
    entry = next(entry for entry in ranking.ranked if entry.name == "inference_components_zero")
    made = _over_time.work(Question(ranking.study.workload, load_facts(), ranking.study.seed), entry)
    told = _job.Job("k", made)
    assert told.wait(60)
    story = told.result
    assert isinstance(story, Story)
    kept = entry.simulation.run.timeline
    scaled = [one.time_us for one in story.events if one.kind == "scale_out"]
    assert scaled == kept.time_us[kept.kind == 5].tolist()
    assert int(story.table.of("arrivals").sum()) == ranking.study.load.requests
    rows = list(csv.DictReader(io.StringIO(table_text(story.table))))
    assert len(rows) == len(story.table.of("time_s"))
    told_rows = list(csv.DictReader(io.StringIO(events_text(story.events))))
    assert [row["text"] for row in told_rows] == [one.text for one in story.events]
    assert not any(cell[:1] in "=+@" for row in told_rows for cell in row.values())


def test_where_there_is_no_fleet_it_is_said_why(ranking: Ranking) -> None:
    said = {entry.name: fleetless(entry.simulation.model) for entry in ranking.ranked}
    assert said["serverless"].startswith("No fleet of its own")
    assert "warm all the time" in said["serverless_provisioned"]
    assert said["real_time"] == said["inference_components_zero"] == ""


def test_too_many_requests_are_told_without_their_lines(monkeypatch: pytest.MonkeyPatch, ranking: Ranking) -> None:
    monkeypatch.setattr("simulator.story._MOST_ROWS", 10)
    entry = next(entry for entry in ranking.ranked if entry.name == "real_time")
    story = tell(prepare(NAME), entry.option)
    assert not story.lines
    assert "in_service" in story.table.columns


def test_a_chart_file_that_is_no_page_is_refused_before_the_run(tmp_path: Path) -> None:
    from advisor.errors import InputError
    from simulator.fleet_page import check_chart

    with pytest.raises(InputError, match=r"ends in \.html"):
        check_chart(tmp_path / "run.svg")


def test_closing_the_part_stops_its_replay(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(load_workload("support-chat"), "real_time")
    monkeypatch.setattr(_job, "PATIENCE_S", 0.01)
    monkeypatch.setattr(_over_time, "work", lambda *given: lambda cancel, progress: cancel.wait(20))
    at.session_state["decide_story_option"] = "inference_components_zero"
    at.run()
    job = at.session_state["job_decide_story"]
    at.session_state["decide_story"] = False
    at.run()
    assert job.wait(5)


def test_a_recording_is_replayed_over_its_own_time(opened: Callable[..., Any]) -> None:
    at = opened(load_workload("fraud-check"), "real_time")
    rows = "\n".join(f"{second / 10}" for second in range(2_000))
    at.file_uploader(key="workload_trace").upload("calls.csv", f"when\n{rows}\n".encode(), "text/csv").run()
    at.button(key="workload_play").click().run()
    at.run()
    assert any(" of 2,000 requests" in element.value.replace("\xa0", " ") for element in at.main.caption)

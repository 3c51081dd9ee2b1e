"""The Replay page: every option over time, why others are not there, its files, its faults, and its state in the address."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from advisor.options import NAMES, title
from advisor.workload import Workload, load_workload
from simulator.pages import _job, _link, replay
from simulator.ranking import rank

NAME = "receipt-classifier"
ZERO = title("inference_components_zero")


@pytest.fixture
def opened(app: Callable[..., Any]) -> Callable[..., Any]:
    """The page of a workload, with its view state."""

    def go(workload: Workload | str = NAME, **view: str) -> Any:
        made = load_workload(workload) if isinstance(workload, str) else workload
        return app("replay", w=_link.encode(made), **view)

    return go


def html(at: Any) -> str:
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def headline(at: Any) -> str:
    assert html(at).count("<h1>") == 1
    return html(at).split("<h1>")[1].split("</h1>")[0].replace("\xa0", " ")


def headers(at: Any) -> list[str]:
    return [header.value.replace("\xa0", " ") for header in at.main.header]


def files(at: Any) -> list[str]:
    return [button.proto.label for button in at.main.get("download_button")]


def told(at: Any) -> Any:
    """The replay that the page shows."""
    return at.session_state["replay_last"][0]


@pytest.mark.parametrize("name", [NAME, "fraud-check"])
def test_every_option_of_the_ranking_has_a_replay_and_the_others_have_a_reason(
    opened: Callable[..., Any], name: str
) -> None:
    at = opened(name)
    pills = at.pills(key="replay_option")
    entries = {title(entry.name): entry for entry in rank(name, replications=3).ranked}
    assert list(pills.options) == list(entries)
    said = html(at).split('data-testid="replay-others"')[1].split("</div>")[0]
    for other in NAMES:
        assert (title(other).lower() in said) == (title(other) not in entries and other != "none"), other
    for option in pills.options:
        at.pills(key="replay_option").set_value(option).run()
        assert told(at).option == entries[option].option
        assert headline(at).endswith(".")
        assert len(headers(at)) == 3
        assert len(at.main.get("plotly_chart")) == 2
        assert files(at).count("Data as CSV") == 2


def test_the_recommended_option_comes_first(opened: Callable[..., Any]) -> None:
    best = rank(NAME, replications=3).best
    assert best is not None
    assert told(opened()).option.name == best.name


def test_the_address_holds_option_span_fault_and_scale(opened: Callable[..., Any]) -> None:
    at = opened(
        replay_option=title("real_time"), replay_span="Busiest day", replay_fault="Lose one instance", replay_tail="true"
    )  # fmt: skip
    assert "Losing one instance" in headline(at)
    assert told(at).option.name == "real_time"
    assert at.segmented_control(key="replay_span").value == "Busiest day"
    assert at.toggle(key="replay_tail").value is True
    assert any("1 loss" in text for text in headers(at)), "the day that is shown is that of the loss"


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "async", "none", "x" * 3_000])
def test_a_hostile_address_shows_the_recommended_option(opened: Callable[..., Any], hostile: str) -> None:
    at = opened(replay_option=hostile, replay_fault=hostile, replay_span=hostile, replay_tail=hostile)
    assert told(at).option.name == "serverless"
    assert "<script>" not in html(at)
    assert not at.main.error


def test_the_files_hold_what_is_shown(opened: Callable[..., Any]) -> None:
    from simulator.replay_csv import intervals_csv
    from simulator.replay_events import events_of
    from simulator.timeline import events_text

    at = opened(replay_option=ZERO)
    assert {"Data as CSV", "Events as CSV"} == set(files(at))
    shown = html(at).split('data-testid="replay-events"')[1].split("</table>")[0]
    assert "desired 0 → 1" in shown and "nothing left to do" not in shown
    assert "later events: in the CSV" in html(at)
    whole = told(at).whole
    rows = list(csv.DictReader(io.StringIO(events_text(events_of(told(at), whole)))))
    assert sum(row["kind"] == "scale_out" for row in rows) == sum(one.kind == "scale_out" for one in whole.events) > 0
    table = list(csv.DictReader(io.StringIO(intervals_csv(whole))))
    assert not any(cell.startswith(("=", "+", "@")) for row in (*rows, *table) for cell in row.values())


def test_serverless_has_environments_and_no_fault_to_choose(opened: Callable[..., Any]) -> None:
    at = opened(replay_option=title("serverless"), replay_fault="Lose a zone")
    assert any("environment" in text for text in headers(at))
    assert "AWS replaces what is lost here" in html(at)
    assert not [group for group in at.segmented_control if group.key == "replay_fault"]
    assert told(at).loss is None


def test_another_option_stops_the_replay_before(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(seed="7")
    before, real = headline(at), replay.work
    monkeypatch.setattr(_job, "PATIENCE_S", 0.01)
    monkeypatch.setattr(replay, "work", lambda *given: lambda cancel, progress: cancel.wait(20))
    at.pills(key="replay_option").set_value(title("real_time")).run()
    job = at.session_state["job_replay"]
    assert job.running
    assert "Stop" in [button.label for button in at.main.button]
    assert headline(at) == before, "what was shown stays, pale, until there is something new"
    monkeypatch.setattr(replay, "work", real)
    monkeypatch.setattr(_job, "PATIENCE_S", 60.0)
    at.pills(key="replay_option").set_value(ZERO).run()
    assert job.stopped
    assert job.wait(5)
    assert told(at).option.name == "inference_components_zero"


def test_a_replay_can_be_stopped_and_run_after_all(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at, real = opened(seed="8"), replay.work
    monkeypatch.setattr(_job, "PATIENCE_S", 0.01)
    monkeypatch.setattr(replay, "work", lambda *given: lambda cancel, progress: cancel.wait(20))
    at.pills(key="replay_option").set_value(ZERO).run()
    at.session_state["job_replay"].stop()
    at.run()
    assert any("Stopped" in element.value for element in at.main.info)
    monkeypatch.setattr(replay, "work", real)
    monkeypatch.setattr(_job, "PATIENCE_S", 60.0)
    at.button(key="replay_again").click().run()
    assert told(at).option.name == "inference_components_zero"
    assert not at.main.info


def test_a_replay_that_fails_says_so_in_its_place(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "work", lambda *given: lambda cancel, progress: 1 / 0)
    at = opened("fraud-check", replay_fault="Lose a zone")
    assert "This part failed" in at.main.error[0].value
    assert at.sidebar.text_input


def test_a_recording_is_replayed_over_its_own_time(opened: Callable[..., Any]) -> None:
    at = opened("fraud-check")
    rows = "\n".join(f"{second / 10}" for second in range(2_000))
    at.file_uploader(key="workload_trace").upload("calls.csv", f"when\n{rows}\n".encode(), "text/csv").run()
    at.button(key="workload_play").click().run()
    at.run()
    assert told(at).whole.count("arrivals") == 2_000
    said = html(at).replace("\xa0", " ").split("</h1>")[1][:120]
    assert "2,000 requests over the 3 min" in said


def test_a_name_is_shown_as_it_is(opened: Callable[..., Any]) -> None:
    table = load_workload(NAME).to_mapping()
    at = opened(Workload.from_mapping({**table, "name": "<b onmouseover=x>"}))
    assert "<b onmouseover" not in html(at)
    assert headline(at)


def test_the_choices_outlast_a_new_question(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(replay_option=title("real_time"), seed="9")
    before = headline(at)
    monkeypatch.setattr(_job, "PATIENCE_S", 0.0)
    at.text_input(key="workload_seed").set_value("10").run()
    assert headline(at) == before, "the replay before stays while the answer is worked out"
    monkeypatch.setattr(_job, "PATIENCE_S", 60.0)
    at.run()
    assert told(at).option.name == "real_time"
    assert at.pills(key="replay_option").value == title("real_time")

"""The fleet chart shows what the table of a run holds, with each event and its cause."""

import numpy as np
import pytest

from simulator import charts, identity
from simulator.timeline import FleetTable, Happening

HOUR = 3_600_000_000


@pytest.fixture
def table() -> FleetTable:
    """Four hours in steps of a minute: two instances, from the second hour four, one of them starting for a while."""
    minutes = np.arange(240)
    running = np.where(minutes < 64, 2, 4)
    columns = {
        "time_s": minutes * 60.0, "variant": np.full(240, -1), "starting": np.where((minutes >= 60) & (minutes < 64), 2, 0),
        "in_service": running, "draining": np.zeros(240, np.int64), "waiting": np.where(minutes == 61, 7, 0),
    }  # fmt: skip
    return FleetTable(60_000_000, columns)


EVENTS = (
    Happening(HOUR, "scale_out", 0, "alarm on invocations high since 00:57:00, desired 2 → 4"),
    Happening(2 * HOUR, "lost", 0, "instance lost, 3 left"),
    Happening(3 * HOUR, "dropped", 0, "alarm on invocations low since 02:45:00, nothing left to do at 4"),
)


def value_at(trace: object, hour: float) -> float:
    """What a step trace shows at an hour."""
    return trace.y[int(np.searchsorted(trace.x, hour, side="right")) - 1]  # type: ignore[attr-defined]


def test_each_state_is_an_area_with_the_numbers_of_the_table(table: FleetTable) -> None:
    figure = charts.fleet_figure(table, EVENTS, "real_time")
    areas = {trace.name: trace for trace in figure.data if trace.stackgroup}
    assert list(areas) == ["in service", "starting", "draining"]
    assert all(trace.line.shape == "hv" for trace in areas.values())
    for minute in (0, 59, 60, 63, 64, 239):
        assert value_at(areas["in service"], minute / 60) == table.columns["in_service"][minute]
        assert value_at(areas["starting"], minute / 60) == table.columns["starting"][minute]
    assert len(areas["in service"].x) < 10
    assert figure.layout.yaxis.dtick == 1
    assert figure.layout.yaxis2.dtick == 2


def test_states_are_told_apart_without_colour(table: FleetTable) -> None:
    for theme in ("light", "dark"):
        figure = charts.fleet_figure(table, EVENTS, "async", theme)
        patterns = [trace.fillpattern.shape for trace in figure.data if trace.stackgroup]
        assert len(set(patterns)) == 3
        assert {trace.line.color for trace in figure.data if trace.stackgroup} == {
            identity.look("async").colour.on(theme)
        }
        assert figure.layout.template.layout.paper_bgcolor == identity.NEUTRAL["page"].on(theme)


def test_events_stand_at_their_time_and_tell_their_cause(table: FleetTable) -> None:
    figure = charts.fleet_figure(table, EVENTS, "real_time")
    (marks,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert list(marks.x) == [1.0, 2.0]
    assert list(marks.marker.symbol) == ["triangle-up", "x"]
    assert marks.text[0] == "01:00:00 alarm on invocations high since 00:57:00, desired 2 → 4"
    assert marks.y[0] == 4


def test_the_waiting_line_keeps_its_peaks_however_long_the_run() -> None:
    rows = 40_000
    waiting = np.zeros(rows, np.int64)
    waiting[12_345] = 99
    columns = {name: np.ones(rows, np.int64) for name in ("starting", "in_service", "draining")}
    columns |= {"time_s": np.arange(rows) * 60.0, "variant": np.full(rows, -1), "waiting": waiting}
    figure = charts.fleet_figure(FleetTable(60_000_000, columns), (), "real_time")
    (line,) = [trace for trace in figure.data if trace.name == "waiting"]
    assert max(line.y) == 99
    assert len(line.x) < 2_000


def test_a_run_without_requests_has_one_row(table: FleetTable) -> None:
    del table.columns["waiting"]
    figure = charts.fleet_figure(table, (), "real_time")
    assert [trace.name for trace in figure.data] == ["in service", "starting", "draining"]
    assert "waiting" not in charts.fleet_alt(table, ())


def test_the_words_of_the_chart(table: FleetTable) -> None:
    assert charts.fleet_title(table) == "The fleet moves between 2 and 4"
    assert (
        charts.fleet_alt(table, EVENTS) == "Instances in service over time: 2 to 4, 2 events; most requests waiting: 7."
    )
    assert charts.fleet_note(table).startswith("Every 60")
    table.columns["in_service"] = np.full(240, 3)
    assert charts.fleet_title(table) == "The fleet stays at 3"

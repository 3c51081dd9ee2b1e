"""The fleet chart shows what the table of a run holds, with each event and its cause."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from advisor import identity
from advisor.options import Option
from simulator import fleet_chart
from simulator.story import Story
from simulator.timeline import FleetTable, Happening

HOUR = 3_600_000_000
DAY = 24 * HOUR
REAL = Option(name="real_time", instance_type="ml.m5.large", instances=2)


def columns(rows: int, **given: object) -> dict[str, np.ndarray]:
    """Two instances in service for so many minutes, and what is given instead or beside it."""
    made = {
        "time_s": np.arange(rows) * 60.0, "variant": np.full(rows, -1), "starting": np.zeros(rows, np.int64),
        "in_service": np.full(rows, 2), "draining": np.zeros(rows, np.int64),
    }  # fmt: skip
    return {**made, **{name: np.asarray(value) for name, value in given.items()}}


def story(columns: dict[str, np.ndarray], *events: Happening, unit: str = "instances") -> Story:
    return Story(REAL, unit, FleetTable(60_000_000, columns), events, len(columns["time_s"]) * 60_000_000)


EVENTS = (
    Happening(HOUR, "scale_out", 0, "alarm on invocations high since 00:57:00, desired 2 → 4"),
    Happening(2 * HOUR, "lost", 0, "instance lost, 3 left"),
    Happening(3 * HOUR, "dropped", 0, "alarm on invocations low since 02:45:00, nothing left to do at 4"),
)


@pytest.fixture
def told() -> Story:
    """Four hours: two instances, from the second hour four, some starting before and one draining near the end."""
    minutes = np.arange(240)
    return story(
        columns(
            240, in_service=np.where(minutes < 64, 2, 4), starting=np.where((minutes >= 60) & (minutes < 64), 2, 0),
            draining=np.where(minutes == 200, 1, 0), waiting=np.where(minutes == 61, 7, 0), arrivals=np.full(240, 10),
            throttled=np.where(minutes == 62, 3, 0), failed=np.where(minutes >= 62, 1, 0) * (minutes < 64),
        ),
        *EVENTS,
    )  # fmt: skip


def scatters(figure: Any) -> list[Any]:
    """The traces that are no bars."""
    return [trace for trace in figure.data if trace.type == "scatter"]


def value_at(trace: object, hour: float) -> float:
    """What a step trace shows at an hour."""
    return trace.y[int(np.searchsorted(trace.x, hour, side="right")) - 1]  # type: ignore[attr-defined]


def test_each_state_is_an_area_with_the_numbers_of_the_table(told: Story) -> None:
    figure = fleet_chart.fleet_figure(told)
    areas = {trace.name: trace for trace in scatters(figure) if trace.stackgroup}
    assert list(areas) == ["in service", "starting", "draining"]
    assert all(trace.line.shape == "hv" for trace in areas.values())
    for minute in (0, 59, 60, 63, 64, 200, 201, 239):
        assert value_at(areas["in service"], minute / 60) == told.table.columns["in_service"][minute]
        assert value_at(areas["starting"], minute / 60) == told.table.columns["starting"][minute]
        assert value_at(areas["draining"], minute / 60) == told.table.columns["draining"][minute]
    assert areas["in service"].x[-1] == 4, "the last value lasts to the end"
    assert len(areas["in service"].x) < 10
    assert figure.layout.yaxis.title.text == "instances"
    assert figure.layout.xaxis3.title.text == "hours since the start"


def test_a_state_that_never_was_has_no_place_in_the_legend() -> None:
    figure = fleet_chart.fleet_figure(story(columns(240)))
    assert [trace.name for trace in figure.data] == ["in service"]
    assert figure.layout.yaxis.range[1] > 2


def test_states_are_told_apart_without_colour(told: Story) -> None:
    for theme in ("light", "dark"):
        figure = fleet_chart.fleet_figure(replace(told, option=replace(REAL, name="async")), theme)
        patterns = [trace.fillpattern.shape for trace in scatters(figure) if trace.stackgroup]
        assert len(set(patterns)) == 3
        assert {trace.line.color for trace in scatters(figure) if trace.stackgroup} == {
            identity.look("async").colour.on(theme)
        }
        assert figure.layout.template.layout.paper_bgcolor == identity.NEUTRAL["page"].on(theme)


def test_events_stand_at_their_time_and_tell_their_cause(told: Story) -> None:
    marks = {trace.name: trace for trace in scatters(fleet_chart.fleet_figure(told)) if trace.mode == "markers"}
    assert list(marks) == ["scale out", "lost"]
    assert (marks["scale out"].x, marks["lost"].x) == ((1.0,), (2.0,))
    assert marks["scale out"].marker.symbol != marks["lost"].marker.symbol
    assert marks["scale out"].text == ("01:00:00 alarm on invocations high since 00:57:00, desired 2 → 4",)
    assert marks["lost"].y == (4,)


def test_throttled_and_failed_requests_are_bars_of_equal_time_that_add_up(told: Story) -> None:
    bars = {trace.name: trace for trace in fleet_chart.fleet_figure(told).data if trace.type == "bar"}
    assert {name: sum(trace.y) for name, trace in bars.items()} == {"throttled": 3, "failed": 2}
    assert bars["throttled"].marker.pattern.shape != bars["failed"].marker.pattern.shape
    (at,) = [x for x, y in zip(bars["throttled"].x, bars["throttled"].y, strict=True) if y]
    assert abs(at - 62.5 / 60) <= bars["throttled"].width / 2


def test_the_waiting_line_keeps_its_peaks_however_long_the_run() -> None:
    rows = 40_000
    waiting = np.zeros(rows, np.int64)
    waiting[12_345] = 99
    figure = fleet_chart.fleet_figure(story(columns(rows, waiting=waiting)))
    (line,) = [trace for trace in figure.data if trace.name == "waiting"]
    assert max(line.y) == 99
    assert len(line.x) < 2_000
    assert figure.layout.yaxis2.title.text == "most waiting"


def test_a_fleet_that_changes_too_often_is_drawn_as_averages_that_keep_its_sum() -> None:
    rows = 14 * 1440
    minutes = np.arange(rows)
    restless = story(columns(rows, in_service=(minutes // 7) % 2), *[replace_time(n) for n in range(0, rows, 7)])
    figure = fleet_chart.fleet_figure(restless)
    (area,) = figure.data
    assert len(area.x) < 400
    lengths = np.diff(area.x)
    assert np.dot(lengths, area.y[:-1]) == pytest.approx(((minutes // 7) % 2).sum() / 1440)
    assert "Average of every" in fleet_chart.fleet_note(restless)
    day = fleet_chart.fleet_figure(restless.day(3))
    assert {trace.name for trace in day.data} == {"in service", "scale out"}
    assert day.layout.xaxis.title.text == "hours of day 4"


def replace_time(minute: int) -> Happening:
    return Happening(minute * 60_000_000, "scale_out", 0, "alarm, desired 0 → 1")


def test_a_day_alone_has_its_own_rows_and_events() -> None:
    events = [replace_time(n) for n in (10, 3 * 1440 + 1, 3 * 1440 + 2)]
    day = story(columns(5 * 1440), *events).day(3)
    assert [one.time_us // DAY for one in day.events] == [3, 3]
    assert len(day.table.of("time_s")) == 1440


def test_a_run_without_requests_has_one_row() -> None:
    bare = story(columns(240), *EVENTS)
    figure = fleet_chart.fleet_figure(bare)
    assert {trace.yaxis for trace in figure.data} == {"y"}
    assert "waiting" not in fleet_chart.fleet_alt(bare)
    assert "not over time" in fleet_chart.fleet_note(bare)


@pytest.mark.parametrize(("minutes", "unit"), [(10, "minutes"), (120, "minutes"), (121, "hours"), (5 * 1440, "days")])
def test_the_time_axis_counts_in_a_unit_that_people_use(minutes: int, unit: str) -> None:
    axis = fleet_chart.fleet_figure(story(columns(minutes))).layout.xaxis
    assert axis.title.text == f"{unit} since the start"
    assert axis.range[1] / axis.dtick <= 8


def test_the_words_of_the_chart(told: Story) -> None:
    assert fleet_chart.fleet_title(told) == "Real-time endpoint: 2 to 4 instances"
    assert fleet_chart.fleet_alt(told).replace("\xa0", " ") == (
        "Instances in service over 4 h: 2 to 4, 2 events; most requests waiting: 7; throttled: 3, failed: 2."
    )
    assert fleet_chart.fleet_note(told) == (
        "The fleet at the start of every minute. Point at a sign to read its cause. 3 throttled and 2 failed of 2,400 requests."
    )
    still = story(columns(240, in_service=np.full(240, 1)), unit="copies")
    assert fleet_chart.fleet_title(still) == "Real-time endpoint: 1 copy all the time"
    calm = {name: np.zeros(240, np.int64) for name in ("waiting", "throttled", "failed")}
    quiet = story(columns(240, arrivals=np.ones(240, np.int64), **calm))
    assert re.search(
        r"Nothing waited .* None of 240 requests was throttled or failed\.$", fleet_chart.fleet_note(quiet)
    )
    assert "of 240 attempts" in fleet_chart.fleet_note(replace(quiet, attempts=3))

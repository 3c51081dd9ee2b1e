"""The figures of a replay: every mark stands where its number is, on one time axis that alone can be zoomed."""

from itertools import pairwise

import pytest

from advisor.identity import STATES
from advisor.options import Option
from simulator.envelope import MOST_POINTS
from simulator.latency_chart import latency_alt, latency_figure
from simulator.replay import Replay, replay
from simulator.replay_chart import replay_alt, replay_figure
from simulator.replay_marks import bands, failures, signs
from simulator.study import prepare

ZERO = Option(
    name="inference_components_zero", instance_type="ml.c5.large", max_instances=6, target_concurrency=1.4,
    concurrency_per_instance=2, step_from_zero=True, max_copies=6, components=1, concurrency_per_copy=2, placement="SPREAD",
)  # fmt: skip


@pytest.fixture(scope="module")
def told() -> Replay:
    """Copies that scale, of which a zone takes some."""
    return replay(prepare("load-steps"), ZERO, fault="zone")


def by_name(figure: object) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data if trace.name}  # type: ignore[attr-defined]


def test_four_rows_share_one_time_axis_that_alone_zooms(told: Replay) -> None:
    figure = replay_figure(told, told.whole, "dark")
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3", "y4"}
    assert {trace.xaxis for trace in figure.data} == {None}
    assert figure.layout.xaxis.fixedrange is False and figure.layout.dragmode == "zoom"
    assert all(figure.layout[axis].fixedrange for axis in ("yaxis", "yaxis2", "yaxis3", "yaxis4"))
    assert figure.layout.yaxis2.type == "log"
    domains = [figure.layout[axis].domain for axis in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert all(above[0] > below[1] for above, below in pairwise(domains)), "rows do not overlap"
    assert max(len(trace.x) for trace in figure.data) <= MOST_POINTS + 1


def test_the_marks_stand_at_their_numbers(told: Replay) -> None:
    figure, span = replay_figure(told, told.whole), told.whole
    traces = by_name(figure)
    assert told.bound is not None and told.loss is not None
    line = next(shape for shape in figure.layout.shapes if shape.yref == "y2")
    words = next(note for note in figure.layout.annotations if "limit" in note.text)
    assert line.y0 == told.bound.us
    assert "Latency" in words.text and "dashed: p99 limit 300 ms" in words.text.replace("\xa0", " ")
    assert line.line.color == STATES["blocks"].text.light and line.line.color in words.text
    lost = traces["zone lost"]
    assert list(lost.x) == [told.loss.impact.at_us / 1000]
    up = traces["scale out"]
    assert up.marker.symbol == "triangle-up"
    assert list(up.x) == [one.time_us / 1000 for one in span.events if one.kind == "scale_out"]
    assert (
        len(traces["not answered"].x)
        == len(failures(span))
        == int((span.columns["failed"] + span.columns["throttled"] > 0).sum())
    )
    assert traces["starting"].fillpattern.shape == "."
    assert traces["p50"].line.dash == "dot" and traces["p99"].line.dash == "solid"
    assert list(traces["p99"].y) == span.columns["p99_us"].tolist()
    shaded = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(shaded) == 1 and len(shaded[0].x) == 5 * len(bands(span)) > 0
    assert replay_alt(span).startswith("468,087 requests over 2 h, p99 up to ")


def test_bands_and_signs_stay_few(told: Replay) -> None:
    from dataclasses import replace

    from simulator.alarms import Stretch
    from simulator.timeline import Happening

    minute = 60_000_000
    often = tuple(Stretch(n * minute // 20, n * minute // 20 + 1) for n in range(2_400))
    many = tuple(Happening(n * minute // 20, "scale_out", 0, "") for n in range(2_400))
    span = replace(told.whole, alarms=often, events=many)
    assert 1 <= len(bands(span)) <= 400
    assert signs(span) == {}
    assert sum(map(len, signs(told.whole).values())) == sum(one.kind != "dropped" for one in told.whole.events)


def test_the_distribution_has_its_lines_and_a_scale_for_the_tail(told: Replay) -> None:
    spread = told.whole.distribution
    figure, tail = latency_figure(told, told.whole), latency_figure(told, told.whole, tail=True)
    assert told.bound is not None
    at = {note.text.split(" ")[0]: 10**note.x for note in figure.layout.annotations if "limit" not in note.text}
    assert at == pytest.approx({"p50": spread.percentiles_us[0.5], "p95": spread.percentiles_us[0.95], "p99": spread.percentiles_us[0.99]})  # fmt: skip
    dashes = {shape.x0: shape.line.dash for shape in figure.layout.shapes}
    assert dashes.pop(told.bound.us) == "dash"
    assert set(dashes.values()) == {"dot"}
    assert sum(figure.data[0].y[:-1]) == pytest.approx(100)
    assert len(figure.data[0].x) == 71
    assert figure.layout.yaxis.type is None and tail.layout.yaxis.type == "log"
    assert min(tail.data[0].y) > 0, "a share of nothing has no logarithm"
    assert "p99 limit 300 ms" in latency_alt(told, told.whole)

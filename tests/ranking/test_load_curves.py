"""Load curves: a plan and its neighbours over rising loads, on the same requests as everything else."""

import csv
import io
from typing import Any

import pytest

from advisor.errors import InputError
from advisor.options import Option
from advisor.workload import Workload, load_workload
from simulator.charts_load import load_alt, load_csv, load_figure, load_note, load_title
from simulator.load_curves import LoadCurves, load_curves
from simulator.neighbours import neighbours
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.trial import Ask, played

TWO = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)


def steady(rate: float, slo: list[str] | None = None, duration: str = "20 min") -> Workload:
    table = load_workload("receipt-classifier").to_mapping()
    traffic = {"kind": "poisson", "rate_per_s": rate, "duration": duration}
    return Workload.from_mapping(
        {**table, "traffic": traffic, "needs": {**table["needs"], "slo": slo or ["p99:2s", "failed:1%"]}}
    )


@pytest.fixture(scope="module")
def curves() -> LoadCurves:
    study = prepare(steady(2.0))
    with Sweep(study) as sweep:
        return load_curves(study, TWO, sweep)


def test_one_more_and_one_less_are_the_neighbours_of_every_kind_of_plan() -> None:
    tracked = Option(
        name="real_time", instance_type="ml.m5.large", instances=2, min_instances=2, max_instances=2, target_per_min=60
    )
    assert [each.max_instances for each in neighbours(tracked)] == [2, 3]
    warm = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=2, provisioned_concurrency=2)
    assert [(each.provisioned_concurrency, each.max_concurrency) for each in neighbours(warm)] == [
        (1, 2),
        (2, 2),
        (3, 3),
    ]
    cold = Option(name="serverless", memory_mib=2048, max_concurrency=1)
    assert [each.max_concurrency for each in neighbours(cold)] == [1, 2]
    packed = Option(name="inference_components", instance_type="ml.m5.xlarge", instances=2, components=1, copies=4)
    assert [(each.copies, each.instances) for each in neighbours(packed)] == [(3, 2), (4, 2), (5, 3)]
    split = Option(
        name="production_variants", instance_type="ml.m5.large", instances=2, weights=(0.9, 0.1), fleets=(1, 1)
    )
    assert neighbours(split) == (split,)


def test_today_is_a_point_and_it_is_the_run_that_everything_else_rests_on(curves: LoadCurves) -> None:
    study = prepare(steady(2.0))
    today = next(point for point in curves.chosen.points if point.factor == 1)
    assert today.plan.trials[0] == played(study, Ask(TWO))
    assert today.rate_per_s == pytest.approx(study.load.mean_rate_per_s)


def test_a_larger_fleet_bears_more_and_a_line_ends_soon_after_its_edge(curves: LoadCurves) -> None:
    assert [curve.option.instances for curve in curves.curves] == [1, 2, 3]
    held = [curve.holds.factor for curve in curves.curves if curve.holds]
    assert len(held) == 3
    assert held[0] < held[1] <= held[2]
    for curve in curves.curves:
        assert len(curve.points) <= 10
        after = [point for point in curve.points if curve.breaks and point.factor > curve.breaks.factor]
        assert len(after) <= 2
        assert [point.factor for point in curve.points] == sorted({point.factor for point in curve.points})


def test_the_figure_has_a_line_for_each_fleet_and_the_file_its_numbers(curves: LoadCurves) -> None:
    figure: Any = load_figure(curves)
    assert sorted(trace.line.width for trace in figure.data) == [1.5, 1.5, 3]
    chosen = next(trace for trace in figure.data if trace.line.width == 3)
    assert list(chosen.y) == [curves.value_us(point) for point in curves.chosen.points]
    assert ["x" if not point.plan.meets else "circle" for point in curves.chosen.points] == list(chosen.marker.symbol)
    texts = [note.text.replace("\xa0", " ") for note in figure.layout.annotations]
    assert any(text.startswith("your mean, ") for text in texts)
    assert "p99 limit 2 s" in texts
    rows = list(csv.DictReader(io.StringIO(load_csv(curves))))
    assert len(rows) == sum(len(curve.points) for curve in curves.curves)
    assert [float(row["p99_ms"]) for row in rows if row["chosen"] == "True"] == pytest.approx(
        [(curves.value_us(point) or 0) / 1000 for point in curves.chosen.points], abs=0.001
    )


def test_the_words_name_the_loads_between_which_each_fleet_breaks(curves: LoadCurves) -> None:
    title = load_title(curves).replace("\xa0", " ")
    holds, breaks = curves.chosen.holds, curves.chosen.breaks
    assert title == f"2 × ml.m5.large breaks between {holds.factor:.3g} × and {breaks.factor:.3g} × today's load"
    assert "One smaller, 1 × ml.m5.large," in load_note(curves).replace("\xa0", " ")
    assert "3 × ml.m5.large" in load_alt(curves).replace("\xa0", " ")


def test_long_runs_are_not_tried_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.load_curves._MOST_REQUESTS", 1000)
    study = prepare(steady(0.5, duration="1 h"))
    with Sweep(study) as sweep:
        found = load_curves(study, TWO, sweep)
    assert found.chosen.breaks is None
    assert "requests is not tried" in found.limit
    assert "holds at every load tried" in load_title(found)


def test_without_a_latency_promise_the_chart_has_no_limit() -> None:
    study = prepare(steady(1.0, slo=["failed:1%"], duration="5 min"))
    with Sweep(study) as sweep:
        found = load_curves(study, TWO, sweep)
    assert (found.measure, found.bound_us) == ("p99", None)
    figure: Any = load_figure(found, "dark")
    assert not any("limit" in note.text for note in figure.layout.annotations)


def test_users_who_wait_are_counted_instead_of_requests() -> None:
    table = steady(1.0).to_mapping()
    traffic = {"kind": "closed", "users": 3, "think": "1 s", "duration": "5 min"}
    study = prepare(Workload.from_mapping({**table, "traffic": traffic}))
    with Sweep(study) as sweep:
        found = load_curves(study, TWO, sweep)
    figure: Any = load_figure(found)
    assert figure.layout.xaxis.title.text.startswith("Users")
    assert any(note.text.replace("\xa0", " ") == "today, 3 users" for note in figure.layout.annotations)


def test_no_request_is_refused() -> None:
    study = prepare(steady(1e-4, duration="10 s"))
    with Sweep(study) as sweep, pytest.raises(InputError, match="no request"):
        load_curves(study, TWO, sweep)

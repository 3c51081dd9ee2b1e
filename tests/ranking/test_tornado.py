"""The tornado: prices by hand, load and service time, peaks at an equal mean, facts of scaling, what changes at the ends."""

import json

import numpy as np
import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from advisor.peaks import peaked, why_no_peak
from advisor.terms import Terms, parse_savings
from advisor.workload import DailyTraffic, OnOffTraffic, Phase, PhasesTraffic, StairsTraffic
from simulator import sensitivity
from simulator.changed_trace import changed_trace
from simulator.changes import Change, changed
from simulator.cli import main
from simulator.study import prepare
from simulator.sweep import Sweep
from simulator.tornado_chart import tornado_alt, tornado_figure
from simulator.tornado_search import sensitivity_study
from simulator.tornado_text import tornado_text
from simulator.traces import Trace
from simulator.what_if_json import tornado_json

FACTS = load_facts()
FULL = Option(name="real_time", instance_type="ml.m5.large", instances=1, concurrency_per_instance=1)


def workload(make, rate: float, **more: object):
    time = {"constant": "180 ms"}
    return make(
        ("traffic", {"kind": "constant", "rate_per_s": rate, "duration": "20 min"}),
        ("service", {"reference": "ml.m5.large", "time": time, "slots": 1, "measured": [{"on": "serverless:2048", "time": time}]}),
        ("model.memory", "1.5 GB"), ("needs.slo", ["p99:10 s", "failed:1%"]), *more.items(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def tornado(make):
    """One instance that is nearly full, against serverless calls that cost a little more."""
    return sensitivity(workload(make, 5.0), FULL, names=("real_time", "serverless"))


@pytest.fixture(scope="module")
def rows(tornado):
    return {row.input.key: row for row in tornado.rows}


def test_a_price_moves_the_bill_by_its_lines(tornado, rows):
    bill = tornado.base.plan.trials[0].bill
    instances = sum(float(line.usd) for line in bill.lines if line.meter == "instance")
    row = rows["price.instance"]
    assert row.high.usd - tornado.base.usd == pytest.approx(0.2 * instances)
    assert tornado.base.usd - row.low.usd == pytest.approx(0.2 * instances)
    assert row.swing_us == 0


def test_the_second_instance_and_a_discount_go_with_the_price_of_instances(make):
    terms = Terms(savings=parse_savings("instance=30%:all"))
    found = sensitivity(workload(make, 1.0, **{"needs.availability": "zone"}), names=("real_time",), terms=terms)
    lines = found.base.plan.trials[0].bill.lines
    assert {"instance", "availability", "savings"} <= {line.meter for line in lines}
    paid = sum(float(line.usd) for line in lines if line.meter in {"instance", "availability", "savings"})
    row = next(row for row in found.rows if row.input.key == "price.instance")
    assert row.high.usd - found.base.usd == pytest.approx(0.2 * paid)


def test_the_order_is_that_of_the_swing_and_the_second_that_of_p99(tornado):
    assert [row.swing_usd for row in tornado.rows] == sorted((row.swing_usd for row in tornado.rows), reverse=True)
    assert [row.swing_us for row in tornado.by_latency] == sorted((r.swing_us for r in tornado.rows), reverse=True)


def test_what_fills_the_fleet_breaks_the_promise_and_tells_what_it_would_take(tornado, rows):
    assert tornado.base.plan.meets
    for key in ("load", "service"):
        end = rows[key].high
        assert not end.plan.meets and end.instead is not None
        assert end.instead.meets and end.instead.option.name == "real_time"
        assert end.usd == end.instead.usd > tornado.base.usd
        assert rows[key].turns


def test_the_first_place_is_looked_at_again_at_each_end(tornado, rows):
    assert tornado.base.first == "real_time"
    assert rows["load"].low.first == "serverless"  # under the break-even of 4.66 a second
    assert rows["price.serverless"].low.first == "serverless"
    assert rows["price.serverless"].low.plan is not None and rows["price.serverless"].swing_usd == 0


def test_even_traffic_has_no_peak_and_the_reason_is_said(tornado, rows):
    assert "peak" not in rows
    assert tornado.left_out == (("traffic peak", "the rate is the same at all times"),)


def test_serverless_calls_cost_what_the_requests_do(make):
    found = sensitivity(workload(make, 1.0), names=("serverless",))
    row = next(row for row in found.rows if row.input.key == "load")
    assert row.high.usd == pytest.approx(1.2 * found.base.usd, rel=1e-3)
    assert row.low.usd == pytest.approx(0.8 * found.base.usd, rel=1e-3)
    again = sensitivity(workload(make, 1.0), names=("serverless",))
    assert (found.base, found.rows) == (again.base, again.rows)


def test_scaling_in_later_costs_more(make):
    traffic = {"kind": "on_off", "on_rate_per_s": 12, "on": "20 min", "off": "40 min", "duration": "4 h"}
    work = workload(make, 1.0, **{"traffic": traffic, "needs.slo": ["p50:60 s", "failed:90%"]})
    option = Option(
        name="real_time", instance_type="ml.m5.large", instances=1, min_instances=1, max_instances=4,
        target_per_min=150.0, concurrency_per_instance=1,
    )  # fmt: skip
    found = sensitivity(work, option, names=("real_time",), ranges=["autoscaling.scale_in_datapoints=5/15/30"])
    rows = {row.input.key: row for row in found.rows}
    points = rows["autoscaling.scale_in_datapoints"]
    assert points.low.usd < found.base.usd < points.high.usd
    assert {"autoscaling.scale_in_threshold_fraction", "autoscaling.cooldown_default_variant", "peak"} <= set(rows)
    threshold = rows["autoscaling.scale_in_threshold_fraction"]
    assert float(threshold.input.high) <= 1


def test_a_range_of_the_users_replaces_ours_and_sets_the_middle(make):
    study = prepare(workload(make, 1.0))
    with Sweep(study) as sweep, pytest.raises(InputError, match="nothing of it can be simulated"):
        sensitivity_study(study, sweep, "batch_transform", names=("serverless",))
    twice = sensitivity(workload(make, 1.0), names=("serverless",), ranges=["load=1x/2x/3x"])
    once = sensitivity(workload(make, 1.0), names=("serverless",))
    assert twice.base.usd == pytest.approx(2 * once.base.usd, rel=1e-3)
    assert [row.input.basis for row in twice.rows if row.input.key == "load"] == ["given"]


@pytest.mark.parametrize(
    "traffic",
    [
        DailyTraffic(mean_rate_per_s=2.0),
        StairsTraffic(start_rate_per_s=1.0, step_rate_per_s=1.0, steps=4, step_duration="1 h"),
        PhasesTraffic(phases=(Phase(rate_per_s=1.0, duration="1 h"), Phase(rate_per_s=5.0, duration="20 min"))),
        OnOffTraffic(on_rate_per_s=4.0, on="6 h", off="18 h"),
    ],
    ids=lambda traffic: traffic.kind,
)
@pytest.mark.parametrize("peak", [0.5, 1.2, 3.0])
def test_a_peak_is_stretched_at_an_equal_mean(traffic, peak):
    found = peaked(traffic, peak)
    assert found.mean_rate_per_s == pytest.approx(traffic.mean_rate_per_s, rel=1e-6)
    assert (found.peak_rate_per_s > traffic.peak_rate_per_s) == (peak > 1)
    assert sum(us for _, us in found.pieces()) == sum(us for _, us in traffic.pieces())
    assert not why_no_peak(traffic)


def test_the_counts_of_a_trace_are_stretched_at_an_equal_sum():
    counts = np.array([10, 200, 40, 1000, 50], dtype=np.int64)
    trace = Trace("t", "", int(counts.sum()), 5_000_000, np.arange(5) * 1_000_000, counts=counts, bin_us=1_000_000)
    found = changed_trace(trace, peak=1.5)
    assert abs(found.requests - trace.requests) <= 5
    assert found.counts.max() > counts.max()
    assert found.counts.min() == 0
    assert changed_trace(trace, peak=1.0) is trace


def test_a_study_under_other_facts_keeps_its_requests(make):
    study = prepare(workload(make, 1.0), load_facts("aws", {"autoscaling.scale_out_datapoints": 2}))
    other = changed(study, Change(facts=(("autoscaling.scale_in_datapoints", 20),), budget=False))
    assert other.demand() is study.demand()
    assert other.facts.of("autoscaling", "scale_in_datapoints").value == 20
    assert other.facts.of("autoscaling", "scale_out_datapoints").value == 2


def test_text_figure_and_json_say_the_same(tornado):
    parts = list(tornado_text(tornado))
    assert parts[0].startswith("Real-time endpoint, 1")
    assert any(
        isinstance(part, str) and "One at a time" not in part and "how they act together" in part for part in parts
    )
    figure = tornado_figure(tornado)
    first = tornado.rows[0]
    assert figure.data[1].x[0] == pytest.approx(first.high.usd - tornado.base.usd)
    assert first.input.high in figure.layout.annotations[0].text
    assert first.input.label in tornado_alt(tornado)
    printed = json.loads(json.dumps(tornado_json(tornado)))
    assert printed["inputs"][0]["high"]["cost_usd_per_month"] == first.high.usd
    assert len(tornado.frame()) == 2 * len(tornado.rows)


def test_the_verb_answers_and_refuses(make, tmp_path, capsys):
    path = tmp_path / "work.json"
    path.write_text(json.dumps(workload(make, 1.0).to_mapping(), default=str))
    line = ["sensitivity", str(path), "--option", "serverless"]
    with pytest.raises(SystemExit) as stop:
        main(line)
    assert stop.value.code == 0
    assert "One input at a time" in capsys.readouterr().out
    for wrong in (["--set", "memory=x"], ["--range", "load=3x/2x/1x"], ["--range", "mood=1/2/3"]):
        with pytest.raises(SystemExit) as stop:
            main([*line, *wrong])
        assert stop.value.code == 2
        assert wrong[1].split("=")[0] in capsys.readouterr().err

"""Break-even: crossings against prices by hand, steps of fleets, the promise, no crossing, the same answer both ways."""

import json

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from simulator import break_even
from simulator.break_even_text import break_even_text, crossing_text
from simulator.charts_money import break_even_alt, break_even_figure
from simulator.cli import main
from simulator.what_if_json import break_even_json

FACTS = load_facts()
SECONDS = 0.18
ONE = Option(name="real_time", instance_type="ml.m5.large", instances=1, concurrency_per_instance=1)
TWO = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=1)
CALLS = Option(name="serverless", memory_mib=2048, max_concurrency=50, concurrency_per_instance=1)


@pytest.fixture(scope="module")
def even(make):
    """Even traffic of a constant service time: nothing waits until an instance is full."""

    def build(rate: float, **more: object):
        time = {"constant": f"{SECONDS * 1000:g} ms"}
        return make(
            ("traffic", {"kind": "constant", "rate_per_s": rate, "duration": "20 min"}),
            ("service", {"reference": "ml.m5.large", "time": time, "slots": 1, "measured": [{"on": "serverless:2048", "time": time}]}),
            ("model.memory", "1.5 GB"),
            ("needs.slo", ["p99:10 s", "failed:1%"]),
            *more.items(),
        )  # fmt: skip

    return build


def crossing_by_hand(rate: float) -> float:
    """Load at which one instance and its volume cost what the processing of every request does."""
    month = FACTS.of("billing", "month_hours").number()
    hour = float(FACTS.instance_price("us-east-1", "real_time", "ml.m5.large").usd)
    disk = FACTS.of("billing", "volume_default").number() * float(
        FACTS.price("us-east-1", "volume", "endpoint-gp2").usd
    )
    second = float(FACTS.memory_price("us-east-1", "serverless", "memory", 2048).usd)
    return (hour * month + disk) / (rate * 3600 * month * SECONDS * second)


def test_the_crossing_is_where_prices_put_it(even):
    found = break_even(even(1.5), ONE, CALLS, loads=(0.25, 3.6))
    (crossing,) = found.crossings
    assert crossing.load == pytest.approx(crossing_by_hand(1.5), rel=0.02)
    assert (crossing.before, crossing.after) == (CALLS, ONE)
    assert not crossing.by_promise and not crossing.steps
    assert crossing.above[0].load / crossing.below[0].load <= 1.02
    assert crossing.requests_per_month == pytest.approx(found.today * crossing.load)
    assert f"{crossing.load:.3g}" in crossing_text(crossing, found.today)
    assert "becomes cheaper" in crossing_text(crossing, found.today)


def test_nothing_is_said_beyond_the_range(even):
    found = break_even(even(1.5), ONE, CALLS, loads=(0.25, 1))
    assert found.crossings == ()
    said = next(break_even_text(found))
    assert said.startswith("No crossing between 986,000 and 3.94\u00a0M requests a month: Serverless")


def test_the_usual_range_is_stretched_to_the_crossing(even):
    found = break_even(even(0.1), ONE, CALLS)
    assert found.grid[-1] > 16
    assert found.crossings[0].load == pytest.approx(crossing_by_hand(0.1), rel=0.02)


def test_the_order_of_the_arguments_changes_nothing(even):
    one, other = (break_even(even(1.5), *pair, loads=(1, 3.6)) for pair in ((ONE, CALLS), (CALLS, ONE)))
    for a, b in zip(one.crossings, other.crossings, strict=True):
        assert (a.requests_per_month, a.before, a.after) == (b.requests_per_month, b.before, b.after)
    assert one.curves == other.curves[::-1]
    assert one == break_even(even(1.5), ONE, CALLS, loads=(1, 3.6))


def test_the_promise_decides_where_the_cheaper_one_is_full(even):
    (crossing,) = break_even(even(5.0), ONE, TWO, loads=(0.8, 1.6)).crossings
    assert crossing.by_promise
    assert crossing.load * 5.0 == pytest.approx(1 / SECONDS, rel=0.03)
    assert (crossing.before, crossing.after) == (ONE, TWO)
    assert "keeps the promise up to" in crossing_text(crossing, 1.0)


def test_a_sized_fleet_crosses_at_its_step(even):
    found = break_even(even(5.0), "real_time", "serverless", loads=(0.85, 1.25))
    back = next(one for one in found.crossings if one.after == "serverless")
    assert back.steps and not back.by_promise
    assert "steps there from 1 × ml.m5.large to" in crossing_text(back, found.today).replace("\u00a0", " ")
    frame = found.frame()
    assert set(frame["option"]) == {"Real-time endpoint", "Serverless endpoint"}
    assert frame["usd_per_month"].min() > 0


def test_a_budget_does_not_end_a_curve(even):
    found = break_even(even(1.5, **{"needs.budget_usd_per_month": 10}), ONE, CALLS, loads=(0.25, 3.6))
    assert len(found.crossings) == 1 and found.budget_usd == 10
    assert any("budget of $10" in part for part in break_even_text(found) if isinstance(part, str))


def test_an_option_that_does_not_fit_says_why(even):
    found = break_even(even(1.5, **{"model.needs_gpu": True}), "serverless", ONE, loads=(0.5, 1))
    assert [label for label, _ in found.unfit] == ["Serverless endpoint"]
    assert any(
        part.startswith("Serverless endpoint has no curve: ")
        for part in break_even_text(found)
        if isinstance(part, str)
    )


def test_the_figure_has_a_line_for_each_option_and_a_mark_at_the_crossing(even):
    found = break_even(even(1.5), ONE, CALLS, loads=(0.25, 3.6))
    figure = break_even_figure(found)
    assert [trace.mode for trace in figure.data] == ["lines", "lines", "markers+text"]
    assert figure.data[2].x[0] == pytest.approx(found.crossings[0].requests_per_month)
    assert any("you: " in note.text for note in figure.layout.annotations)
    assert "becomes cheaper" in break_even_alt(found)


@pytest.mark.parametrize("loads", [(4, 1), (0, 2), (1, 1), (1, float("inf"))])
def test_a_range_of_loads_that_is_none_is_refused(even, loads):
    with pytest.raises(InputError, match="the smaller first"):
        break_even(even(1.5), ONE, CALLS, loads=loads)


def test_an_unknown_option_is_refused(even):
    with pytest.raises(InputError, match="one that is simulated"):
        break_even(even(1.5), "quantum", "serverless")


def test_the_verb_prints_crossings_and_json(even, tmp_path, capsys):
    path = tmp_path / "even.json"
    path.write_text(json.dumps(even(1.5).to_mapping(), default=str))
    line = ["break-even", str(path), "--option", "real_time", "--option", "serverless", "--loads", "1x/3.6x"]
    for extra in ([], ["--json"]):
        with pytest.raises(SystemExit) as stop:
            main([*line, *extra])
        assert stop.value.code == 0
    said = capsys.readouterr().out
    assert "becomes cheaper than" in said and '"crossings"' in said
    for wrong in (["--loads", "1x"], ["--loads", "a/b"], ["--option", "async"]):
        with pytest.raises(SystemExit) as stop:
            main(["break-even", str(path), *wrong])
        assert stop.value.code == 2


def test_the_document_is_plain_json(even):
    found = break_even(even(1.5), ONE, CALLS, loads=(1, 3.6))
    printed = json.loads(json.dumps(break_even_json(found)))
    assert printed["crossings"][0]["decided_by"] == "cost"
    assert len(printed["curves"][0]["points"]) >= 9

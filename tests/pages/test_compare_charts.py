"""The charts and sentences of Compare: their numbers are those of the ranking, whatever is missing."""

import csv
import io
import math
from dataclasses import replace
from typing import Any

import pytest

from advisor.bill_parts import parts
from advisor.billing import bill
from advisor.facts import load_facts
from advisor.identity import look
from advisor.meters import Meters
from advisor.options import Option, title
from advisor.terms import Terms, parse_savings
from advisor.units import format_usd
from advisor.workload import Workload, load_workload
from simulator import charts, charts_bill, charts_money
from simulator.crossings import BreakEven
from simulator.difference import beside, difference
from simulator.ranking import Ranked, Ranking, rank
from simulator.re_rank import WhatIf, re_rank
from simulator.statistics import Interval
from simulator.study import Study, prepare
from simulator.what_if import break_even

HOUR = 3_600_000_000


def invoices(**needs: Any) -> Workload:
    table = load_workload("invoice-ocr").to_mapping()
    table["traffic"]["duration"] = "2h"
    table["needs"] = {**table["needs"], **needs}
    return Workload.from_mapping(table)


@pytest.fixture(scope="module")
def study() -> Study:
    return prepare(invoices())


@pytest.fixture(scope="module")
def ranking(study: Study) -> Ranking:
    return re_rank(study)


@pytest.fixture(scope="module")
def unpriced() -> Ranking:
    return rank(invoices(region="cn-north-1"), replications=1)


def at(entry: Ranked, usd: float | None, p99_ms: float, *, meets: bool = True) -> Ranked:
    """The entry with another cost and p99, without intervals."""
    return replace(
        entry, cost_per_month=Interval(usd, None, None), latency_us={**entry.latency_us, 0.99: Interval(p99_ms * 1000, None, None)},
        meets=meets, tied="",
    )  # fmt: skip


def of(ranking: Ranking, *entries: Ranked) -> Ranking:
    return replace(ranking, ranked=entries)


def named(ranking: Ranking, name: str) -> Ranked:
    return next(entry for entry in ranking.ranked if entry.name == name)


def test_the_title_is_the_difference_from_the_tempting_one(ranking: Ranking) -> None:
    fixed, calls = named(ranking, "real_time"), named(ranking, "serverless")
    best, miss = at(fixed, 336.0, 300), at(calls, 64.0, 3900, meets=False)
    assert difference(of(ranking, best, miss)) == (
        "Real-time costs $272 a month more than serverless and is 13 times faster at p99."
    )
    other = at(named(ranking, "serverless_provisioned"), 400.0, 310)
    assert beside(of(ranking, best, other, miss)) is miss
    assert difference(of(ranking, best, other)) == (
        "Real-time costs $64 a month less than serverless kept warm and is about as fast at p99."
    )


def test_the_title_says_both_times_where_a_factor_says_nothing(ranking: Ranking) -> None:
    fast, slow = at(named(ranking, "serverless"), 10.0, 80), at(named(ranking, "real_time"), 12.0, 3_600_000)
    said = difference(of(ranking, slow, fast)).replace("\xa0", " ")
    assert said == "Real-time costs $2.00 a month more than serverless and has a p99 of 1 h instead of 80 ms."


def test_the_title_of_a_tie_names_no_difference_in_cost(ranking: Ranking) -> None:
    one, other = at(named(ranking, "serverless"), 100.0, 80), at(named(ranking, "real_time"), 101.0, 30)
    said = difference(of(ranking, one, replace(other, tied="serverless")))
    assert said == "Serverless costs about as much as real-time and is 2.7 times slower at p99."


def test_the_title_where_nothing_keeps_the_promise_one_is_left_or_none(ranking: Ranking) -> None:
    one, other = (at(named(ranking, name), 50.0, 80, meets=False) for name in ("serverless", "real_time"))
    assert difference(of(ranking, one, replace(other, cost_per_month=Interval(70.0, None, None)))).startswith(
        "Nothing keeps the promise: serverless costs $20 a month less than real-time"
    )
    assert difference(of(ranking, one)).replace("\xa0", " ") == (
        "There is nothing to compare with serverless: $50 a month at p99 80 ms."
    )
    assert difference(of(ranking)) == "No option is left to compare: nothing could be simulated."


def test_without_a_price_the_title_says_so_and_no_dollars(unpriced: Ranking) -> None:
    said = difference(unpriced)
    assert "o price in our table for cn-north-1" in said
    assert "$" not in said


def test_every_bar_ends_at_its_total_and_begins_at_zero(ranking: Ranking) -> None:
    figure = charts_bill.bill_figure(ranking)
    assert figure is not None
    for number, entry in enumerate(ranking.ranked):
        bars = [bar for bar in figure.data if bar.y[0] == number]
        assert bars[0].base[0] == 0
        ends = [bar.base[0] + bar.x[0] for bar in bars]
        assert ends[-1] == pytest.approx(float(entry.bill.total))
        assert [bar.base[0] for bar in bars[1:]] == pytest.approx(ends[:-1])
        assert {bar.marker.color for bar in bars} == {look(entry.name).colour.light}
        assert sorted((bar.marker.opacity for bar in bars), reverse=True) == [bar.marker.opacity for bar in bars]
    said = [note.text for note in figure.layout.annotations]
    assert [text for text in said if text.startswith("$")] == [format_usd(e.bill.total) for e in ranking.ranked]
    assert figure.layout.xaxis.range[0] == 0
    assert all(title(e.name) in charts_bill.bill_alt(ranking) for e in ranking.ranked)


def test_an_option_without_a_price_has_a_word_and_no_bar(ranking: Ranking, unpriced: Ranking) -> None:
    assert charts_bill.bill_figure(unpriced) is None
    assert charts_bill.bill_title(unpriced) == "No option has a price here"
    first, bare = ranking.ranked[0], unpriced.ranked[0]
    mixed = of(ranking, first, bare)
    figure = charts_bill.bill_figure(mixed)
    assert figure is not None
    assert {bar.y[0] for bar in figure.data} == {0}
    assert "no price" in [note.text for note in figure.layout.annotations]
    assert "no price" in charts_bill.bill_alt(mixed)
    assert "No price: " in charts_bill.bill_note(mixed)


def test_the_file_of_bills_has_every_line_and_what_is_missing(ranking: Ranking, unpriced: Ranking) -> None:
    rows = list(csv.DictReader(io.StringIO(charts_bill.bill_csv(ranking))))
    for entry in ranking.ranked:
        mine = [row for row in rows if row["option"] == entry.name]
        items = [*(line.item for line in entry.bill.lines), *entry.bill.missing]
        assert [row["item"] for row in mine] == [item.replace("\xa0", " ") for item in items]
        assert sum(float(row["usd_per_month"] or 0) for row in mine) == pytest.approx(float(entry.bill.total), abs=1e-3)
    bare = list(csv.DictReader(io.StringIO(charts_bill.bill_csv(unpriced))))
    assert any(row["usd_per_month"] == "" for row in bare)


def test_the_title_of_the_bill_is_its_largest_part(ranking: Ranking) -> None:
    entry = ranking.ranked[0]
    found = parts(entry.bill)
    said = charts_bill.bill_title(ranking).lower()
    assert said.startswith(next(iter(found)))
    assert f"{100 * max(found.values()) / float(entry.bill.total):.0f}\xa0%" in said


def test_parts_add_up_and_savings_make_theirs_smaller() -> None:
    meters = Meters(
        window_us=24 * HOUR, instance_type="ml.m5.xlarge", instance_us=48 * HOUR, bytes_in=10**9, requests=1000, good=1000,
    )  # fmt: skip
    two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    plain = bill(meters, two, load_facts(), "us-east-1")
    saved = bill(meters, two, load_facts(), "us-east-1", Terms(savings=parse_savings("30%")))
    for found in (plain, saved):
        assert sum(parts(found).values()) == pytest.approx(float(found.total))
        assert list(parts(found).values()) == sorted(parts(found).values(), reverse=True)
    assert parts(saved)["instances"] == pytest.approx(0.7 * parts(plain)["instances"])
    assert parts(saved)["data in and out"] == parts(plain)["data in and out"]


def test_where_options_stood_before_a_change_is_pale_and_inside(study: Study, ranking: Ranking) -> None:
    after = re_rank(study, WhatIf(load=0.5, service=2.0))
    figure = charts.cost_figure(after, "light", ranking)
    assert figure is not None
    low, high = figure.layout.xaxis.range
    pale = [one for one in figure.data if (one.name or "").endswith(", before")]
    assert [one.name.removesuffix(", before") for one in pale] == [title(e.name) for e in ranking.ranked]
    for one, entry in zip(pale, ranking.ranked, strict=True):
        assert one.opacity < 1
        assert (one.x[0], one.y[0]) == (entry.latency_us[0.99].value, entry.cost_per_month.value)
        assert low < math.log10(one.x[0]) < high
        assert one.y[0] < figure.layout.yaxis.range[1]
    assert "before the change" in charts.cost_note(after, ranking)
    assert "interval" not in charts.cost_note(after, ranking)
    plain = charts.cost_figure(after)
    assert plain is not None
    assert not [one for one in plain.data if (one.name or "").endswith(", before")]


def test_labels_of_two_markers_in_one_column_go_apart(ranking: Ranking) -> None:
    first, second = (at(named(ranking, name), usd, 300) for name, usd in (("serverless", 60.0), ("real_time", 80.0)))
    figure = charts.cost_figure(of(ranking, first, second, at(named(ranking, "serverless_provisioned"), 300.0, 90)))
    assert figure is not None
    shift = {note.text: note.yshift for note in figure.layout.annotations}
    assert shift[title("serverless")] < 0 < shift[title("real_time")]


def test_a_label_near_the_axis_goes_beside_its_marker(ranking: Ranking) -> None:
    first, second = (at(named(ranking, name), usd, 300) for name, usd in (("serverless", 12.0), ("real_time", 36.0)))
    figure = charts.cost_figure(of(ranking, first, second, at(named(ranking, "serverless_provisioned"), 320.0, 90)))
    assert figure is not None
    note = next(one for one in figure.layout.annotations if one.text == title("serverless"))
    assert note.yshift == 0
    assert abs(note.xshift) > 13 / 2  # it does not lie on its marker


@pytest.fixture(scope="module")
def even() -> BreakEven:
    return break_even("receipt-classifier", "real_time", "serverless", loads=(0.5, 2))


def test_a_break_even_that_was_not_found_says_up_to_where_it_looked(even: BreakEven) -> None:
    assert not even.crossings
    assert charts_money.break_even_title(even).startswith("No crossing up to ")
    assert charts_money.break_even_title(even).endswith(" requests a month")
    rows = list(csv.DictReader(io.StringIO(charts_money.break_even_csv(even))))
    assert len(rows) == sum(len(curve.points) for curve in even.curves)
    assert {row["option"] for row in rows} == {curve.label for curve in even.curves}


def test_the_title_of_a_break_even_is_the_crossing_nearest_to_today(even: BreakEven) -> None:
    from simulator.crossings import Crossing

    def crossing(load: float) -> Crossing:
        pair = tuple(replace(curve.points[0], load=load, requests_per_month=load * 1e6) for curve in even.curves)
        return Crossing("serverless", "real_time", "serverless", "real_time", pair, pair, load, load)  # type: ignore[arg-type] # two points

    found = replace(even, crossings=(crossing(0.1), crossing(3.0), crossing(16.0)))
    assert charts_money.break_even_title(found).replace("\xa0", " ").endswith(" changes at 3 M requests a month")
    assert "$400" in charts_money.break_even_note(replace(found, budget_usd=400.0))
    assert "budget" not in charts_money.break_even_note(replace(found, budget_usd=None))

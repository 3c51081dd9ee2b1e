"""Sentences and charts: what is said of a ranking, and that the figure shows what the ranking holds."""

import csv
import io
import math
from dataclasses import replace
from typing import Any

import pytest

from advisor import identity
from advisor.options import title
from advisor.pages import own_html
from advisor.workload import Workload, load_workload
from simulator import charts
from simulator.headline import headline, stability, why
from simulator.ranking import Ranking, rank
from simulator.statistics import Interval


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    """Two options that keep the promise and one that is ruled out."""
    table = load_workload("invoice-ocr").to_mapping()
    table["traffic"] = {"kind": "poisson", "rate_per_s": 2.0, "duration": "2 h"}
    return rank(Workload.from_mapping(table), replications=3)


def words(*texts: str) -> str:
    return " ".join(texts).replace("\xa0", " ")


def with_cost(ranking: Ranking, *costs: float) -> Ranking:
    """The ranking of two plain options with other costs, in its order."""
    plain = [entry for entry in ranking.ranked if entry.name in {"real_time", "serverless"}]
    changed = [
        replace(entry, cost_per_month=Interval(cost, cost, cost), meets=True, misses=(), tied="")
        for entry, cost in zip(plain, costs, strict=True)
    ]
    return replace(ranking, ranked=tuple(changed))


def test_the_answer_names_option_and_configuration(ranking: Ranking) -> None:
    assert ranking.best is not None
    said = words(headline(ranking))
    assert said.startswith("Use a")
    assert said.endswith(".")


def test_the_runner_up_is_said_with_the_difference(ranking: Ranking) -> None:
    said = words(*why(with_cost(ranking, 100.0, 350.0)))
    assert "costs $250 more a month, 3.5 times as much" in said


def test_a_cheaper_option_that_misses_is_said_with_its_flaw(ranking: Ranking) -> None:
    dear = with_cost(ranking, 350.0, 100.0)
    missing = replace(dear.ranked[1], meets=False, misses=("p99 under 1 ms: 0 % of requests are answered by then",))
    said = words(*why(replace(dear, ranked=(dear.ranked[0], missing))))
    assert "only one of the 2 options simulated that keeps the promise" in said
    assert "would save $250 a month, but" in said


def test_a_tie_is_an_answer(ranking: Ranking) -> None:
    even = with_cost(ranking, 100.0, 100.5)
    tied = replace(even.ranked[1], tied=even.ranked[0].name)
    assert headline(replace(even, ranked=(even.ranked[0], tied))).startswith("Two options tie")


def test_what_nobody_measured_is_said(ranking: Ranking) -> None:
    said = words(*stability(ranking))
    assert "Not measured for this workload" in said
    assert "stays the same" in said or "The answer turns" in said


def test_the_figure_has_a_marker_and_a_label_for_each_option(ranking: Ranking) -> None:
    figure = charts.cost_figure(ranking)
    assert figure is not None
    markers = {trace.name: trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert set(markers) == {title(entry.name) for entry in ranking.ranked}
    assert len(set(markers.values())) == len(markers), "told apart without colour"
    assert (markers["Real-time endpoint"], markers["Serverless endpoint"]) == ("circle", "diamond")
    labels = {note.text.replace("<br>", " ") for note in figure.layout.annotations}
    assert set(markers) < labels
    assert any(text.startswith("p99 limit") for text in labels)


def test_labels_of_a_log_axis_stand_at_their_markers(ranking: Ranking) -> None:
    figure = charts.cost_figure(ranking)
    assert figure is not None
    at = {trace.name: trace.x[0] for trace in figure.data if trace.mode == "markers"}
    notes = {note.text.replace("<br>", " "): note.x for note in figure.layout.annotations}
    for name, x in at.items():
        assert notes[name] == pytest.approx(math.log10(x))
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.yaxis.range[0] == 0


def test_the_figure_can_be_drawn_in_both_themes_with_the_tokens(ranking: Ranking) -> None:
    for theme in ("light", "dark"):
        figure = charts.cost_figure(ranking, theme)
        assert figure is not None
        colours = {trace.marker.color for trace in figure.data if trace.mode == "markers"}
        assert colours == {identity.look(entry.name).colour.on(theme) for entry in ranking.ranked}
        assert figure.layout.template.layout.paper_bgcolor == identity.NEUTRAL["page"].on(theme)


def test_the_numbers_of_the_chart_are_those_of_the_ranking(ranking: Ranking) -> None:
    rows = list(csv.DictReader(io.StringIO(charts.cost_csv(ranking))))
    assert [row["option"] for row in rows] == [entry.name for entry in ranking.ranked]
    for row, entry in zip(rows, ranking.ranked, strict=True):
        assert float(row["usd_per_month"]) == pytest.approx(entry.cost_per_month.value, abs=1e-3)
        assert not any(str(value)[:1] in "=+@" for value in row.values())


def test_without_a_price_there_is_no_figure(ranking: Ranking) -> None:
    none = Interval(None, None, None)
    bare = replace(ranking, ranked=tuple(replace(entry, cost_per_month=none) for entry in ranking.ranked))
    assert charts.cost_figure(bare) is None
    assert "keeps the promise; us-east-1 has no price" in headline(bare)


@pytest.mark.parametrize(
    ("margin", "token", "width"),
    [
        (0.9, "ok", 8.0),
        (0.2, "ok", 64.0),
        (0.1, "cond", 72.0),
        (0.0, "cond", 80.0),
        (-0.1, "no", 88.0),
        (-99.0, "no", 100.0),
    ],
)
def test_the_margin_bar_has_its_limit_at_four_fifths(margin: float, token: str, width: float) -> None:
    from advisor.rules import Finding, Outcome

    drawn = own_html.bar(Finding("X", Outcome.conditions, "", seen=1.0, limit=1.0, unit="us", margin=margin))
    assert f'class="{token}"' in drawn
    assert f"width:{width:.1f}%" in drawn


def test_something_to_know_beyond_a_limit_has_words_and_no_red_bar() -> None:
    from advisor.rules import Finding, Outcome

    known = Finding("X", Outcome.notes, "above, and it does not matter", seen=2.0, limit=1.0, unit="us", margin=-1.0)
    assert own_html.bar(known) == ""
    assert own_html.bar(replace(known, outcome=Outcome.blocks))


def test_each_colour_pair_of_a_state_reads() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    for theme in ("light", "dark"):
        for state in identity.STATES.values():
            assert contrast(state.text.on(theme), state.back.on(theme)) >= 4.5
        for name in ("real_time", "serverless", "async", "multi_model", "inference_components", "other"):
            assert contrast(identity.look(name).colour.on(theme), identity.NEUTRAL["page"].on(theme)) >= 3


def test_hostile_text_never_reaches_the_page_as_markup() -> None:
    for text in ('<img src=x onerror="x">', "'\"&", "</style><script>"):
        shown: Any = own_html.safe(text)
        assert not set("<>\"'") & set(shown)

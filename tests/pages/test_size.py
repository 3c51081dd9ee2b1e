"""Size: the search over all configurations, its fields, its stop, and what is said where nothing meets the promise."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.options import describe
from advisor.units import format_usd
from advisor.workload import Workload, load_workload
from simulator.pages import _job, _link, _size_work, _work
from simulator.size_title import short_plan
from simulator.sized_csv import plans_csv
from simulator.sizing import size
from simulator.study import prepare
from simulator.sweep import Sweep

NAME = "receipt-classifier"


def html(at: Any) -> str:
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def part(at: Any, testid: str) -> str:
    return html(at).split(f'data-testid="{testid}"')[1]


@pytest.fixture
def opened(app: Callable[..., Any]) -> Callable[..., Any]:
    """The page on a workload, with the texts put into its fields; nothing is searched yet."""

    def go(workload: Workload, names: tuple[str, ...] = ("serverless",), **texts: str) -> Any:
        at = app("size", w=_link.encode(workload))
        at.multiselect(key="size_options").set_value(list(names))
        for name, text in texts.items():
            at.text_input(key=f"size_{name}").set_value(text)
        return at

    return go


def test_before_a_search_the_ranking_speaks_and_nothing_is_searched(app: Callable[..., Any]) -> None:
    _work.ANSWERS.__init__()  # another test of this process may have searched for the same
    at = app("size", w=_link.encode(load_workload(NAME)))
    said = part(at, "size-answer")
    assert "nothing cheaper was searched for yet" in said
    assert "fills every slot" in said
    assert "size-options" not in html(at)
    assert at.text_input(key="size_limit").value == "30 s"
    assert at.text_input(key="size_limit").label == "Meet p90 under"


def test_the_plan_found_and_every_plan_tried_are_those_of_a_sizing(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME))
    at.button(key="size_find").click().run()
    expected = size(NAME, names=["serverless"])
    best = expected.best.best
    said = part(at, "size-answer")
    title = said.split("<h1>")[1].split("</h1>")[0]
    assert f"{short_plan(best.option)}: {format_usd(best.usd)} a month." in title
    assert describe(best.option) in said
    assert "headroom over your peak hour" in said
    rows = part(at, "size-plans").split("</table>")[0].split("<tr")[2:]
    frame = expected.frame()
    assert len(rows) == len(frame)
    kept = frame[frame.keeps_promise].sort_values("usd_per_month")
    for row, usd in zip(rows, kept.usd_per_month, strict=False):
        assert format_usd(usd) in row
        assert "kept" in row
    told = list(csv.DictReader(io.StringIO(plans_csv(expected))))
    assert [float(row["usd_per_month"]) for row in told] == pytest.approx(list(frame.usd_per_month))


def test_an_error_stands_at_its_field_and_nothing_is_searched(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_size_work, "size_study", lambda *given, **more: pytest.fail("searched"))
    at = opened(load_workload(NAME), limit="soon", failed="lots", budget="-3")
    at.button(key="size_find").click().run()
    said = [element.value for element in at.main.error]
    assert len(said) == 3
    assert "soon" in said[0] and "number and a unit" in said[0]
    assert "lots" in said[1]
    assert "3" in said[2]
    assert "size-options" not in html(at)
    assert "nothing cheaper was searched for yet" in part(at, "size-answer")


def test_a_promise_of_this_page_stays_here_until_it_is_kept(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME), limit="25 s")
    at.button(key="size_find").click().run()
    assert "keeps p90 under 25 s" in part(at, "size-answer").replace("\xa0", " ")
    assert at.text_input(key="workload_limit").value == "30 s"
    at.button(key="size_keep").click().run()
    assert at.text_input(key="workload_limit").value == "25 s"
    assert not [button for button in at.button if button.key == "size_keep"]
    assert "keeps p90 under 25 s" in part(at, "size-answer").replace("\xa0", " ")


def test_where_nothing_meets_the_promise_it_is_said_what_comes_closest_and_what_it_takes(
    opened: Callable[..., Any],
) -> None:
    at = opened(load_workload(NAME), limit="100 ms")
    at.button(key="size_find").click().run()
    said = part(at, "size-answer")
    assert "<h1>No configuration keeps the promise." in said
    assert "comes closest" in said
    assert "requests are answered by then" in said
    assert "aster requests alone do not help" in said or "It would take" in said
    assert "missed" in part(at, "size-options").split("</table>")[0]


def test_a_budget_below_the_least_cost_names_the_budget_it_takes(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME), budget="0.0001")
    at.button(key="size_find").click().run()
    assert "It would take a budget of $" in part(at, "size-answer")


def test_a_stop_keeps_the_best_so_far(opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(load_workload(NAME), limit="29 s")
    monkeypatch.setattr(_job, "PATIENCE_S", 0.05)
    real = _size_work.size_study
    found = []

    def slow(study: Any, sweep: Any, **more: Any) -> Any:
        sweep._progress(1, 40, "best so far: one")
        assert study.cancel.wait(30)
        again = prepare(study.workload)
        with Sweep(again) as other:
            found.append(replace(real(again, other, names=["serverless"], draws=1, turns=False), stopped=True))
        return found[0]

    monkeypatch.setattr(_size_work, "size_study", slow)
    at.button(key="size_find").click().run()
    at.button(key="size_find").click().run()  # once more: the search that runs is this one
    stop = at.button(key="size_stop")
    assert [element.proto.text.startswith("Trying plans, 2 of 40") for element in at.main.get("progress")] == [True]
    stop.click().run()
    at.run()
    said = part(at, "size-answer")
    assert "Stopped: this is the best so far" in said
    assert format_usd(found[0].best.best.usd) in said
    assert at.button(key="size_again").label == "Search again"


def test_each_part_runs_behind_its_own_button(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME))
    at.button(key="size_find").click().run()
    assert "size_curves_chart" not in str(at.main)
    at.button(key="size_curves_run").click().run()
    at.button(key="size_loads_run").click().run()
    heads = [header.value for header in at.main.header]
    assert any("breaks between" in head for head in heads)
    assert any("bears the most" in head for head in heads)
    assert "Largest load" in part(at, "size-loads")
    at.button(key="size_matters_run").click().run()
    assert any("moves the cost most" in header.value for header in at.main.header)


def test_growth_says_the_month_and_what_is_wrong_with_one(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME))
    at.button(key="size_find").click().run()
    at.text_input(key="size_growth_from").set_value("2026-13")
    at.button(key="size_growth_find").click().run()
    assert "2026-13" in at.main.error[0].value.replace("\\", "")
    at.text_input(key="size_growth_from").set_value("2026-12")
    at.text_input(key="size_growth_until").set_value("2027-02")
    at.button(key="size_growth_find").click().run()
    assert not at.main.error
    assert "keeps the promise up to 2027-02" in part(at, "size-growth-answer")
    assert part(at, "size-growth").count("<tr") == 4


def test_without_a_request_there_is_no_search(app: Callable[..., Any]) -> None:
    table = load_workload(NAME).to_mapping()
    idle = Workload.from_mapping({**table, "traffic": {"kind": "poisson", "rate_per_s": 1e-3, "duration": "10 s"}})
    at = app("size", w=_link.encode(idle))
    assert "no load to size for" in part(at, "size-answer")
    assert at.button(key="size_find").disabled


def test_a_link_to_a_search_shows_what_it_found(app: Callable[..., Any]) -> None:
    at = app(
        "size",
        w=_link.encode(load_workload(NAME)),
        size_find="1",
        size_limit="25 s",
        size_options="Serverless endpoint",
    )
    assert at.text_input(key="size_limit").value == "25 s"
    assert "keeps p90 under 25 s" in part(at, "size-answer").replace("\xa0", " ")
    searched = part(at, "size-options").split("</table>")[0]
    assert "Serverless endpoint" in searched
    assert "Inference components, scaled" not in searched


def test_types_worth_a_load_test_are_told_apart_from_the_plans(opened: Callable[..., Any]) -> None:
    at = opened(load_workload(NAME), ("real_time",), budget="")
    at.checkbox(key="size_untested").set_value(True)
    at.button(key="size_find").click().run()
    assert "Types worth a load test" in [header.value for header in at.main.header]
    assert "size-tests" in html(at)
    assert "as fast as ml.m5.large" in html(at) or "No unmeasured instance type" in html(at)


def test_without_a_price_no_plan_is_called_the_cheapest(app: Callable[..., Any]) -> None:
    facts, table = load_facts(), load_workload(NAME).to_mapping()
    region = next(name for name in facts.regions if facts.instance_price(name, "real_time", "ml.m5.large") is None)
    bare = Workload.from_mapping({**table, "needs": {**table["needs"], "region": region, "budget_usd_per_month": None}})
    at = app("size", w=_link.encode(bare), size_find="1")
    said = part(at, "size-answer").split("</section>")[0]
    assert f"keeps the promise; {region} has no price for it in our table." in said
    assert "cheapest" not in said.split("<h1>")[1]

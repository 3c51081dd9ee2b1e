"""The Compare page in process: its title, the what-if with keep and undo, the break-even on a click, the bill."""

import re
from typing import Any

import pytest

from advisor.options import title
from advisor.workload import Workload, load_workload
from simulator.pages import _compare_base, _compare_break_even, _compare_what_if, _job, _link, _question

KEYS = ("load", "service", "payload", "start", "price")


def workload(name: str = "invoice-ocr", **sections: dict[str, Any]) -> Workload:
    """An example, shortened where it is long, with some fields replaced."""
    table = load_workload(name).to_mapping()
    if name == "invoice-ocr":
        table["traffic"]["duration"] = "2h"
    for section, fields in sections.items():
        table[section] = {**table.get(section, {}), **fields}
    return Workload.from_mapping(table)


def page(at: Any) -> str:
    assert not at.exception
    return "".join(e.proto.body for e in at.main.get("html")).replace("\xa0", " ")


def h1(at: Any) -> str:
    (found,) = re.findall("<h1>(.*?)</h1>", page(at))
    return str(found)


def said(at: Any) -> str:
    found = re.search(r'data-testid="what-if-said".*?<p[^>]*>(.*?)</p>', page(at))
    return found.group(1) if found else ""


def headers(at: Any) -> list[str]:
    return [one.value.replace("\xa0", " ") for one in at.main.header]


def captions(at: Any) -> str:
    return " ".join(one.value for one in at.main.caption).replace("\\", "").replace("\xa0", " ")


def slide(at: Any, **factors: float) -> Any:
    for name, factor in factors.items():
        at.select_slider(key=f"compare_{name}").set_value(factor)
    return at.run()


@pytest.fixture
def compare(app: Any) -> Any:
    return app("compare", w=_link.encode(workload()))


def test_the_title_is_a_difference_and_the_parts_come_in_order(compare: Any) -> None:
    assert re.fullmatch(r"\w.* a month (more|less) than .* p99\.", h1(compare))
    found = headers(compare)
    assert found[0] == "What if"
    assert [found.index(name) for name in ("What if", "Ranking", "Where the cheapest changes")] == [0, 2, 3]
    assert found[-1] == "The bill of a month, line by line"
    text = page(compare)
    assert 'data-testid="ranking"' in text and 'data-testid="bill"' in text
    assert not said(compare)
    assert not [button for button in compare.main.button if button.key in {"compare_keep", "compare_undo"}]


def test_a_step_says_what_becomes_of_the_answer_and_undo_takes_it_back(compare: Any) -> None:
    before, address = page(compare), compare.query_params["w"]
    slide(compare, load=2.0)
    assert said(compare).startswith("With traffic × 2, ")
    text = page(compare)
    assert "With traffic × 2</th>" in text and "Change</th>" in text and 'data-testid="what-if"' in text
    assert any(name.startswith("With traffic × 2: ") for name in headers(compare))
    assert compare.query_params["w"] == address
    compare.button(key="compare_undo").click().run()
    assert page(compare) == before
    assert all(compare.select_slider(key=f"compare_{name}").value == 1.0 for name in KEYS)


def test_a_kept_change_is_the_question_and_its_address(compare: Any) -> None:
    slide(compare, load=2.0, price=1.5)
    assert "stay in the what-if" in captions(compare)
    compare.button(key="compare_keep").click().run()
    kept = _link.decode(compare.query_params["w"])
    assert kept.traffic.mean_rate_per_s == 2 * workload().traffic.mean_rate_per_s
    assert compare.text_input(key="workload_rate").value == "4/s"
    assert compare.select_slider(key="compare_load").value == 1.0
    assert compare.select_slider(key="compare_price").value == 1.5
    assert said(compare).startswith("With prices × 1.5, ")
    slide(compare, price=1.0)
    assert "Traffic × 2 is part of the workload now." in page(compare)


def test_what_is_no_part_of_a_workload_cannot_be_kept(compare: Any) -> None:
    slide(compare, start=2.0)
    assert compare.button(key="compare_keep").disabled
    assert "neither is part of the workload" in captions(compare)


def test_the_traffic_is_drawn_once_for_all_steps(compare: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(_compare_base, "BASES", _compare_base.Bases())
    drawn, study = [], _question.Question.study

    def counted(self: Any, cancel: Any = None) -> Any:
        drawn.append(self.key)
        return study(self, cancel)

    monkeypatch.setattr(_question.Question, "study", counted)
    for factors in ({"service": 1.25}, {"service": 1.5}, {"price": 1.1}):
        slide(compare, **factors)
    assert len(drawn) == 1


def test_the_step_before_stays_beside_the_progress_for_the_same_question_only(app: Any, monkeypatch: Any) -> None:
    at = app("compare", w=_link.encode(workload("receipt-classifier")))
    slide(at, load=2.0)
    assert said(at).startswith("With traffic × 2, ")
    monkeypatch.setattr(
        _compare_what_if, "what_if_work", lambda question, asked: lambda cancel, progress: cancel.wait()
    )
    monkeypatch.setattr(_job, "PATIENCE_S", 0.1)  # nothing is waited for: it never comes
    slide(at, load=3.0)
    assert said(at).startswith("With traffic × 2, ")  # pale, until that of × 3 is there
    monkeypatch.setattr(_job, "PATIENCE_S", 30)
    at.text_input(key="workload_seed").set_value("7")
    monkeypatch.setattr(_compare_what_if, "SLOT", "compare_other_what_if")
    monkeypatch.setattr(_compare_what_if, "what_if_work", lambda question, asked: lambda cancel, progress: None)
    assert not said(at.run())


def test_only_a_few_studies_are_kept(monkeypatch: Any) -> None:
    bases = _compare_base.Bases()
    monkeypatch.setattr(_compare_base.Bases, "_requests", lambda self: 1_500_000 * len(self._kept))
    for number in range(5):
        bases.put(number, object())  # type: ignore[arg-type] # what it holds does not matter
    assert [number for number in range(5) if bases.get(number)] == [3, 4]


def test_an_option_that_fits_no_more_says_why(compare: Any) -> None:
    slide(compare, payload=2.0)
    text = page(compare)
    assert "does not fit" in text.split('data-testid="what-if"')[1].split('data-testid="ranking"')[0]
    assert "too large" in text


def test_a_break_even_is_searched_for_on_a_click_only(app: Any, monkeypatch: Any) -> None:
    asked = []
    plain = _compare_break_even.break_evens_study

    def noted(study: Any, sweep: Any, subjects: Any, **rest: Any) -> Any:
        asked.append(subjects)
        return plain(study, sweep, subjects, loads=(0.5, 2))

    monkeypatch.setattr(_compare_break_even, "break_evens_study", noted)
    at = app("compare", w=_link.encode(workload("receipt-classifier")))
    assert not asked and 'data-testid="break-even"' not in page(at)
    at.selectbox(key="compare_other").set_value("real_time").run()
    assert not asked
    at.button(key="compare_find").click().run()
    assert asked == [("serverless", "real_time")]
    assert any(name.endswith(" requests a month") for name in headers(at))
    assert "requests a month" in page(at).split('data-testid="break-even"')[1]
    at.selectbox(key="compare_other").set_value("serverless").run()
    assert at.button(key="compare_find").disabled
    assert "Where the cheapest changes" in headers(at)
    assert len(asked) == 1


def test_the_bill_of_another_option_and_the_pair_stand_in_the_address(app: Any) -> None:
    view = {"compare_bill": title("real_time"), "compare_other": title("real_time")}
    at = app("compare", w=_link.encode(workload()), **view)
    assert "Bill of a month, Real-time endpoint" in page(at)
    assert at.selectbox(key="compare_other").value == "real_time"
    wrong = app("compare", w=_link.encode(workload()), compare_bill="<b>nothing</b>", compare_one="x")
    assert "<b>nothing" not in page(wrong)
    assert "Bill of a month, Serverless endpoint" in page(wrong)


def test_one_option_leaves_nothing_to_cross(app: Any) -> None:
    at = app("compare", w=_link.encode(workload("fraud-check", traffic={"duration": "10 min"})))
    assert h1(at).startswith("There is nothing to compare with real-time: $")
    assert "needs two options" in captions(at)
    assert not [button for button in at.main.button if button.key == "compare_find"]
    slide(at, load=2.0)
    assert "a real-time endpoint stays best" in said(at)


def test_no_option_is_said_and_leads_back(app: Any) -> None:
    at = app("compare", w=_link.encode(workload(request={"payload": {"p50": "900 GB"}})))
    assert h1(at) == "No option is left to compare: nothing could be simulated."
    assert not at.main.select_slider


def test_a_region_without_prices_has_no_dollars(app: Any) -> None:
    at = app("compare", w=_link.encode(workload(needs={"region": "cn-north-1"})))
    assert "rice in our table for cn-north-1" in h1(at)
    text = page(at)
    assert "no price" in text
    assert "$0" not in text.split('data-testid="bill"')[0]
    slide(at, load=2.0)
    assert "there is no price to compare" in said(at) or "no price" in said(at)
    assert "$" not in said(at)


def test_without_requests_the_page_is_whole(app: Any) -> None:
    table = workload("receipt-classifier").to_mapping()
    table["traffic"] = {"kind": "poisson", "rate_per_s": 1e-7, "duration": "1h"}
    at = app("compare", w=_link.encode(Workload.from_mapping(table)))
    assert "Ranking" in headers(at)
    slide(at, service=2.0)
    assert said(at).startswith("With service time × 2, ")


def test_the_study_card_decides_here_too(app: Any) -> None:
    at = app("compare", w=_link.encode(workload()), profile="study-card")
    slide(at, load=0.5)
    assert said(at).startswith("With traffic × ½, ")


def test_a_hostile_name_is_shown_as_text(app: Any) -> None:
    at = app("compare", w=_link.encode(workload("receipt-classifier").model_copy(update={"name": "<b>x</b>"})))
    assert "<b>x</b>" not in page(at)
    assert "&lt;b&gt;x&lt;/b&gt;" in page(at)

"""The frame: every page keeps the question, and says the same of what is wrong with it."""

from typing import Any

import pytest

from advisor.workload import load_workload
from simulator.pages import _link

PAGES = ("decide", "compare", "replay", "size", "facts", "quiz")
WITH_WORKLOAD = PAGES[:4]


def strip(at: Any) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if 'data-testid="strip"' in e.proto.body)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_title_and_no_fault(app: Any, page: str) -> None:
    at = app(page, w=_link.encode(load_workload("receipt-classifier")))
    assert not at.exception
    assert not at.main.error
    assert "".join(e.proto.body for e in at.main.get("html")).count("<h1>") == 1
    assert bool(strip(at)) == (page in WITH_WORKLOAD)
    assert bool(at.sidebar.text_input) == (page != "quiz")


@pytest.mark.parametrize("page", WITH_WORKLOAD)
def test_a_refused_text_is_said_on_every_page(app: Any, page: str) -> None:
    at = app(page, w=_link.encode(load_workload("receipt-classifier")))
    at.text_input(key="workload_payload").set_value("forty").run()
    assert "forty" in at.sidebar.error[0].value
    assert "receipt classifier" in strip(at)


def test_the_back_button_takes_back_a_seed_a_profile_and_terms(app: Any) -> None:
    at = app(w=_link.encode(load_workload("receipt-classifier")), seed="3")
    at.text_input(key="workload_seed").set_value("4").run()
    at.text_input(key="terms_savings").set_value("30%").run()
    assert (at.query_params["seed"], at.query_params["terms"]) == ("4", "savings:instance=30%")
    del at.query_params["terms"]
    at.query_params["seed"] = "3"
    at.run()
    assert at.text_input(key="workload_seed").value == "3"
    assert at.text_input(key="terms_savings").value == ""


def test_a_good_field_does_not_hide_what_is_wrong_with_another_part(app: Any) -> None:
    at = app(w=_link.encode(load_workload("receipt-classifier")))
    at.text_input(key="terms_savings").set_value("130%").run()
    at.text_input(key="workload_payload").set_value("160 KB").run()
    assert any("130" in one.value for one in at.sidebar.error)

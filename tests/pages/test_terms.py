"""Billing terms on the page: they change the bill and the address; one that cannot be is said at its field."""

from typing import Any

from advisor.workload import load_workload
from simulator.pages import _link

W = _link.encode(load_workload("fraud-check"))


def text(at: Any) -> str:
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def test_a_savings_plan_changes_the_answer_and_travels_in_the_address(app: Any) -> None:
    at = app(w=W)
    before = text(at)
    at.text_input(key="terms_savings").set_value("30%").run()
    assert text(at) != before
    assert "The bill has your terms: savings plan instance=30%." in text(at)
    assert at.query_params["terms"] == "savings:instance=30%"
    again = app(w=W, terms="savings:instance=30%")
    assert again.text_input(key="terms_savings").value == "instance=30%"
    assert text(again) == text(at)
    at.text_input(key="terms_savings").set_value("").run()
    assert "terms" not in at.query_params
    assert text(at) == before


def test_terms_that_cannot_be_are_said_at_their_fields_and_the_last_ones_stay(app: Any) -> None:
    at = app(w=W, terms="savings:instance=30%")
    before = text(at)
    at.text_input(key="terms_savings").set_value("130%").run()
    said = [element.value.replace("\\", "") for element in at.sidebar.error]
    assert any("130%" in one and "discount" in one for one in said)
    assert text(at) == before


def test_a_link_with_damaged_terms_shows_list_prices_and_says_so(app: Any) -> None:
    at = app(w=W, terms="<b>")
    assert any("billing terms" in element.value for element in at.main.warning)
    assert "terms" not in at.session_state["workload_draft"].errors

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

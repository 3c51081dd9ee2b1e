"""The main path from a fresh start, and the question that goes along: menu, reload, back, a second browser."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.pages.browsing import ADDRESSES, PATHS, QUICK, TITLES, WORKED, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NOTE_A_RUN = """new MutationObserver(() => { if (document.querySelector('.st-key-answer_stop')) window.ran = true; })
  .observe(document, {childList: true, subtree: true});"""


def test_the_first_answer_is_there_and_the_question_goes_along_by_the_menu(
    visit: Callable[..., Visitor], elsewhere: Any
) -> None:
    elsewhere.add_init_script(NOTE_A_RUN)
    visitor = visit(context=elsewhere)
    tab = visitor.tab
    assert visitor.title.endswith(".")
    assert tab.evaluate("window.ran") is None
    visitor.choose("workload_example", "fraud check")
    question = visitor.ask("workload_limit", "800 ms")
    strip = tab.get_by_test_id("strip").inner_text()
    assert "800 ms" in strip.replace("\u00a0", " ")
    for address in (*ADDRESSES[1:], ADDRESSES[0]):
        tab.get_by_test_id("stTopNav").get_by_role("link", name=TITLES[address], exact=True).click()
        tab.wait_for_function("text => document.querySelector('[aria-current=page]')?.innerText === text", arg=TITLES[address])  # fmt: skip
        visitor.rest()
        tab.wait_for_function("question => location.search.includes(question)", arg=question)
        assert visitor.at == address
        if address in WORKED:
            assert tab.get_by_test_id("strip").inner_text() == strip
            assert tab.locator(".st-key-workload_limit input").input_value() == "800 ms"


@pytest.mark.parametrize("address", WORKED)
def test_reload_back_and_a_second_browser_show_the_same(
    visit: Callable[..., Visitor], elsewhere: Any, address: str
) -> None:
    visitor = visit(f"{PATHS[address]}{QUICK}")
    first = visitor.title
    visitor.ask("workload_limit", "900 ms")
    title, strip = visitor.title, visitor.tab.get_by_test_id("strip").inner_text()
    visitor.tab.reload()
    assert visitor.rest().title == title
    other = visit(visitor.tab.url.removeprefix(visitor.server), context=elsewhere)
    assert (other.at, other.title) == (address, title)
    assert other.tab.get_by_test_id("strip").inner_text() == strip
    assert other.tab.locator(".st-key-workload_limit input").input_value() == "900 ms"
    visitor.tab.go_back()
    visitor.tab.get_by_test_id("strip").get_by_text("900").wait_for(state="hidden")
    assert visitor.rest().title == first


def test_two_sessions_do_not_see_each_other(visit: Callable[..., Visitor], elsewhere: Any) -> None:
    mine, theirs = visit(f"/{QUICK}"), visit(f"/{QUICK}", context=elsewhere)
    untouched = theirs.tab.get_by_test_id("strip").inner_text()
    mine.ask("workload_limit", "700 ms")
    mine.write("workload_rate", "often")
    mine.tab.locator("[data-testid=stSidebar] [data-testid=stAlert]").wait_for()
    theirs.ask("workload_rate", "3/s")
    said = theirs.tab.get_by_test_id("strip").inner_text()
    assert said != untouched
    assert "700" not in said
    assert theirs.tab.locator("[data-testid=stSidebar] [data-testid=stAlert]").count() == 0
    assert mine.tab.locator(".st-key-workload_rate input").input_value() == "often"
    assert " 3/s " not in mine.tab.get_by_test_id("strip").inner_text()


def test_a_damaged_link_shows_the_example_and_says_so(visit: Callable[..., Visitor]) -> None:
    whole = visit()
    visitor = visit("/?w=1AAAA<script>alert(1)</script>&profile=mine&seed=-4")
    assert visitor.title == whole.title
    assert visitor.tab.get_by_text("This link is damaged. Showing the example instead.").count() == 1
    assert visitor.tab.locator("[data-testid=stMain] [data-testid=stAlert]").count() == 3

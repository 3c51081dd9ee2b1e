"""What only a browser sees of facts and study cards: the keys, the search while typing, and the address it leaves."""

from typing import Any
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture
def tab(server: str, browser: Any) -> Any:
    opened = browser.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def test_cards_are_answered_with_the_keyboard_alone(server: str, tab: Any) -> None:
    tab.goto(f"{server}/quiz?quiz_mode=Study+cards")
    tab.wait_for_selector(".st-key-quiz_show button")
    tab.wait_for_selector(IDLE)
    tab.keyboard.press("Enter")
    assert tab.wait_for_selector("[data-testid=quiz-answer]").get_attribute("role") == "status"
    tab.keyboard.press("1")
    tab.wait_for_function("document.querySelector('[data-testid=quiz-progress] h2').textContent.startsWith('1 of')")
    question = tab.inner_text("[data-testid=quiz-question] h2")
    tab.wait_for_selector(".st-key-quiz_show button")
    tab.keyboard.press("n")
    tab.wait_for_function(
        "before => document.querySelector('[data-testid=quiz-question] h2').textContent !== before", arg=question
    )


def test_a_search_answers_while_it_is_typed_and_stands_in_the_address(server: str, tab: Any) -> None:
    tab.goto(f"{server}/facts")
    field = tab.locator(".st-key-facts_search input")
    field.press_sequentially("gateway")
    tab.wait_for_function("!document.querySelector('[data-testid=differ]')")
    found = tab.locator("[data-testid=rest] article").count()
    assert tab.locator("h2").first.inner_text().startswith(f"{found} ")
    tab.wait_for_url("**/facts?*facts_search=gateway*")
    hostile = "<img src=x onerror=document.title='gone'>"
    tab.goto(f"{server}/facts?facts_search={quote(hostile)}")
    assert hostile in tab.inner_text("[data-testid=nothing]")
    assert tab.title() != "gone"

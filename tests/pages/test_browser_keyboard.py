"""Without a mouse: the skip link, a field, the answer, the evidence below it."""

from collections.abc import Callable

import pytest

from tests.pages.browsing import QUICK, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FOCUSED = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
OUTLINED = """() => { const s = getComputedStyle(document.activeElement);
  return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'
    || document.activeElement.matches('input, textarea'); }"""


def tab_to(visitor: Visitor, wanted: Callable[[str], bool], most: int = 80) -> list[str]:
    """Press Tab until what has the focus is wanted; the words of everything passed on the way."""
    passed: list[str] = []
    for _ in range(most):
        visitor.tab.keyboard.press("Tab")
        passed.append(str(visitor.tab.evaluate(FOCUSED)))
        if wanted(passed[-1]):
            return passed
    raise AssertionError(f"not reached: {passed}")


def test_the_first_stop_leads_past_menu_and_sidebar(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    tab = visitor.tab
    tab.keyboard.press("Tab")
    assert "main" in str(tab.evaluate(FOCUSED)).lower()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("!!document.activeElement.closest('[data-testid=stMain]')")


def test_a_field_is_changed_and_another_page_reached_by_keys_alone(visit: Callable[..., Visitor]) -> None:
    visitor = visit(f"/{QUICK}")
    tab = visitor.tab
    tab_to(visitor, lambda words: words.startswith("p99"))
    question = visitor.question
    tab.keyboard.press("Control+a")
    tab.keyboard.type("900 ms")
    tab.keyboard.press("Enter")
    tab.wait_for_function("before => !location.search.includes(before)", arg=question or "none")
    visitor.rest()
    passed = tab_to(visitor, lambda words: words == "Compare")
    assert tab.evaluate(OUTLINED), passed
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/compare?*")
    assert visitor.rest().at == "compare"


def test_every_stop_in_the_main_part_is_visible(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    tab = visitor.tab
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    unseen = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        if not tab.evaluate("!!document.activeElement.closest('[data-testid=stMain]')"):
            break
        if not tab.evaluate(OUTLINED):
            unseen.append(tab.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    assert unseen == []


def test_three_questions_are_answered_and_the_report_downloaded_by_keys_alone(visit: Callable[..., Visitor]) -> None:
    visitor = visit(f"/{QUICK}")
    tab = visitor.tab
    tab_to(visitor, lambda words: words == "Answer questions")
    tab.keyboard.press("Enter")
    tab.locator(".st-key-questions_ask").wait_for()
    for number in (2, 3, 4):
        visitor.rest()
        tab.keyboard.press("Tab")
        while tab.evaluate("document.activeElement.type") != "radio":
            tab.keyboard.press("Tab")
        tab.keyboard.press("Space")
        visitor.rest()
        tab_to(visitor, lambda words: words == "Continue")
        tab.keyboard.press("Enter")
        tab.get_by_text(f"Question {number} of about").wait_for()
    visitor.rest()
    tab_to(visitor, lambda words: words == "Recommendation")
    tab.keyboard.press("Enter")
    tab.locator(".st-key-decide_report").wait_for()
    visitor.rest()
    tab_to(visitor, lambda words: words.startswith("Report"))
    tab.keyboard.press("Enter")
    tab.locator(".st-key-decide_report_markdown").wait_for()
    tab_to(visitor, lambda words: words == "Report as Markdown")
    with tab.expect_download() as caught:
        tab.keyboard.press("Enter")
    assert caught.value.suggested_filename == "fraud-check-report.md"

"""The questions in a browser: answered by the keyboard alone, and accessible while asking and at the result."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
WAY = "/?decide_way=Answer+questions"
RESULT = f"{WAY}&answers=1~~traffic.spiky~immediate_response.yes~cold_start_ok.no~now"


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


def _focused(tab: Any, where: str) -> bool:
    return bool(tab.evaluate("where => !!document.activeElement.closest(where)", where))


def _reach(tab: Any, where: str, key: str = "Tab") -> None:
    """Press a key until the focus is inside `where`."""
    for _ in range(80):
        if _focused(tab, where):
            return
        tab.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {where}")


def _question(tab: Any) -> str:
    return str(tab.locator("[data-testid=question] h2").inner_text())


def test_three_questions_are_answered_by_the_keyboard_alone(server: str, tab: Any) -> None:
    tab.set_viewport_size({"width": 1440, "height": 900})
    tab.goto(f"{server}{WAY}")
    tab.wait_for_selector("[data-testid=question]", timeout=60_000)
    tab.wait_for_selector(AT_REST)
    _reach(tab, ".st-key-questions_ask [role=radiogroup]")
    for number in range(3):
        before = _question(tab)
        if number:
            _reach(tab, ".st-key-questions_ask [role=radiogroup]", "Shift+Tab")
        tab.keyboard.press("Space")
        tab.wait_for_selector(".st-key-questions_ask input:checked", state="attached")
        tab.wait_for_selector(AT_REST)
        _reach(tab, ".st-key-questions_next")
        tab.keyboard.press("Enter")
        tab.wait_for_function(
            "before => (h => h && h.innerText !== before)(document.querySelector('[data-testid=question] h2'))",
            arg=before,
        )
        tab.wait_for_selector(AT_REST)
    _reach(tab, ".st-key-questions_now")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-testid=cards]")
    assert tab.locator("h1").count() == 1
    assert tab.url.endswith("~now")


@pytest.mark.parametrize("width", [1440, 390])
def test_asking_and_result_are_accessible_and_fit_the_screen(server: str, tab: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab.set_viewport_size({"width": width, "height": 900})
    for address, there in ((WAY, "[data-testid=question]"), (RESULT, "[data-testid=cards]")):
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme)
            tab.goto(f"{server}{address}")
            tab.wait_for_selector(there, timeout=60_000)
            tab.wait_for_selector(AT_REST)
            found = [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(tab).response["violations"]]
            assert found == []
        assert tab.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))") == 0
        rows = tab.locator(".st-key-questions_ask [role=radiogroup] > *").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")  # fmt: skip
        assert all(height >= 38 for height in rows)

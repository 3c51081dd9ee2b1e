"""Compare in a browser: the what-if by keyboard on a phone, with its chart, and back."""

from typing import Any

import pytest

from advisor.workload import load_workload
from simulator.pages import _link

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
SAID = "[data-testid=what-if-said]"


def test_a_step_by_keyboard_says_what_changes_and_undo_takes_it_back(server: str, browser: Any) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        tab.goto(f"{server}/compare?w={_link.encode(load_workload('receipt-classifier'))}")
        tab.wait_for_selector("[data-testid=ranking]", timeout=120_000)
        tab.wait_for_selector(IDLE)
        title = tab.locator("h1").inner_text()
        tab.locator(".st-key-compare_load input[type=range]").focus()
        for _ in range(3):
            tab.keyboard.press("ArrowRight")
        tab.wait_for_selector(f"{SAID} >> text=traffic ×\u00a02,", timeout=30_000)
        tab.wait_for_selector(IDLE)
        assert tab.locator(SAID).get_attribute("role") == "status"
        assert tab.locator(".st-key-compare_chart .js-plotly-plot").count() == 1
        assert tab.locator("h1").inner_text() == title
        assert tab.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))") == 0
        tab.locator(".st-key-compare_undo button").click()
        tab.wait_for_selector(SAID, state="detached", timeout=30_000)
        assert tab.locator(".st-key-compare_load input[type=range]").get_attribute("aria-valuetext") == "×\u00a01"
    finally:
        tab.close()

"""Every page at both widths in both themes: whole, silent, accessible; with SCREENSHOTS=folder a picture of each is kept."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.browsing import ADDRESSES, PAGE_COLOUR, PATHS, THEMES, WIDTHS, WORKED, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = Axe()
EXPAND = "els => els.forEach(e => { e.open = true; })"
BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
CUT = """els => els.filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible'
  && e.clientWidth > 0).map(e => e.innerText)"""
DROP_ZONE = ("presentation-role-conflict", "stFileUploaderDropzone")
"""Streamlit gives the place to drop a file a label and the role of a mere picture; neither can be set by an app."""


def violations(visitor: Visitor) -> list[str]:
    """What axe objects to: rule, impact, and every element with what was measured there."""
    found = []
    for rule in AXE.run(visitor.tab).response["violations"]:
        for node in rule["nodes"]:
            if rule["id"] == DROP_ZONE[0] and DROP_ZONE[1] in node["html"]:
                continue
            why = node["failureSummary"].splitlines()[-1].strip()
            where = f"{visitor.at} {rule['id']} ({rule['impact']}): {node['target'][0]}"
            found.append(f"{where}\n    {node['html'][:300]}\n    {why}")
    return found


def keep(visitor: Visitor, name: str) -> None:
    """A picture of the whole page, where CI asked for pictures."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        size = visitor.tab.viewport_size
        visitor.whole().tab.screenshot(path=Path(folder) / f"{name}.png")
        visitor.tab.set_viewport_size(size)
        visitor.rest()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_is_whole_silent_and_accessible(visit: Callable[..., Visitor], width: int, theme: str) -> None:
    visitor = visit(width=width, theme=theme)
    tab = visitor.tab
    objections: list[str] = []
    for address in ADDRESSES:
        visitor.follow(address)
        keep(visitor, f"{address}-{width}-{theme}")
        objections += violations(visitor)
        titles = tab.locator("h1").count()
        cut = tab.locator("[data-testid=stMain] :is(button p, label p, h1, h2, .ea-chip)").evaluate_all(CUT)
        failed = tab.get_by_text("This part failed").count()
        looks = {"titles": titles, "sideways": visitor.sideways, "cut": cut, "failed": failed}
        if looks != {"titles": 1, "sideways": 0, "cut": [], "failed": 0}:
            objections.append(f"{address}: {looks}")
        assert tab.evaluate(BACKGROUND) == PAGE_COLOUR[theme]
        assert (tab.get_by_test_id("strip").count() == 1) == (address in WORKED)
    assert objections == [], "\n".join(objections)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_frame_stays_accessible_opened_up_and_in_error(
    visit: Callable[..., Visitor], width: int, theme: str
) -> None:
    visitor = visit(width=width, theme=theme)
    tab = visitor.tab
    if width < 640:
        tab.get_by_test_id("stExpandSidebarButton").click()
    visitor.write("workload_limit", "soon")
    tab.locator("[data-testid=stSidebar] [data-testid=stAlert]").wait_for()
    for key in ("workload_more", "workload_load"):
        tab.locator(f".st-key-{key} summary").click()
    keep(visitor.rest(), f"sidebar-{width}-{theme}")
    found = violations(visitor)
    if width < 640:
        tab.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    tab.locator("[data-testid=stMain] .ea details").evaluate_all(EXPAND)
    found += violations(visitor.rest())
    assert visitor.sideways == 0
    assert found == [], "\n".join(found)


def test_a_page_of_ones_own_address_asks_nobody_else(visit: Callable[..., Visitor]) -> None:
    for address in ADDRESSES:  # `visit` fails the test for a request to elsewhere or an error on the console
        visitor = visit(PATHS[address])
        assert visitor.at == address
        icon = visitor.tab.locator("link[rel~=icon]").first.get_attribute("href")
        assert icon is not None
        assert "//" not in icon.removeprefix(visitor.server)

"""Accessibility: axe finds nothing of any impact on any page, in both themes, at both widths, opened up and in error."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pages.browsing import ADDRESSES, THEMES, WIDTHS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = Axe()
EXPAND = "els => els.forEach(e => { e.open = true; })"


def violations(visitor: Visitor) -> list[str]:
    """What axe objects to: rule, impact, and every element with what was measured there."""
    found = []
    for rule in AXE.run(visitor.tab).response["violations"]:
        for node in rule["nodes"]:
            why = node["failureSummary"].splitlines()[-1].strip()
            found.append(
                f"{visitor.at} {rule['id']} ({rule['impact']}): {node['target'][0]}\n    {node['html'][:300]}\n    {why}"
            )
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_page_has_a_violation(visit: Callable[..., Visitor], width: int, theme: str) -> None:
    visitor = visit(width=width, theme=theme)
    found: list[str] = []
    for address in ADDRESSES:
        found += violations(visitor.follow(address))
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nor_with_everything_opened_and_an_error_at_a_field(
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
        visitor.rest()
    found = violations(visitor)
    if width < 640:
        tab.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    tab.locator("[data-testid=stMain] details:not([data-testid])").evaluate_all(EXPAND)
    found += violations(visitor.rest())
    assert found == [], "\n".join(found)

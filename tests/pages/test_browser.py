"""What only a browser sees of single pages: hostile names, refused texts, the keyboard, zoom, files without a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.workload import Workload, load_workload
from simulator.pages import _link
from tests.pages.browsing import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def question(workload: Workload | str) -> str:
    """The address of a workload."""
    return f"/?w={_link.encode(load_workload(workload) if isinstance(workload, str) else workload)}"


def test_a_long_name_and_hostile_texts_keep_the_page_whole(visit: Callable[..., Visitor]) -> None:
    table = load_workload("receipt-classifier").to_mapping()
    name = "<img src=x onerror=alert(1)>" + "W" * 400
    visitor = visit(question(Workload.from_mapping({**table, "name": name})), width=390)
    assert visitor.sideways == 0
    assert visitor.tab.locator("[data-testid=strip] img").count() == 0


def test_an_edit_changes_the_answer_and_a_bad_one_is_said_below_its_field(visit: Callable[..., Visitor]) -> None:
    visitor = visit(question("fraud-check"))
    tab = visitor.tab
    before = tab.locator("h1").inner_text()
    field = tab.locator(".st-key-workload_limit input")
    field.fill("20 ms")
    field.press("Enter")
    tab.locator("h1", has_text="No option keeps the promise").wait_for(timeout=20_000)
    field.fill("soon")
    field.press("Enter")
    said = tab.locator("[data-testid=stSidebar] [data-testid=stAlert]")
    said.wait_for(timeout=10_000)
    assert "Write a number and a unit" in said.inner_text()
    assert said.bounding_box()["y"] > field.bounding_box()["y"]
    assert tab.locator("h1").inner_text() != before
    tab.reload()
    visitor.rest()
    assert tab.locator(".st-key-workload_limit input").input_value() == "20 ms"
    tab.go_back()
    tab.locator("h1", has_text=before).wait_for(timeout=20_000)


def test_the_keyboard_reaches_the_table_and_the_folded_checks(visit: Callable[..., Visitor]) -> None:
    visitor = visit(question("receipt-classifier"))
    tab = visitor.tab
    table = tab.locator("[data-testid=assumptions]")
    table.focus()
    assert tab.evaluate("document.activeElement.dataset.testid") == "assumptions"
    first = tab.locator("[data-testid=card] summary").first
    first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("[data-testid=card] details[open]").count() == 1
    fold = tab.locator(".ea-fold > summary").first
    assert not tab.locator(".ea-fold [data-testid=row]").first.is_visible()
    fold.focus()
    tab.keyboard.press("Enter")
    assert tab.locator(".ea-fold [data-testid=row]").first.is_visible()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_run_over_time_has_its_chart_and_nothing_is_cut(
    visit: Callable[..., Visitor], width: int, theme: str
) -> None:
    visitor = visit(question("receipt-classifier"), width=width, theme=theme).follow("replay")
    tab = visitor.tab
    choice = tab.locator(".st-key-replay_option")
    choice.get_by_text("Inference components, scaled to zero").click(timeout=30_000)
    tab.locator("[aria-label*='copies in use: 0 to 1']").wait_for(timeout=30_000)
    tab.wait_for_selector(".st-key-replay_latency .main-svg", timeout=30_000)
    visitor.rest()
    assert "replay_option=Inference+components" in tab.url
    assert tab.locator("h1").count() == 1
    assert tab.locator("[data-testid=replay-events] tbody tr").count() > 5
    cut = "els => els.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
    assert choice.locator("button").evaluate_all(cut) == []
    assert choice.locator("button p").evaluate_all(cut) == []
    assert visitor.sideways == 0
    with tab.expect_download(timeout=60_000) as caught:
        tab.get_by_text("Events as CSV").click()
    assert caught.value.suggested_filename == "inference-components-zero-events.csv"
    assert "desired 0 → 1" in Path(caught.value.path()).read_text(encoding="utf-8")


def test_dragging_zooms_along_time_and_a_double_click_returns(visit: Callable[..., Visitor]) -> None:
    visitor = visit(question("receipt-classifier")).follow("replay")
    tab = visitor.tab
    plot = tab.locator(".st-key-replay_chart .js-plotly-plot")
    plot.locator(".main-svg").first.wait_for(timeout=30_000)
    visitor.rest()
    plot.scroll_into_view_if_needed()

    def ranges() -> Any:
        return plot.evaluate("p => ['xaxis', 'yaxis', 'yaxis2', 'yaxis3', 'yaxis4'].map(a => p._fullLayout[a].range)")

    whole, box = ranges(), plot.bounding_box()
    x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3
    tab.mouse.move(x - 200, y)
    tab.mouse.down()
    tab.mouse.move(x - 100, y + 10, steps=4)
    tab.mouse.move(x, y + 60, steps=4)
    tab.mouse.up()
    tab.wait_for_timeout(500)
    near = ranges()
    assert near[0] != whole[0] and near[1:] == whole[1:]
    tab.mouse.move(x - 40, y)
    tab.wait_for_timeout(300)
    said = plot.locator(".hoverlayer").text_content()
    assert "p99" in said and "requests /" in said and "most waiting" in said, "one hover over all rows"
    tab.mouse.dblclick(x - 40, y)
    tab.wait_for_timeout(500)
    assert ranges() == whole


def test_the_chart_file_opens_without_a_network(browser: Any, tmp_path: Path) -> None:
    from simulator.cli import main

    path = tmp_path / "run.html"
    with pytest.raises(SystemExit):
        main(["simulate", "receipt-classifier", "--option", "inference_components_zero", "--chart", str(path)])
    context = browser.new_context(offline=True)
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: None if request.url == path.as_uri() else faults.append(request.url))
    tab.goto(path.as_uri())
    tab.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    assert tab.locator("h1").inner_text() == "Inference components, scaled to zero: 0 to 1 copy"
    assert faults == []
    context.close()

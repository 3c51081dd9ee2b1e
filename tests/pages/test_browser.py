"""What only a browser sees: silence, no request to elsewhere, no sideways scroll, themes, and a working stop."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.options import NAMES
from advisor.workload import Workload, load_workload
from simulator.pages import _link

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
WIDTHS = {"desk": 1440, "phone": 390}


@pytest.fixture(scope="module")
def context(server: str, browser: Any) -> Iterator[Any]:
    """One context for all tests, so that scripts come from its cache; the kernels compiled once in the server."""
    opened = browser.new_context()
    tab = opened.new_page()
    tab.goto(f"{server}/?w={_link.encode(load_workload('receipt-classifier'))}")
    tab.wait_for_selector("[data-testid=ranking]", timeout=120_000)
    tab.close()
    yield opened
    opened.close()


@pytest.fixture
def visit(server: str, context: Any) -> Iterator[Callable[..., Any]]:
    """Open the page in a tab of its own; its `faults` collect errors and requests to elsewhere."""
    tabs = []

    def go(workload: Workload, width: int = 1440, theme: str = "light") -> Any:
        tab = context.new_page()
        tabs.append(tab)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=theme)
        tab.faults = []
        tab.on("console", lambda message: tab.faults.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: tab.faults.append(str(error)))
        own = (server, server.replace("http", "ws", 1), "data:", "blob:")
        tab.on("request", lambda request: None if request.url.startswith(own) else tab.faults.append(request.url))
        tab.goto(f"{server}/?w={_link.encode(workload)}")
        idle(tab)
        return tab

    yield go
    for tab in tabs:
        tab.close()


def idle(tab: Any, chart: bool = True) -> None:
    tab.wait_for_selector("[data-testid=ranking]", timeout=30_000)
    tab.wait_for_selector(IDLE, timeout=30_000)
    if chart:
        tab.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)


def sideways(tab: Any) -> int:
    return int(tab.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_page_is_whole_and_silent(visit: Callable[..., Any], width: int, theme: str) -> None:
    tab = visit(load_workload("receipt-classifier"), width, theme)
    assert tab.faults == []
    assert sideways(tab) == 0
    title = tab.locator("h1")
    assert title.count() == 1
    assert title.inner_text().endswith(".")
    assert tab.locator("[data-testid=card], [data-testid=row]").count() == len(NAMES)
    assert tab.locator("[data-testid=question]").count() == 1
    assert tab.locator(".js-plotly-plot .main-svg").count() > 0
    assert tab.locator("[aria-label^='Cost per month against p99']").count() == 1
    page = tab.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert page == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}[theme]


def test_a_long_name_and_hostile_texts_keep_the_page_whole(visit: Callable[..., Any]) -> None:
    table = load_workload("receipt-classifier").to_mapping()
    name = "<img src=x onerror=alert(1)>" + "W" * 400
    tab = visit(Workload.from_mapping({**table, "name": name}), 390)
    assert tab.faults == []
    assert sideways(tab) == 0
    assert tab.locator("[data-testid=strip] img").count() == 0


def test_an_edit_changes_the_answer_and_a_bad_one_is_said_below_its_field(visit: Callable[..., Any]) -> None:
    tab = visit(load_workload("fraud-check"))
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
    idle(tab)
    assert tab.locator(".st-key-workload_limit input").input_value() == "20 ms"
    tab.go_back()
    tab.locator("h1", has_text=before).wait_for(timeout=20_000)
    assert tab.faults == []


def test_a_long_run_can_be_stopped_and_the_old_answer_stays(visit: Callable[..., Any]) -> None:
    tab = visit(load_workload("fraud-check"))
    before = tab.locator("h1").inner_text()
    field = tab.locator(".st-key-workload_rate input")
    field.fill("20000/s")
    field.press("Enter")
    tab.locator(".st-key-answer_stop button").click(timeout=20_000)
    tab.get_by_text("Stopped. Nothing was changed.").wait_for(timeout=5_000)
    assert tab.locator("h1").inner_text() == before


def test_the_keyboard_reaches_the_table_and_the_folded_checks(visit: Callable[..., Any]) -> None:
    tab = visit(load_workload("receipt-classifier"))
    table = tab.locator("[data-testid=ranking]")
    table.focus()
    assert tab.evaluate("document.activeElement.dataset.testid") == "ranking"
    first = tab.locator("[data-testid=card] summary").first
    first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("[data-testid=card] details[open]").count() == 1
    fold = tab.locator(".ea-fold > summary").first
    assert not tab.locator(".ea-fold [data-testid=row]").first.is_visible()
    fold.focus()
    tab.keyboard.press("Enter")
    assert tab.locator(".ea-fold [data-testid=row]").first.is_visible()


@pytest.mark.parametrize(("width", "theme"), [(WIDTHS["desk"], "light"), (WIDTHS["phone"], "dark")], ids=WIDTHS)
def test_the_run_over_time_has_its_chart_and_nothing_is_cut(visit: Callable[..., Any], width: int, theme: str) -> None:
    tab = visit(load_workload("receipt-classifier"), width, theme)
    tab.get_by_role("link", name="Replay it over time").click()
    choice = tab.locator(".st-key-replay_option")
    choice.get_by_text("Inference components, scaled to zero").click(timeout=30_000)
    tab.locator("[aria-label*='copies in use: 0 to 1']").wait_for(timeout=30_000)
    tab.wait_for_selector(".st-key-replay_latency .main-svg", timeout=30_000)
    tab.wait_for_selector(IDLE, timeout=30_000)
    assert "replay_option=Inference+components" in tab.url
    assert tab.locator("h1").count() == 1
    assert tab.locator("[data-testid=replay-events] tbody tr").count() > 5
    cut = "els => els.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
    assert choice.locator("button").evaluate_all(cut) == []
    assert choice.locator("button p").evaluate_all(cut) == []
    assert sideways(tab) == 0
    tab.wait_for_timeout(500)  # a click while the page is still drawn anew would be lost
    tab.wait_for_selector(IDLE, timeout=30_000)
    with tab.expect_download(timeout=60_000) as caught:
        tab.get_by_text("Events as CSV").click()
    assert caught.value.suggested_filename == "inference-components-zero-events.csv"
    assert "desired 0 → 1" in Path(caught.value.path()).read_text(encoding="utf-8")
    assert tab.faults == []


def test_dragging_zooms_along_time_and_a_double_click_returns(visit: Callable[..., Any]) -> None:
    tab = visit(load_workload("receipt-classifier"))
    tab.get_by_role("link", name="Replay it over time").click()
    plot = tab.locator(".st-key-replay_chart .js-plotly-plot")
    plot.locator(".main-svg").first.wait_for(timeout=30_000)
    tab.wait_for_selector(IDLE, timeout=30_000)
    tab.wait_for_timeout(500)
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

"""The report as people get it: offered on Decide, downloaded by a click, opened without a network, printed."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.workload import Workload, load_workload
from simulator import rank
from simulator.pages import _link
from simulator.report import report_html
from tests.pages.browsing import Visitor

LIGHT = "receipt-classifier"


def test_decide_offers_both_forms_beside_the_link(app: Any) -> None:
    at = app(w=_link.encode(load_workload(LIGHT)))
    assert not at.exception
    offered = {button.key: button.proto for button in at.get("download_button") if "report" in (button.key or "")}
    assert [proto.label for proto in offered.values()] == ["Report as HTML", "Report as Markdown"]
    assert all(proto.deferred_file_id for proto in offered.values())  # made on the click, not with the page


def test_a_question_that_cannot_be_answered_offers_no_report(app: Any) -> None:
    table = load_workload(LIGHT).to_mapping()
    table["traffic"] = {"kind": "trace", "file": "requests.csv"}
    at = app(w=_link.encode(Workload.from_mapping(table)))
    assert not at.exception
    assert [button.key for button in at.get("download_button") if "report" in (button.key or "")] == []


@pytest.fixture(scope="module")
def saved(server: str, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The HTML report as a click on the page saves it."""
    tab = Visitor(browser.new_context(), server).open(f"/?w={_link.encode(load_workload(LIGHT))}").tab
    tab.locator(".st-key-decide_report button").first.click()
    with tab.expect_download(timeout=20_000) as download:
        tab.get_by_role("button", name="Report as HTML").click()
    assert download.value.suggested_filename == "receipt-classifier-report.html"
    path = tmp_path_factory.mktemp("report") / download.value.suggested_filename
    download.value.save_as(path)
    with tab.expect_download(timeout=20_000) as download:
        tab.get_by_role("button", name="Report as Markdown").click()
    assert download.value.suggested_filename == "receipt-classifier-report.md"
    download.value.save_as(path.with_suffix(".md"))
    tab.context.close()
    return path


CUT = """[...document.querySelectorAll('.scroll, th, td, pre, .figures, h1, p')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map(e => e.outerHTML.slice(0, 200))"""


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["turbine-watch", "ct-scans"])
def test_nothing_in_a_report_is_cut_or_runs_into_its_neighbour(name: str, browser: Any, tmp_path: Path) -> None:
    ranking = rank(name, replications=3)
    workload = ranking.study.workload.model_copy(update={"name": "W" * 100})
    path = tmp_path / "report.html"
    path.write_text(report_html(replace(ranking, study=replace(ranking.study, workload=workload))), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    tab.wait_for_selector("#chart-cost .main-svg")
    for media, width in (("screen", 1440), ("print", 680)):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(media=media)
        assert tab.evaluate(CUT) == []
    tab.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_saved_report_opens_without_a_network_and_prints(saved: Path, browser: Any, server: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    assert f"{server}?w=" in saved.with_suffix(".md").read_text(encoding="utf-8").replace("\\", "")
    context = browser.new_context(offline=True)
    for width in (1440, 390):
        tab = context.new_page()
        tab.set_viewport_size({"width": width, "height": 900})
        faults: list[str] = []
        tab.on("console", lambda message, faults=faults: faults.append(message.text))
        tab.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        tab.on("request", lambda request, faults=faults: request.url.startswith("file:") or faults.append(request.url))
        tab.goto(saved.as_uri())
        tab.wait_for_selector("#chart-cost .main-svg")
        assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert tab.locator("#chart-cost").bounding_box()["width"] == 672
        violations = Axe().run(tab).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        assert faults == []
    tab.set_viewport_size({"width": 680, "height": 900})
    tab.emulate_media(media="print")
    assert tab.evaluate(CUT) == []
    paper = tab.pdf(prefer_css_page_size=True)
    context.close()
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 14
    assert b"/Subtype /Image" not in paper  # figures are drawn, not photographed
    assert b"/ToUnicode" in paper  # and text can be searched
    assert len(paper) < 400_000

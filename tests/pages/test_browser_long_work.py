"""Long work: a stop is shown at once, another question ends the run before, and the page can be used meanwhile."""

from collections.abc import Callable

import pytest

from tests.pages.browsing import QUICK, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LONG = "20000/s"
STOP = """() => new Promise(done => {
  const begun = performance.now();
  new MutationObserver((_, watcher) => {
    if (document.querySelector('[data-testid=stMain]').innerText.includes('Stopped. Nothing was changed.')) {
      watcher.disconnect();
      done(performance.now() - begun);
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
  document.querySelector('.st-key-answer_stop button').click();
})"""


def running(visitor: Visitor) -> Visitor:
    visitor.write("workload_rate", LONG)
    visitor.tab.locator(".st-key-answer_stop button").wait_for()
    return visitor


def test_a_stop_is_shown_at_once_and_the_answer_before_stays(
    visit: Callable[..., Visitor], record_property: Callable[[str, object], None]
) -> None:
    visitor = visit(f"/{QUICK}")
    title = visitor.title
    took_ms = running(visitor).tab.evaluate(STOP)
    record_property("stop_shown_after_ms", round(took_ms))
    assert took_ms < 5_000  # half a second on an idle machine
    assert visitor.rest().title == title
    assert visitor.tab.locator(".st-key-answer_again").count() == 1


def test_another_question_ends_the_run_before(visit: Callable[..., Visitor]) -> None:
    visitor = running(visit(f"/{QUICK}"))
    visitor.write("workload_rate", "3/s")
    visitor.tab.locator(".st-key-answer_stop").wait_for(state="detached")
    visitor.rest()
    assert " 3/s " in visitor.tab.get_by_test_id("strip").inner_text()
    assert visitor.tab.locator(".st-key-answer_old").count() == 0
    assert visitor.tab.get_by_text("Stopped").count() == 0


def test_the_page_can_be_used_while_a_run_goes_on(visit: Callable[..., Visitor]) -> None:
    visitor = running(visit(f"/{QUICK}"))
    tab = visitor.tab
    assert tab.locator(".st-key-answer_old h1").count() == 1
    visitor.write("workload_limit", "soon")
    tab.locator("[data-testid=stSidebar] [data-testid=stAlert]").wait_for()
    tab.get_by_test_id("stTopNav").get_by_role("link", name="Quiz", exact=True).click()
    tab.locator(".st-key-answer_stop").wait_for(state="detached")
    assert visitor.rest().at == "quiz"

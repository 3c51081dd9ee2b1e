"""What only a browser sees of the quiz: keys, speed, where a new question starts, and both themes at both widths."""

import re
from collections.abc import Callable
from itertools import islice
from statistics import median

import pytest

from advisor.facts import load_facts
from advisor.quiz.generate import deck
from advisor.quiz.item import Item
from tests.pages.browsing import THEMES, WIDTHS, Visitor
from tests.pages.test_browser_keyboard import tab_to
from tests.pages.test_browser_pages import CUT, keep, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BUDGET_MS = 300
"""From the key to the next question; measured on an idle machine it takes a third of it."""
NEXT = """(key) => new Promise((done, failed) => {
  const place = () => document.querySelector('[data-testid=quiz-question] .ea-over').innerText;
  const was = place(), begun = performance.now();
  document.dispatchEvent(new KeyboardEvent('keydown', {key, code: 'Key' + key.toUpperCase(), bubbles: true}));
  const look = () => {
    if (place() !== was) done(performance.now() - begun);
    else if (performance.now() - begun > 10000) failed('no other question');
    else setTimeout(look, 5);
  };
  look();
})"""
TOP = "document.querySelector('[data-testid=quiz-question]').getBoundingClientRect().top"
OPTION = ".st-key-quiz_option_{} button"


def opened(visitor: Visitor, wanted: Callable[[Item], bool]) -> Item:
    """Open the quiz at a question of a kind; the question."""
    found = re.search(r"of (\d+) right", visitor.title)
    number, facts = int(found[1]) if found else 0, load_facts()
    for seed in range(200):
        item = next(islice(deck(seed, facts, "mla-c02"), number, None))
        if wanted(item):
            visitor.open(f"/quiz?seed={seed}")
            return item
    raise AssertionError("no such question")


def objections(visitor: Visitor, name: str) -> list[str]:
    """What is wrong with the page as it stands, at both widths and in both themes."""
    tab, found = visitor.tab, []
    for (width_name, width), theme in zip(WIDTHS.items(), THEMES, strict=True):
        tab.emulate_media(color_scheme=theme)
        tab.set_viewport_size({"width": width, "height": 900})
        keep(visitor.rest(), f"quiz-{name}-{width_name}-{theme}")
        found += violations(visitor)
        cut = tab.locator("[data-testid=stMain] :is(button p, label p, h1, h2, .ea-chip)").evaluate_all(CUT)
        if cut or visitor.sideways:
            found.append(f"{name} at {width}: cut {cut}, {visitor.sideways} pixels sideways")
    tab.set_viewport_size({"width": WIDTHS["desk"], "height": 900})
    return found


def test_questions_and_exam_are_accessible_in_every_state(visit: Callable[..., Visitor]) -> None:
    visitor = visit("/quiz")
    tab = visitor.tab
    item = opened(visitor, lambda item: item.type == "single" and len(item.stem) > 300)
    wrong = next(n for n in range(len(item.choices)) if n not in item.key)
    tab.keyboard.press(str(wrong + 1))
    tab.get_by_text("(chosen)").wait_for()
    found = objections(visitor, "chosen")
    tab.keyboard.press("Enter")
    tab.get_by_test_id("quiz-answer").wait_for()
    found += objections(visitor, "wrong")
    tab.get_by_text("Exam", exact=True).click()
    tab.get_by_role("button", name="Start an exam like MLA-C02").click()
    tab.get_by_test_id("quiz-clock").wait_for()
    tab.keyboard.press("f")
    tab.get_by_test_id("quiz-question").get_by_text("flagged").wait_for()
    tab.get_by_role("button", name="End the exam").click()
    tab.get_by_text("Go on", exact=True).wait_for()
    found += objections(visitor, "exam")
    tab.get_by_role("button", name="End the exam now").click()
    tab.get_by_test_id("quiz-result").wait_for()
    found += objections(visitor, "result")
    tab.get_by_role("button", name="Begin another exam").click()
    assert found == [], "\n".join(found)


def test_the_next_question_is_there_at_once_and_starts_in_sight(visit: Callable[..., Visitor]) -> None:
    visitor = visit("/quiz", width=390)
    tab = visitor.tab
    times = []
    for _ in range(9):
        times.append(tab.evaluate(NEXT, "s"))
        visitor.rest(100)
    assert median(times) < BUDGET_MS, times
    opened(visitor, lambda item: item.type == "single")
    tab.locator(OPTION.format(0)).click()
    tab.get_by_text("(chosen)").wait_for()
    tab.wait_for_timeout(600)
    tab.keyboard.press("Enter")  # which goes to the button that was clicked
    tab.get_by_test_id("quiz-answer").wait_for()
    visitor.rest()
    tab.locator(".st-key-quiz_next button").scroll_into_view_if_needed()
    assert tab.evaluate(TOP) < 0
    tab.locator(".st-key-quiz_next button").click()
    tab.get_by_test_id("quiz-answer").wait_for(state="detached")
    visitor.rest()
    assert 0 <= tab.evaluate(TOP) < 450


def test_a_question_is_answered_by_keys_alone_and_its_workload_compared(visit: Callable[..., Visitor]) -> None:
    visitor = visit("/quiz")
    tab = visitor.tab
    item = opened(visitor, lambda item: item.type == "single" and bool(item.brief))
    key = item.key[0]
    tab_to(visitor, lambda words: item.choices[key].text[:15].strip() in words)
    tab.keyboard.press("Space")
    tab.get_by_text("(chosen)").wait_for()
    tab_to(visitor, lambda words: words.startswith("Check answer"))
    tab.keyboard.press("Enter")
    tab.get_by_role("status").get_by_text("Correct.").wait_for()
    tab_to(visitor, lambda words: words == "Simulate this workload")
    tab.keyboard.press("Enter")
    tab.get_by_test_id("strip").get_by_text(f"Quiz question {item.id}").wait_for()
    assert visitor.at == "compare"

"""Questions of the quiz: answered, checked, explained and kept, of every type."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import InputError, Problem
from advisor.facts import load_facts
from advisor.pages import _quiz_item, _quiz_practice
from advisor.quiz.generate import make
from advisor.quiz.item import Choice, Item, Prompt
from advisor.quiz.kept import learners, progress_of
from advisor.quiz.marking import mark
from advisor.quiz.misconceptions import believed
from advisor.quiz.templates._template import all_templates
from advisor.store import Store, open_store
from simulator.pages import _local, _quiz_way

FACTS = load_facts()
OF_TYPE = {kind.type: kind.id for kind in all_templates().values()}
"""A template of each type."""
ASKED = make("which-option", 4, FACTS)
WRONG = next(n for n in range(len(ASKED.choices)) if n not in ASKED.key)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A user's data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return open_store(today=date(2026, 11, 20))


@pytest.fixture
def ask(app: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The page with one question after the other."""

    def start(*items: Item, **query: str) -> Any:
        if items:
            monkeypatch.setattr(_quiz_practice, "next_item", lambda *_, number, **__: items[number % len(items)])
        return app("quiz", **query)

    return start


def part(at: Any, testid: str) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if f'data-testid="{testid}"' in e.proto.body)


def click(at: Any, *keys: str) -> None:
    for key in keys:
        at.button(key=f"quiz_{key}").click().run()


def keys(at: Any) -> set[str]:
    return {str(button.key).removeprefix("quiz_") for button in at.main.button}


def learn_as(at: Any, name: str) -> None:
    """Type a name: the test tool takes only options that the list has."""
    box = at.selectbox(key="quiz_learner")
    box.options.append(name)
    box.set_value(name).run()


def answer(at: Any, item: Item, given: Any) -> None:
    """Give an answer by the controls of its type, and check it."""
    if item.answer is not None:
        at.text_input(key=f"quiz_number_{item.id}").set_value(str(given))
        click(at, "check")
        return
    for n, choice in enumerate(given):
        if item.type == "matching":
            at.selectbox(key=f"quiz_prompt_{item.id}_{n}").set_value(choice).run()
        else:
            click(at, f"option_{choice}")
    click(at, "check")


def test_a_question_is_chosen_checked_explained_and_kept(ask: Any, store: Store) -> None:
    at = ask(ASKED)
    assert "Practise with questions" in part(at, "quiz-head")
    assert "domain 3, task 3.1" in part(at, "quiz-question")
    assert f"difficulty {ASKED.difficulty} of 3" in part(at, "quiz-question")
    click(at, "check")
    assert "Choose an answer first." in "".join(e.proto.body for e in at.main.get("html"))
    assert not part(at, "quiz-answer")
    assert not at.sidebar.text_input
    key = ASKED.key[0]
    click(at, f"option_{WRONG}", f"option_{key}")
    assert [button.label.endswith("(chosen)") for button in at.main.button if "option" in str(button.key)] == [
        n == key for n in range(len(ASKED.choices))
    ]
    click(at, "check")
    told = part(at, "quiz-answer")
    assert 'role="status">✓ Correct.' in told
    assert told.count("<article") == len(ASKED.choices)
    assert told.count("https://docs.aws.amazon.com") >= len(ASKED.choices)
    assert not {"check", "skip", f"option_{key}"} & keys(at)
    assert "<h1>1 of 1 right so far.</h1>" in part(at, "quiz-head")
    event = progress_of(store, "me").events[0]
    assert (event.template, event.seed, event.mode, event.answer, event.right) == (
        ASKED.template, ASKED.seed, "practice", (key,), True,
    )  # fmt: skip


def test_a_wrong_answer_says_the_right_one_and_what_it_took_for_true(ask: Any, store: Store) -> None:
    at = ask(ASKED)
    answer(at, ASKED, [WRONG])
    told = part(at, "quiz-answer")
    assert f"✕ Not this one. The answer is: {ASKED.choices[ASKED.key[0]].text}." in told
    assert _quiz_item.safe(believed(ASKED.choices[WRONG].misconception, FACTS)) in told
    assert told.count("(your choice)") == 1
    assert "<dt>To review</dt><dd>1</dd>" in part(at, "quiz-progress")
    assert "Weakest so far" in part(at, "quiz-progress")


@pytest.mark.parametrize("kind", sorted(OF_TYPE))
def test_every_type_is_answered_right_and_wrong(ask: Any, kind: str) -> None:
    item = make(OF_TYPE[kind], 2, FACTS)
    right = item.answer if item.answer is not None else item.key
    wrong = {"numeric": -1.0, "multiple": item.key[:-1] + tuple(n for n in range(5) if n not in item.key)[:1]}.get(
        kind, tuple(reversed(item.key)) if kind in {"matching", "ordering"} else ((item.key or (0,))[0] - 1,)
    )
    if isinstance(wrong, tuple):
        wrong = tuple(n % len(item.choices) for n in wrong)
    at = ask(item, item)
    answer(at, item, right)
    assert "✓ Correct." in part(at, "quiz-answer")
    assert "quiz_question" not in at.query_params
    click(at, "next")
    answer(at, item, wrong)
    told = part(at, "quiz-answer")
    assert "✕ Not this one." in told
    assert part(at, "quiz-progress").startswith('<div class="ea" data-testid="quiz-progress"><h2>1 of 2 right</h2>')
    if item.prompts:
        assert all(_quiz_item.rich(prompt.reason) in told for prompt in item.prompts)
    else:
        assert all(_quiz_item.rich(choice.reason) in told for choice in item.choices)


NUMBER = Item(
    "n", 1, "numeric", "A stem.", "How many?", 1, "scaling", "3.2", "aws", "n/a", (), (), "Remember it.",
    ("https://docs.aws.amazon.com/a.html",), answer=1200.0, tolerance=0.01, unit="requests",
)  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)> **5 MB** [link](http://x) $5"


def test_a_number_is_taken_with_its_unit_and_another_text_is_refused_at_the_field(ask: Any) -> None:
    at = ask(NUMBER)
    answer(at, NUMBER, "forty")
    assert "'forty'" in at.error[0].value.replace("\\", "")
    assert not part(at, "quiz-answer")
    answer(at, NUMBER, "1,195 requests")
    assert "✓ Correct." in part(at, "quiz-answer")
    click(at, "next")
    answer(at, NUMBER, "-3")
    assert "The answer is: 1,200 requests. You wrote -3 requests." in part(at, "quiz-answer")


def test_hostile_texts_show_as_texts_and_bold_numbers_are_strong() -> None:
    choices = tuple(Choice(HOSTILE, n == 0, HOSTILE, "javascript:alert(1)", misconception=HOSTILE) for n in range(3))
    item = replace(ASKED, stem=HOSTILE, question=HOSTILE, choices=choices, key=(0,), explanation=HOSTILE)
    pairs = replace(
        item, type="matching", prompts=(Prompt(HOSTILE, HOSTILE, "x"), Prompt(HOSTILE, HOSTILE, "x")), key=(0, 1)
    )
    drawn = _quiz_item.asked(item, HOSTILE)
    for one, given in ((item, (1,)), (pairs, (1, 0)), (replace(item, type="ordering", key=(0, 1, 2)), (2, 1, 0))):
        drawn += _quiz_item.answered(one, given, mark(one, given), FACTS)
    assert "<img" not in drawn
    assert "javascript:" not in drawn
    assert "<strong>5 MB</strong>" in drawn


def test_a_skipped_question_does_not_count_and_a_flagged_one_comes_to_the_review(ask: Any, store: Store) -> None:
    second = make("which-option", 5, FACTS)
    at = ask(ASKED, second)
    click(at, "flag", "skip")
    assert _quiz_item.paragraphs(second.stem) in part(at, "quiz-question")
    assert learners(store) == ()
    click(at, "to_review")
    assert at.query_params["quiz_mode"] == "Review"
    assert _quiz_item.paragraphs(ASKED.stem) in part(at, "quiz-question")
    answer(at, ASKED, ASKED.key)
    click(at, "next")
    assert "Nothing to review" in part(at, "quiz-question")


def test_a_missed_question_comes_again_until_it_is_right(ask: Any) -> None:
    at = ask(ASKED)
    answer(at, ASKED, [WRONG])
    at = ask(quiz_mode="Review")
    assert "Review · 1 to review" in part(at, "quiz-question")
    answer(at, ASKED, [WRONG])
    click(at, "next")
    answer(at, ASKED, ASKED.key)
    assert "Review · 0 to review" in part(at, "quiz-question")
    click(at, "next")
    assert "Nothing to review" in part(at, "quiz-question")


def test_view_and_topic_choose_the_questions(ask: Any) -> None:
    at = ask(quiz_view="MLA-C01", quiz_topic="Release strategies")
    for _ in range(6):
        assert "task 3.1" in part(at, "quiz-question")
        click(at, "skip")
    assert part(ask(seed="3"), "quiz-question") != part(ask(seed="4"), "quiz-question")
    at = ask(quiz_view="MLA-C02")
    for _ in range(8):
        assert any("option" in key for key in keys(at)), "no matching among the questions like MLA-C02"
        click(at, "skip")


def test_a_topic_without_questions_says_so(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> Item:
        raise InputError([Problem("topic", "'x'", "a topic that this view has items of")])

    monkeypatch.setattr(_quiz_practice, "next_item", none)
    assert "No question here" in part(ask(), "quiz-question")


def test_learners_have_their_own_progress_and_a_name_that_does_not_fit_is_refused(ask: Any, store: Store) -> None:
    at = ask(ASKED)
    answer(at, ASKED, ASKED.key)
    learn_as(at, "Ada")
    assert "No answer yet" in part(at, "quiz-progress")
    answer(at, ASKED, [WRONG])
    assert learners(store) == ("Ada", "me")
    learn_as(at, "x" * 61)
    assert "does not fit" in at.error[0].value
    again = ask(ASKED)
    learn_as(again, "me")
    assert "<h2>1 of 1 right</h2>" in part(again, "quiz-progress")


def test_a_damaged_file_is_set_aside_told_and_begun_anew(ask: Any, store: Store) -> None:
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_bytes(b"SQLite format 3\x00" + b"broken" * 200)
    at = ask(ASKED)
    assert "set aside as" in at.warning[0].value
    answer(at, ASKED, ASKED.key)
    assert progress_of(store, "me").right == 1


def test_the_study_card_is_a_session_of_its_own(ask: Any, store: Store) -> None:
    at = ask(ASKED)
    answer(at, ASKED, ASKED.key)
    at = ask(make("which-option", 4, FACTS.under("study-card")), profile="study-card")
    assert "a session of its own" in part(at, "quiz-head")
    assert "No answer yet" in part(at, "quiz-progress")
    answer(at, ASKED, ASKED.key)
    assert progress_of(store, "me", "study-card").answers == 1
    assert progress_of(store, "me").answers == 1


def test_on_a_shared_server_progress_stays_in_the_session(
    ask: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_local, "own_server", lambda: False)
    at = ask(ASKED)
    answer(at, ASKED, ASKED.key)
    assert "1 of 1 right" in part(at, "quiz-progress")
    assert learners(store) == ()
    assert "quiz_learner" not in {box.key for box in at.main.selectbox}
    assert any("shared server" in caption.value for caption in at.main.caption)


def test_a_reset_asks_first_and_forgets(ask: Any, store: Store) -> None:
    at = ask(ASKED)
    answer(at, ASKED, ASKED.key)
    click(at, "reset", "reset_not")
    assert progress_of(store, "me").answers == 1
    click(at, "reset", "reset_now")
    assert learners(store) == ()
    assert "No answer yet" in part(at, "quiz-progress")
    assert "anew" in at.info[0].value


def test_workloads_of_questions_can_be_simulated() -> None:
    found = [
        item
        for name in all_templates()
        for seed in range(3)
        if (item := make(name, seed, FACTS)).brief
    ]  # fmt: skip
    assert len({item.template for item in found}) >= 4
    for item in found:
        assert _quiz_way.workload_of(item, FACTS).name == f"Quiz question {item.id}"


def test_the_way_to_the_simulation_holds_the_workload(ask: Any) -> None:
    at = ask(ASKED)
    assert not at.main.get("page_link")[:-5]
    answer(at, ASKED, ASKED.key)
    links = [link.proto for link in at.main.get("page_link")]
    found = next(link for link in links if link.label == "Simulate this workload")
    assert "w=" in found.query_string
    assert "profile=aws" in found.query_string

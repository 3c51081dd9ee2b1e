"""Study cards of the quiz: a card, its answer on request, and where one stands."""

from typing import Any

from advisor.facts import diff, load_facts
from advisor.study_cards import cells_taught, dealt, deck

FACTS = load_facts()
CARDS = {card.id: card for card in deck("differences", FACTS)}


def part(at: Any, testid: str) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if f'data-testid="{testid}"' in e.proto.body)


def click(at: Any, key: str) -> None:
    at.button(key=f"quiz_{key}").click().run()


def test_the_title_is_computed_and_no_sidebar_stands_beside_it(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards")
    differ = len(diff(FACTS, FACTS.other))
    assert f"<h1>{differ} of the {cells_taught()} answers on the study card differ from AWS today.</h1>" in part(
        at, "quiz-head"
    )
    assert not at.sidebar.text_input
    assert not at.sidebar.selectbox


def test_the_answer_comes_on_request_and_is_announced(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards", seed="5")
    card = CARDS[dealt(tuple(CARDS.values()), 5)[0]]
    assert card.question in part(at, "quiz-question")
    assert not part(at, "quiz-answer")
    assert card.today.text() not in part(at, "quiz-question")
    click(at, "show")
    answer = part(at, "quiz-answer")
    assert 'role="status"' in answer
    assert card.today.text() in answer
    assert card.taught.text() in answer
    assert answer.count("read ") >= 2


def test_known_cards_leave_and_others_come_again(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards")
    order = dealt(tuple(CARDS.values()), 0)
    click(at, "show")
    click(at, "got")
    assert f"<h2>1 of {len(order)} known</h2>" in part(at, "quiz-progress")
    assert CARDS[order[1]].question in part(at, "quiz-question")
    assert not part(at, "quiz-answer")
    click(at, "show")
    click(at, "again")
    assert "<dt>Again</dt><dd>1</dd>" in part(at, "quiz-progress")
    click(at, "next")
    assert CARDS[order[3]].question in part(at, "quiz-question")
    assert f"{len(order) - 1} of {len(order)} cards left" in part(at, "quiz-question")


def test_a_deck_that_is_known_is_dealt_again_in_another_order(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards")
    for _ in CARDS:
        click(at, "show")
        click(at, "got")
    assert f"All {len(CARDS)} cards known" in part(at, "quiz-question")
    assert "quiz_show" not in {button.key for button in at.main.button}
    click(at, "deal")
    assert f"<h2>0 of {len(CARDS)} known</h2>" in part(at, "quiz-progress")
    assert CARDS[dealt(tuple(CARDS.values()), 1)[0]].question in part(at, "quiz-question")


def test_exam_tips_are_cards_of_their_own(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards", quiz_deck="Exam tips")
    tips = {card.id: card for card in deck("tips", FACTS)}
    first = tips[dealt(tuple(tips.values()), 0)[0]]
    assert f"<h2>0 of {len(tips)} known</h2>" in part(at, "quiz-progress")
    assert first.rule.title in part(at, "quiz-question").replace("&#x27;", "'").replace("&quot;", '"')
    click(at, "show")
    assert "What it checks" in part(at, "quiz-answer")
    assert 'class="value"' in part(at, "quiz-answer")


def test_the_buttons_have_keys(app: Any) -> None:
    at = app("quiz", quiz_mode="Study cards")
    assert at.button(key="quiz_show").proto.shortcut.lower() == "enter"
    click(at, "show")
    assert [at.button(key=f"quiz_{name}").proto.shortcut.lower() for name in ("got", "again", "next")] == [
        "1",
        "2",
        "n",
    ]

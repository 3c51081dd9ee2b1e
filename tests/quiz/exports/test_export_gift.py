"""GIFT: what Moodle reads is what the items say, whatever their texts hold."""

import pytest

from advisor.quiz.export_gift import gift_text
from tests.quiz.exports.reading import gift, html, normal

KINDS = {
    "single": "single",
    "case": "single",
    "multiple": "multiple",
    "matching": "matching",
    "ordering": "matching",
    "numeric": "numeric",
}


@pytest.fixture(scope="module")
def read(items):
    return list(zip(items, gift(gift_text(items)), strict=True))


def reason(part, told):
    found = html(told)
    assert found.text == normal(part.reason)
    assert found.links == ((part.source,) if part.source else ())
    assert found.aside == tuple(filter(None, (part.rule, "Documentation" if part.source else "")))


def test_a_question_has_the_name_the_type_and_the_text_of_its_item(read):
    for item, question in read:
        assert question.name == question.id == item.id
        assert question.kind == KINDS[item.type]
        told = [part for part in (normal(item.stem), normal(item.question)) if part]
        assert html(question.text).text.startswith("\n\n".join(told))
        assert {f"topic {item.topic}", f"task {item.task}", f"difficulty {item.difficulty}"} <= set(question.tags)


def test_every_choice_has_its_text_its_worth_and_its_reason(read):
    for item, question in read:
        if question.kind not in {"single", "multiple"}:
            continue
        for choice, answer in zip(item.choices, question.answers, strict=True):
            assert html(answer.text).text == normal(choice.text)
            reason(choice, answer.feedback)
            if question.kind == "single":
                assert (answer.right, answer.weight) == (choice.correct, None)
            else:
                assert answer.weight == pytest.approx(1 / len(item.key) if choice.correct else -1, abs=1e-6)


def test_the_pairs_of_a_matching_question_are_those_of_the_key(read):
    for item, question in read:
        pairs = [(html(answer.text).text, html(answer.match).text) for answer in question.answers if answer.match]
        texts = [normal(choice.text) for choice in item.choices]
        if item.type == "matching":
            matched = [
                (normal(prompt.text), texts[index]) for prompt, index in zip(item.prompts, item.key, strict=True)
            ]
            assert pairs == matched + [("", text) for index, text in enumerate(texts) if index not in item.key]
        elif item.type == "ordering":
            assert [text for text, _ in pairs] == texts
            assert [text for text, _ in sorted(pairs, key=lambda pair: int(pair[1]))] == [
                texts[index] for index in item.key
            ]
            assert "1 comes first" in question.text


def test_a_number_has_its_answer_and_how_far_it_may_be_off(read):
    for item, question in read:
        if question.kind == "numeric":
            assert (question.number, question.tolerance) == (item.answer, item.answer * item.tolerance)
            unit = "percent" if item.unit == "%" else normal(item.unit)
            assert unit.lower() in html(question.text).text.lower()


def test_the_feedback_of_a_question_has_what_to_remember_and_every_page(read):
    for item, question in read:
        found = html(question.general)
        assert found.text.startswith(normal(item.explanation))
        assert set(filter(None, item.sources)) <= set(found.links)
        if question.kind == "matching":
            for part in (*item.prompts, *item.choices):
                assert not part.reason or f"{normal(part.text)}: {normal(part.reason)}" in found.parts


def test_a_third_is_written_as_moodle_knows_it(hostile):
    assert "~%33.33333%" in gift_text([item for item in hostile if item.type == "multiple"])

"""The interview: which question comes next, what each reply does, and that it ends."""

import random

import pytest

from advisor.advice import advise
from advisor.ahead import ahead, ask
from advisor.brief import TOGETHER, Brief, brief_examples, load_brief
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.interview import Interview, Said, brief_of
from advisor.interview_text import LONGEST, read_interview, write_interview
from advisor.questions import further, questions
from advisor.workload import examples, load_workload

FACTS = load_facts()


def _walk(seed: int, dont_know: float = 0.2):
    """An interview with random replies, step by step: (before, question, number of the reply or None, after)."""
    dice, talk = random.Random(seed), Interview()  # noqa: S311 - a walk, no secret
    for _ in range(len(questions(FACTS)) + 1):
        where = ahead(talk, FACTS)
        if not where.next:
            return
        asked = ask(talk, where.next, FACTS)
        open_ = [n for n, clash in enumerate(asked.clashes) if not clash]
        number = None if dice.random() < dont_know or not open_ else dice.choice(open_)
        after = talk.answered(where.next, None if number is None else asked.question.values[number])
        yield talk, asked, number, after
        talk = after
    pytest.fail("more steps than there are questions")


@pytest.mark.parametrize("seed", range(12))
def test_each_reply_does_what_was_said_of_it(seed):
    for before, asked, number, after in _walk(seed):
        was, now = advise(before.brief, FACTS), advise(after.brief, FACTS)
        if number is None:
            assert after.brief == before.brief
            continue
        reply = asked.replies[number]
        fitted, fits = ({verdict.option.name for verdict in advice.ranked} - {"none"} for advice in (was, now))
        assert (asked.best, reply.best) == (was.best, now.best)
        assert (set(reply.out), set(reply.back)) == (fitted - fits, fits - fitted)


@pytest.mark.parametrize("seed", range(12))
def test_it_ends_and_no_question_comes_twice(seed):
    asked = [one.question.attribute for _, one, _, _ in _walk(seed)]
    assert len(asked) == len(set(asked))
    assert asked


@pytest.mark.parametrize("seed", range(6))
def test_while_nothing_was_passed_it_asks_what_the_advice_asks(seed):
    for before, asked, _, _ in _walk(seed, dont_know=0.0):
        first = advise(before.brief, FACTS).question
        assert asked.question.attribute == first or any(ask(before, first, FACTS).clashes)


@pytest.mark.parametrize("seed", range(6))
def test_the_text_says_all_of_it(seed):
    talk = Interview()
    for _, _, _, talk in _walk(seed):
        assert read_interview(write_interview(talk), FACTS) == talk
    assert len(write_interview(talk)) < LONGEST / 2


def test_dont_know_everywhere_leaves_it_open():
    talk = Interview()
    while attribute := ahead(talk, FACTS).next:
        talk = talk.answered(attribute, None)
    where = ahead(talk, FACTS)
    assert not talk.brief.known
    assert next(one.question.attribute for one in where.undecided) == advise(Brief(), FACTS).question
    assert len(where.undecided[0].firsts) > 1
    assert where.left == 0


def test_an_earlier_answer_changes_and_the_later_ones_stay():
    talk = Interview().answered("traffic", "spiky").answered("needs_gpu", None).answered("payload_mb", "3 MB")
    changed = talk.answered("traffic", "steady")
    assert [said.attribute for said in changed.answers] == ["traffic", "needs_gpu", "payload_mb"]
    assert changed.brief.known == {"traffic": "steady", "payload_mb": 3.0}
    assert changed.answered("payload_mb", None).passed == ("needs_gpu", "payload_mb")
    given = brief_of(Brief(traffic="steady")).answered("traffic", "spiky")
    assert given.stated == (Said("traffic", "spiky"),)
    assert not given.answers


@pytest.mark.parametrize("seed", range(10))
def test_only_the_attributes_named_so_contradict_each_other(seed):
    dice, stated = random.Random(seed), {}  # noqa: S311
    for question in dice.sample([*questions(FACTS).values(), *further().values()], 20):
        if question.values and question.attribute not in TOGETHER:
            stated[question.attribute] = dice.choice(question.values)
    assert Brief.from_mapping(stated).known == stated


def test_a_question_with_one_reply_left_is_not_asked():
    talk = Interview().answered("immediate_response", False)
    assert any(ask(talk, "streaming", FACTS).clashes)
    assert not ask(talk, "streaming", FACTS).decides
    assert "streaming" not in [one.question.attribute for one in ahead(talk, FACTS).undecided]


def test_a_question_that_no_reply_answers_is_not_asked():
    talk = Interview().answered("traffic", "offline").answered("streaming", True)
    assert all(ask(talk, "immediate_response", FACTS).clashes)
    assert ahead(talk, FACTS).next != "immediate_response"


def test_a_reply_that_contradicts_is_marked_and_refused():
    talk = Interview().answered("immediate_response", True)
    asked = ask(talk, "traffic", FACTS)
    clash = dict(zip(asked.question.values, asked.clashes, strict=True))
    assert clash["offline"]
    assert not clash["steady"]
    with pytest.raises(InputError, match="goes with the others"):
        talk.answered("traffic", "offline")


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [("payload_mb", "forty", "a size from 0 up"), ("n_models", "1.5", "a whole number"), ("traffic", "odd", "steady"), ("region", "mars-1", "Regions"),
     ("colour", "red", "an attribute of a brief")],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_named(attribute, value, said):
    with pytest.raises(InputError, match=said):
        Interview().answered(attribute, value, facts=FACTS)


def test_fewer_questions_are_left_the_more_was_said():
    start = ahead(Interview(), FACTS).left
    done = ahead(brief_of(load_brief("night-shift-gpu")), FACTS).left
    assert done < start


@pytest.mark.parametrize("name", examples())
def test_a_workload_starts_an_interview_that_says_what_it_states(name):
    workload = load_workload(name)
    talk = brief_of(workload)
    there = {verdict.option.name for verdict in advise(workload, FACTS).ranked}
    here = {verdict.option.name for verdict in advise(talk.brief, FACTS).ranked}
    assert talk.brief.needs_gpu == workload.model.needs_gpu
    assert there & here
    assert read_interview(write_interview(talk), FACTS) == talk


@pytest.mark.parametrize("name", brief_examples())
def test_a_brief_comes_back_as_a_brief(name, tmp_path):
    talk = brief_of(load_brief(name))
    path = tmp_path / "brief.toml"
    path.write_text(talk.toml, encoding="utf-8")
    assert load_brief(path) == talk.brief == load_brief(name)


HOSTILE = [
    "2~~traffic.spiky", "1~~~traffic.spiky", "1~~traffic", "1~~needs_gpu.", "1~~colour.red", "1~~traffic.<script>", "1~~payload_mb.-1", "1~~payload_mb.nan",
    "1~~traffic.spiky~traffic.steady", "1~~traffic.offline~immediate_response.yes", "1~~region.mars-1", "x" * (LONGEST + 1), "~", "%00", "1~~now~traffic.spiky",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_damaged_text_is_refused(text):
    with pytest.raises(InputError):
        read_interview(text, FACTS)


@pytest.mark.parametrize("seed", range(60))
def test_a_mangled_text_is_refused_or_read_never_a_fault(seed):
    dice = random.Random(seed)  # noqa: S311
    text = list("1~region.eu-west-1~payload_mb.5~~traffic.spiky~needs_gpu.-~memory_gb.about.2~now")
    for _ in range(dice.randrange(1, 6)):
        text[dice.randrange(len(text))] = dice.choice("~.1a-_%<\x00é")
    try:
        talk = read_interview("".join(text), FACTS)
    except InputError:
        return
    ahead(talk, FACTS)


def test_every_attribute_of_a_brief_has_words():
    assert {*questions(FACTS), *further()} == set(Brief.model_fields)
    assert not {*questions(FACTS)} & {*further()}
    for question in (*questions(FACTS).values(), *further().values()):
        assert question.ask.endswith("?")
        assert question.help.endswith(".")
        assert question.topic == question.topic.strip(".?")
        assert len(question.labels) == len(question.values)

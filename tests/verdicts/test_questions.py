"""The next question, what each reply changes, what if, and the smallest change that unblocks."""

import pytest

from advisor.advice import advise
from advisor.attributes import UNKNOWN, project
from advisor.brief import Brief
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.flips import read_changes, what_if
from advisor.panel import panel_for
from advisor.questions import most_deciding, questions, replies
from advisor.unblock import smallest_changes

FACTS = load_facts()
PANEL = panel_for(FACTS)


def _board(**stated):
    return PANEL.board(project(Brief(**stated)))


def _changes(**stated):
    return {change.option: change for change in smallest_changes(_board(**stated))}


def test_the_question_is_the_one_whose_replies_change_the_first_place_most():
    board = _board(traffic="spiky", payload_mb=1, processing_s=1)
    asked = questions(FACTS)
    chance = {
        name: sum(share * (best != board.best) for share, (_, best) in zip(q.shares, board.after(name, q.values), strict=True))
        for name, q in asked.items() if name in board.unknown() and all(board.signals[s][0] for s in q.when)
    }  # fmt: skip
    assert chance[most_deciding(board)] == pytest.approx(max(chance.values()))


def test_nothing_is_asked_when_no_reply_would_matter():
    assert most_deciding(_board(payload_mb=5000)) == ""
    assert advise(Brief(payload_mb=5000), FACTS).replies == ()


def test_a_stated_attribute_is_never_asked_for():
    for stated in ({}, {"traffic": "spiky"}, {"traffic": "spiky", "cold_start_ok": True}):
        assert most_deciding(_board(**stated)) not in stated


def test_replies_say_what_they_change():
    board = _board(traffic="spiky")
    found = {reply.value: reply for reply in replies(board, questions(FACTS)["immediate_response"])}
    assert found[False].best == "async"
    assert set(found[True].out) == {"async", "batch_transform"}
    assert found[True].best == board.best == "serverless"


def test_numbers_are_asked_in_bands_between_the_limits():
    question = questions(FACTS)["payload_mb"]
    limits = [FACTS.of(name, "payload_request").bytes() / 1e6 for name in ("serverless", "real_time", "async")]
    for low, high, value in zip([0, *limits], [*limits, 1e9], question.values, strict=True):
        assert low < value < high
    assert question.words[0] == f"up to {FACTS.of('serverless', 'payload_request').text()}"


@pytest.mark.parametrize("question", questions(FACTS).values(), ids=questions(FACTS))
def test_every_question_is_whole(question):
    assert question.ask.endswith("?")
    assert sum(question.shares) == pytest.approx(1)
    assert len(question.values) == len(question.words) == len(question.shares)
    Brief.from_mapping({question.attribute: question.values[0]})


# -- the smallest change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "size"), [("serverless", 5.0), ("real_time", 60.0), ("async", 2000.0)])
def test_a_body_is_cut_to_just_under_the_limit(name, size):
    change = _changes(payload_mb=size)[name]
    upper = FACTS.of(name, "payload_request").bytes_upper() / 1e6
    assert change.attribute == "payload_mb"
    assert 0.99 * upper <= change.after <= upper
    board = _board(payload_mb=change.after)
    assert not board.blocked >> PANEL.names.index(name) & 1


def test_a_flag_is_turned_where_a_flag_blocks():
    changes = _changes(needs_gpu=True, payload_mb=1)
    assert (changes["serverless"].attribute, changes["serverless"].after) == ("needs_gpu", False)
    assert _changes(immediate_response=True)["async"].after is False


def test_counts_stay_whole():
    most = FACTS.fact("multi_container.containers_max").number()
    assert _changes(n_models=300)["multi_container"].after == most


def test_two_broken_limits_have_no_single_change():
    assert "serverless" not in _changes(payload_mb=50, needs_gpu=True)
    assert "serverless" in _changes(payload_mb=50)


def test_every_change_does_unblock_and_nothing_smaller_in_the_same_attribute_does():
    stated = {"payload_mb": 60.0, "processing_s": 30.0, "immediate_response": True}
    board = _board(**stated)
    for change in smallest_changes(board):
        after = _board(**{**stated, change.attribute: change.after})
        assert not after.blocked >> PANEL.names.index(change.option) & 1
        if isinstance(change.after, float):
            short = change.before + 0.98 * (change.after - change.before)
            assert _board(**{**stated, change.attribute: short}).blocked >> PANEL.names.index(change.option) & 1


# -- what if -----------------------------------------------------------------------------------------------------------


def test_what_if_shows_what_flips():
    found = what_if(Brief(traffic="spiky", payload_mb=1), read_changes(["payload_mb=5"]), FACTS)
    assert found.best == ("serverless", "real_time")
    assert {flip.option for flip in found.flips} == {"serverless", "serverless_provisioned"}
    assert all(flip.verdict.deciding.rule == "PAY001" for flip in found.flips)


def test_what_if_can_take_a_statement_back():
    found = what_if(Brief(needs_gpu=True, traffic="spiky"), read_changes(["needs_gpu=unknown"]), FACTS)
    assert found.best[1] == "serverless"
    assert found.changes == {"needs_gpu": UNKNOWN}


def test_what_if_works_on_a_workload(make):
    found = what_if(make(), read_changes(["payload_mb=30", "needs_gpu=yes"]), FACTS)
    assert "real_time" in {flip.option for flip in found.flips}


@pytest.mark.parametrize(
    ("texts", "said"),
    [(["payload_mb"], "attribute=value"), (["payload=5"], "did you mean payload_mb?"), (["n_models=0"], "a whole number from 1 up"),
     (["payload_mb=5", "traffic=bursty"], "steady")],
)  # fmt: skip
def test_a_change_that_cannot_be_read_is_named(texts, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        read_changes(texts)


def test_a_change_that_contradicts_the_brief_is_refused():
    with pytest.raises(InputError, match="not both"):
        what_if(Brief(traffic="offline"), read_changes(["immediate_response=true"]), FACTS)


def test_the_profiles_stand_side_by_side():
    advice = advise(Brief(payload_mb=5, traffic="spiky", immediate_response=True, cold_start_ok=True), FACTS)
    assert set(advice.differs) == {"serverless", "serverless_provisioned"}
    assert (advice.best, advice.best_elsewhere) == ("real_time", "serverless")

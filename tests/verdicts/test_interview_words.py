"""What the interview says in sentences."""

import pytest

from advisor.ahead import ahead, ask
from advisor.facts import load_facts
from advisor.interview import Interview, Said
from advisor.options import NAMES
from simulator.interview_words import answer_words, effect, finding, how_sure, progress, so_far, subject, why_first

FACTS = load_facts()


def _talk(**answers):
    talk = Interview()
    for name, value in answers.items():
        talk = talk.answered(name, value)
    return talk


def test_what_fits_is_said_as_far_as_it_is_decided():
    undecided = ahead(_talk(traffic="spiky"), FACTS)
    assert finding(undecided, FACTS).startswith("Not decided: waiting for a start decides between ")
    assert "still decide" in how_sure(undecided)[0]
    nothing = ahead(_talk(payload_mb=5000), FACTS)
    assert finding(nothing, FACTS).startswith("Nothing fits. The closest is an asynchronous endpoint; it needs ")
    assert "5,000 MB for the largest request" in finding(nothing, FACTS)
    assert why_first(nothing.advice, FACTS) == ()
    decided = ahead(
        _talk(immediate_response=False, payload_mb=500, traffic="spiky", processing_s=700, offline_ok=False), FACTS
    )
    assert decided.next == ""
    assert finding(decided, FACTS) in {"An asynchronous endpoint fits best.", "Only an asynchronous endpoint fits."}


def test_how_sure_says_what_would_still_change_it():
    where = ahead(_talk(traffic="offline", immediate_response=False, offline_ok=True, payload_mb=0.4), FACTS)
    rare = [one for one in where.open if not one.decides]
    assert not where.undecided
    said = how_sure(where)[0]
    assert said.startswith("Only an unusual answer" if rare else "No answer")
    assert all(one.question.topic in said for one in rare)


def test_progress_counts_answers_and_what_is_left():
    talk = _talk(traffic="spiky", needs_gpu=None)
    where = ahead(talk, FACTS)
    asked = ask(talk, where.next, FACTS)
    assert progress(talk, where, asked).startswith(
        f"Question 3 of about {2 + where.left} · decides between {len(asked.firsts)} options"
    )
    again = ask(talk, "traffic", FACTS)
    assert progress(talk, where, again).startswith("Question 1 of about ")


def test_the_title_counts_the_options_that_are_left():
    talk = _talk(immediate_response=True)
    where = ahead(talk, FACTS)
    count = len([verdict for verdict in where.advice.ranked if verdict.option.name != "none"])
    assert f"{count} of {len(NAMES) - 1} options are left" in so_far(talk, where)
    assert so_far(Interview(), ahead(Interview(), FACTS)).startswith("Start with")
    assert "nothing fits" in so_far(_talk(payload_mb=5000), ahead(_talk(payload_mb=5000), FACTS))


def test_an_effect_names_who_goes_and_who_comes_first():
    asked = ask(Interview(), "immediate_response", FACTS)
    yes, no = (effect(asked, number) for number in range(2))
    assert "rules out asynchronous endpoint and batch transform job" in yes
    assert "an asynchronous endpoint comes first" in no
    clash = ask(_talk(immediate_response=True), "traffic", FACTS)
    assert "does not go with" in effect(clash, 5)


@pytest.mark.parametrize(
    ("said", "words"),
    [(Said("payload_mb", 5.0), "5 MB"), (Said("traffic", "spiky"), "Spiky"), (Said("needs_gpu", False), "No"), (Said("cold_start_ok", "unwanted"), "Better not"),
     (Said("n_models", 30.0), "30"), (Said("payload_mb", 0.123, True), "about 0.123 MB"), (Said("front"), "not known"), (Said("region", "eu-west-1"), "eu-west-1")],
)  # fmt: skip
def test_answers_read_as_people_say_them(said, words):
    assert answer_words(said, FACTS) == words


def test_a_band_reads_as_a_band():
    asked = ask(Interview(), "payload_mb", FACTS)
    assert answer_words(Said("payload_mb", asked.question.values[0], True), FACTS) == asked.question.labels[0]
    assert subject("payload_mb", FACTS) == "Largest request"

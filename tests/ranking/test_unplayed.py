"""Options that were not simulated: what the ranking says of them, and when `none` is the answer."""

from dataclasses import replace

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import NAMES, title
from advisor.rules import Finding, Outcome
from advisor.workload import examples
from simulator import rank
from simulator.answer_text import ranking_text
from simulator.endpoints import builders
from simulator.headline import headline, why
from simulator.set_keys import keys
from simulator.unplayed import aside

FACTS = load_facts()
RELEASE = {"production_variants", "shadow_variant"}
SEVERAL = (("model.count", 40), ("model.similar", True))


@pytest.fixture(scope="module")
def one(make):
    """One model, an answer on the connection."""
    return rank(make(), FACTS, replications=3)


@pytest.fixture(scope="module")
def several(make):
    """Many models of one kind."""
    return rank(make(*SEVERAL), FACTS, replications=3)


@pytest.fixture(scope="module")
def nothing(make):
    """A body that no synchronous option takes, and a caller who waits."""
    return rank(make(("request.payload", "300 MB"), ("needs.immediate_response", True)), FACTS, replications=3)


def by_name(found):
    return {verdict.option.name: verdict for verdict in found.infeasible}


@pytest.mark.parametrize("name", sorted(examples()))
def test_each_name_stands_once_and_only_what_has_a_model_is_simulated(name):
    found = rank(name, FACTS, replications=3)
    assert sorted([*(e.name for e in found.ranked), *by_name(found)]) == sorted(NAMES)
    assert {e.name for e in found.ranked} <= set(builders())
    parts = [e.name for e in found.ranked] + [v.option.name for v in (*found.unplayed, *found.blocked)]
    assert sorted([*parts, "none"]) == sorted(NAMES)
    assert all(v.fit is not None for v in (*found.unplayed, *found.blocked, *(e.verdict for e in found.ranked)))


def set_aside(found, name):
    """The same answer with one option not simulated, as one that no run can play yet."""
    entry = next(entry for entry in found.ranked if entry.name == name)
    finding = Finding("SIM003", Outcome.unknown, "It fits by the rules; how it behaves is not simulated yet.")
    verdict = replace(entry.verdict, outcome=Outcome.unknown, findings=(finding, *entry.verdict.findings))
    ranked = tuple(other for other in found.ranked if other is not entry)
    return replace(found, ranked=ranked, infeasible=(verdict, *found.infeasible))


def test_what_fits_and_was_not_simulated_says_why_first(one):
    assert one.unplayed
    for verdict in one.unplayed:
        assert verdict.findings[0].rule.startswith("SIM")
        assert verdict.findings[0].outcome is verdict.outcome is Outcome.unknown
        assert len(verdict.findings) > 1, "what the rules said stays visible"


def test_what_nobody_asked_for_is_left_out_of_the_order_and_can_be_played_alone(one):
    left = by_name(one)
    for name in ("multi_model", "inference_components", *RELEASE):
        assert left[name].findings[0].rule == "SIM004"
        assert f"--option {name}" in left[name].findings[0].remedy
        assert keys(name)


def test_what_the_rules_block_keeps_the_rule_that_does(one):
    assert one.blocked
    for verdict in one.blocked:
        assert verdict.outcome is Outcome.blocks
        assert not verdict.findings[0].rule.startswith("SIM")
        assert verdict.findings[0].remedy


def test_what_fits_comes_before_what_does_not_and_the_best_fit_first(one):
    names = [v.option.name for v in one.infeasible]
    assert names == [v.option.name for v in (*one.unplayed, *one.blocked)] + ["none"]
    asked = [v.fit.score for v in one.unplayed if not aside(v)]
    assert asked == sorted(asked, reverse=True)


def test_none_is_blocked_while_something_fits(one):
    none = by_name(one)["none"]
    assert none.outcome is Outcome.blocks
    assert one.best.name in none.findings[0].message


def test_none_is_the_answer_where_every_other_name_is_blocked(nothing):
    assert nothing.best is None
    assert not nothing.ranked
    assert not nothing.unplayed
    assert by_name(nothing)["none"].feasible
    said = headline(nothing)
    assert said.startswith(f"Nothing fits: all {len(NAMES) - 1} options are ruled out.")
    assert said.endswith(".")


def test_a_release_strategy_that_is_asked_for_is_simulated_alone(make):
    found = rank(make(("needs.release", "ab_split")), FACTS, replications=3)
    assert [entry.name for entry in found.ranked] == ["production_variants"]
    none = by_name(found)["none"]
    assert none.outcome is Outcome.blocks
    assert title("production_variants").lower() in none.findings[0].message
    assert headline(found).startswith("Use production variants")


def test_what_nothing_here_asks_for_is_aside(one, several):
    assert {v.option.name for v in one.unplayed if aside(v)} >= {"multi_model", "multi_container", *RELEASE}
    assert not any(aside(v) for v in several.unplayed if v.option.name == "multi_model")
    assert all(aside(v) for v in several.infeasible if v.option.name in RELEASE)


def test_what_serves_one_model_on_its_own_is_never_aside(one, several, nothing):
    for found in (one, several, nothing):
        single = [v for v in found.infeasible if v.option.name in {"real_time", "serverless", "async"}]
        assert not any(aside(v) for v in single)


def test_a_release_that_was_asked_for_is_not_aside(make):
    found = rank(make(("needs.release", "mirror")), FACTS, replications=3)
    assert [entry.name for entry in found.ranked] == ["shadow_variant"]
    assert not aside(found.ranked[0].verdict)


def test_an_option_that_suits_better_and_was_not_simulated_is_said(several):
    several = set_aside(several, "multi_model")
    assert several.rival is not None
    assert several.rival.option.name == "multi_model"
    assert headline(several).startswith("Of those simulated, use a")
    said = " ".join(why(several))
    assert "multi-model endpoint may suit this workload better" in said
    assert "not simulated yet" in said
    printed = [part for part in ranking_text(several) if isinstance(part, str)]
    assert any(line.startswith("Look also at: Multi-model endpoint") for line in printed)


def test_what_merely_was_not_simulated_leaves_the_headline_alone(one):
    assert one.unplayed
    assert one.rival is None
    assert headline(one).startswith("Use ")
    assert f"{len(one.ranked)} options simulated" in " ".join(why(one))


def test_without_any_simulated_option_the_best_fit_is_the_answer(several):
    bare = replace(set_aside(several, "multi_model"), ranked=())
    assert headline(bare) == "By the rules, use a multi-model endpoint; how that behaves is not simulated yet."


def test_where_nothing_simulated_keeps_the_promise_the_headline_counts_only_what_was_judged(make):
    missed = set_aside(rank(make(("needs.slo", ["p99:1ms"]), *SEVERAL), FACTS, replications=3), "multi_model")
    assert headline(missed).startswith("No simulated option keeps the promise.")


def test_a_missing_measurement_is_still_not_decided(make):
    found = rank(make(), FACTS, replications=3)
    verdict = next(v for v in found.unplayed)
    lacking = replace(verdict, findings=(Finding("SIM001", Outcome.unknown, "Nothing is known."),))
    assert headline(replace(found, ranked=(), infeasible=(lacking,))) == "Not decided: a measurement is missing."


def test_the_terminal_shows_every_name_once_with_its_reason(one):
    lines = [part for part in ranking_text(one) if isinstance(part, str)]
    text = "\n".join(lines)
    assert text.index("Fits by the rules, not simulated:") < text.index("Does not fit:")
    for verdict in one.blocked:
        assert verdict.findings[0].message in text


@pytest.mark.parametrize("name", [name for name in NAMES if name not in builders()])
def test_only_what_is_simulated_can_be_set(name):
    with pytest.raises(InputError) as caught:
        keys(name)
    assert all(played in str(caught.value) for played in builders())
    assert name not in str(caught.value).replace(repr(name), "")

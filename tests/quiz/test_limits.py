"""Items on what is documented: limits, scaling, configurations, several models, foundation models."""

import re
import time
from collections import Counter
from functools import cache

import pytest

from advisor.facts import load_facts
from advisor.quiz.generate import make, seed_for
from advisor.quiz.misconceptions import believed
from advisor.quiz.templates._template import all_templates

FACTS = load_facts()
STUDY = load_facts("study-card")
OLDER = {"older_value", "study_card_payload", "async_stops_early"}
MODULES = {
    "limit_values", "limit_cases", "changed_limits", "scaling_metrics", "scaling_windows", "scaling_steps", "changed_cells",
    "configurations", "statements", "several_models", "accelerators", "token_cost", "remedies",
}  # fmt: skip
KINDS = [
    kind for kind in all_templates().values() if kind.module.rpartition(".")[2] in MODULES or kind.module in MODULES
]
CONCEPTS = [f"{kind.id}/{target}" for kind in KINDS for target in kind.targets]


def items_of(concept, facts=FACTS, wanted=2):
    """The first items about a concept."""
    seed, made = -1, []
    for _ in range(wanted):
        name, seed = seed_for(concept, seed)
        made.append(make(name, seed, facts))
    return made


@cache
def every(facts=FACTS):
    return [item for concept in CONCEPTS for item in items_of(concept, facts)]


ITEMS = every()


def test_there_are_about_fifty_things_to_know():
    assert len(CONCEPTS) >= 40
    assert {item.topic for item in ITEMS} >= {"limits", "scaling", "models", "foundation"}


@pytest.mark.parametrize("facts", [FACTS, STUDY], ids=lambda facts: facts.profile)
def test_every_item_is_whole(facts):
    for item in every(facts):
        assert len(item.choices) >= 3, item.id
        assert len({choice.text for choice in item.choices}) == len(item.choices), item.id
        for choice in item.choices:
            assert choice.reason, item.id
            assert choice.source.startswith("https://"), item.id
            assert not re.search(r"[{}]|None", f"{choice.text} {choice.reason}"), item.id
            assert bool(choice.misconception) is not choice.correct, item.id
            if choice.misconception:
                assert believed(choice.misconception, facts) != choice.misconception, choice.misconception
        for text in (item.stem, item.question, item.explanation):
            assert text, item.id
            assert not re.search(r"[{}]", text), item.id
        assert "**" in item.stem or item.brief, item.stem
        assert not re.search(r"(?:^|[.?!] )[a-z](?!l\.)", item.stem), item.stem
        assert all(source.startswith("https://") for source in item.sources)


def test_a_key_does_not_depend_on_the_profile_unless_the_item_says_so():
    others = {(item.template, item.seed): item for item in every(STUDY)}
    for item in ITEMS:
        other = others[item.template, item.seed]
        if not item.changed:
            assert (other.key, [c.text for c in other.choices]) == (item.key, [c.text for c in item.choices]), item.id


def value_of(text):
    """The limit that a choice names, whether it is a value or an answer with one."""
    return re.sub(r"^(?:Yes|No), the limit is ", "", text)


def test_what_lies_between_two_limits_is_allowed_by_one_of_them():
    asked = [item for seed in range(40) if "Is **" in (item := make("changed-limit", seed, FACTS)).question]
    assert len(asked) > 5
    for item in asked:
        older = [choice for choice in item.choices if choice.misconception in OLDER]
        key = item.choices[item.key[0]]
        assert key.text.partition(",")[0] != older[0].text.partition(",")[0], item.id
        assert sum(choice.text.partition(",")[0] == key.text.partition(",")[0] for choice in item.choices) > 1


def test_a_changed_limit_names_its_source_and_both_values():
    for concept in CONCEPTS:
        if concept.startswith("changed-limit/"):
            fact = FACTS.fact(concept.partition("/")[2])
            for item in items_of(concept):
                key = item.choices[item.key[0]]
                older = [value_of(choice.text) for choice in item.choices if choice.misconception in OLDER]
                assert item.changed
                assert re.search(r"as of \d+ \w+ \d{4}", item.question)
                assert fact.text().split("\u00a0")[0] in key.text
                assert older
                assert all(text in item.explanation for text in (value_of(key.text), older[0]))


def test_under_the_study_card_its_own_value_is_the_key():
    for name in ("real_time.payload_request", "async.invocation_timeout", "serverless.payload_request"):
        for item in items_of(f"changed-limit/{name}", STUDY, 1):
            assert value_of(item.choices[item.key[0]].text) == STUDY.fact(name).text()
            assert "study material" in item.question
            assert FACTS.fact(name).text() in item.explanation


def test_the_key_is_the_longest_choice_in_at_most_a_third():
    single = [item for item in ITEMS if item.type == "single"]
    longest = [
        item for item in single
        if all(len(item.choices[item.key[0]].text) > len(choice.text) for choice in item.choices if not choice.correct)
    ]  # fmt: skip
    assert len(longest) <= 0.35 * len(single)


def test_an_item_is_made_in_a_few_milliseconds():
    start = time.perf_counter()
    made = [item for concept in CONCEPTS for item in items_of(concept, wanted=1)]
    assert (time.perf_counter() - start) / len(made) < 0.03


def test_situations_differ():
    for kind in KINDS:
        stems = Counter(make(kind.id, seed, FACTS).stem for seed in range(20))
        assert max(stems.values()) <= 4, (kind.id, stems.most_common(1))

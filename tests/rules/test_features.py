"""Features by option: offered, refused with the date of the page, contested, or not documented."""

import pytest

from advisor.facts import _required as required
from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
OPTIONS = required()[0]
FEATURES = [
    ("HOST006", "network_isolation", "supports_network_isolation"),
    ("HOST007", "data_capture", "supports_data_capture"),
    ("HOST008", "marketplace", "supports_marketplace"),
    ("HOST009", "private_registry", "supports_private_registry"),
    ("HOST010", "uncompressed_model", "supports_uncompressed_model"),
    ("NET001", "vpc_required", "supports_vpc"),
]


def contested(name: str, attribute: str) -> bool:
    return f"{FACTS.of(name, attribute).option}.contested_{attribute}" in FACTS.ids()


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize(("rule", "field", "attribute"), FEATURES)
def test_a_needed_feature_is_judged_by_its_fact_on_every_option(ask, name, rule, field, attribute):
    fact = FACTS.of(name, attribute)
    expected = {True: Outcome.notes, False: Outcome.blocks}.get(fact.value, Outcome.conditions)
    if contested(name, attribute):
        expected = Outcome.conditions
    found = ask(rule, Option(name=name), **{field: True})
    assert found.outcome is expected
    assert bool(found.remedy) == (expected is not Outcome.notes)
    if expected is Outcome.blocks and fact.published:
        assert f"{fact.published:%d %b %Y}" in found.message, "a missing feature says how old the page is"
    assert ask(rule, Option(name=name), **{field: False}) is None
    assert ask(rule, Option(name=name)) is None


def test_pages_that_contradict_each_other_make_a_condition_that_says_so(ask):
    found = ask("HOST006", Option(name="async"), network_isolation=True)
    other = FACTS.fact("async.contested_supports_network_isolation")
    assert "contradict" in found.message
    assert other.value in found.message
    assert found.facts == ("async.supports_network_isolation", other.id)


def test_a_value_of_ones_own_settles_the_contest(ask):
    for value, expected in ((True, Outcome.notes), (False, Outcome.blocks)):
        own = load_facts("aws", {"async.supports_network_isolation": {"value": value}})
        assert ask("HOST006", Option(name="async"), own, network_isolation=True).outcome is expected


def test_every_contest_names_a_fact_of_the_same_option():
    names = [name.split(".contested_") for name in FACTS.ids() if ".contested_" in name]
    assert names
    for option, attribute in names:
        assert FACTS.fact(f"{option}.{attribute}").option == option


@pytest.mark.parametrize("name", OPTIONS)
def test_guarded_updates_on_every_option(ask, name):
    words = {
        "yes": Outcome.notes,
        "no": Outcome.blocks,
        "all at once": Outcome.conditions,
        "rolling": Outcome.conditions,
    }
    expected = (
        Outcome.conditions if contested(name, "guarded_rollout") else words[FACTS.of(name, "guarded_rollout").value]
    )
    assert ask("HOST011", Option(name=name), guarded_rollout=True).outcome is expected
    assert ask("HOST011", Option(name=name), guarded_rollout=False) is None


def test_some_types_and_models_of_the_marketplace_lose_the_guardrails(ask):
    excluded = FACTS.fact("real_time.guarded_rollout_excluded_families").value[0]
    plain = Option(name="real_time", instance_type="ml.m5.xlarge")
    assert ask("HOST011", plain, guarded_rollout=True).outcome is Outcome.notes
    bought = ask("HOST011", plain, guarded_rollout=True, marketplace=True)
    on_it = ask("HOST011", Option(name="real_time", instance_type=f"ml.{excluded}.xlarge"), guarded_rollout=True)
    assert bought.outcome is on_it.outcome is Outcome.conditions
    assert "at once" in bought.message

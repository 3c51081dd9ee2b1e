"""Rules on several models, releases, delivery and cold starts: what each name may and may not do."""

import pytest

from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import load_facts
from advisor.options import NAMES, Option
from advisor.representatives import representatives
from advisor.rules import Outcome, all_rules
from advisor.rules._rule import check

FACTS = load_facts()
OPTIONS = {option.name: option for option in representatives(FACTS)}


def outcomes(rule: str, **stated) -> dict[str, Outcome | None]:
    entry = next(entry for entry in all_rules() if entry.id == rule)
    found = {name: check(entry, Attributes(**stated), option, FACTS) for name, option in OPTIONS.items()}
    assert all(f.remedy for f in found.values() if f is not None and f.outcome in {Outcome.blocks, Outcome.conditions})
    return {name: finding.outcome if finding else None for name, finding in found.items()}


def named(rule: str, outcome: Outcome, **stated) -> set[str]:
    return {name for name, found in outcomes(rule, **stated).items() if found is outcome}


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_containers_below_at_and_above_their_number(step):
    for name, chained, fact in (
        ("multi_container", UNKNOWN, "containers_max"),
        ("inference_pipeline", True, "containers_range"),
    ):
        most = FACTS.of(name, fact).number("high")
        found = outcomes("MOD001", n_models=most + step, chained=chained)
        assert found[name] is (Outcome.blocks if step > 0 else Outcome.notes)
        assert {other for other, outcome in found.items() if outcome is Outcome.blocks} <= {name, "multi_container"}


def test_one_container_serves_one_framework():
    assert named("MOD002", Outcome.blocks, n_models=3.0, n_frameworks=2.0) == {"multi_model"}
    assert named("MOD002", Outcome.blocks, n_models=3.0, n_frameworks=1.0) == set()
    assert named("MOD002", Outcome.conditions, n_models=3.0, n_frameworks=1.0, models_similar=False) == {"multi_model"}
    assert named("MOD002", Outcome.unknown, n_models=3.0, models_similar=False) == {"multi_model"}
    assert named("MOD002", Outcome.unknown, n_models=3.0) == {"multi_model"}
    assert outcomes("MOD002", n_models=1.0)["multi_model"] is None


def test_models_that_scale_apart_need_capacity_of_their_own():
    together = {"multi_model", "multi_container", "inference_pipeline"}
    assert named("MOD003", Outcome.blocks, per_model_scaling=True) == together
    assert named("MOD003", Outcome.notes, per_model_scaling=True) == set(OPTIONS) - together
    assert set(outcomes("MOD003", per_model_scaling=False).values()) == {None}


def test_containers_in_a_row():
    assert named("MOD004", Outcome.notes, chained=True) == {"inference_pipeline", "batch_transform"}
    assert named("MOD004", Outcome.conditions, chained=True) == {"real_time", "production_variants", "shadow_variant"}
    assert named("MOD004", Outcome.blocks, chained=False, n_models=2.0) == {"inference_pipeline"}
    assert named("MOD004", Outcome.unknown, n_models=2.0) == {"inference_pipeline"}
    assert set(outcomes("MOD004", n_models=1.0).values()) == {None}


def test_what_shares_nothing_is_needed_once_for_each_model():
    alone = {
        "real_time",
        "serverless",
        "serverless_provisioned",
        "async",
        "batch_transform",
        "production_variants",
        "shadow_variant",
    }
    assert named("MOD005", Outcome.notes, n_models=2.0) == alone
    assert set(outcomes("MOD005", n_models=1.0).values()) == {None}


def test_each_release_need_has_one_strategy():
    assert named("REL001", Outcome.blocks, release_need="ab_split") == set(OPTIONS) - {"production_variants"}
    assert named("REL002", Outcome.blocks, release_need="mirror") == set(OPTIONS) - {"shadow_variant"}
    assert named("REL003", Outcome.notes) == {"production_variants", "shadow_variant"}
    assert set(outcomes("REL003", release_need="mirror").values()) == {None}


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [({"traffic": "offline"}, Outcome.notes), ({"dataset_records": 5.0}, Outcome.notes), ({"offline_ok": True}, Outcome.conditions),
     ({"traffic": "spiky"}, Outcome.conditions), ({"offline_ok": False}, Outcome.conditions), ({}, Outcome.unknown)],
)  # fmt: skip
def test_a_job_needs_its_data_beforehand(stated, outcome):
    assert named("DEL001", outcome, **stated) == {"batch_transform"}


def test_an_endpoint_that_must_stand():
    assert named("DEL002", Outcome.blocks, persistent_endpoint=True) == {"batch_transform"}
    assert named("DEL002", Outcome.notes, persistent_endpoint=False) == set(OPTIONS) - {"batch_transform"}


def test_cold_starts_of_every_kind():
    start = FACTS.fact("serverless.cold_start_time").us("low") / 1e3
    assert named("COLD001", Outcome.blocks, cold_start_ok=False) == {"inference_components_zero"}
    tight = named("COLD001", Outcome.blocks, cold_start_ok=False, latency_slo_ms=start - 1)
    assert tight == {"inference_components_zero", "serverless"}
    assert named("COLD001", Outcome.unknown) == {"serverless", "async", "multi_model", "inference_components_zero"}
    assert named("COLD001", Outcome.conditions, cold_start_ok="unwanted") == named("COLD001", Outcome.unknown)
    assert named("COLD001", Outcome.conditions, cold_start_ok=True) == set()


def test_a_representative_of_every_name_but_none():
    assert tuple(OPTIONS) == NAMES[:-1]


@pytest.mark.parametrize(("name", "chained"), [("multi_container", UNKNOWN), ("inference_pipeline", True)])
def test_all_models_of_an_instance_fit_its_memory_to_the_byte(ask, name, chained):
    kind = FACTS.instances["ml.m5.xlarge"]
    option = Option(name=name, instance_type=kind.name, instances=1)
    each = kind.memory_bytes / 4 / 1e9
    fits = ask("MOD006", option, n_models=4.0, memory_gb=each, chained=chained)
    above = ask("MOD006", option, n_models=4.0, memory_gb=each + 1e-9, chained=chained)
    assert (fits.outcome, above.outcome) == (Outcome.notes, Outcome.blocks)
    assert fits.margin == 0 > above.margin
    assert above.remedy


def test_models_that_are_not_all_loaded_may_be_more_than_fit(ask):
    many = {"n_models": 400.0, "memory_gb": 1.0}
    for name in ("multi_model", "inference_components", "real_time"):
        assert ask("MOD006", Option(name=name, instance_type="ml.m5.xlarge", instances=1), **many) is None
    assert ask("MOD006", Option(name="inference_pipeline", instance_type="ml.m5.xlarge"), **many) is None

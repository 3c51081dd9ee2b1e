"""What `--set` makes of each option: every key works, what cannot serve is refused with its reason."""

import pytest

from advisor.errors import InputError
from advisor.options import NAMES
from simulator.configure import configure
from simulator.endpoints import builders
from simulator.play import simulate
from simulator.set_keys import keys
from simulator.study import prepare
from tests.endpoints.shared import FACTS, KIND, SEVERAL

PLAYED = [name for name in NAMES if name in builders()]
NEEDS = {"min_instances": {"max_instances": "6"}, "min_copies": {"max_copies": "4"}, "target_concurrency": {}}
"""Settings that mean something only together with others."""


@pytest.fixture(scope="module")
def study(make):
    return prepare(make(("traffic.duration", "20 min"), ("needs.immediate_response", False)), FACTS)


@pytest.fixture(scope="module")
def several(make):
    return prepare(make(("traffic.duration", "20 min"), *SEVERAL), FACTS)


@pytest.mark.parametrize("name", PLAYED)
def test_the_example_of_every_key_can_be_played(study, name):
    for key in keys(name):
        texts = {key.name: key.example, **NEEDS.get(key.name, {})}
        if key.name in {"weights", "shadow_share"}:
            texts["fleets"] = "2,1"
        option, given = configure(study, name, texts)
        assert option.name == name
        assert simulate(study, option, given=given).run.meters.arrivals > 0, key.name


def refused(study, name, **texts):
    with pytest.raises(InputError) as caught:
        configure(study, name, texts)
    return str(caught.value)


def test_a_number_for_good_takes_the_policy_away_and_a_target_brings_one(several):
    fixed, _ = configure(several, "inference_components", {"copies": "2"})
    assert not fixed.tracked
    assert fixed.instances * 4 >= fixed.copies * fixed.components, "as many instances as the copies need"
    tracked, _ = configure(several, "inference_components", {"target_per_min": "30"})
    assert (tracked.target_per_min, tracked.target_concurrency) == (30.0, 0.0)
    assert tracked.max_copies > 0


def test_fleets_follow_the_weights(study):
    option, _ = configure(study, "production_variants", {"weights": "2,1,1"})
    assert option.weights == (0.5, 0.25, 0.25)
    assert option.fleets == (1, 1, 1)
    assert option.instances == 3
    assert "3, one for each variant" in refused(study, "production_variants", weights="2,1,1", fleets="1,1")
    most = int(FACTS.of("production_variants", "variants_max").number())
    assert f"at most {most}" in refused(study, "production_variants", weights=",".join("1" * (most + 1)))
    assert "like 90,10" in refused(study, "production_variants", weights="1")
    assert "like 50%" in refused(study, "shadow_variant", shadow_share="120%")


def test_a_model_above_the_memory_of_the_instance_never_serves(make):
    for extra, fits in ((0, True), (1, False)):
        grown = prepare(
            make(("model.memory", f"{KIND.memory_bytes + extra} bytes"), ("traffic.duration", "5 min")), FACTS
        )
        for name in ("multi_model", "multi_container", "production_variants", "shadow_variant", "inference_pipeline"):
            if fits:
                assert configure(grown, name, {})[0].name == name
            else:
                assert "it can never serve" in refused(grown, name)


def test_containers_whose_models_do_not_fit_together_never_serve(make):
    each = KIND.memory_bytes // 6
    for extra, fits in ((0, True), (2, False)):
        grown = prepare(make(*SEVERAL, ("model.memory", f"{each + extra} bytes"), ("traffic.duration", "5 min")), FACTS)
        if fits:
            assert configure(grown, "multi_container", {})
        else:
            assert "together" in refused(grown, "multi_container")


def test_hosts_without_room_for_one_copy_are_refused_with_what_it_reserves(study, make):
    said = refused(study, "inference_components", memory_share="0.01")
    assert "no room for one copy" in said
    assert "MiB" in said
    grown = prepare(make(("model.memory", f"{KIND.memory_bytes} bytes"), ("traffic.duration", "5 min")), FACTS)
    share = FACTS.about("memory", "inference_components")
    assert share.text() in refused(grown, "inference_components")


def test_nothing_at_most_never_serves(study, several):
    assert "no call is ever answered" in refused(study, "inference_components_zero", max_copies="0")
    assert "1 or more" in refused(study, "inference_components_zero", max_instances="0")
    assert "inference_components_zero has none" in refused(
        study, "inference_components", target_per_min="9", min_copies="0"
    )
    assert "copies fit on one" in refused(several, "inference_components", copies="3", instances="2")
    assert "1 or more" in refused(study, "production_variants", fleets="0,1")


def test_requests_of_waiting_users_are_not_copied(make):
    users = prepare(make(("traffic", {"kind": "closed", "users": 5, "think": "1 s", "duration": "10 min"})), FACTS)
    assert "are not copied" in refused(users, "shadow_variant")

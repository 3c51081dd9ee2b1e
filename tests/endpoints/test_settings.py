"""What `--set` makes of each option: every key works, what cannot serve is refused with its reason."""

import pytest

from advisor.errors import InputError
from advisor.options import NAMES
from advisor.packing import room
from advisor.places import memory_sizes
from simulator.configure import configure
from simulator.endpoints import builders
from simulator.play import simulate
from simulator.set_keys import keys
from simulator.study import prepare
from tests.endpoints.shared import FACTS, KIND, SEVERAL

PLAYED = [name for name in NAMES if name in builders()]
NEEDS = {
    "min_instances": {"max_instances": "6"},
    "min_copies": {"max_copies": "4"},
    "provisioned_target": {"max_provisioned": "4"},
    "min_provisioned": {"max_provisioned": "4"},
}
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


PACKED = ("inference_components", "inference_components_zero")


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("name", PLAYED)
def test_a_model_above_the_memory_of_the_place_never_serves(make, name, extra):
    memory = memory_sizes(FACTS)[-1] * 2**20 if name.startswith("serverless") else KIND.memory_bytes
    if name in PACKED:
        memory = room(KIND, name, FACTS).memory * 2**20
    grown = prepare(
        make(
            ("model.memory", f"{memory + extra} bytes"),
            ("traffic.duration", "5 min"),
            ("needs.immediate_response", False),
        ),
        FACTS,
    )
    if not extra:
        assert configure(grown, name, {})[0].name == name
        return
    said = refused(grown, name)
    reason = "room for one copy" if name in PACKED else "it can never serve"
    assert reason in said
    assert "measured on" not in said


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (name, key.name)
        for name in PLAYED
        for key in keys(name)
        if key.name in {"instances", "max_instances", "copies", "max_copies", "max_concurrency", "max_provisioned"}
    ],
)
@pytest.mark.parametrize("more", [{}, {"target_per_min": "60"}])
def test_nothing_at_most_is_refused_by_name(study, name, key, more):
    if set(more) - {known.name for known in keys(name)} or (more and not key.startswith("max_")):
        more = {}
    said = refused(study, name, **{key: "0"}, **more)
    assert f"--set {key}: 0 is not allowed; allowed: 1 " in said


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("texts", [{"memory_share": "0.01"}, {"memory_share": "0.01", "target_per_min": "9"}])
def test_hosts_without_room_for_one_copy_are_refused_with_or_without_a_policy(study, name, texts):
    assert "no room for one copy" in refused(study, name, **texts)


def test_fleets_and_copies_of_nothing_are_named_themselves(study):
    for said in (refused(study, "production_variants", fleets="0,0"), refused(study, "shadow_variant", fleets="0,0")):
        assert "--set fleets: 0,0" in said
        assert "instances" not in said
    assert "--set copies: 0" in refused(study, "inference_components", copies="0")


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

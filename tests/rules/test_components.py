"""Inference components: room for copies, memory they can reserve, and how many there may be."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()


def components(kind="ml.m5.xlarge", instances=2, **more):
    return Option(name="inference_components", instance_type=kind, instances=instances, **more)


def outcome(found):
    return found.outcome if found else None


def test_memory_near_the_refused_share_is_a_note_and_half_the_instance_a_condition(ask):
    where = FACTS.instances[FACTS.fact("inference_components.schedulable_memory_type").value]
    share = FACTS.fact("inference_components.schedulable_memory_refused").bytes() / where.memory_bytes
    kind = FACTS.instances["ml.m5.xlarge"]
    at, half = share * kind.memory_bytes, kind.memory_bytes / 2
    for need, expected in (
        (at - 1e6, None), (at + 1, Outcome.notes), (half - 1e6, Outcome.notes), (half + 1, Outcome.conditions),
        (kind.memory_bytes + 1e6, None),
    ):  # fmt: skip
        assert outcome(ask("CMP001", components(), memory_gb=need / 1e9)) is expected
    assert ask("CMP001", Option(name="real_time", instance_type="ml.m5.xlarge"), memory_gb=half / 1e9) is None
    assert ask("CMP001", Option(name="inference_components", instances=2), memory_gb=half / 1e9) is None


@pytest.mark.parametrize("step", [0, 1])
def test_each_copy_takes_an_accelerator(ask, step):
    devices = FACTS.fact("inference_components.accelerators_min").number()
    fits = int(FACTS.instances["ml.g5.12xlarge"].accelerator_count / devices) * 2
    by_copies = ask("CMP002", components("ml.g5.12xlarge", copies=fits + step))
    by_models = ask("CMP002", components("ml.g5.12xlarge"), n_models=float(fits + step))
    assert outcome(by_copies) is outcome(by_models) is (Outcome.conditions if step else None)


@pytest.mark.parametrize("step", [0, 1])
def test_each_copy_takes_a_share_of_the_cores(ask, step):
    fits = int(FACTS.instances["ml.m5.xlarge"].vcpu / FACTS.fact("inference_components.cpu_cores_min").number()) * 2
    assert outcome(ask("CMP002", components(), n_models=float(fits + step))) is (Outcome.conditions if step else None)
    assert ask("CMP002", components(max_instances=3), n_models=float(fits + step)) is None, "the fleet may grow"
    assert ask("CMP002", Option(name="inference_components", instances=2), n_models=900.0) is None


def test_how_many_components_fit_is_not_documented(ask):
    assert ask("CMP003", components(), n_models=2.0).outcome is Outcome.notes
    assert ask("CMP003", components(), n_models=1.0) is None
    own = load_facts("aws", {"inference_components.components_per_endpoint_max": {"value": 3}})
    assert ask("CMP003", components(), own, n_models=3.0) is None
    assert ask("CMP003", components(), own, n_models=4.0).outcome is Outcome.conditions

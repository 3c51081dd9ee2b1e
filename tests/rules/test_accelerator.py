"""Several models on one accelerator, and one model on several."""

import pytest

from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
TYPES = FACTS.fact("multi_model.accelerator_types").value


def on(name, kind=""):
    return Option(name=name, instance_type=kind, instances=2)


def test_the_listed_types_have_one_accelerator_each():
    for name in TYPES:
        if name in FACTS.instances:
            assert FACTS.instances[name].accelerator_count == 1, name


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", Outcome.conditions),
        (TYPES[-1], Outcome.conditions),
        ("ml.g5.12xlarge", Outcome.blocks),
        ("ml.m5.xlarge", None),
    ],
)
def test_models_share_an_accelerator_only_on_listed_types(ask, kind, expected):
    found = ask("HOST012", on("multi_model", kind), needs_gpu=True)
    assert (found.outcome if found else None) is expected
    assert ask("HOST012", on("inference_components", kind), needs_gpu=True) is None


def test_an_accelerated_type_alone_is_enough_to_ask_for_the_container(ask):
    container = FACTS.fact("multi_model.accelerator_container").value
    assert container in ask("HOST012", on("multi_model", TYPES[2])).message
    assert ask("HOST012", on("multi_model")) is None
    assert ask("HOST012", on("multi_model", "ml.m5.xlarge")) is None


def test_a_model_larger_than_one_accelerator_must_be_split(ask):
    kind = FACTS.instances["ml.g5.12xlarge"]
    one, count = kind.accelerator_memory_bytes, kind.accelerator_count
    for need, expected in (
        (one, None),
        (one + 1e6, Outcome.conditions),
        (one * count, Outcome.conditions),
        (one * count + 1e6, None),
    ):
        found = ask("HOST013", on("real_time", kind.name), memory_gb=need / 1e9)
        assert (found.outcome if found else None) is expected
    assert ask("HOST013", on("real_time", "ml.g5.xlarge"), memory_gb=(one + 1e6) / 1e9) is None
    assert ask("HOST013", on("real_time", kind.name)) is None
    assert ask("HOST013", on("real_time", kind.name), model_size_gb=(one + 1e6) / 1e9).outcome is Outcome.conditions


@pytest.mark.parametrize("name", ["async", "multi_model", "real_time"])
def test_a_family_that_the_option_lacks(ask, name):
    lacking = FACTS.fact("async.unsupported_families").value
    kind = next(kind.name for kind in FACTS.instances.values() if kind.family in lacking)
    found = ask("HOST014", on(name, kind))
    assert (found.outcome if found else None) is (None if name == "real_time" else Outcome.blocks)
    assert ask("HOST014", on(name, "ml.m5.xlarge")) is None

"""A reply written into a workload is what the rules then read."""

from typing import Any

import pytest

from advisor.attributes import project
from advisor.settled import settled
from advisor.workload import load_workload

OPEN = load_workload("invoice-ocr")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("vpc_required", True), ("vpc_required", False), ("cold_start_ok", "unwanted"), ("cold_start_ok", False), ("n_models", 2.0),
     ("streaming", True), ("release_need", "mirror"), ("offline_ok", True)],
)  # fmt: skip
def test_the_rules_read_what_was_replied(attribute: str, value: Any) -> None:
    found = settled(OPEN, attribute, value)
    assert found is not None
    assert getattr(project(found), attribute) == value


@pytest.mark.parametrize("attribute", ["traffic", "payload_mb", "cost_priority", "nothing_of_ours"])
def test_what_has_no_single_place_is_left_alone(attribute: str) -> None:
    assert settled(OPEN, attribute, 1) is None

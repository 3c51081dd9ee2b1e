"""Every option in sized forms of a bundled workload."""


import pytest

from advisor import load_facts
from advisor.facts import Facts


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()

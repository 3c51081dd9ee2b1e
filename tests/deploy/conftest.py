"""A test that asks for `case` is asked about each sized option."""

import pytest

from advisor import load_facts
from advisor.facts import Facts
from simulator._deploy_cases import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        every = cases()
        metafunc.parametrize("case", every, ids=[f"{c.workload.name}-{c.option.name}-{n}" for n, c in enumerate(every)])


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()

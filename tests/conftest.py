"""What all tests share: the facts in force and one plain workload."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.facts import Facts, load_facts
from advisor.workload import Workload

PLAIN: dict[str, Any] = {
    "schema": 1,
    "name": "plain",
    "traffic": {"kind": "poisson", "rate_per_s": 2.0, "duration": "1 h"},
    "request": {"payload": "100 KB", "response": "10 KB"},
    "service": {"reference": "ml.m5.xlarge", "time": {"p50": "80 ms", "p99": "250 ms"}, "slots": 4},
    "model": {"size": "500 MB", "memory": "1 GB", "image": "1 GB"},
    "needs": {"slo": ["p99:1 s"], "immediate_response": True, "cold_start": "acceptable", "availability": "single"},
}


def changed(path: str, value: Any, base: dict[str, Any] = PLAIN) -> dict[str, Any]:
    """The plain workload with one field at another value; None takes the field away."""
    table = copy.deepcopy(base)
    *parents, last = path.split(".")
    node = table
    for name in parents:
        node = node.setdefault(name, {})
    if value is None:
        node.pop(last, None)
    else:
        node[last] = value
    return table


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="session")
def make() -> Callable[..., Workload]:
    """Build the plain workload with changes: make(("needs.slo", [...]), ...)."""

    def build(*changes: tuple[str, Any]) -> Workload:
        table = PLAIN
        for path, value in changes:
            table = changed(path, value, table)
        return Workload.from_mapping(table)

    return build


@pytest.fixture(scope="session")
def plain(make: Callable[..., Workload]) -> Workload:
    return make()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real traces and raw facts; its tests are skipped where it is missing."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared folder with real traces is not here")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Saved work of the person who runs the tests is neither read nor written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield

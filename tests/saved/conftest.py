"""A store of its own for every test, and questions to save in it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from advisor.saved import Asked
from advisor.store import Store, open_store

TODAY = date(2026, 11, 25)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "saved.sqlite"


@pytest.fixture
def store(file: Path) -> Store:
    return open_store(file, today=TODAY)


@pytest.fixture
def asked() -> Callable[..., Asked]:
    def build(toml: str = "schema = 1", **changes: str | int) -> Asked:
        return Asked(**{"toml": toml, "digest": "d" * 64, **changes})

    return build

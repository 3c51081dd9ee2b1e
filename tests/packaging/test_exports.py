"""Public names: listed, sorted, importable, documented; help is quick to ask for."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["advisor", "simulator"])
def test_public_names_are_what_is_there(package):
    module = importlib.import_module(package)
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        thing = getattr(module, name)
        assert not inspect.ismodule(thing)
        assert inspect.getdoc(thing)
    assert set(module.__all__) == set(dir(module))
    with pytest.raises(AttributeError, match="no_such_name"):
        module.no_such_name  # noqa: B018


def _modules():
    for package in ("advisor", "simulator"):
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".pages" not in found.name and "_kernel" not in found.name:
                yield found.name


@pytest.mark.parametrize("name", sorted(_modules()))
def test_every_module_says_what_it_is_and_documents_what_it_exports(name):
    module = importlib.import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", []):
        thing = getattr(module, public)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{name}.{public}"


def test_rooms_are_small():
    lengths = {}
    for package in ("advisor", "simulator"):
        for path in (ROOT / package).rglob("*.py"):
            if "_data" not in path.parts:
                lengths[path.relative_to(ROOT).as_posix()] = len(path.read_text(encoding="utf-8").splitlines())
    too_long = {n: c for n, c in lengths.items() if c > (500 if "_kernel" in n else 400)}
    assert not too_long
    ordered = sorted(lengths.values())
    assert ordered[len(ordered) // 2] <= 120


def test_help_loads_nothing_heavy():
    code = (
        "import sys\ntry:\n    from simulator.cli import main\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'numpy', 'pandas', 'streamlit', 'plotly', 'simpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version_and_changelog_agree():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

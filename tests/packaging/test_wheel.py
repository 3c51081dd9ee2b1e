"""The wheel carries everything: built, installed alone, and run from another folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_it_holds_packages_data_and_the_app(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in (
        "advisor/_data/limits/real_time.toml", "advisor/_data/prices/instances.csv", "advisor/_data/workloads/invoice-ocr.toml",
        "simulator/_app/app.py", "simulator/_app/.streamlit/config.toml", "simulator/engines/reference.py",
    ):  # fmt: skip
        assert part in names
    ours = {path.relative_to(ROOT).as_posix() for name in ("advisor", "simulator") for path in (ROOT / name).rglob("*")}
    assert {name for name in ours if name.endswith((".py", ".css", ".png"))} <= names
    assert not any(name.startswith("tests/") for name in names)


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """The wheel installed alone; a function that starts our interpreter with it in another folder."""
    target, elsewhere = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("elsewhere")
    line = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*line, str(wheel)], check=True, capture_output=True, timeout=120)
    own = {**os.environ, "PYTHONPATH": str(target), "PYTHONUNBUFFERED": "1"}

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=elsewhere,
            env=own,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return target, start


def test_it_runs_alone_from_another_folder(site):
    target, start = site

    def run(*arguments: str) -> str:
        process = start(*arguments)
        out, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, wrong
        return out

    where = run("-c", "import simulator, advisor; print(simulator.__file__); print(advisor.__file__)")
    assert all(line.startswith(str(target)) for line in where.splitlines())
    # one option: the kernels are compiled anew for the new place, and those of the others take most of a minute
    answer = json.loads(run("-m", "simulator.cli", "size", "receipt-classifier", "--option", "serverless", "--json"))
    assert answer["options"][0]["best"]["meets"]
    assert answer["infeasible"]
    app = run("-c", "from simulator.serve import app_file, options; print(app_file(), options(8501, 'localhost'))")
    assert str(target) in app
    assert "--theme.light.primaryColor=" in app


def test_its_app_begins_to_load_there(site):
    process = site[1]("-m", "simulator.cli", "app", "--port", "8597")
    try:
        said = [process.stdout.readline() for _ in range(2)]
    finally:
        process.kill()  # its kernels would be compiled anew for the new place
        _, wrong = process.communicate(timeout=30)
    assert said[0] == "Loading the app.\n", wrong
    assert said[1].startswith(("Compiling", "Ranking the options for the example ")), wrong

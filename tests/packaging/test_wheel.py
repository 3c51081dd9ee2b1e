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
    assert any(name.startswith("advisor/pages/") and name.endswith(".css") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_it_runs_alone_from_another_folder(wheel, tmp_path):
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    line = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    own = {**os.environ, "PYTHONPATH": str(target)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=elsewhere,
            env=own,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run("-c", "import simulator, advisor; print(simulator.__file__); print(advisor.__file__)")
    assert all(line.startswith(str(target)) for line in where.splitlines())
    answer = json.loads(run("-m", "simulator.cli", "rank", "receipt-classifier", "--json", "--replications", "3"))
    assert answer["ranking"]
    app = run(
        "-c", "from simulator.serve import app_file, command; print(app_file()); print(command(8501, 'localhost')[-1])"
    )
    assert str(target) in app
    assert "theme" in app

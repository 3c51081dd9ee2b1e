"""The page on imports is executed, and names every kind, every option and every key of the JSON."""

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path

from simulator.importers import KINDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "import.md"
STATS = ROOT / "tests" / "imports" / "locust_real_stats.csv"


def run(*arguments):
    line = [sys.executable, "-m", "simulator.cli", "import", *map(str, arguments)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_every_cell_prints_what_stands_under_it():
    done = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8"
    )
    assert done.attempted > 15
    assert done.failed == 0


def test_every_kind_stands_in_the_table():
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert rows == list(KINDS)
    for kind in KINDS:
        assert kind in run("--help").stdout


def test_every_key_of_the_json_stands_in_its_document():
    section = (ROOT / "docs" / "json.md").read_text(encoding="utf-8").split("## `import`")[1].split("\n## ")[0]
    named = set(re.findall(r"[a-z]+", " ".join(re.findall(r"`([^`]+)`", section))))
    done = run("locust", STATS, "--users", 40, "--json")
    printed = json.loads(done.stdout)
    assert not done.stderr
    assert set(printed) - {"schema"} <= named
    assert set(printed["rows"][0]) | set(printed["missing"][0]) <= named


def test_the_command_line_writes_and_tells(tmp_path):
    out = tmp_path / "mine.toml"
    done = run("locust", STATS, "--users", 40, "--reference", "ml.m5.xlarge", "-o", out)
    assert done.returncode == 0, done.stderr
    for word in ("Measured:", "Stated by you:", "Assumed, for want of better:", "Still missing:", "Wrote"):
        assert word in done.stdout
    printed = run("locust", STATS, "--users", 40, "--reference", "ml.m5.xlarge")
    assert printed.stdout == out.read_text(encoding="utf-8")
    assert "Still missing:" in printed.stderr


def test_bad_input_exits_2_with_a_line_for_each_problem(tmp_path):
    done = run("k6", STATS, tmp_path / "absent.csv")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "looks like locust" in done.stderr
    assert run("locust", STATS, "-o", tmp_path / "x.csv").returncode == 2

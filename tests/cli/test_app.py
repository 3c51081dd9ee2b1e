"""`app` takes facts and prices of the user's own, and refuses what cannot be used before it serves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from simulator.in_force import choose, in_force, origin

ROOT = Path(__file__).parents[2]
OWN = '["real_time.payload_request"]\nvalue = 11\n'


@pytest.fixture(autouse=True)
def _untouched(monkeypatch):
    for name in ("ENDPOINT_ADVISOR_FACTS", "ENDPOINT_ADVISOR_PRICES"):
        monkeypatch.setenv(name, "")  # so that whatever a test chooses is taken back


def test_without_files_the_shipped_facts_are_in_force():
    choose(None, None)
    assert in_force() is load_facts()
    assert in_force("study-card") is load_facts("study-card")
    assert origin() == ""


def test_a_chosen_file_is_in_force_under_both_profiles_and_named_without_its_folder(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(OWN, encoding="utf-8")
    choose(file, None)
    assert {in_force(profile).fact("real_time.payload_request").value for profile in ("aws", "study-card")} == {11}
    assert origin() == "facts of mine.toml"
    assert Path(os.environ["ENDPOINT_ADVISOR_FACTS"]).is_absolute()
    file.write_text("broken = [", encoding="utf-8")
    assert in_force().fact("real_time.payload_request").value == 11  # read once
    choose(None, None)
    assert in_force() is load_facts()


def test_a_file_that_cannot_be_used_changes_nothing(tmp_path):
    with pytest.raises(InputError):
        choose(tmp_path / "missing.toml", None)
    with pytest.raises(InputError):
        choose(None, tmp_path / "missing.csv")
    assert origin() == ""


@pytest.mark.parametrize("option", ["--facts", "--prices"])
def test_the_verb_says_what_is_wrong_and_serves_nothing(tmp_path, option):
    line = [sys.executable, "-m", "simulator.cli", "app", "--port", "1", option, str(tmp_path / "mine.toml")]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert not done.stdout
    assert "mine.toml" in done.stderr
    assert "Traceback" not in done.stderr

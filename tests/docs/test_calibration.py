"""The page on calibration: its commands print what stands under them, its Python runs, its columns are those that are read."""

import re
import shlex
from pathlib import Path

import pytest

import simulator.calibrate_calls as calls
import simulator.calibrate_rows as rows
from simulator.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
BLOCK = re.search(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)[1]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def plain(text):
    return " ".join(text.replace("\u00a0", " ").split())


def test_each_command_prints_what_stands_under_it(capsys):
    parts = re.split(r"^\$ endpoint-advisor ", BLOCK, flags=re.MULTILINE)[1:]
    assert len(parts) == 2
    for part in parts:
        command, *said = part.strip().splitlines()
        with pytest.raises(SystemExit) as stop:
            main(shlex.split(command))
        assert stop.value.code in {None, 0}
        printed = plain(capsys.readouterr().out)
        missing = [line for line in said if plain(line) not in printed]
        assert said and not missing, command


def test_the_python_runs(capsys):
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1], "docs/calibration.md", "exec"), {})
    assert "Span(value=4" in capsys.readouterr().out


def test_every_column_that_is_read_stands_on_it():
    for names in (*rows.NAMES.values(), *calls.NAMES.values()):
        assert f"`{names[0]}`" in PAGE

"""The document of the JSON names every key of calibrations, and every word for what data cannot tell."""

import json
import re
from pathlib import Path

import pytest

from simulator.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", DOCUMENT))))


def keys(found):
    if isinstance(found, list):
        return set().union(*map(keys, found))
    return set(found).union(*map(keys, found.values())) if isinstance(found, dict) else set()


@pytest.mark.parametrize("verb", [("sweep", "sweep.csv"), ("cold", "calls.csv")])
def test_every_key_is_named(verb, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", verb[0], str(ROOT / "docs" / "samples" / verb[1]), "--json"])
    assert stop.value.code in {None, 0}
    printed = json.loads(capsys.readouterr().out)
    assert printed["schema"] == 1 and printed["provenance"] == "measured"
    assert not keys(printed) - NAMED


def test_every_word_for_what_data_cannot_tell_is_named():
    text = "".join(
        (ROOT / "simulator" / name).read_text(encoding="utf-8")
        for name in ("calibrate_doubts.py", "calibrate_starts.py")
    )
    words = set(re.findall(r'Doubt\(\s*"([a-z_]+)"', text))
    assert len(words) > 15
    assert not words - NAMED


def test_what_cannot_be_read_is_one_line_and_code_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", "sweep", "no-such-file.csv", "--on", "ml.m5.xlarge"])
    assert stop.value.code == 2
    assert "no-such-file.csv" in capsys.readouterr().err
    for arguments in (
        ["--on", "ml.none"],
        ["--pause", "3"],
        ["--chart", "x.png"],
        ["--column", "users"],
        ["--unit", "h"],
    ):
        with pytest.raises(SystemExit) as stop:
            main(["calibrate", "sweep", str(ROOT / "docs" / "samples" / "sweep.csv"), *arguments])
        assert stop.value.code == 2
        assert arguments[0] in capsys.readouterr().err

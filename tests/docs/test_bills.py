"""The page on bills: its commands print what stands under them, its Python runs, and it names every meter and option."""

import re
import shlex
from pathlib import Path

import pytest

from advisor.billing import estimate
from advisor.facts import load_facts
from advisor.shortlist import candidates
from advisor.terms import Terms, parse_savings
from simulator import prepare
from simulator.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bills.md").read_text(encoding="utf-8")
BLOCK = re.search(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)[1]


def plain(text):
    return " ".join(text.replace("\u00a0", " ").split())


def test_each_command_prints_what_stands_under_it(capsys):
    parts = re.split(r"^\$ endpoint-advisor ", BLOCK, flags=re.MULTILINE)[1:]
    assert len(parts) >= 3
    for part in parts:
        command, *said = part.strip().splitlines()
        with pytest.raises(SystemExit) as stop:
            main(shlex.split(command))
        assert stop.value.code in {None, 0, 1}
        printed = plain(capsys.readouterr().out)
        missing = [line for line in said if plain(line) not in printed]
        assert said and not missing, command


def test_the_python_runs(capsys):
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1], "docs/bills.md", "exec"), {})
    assert "Savings plan" in capsys.readouterr().out


def test_it_names_every_meter_of_a_bill(make):
    terms = Terms(savings=parse_savings("30%"), free_tier=True, releases_per_month=1, retention_us=10**12)
    study = prepare(make(("needs.availability", "zone"), ("traffic", {"kind": "constant", "rate_per_s": 1.0, "duration": "1 h"})), load_facts())  # fmt: skip
    options = candidates(study.workload, study.facts, study.load, lambda place: 3)
    bills = [estimate(option, study.workload, study.load, study.places, study.facts, terms) for option in options]
    meters = {line.meter for found in bills for line in found.lines}
    assert {"instance", "availability", "shadow", "release", "savings", "storage", "provisioned_busy"} <= meters
    assert not {meter for meter in meters if f"`{meter}`" not in PAGE}


def test_it_names_every_option_that_changes_a_bill(capsys):
    for verb in ("rank", "simulate"):
        with pytest.raises(SystemExit):
            main([verb, "--help"])
        help_ = capsys.readouterr().out
        for option in (
            "--month-hours",
            "--savings-plan",
            "--free-tier",
            "--releases",
            "--release-hours",
            "--retention",
        ):
            assert option in help_ and option in PAGE

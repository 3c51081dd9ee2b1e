"""docs/from-config.md is executed: its files are written, its commands print what it says, its Python runs, its keys are named."""

import json
import re
import shlex
from pathlib import Path

import pytest

from advisor import load_facts, load_workload
from advisor.configured import configured
from advisor.configured_cost import Traffic
from advisor.configured_json import configured_json
from advisor.deploy.documents import read_documents
from advisor.deploy.forms import FORMS
from advisor.load import TrafficSummary
from simulator.cli import main
from tests.docs.test_json_keys import NAMED, keys

LOAD = TrafficSummary(1_000_000, 86_400_000_000, 12.0, 20.0, 40.0, 0.0, 0)
PAGE = (Path(__file__).parents[2] / "docs" / "from-config.md").read_text(encoding="utf-8")
FILES = {
    name: re.search(rf"`{re.escape(name)}`:\n\n```[a-z]+\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    for name in ("mine.json", "fleet.yaml")
}
BLOCKS = [block.splitlines() for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("block", BLOCKS, ids=[str(n) for n in range(len(BLOCKS))])
def test_each_command_prints_what_the_page_says(block, capsys):
    command, *said = block
    with pytest.raises(SystemExit) as stop:
        main(shlex.split(command.removeprefix("$ endpoint-advisor ")))
    assert stop.value.code == (1 if "mine.json" in command else 0)
    printed = plain(capsys.readouterr().out)
    assert said and not [line for line in said if plain(line) not in printed]


def test_the_python_runs(capsys):
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1], "docs/from-config.md", "exec"), {})
    assert capsys.readouterr().out.startswith("real_time False ['CFG018'")


def test_it_names_every_call_and_option():
    assert not [name for name in FORMS if f"`{name}`" not in PAGE]
    assert not [
        name for name in ("--from-config", "--parameter", "--rate", "--time", "--region", "--json") if name not in PAGE
    ]


def test_every_key_of_the_json_is_named():
    facts = load_facts()
    found = configured(read_documents(["fleet.yaml", "mine.json"], given={"Count": "6"}), facts, region="us-east-1")
    asked = configured(
        read_documents(["mine.json"]),
        facts,
        given=load_workload("invoice-ocr"),
        traffic=Traffic(LOAD),
        region="us-east-1",
    )
    printed = [json.loads(json.dumps(configured_json(one, facts, ["x"]))) for one in (found, asked)]
    assert printed[0]["configurations"][0]["needs"] and printed[1]["configurations"][0]["better"]
    for part in printed:
        for one in part["configurations"]:
            one["settings"] = {}
        assert not keys(part) - NAMED

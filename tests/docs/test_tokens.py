"""docs/tokens.md is executed: its files are written, its commands print what it says, its Python runs."""

import re
import shlex
from pathlib import Path

import pytest

from simulator.cli import main
from tests.docs.test_from_config import plain

PAGE = (Path(__file__).parents[2] / "docs" / "tokens.md").read_text(encoding="utf-8")
BLOCKS = [block.splitlines() for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    workload = re.search(r"`code.toml`:\n\n```toml\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    (tmp_path / "code.toml").write_text(workload, encoding="utf-8")
    (tmp_path / "llm.csv").write_text(re.search(r"```csv\n(.*?)```", PAGE, flags=re.DOTALL)[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("block", BLOCKS, ids=[str(n) for n in range(len(BLOCKS))])
def test_each_command_prints_what_the_page_says(block, capsys):
    command, *said = block
    with pytest.raises(SystemExit) as stop:
        main(shlex.split(command.removeprefix("$ endpoint-advisor ")))
    assert stop.value.code == 0
    printed = plain(capsys.readouterr().out)
    assert said
    assert not [line for line in said if plain(line) not in printed]


def test_the_python_runs(capsys):
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1], "docs/tokens.md", "exec"), {})
    first, whole = map(float, capsys.readouterr().out.splitlines()[0].split())
    assert 0 < first < whole

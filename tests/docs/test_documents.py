"""Documents are executed: the README's tour runs as it stands, links lead somewhere, verbs are documented."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (endpoint-advisor .*)$", README, flags=re.MULTILINE)
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "simulator.cli", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_tour_runs(command):
    done = run(*shlex.split(command)[1:])
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


def test_the_tour_has_commands_and_python():
    assert len(COMMANDS) >= 4
    assert len(PYTHON) == 1


def test_the_python_of_the_tour_runs(capsys):
    exec(compile(PYTHON[0], "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "real_time" in printed


@pytest.mark.parametrize(
    "document",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "data" / "README.md"]
    ),
)
def test_links_inside_the_repository_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / document).parent / target).exists(), target


def _verbs() -> list[str]:
    return re.findall(r"^ {2}([a-z]+) ", run("--help").stdout.split("Commands:")[1], flags=re.MULTILINE)


def test_every_verb_has_help_and_stands_in_the_readme_or_the_changelog(capsys):
    documents = README + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    verbs = _verbs()
    assert {"rank", "advise", "simulate", "facts", "workload", "app"} <= set(verbs)
    for verb in verbs:
        assert verb in documents
        with pytest.raises(SystemExit) as ended:
            main([verb, "--help"])
        assert ended.value.code == 0
        assert len(capsys.readouterr().out.splitlines()) > 4


def test_the_json_document_names_every_key_that_rank_prints():
    document = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    printed = json.loads(run("rank", "receipt-classifier", "--json", "--replications", "3").stdout)
    keys = set(printed) | set(printed["ranking"][0]) | set(printed["inputs"]) | set(printed["ranking"][0]["bill"])
    keys |= set(printed["ranking"][0]["findings"][0])
    missing = {key for key in keys if key not in document}
    assert not missing


def test_no_machine_path_no_registry_host():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    hosts = ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org")
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".md", ".lock", ".csv", ".css", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not re.search(r"(?<![\w.])/(?:work|root|home)/\w", text), name
            assert not any(host in text for host in hosts), name


def test_the_page_of_rules_is_what_the_command_prints():
    assert run("rules", "--markdown").stdout == (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_page_of_metrics_holds_the_table_of_the_code():
    from simulator.metrics import METRICS

    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| metric")]
    assert rows == [f"| {m.name} | {m.formula} | {m.unit} | {m.better} |" for m in METRICS]

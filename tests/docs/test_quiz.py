"""The page on the quiz is what its commands print. Run as a program, this file prints them into the page anew."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quiz.md"
TABLE = "<!-- quiz templates --markdown -->"
BLOCK = re.compile(r"```console\n(.*?)```", flags=re.DOTALL)


def run(command: str, home: str) -> str:
    """What a command line prints, in an empty folder with a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        names = {"XDG_DATA_HOME": home, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "TZ": "UTC"}
        called = command.replace("endpoint-advisor", f"{sys.executable} -m simulator.cli").replace(
            "ada.json", f"{home}/ada.json"
        )
        done = subprocess.run(
            called, shell=True, executable="/bin/bash", cwd=folder, env={**os.environ, **names}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return plain((done.stdout + done.stderr).replace(f"{home}/", ""))


def plain(text: str) -> str:
    """Without what a clock decides, and without spaces at the ends of lines."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "2026-11-30T09:00:00+00:00", text)
    text = re.sub(r"[\d,]+ bytes", "… bytes", text)
    return "\n".join(line.rstrip() for line in text.replace("\u00a0", " ").strip("\n").splitlines())


def printed(page: str) -> str:
    """The page with everything in it that a command prints."""
    with tempfile.TemporaryDirectory() as home:

        def again(block: re.Match[str]) -> str:
            commands = re.findall(r"^\$ (.*)$", block[1], flags=re.MULTILINE)
            return "```console\n" + "".join(f"$ {command}\n{run(command, home)}\n" for command in commands) + "```"

        page = BLOCK.sub(again, page)
        head, _, rest = page.partition(TABLE)
        rest = re.sub(r"\A\n*(\|.*\n)*\n*", "", rest)
        return f"{head}{TABLE}\n{run('endpoint-advisor quiz templates --markdown', home)}\n\n{rest}"


def test_the_page_is_what_its_commands_print():
    text = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 6
    assert printed(text) == text, "print it anew: python tests/docs/test_quiz.py"


def test_the_template_of_the_page_makes_a_question():
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("large-body-7 large-body/async [")


def test_every_verb_and_option_of_the_quiz_is_named():
    text = PAGE.read_text(encoding="utf-8")
    help_ = subprocess.run([sys.executable, "-m", "simulator.cli", "quiz", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout  # fmt: skip
    options, verbs = help_.split("Commands:")
    for option in set(re.findall(r"--[a-z-]+", options)) - {"--help"}:
        assert option in text, option
    for verb in re.findall(r"^ {2}([a-z]+) ", verbs, flags=re.MULTILINE):
        assert f"quiz {verb}" in text, verb


def test_every_key_of_the_json_is_named(tmp_path):
    document = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", document))))
    run("printf 'a\\na\\na\\nend\\n' | endpoint-advisor quiz exam --seed 7", str(tmp_path))
    for verb in ("exam", "progress", "learners", "templates"):
        found = json.loads(run(f"endpoint-advisor quiz {verb} --json", str(tmp_path)))
        assert not keys(found) - named, verb


def keys(found: object) -> set[str]:
    if isinstance(found, list):
        return set().union(*map(keys, found))
    if not isinstance(found, dict):
        return set()
    inner = (keys(value) for name, value in found.items() if name not in {"by_task", "by_topic", "misconceptions"})
    return set(found).union(*inner)


if __name__ == "__main__":
    PAGE.write_text(printed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""The exam of the command line: no verdict before its end, what is kept, its time, its result; and a real terminal."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from advisor import cli_quiz_exam, cli_quiz_kept, cli_quiz_screen
from advisor.quiz.exam import begin_exam, exam_forms, paper
from advisor.quiz.kept import answers_of, exam_of, keep_exam
from advisor.quiz.results import HEADING
from advisor.quiz.typed import answer_words
from advisor.store import open_store
from simulator.cli import main

ROOT = Path(__file__).parents[2]
NINE = datetime(2026, 11, 29, 9, tzinfo=UTC)
EXAM = ("quiz", "exam", "--seed", "7")


class Clock:
    """The time that the exam reads; tests set it."""

    def __init__(self):
        self.now = NINE

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(cli_quiz_kept, "now", made)
    monkeypatch.setattr(cli_quiz_exam, "now", made)
    return made


@pytest.fixture
def cli(capsys, monkeypatch):
    import io

    def run(*arguments: str, lines=()) -> tuple[int, str, str]:
        text = "".join(f"{line}\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = 0
        try:
            main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, " ".join(out.out.split()), out.err

    return run


@pytest.fixture(scope="module")
def items(facts):
    return paper(begin_exam(7, facts, "mla-c02", NINE), facts)


def right(item):
    return answer_words(item, item.key)


def wrong(item):
    others = [n for n in range(len(item.choices)) if n not in item.key]
    return answer_words(item, tuple([*others, *item.key][: len(item.key)]))


def test_nothing_is_told_before_the_end_and_then_the_whole_result(cli, clock, items):
    lines = [right(item) if n % 2 else wrong(item) for n, item in enumerate(items)]
    code, out, err = cli(*EXAM, lines=lines)
    assert (code, err) == (0, "")
    assert not any(word in out for word in ("Correct", "✓", "✕", "Remember", "Not this one"))
    assert "That was the last question. Open: none." in out
    assert "The exam is kept at question 65." in out
    clock.now += timedelta(minutes=20)
    code, out, _ = cli("quiz", "exam", "--resume", lines=["end"])
    assert code == 0
    assert "32 of 65 right in this drill." in out and HEADING in out
    assert "It took 20 of 130 minutes." in out
    assert "By task Domain 3, task 3.1" in out and "By topic" in out and "What wrong answers took for true 1" not in out
    assert re.search(r"What wrong answers took for true \d+ × ", out)
    assert "Not right: 1, 3, 5, 7" in out
    assert len(answers_of(open_store(today=NINE.date()), "me")) == 65


def test_flag_go_back_clear_and_lists(cli, clock, items):
    lines = ["go 12", "f", right(items[11]), "p", "clear", "flags", "left", "p", "?", "q"]
    code, out, err = cli(*EXAM, lines=lines)
    assert (code, err) == (0, "")
    assert "Question 12 of 65" in out and "Question 13 of 65" in out and "Question 11 of 65" in out
    assert "Flagged: 12." in out and "Open: 1 to 65. Flagged: 12." in out
    assert f"answered {right(items[11])}" in out and "This question is open again." in out
    assert "About 130 min left" in out and "hand in" in out


@pytest.mark.parametrize("line", ["go 66", "go 0", "go", "go twelve", "go 1 2", "zz", "go ²", "7" * 3000])
def test_a_wrong_line_is_told_with_what_is_allowed(cli, clock, line):
    code, _, err = cli(*EXAM, "--no-save", lines=["f", line])
    assert code == 0
    assert err.startswith("line 2: ") and " is not allowed; allowed: " in err and len(err) < 300
    assert not line.startswith("go") or "1 to 65" in err


def test_what_was_answered_survives_and_the_time_runs_on(cli, clock, items):
    cli(*EXAM, lines=[right(items[0]), right(items[1])])
    clock.now += timedelta(minutes=50)
    code, out, _ = cli("quiz", "exam", "--resume", lines=["p", "p", "q"])
    assert code == 0 and "Question 3 of 65" in out and "About 80 min left" in out
    assert f"answered {right(items[0])}" in out
    assert "About 80 min are left, and they run on: endpoint-advisor quiz exam --resume" in out


def test_a_second_exam_waits_until_the_first_is_given_up(cli, clock):
    cli(*EXAM, lines=["q"])
    code, _, err = cli("quiz", "exam", lines=["q"])
    assert code == 2
    assert (
        err
        == "endpoint-advisor: exam: one runs, with about 130 min left: --resume goes on with it, --new gives it up\n"
    )
    code, out, _ = cli("quiz", "exam", "--new", "--seed", "9", "--view", "mla-c01", lines=["q"])
    assert code == 0 and "Exam like MLA-C01" in out and "seed 9" in out


def test_when_the_time_is_up_it_is_handed_in(cli, clock, items):
    cli(*EXAM, lines=[right(items[0])])
    clock.now += timedelta(minutes=exam_forms()["mla-c02"].minutes)
    code, out, _ = cli("quiz", "exam", "--resume", lines=[right(items[1])])
    assert code == 0
    assert "1 of 65 right in this drill." in out and "64 left open." in out
    assert len(answers_of(open_store(today=NINE.date()), "me")) == 1
    assert "1 of 65 right" in cli("quiz", "exam", "--resume")[1]
    assert len(answers_of(open_store(today=NINE.date()), "me")) == 1
    assert cli("quiz", "exam", "--seed", "8", lines=["q"])[0] == 0


def test_without_saving_the_end_of_the_input_is_the_end_of_the_exam(cli, clock, items):
    code, out, _ = cli(*EXAM, "--no-save", lines=[right(items[0])])
    assert code == 0 and "1 of 65 right in this drill." in out
    assert cli("quiz", "learners")[1] == "Nobody has answered yet."


def test_the_reasons_of_all_that_was_not_right(cli, clock, items):
    cli(*EXAM, lines=[wrong(items[0]), "end"])
    _, out, _ = cli("quiz", "exam", "--resume", "--reasons")
    for item in items:
        assert " ".join(item.choices[0].reason.replace("**", "").split()) in out
    assert out.count("Left open. The answer is: ") == 64


@pytest.mark.parametrize("damage", [{"answers": [{"answer": "b"}] * 65}, {"digest": "0" * 16}, {"schema": 9}])
def test_an_exam_that_cannot_go_on_is_told_and_another_one_begun(cli, clock, damage):
    cli(*EXAM, lines=["q"])
    store = open_store(today=NINE.date())
    keep_exam(store, "me", {**exam_of(store, "me"), **damage})
    for arguments in ((), ("--resume",), ("--json",)):
        code, _, err = cli("quiz", "exam", *arguments)
        assert code == 2
        assert err.splitlines()[0].startswith("endpoint-advisor: exam") and "Traceback" not in err
        assert err.splitlines()[-1] == "endpoint-advisor: exam: it cannot go on: --new begins another"
    assert cli("quiz", "exam", "--new", lines=["q"])[0] == 0


def test_json_tells_no_key_of_an_exam_that_runs(cli, clock, items):
    cli(*EXAM, lines=[right(items[0]), "f", "q"])
    running = json.loads(cli("quiz", "exam", "--json")[1])
    assert (running["schema"], running["result"], running["flagged"]) == (1, None, [2])
    assert running["unanswered"] == list(range(2, 66))
    cli("quiz", "exam", "--resume", lines=["end"])
    ended = json.loads(cli("quiz", "exam", "--json")[1])
    assert (ended["result"]["right"], ended["result"]["total"], ended["heading"]) == (1, 65, HEADING)
    assert [row["id"] for row in ended["result"]["items"]] == [item.id for item in items]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--resume",), "--resume: me has no exam to go on with"),
        (("--json",), "exam: me has sat none yet"),
        (("--view", "all"), "view: 'all' is not allowed; allowed: mla-c02 or mla-c01 for an exam"),
        (("--resume", "--new"), "--resume: --resume goes without --new, --no-save and --seed"),
        (("--seed", "-5"), "seed: -5 is not allowed"),
    ],
)
def test_bad_input_is_one_clear_line(cli, arguments, said):
    code, _, err = cli("quiz", "exam", *arguments)
    assert (code, len(err.splitlines())) == (2, 1)
    assert err.startswith(f"endpoint-advisor: {said}")


def test_the_time_is_written_anew_while_somebody_thinks_and_ends_the_waiting(monkeypatch, capsys):
    master, slave = pty.openpty()
    said = iter(["about 2 min left", "about 1 min left", None])
    monkeypatch.setattr(cli_quiz_screen, "_TICK_S", 0.01)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with os.fdopen(slave) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert cli_quiz_screen.Lines(cli_quiz_screen.Screen()).ask("? ", lambda: next(said)) == ""
    os.close(master)
    out = capsys.readouterr().out
    assert out.index("about 2 min left") < out.index("? ") < out.index("\x1b[1A\r\x1b[2Kabout 1 min left\x1b8")


class Terminal:
    """The command in a pseudo-terminal of 80 columns."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        self.text = ""
        line = [sys.executable, "-m", "simulator.cli", *arguments]
        keep = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
        self.process = subprocess.Popen(
            line, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**keep, "COLUMNS": "80", "LINES": "40", "TERM": "xterm"},
            # a run in the background hands down that interrupts are ignored
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
        )  # fmt: skip
        os.close(slave)

    def until(self, text: str, seconds: float = 90) -> str:
        """Read until a text has come."""
        end = time.monotonic() + seconds
        while text not in self.text:
            if time.monotonic() > end or not self._read(end - time.monotonic()):
                raise AssertionError(f"{text!r} did not come in {self.text[-2000:]!r}")
        place = self.text.index(text) + len(text)
        found, self.text = self.text[:place], self.text[place:]
        return found

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(timeout=30)


@pytest.fixture
def terminal():
    """Start the command in a terminal: terminal("quiz", ...); what still runs at the end is ended."""
    opened = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.process.kill()
        one.process.wait()
        os.close(one.master)


def test_an_exam_in_a_terminal_survives_a_kill(items, terminal):
    first = terminal(*EXAM)
    first.until("Your answer (? helps): ")
    first.type(f"{right(items[0])}\nf\n")
    assert "Question 2 of 65" in first.until("Flagged.")
    first.until("Your answer")
    os.killpg(first.process.pid, signal.SIGKILL)
    assert first.ended() == -signal.SIGKILL
    kept = exam_of(open_store(today=NINE.date()), "me")
    assert (kept["at"], kept["flagged"]) == (2, [2])
    second = terminal("quiz", "exam", "--resume")
    shown = second.until("Your answer (? helps): ")
    assert "Question 2 of 65" in shown and "flagged" in shown
    second.type("left\n")
    assert "Open: 2 to 65." in second.until("end hands in.")
    second.until("Your answer")
    second.process.send_signal(signal.SIGINT)
    assert "kept at question 2" in second.until("--resume")
    assert second.ended() == 0


def test_practice_in_a_terminal_waits_for_the_reader_and_has_lines_of_its_width(terminal):
    seen = terminal("quiz", "--seed", "7", "--view", "mla-c02", "--no-save")
    asked = seen.until("? helps): ")
    seen.type("zzz\n")
    assert "is not allowed; allowed: " in seen.until("? helps): ")
    seen.type("a\n" if "a letter from" in asked else "a b\n")
    reasons = seen.until("Enter: next question, f: flag this one, q: end ")
    assert "\x1b[" in reasons and "Remember." in reasons
    seen.type("\n")
    assert "Question 2 · " in seen.until("? helps): ")
    seen.process.send_signal(signal.SIGINT)
    ended = seen.until(" right.")
    assert seen.ended() == 130
    for line in re.sub(r"\x1b\[[0-9;]*m", "", asked + reasons + ended).splitlines():
        assert len(line.rstrip()) <= 80 or "https://" in line

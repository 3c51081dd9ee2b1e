"""Keeping an answer survives a kill at any moment, and several processes at once."""

import json
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from advisor.quiz.kept import answers_of, exam_of, learners
from advisor.store import open_store

TODAY = date(2026, 12, 1)
ROOT = Path(__file__).parents[2]
# Keeps answers one after the other, and an exam with each, and says each that was acknowledged.
KEEPER = """
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from advisor.quiz.event import Answered
from advisor.quiz.kept import keep, keep_exam
from advisor.store import open_store
who, most = sys.argv[2], int(sys.argv[3])
for number in range(most):
    store = open_store(Path(sys.argv[1]), today=date(2026, 12, 1))
    at = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(seconds=number)
    event = Answered(at, "exam", "t" * (number % 100 + 1), number, "aws", "t/a", "options", "3.1", "single", 1, 9, True, (),
                     float(number), (number % 4,))
    keep(store, who, event)
    keep_exam(store, who, {"number": number, "filled": "x" * (number * 37 % 5000)})
    print(number, flush=True)
"""


def keeper(file: Path, who: str, most: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(file), who, str(most)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_session_loses_no_acknowledged_answer_and_leaves_none_half(tmp_path: Path):
    file, moments = tmp_path / "saved.sqlite", random.Random(7)  # noqa: S311 - moments, not secrets
    for turn in range(6):
        process = keeper(file, f"learner {turn}", 100_000)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline())]
        time.sleep(moments.uniform(0.0, 0.12))
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().splitlines()]
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        store = open_store(file, today=TODAY)
        assert store.aside == ()
        found = answers_of(store, f"learner {turn}")
        assert [event.seed for event in found] == list(range(len(found)))
        assert all(event.template == "t" * (event.seed % 100 + 1) for event in found)
        assert len(found) in {acknowledged[-1] + 1, acknowledged[-1] + 2}
        exam = exam_of(store, f"learner {turn}")
        assert exam is not None
        assert exam["number"] in {acknowledged[-1], acknowledged[-1] + 1}
        assert exam["filled"] == "x" * (exam["number"] * 37 % 5000)
    assert len(learners(store)) == 6


def test_two_sessions_at_once_keep_all_answers_of_one_learner_and_of_two(tmp_path: Path):
    file = tmp_path / "saved.sqlite"
    for names in (("Ada", "Grace"), ("both", "both")):
        processes = [keeper(file, name, 12) for name in names]
        for process in processes:
            assert process.communicate(timeout=60)[0].split() == [str(n) for n in range(12)]
            assert process.returncode == 0
    store = open_store(file, today=TODAY)
    for name in ("Ada", "Grace", "both"):
        assert sorted(event.seed for event in answers_of(store, name)) == list(range(12))
    assert json.dumps(exam_of(store, "both"))

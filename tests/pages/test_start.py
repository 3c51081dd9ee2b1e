"""The start: the first question is answered before anybody asks it, and the app says where it is or why it is not."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main
from simulator.listen import answers_at, check_port
from simulator.pages import _asking, _job, _start, _state, _work

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def said() -> list[str]:
    _work.ANSWERS.__init__()  # another test of this process may have asked the same
    lines: list[str] = []
    _start.warm(lines.append)
    return lines


def test_the_first_page_shows_an_answer_that_no_session_had_to_compute(
    said: list[str], app: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the page computes what the start has computed")

    monkeypatch.setattr(_job, "Job", refuse)
    made = app()
    answer = _work.ANSWERS.get((_asking.SLOT, _state.first().question.key))
    shown = "".join(part.proto.body for part in made.get("html"))
    assert not made.error
    assert "<h1>" in shown
    assert answer.ranking.best is not None
    assert 'data-testid="cards"' in shown or 'data-testid="card"' in shown


def test_the_start_says_which_example_it_ranks(said: list[str]) -> None:
    assert said[0] == f"Ranking the options for the example {_state.first().workload.name}."


def test_the_first_question_is_that_of_an_address_without_one(said: list[str], app: Callable[..., Any]) -> None:
    draft = app().session_state["workload_draft"]
    assert draft.question.key == _state.first().question.key


def test_a_taken_port_is_said_before_anything_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            main(["app", "--port", str(port)])
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert f"port {port} is used by another program" in told.err
    assert told.out == ""


def test_the_app_says_where_it_is_once_it_answers_and_ends_quietly() -> None:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-u", "-m", "simulator.cli", "app", "--port", str(port)]
    process = subprocess.Popen(line, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said: list[str] = []
    try:
        for text in process.stdout or ():
            assert not answers_at(port, "localhost") or "The app is at" in text
            said.append(text)
            if "The app is at" in text:
                break
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=10) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        _, wrong = process.communicate(timeout=60)
    assert said[0] == "Loading the app.\n"
    assert said[-1] == f"The app is at http://localhost:{port} (stop it with Ctrl+C).\n"
    assert process.returncode == 0
    assert wrong == ""


def test_a_port_that_was_just_left_is_free_again() -> None:
    with socket.socket() as first:
        first.bind(("localhost", 0))
        port = first.getsockname()[1]
    check_port(port, "localhost")
    assert not answers_at(port, "localhost")


@pytest.mark.parametrize("address", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_of_this_computer_is_named(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["app", "--address", address, "--port", "8599"])
    assert ended.value.code == 2
    assert f"--address: '{address}' is not allowed" in capsys.readouterr().err


def test_jobs_of_all_sessions_end_with_the_server() -> None:
    jobs = [_job.Job(n, lambda cancel, progress: cancel.wait(30)) for n in range(3)]
    _job.stop_all()
    assert all(job.wait(5) for job in jobs)

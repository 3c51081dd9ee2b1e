"""Long work beside a page: progress in words, time left, a stop, and a store that stays small."""

import threading
from typing import Any

import pytest

from advisor.errors import Cancelled
from simulator.pages._job import Answers, Job
from simulator.pages._work import progress_text


def held(steps: list[tuple[int, int, str]], go_on: threading.Event) -> Any:
    """Work that tells these steps, then waits."""

    def work(cancel: threading.Event, progress: Any) -> str:
        for step in steps:
            progress(*step)
        go_on.wait(10)
        progress(*steps[-1])
        return "done"

    return work


def test_a_slot_keeps_its_newest_answers_and_leaves_the_others_alone() -> None:
    kept = Answers()
    for number in range(5):
        kept.put(("large", number), f"answer {number}", most=2)
        kept.put(("small", number), number)
    assert [kept.get(("large", number)) for number in range(5)] == [None, None, None, "answer 3", "answer 4"]
    assert [kept.get(("small", number)) for number in range(5)] == [0, 1, 2, 3, 4]
    kept.get(("large", 3))
    kept.put(("large", 9), "new", most=2)
    assert kept.get(("large", 3)) == "answer 3"
    assert kept.get(("large", 4)) is None


def told(job: Job, steps: int) -> str:
    while job.step[0] < steps:
        threading.Event().wait(0.005)
    return progress_text(job)[1]


def test_progress_tells_the_time_left_once_its_pace_is_known() -> None:
    go_on = threading.Event()
    early = Job("early", held([(1, 40, "trying plan")], go_on))
    later = Job("later", held([(0, 40, "trying plan"), (8, 40, "trying plan")], go_on))
    assert told(early, 1).startswith("Trying plan, 2 of 40, 0 s so far")
    assert told(later, 8).startswith("Trying plan, 9 of 40, about ")
    assert told(later, 8).endswith(" s left")
    go_on.set()
    assert later.wait(10)
    assert later.result == "done"


def test_a_stopped_job_ends_at_its_next_step_and_is_no_refusal() -> None:
    go_on = threading.Event()
    job = Job("k", held([(1, 4, "simulating")], go_on))
    job.stop()
    go_on.set()
    assert job.wait(10)
    assert isinstance(job.error, Cancelled)
    assert job.stopped
    assert job.refused is None


@pytest.mark.parametrize("of", [0, 1])
def test_work_of_one_step_counts_no_steps(of: int) -> None:
    go_on = threading.Event()
    job = Job("k", held([(0, of, "drawing the traffic")], go_on))
    share, words = progress_text(job)
    go_on.set()
    assert share == 0.0
    assert words.startswith("Drawing the traffic, 0 s so far")

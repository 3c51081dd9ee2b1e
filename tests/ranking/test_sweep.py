"""Sweeps: the same trials wherever they are played, lost workers, interrupts, order and progress."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields, replace
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from advisor.errors import Cancelled, InputError, Problem, UnitError
from advisor.facts import load_facts
from advisor.options import Option
from advisor.workload import Workload
from simulator import pool, study, workers
from simulator.changes import Change
from simulator.chunks import cut
from simulator.recipe import recipe_of, study_of_recipe
from simulator.study import Study, prepare
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial, played

BLAS_BEFORE = os.environ.get("OPENBLAS_NUM_THREADS")
TWO = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
TRACKED = replace(TWO, instances=1, min_instances=1, max_instances=4, target_per_min=60.0)
MEMORY = Option(name="serverless", memory_mib=4096, max_concurrency=20)
ASKS = [
    Ask(option, replication, change=change)
    for option in (TWO, TRACKED, MEMORY, replace(TWO, instances=1))
    for replication in (0, 1)
    for change in (Change(), Change(load=1.5), Change(service=1.2))
]


class Poison(str):
    """A value that ends the process that reads it from another one."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


POISON = Ask(TWO, given=((Poison("real_time.start"), "1 s"),))


@pytest.fixture(scope="module")
def small(make: Callable[..., Workload]) -> Study:
    return prepare(make(("traffic.duration", "10 min")))


@pytest.fixture(scope="module")
def expected(small: Study) -> list[Trial]:
    return [played(small, ask) for ask in ASKS]


@pytest.fixture(scope="module")
def processes(small: Study) -> Iterator[Sweep]:
    """One pool for the tests that only need processes."""
    with Sweep(small, workers=2, processes=True) as sweep:
        yield sweep


def test_two_processes_give_the_bits_of_this_one(processes: Sweep, expected: list[Trial]) -> None:
    assert not any(trial.problem for trial in expected)
    assert processes.play(ASKS) == expected
    assert processes.where == "in 2 processes"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="threads are counted in /proc")
def test_workers_are_forked_from_a_process_of_one_thread(processes: Sweep) -> None:
    processes.play(ASKS[:1])
    status = Path(f"/proc/{forkserver._forkserver._forkserver_pid}/status").read_text()
    assert "Threads:\t1\n" in status
    assert os.environ.get("OPENBLAS_NUM_THREADS") == BLAS_BEFORE


def test_threads_give_the_same_bits_and_one_thread_too(small: Study, expected: list[Trial]) -> None:
    for count, where in ((1, "on 1 thread"), (3, "on 3 threads")):
        with Sweep(small, workers=count, processes=False) as sweep:
            assert sweep.play(ASKS) == expected
            assert sweep.where == where


def test_executors_of_the_user_are_used_and_left_open(small: Study, expected: list[Trial]) -> None:
    with ThreadPoolExecutor(2) as threads:
        with Sweep(small, threads) as sweep:
            assert sweep.play(ASKS) == expected
        assert threads.submit(int, "3").result() == 3
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        with Sweep(small, own) as sweep:
            assert sweep.play(ASKS) == expected
            assert sweep.where == "on a ProcessPoolExecutor"
        assert own.submit(int, "3").result() == 3


class Elsewhere(Executor):
    """An executor that keeps what was sent to it, and plays on one thread as another process would."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self._thread = ThreadPoolExecutor(1)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        task = pickle.dumps((fn, args, kwargs))
        self.sent.append(len(task))
        return self._thread.submit(self._run, task)

    @staticmethod
    def _run(task: bytes) -> Any:
        function, args, kwargs = pickle.loads(task)
        return pickle.loads(pickle.dumps(function(*args, **kwargs)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._thread.shutdown(wait, cancel_futures=cancel_futures)


@pytest.fixture
def trace(tmp_path: Path) -> Study:
    times = np.sort(np.random.default_rng(3).integers(0, 3_600_000, 60_000))
    file = tmp_path / "trace.csv"
    file.write_text("time,service\n" + "\n".join(f"{t},{0.05 + t % 97 / 1000}" for t in times))
    workload = Workload.from_mapping(
        {
            "schema": 1, "name": "recorded", "traffic": {"kind": "trace", "file": str(file), "time_unit": "ms"},
            "request": {"payload": "10 KB"}, "service": {"reference": "ml.m5.xlarge", "time": "80 ms", "slots": 4},
            "model": {"size": "500 MB", "memory": "1 GB", "image": "1 GB"},
            "needs": {"slo": ["p99:1 s"], "immediate_response": True, "cold_start": "acceptable"},
        }
    )  # fmt: skip
    return prepare(workload)


def test_a_large_trace_travels_to_a_worker_once_and_not_with_each_task(trace: Study) -> None:
    asks = [Ask(replace(TWO, instances=n), replication) for n in range(1, 9) for replication in (0, 1)]
    there = Elsewhere()
    workers._studies.clear()
    with Sweep(trace, there, workers=2) as sweep:
        found = sweep.play(asks)
        again = sweep.play([Ask(replace(TWO, instances=9))])
    there.shutdown()
    large = [size for size in there.sent if size > 400_000]
    assert len(there.sent) >= 9
    assert 1 <= len(large) <= 3  # those that were on the way when the only worker said what it lacked
    assert [*found, *again] == [played(trace, ask) for ask in [*asks, Ask(replace(TWO, instances=9))]]


def test_overrides_the_profile_and_every_field_of_a_study_travel(make: Callable[..., Workload]) -> None:
    facts = load_facts("study-card", {"real_time": {"payload_request": {"value": 5, "unit": "MB"}}})
    here = prepare(make(), facts, seed=7, start="empty", engine="reference")
    there = study_of_recipe(pickle.loads(pickle.dumps(recipe_of(here))))
    assert there.facts.digest == here.facts.digest != load_facts().digest
    assert (there.facts.profile, there.facts.overrides) == ("study-card", ("real_time.payload_request",))
    travel = [field.name for field in fields(Study) if not field.metadata.get(study.STAYS)]
    assert set(travel) >= {"workload", "seed", "start", "engine", "horizon_us", "trace", "load", "promise", "notes"}
    for name in travel:
        if name != "facts":
            assert getattr(there, name) == getattr(here, name), name


def test_a_worker_of_another_version_is_refused_with_the_difference(small: Study) -> None:
    recipe = recipe_of(small)
    other = replace(recipe, stamp={**recipe.stamp, "numpy": "1.0"})
    with pytest.raises(InputError, match=r"worker: .*numpy is 1\.0 here and .* there"):
        study_of_recipe(other)
    other = replace(recipe, stamp={**recipe.stamp, "facts": "abc"})
    with pytest.raises(InputError, match="facts is abc here"):
        study_of_recipe(other)


def test_errors_come_from_other_processes_as_they_are() -> None:
    error = InputError([Problem("a.b", "1", "2"), Problem("c", "", "missing")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
    assert str(pickle.loads(pickle.dumps(UnitError("x", "a size", "c")))) == "c: 'x' is not allowed; allowed: a size"


def test_a_killed_worker_costs_time_and_no_result(small: Study, expected: list[Trial]) -> None:
    killed: list[int] = []

    def kill(*_: object) -> None:
        if not killed:
            killed.append(next(iter(sweep._lane._executor._processes)))
            os.kill(killed[0], signal.SIGKILL)

    with Sweep(small, workers=2, processes=True, progress=kill) as sweep:
        assert sweep.play(ASKS) == expected
        assert sweep.where == "in 2 processes"
    assert killed


def test_an_ask_that_kills_every_worker_is_named_and_the_others_are_played(small: Study, expected: list[Trial]) -> None:
    with Sweep(small, workers=1, processes=True) as sweep:
        *found, last = sweep.play([*ASKS[:3], POISON])
    assert found == expected[:3]
    assert "killed each time" in last.problem
    assert last.usd is None


def test_a_broken_executor_of_the_user_is_replaced(small: Study, expected: list[Trial]) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        broken = own.submit(os._exit, 9)
        assert broken.exception() is not None
        with Sweep(small, own, workers=1) as sweep:
            assert sweep.play(ASKS[:4]) == expected[:4]


def test_workers_that_cannot_start_leave_the_work_to_threads(
    small: Study, expected: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "get_ready", os._exit)
    monkeypatch.setattr(pool, "recipe_of", lambda _: replace(recipe_of(small), body=Poison()))
    with Sweep(small, workers=2, processes=True) as sweep:
        assert sweep.play(ASKS[:6]) == expected[:6]
        assert sweep.where == "on 2 threads"


def test_trials_come_in_the_order_of_the_asks_and_none_is_played_twice(processes: Sweep, expected: list[Trial]) -> None:
    mixed = [5, 2, 2, 19, 0, 11, 5]
    told: list[tuple[int, int, str]] = []
    with Sweep(processes.study, workers=2, processes=False, progress=lambda *seen: told.append(seen)) as sweep:
        assert sweep.play([ASKS[k] for k in mixed], "first") == [expected[k] for k in mixed]
        assert sweep.play([ASKS[k] for k in (2, 3)], "then") == [expected[k] for k in (2, 3)]
        assert set(sweep.done) == {ASKS[k] for k in (*mixed, 3)}
    done = [seen[0] for seen in told]
    assert done == sorted(done)
    assert [seen for seen in told if seen[2] == "first"][-1] == (7, 7, "first")
    assert told[-1] == (9, 9, "then")


def test_little_work_stays_on_threads_and_much_goes_to_processes(small: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Study] = []

    def instead(of: Study, count: int) -> Any:
        made.append(of)
        return pool_stand_in(of, count)

    from simulator import sweep as module

    pool_stand_in = module.Threads
    monkeypatch.setattr(module, "Pool", type("Pool", (), {"__new__": lambda _, of, count: instead(of, count)}))
    with Sweep(small, workers=2) as sweep:
        sweep.play(ASKS[:2])
        assert not made
        week = replace(small, load=replace(small.load, requests=2_000_000_000))
        assert module.work_s(week, ASKS[0]) > 8
        sweep.study = week
        sweep._lane_for(ASKS[:2])
        assert made == [week]


def test_no_process_is_started_where_none_may_be(small: Study, expected: list[Trial]) -> None:
    found: list[Any] = []

    def app() -> None:
        with Sweep(small, workers=2, processes=True) as sweep:
            found.extend((sweep.play(ASKS[:3]), sweep.where, pool.no_processes()))

    thread = threading.Thread(target=app)
    thread.start()
    thread.join()
    assert found == [expected[:3], "on 2 threads", "this is not the main thread"]
    assert pool.no_processes() == ""


def test_asks_over_one_draw_of_the_traffic_travel_together(small: Study) -> None:
    chunks = list(cut(small, ASKS, workers=2))
    assert sorted(map(repr, (ask for chunk in chunks for ask in chunk))) == sorted(map(repr, ASKS))
    assert all(len({(ask.change, ask.replication) for ask in chunk}) == 1 for chunk in chunks)
    assert 8 <= len(chunks) < len(ASKS)
    long = replace(small, load=replace(small.load, requests=10_000_000_000))
    assert [len(chunk) for chunk in cut(long, ASKS, workers=1)] == [1] * len(ASKS)


def test_a_study_keeps_the_last_draws_and_the_first(
    make: Callable[..., Workload], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = prepare(make(("traffic.duration", "1 min")))
    monkeypatch.setattr(study, "_MOST_KEPT_ROWS", 3 * here.load.requests)
    before = [here.demand(k).rows for k in range(7)]
    assert sorted(here._demands) == [0, 4, 5, 6]
    assert [here.demand(k).rows for k in range(7)] == before


@pytest.mark.parametrize("with_processes", [False, True])
def test_a_stopped_sweep_keeps_what_is_done(
    make: Callable[..., Workload], with_processes: bool, expected: list[Trial]
) -> None:
    flag = threading.Event()
    here = prepare(make(("traffic.duration", "10 min")), cancel=flag)
    with Sweep(here, workers=2, processes=with_processes, progress=lambda done, *_: done >= 3 and flag.set()) as sweep:
        with pytest.raises(Cancelled):
            sweep.play(ASKS)
        assert 3 <= len(sweep.done) < len(ASKS)
        assert all(sweep.done[ask] == trial for ask, trial in zip(ASKS, expected, strict=True) if ask in sweep.done)


def test_an_interrupt_keeps_what_is_done_and_leaves_the_study_usable(small: Study, expected: list[Trial]) -> None:
    def interrupt(done: int, *_: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Sweep(small, workers=2, processes=False, progress=interrupt) as sweep:
        with pytest.raises(Cancelled):
            sweep.play(ASKS)
        assert 2 <= len(sweep.done) < len(ASKS)
    assert [played(small, ask) for ask in ASKS[-2:]] == expected[-2:]


SCRIPT = """
    import sys
    from advisor.options import Option
    from simulator.changes import Change
    from simulator.study import prepare
    from simulator.sweep import Sweep
    from simulator.trial import Ask

    two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)

    def main(count, tell=None):
        study = prepare("invoice-ocr")
        with Sweep(study, workers=2, processes=True, progress=tell) as sweep:
            try:
                found = sweep.play([Ask(two, change=Change(load=1 + k / 8)) for k in range(count)])
            finally:
                print(sweep.where, len(sweep.done), flush=True)
        return found
"""


def _script(folder: Path, text: str) -> list[str]:
    file = folder / "mine.py"
    file.write_text(textwrap.dedent(SCRIPT) + textwrap.dedent(text))
    return [sys.executable, "-W", "error", str(file)]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


def test_a_script_without_a_guard_gets_the_same_numbers_from_threads(tmp_path: Path) -> None:
    command = _script(tmp_path, "print('begun', flush=True)\nprint([trial.usd for trial in main(2)])\n")
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
    assert done.stderr == ""
    begun, where, usd = done.stdout.splitlines()
    assert (begun, where) == ("begun", "on 2 threads 2")
    here = prepare("invoice-ocr")
    two = replace(TWO)
    assert usd == str([played(here, Ask(two, change=Change(load=1 + k / 8))).usd for k in range(2)])


def test_ctrl_c_ends_a_sweep_on_processes_soon_and_quietly(tmp_path: Path) -> None:
    command = _script(
        tmp_path,
        """
        if __name__ == "__main__":
            import signal
            from advisor.errors import Cancelled

            signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
            try:
                main(400, lambda done, asked, what: print("told", flush=True) if done == 1 else None)
            except Cancelled:
                print("stopped")
        """,
    )
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment(), start_new_session=True
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        late = threading.Timer(60, os.killpg, (child.pid, signal.SIGKILL))
        late.start()
        first = child.stdout.readline()
        begun = time.monotonic()
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to every process
        rest, noise = child.stdout.read(), child.stderr.read()
        took = time.monotonic() - begun
        late.cancel()
    assert (first, noise) == ("told\n", "")
    where, stopped = rest.splitlines()
    assert where.startswith("in 2 processes ") and 1 <= int(where.rsplit(" ", 1)[1]) < 400
    assert stopped == "stopped"
    assert took < 20  # what is left would take minutes


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    command = _script(
        tmp_path,
        """
        def told(done, asked, what):
            if done == 1:
                import os
                from multiprocessing import active_children
                print(*(child.pid for child in active_children()), flush=True)
                os.kill(os.getpid(), 9)

        if __name__ == "__main__":
            main(400, told)
        """,
    )
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
    pids = [int(pid) for pid in done.stdout.splitlines()[-1].split()]
    assert len(pids) == 2
    end = time.monotonic() + 10
    while any(_alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in pids)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"  # dead, not yet buried
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_worker_that_would_give_other_numbers_says_so_each_time(
    small: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(recipe_of(small), stamp={"numpy": "0.1"})
    monkeypatch.setattr(workers._Given, "recipe", recipe)
    for _ in range(2):
        with pytest.raises(InputError, match=r"numpy is 0\.1"):
            workers.play_in_worker(recipe.digest, None, ASKS[:1])


def test_a_worker_that_forgets_what_it_is_sent_does_not_hold_a_sweep_up(small: Study) -> None:
    class Forgetful(Executor):
        def submit(self, fn, /, *args, **more):  # noqa: ARG002 - whatever it is asked
            answer = Future()
            answer.set_result(None)
            return answer

    with Sweep(small, Forgetful()) as sweep, pytest.raises(RuntimeError, match="keeps nothing"):
        sweep.play(ASKS[:1])

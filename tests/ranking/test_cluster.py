"""Sweeps on a Dask cluster of separate processes, and clusters that cannot be used."""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.options import Option
from advisor.workload import Workload
from simulator import cluster
from simulator.changes import Change
from simulator.cluster import check_workers, cluster_executor
from simulator.stamp import stamp
from simulator.study import Study, prepare
from simulator.sweep import Sweep
from simulator.trial import Ask, Trial, played

pytest.importorskip("distributed", reason="extra [cluster] is not installed")
pytestmark = [
    # its own habits: sockets and loops are closed by a collector, after the test
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TWO = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, concurrency_per_instance=4)
MEMORY = Option(name="serverless", memory_mib=4096, max_concurrency=20)
ASKS = [
    Ask(option, replication, change=Change(load=1 + k / 10))
    for option in (TWO, MEMORY)
    for replication in (0, 1)
    for k in range(5)
]


def _read(harmless: int, text: str) -> "Poison":
    if os.getpid() != harmless:
        os._exit(9)
    poison = Poison(text)
    poison.harmless = harmless
    return poison


class Poison(str):
    """A value that ends every process that reads it, but one: the scheduler reads what it hands on."""

    __slots__ = ("harmless",)

    harmless: int

    def __reduce__(self) -> tuple[Any, ...]:
        return _read, (self.harmless, str(self))


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parents[2])
    environment = os.environ | {
        "PYTHONPATH": root, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0", "PYTHONWARNINGS": "",
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two workers, each a process that is replaced when it is killed."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    children = [_start("distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))]  # fmt: skip
    children += [
        _start(
            "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard",
            "--local-directory", str(folder / str(number)), "--host", "127.0.0.1",
        )
        for number in range(2)
    ]  # fmt: skip
    try:
        end = time.monotonic() + 30
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        yield str(json.loads(file.read_text())["address"])
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            try:
                child.wait(2)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Any]:
    distributed = importlib.import_module("distributed")
    with distributed.Client(address, set_as_default=False) as found:
        found.wait_for_workers(2, timeout=30)
        yield found
        found.shutdown()  # workers and scheduler end by themselves


@pytest.fixture(scope="module")
def small(make: Callable[..., Workload]) -> Study:
    facts = load_facts("study-card", {"real_time": {"payload_request": {"value": 5, "unit": "MB"}}})
    return prepare(make(("traffic.duration", "10 min")), facts)


@pytest.fixture(scope="module")
def expected(small: Study) -> list[Trial]:
    return [played(small, ask) for ask in ASKS]


@pytest.mark.usefixtures("client")
def test_a_cluster_gives_the_bits_of_this_process(address: str, small: Study, expected: list[Trial]) -> None:
    with cluster_executor(address) as executor, Sweep(small, executor) as sweep:
        assert sweep.play(ASKS) == expected
        assert sweep.where == f"on 2 threads of the Dask cluster at {address}"


def test_a_client_or_its_executor_can_be_passed(client: Any, small: Study, expected: list[Trial]) -> None:
    for executor in (client, client.get_executor()):
        with Sweep(small, executor) as sweep:
            assert sweep.play(ASKS[:6]) == expected[:6]
    assert client.submit(int, "3").result() == 3  # it stays open


def test_a_killed_worker_costs_time_and_no_result(client: Any, small: Study, expected: list[Trial]) -> None:
    pids = client.run(os.getpid)

    def kill(done: int, *_: object) -> None:
        if done == 1:
            os.kill(next(iter(pids.values())), signal.SIGKILL)

    with Sweep(small, client, progress=kill) as sweep:
        assert sweep.play(ASKS) == expected
    client.wait_for_workers(2, timeout=30)
    assert len(set(client.run(os.getpid).values()) & set(pids.values())) == 1


def test_an_ask_that_kills_every_worker_is_named(client: Any, small: Study, expected: list[Trial]) -> None:
    poison = Poison("real_time.start")
    poison.harmless = client.run_on_scheduler(os.getpid)
    with Sweep(small, client) as sweep:
        *found, last = sweep.play([*ASKS[:3], Ask(TWO, given=((poison, "1 s"),))])
    assert found == expected[:3]
    assert "killed each time" in last.problem


def test_workers_that_differ_are_refused_by_name(client: Any, small: Study) -> None:
    client.wait_for_workers(2, timeout=30)
    here = stamp(small.facts)
    check_workers(client, "here", here, small.facts)
    with pytest.raises(InputError) as caught:
        check_workers(client, "here", {**here, "numpy": "1.0", "facts": "abc"}, small.facts)
    problems = caught.value.problems
    assert len(problems) == 2
    assert all("worker tcp://127.0.0.1:" in str(p) and "numpy is 1.0 here and 2." in str(p) for p in problems)
    assert all("facts is abc here" in str(p) for p in problems)


def test_a_sweep_is_refused_before_its_first_task(client: Any, small: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator import dask_lane

    def older(study: Study) -> Any:
        recipe = original(study)
        return type(recipe)(recipe.digest, {**recipe.stamp, "Python": "3.9"}, recipe.body)

    original = dask_lane.recipe_of
    monkeypatch.setattr(dask_lane, "recipe_of", older)
    told: list[Any] = []
    with (
        pytest.raises(InputError, match=r"Python is 3\.9 here and 3\.\d+ there"),
        Sweep(small, client, progress=lambda *seen: told.append(seen)) as sweep,
    ):
        sweep.play(ASKS)
    assert not told


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_unreachable_cluster_is_told_with_address_reason_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.5)
    there = f"tcp://127.0.0.1:{_closed_port()}"
    begun = time.monotonic()
    with pytest.raises(InputError) as caught, cluster_executor(there):
        pytest.fail("nothing is there")
    assert time.monotonic() - begun < 10
    message = str(caught.value)
    assert message.startswith(f"--cluster: no Dask scheduler answers at {there} (Connection refused)")
    assert "--cluster-fallback" in message


def test_what_is_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        there = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with (
            pytest.raises(InputError, match=r"no Dask scheduler answers at .* \(no answer within 0\.5 s\)"),
            cluster_executor(there),
        ):
            pytest.fail("nobody speaks")


@pytest.mark.parametrize("address", ["127.0.0.1", "carrier://pigeon:1", "tcp://127.0.0.1:http", ""])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(InputError, match=r"--cluster: .* is no address: .*tcp://host:port"), cluster_executor(address):
        pytest.fail("no address")


def test_the_cores_of_this_machine_are_used_only_when_told_to(
    small: Study, expected: list[Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.5)
    said: list[str] = []
    with cluster_executor(f"tcp://127.0.0.1:{_closed_port()}", fallback=True, say=said.append) as executor:
        assert executor is None
        with Sweep(small, executor, workers=2) as sweep:
            assert sweep.play(ASKS[:4]) == expected[:4]
    assert len(said) == 1 and "no Dask scheduler" in said[0] and said[0].endswith("playing on this machine")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match=r'pip install "sagemaker-endpoint-advisor\[cluster\]"'),
        cluster_executor("tcp://127.0.0.1:8786"),
    ):
        pytest.fail("it is missing")


def test_a_cluster_that_goes_away_is_told_and_what_was_done_is_kept(
    small: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator import dask_lane

    monkeypatch.setattr(dask_lane, "_ALONE_S", 0.5)
    distributed = importlib.import_module("distributed")
    file = tmp_path / "scheduler.json"
    scheduler = _start("distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))  # fmt: skip
    worker = _start("distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))  # fmt: skip
    try:
        while not file.exists():
            time.sleep(0.05)
        with distributed.Client(json.loads(file.read_text())["address"], set_as_default=False) as own:
            own.wait_for_workers(1, timeout=30)
            with Sweep(small, own, progress=lambda *_: (worker.kill(), scheduler.kill())) as sweep:
                with pytest.raises(InputError, match=r"--cluster: the Dask cluster at .* went away"):
                    sweep.play(ASKS)
                assert 0 < len(sweep.done) < len(ASKS)
    finally:
        for child in (worker, scheduler):
            child.kill()
            child.wait()

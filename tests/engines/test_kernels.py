"""How kernels are kept on disk, and that they stay inside their tables."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.engines import _load as load
from simulator.engines import fast, run
from simulator.histogram import BUCKETS, Histogram, Sample, add, bucket_of, bucket_start, pooled
from simulator.model import ServingModel, TargetTracking
from simulator.run import FixedDemand, FixedSupply

ROOT = Path(__file__).parents[2]


def test_the_suite_of_equalities_holds_with_bounds_checking():
    # kept beside the kernels and named after their text likewise: to compile them takes longer than to play them
    kept = load.kernel_folder().parent / "bounds-checked"
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(kept), "PYTHONHASHSEED": "0"}
    code = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    suites = [f"tests/engines/test_{name}.py" for name in ("equality", "serverless_scaling", "serverless_callers")]
    found = subprocess.run(
        [sys.executable, "-c", code, "-q", "-p", "no:cacheprovider", "-k", "agree or equals", *suites],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-1000:]


def test_kernels_live_in_a_folder_named_after_their_text(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert load.kernel_folder().parent == tmp_path
    assert load.kernel_folder() == load.kernel_folder()


def test_a_cache_folder_that_cannot_be_written_is_passed_over(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    folder = load.kernel_folder()
    assert folder.is_dir()
    assert blocked not in folder.parents


def test_compiled_kernels_are_found_again_by_the_next_process(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(fast.compile_kernels().parent)}
    code = (
        "from simulator.engines import fast, _load as load; fast.compile_kernels();"
        "k = load.kernels(); stats = [f.stats for f in (k.copies.play, k.serverless.play_serverless, k.environments.play_environments, k.output.tally)];"
        "print([sum(s.cache_misses.values()) for s in stats])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[0, 0, 0, 0]"


def test_one_signature_serves_every_model():
    kernels = load.kernels()
    fast.compile_kernels()
    before = len(kernels.copies.play.signatures)
    model = ServingModel(np.int64(100), True, slots=np.int32(2), policy=TargetTracking(1, np.uint8(50), 10))
    read_only = FixedDemand.of([0, 3], [5, 5])
    for column in read_only.columns[:3]:
        column.flags.writeable = False
    run(model, read_only, FixedSupply())
    assert len(kernels.copies.play.signatures) == before == 2


def test_more_draining_copies_than_the_fleet_may_hold_get_their_places():
    # a burst scales out, silence drains, and the work of drained copies outlasts the next bursts
    policy = TargetTracking(1, 1_000, 5, 1, 1, 90, 0, 0)
    model = ServingModel(3_000, 10**6, slots=1, initial=1, minimum=1, maximum=4, policy=policy)
    arrival = np.concatenate([np.arange(12) + start for start in range(0, 1_000, 40)])
    demand = FixedDemand.of(arrival, np.full(len(arrival), 150))
    quick, plain = (run(model, demand, FixedSupply(), engine=engine) for engine in ("fast", "reference"))
    assert plain.meters.max_copies > 4
    assert quick.meters == plain.meters
    assert np.array_equal(quick.timeline.position, plain.timeline.position)
    assert np.array_equal(quick.requests.finish_us, plain.requests.finish_us)


def test_long_busy_spells_of_sharing_copies_do_not_overflow():
    # 0.9 of two shared slots for about four days: virtual time passes 2^60 ticks several times
    draw = np.random.default_rng(5)
    arrival = np.cumsum(draw.integers(1, 2 * 10**9, 4_000)) * 100
    demand = FixedDemand.of(arrival, draw.integers(1, 2**36, 4_000))
    model = ServingModel(2**50, 10**6, slots=2, slowdown_millionths=300_000, to_horizon=0)
    quick, plain = (run(model, demand, FixedSupply(), engine=engine) for engine in ("fast", "reference"))
    assert np.array_equal(quick.requests.finish_us, plain.requests.finish_us)
    assert plain.requests.finish_us[-1] > 2**46


def test_buckets_are_contiguous_and_at_most_0_4_percent_wide():
    starts = [bucket_start(bucket) for bucket in range(BUCKETS)]
    assert bucket_of(np.array(starts)).tolist() == list(range(BUCKETS))
    assert bucket_of(np.array(starts[1:]) - 1).tolist() == list(range(BUCKETS - 1))
    widths = np.diff(starts[512:])
    assert np.all(widths / np.array(starts[512:-1]) <= 1 / 256)


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_both_engines_fill_the_same_buckets(engine):
    arrival, service = np.zeros(300, np.int64), np.unique(np.geomspace(1, 2**35, 300).astype(np.int64))
    model = ServingModel(2**50, 0, slots=300, to_horizon=0)
    demand = FixedDemand.of(arrival[: len(service)], service)
    result = run(model, demand, FixedSupply(), engine=engine, requests=False)
    expected = np.zeros(BUCKETS, np.int64)
    add(expected, service)
    assert np.array_equal(result.latency.buckets, expected)


def test_pooled_distributions_hold_every_value():
    draw = np.random.default_rng(3)
    parts = [np.rint(draw.lognormal(9, 1, n)).astype(np.int64) for n in (500, 20, 3000)]
    everything = Sample(np.concatenate(parts))
    exact = pooled([Sample(part) for part in parts])
    assert exact.quantile(0.99) == everything.quantile(0.99)
    counts = []
    for part in parts:
        buckets = np.zeros(BUCKETS, dtype=np.int64)
        add(buckets, part)
        counts.append(Histogram(buckets, int(part.sum())))
    for mixed in (pooled(counts), pooled([counts[0], Sample(parts[1]), counts[2]])):
        assert mixed.count == everything.count
        assert mixed.mean_us == everything.mean_us
        assert abs(mixed.quantile(0.9) / everything.quantile(0.9) - 1) < 0.005

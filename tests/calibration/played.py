"""Load tests played by our own engine, with every parameter known: what a calibration must find again."""

import numpy as np

from advisor.options import Option
from advisor.workload import Workload
from simulator.calibrate_rows import SweepRow
from simulator.play import simulate
from simulator.study import prepare


def level(users, *, service="100 ms", slots=4, slowdown=0.0, pause="0 s", seed=0, duration="2 min"):
    """One load level of a closed test against one instance, as a load generator would report it."""
    table = {
        "schema": 1,
        "name": "load test",
        "traffic": {"kind": "closed", "users": users, "think": pause, "duration": duration},
        "request": {"payload": "1 KB", "response": "1 KB"},
        "service": {"reference": "ml.m5.xlarge", "time": service, "slots": slots, "slowdown": slowdown},
        "model": {"size": "100 MB", "memory": "1 GB"},
        "needs": {"availability": "single"},
    }
    study = prepare(Workload.from_mapping(table), seed=seed)
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1, concurrency_per_instance=slots)
    run = simulate(study, option, given={"overhead": "1 us", "queue_limit": "100000"}, requests=True).run
    took = np.sort(
        (run.requests.response_us - run.requests.arrival_us)[run.requests.arrival_us >= study.window_from_us]
    )
    arrivals = len(took)
    window_s = (study.horizon_us - study.window_from_us) / 1e6
    percentiles = {share: float(np.quantile(took, share)) / 1e6 for share in (0.5, 0.95, 0.99)}
    return SweepRow(users, float(took.mean()) / 1e6, arrivals / window_s, None, percentiles, 0.0, f"{users} users")


def sweep(users, **place):
    """Several load levels, each with draws of its own."""
    return [level(count, seed=number, **place) for number, count in enumerate(users)]


def calls(rate_per_s, *, keep_alive="300 s", cold_start="4 s", spread=False, duration="2 days", seed=0):
    """Calls at random times against a serverless endpoint: when, how long, and whether cold."""
    table = {
        "schema": 1,
        "name": "calls",
        "traffic": {"kind": "poisson", "rate_per_s": rate_per_s, "duration": duration},
        "request": {"payload": "1 KB", "response": "1 KB"},
        "service": {
            "reference": "ml.m5.xlarge",
            "time": "100 ms",
            "measured": [{"on": "serverless:2048", "time": {"p50": "200 ms", "p99": "400 ms"}}],
        },
        "model": {"size": "100 MB", "memory": "1 GB"},
        "needs": {"cold_start": "acceptable"},
    }
    study = prepare(Workload.from_mapping(table), seed=seed)
    option = Option(name="serverless", memory_mib=2048, max_concurrency=10)
    given = {"keep_alive": keep_alive, "overhead": "1 us"} | ({} if spread else {"cold_start": cold_start})
    run = simulate(study, option, given=given, requests=True).run
    rows = run.requests
    return rows.arrival_us / 1e6, (rows.response_us - rows.arrival_us) / 1e6, rows.start_us > rows.arrival_us

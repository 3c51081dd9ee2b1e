"""Published figures of SimFaaS, a simulator of scale-per-request platforms, beside ours; and the package itself.

Parameters are arrivals per second, mean warm and cold service (exponential), seconds kept, and the limit of instances.
"""

import math
from collections.abc import Iterator
from typing import Final

from simulator import theory
from simulator._bench_peers import simfaas_run
from simulator._validation_check import SECOND, Check, beside, spread
from simulator._validation_platform import Platform, demand_of, model_of, supply_of
from simulator._validation_servers import newest_created, server_shares, short_runs
from simulator.codes import Outcome
from simulator.engines import run

__all__ = ["package_rows", "published_rows"]

_SEED: Final = 2021
_START_UP: Final = "P(cold) with the start-up"


def _figures(platform: Platform, seed: tuple[int, ...], seconds: float, skip: float) -> dict[str, float]:
    """One run from an empty platform; `skip` is the share of the run that is left out."""
    found = run(
        model_of(platform, seconds), demand_of(platform, seed, seconds), supply_of(platform, seed),
        requests=False, timeline=False, window_from_us=round(skip * seconds * SECOND),
    )  # fmt: skip
    meters, window = found.meters, found.meters.window_us
    refused = found.count(Outcome.THROTTLED)
    running = (meters.serverless_busy_us + meters.serverless_cold_us) / window
    idle = meters.idle_us / window
    return {
        "P(cold)": meters.cold_starts / (meters.arrivals - refused),
        "cold starts": meters.cold_starts,
        "refused": refused / meters.arrivals,
        "servers": running + idle,
        "running": running,
        "idle": idle,
        "life span, s": (running + idle) * window / SECOND / max(1, meters.cold_starts),
        "mean response, s": found.latency.mean_us / SECOND,
    }


def _replicated(platform: Platform, seconds: float, skip: float, replications: int) -> dict[str, list[float]]:
    runs = spread(lambda r: _figures(platform, (_SEED, round(seconds), r), seconds, skip), range(replications))
    rows = list(runs)
    return {key: [row[key] for row in rows] for key in rows[0]}


_README: Final = Platform(0.9, 1.991, 2.244, 600)
_LOADED: Final = Platform(1000, 2.016, 2.163, 600)
_ANALYTIC: Final = Platform(100, 2, 25, 600, 1_000_000)
_APPROXIMATE: Final = "the analytic package approximates; another simulator gave .000084 ± .000007 (first 30 % dropped)"
_LENGTHS: Final = "start-up colds over a run of another length"
_CHOICE: Final = (
    "SimFaaS takes the idle server that was created last, ours the one used last, as measured on AWS Lambda; "
    "a plain replay with the rule of SimFaaS agrees with it (row below)"
)
_CROSS: Final = (
    (Platform(1, 2, 5, 10), (0.09845, 0, 2.295, 2.619), (0.09833, 0, 2.291, 2.615)),
    (Platform(5, 1, 4, 20, 8), (0.00021, 0.0702, 4.653, 3.343), (0.00041, 0.0697, 4.646, 3.350)),
    (Platform(0.01, 0.5, 3, 300), (0.0557, 0, 0.00639, 0.9626), (0.0550, 0, 0.00639, 0.9625)),
)
_KNOWN: Final[dict[tuple[float, str], str]] = {
    (1, "P(cold)"): _CHOICE,
    (1, "idle"): _CHOICE,
    (1, "running"): _CHOICE,
    (5, "P(cold)"): _LENGTHS,
}
"""Deviations that have a reason, by rate and quantity."""
_FOUR: Final = ("P(cold)", "refused", "running", "idle")
_PUBLISHED: Final = (
    ("README of SimFaaS", 1,
     (("P(cold)", 1213 / 898_469), ("servers", 7.6612), ("running", 1.7879), ("idle", 5.8733), ("life span, s", 6335),
      ("refused", 0))),
    ("notebook 02", 1,
     (("P(cold)", 1183 / 900_020), ("servers", 7.6910), ("running", 1.7971), ("idle", 5.8940), ("life span, s", 6529),
      ("refused", 0))),
)  # fmt: skip
_OTHER: Final = (
    (0.0, (("P(cold)", 0.001337, 0.000015), ("servers", 7.695, 0.012), ("running", 1.7932, 0.0012), ("idle", 5.902, 0.012),
           ("life span, s", 6414, 61))),
    (0.1, (("P(cold)", 0.001322, 0.000017),)),
)  # fmt: skip
_SHARES: Final = {6: 0.0520, 7: 0.4041, 8: 0.3876, 9: 0.1197, 10: 0.0306, 11: 0.0054, 12: 0.0006}
_ROWS: Final = 84
"""Rows that are compared in this part, for the width of their intervals."""


def _long_run(replications: int, seconds: float) -> Iterator[Check]:
    """The run of the README and notebook 02: 1e6 s at 0.9 requests a second."""
    label = "0.9 /s, 600 s kept, 1e6 s"
    ours = {skip: _replicated(_README, seconds, skip, replications) for skip in (0.0, 0.1)}
    for source, runs, values in _PUBLISHED:
        for quantity, value in values:
            yield beside(f"{label}, {source}", quantity, value, ours[0.0][quantity], rows=_ROWS, runs=runs)
    for skip, figures in _OTHER:
        what = "first 10 % dropped" if skip else "with the start-up"
        for quantity, value, half in figures:
            name = f"{label}, {what}, another simulator"
            yield beside(name, quantity, value, ours[skip][quantity], rows=_ROWS, other_half=half)
    little = [row - 0.9 * (1.991 + share * (2.244 - 1.991)) for row, share in zip(
        ours[0.1]["running"], ours[0.1]["P(cold)"], strict=True)]  # fmt: skip
    yield beside(f"{label}, Little's law", "running - rate x service", 0, little, rows=_ROWS)


def _shorter_run(replications: int) -> Iterator[Check]:
    """Three runs of 80,000 requests of SimFaaS on one machine."""
    ours = _replicated(_README, 80_000 / 0.9, 0.0, replications)
    for quantity, value in (("P(cold)", 0.00137), ("servers", 7.65), ("running", 1.7927), ("idle", 5.858)):
        name = "0.9 /s, 600 s kept, 80,000 requests, three runs of SimFaaS"
        yield beside(name, quantity, value, ours[quantity], rows=_ROWS, runs=3)


def _loaded(replications: int) -> Iterator[Check]:
    """Notebook 03: twice the load that 1000 instances can take."""
    whole = _replicated(_LOADED, 1000, 0.0, replications)
    for quantity, value, rounded in (("refused", 0.5039, 5e-5), ("running", 998.43, 0.005), ("idle", 0.976, 5e-4),
                                     ("cold starts", 1000, 0)):  # fmt: skip
        name = "1000 /s on 1000 instances, 1000 s, notebook 03"
        yield beside(name, quantity, value, whole[quantity], rows=_ROWS, runs=1, rounded=rounded)
    steady = _replicated(_LOADED, 1000, 0.1, replications)
    refused = theory.erlang_b(1000 * 2.016, 1000)
    for quantity, value in (("refused", refused), ("running", 1000 * 2.016 * (1 - refused))):
        name = "1000 /s on 1000 instances, first 10 % dropped, Erlang B"
        yield beside(name, quantity, value, steady[quantity], rows=_ROWS)


def _analytic(replications: int, seconds: float) -> Iterator[Check]:
    """The example of the analytic package, and what leaving the start-up in does to it."""
    label = "100 /s, cold 25 s, 600 s kept"
    steady, whole = (_replicated(_ANALYTIC, seconds, skip, replications) for skip in (0.3, 0.0))
    for quantity, value in (
        ("P(cold)", 0.000065),
        ("running", 200.15),
        ("idle", 51.06),
        ("mean response, s", 2.001488),
    ):
        name = f"{label}, first 30 % dropped, analytic package"
        yield beside(name, quantity, value, steady[quantity], rows=_ROWS, known=_APPROXIMATE)
    name = f"{label}, first 30 % dropped, another simulator"
    yield beside(name, "P(cold)", 0.000084, steady["P(cold)"], rows=_ROWS, other_half=0.000007)
    ratio = math.fsum(whole["P(cold)"]) / math.fsum(steady["P(cold)"])
    yield beside(
        f"{label}, nothing dropped, another simulator", _START_UP, 0.000246, whole["P(cold)"], rows=_ROWS, runs=1,
        known=f"{_LENGTHS}; here the start-up makes it {ratio:.1f} times the steady value in {seconds:,.0f} s",
    )  # fmt: skip


def _cross_check(replications: int) -> Iterator[Check]:
    """Three other platforms, 80,000 requests each, figures of three runs; digits as printed."""
    for platform, other, simfaas in _CROSS:
        ours = _replicated(platform, 80_000 / platform.rate, 0.0, replications)
        label = f"{platform.rate:g} /s, {platform.warm:g} s, cold {platform.cold:g} s, kept {platform.keep:g} s, at most {platform.most}"
        for source, values in (("SimFaaS", simfaas), ("another simulator", other)):
            for quantity, value in zip(_FOUR, values, strict=True):
                digits = 5e-6 if value < 0.01 else 5e-4
                yield beside(
                    f"{label}, {source}", quantity, value, ours[quantity], rows=_ROWS, runs=3, rounded=digits,
                    known=_KNOWN.get((platform.rate, quantity), ""),
                )  # fmt: skip
    platform, _, simfaas = _CROSS[0]
    plain = [newest_created(platform, (_SEED, 3, r), 80_000) for r in range(6)]
    for quantity, value, replayed in zip(
        ("P(cold)", "idle"), (simfaas[0], simfaas[3]), zip(*plain, strict=True), strict=True
    ):
        name = "1 /s, 2 s, cold 5 s, kept 10 s, SimFaaS against a plain replay with its rule"
        yield beside(name, quantity, value, replayed, rows=_ROWS, runs=3, rounded=5e-4)


def _notebooks(replications: int, seconds: float, blocks: int) -> Iterator[Check]:
    """Distribution of the number of servers (notebook 02), and the transient of notebook 05."""
    found = list(spread(lambda r: server_shares(_README, (_SEED, 2, r), seconds), range(replications)))
    for servers, value in _SHARES.items():
        ours = [row.get(servers, 0.0) for row in found]
        yield beside(
            "0.9 /s, 600 s kept, 1e6 s, notebook 02",
            f"P({servers} servers)",
            value,
            ours,
            rows=_ROWS,
            runs=1,
            rounded=5e-5,
        )
    colds = list(spread(lambda r: short_runs(_README, (_SEED, 5, r), blocks), range(replications)))
    name = "3 running and 5 idle with 300 s left, then 300 s at 0.9 /s, notebook 05"
    yield beside(name, "P(cold) over 1000 runs", 0.00042, colds, rows=_ROWS, runs=1, rounded=5e-6)


def published_rows(*, quick: bool = False) -> Iterator[Check]:
    """Every published figure beside ours. `quick` plays fewer replications."""
    replications = 6 if quick else 16
    yield from _long_run(replications, 1e6)
    yield from _shorter_run(replications)
    yield from _loaded(replications)
    yield from _analytic(8, 20_000 if quick else 100_000)
    yield from _cross_check(replications)
    if not quick:
        yield from _notebooks(8, 1e6, 1000)


def package_rows(*, quick: bool = False) -> Iterator[Check]:
    """SimFaaS itself on the same parameters. Raises ImportError where it is not installed."""
    requests, runs = (4_000, 4) if quick else (40_000, 8)
    for platform in (_README, *(row[0] for row in _CROSS)):
        seconds = requests / platform.rate
        theirs = [simfaas_run(platform, seconds, number) for number in range(runs)]
        ours = _replicated(platform, seconds, 0.0, 16)
        for quantity in _FOUR:
            values = [row[quantity] for row in theirs]
            mean = math.fsum(values) / runs
            name = f"{platform.rate:g} /s, kept {platform.keep:g} s, at most {platform.most}, {runs} runs of {requests:,} requests"
            yield beside(
                f"{name}, SimFaaS run here", quantity, mean, ours[quantity], rows=_ROWS, runs=runs,
                known=_KNOWN.get((platform.rate, quantity), ""),
            )  # fmt: skip

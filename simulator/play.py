"""Play one option over a study's demand: model, supply, run, metrics, bill."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.billing import Bill, Meters, alarms, bill, traffic_meters
from advisor.errors import Cancelled, InputError, Problem, TooLargeError
from advisor.options import Option, Place
from advisor.units import format_bytes, format_count
from simulator import tape
from simulator.assumptions import Assumptions, Level, assume
from simulator.codes import Outcome
from simulator.endpoints import serving_model
from simulator.engines import run as run_engine
from simulator.metrics import Summary, summarise
from simulator.run import Run
from simulator.study import Study

__all__ = ["Simulation", "in_progress", "lowest_cost", "offered_concurrency", "simulate", "write_requests"]

EXACT_ROWS: Final = 200_000
"""Up to this many requests percentiles come from every request, above it from a log histogram."""
_OFFERED: Final = 0.999
_MOST_OFFERED_ROWS: Final = 4_000_000
_HOUR_US: Final = 3_600_000_000
_KEPT_BYTES_PER_ROW: Final = 160
_MOST_KEPT_BYTES: Final = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Simulation:
    """One option played over one replication of the demand."""

    option: Option
    assumed: Assumptions
    summary: Summary
    bill: Bill
    run: Run
    engine: str
    too_large: int = 0


def _first_rate_per_s(study: Study) -> float:
    """Requests per second in the first hour, which a warm fleet is sized for."""
    first = min(_HOUR_US, study.horizon_us)
    count = 0
    for block in study.demand().arrivals():
        inside = int((block < first).sum())
        count += inside
        if inside < len(block):
            break
    return count / (first / 1e6)


def _initial(study: Study, option: Option, place: Place, speed: float) -> int:
    """Instances at the start: the fixed count; where it scales, the minimum or what the first period needs."""
    if not option.tracked:
        return option.instances
    if study.start == "empty":
        return option.min_instances
    rate = _first_rate_per_s(study)
    if option.target_per_min:
        wanted = rate * 60 / option.target_per_min
    else:
        wanted = rate * place.time.mean_us / speed / 1e6 / max(1, option.concurrency_per_instance)
    return min(option.max_instances, max(option.min_instances, -int(-wanted // 1)))


def _meters(study: Study, option: Option, tried: tape.PlacedDemand, found: Summary, played: Run) -> Meters:
    """The meters of a bill from those of a run: counts times the mean sizes drawn, instance and processing time."""
    refused = sum(found.failed.get(kind, 0) for kind in ("too_large", "throttled", "no_capacity"))
    base = traffic_meters(
        option,
        study.facts.mechanism,
        found.arrivals - refused,
        found.good,
        tried.mean_payload_bytes,
        tried.mean_response_bytes,
    )
    base = replace(base, window_us=played.meters.window_us, requests=found.arrivals, good=found.good)
    if option.memory_mib:
        return replace(
            base, memory_mib=option.memory_mib, serverless_us=played.meters.serverless_busy_us,
            serverless_cold_us=played.meters.serverless_cold_us,
        )  # fmt: skip
    return replace(base, instance_type=option.instance_type, instance_us=played.meters.instance_us)


def simulate(
    study: Study,
    option: Option,
    *,
    replication: int = 0,
    levels: Mapping[str, Level] | None = None,
    given: Mapping[str, str] | None = None,
    requests: bool | None = None,
) -> Simulation:
    """Play one option over the study's demand.

    Arguments: `replication` selects the draw; `levels` and `given` set assumptions (see `assume`); `requests` keeps a
    row for each request (by default only for traffic small enough). Raises Cancelled when the study's flag is set,
    TooLargeError when keeping every request would not fit the memory.
    """
    if study.cancel is not None and study.cancel.is_set():
        raise Cancelled("stopped")
    keep = study.load.requests <= EXACT_ROWS if requests is None else requests
    if keep and study.load.requests * _KEPT_BYTES_PER_ROW > _MOST_KEPT_BYTES:
        need = format_bytes(study.load.requests * _KEPT_BYTES_PER_ROW, "GiB")
        allowed = format_bytes(_MOST_KEPT_BYTES, "GiB")
        raise TooLargeError(
            f"a row for each of {format_count(study.load.requests)} requests needs {need}; {allowed} are allowed"
        )
    assumed = assume(study.workload, option, study.facts, levels, given)
    demand = study.demand(replication)
    limit = study.facts.mechanism.of(option.name, "payload_request")
    most = limit.bytes_upper() if limit.applies else None
    tried = demand.at(tape.Place(assumed.place.time, assumed.speed, most))
    model = serving_model(
        study.workload, option, study.facts.mechanism, assumed, study.horizon_us,
        _initial(study, option, assumed.place, assumed.speed),
    )  # fmt: skip
    supply = tape.Supply(
        study.seed,
        replication,
        start=assumed.start,
        delay=assumed.action_delay,
        cold=assumed.cold_start,
        keep=assumed.keep_alive,
    )
    played = run_engine(
        model, tried, supply, engine=study.engine, cancel=study.cancel, requests=keep, window_from_us=study.window_from_us,
    )  # fmt: skip
    slots = assumed.place.slots if option.memory_mib else max(1, option.concurrency_per_instance)
    too_large = tried.refused(study.window_from_us)
    found = summarise(played, bounds_us=study.promise.bounds_us, too_large=too_large, slots=slots)
    meters = _meters(study, option, tried, found, played)
    cost = bill(meters, option, study.facts, study.workload.needs.region)
    return Simulation(option, assumed, found, cost, played, study.engine, too_large)


def offered_concurrency(study: Study, place: Place) -> int:
    """The 99.9th percentile of requests in progress on serverless if none were refused, start-ups included.

    It is looked at by arrivals, since it is arrivals that a limit turns away, and at the slow end of an assumed speed,
    since a higher limit costs nothing. Traffic too long to keep every request is taken without its start-ups.
    """
    key = (place.time, place.speed[0])
    with study.lock:
        if key in study.offered:
            return study.offered[key]
    size = int(place.on.split(":")[1])
    if study.load.requests > _MOST_OFFERED_ROWS:
        found = study.demand().concurrency(tape.Place(place.time, place.speed[0]), _OFFERED)
    else:
        limit = int(study.facts.mechanism.of("serverless", "max_concurrency").number())
        open_ = Option(name="serverless", memory_mib=size, max_concurrency=limit, concurrency_per_instance=1)
        kept = simulate(study, open_, levels={"speed": "low"}, requests=True).run.requests
        assert kept is not None  # noqa: S101 - it was asked for
        busy = in_progress(kept.arrival_us, kept.finish_us)
        below = np.cumsum(np.bincount(busy))
        found = int(np.searchsorted(below, _OFFERED * below[-1])) if len(busy) else 1
    with study.lock:
        study.offered[key] = max(1, found)
    return max(1, found)


def in_progress(arrival_us: NDArray[np.int64], finish_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """Requests in progress that each arrival finds, itself included: int64[n].

    Arguments: int64[n] microseconds, arrivals ascending; a request that finishes at an arrival is over.

    >>> in_progress(np.array([0, 5, 10]), np.array([10, 30, 12])).tolist()
    [1, 2, 2]
    """
    over = np.searchsorted(
        np.sort(finish_us, kind="stable"), arrival_us, side="right"
    )  # nearly sorted: stable is quick
    found: NDArray[np.int64] = np.arange(1, len(arrival_us) + 1) - over
    return found


def lowest_cost(study: Study, option: Option) -> float:
    """A floor under the monthly cost of an option: fewest instances all the time, or processing alone.

    Used to leave out candidates that cannot beat one that keeps the promise; 0 where a price is missing.
    """
    window = study.horizon_us
    base = Meters(window_us=window, alarms=alarms(option))
    if option.memory_mib:
        place = study.places[option.place]
        busy = round(study.load.requests * place.time.mean_us / place.speed[1] * 0.9)
        base = replace(base, memory_mib=option.memory_mib, serverless_us=busy)
    else:
        fewest = option.min_instances if option.tracked else option.instances
        base = replace(base, instance_type=option.instance_type, instance_us=fewest * window)
    total = bill(base, option, study.facts, study.workload.needs.region).total
    return 0.0 if total is None else float(total)


_HEADER: Final = ("arrival_s", "start_s", "finish_s", "response_s", "outcome", "cold", "instance")


def write_requests(result: Simulation, path: Path) -> None:
    """Write one row a request in arrival order; the file appears whole or not at all.

    Columns: times in seconds from the start, outcome, cold (seconds of the wait spent on a start-up), instance number.
    Raises InputError when the folder cannot be written.
    """
    kept = result.run.requests
    if kept is None:
        raise InputError([Problem("--requests-out", repr(str(path)), "a run that keeps its requests")])
    names = ("arrival_us", "start_us", "finish_us", "response_us", "outcome", "cold", "position")
    rows = zip(*(getattr(kept, name).tolist() for name in names), strict=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            for a, s, f, r, outcome, cold, position in rows:
                seconds = [f"{value / 1e6:.6f}" for value in (a, s, f, r)]
                writer.writerow([*seconds, Outcome(outcome).name.lower(), f"{cold / 1e6:.6f}", position])
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            [
                Problem(
                    "--requests-out",
                    repr(str(path)),
                    f"a file in a folder that can be written ({error.strerror})",
                )
            ]
        ) from None

"""From a workload to runs: a `Study` holds what all options share, `simulate` plays one of them.

Demand is drawn once per seed and replication and shared by every option and size (common random numbers).
"""

import csv
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from advisor.attributes import Attributes, project
from advisor.billing import Bill, Meters, bill, traffic_meters
from advisor.check import check_workload
from advisor.errors import Cancelled, InputError, Problem, TooLargeError
from advisor.facts import Facts, load_facts
from advisor.load import TrafficSummary
from advisor.options import Option, Place, memory_sizes, places
from advisor.rules import Finding, Outcome
from advisor.units import format_bytes, format_count, format_duration, format_share, format_usd
from advisor.verdict import Verdict, examine
from advisor.workload import Slo, TraceTraffic, Workload, load_workload
from simulator import arrivals, tape
from simulator.assumptions import Assumptions, Level, assume
from simulator.endpoints import serving_model
from simulator.engines import run as run_engine
from simulator.metrics import Summary, summarise
from simulator.model import Outcome as Code
from simulator.run import Run
from simulator.traces import Trace, trace_of

__all__ = ["Promise", "Simulation", "Study", "lowest_cost", "prepare", "simulate", "write_requests"]

ASSUMED_PROMISE: Final = "failed:0.1%"
"""The promise where none is stated about failures; printed as assumed."""
EXACT_ROWS: Final = 200_000
"""Up to this many requests percentiles come from every request, above it from a log histogram."""
WARM_UP_SHARE: Final = 0.1
_HOUR_US: Final = 3_600_000_000
_KEPT_BYTES_PER_ROW: Final = 160
_MOST_KEPT_BYTES: Final = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Promise:
    """What was to be kept: the stated bounds, the assumed one where failures were not mentioned, and the budget."""

    slos: tuple[Slo, ...]
    assumed: tuple[str, ...]
    budget_usd: float | None = None

    @property
    def latency(self) -> bool:
        """A bound on latency was stated."""
        return any(slo.bound_us is not None for slo in self.slos)

    @property
    def bounds_us(self) -> tuple[int, ...]:
        """The latency bounds, microseconds."""
        return tuple(slo.bound_us for slo in self.slos if slo.bound_us is not None)

    @property
    def heading(self) -> str:
        """What an order by this promise is an order of."""
        if self.latency:
            return "Cost per good request, those that keep the promise first"
        return "Cost order only: no latency promise was checked"

    def shortfall(self, result: "Simulation") -> float:
        """How far a result is from the promise: the largest share of requests missing to a bound; 0 when kept."""
        gaps = [0.0]
        for slo in self.slos:
            if slo.bound_us is not None and slo.percentile is not None:
                gaps.append(slo.percentile - result.summary.within[float(slo.bound_us)])
            elif slo.bound_share is not None:
                gaps.append(result.summary.failed_share - slo.bound_share)
        return max(gaps)

    def misses(self, result: "Simulation") -> tuple[str, ...]:
        """The bounds a result breaks, in words; empty when it keeps them all."""
        found: list[str] = []
        for slo in self.slos:
            if slo.bound_us is not None and slo.percentile is not None:
                share = result.summary.within[float(slo.bound_us)]
                if share < slo.percentile:
                    bound = format_duration(slo.bound_us)
                    found.append(f"{slo.measure} under {bound}: {format_share(share)} of requests are answered by then")
            elif slo.bound_share is not None and result.summary.failed_share > slo.bound_share:
                failed = format_share(result.summary.failed_share)
                found.append(f"{failed} of requests fail, {format_share(slo.bound_share)} allowed")
        total = result.bill.total
        if self.budget_usd is not None and total is not None and float(total) > self.budget_usd:
            found.append(f"{format_usd(total)} a month is over the budget of {format_usd(self.budget_usd)}")
        return tuple(found)

    def kept(self, result: "Simulation") -> bool:
        """The result breaks no bound."""
        return not self.misses(result)


def promise_of(workload: Workload) -> Promise:
    """The promise of a workload: its bounds, a completion bound as p99, and the assumed bound on failures."""
    slos, assumed = list(workload.needs.slo), []
    if workload.needs.completion is not None and not any(slo.measure == "p99" for slo in slos):
        slos.append(Slo("p99", percentile=0.99, bound_us=workload.needs.completion))
    if workload.needs.failed_share is None:
        slos.append(Slo.parse(ASSUMED_PROMISE))
        assumed.append(ASSUMED_PROMISE)
    budget = workload.needs.budget_usd_per_month
    return Promise(tuple(slos), tuple(assumed), None if budget is None else float(budget))


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


@dataclass(frozen=True)
class Study:
    """What every option of a workload shares: demand, its summary, attributes, promise, facts."""

    workload: Workload
    facts: Facts
    seed: int
    start: str
    engine: str
    horizon_us: int
    window_from_us: int
    trace: Trace | None
    load: TrafficSummary
    attributes: Attributes
    promise: Promise
    notes: tuple[str, ...]
    cancel: threading.Event | None = None
    _demands: dict[int, tape.Demand] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where the workload can be served."""
        return places(self.workload, self.facts)

    def demand(self, replication: int = 0) -> tape.Demand:
        """The demand of one replication; drawn once, kept while it is small."""
        with self._lock:
            if replication not in self._demands:
                self._demands[replication] = tape.Demand(
                    self.workload, self.seed, self.horizon_us, trace=self.trace, replication=replication
                )
            return self._demands[replication]

    def concurrency(self, place: Place) -> int:
        """The 99.9th percentile of requests in progress at a place if none were refused."""
        return int(self.demand().concurrency(tape.Place(place.time, place.speed[1]), 0.999))

    def unmeasured(self, name: str) -> Verdict:
        """The verdict on a name without any candidate: the rules' own, or that nothing is known of its speed."""
        sizes = memory_sizes(self.facts)
        option = Option(name=name, memory_mib=sizes[-1], max_concurrency=1, concurrency_per_instance=1)
        verdict = examine(self.attributes, option, self.facts)
        if not verdict.feasible:
            return verdict
        kind = self.workload.service.reference
        finding = Finding(
            "SIM001", Outcome.unknown,
            f"Nothing is known of the speed here: {kind} is accelerated, or no memory size holds the model.",
            remedy=f"Measure one request on serverless:{sizes[-1]} and add it to service.measured.",
        )  # fmt: skip
        return Verdict(option, Outcome.unknown, (finding, *verdict.findings))


def _refuse_unplayed(workload: Workload) -> None:
    """What the simulator does not play yet is refused, never ignored."""
    problems = []
    if workload.traffic.kind == "closed":
        problems.append(Problem("traffic.kind", "'closed'", "an open kind: closed callers are not simulated yet"))
    if workload.caller.attempts > 1:
        problems.append(Problem("caller.attempts", str(workload.caller.attempts), "1: retries are not simulated yet"))
    if problems:
        raise InputError(problems)


def prepare(
    workload: Workload | str | Path,
    facts: Facts | None = None,
    *,
    seed: int = 0,
    trace: Path | None = None,
    columns: Mapping[str, str] | None = None,
    start: str = "warm",
    engine: str = "fast",
    cancel: threading.Event | None = None,
) -> Study:
    """Read, check and draw everything that the options share.

    Arguments: `workload` is a Workload, a path, or the name of a bundled example; `facts` default to the `aws`
    profile; `trace` replaces the workload's traffic, its `columns` map our names to the file's; `start` is warm (fleet
    sized for the first period) or empty (the minimum); `cancel` stops runs when set. Raises InputError for unusable
    input, TooLargeError when the tape would not fit.
    """
    folder = None
    if not isinstance(workload, Workload):
        folder = Path(workload).parent
        workload = load_workload(workload)
    facts = load_facts() if facts is None else facts
    problems = []
    if start not in {"warm", "empty"}:
        problems.append(Problem("--start", repr(start), "warm or empty"))
    if engine not in {"fast", "reference"}:
        problems.append(Problem("--engine", repr(engine), "fast or reference"))
    if problems:
        raise InputError(problems)
    check_workload(workload, facts)
    _refuse_unplayed(workload)
    if trace is not None and workload.traffic.kind != "trace":
        workload = workload.model_copy(update={"traffic": TraceTraffic(file=str(trace))})
    rows = trace_of(workload, file=trace, columns=dict(columns or {}), folder=folder)
    horizon = arrivals.horizon_us(workload, rows)
    stationary = rows is None and arrivals.is_stationary(workload.traffic)
    demand = tape.Demand(workload, seed, horizon, trace=rows)
    load = tape.summarise(demand)
    study = Study(
        workload, facts, seed, start, engine, horizon, int(horizon * WARM_UP_SHARE) if stationary else 0, rows, load,
        project(workload, load), promise_of(workload), tuple(note for note in (load.note,) if note), cancel,
    )  # fmt: skip
    study._demands[0] = demand  # noqa: SLF001 - its own constructor
    return study


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


def lowest_cost(study: Study, option: Option) -> float:
    """A floor under the monthly cost of an option: fewest instances all the time, or processing alone.

    Used to leave out candidates that cannot beat one that keeps the promise; 0 where a price is missing.
    """
    window = study.horizon_us
    base = Meters(window_us=window)
    if option.memory_mib:
        place = study.places[f"serverless:{option.memory_mib}"]
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
    rows: Sequence[Sequence[int]] = list(
        zip(*(getattr(result.run, name).tolist() for name in ("arrival_us", "start_us", "finish_us", "response_us", "outcome", "cold_us", "position")), strict=True)
    )  # fmt: skip
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            for a, s, f, r, outcome, cold, position in rows:
                seconds = [f"{value / 1e6:.6f}" for value in (a, s, f, r)]
                writer.writerow([*seconds, Code(outcome).name.lower(), f"{cold / 1e6:.6f}", position])
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

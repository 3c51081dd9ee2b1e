"""Play one option over a study's demand: model, supply, run, metrics, bill."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from advisor.billing import Bill, bill
from advisor.errors import Cancelled, InputError, TooLargeError
from advisor.meters import Meters, mean_tokens, traffic_meters, with_tokens
from advisor.options import Option
from advisor.packing import slots_of_instance
from advisor.places import Place
from advisor.popularity import apart
from advisor.standing import for_availability
from advisor.workload import ClosedTraffic, TokenTime
from simulator import tape
from simulator._closed import think_us
from simulator.assumptions import Assumptions, Level, assume
from simulator.endpoints import serving_model
from simulator.endpoints.shadow_variant import production, shadow
from simulator.engines import Observer, Progress
from simulator.engines import run as run_engine
from simulator.estimate import NO_LIMITS, Limits, estimate, refuse
from simulator.first_token import FirstTokens
from simulator.histogram import Histogram, Sample
from simulator.jobs import job_meters, job_note, over_traffic
from simulator.metrics import Summary, summarise
from simulator.model import Kind, ServingModel
from simulator.resilience import AskedFault, with_faults
from simulator.run import Run
from simulator.steady import closed_note, shares, shortage_note, variants_note
from simulator.study import Study
from simulator.thinned import Thinned

__all__ = ["Simulation", "simulate", "simulated"]

EXACT_ROWS: Final = 200_000
"""Up to this many requests percentiles come from every request, above it from a log histogram."""
_HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Simulation:
    """One option played over one replication of the demand."""

    option: Option
    assumed: Assumptions
    summary: Summary
    bill: Bill
    run: Run
    engine: str
    model: ServingModel
    too_large: int = 0
    shortage: str = ""
    """What is missing where the mean load is above capacity or does not fit the period of jobs, or that closed users
    saturate the fleet, in words."""
    asked: tuple[AskedFault, ...] = ()
    """Losses that were asked for; those that happened are in the model."""
    first_token: Histogram | Sample | None = None
    """Times to first token of the ok requests; None where nothing is streamed or tokens are not known."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of this run beside its numbers."""
        return (*((self.shortage,) if self.shortage else ()), *self.assumed.notes)


def _first_rate_per_s(study: Study) -> float:
    """Requests per second in the first hour, which a warm fleet is sized for."""
    if study.workload.traffic.kind == "closed":
        return study.load.mean_rate_per_s
    first = min(_HOUR_US, study.horizon_us)
    count = 0
    for block in study.demand().arrivals():
        inside = int((block < first).sum())
        count += inside
        if inside < len(block):
            break
    return count / (first / 1e6)


def _initial_provisioned(study: Study, option: Option, place: Place, speed: float) -> int:
    """Environments kept warm at the start, where their number scales: the minimum or what the first period needs."""
    if study.start == "empty":
        return option.min_provisioned
    wanted = _first_rate_per_s(study) * place.time.mean_us / speed / 1e6 / option.provisioned_target
    return min(option.max_provisioned, max(option.min_provisioned, math.ceil(wanted)))


def _initial(study: Study, option: Option, place: Place, speed: float) -> int:
    """Instances at the start, copies where these scale: the fixed count, the minimum, or what the first period needs.

    Of several variants or components it is what all need together; each is given its part, and never less than its
    minimum, where the model is built.
    """
    if option.provisioned_target:
        return _initial_provisioned(study, option, place, speed)
    if not option.tracked:
        return option.copies * option.components if option.components else option.instances
    parts = max(option.components, len(option.weights))
    least, most = (
        (option.min_copies, option.max_copies) if option.components else (option.min_instances, option.max_instances)
    )
    low, high = (0, most * parts) if parts > 1 else (least, most)
    if study.start == "empty":
        return low
    rate = _first_rate_per_s(study) / apart(study.workload, option.name, study.facts.mechanism)
    busy = rate * place.time.mean_us / speed / 1e6
    if option.target_concurrency:
        wanted = busy / option.target_concurrency
    elif option.target_per_min:
        wanted = rate * 60 / option.target_per_min
    else:
        wanted = busy / max(1, option.concurrency_per_instance)
    return min(high, max(low, -int(-wanted // 1)))


def _tapes(study: Study, assumed: Assumptions, replication: int) -> tape.Supply:
    """The random durations of an option."""
    return tape.Supply(
        study.seed,
        replication,
        start=assumed.start,
        delay=assumed.action_delay,
        cold=assumed.cold_start,
        keep=assumed.keep_alive,
        copy=assumed.copy_start,
        load=assumed.load,
        reload=assumed.reload,
        first=assumed.first,
        jitter=assumed.jitter,
    )


def _with_shadow(
    study: Study, option: Option, tried: tape.PlacedDemand, assumed: Assumptions, replication: int, base: Meters
) -> Meters:
    """Meters with those of the fleet that sees copies: a run of its own on a share of the demand, whose answers nobody gets."""
    fleet = shadow(option)
    initial = _initial(study, fleet, assumed.place, assumed.speed)
    model = serving_model(study.workload, fleet, study.facts.mechanism, assumed, study.horizon_us, initial)
    played = run_engine(
        model, Thinned(tried, option.shadow_share), _tapes(study, assumed, replication), engine=study.engine,
        cancel=study.cancel, requests=False, window_from_us=study.window_from_us, timeline=False,
    )  # fmt: skip
    billed = _billed_us(study, played)
    return replace(
        base, shadow_instance_us=billed, busy_us=base.busy_us + played.meters.busy_us,
        capacity_us=base.capacity_us + billed * model.slots,
    )  # fmt: skip


def _billed_us(study: Study, played: Run) -> int:
    """Instance-time of a run as it is billed."""
    from_ready = study.facts.mechanism.of("billing", "instance_billed_from").value == "in_service"
    return played.meters.instance_us_from_ready if from_ready else played.meters.instance_us


def _tokens(study: Study) -> tuple[float, float]:
    """Mean input and output tokens of a request: those recorded in a trace, else those stated; 0 where not known."""
    trace, stated = study.trace, mean_tokens(study.workload)
    if trace is None:
        return stated
    recorded = (trace.input_tokens, trace.output_tokens)
    first, last = (mean if own is None else float(own.mean()) for own, mean in zip(recorded, stated, strict=True))
    return first, last


def _meters(
    study: Study, option: Option, tried: tape.PlacedDemand, found: Summary, played: Run, place: Place, each: int
) -> Meters:
    """The meters of a bill from those of a run: counts times the mean sizes drawn, instance and processing time.

    Arguments: `each` tells how many such endpoints share the load.
    """
    facts, workload = study.facts.mechanism, study.workload
    refused = sum(found.failed.get(kind, 0) for kind in ("too_large", "throttled", "no_capacity"))
    base = traffic_meters(
        option,
        facts,
        found.arrivals - refused,
        found.good,
        tried.mean_payload_bytes,
        tried.mean_response_bytes,
    )
    base = replace(base, window_us=played.meters.window_us, requests=found.arrivals, good=found.good)
    base = with_tokens(base, _tokens(study))
    if option.memory_mib:
        return replace(
            base, memory_mib=option.memory_mib, serverless_us=played.meters.serverless_busy_us,
            serverless_cold_us=played.meters.serverless_cold_us,
            provisioned_us=played.meters.provisioned_us,
            provisioned_busy_us=played.meters.provisioned_busy_us,
        )  # fmt: skip
    billed = _billed_us(study, played)
    spare = for_availability(option, workload, study.load.part(1 / each), place, facts) * base.window_us
    return replace(
        base, instance_type=option.instance_type, instance_us=billed, busy_us=played.meters.busy_us,
        capacity_us=billed * slots_of_instance(workload, option, place, facts), availability_us=min(spare, billed),
    )  # fmt: skip


def _shortage(study: Study, option: Option, assumed: Assumptions, model: ServingModel, each: int) -> str:
    """What the fleet lacks for the mean load, or where closed users saturate it.

    Arguments: `each` tells how many such endpoints share the load.
    """
    traffic = study.workload.traffic
    if model.kind == Kind.JOB:
        return job_note(option, assumed.place, assumed.speed, study.load, model.job.every_us)
    if len(model.variants) > 1 or model.hosts.maximum:
        service_us, rate = assumed.place.time.mean_us / assumed.speed, study.load.mean_rate_per_s / each
        if isinstance(traffic, ClosedTraffic):
            rate = model.caller.users * 1e6 / (think_us(traffic) + service_us)
        parts = shares(study.workload, model)
        return variants_note(model, parts, rate, service_us, closed=traffic.kind == "closed")
    if isinstance(traffic, ClosedTraffic):
        users = traffic.model_copy(update={"users": max(1, traffic.users // each)})
        return closed_note(option, assumed.place, assumed.speed, users)
    return shortage_note(option, assumed.place, assumed.speed, study.load.part(1 / each))


def _streams(study: Study, option: Option, place: Place) -> bool:
    """Whether answers come token by token: asked for, documented of the option, and the time of each token known."""
    documented = study.facts.mechanism.of(option.name, "response_streaming").value is True
    return study.workload.request.streaming is True and isinstance(place.time, TokenTime) and documented


def _both(first: Observer | None, second: Observer | None) -> Observer | None:
    """One observer of those there are."""
    if first is None or second is None:
        return first or second

    def show(records: NDArray[np.int64], /) -> None:
        first(records)
        second(records)

    return show


def simulate(
    study: Study,
    option: Option,
    *,
    replication: int = 0,
    levels: Mapping[str, Level] | None = None,
    given: Mapping[str, str] | None = None,
    requests: bool | None = None,
    faults: Sequence[AskedFault] = (),
    limits: Limits = NO_LIMITS,
    observe: Observer | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Play one option over the study's demand.

    Arguments: `replication` selects the draw; `levels` and `given` set assumptions (see `assume`); `requests` keeps a
    row for each request (by default only for traffic small enough); `faults` are losses to play; `limits` what
    the run may take; `observe` is shown every record (see `simulator.engines.run`); `progress` is told the
    requests so far. Raises Cancelled when the study's flag is set, TooLargeError where the run would take more.
    """
    if study.cancel is not None and study.cancel.is_set():
        raise Cancelled("stopped")
    keep = study.load.requests <= EXACT_ROWS if requests is None else requests
    refuse(estimate(study, study.facts.mechanism, keep=keep), limits)
    assumed = assume(study.workload, option, study.facts, levels, given)
    demand = study.demand(replication)
    limit = study.facts.mechanism.of(option.name, "payload_request")
    most = limit.bytes_upper() if limit.applies else None
    tried = demand.at(tape.Place(assumed.place.time, assumed.speed, most))
    each = apart(study.workload, option.name, study.facts.mechanism)
    fleet = production(option) if option.shadow_share else option
    model = serving_model(
        study.workload, fleet, study.facts.mechanism, assumed, study.horizon_us,
        _initial(study, fleet, assumed.place, assumed.speed),
    )  # fmt: skip
    if each > 1 and model.caller.users:
        model = model._replace(caller=model.caller._replace(users=max(1, model.caller.users // each)))
    model = with_faults(model, faults, study.seed, replication)
    job = model.kind == Kind.JOB
    window_from = 0 if job else study.window_from_us  # jobs start anew each time: nothing has to warm up
    whole = each == 1 or model.caller.users > 0  # closed users are divided, open requests thinned
    asked = tried if whole else Thinned(tried, 1 / each)
    heard = (
        FirstTokens(asked, window_from_us=window_from, keep=keep) if _streams(study, option, assumed.place) else None
    )
    played = run_engine(
        model, asked if heard is None else heard, _tapes(study, assumed, replication), engine=study.engine,
        cancel=study.cancel, requests=keep, window_from_us=window_from, observe=_both(observe, heard), progress=progress,
    )  # fmt: skip
    first_token = None if heard is None else heard.times
    played = over_traffic(played, study.horizon_us) if job else played
    slots = assumed.place.slots if option.memory_mib else model.slots
    too_large = tried.refused(window_from, played.meters.arrivals)
    too_large = too_large if whole else round(too_large / each)
    found = summarise(
        played,
        bounds_us=study.promise.bounds_us,
        first_bounds_us=study.promise.first_bounds_us,
        too_large=too_large,
        slots=slots,
        first_token=first_token,
    )
    meters = _meters(study, option, tried, found, played, assumed.place, each)
    if job:
        meters = job_meters(meters, model, played, found.arrivals - too_large, study.facts.mechanism)
    if option.shadow_share:
        meters = _with_shadow(study, option, tried, assumed, replication, meters)
    meters = meters.times(each)
    cost = bill(meters, option, study.facts, study.workload.needs.region, study.terms)
    shortage = _shortage(study, fleet, assumed, model, each)
    return Simulation(
        option,
        assumed,
        found,
        cost,
        played,
        study.engine,
        model,
        too_large,
        shortage,
        tuple(faults),
        first_token,
    )


def simulated(
    study: Study,
    option: Option,
    *,
    replication: int = 0,
    levels: Mapping[str, Level] | None = None,
    given: Mapping[str, str] | None = None,
) -> Simulation | str:
    """The same as `simulate`, or in words why this option cannot be played: one option never stops the others."""
    try:
        return simulate(study, option, replication=replication, levels=levels, given=given)
    except (InputError, TooLargeError) as error:
        return str(error)

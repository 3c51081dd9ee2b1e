"""A workload with more or less of something: traffic, service time, payload."""

from typing import Any

from advisor._workload_sections import Measured
from advisor.workload import (
    ClosedTraffic,
    DailyTraffic,
    OnOffTraffic,
    PhasesTraffic,
    Service,
    SizeDistribution,
    StairsTraffic,
    TimeDistribution,
    TraceTraffic,
    Traffic,
    Workload,
)

__all__ = ["scaled", "scaled_time", "scaled_traffic"]

_TIMES = ("constant", "p50", "p99", "mean", "base", "per_input_token", "per_output_token")
"""Fields of a time distribution that are durations; other fields are shapes and counts."""


def scaled_traffic(traffic: Traffic, factor: float) -> Traffic:
    """The same traffic with `factor` times the requests: rates, or of closed traffic users, are multiplied.

    A trace stays as it is: its rows are multiplied where they are read (`simulator.changes`).

    >>> from advisor.workload import DailyTraffic
    >>> scaled_traffic(DailyTraffic(mean_rate_per_s=2.0), 1.5).mean_rate_per_s
    3.0
    """
    if isinstance(traffic, TraceTraffic):
        return traffic
    if isinstance(traffic, ClosedTraffic):
        return traffic.model_copy(update={"users": max(1, round(traffic.users * factor))})
    if isinstance(traffic, PhasesTraffic):
        phases = tuple(p.model_copy(update={"rate_per_s": p.rate_per_s * factor}) for p in traffic.phases)
        return traffic.model_copy(update={"phases": phases})
    names = {
        DailyTraffic: ("mean_rate_per_s",), OnOffTraffic: ("on_rate_per_s",),
        StairsTraffic: ("start_rate_per_s", "step_rate_per_s"),
    }.get(type(traffic), ("rate_per_s",))  # fmt: skip
    return traffic.model_copy(update={name: getattr(traffic, name) * factor for name in names})


def scaled_time(time: TimeDistribution, factor: float) -> TimeDistribution:
    """The same shape with every time multiplied, at least 1 microsecond where it was above 0.

    >>> from advisor.workload import LognormalTime
    >>> scaled_time(LognormalTime(p50="80 ms", p99="250 ms"), 1.25).p50
    100000
    """

    def times(us: int) -> int:
        return max(1, round(us * factor)) if us else 0

    changes: dict[str, Any] = {name: times(getattr(time, name)) for name in _TIMES if name in type(time).model_fields}
    if "values" in type(time).model_fields:
        changes["values"] = tuple(times(us) for us in time.sorted_us)  # type: ignore[attr-defined] # an empirical time
    return time.model_copy(update=changes)


def _size(size: SizeDistribution, factor: float) -> SizeDistribution:
    known = {name: getattr(size, name) for name in ("p50", "p99", "max")}
    return size.model_copy(update={name: round(v * factor) for name, v in known.items() if v is not None})


def _service(service: Service, factor: float) -> Service:
    rows: tuple[Measured, ...] = tuple(
        row.model_copy(update={"time": scaled_time(row.time, factor)}) for row in service.measured
    )
    return service.model_copy(update={"time": scaled_time(service.time, factor), "measured": rows})


def scaled(workload: Workload, *, load: float = 1.0, service: float = 1.0, payload: float = 1.0) -> Workload:
    """A workload with `load` times the requests, `service` times the service time everywhere, `payload` times the size.

    >>> from advisor.workload import load_workload
    >>> twice = scaled(load_workload("invoice-ocr"), load=2.0, payload=0.5)
    >>> twice.traffic.mean_rate_per_s, twice.request.payload.p50, twice.service.time.p50
    (4.0, 100000, 80000)
    """
    changes: dict[str, Any] = {}
    if load != 1.0:
        changes["traffic"] = scaled_traffic(workload.traffic, load)
    if service != 1.0:
        changes["service"] = _service(workload.service, service)
    if payload != 1.0:
        body = {"payload": _size(workload.request.payload, payload)}
        changes["request"] = workload.request.model_copy(update=body)
    return workload.model_copy(update=changes) if changes else workload

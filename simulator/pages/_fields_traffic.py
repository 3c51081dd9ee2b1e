"""The fields of the traffic: a kind each has its own, in rates and durations people type."""

from typing import Any, Final

from advisor.errors import InputError, Problem
from advisor.workload import ClosedTraffic, Workload
from simulator.pages._field import TIME_HELP, Field, Table, get, number, plain, put
from simulator.pages._origin import without

__all__ = ["PATTERNS", "rate_text", "repattern", "traffic_fields"]

PATTERNS: Final = {
    "constant": "Even steps",
    "poisson": "Independent requests",
    "gamma": "Bursts and silences",
    "daily": "Day and week",
    "on_off": "On and off",
    "phases": "Phases, one after the other",
    "stairs": "Stairs, to find the limit",
    "closed": "Fixed users who wait",
    "trace": "Recorded traffic",
}
"""The kinds of traffic by the words of the page."""

_RATE_PATH: Final = {
    "constant": "rate_per_s", "poisson": "rate_per_s", "gamma": "rate_per_s", "daily": "mean_rate_per_s",
    "on_off": "on_rate_per_s",
}  # fmt: skip


def rate_text(value: Any) -> str:
    """A rate as people type it, in the largest unit of time that keeps it a readable number.

    >>> rate_text(2.0), rate_text(0.0005), rate_text("300/min")
    ('2/s', '1.8/h', '300/min')
    """
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    for seconds, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if value * seconds >= 1:
            return f"{value * seconds:.6g}/{unit}"
    return f"{value * 86400:.6g}/day"


def _rate(path: str, key: str, label: str, *, wide: bool = True) -> Field:
    return Field(
        f"workload_{key}", label, path, lambda table: rate_text(get(table, path)),
        lambda table, text: put(table, path, text), "300/min", "A number per unit of time: 2/s, 300/min or 40/day.", wide=wide,
    )  # fmt: skip


def _phases_text(table: Table) -> str:
    phases = get(table, "traffic.phases") or ()
    return ", ".join(f"{rate_text(phase['rate_per_s'])} for {phase['duration']}" for phase in phases)


def _write_phases(table: dict[str, Any], text: str) -> None:
    found, problems = [], []
    for part in text.split(","):
        rate, mark, duration = part.strip().partition(" for ")
        if mark:
            found.append({"rate_per_s": 0 if rate.strip() == "0" else rate.strip(), "duration": duration.strip()})
        else:
            problems.append(
                Problem("traffic.phases", repr(part.strip())[:80], "a rate and how long, like 20/s for 10 min")
            )
    if problems:
        raise InputError(problems)
    put(table, "traffic.phases", found)


def _weights(path: str, key: str, label: str, example: str, help_: str) -> Field:
    """A list of relative weights, as numbers with spaces between."""

    def write(table: dict[str, Any], text: str) -> None:
        parts = text.replace(",", " ").split()
        try:
            put(table, path, [float(part) for part in parts] or None)
        except ValueError:
            raise InputError([Problem(path, repr(text)[:80], f"numbers with spaces between, like {example}")]) from None

    def read(table: Table) -> str:
        return " ".join(f"{weight:g}" for weight in get(table, path) or ())

    return Field(f"workload_{key}", label, path, read, write, example, help_, group="more", wide=True, longest=400)


def traffic_fields(kind: str) -> list[Field]:
    """The fields of a kind of traffic; those of rarer use are in the group more."""
    found: list[Field] = []
    if kind in _RATE_PATH:
        label = {"daily": "Requests, mean of the week", "on_off": "Requests, while on"}.get(kind, "Requests")
        found.append(_rate(f"traffic.{_RATE_PATH[kind]}", "rate", label))
    if kind == "gamma":
        found.append(number("traffic.burstiness", "burstiness", "Burstiness", "3", "Spread of the gaps over their mean: 1 is independent requests, larger is burstier.", wide=True))  # fmt: skip
    if kind == "on_off":
        found.append(plain("traffic.on", "on", "On for", "12 h", TIME_HELP, optional=False))
        found.append(plain("traffic.off", "off", "Off for", "12 h", TIME_HELP, optional=False))
    if kind == "phases":
        help_ = "A rate and how long for each phase with commas between, like 2/s for 1 h, 20/s for 10 min."
        found.append(Field("workload_phases", "Phases", "traffic.phases", _phases_text, _write_phases, "2/s for 1h", help_, wide=True, longest=2_000))  # fmt: skip
        found.append(number("traffic.repeat", "repeat", "Played so many times", "1", "How often the phases are played. Empty: once.", wide=True))  # fmt: skip
    if kind == "stairs":
        found.append(_rate("traffic.start_rate_per_s", "start_rate", "First step", wide=False))
        found.append(_rate("traffic.step_rate_per_s", "step_rate", "More per step", wide=False))
        found.append(number("traffic.steps", "steps", "Steps", "10", "How many steps."))
        found.append(plain("traffic.step_duration", "step_duration", "Each step", "10 min", TIME_HELP, optional=False))
    if kind == "closed":
        found.append(
            number("traffic.users", "users", "Users", "100", "So many wait for each answer before they ask again.")
        )
        found.append(plain("traffic.think", "think", "Think for", "5 s", f"Between an answer and the next request. {TIME_HELP}", optional=False))  # fmt: skip
    if kind == "daily":
        found.append(_weights("traffic.hours", "hours", "Weights of the 24 hours", "1 1 1 1 1 2 4 8 9 ...", "24 numbers from midnight, only their proportions count. Empty: office hours are assumed."))  # fmt: skip
        found.append(
            _weights(
                "traffic.days",
                "days",
                "Weights of the 7 days",
                "5 5 5 5 5 1 1",
                "7 numbers from Monday. Empty: assumed.",
            )
        )
    if kind != "trace":
        found.append(plain("traffic.duration", "duration", "Time to simulate", "7 d", f"{TIME_HELP} Empty: a usual time for the pattern.", group="more"))  # fmt: skip
    return found


def _mean_rate(table: Table) -> float:
    """Requests per second of the traffic there is; those of fixed users as if nobody waited for another."""
    workload = Workload.from_mapping(dict(table))
    traffic = workload.traffic
    if isinstance(traffic, ClosedTraffic):
        cycle_us = traffic.think + workload.service.time.quantile_us(0.5)
        return traffic.users / max(1, cycle_us) * 1e6
    return traffic.mean_rate_per_s or 1.0


def repattern(table: Table, kind: str) -> dict[str, Any]:
    """The table with another kind of traffic that keeps the mean rate; other numbers of the new kind are ours."""
    rate = _mean_rate(table)
    several: dict[str, dict[str, Any]] = {
        "on_off": {"on_rate_per_s": rate * 2, "on": "12 h", "off": "12 h"},
        "phases": {"phases": [{"rate_per_s": rate * part, "duration": "30 min"} for part in (0.5, 1.5)]},
        "stairs": {"start_rate_per_s": rate / 2, "step_rate_per_s": rate / 4, "steps": 5, "step_duration": "10 min"},
        "closed": {"users": max(1, round(rate * 5)), "think": "5 s"},
    }
    fresh = several[kind] if kind in several else {_RATE_PATH[kind]: rate}
    if kind == "gamma":
        fresh["burstiness"] = 3
    return {**without(table, "traffic"), "traffic": {"kind": kind, **fresh}}

"""The traffic of a workload that is made out of a brief: what was said decides the kind, an example or a guess the rest."""

from dataclasses import dataclass
from typing import Any, Final

from advisor.brief import Brief
from advisor.units import format_rate
from advisor.workload import DailyTraffic, Workload

__all__ = ["Row", "filled_traffic"]

# Shapes that a word stands for. They are ours, well inside the thresholds of advisor.attributes, and shown as assumed.
_KINDS: Final = {
    "steady": "poisson", "diurnal": "daily", "variable": "gamma", "spiky": "gamma", "intermittent": "on_off", "offline": "poisson",
}  # fmt: skip
_BURSTINESS: Final = {"variable": 2, "spiky": 4}
_ON_H, _OFF_H = 1, 11
_SHIFT: Final = [0] * 7 + [4, 8, 10, 10, 9, 6, 9, 10, 10, 8, 4] + [0] * 6
"""Weights of the hours of a day with a silent night."""
_RATES: Final = {"poisson": "rate_per_s", "gamma": "rate_per_s", "constant": "rate_per_s", "daily": "mean_rate_per_s", "on_off": "on_rate_per_s"}  # fmt: skip
_RARE_PER_S: Final = 0.005
"""Under this mean rate four weeks are looked at, so that there are requests enough."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of the workload, and where it comes from."""

    path: str
    """As a workload file names it."""
    text: str
    why: str
    settled: bool = False
    """An answer says so; else it is assumed."""


def _kind(brief: Brief, example: Workload) -> tuple[str, str]:
    """The kind of traffic, and why; the reason is empty where an answer settles it."""
    if brief.traffic is not None:
        return _KINDS[brief.traffic], ""
    if brief.idle_periods is True:
        return "on_off", ""
    if brief.idle_periods is False:
        return "poisson", "no course of the week was stated"
    kind = example.traffic.kind
    return (kind if kind in _RATES else "poisson"), f"as in the example {example.name}"


def _shape(kind: str, brief: Brief, rows: list[Row]) -> dict[str, Any]:
    """What a kind needs beside its rate."""
    if kind == "gamma":
        spread = _BURSTINESS.get(brief.traffic or "", 3)
        rows.append(Row("traffic.burstiness", f"{spread}", f"what {brief.traffic or 'bursts'} is taken to mean"))
        return {"burstiness": spread}
    if kind == "on_off":
        rows.append(
            Row("traffic.on, traffic.off", f"{_ON_H} h on, {_OFF_H} h off", "how long spells are was not asked")
        )
        return {"on": f"{_ON_H} h", "off": f"{_OFF_H} h"}
    if kind == "daily" and brief.idle_periods is True:
        rows.append(Row("traffic.hours", "from 7 to 18 h, nothing at night", "which hours are silent was not asked"))
        return {"hours": list(_SHIFT)}
    if kind == "daily":
        rows.append(Row("traffic.hours", "office hours on working days", "the course of the day was not asked"))
    return {}


def _peak_over_mean(kind: str, shape: dict[str, Any]) -> float:
    """The busiest hour of a kind over its mean."""
    if kind == "daily":
        return DailyTraffic.model_validate({"mean_rate_per_s": 1.0, **shape}).peak_rate_per_s
    return (_ON_H + _OFF_H) / _ON_H if kind == "on_off" else 1.0


def _mean_rate(brief: Brief, example: Workload, over: float) -> tuple[float, str, bool]:
    """Mean requests per second, where it comes from, and whether an answer settles it."""
    if brief.requests_per_day:
        return brief.requests_per_day / 86_400, "from the requests on a mean day", True
    if brief.rps_peak:
        return brief.rps_peak / over, "from the requests in the busiest hour", True
    if brief.dataset_records:
        return brief.dataset_records / 86_400, "the data set, once a day", False
    return example.traffic.mean_rate_per_s or 1.0, f"as in the example {example.name}; no rate was asked for", False


def filled_traffic(brief: Brief, example: Workload) -> tuple[dict[str, Any], list[Row]]:
    """The table `traffic`, and where its values come from.

    >>> from advisor.workload import load_workload
    >>> table, rows = filled_traffic(Brief(traffic="steady", requests_per_day=86_400), load_workload("invoice-ocr"))
    >>> table, [row.path for row in rows if row.settled]
    ({'kind': 'poisson', 'rate_per_s': 1.0}, ['traffic.kind', 'traffic.rate_per_s'])
    """
    kind, guessed = _kind(brief, example)
    rows = [
        Row(
            "traffic.kind", kind.replace("_", " and "), guessed or "from the course of the traffic", settled=not guessed
        )
    ]
    shape = _shape(kind, brief, rows)
    over = _peak_over_mean(kind, shape)
    mean, why, settled = _mean_rate(brief, example, over)
    rate = mean * over if kind == "on_off" else mean
    rows.append(Row(f"traffic.{_RATES[kind]}", format_rate(rate), why, settled=settled))
    table = {"kind": kind, _RATES[kind]: rate, **shape}
    if mean < _RARE_PER_S:
        table["duration"] = "28 d"
        rows.append(Row("traffic.duration", "28 d", "so that there are requests enough"))
    return table, rows

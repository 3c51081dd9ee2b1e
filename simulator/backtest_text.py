"""A backtest for the terminal, as JSON and as CSV."""

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_count, format_duration, format_share
from simulator.backtest import FEWEST, Backtest, Compared
from simulator.measured import METRICS, moment_text

__all__ = ["backtest_csv", "backtest_json", "backtest_text", "reading"]

_CLOSE: Final = 0.1
"""Bias up to which prediction and measurement are said to agree."""
_SHOWN: Final = 16
_COVERED: Final = 0.8


def _signed(bias: float) -> str:
    return f"{format_share(abs(bias))} {'above' if bias > 0 else 'below'}"


def _plain(us: float) -> str:
    return format_duration(float(us)) if math.isfinite(us) else "-"


def _too_few(found: Backtest) -> str:
    """Why there is no error, and what to export."""
    levels = found.measured.users is not None
    most = max((one.periods for one in found.compared), default=0)
    what = "levels" if levels else "periods"
    ask = (
        "hold more numbers of users"
        if levels
        else "import a longer time, or longer periods where few requests come in each"
    )
    needed = "2 levels" if levels else f"{FEWEST} periods"
    return f"Too little data to judge the model: {most} {what} hold enough requests, {needed} are needed; {ask}."


def reading(found: Backtest) -> str:
    """What the errors say about the model, in a sentence or two."""
    centre, tail = found.of("p50", "mean"), found.of("p99", "p95", "p90")
    if not found.enough:
        return _too_few(found)
    said = []
    if centre is not None and centre.bias is not None and abs(centre.bias) > _CLOSE:
        said.append(
            f"The prediction of {centre.stat} lies {_signed(centre.bias)} what was measured: check the service time (on the type of today, "
            "with no queue), slots and slowdown, and whether this was the fleet of that time; calibrate sweep estimates them."
        )
    elif tail is not None and tail.bias is not None and abs(tail.bias) > _CLOSE:
        where = f"{centre.stat} agrees within {format_share(_CLOSE)}, but the" if centre is not None else "The"
        said.append(
            f"{where} prediction of {tail.stat} lies {_signed(tail.bias)} what was measured: the spread of the service time, bursts within a "
            "period, or waiting (slots) differ."
        )
    else:
        said.append(f"Prediction and measurement agree within {format_share(_CLOSE)} in the mean of the periods.")
    shares = [one.within for one in found.compared if one.within is not None]
    if min(shares) < _COVERED:
        said.append(
            "Measured values lie outside the predicted interval more often than chance would have it: the difference is not one of draws."
        )
    return " ".join(said)


def _errors(found: Backtest) -> Any:
    levels = "levels" if found.measured.users is not None else "periods"
    made = table("statistic", f">{levels}", ">too few requests", ">bias", ">median error", ">in interval", title="Backtest: predicted against measured latency")  # fmt: skip
    for one in found.compared:
        left = int((~one.used & (one.measured_us > 0)).sum())
        if one.bias is None or one.error is None or one.within is None:
            made.add_row(one.stat, str(one.periods), str(left), "-", "-", "-")
        else:
            bias = f"{'+' if one.bias >= 0 else '−'}{format_share(round(abs(one.bias), 3))}"
            error = format_share(round(one.error, 3))
            made.add_row(one.stat, str(one.periods), str(left), bias, error, format_share(one.within))
    return made


def _when(found: Backtest, row: int) -> str:
    measured = found.measured
    if measured.users is not None:
        return f"{measured.users[row]:,} {'user' if measured.users[row] == 1 else 'users'}"
    start = int(measured.start_us[row])
    return moment_text(measured.origin_us + start) if measured.origin_us is not None else f"{start / 1e6:,.0f} s"


def _shown(found: Backtest) -> list[int]:
    """Rows to print: all, or those furthest off, in order."""
    rows = list(range(found.measured.rows))
    lead = found.of("p50", "mean", "p99", "p95", "p90")
    if len(rows) <= _SHOWN or lead is None:
        return rows[:_SHOWN]
    off = np.where(lead.used, np.abs(np.log(lead.predicted_us / lead.measured_us)), -1.0)
    return sorted(np.argsort(-off, kind="stable")[:_SHOWN].tolist())


def _mark(one: Compared, row: int) -> str:
    if not one.used[row]:
        return " *"
    return "" if one.low_us[row] <= one.measured_us[row] <= one.high_us[row] else " !"


def _periods(found: Backtest, rows: list[int]) -> Any:
    made = table(
        "level" if found.measured.users is not None else "period", ">requests", *(f">{one.stat}" for one in found.compared),
        title="Measured → predicted (! the measured value lies outside the predicted interval)",
    )  # fmt: skip
    for row in rows:
        cells = [
            f"{_plain(one.measured_us[row])} → {_plain(one.predicted_us[row])}{_mark(one, row)}"
            for one in found.compared
        ]
        count = found.measured.requests[row]
        made.add_row(_when(found, row), "-" if math.isnan(count) else format_count(round(count)), *cells)
    return made


def backtest_text(found: Backtest) -> Iterator[Any]:
    """The backtest for the terminal: errors, what they say, periods, what to know of the comparison."""
    measured = found.measured
    each = f"{measured.rows:,} levels" if measured.users is not None else f"{measured.rows:,} periods of {format_duration(measured.period_us)}"  # fmt: skip
    yield ""
    yield _errors(found)
    yield f"{title(found.option.name)}, {describe(found.option)}; {each}; measured: {METRICS[measured.metric]}; {found.draws} draws."
    yield reading(found)
    rows = _shown(found)
    yield _periods(found, rows)
    if len(rows) < measured.rows:
        yield f"The {len(rows)} of {measured.rows:,} that are furthest off; --backtest-out FILE.csv writes all."
    if any(not one.used[row] for one in found.compared for row in rows):
        yield "* too few requests, or not known: not counted."
    yield from (f"  {note}" for note in found.notes)


def _ms(us: float) -> float | None:
    return round(float(us) / 1e3, 6) if math.isfinite(us) else None


def _entry(one: Compared, row: int) -> dict[str, Any]:
    return {
        "measured": _ms(one.measured_us[row]), "predicted": _ms(one.predicted_us[row]), "low": _ms(one.low_us[row]),
        "high": _ms(one.high_us[row]), "used": bool(one.used[row]),
    }  # fmt: skip


def backtest_json(found: Backtest) -> dict[str, Any]:
    """The backtest as the part `backtest` of a ranking's JSON."""
    measured = found.measured
    periods = [
        {
            "start_s": None if measured.users is not None else int(measured.start_us[row]) / 1e6,
            "begins": None if measured.users is not None or measured.origin_us is None else _when(found, row),
            "users": None if measured.users is None else int(measured.users[row]),
            "requests": None if math.isnan(measured.requests[row]) else float(measured.requests[row]),
            "requests_predicted": float(found.played[row]),
            "latency_ms": {one.stat: _entry(one, row) for one in found.compared},
        }
        for row in range(measured.rows)
    ]
    errors = {
        one.stat: {"periods": one.periods, "bias": one.bias, "median_error": one.error, "within": one.within}
        for one in found.compared
    }
    return {
        "option": found.option.name, "configuration": describe(found.option), "metric": measured.metric,
        "period_s": measured.period_us / 1e6 or None, "draws": found.draws, "overhead_ms": found.overhead_us / 1e3,
        "enough": found.enough, "reading": reading(found), "errors": errors, "notes": list(found.notes), "periods": periods,
    }  # fmt: skip


def backtest_csv(found: Backtest) -> str:
    """All periods as CSV, one row for each period and statistic, milliseconds."""
    lines = ["period,requests,requests_predicted,statistic,measured_ms,predicted_ms,low_ms,high_ms,used"]
    for row in range(found.measured.rows):
        count = found.measured.requests[row]
        begin = [_when(found, row).replace(",", ""), "" if math.isnan(count) else f"{count:.10g}", f"{found.played[row]:.10g}"]  # fmt: skip
        for one in found.compared:
            values = _entry(one, row)
            cells = ["" if values[name] is None else f"{values[name]:.10g}" for name in ("measured", "predicted", "low", "high")]  # fmt: skip
            lines.append(",".join([*begin, one.stat, *cells, str(int(values["used"]))]))
    return "\n".join(lines) + "\n"

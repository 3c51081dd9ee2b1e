"""Calibrations as JSON documents (docs/json.md); times in milliseconds."""

import math
from collections.abc import Sequence
from typing import Any

from simulator.calibrate import Calibration
from simulator.calibrate_doubts import Doubt
from simulator.calibrate_fit import Span
from simulator.calibrate_starts import ColdStarts
from simulator.calibrate_toml import facts_lines, service_lines

__all__ = ["calibration_json", "cold_json"]


def _span(span: Span | None, scale: float = 1.0) -> dict[str, Any] | None:
    if span is None:
        return None
    values = {"value": span.value, "low": span.low, "high": span.high}
    return {key: round(end * scale, 6) if math.isfinite(end) else None for key, end in values.items()} | {
        "bounded": span.bounded
    }


def _doubts(doubts: Sequence[Doubt]) -> list[dict[str, str]]:
    return [{"key": doubt.key, "text": doubt.text} for doubt in doubts]


def calibration_json(found: Calibration, place: str) -> dict[str, Any]:
    """A sweep as JSON, schema 1.

    Arguments: `place` is the instance type of the test.
    """
    fit = found.fit
    return {
        "schema": 1, "provenance": "measured", "source": found.source, "place": place,
        "loop": {"kind": found.loop.kind, "text": found.loop.text, "problems": list(found.loop.problems)},
        "service_ms": _span(fit.service_s, 1e3), "slots": _span(fit.slots), "slowdown": _span(fit.slowdown),
        "most_per_s": found.most_per_s, "noise": fit.noise, "noise_assumed": fit.noise_assumed,
        "spread_sigma": found.spread.sigma, "left_out": list(found.left_out),
        "as_good": [
            {"slots": one.slots, "service_ms": 1e3 * one.service_s, "slowdown": one.slowdown} for one in fit.as_good
        ],
        "residuals": [
            {
                "where": one.row.where, "users": one.row.users, "pause_ms": 1e3 * one.pause_s,
                "measured_ms": 1e3 * one.row.served_s, "fitted_ms": 1e3 * one.fitted_s, "residual": one.relative,
            }
            for one in found.residuals
        ],
        "cannot_tell": _doubts(found.doubts), "toml": service_lines(found, place),
    }  # fmt: skip


def cold_json(found: ColdStarts) -> dict[str, Any]:
    """A series of calls as JSON, schema 1."""
    return {
        "schema": 1, "provenance": "measured", "source": found.source, "calls": found.calls, "cold": found.cold,
        "probes": found.probes, "flagged": found.flagged, "cold_start_ms": _span(found.start, 1e3),
        "cold_start_p99_ms": None if found.start_p99_s is None else 1e3 * found.start_p99_s, "cold_start_sigma": found.sigma,
        "keep_alive_ms": _span(found.keep, 1e3), "agreeing": found.agreeing,
        "cannot_tell": _doubts(found.doubts), "facts": facts_lines(found),
    }  # fmt: skip

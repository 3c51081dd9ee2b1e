"""A calibration for the terminal: values with intervals, what the test was, residuals, what the data cannot tell, lines to paste."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from advisor.cli import table
from advisor.units import format_duration, format_share
from simulator.calibrate import Calibration
from simulator.calibrate_doubts import Doubt
from simulator.calibrate_fit import Span
from simulator.calibrate_starts import ColdStarts
from simulator.calibrate_toml import facts_lines, facts_settings, service_lines

__all__ = ["calibration_text", "cold_text"]


def _time(seconds: float) -> str:
    return format_duration(1e6 * seconds) if math.isfinite(seconds) else "unknown"


def _times(span: Span) -> tuple[str, str]:
    return _time(span.value), f"{_time(span.low)} to {_time(span.high)}"


def _counts(span: Span) -> tuple[str, str]:
    return f"{span.value:g}", f"{span.low:g} to {span.high:g}{'' if span.bounded else ' or more'}"


def _doubts(doubts: Sequence[Doubt]) -> Iterator[str]:
    if doubts:
        yield ""
        yield "What the data cannot tell:"
        yield from (f"  {doubt.text}" for doubt in doubts)


def calibration_text(found: Calibration, place: str) -> Iterator[Any]:
    """A sweep for the terminal.

    Arguments: `place` is the instance type of the test.
    """
    fit = found.fit
    yield f"{found.source}: {len(found.rows)} load levels, {found.rows[0].users:,} to {found.rows[-1].users:,} users (measured)"
    yield found.loop.text
    yield from (f"  {problem}" for problem in found.loop.problems)
    yield from (f"left out: {left}" for left in found.left_out)
    if found.outside_s:
        outside = sorted(found.outside_s)
        yield f"Between client and server: {_time(outside[0])} to {_time(outside[-1])} a request (network, overhead); not part of the service time."
    made = table("value", ">best", ">95 % interval", title=f"One instance, {place}")
    made.add_row("service time on one slot (mean)", *_times(fit.service_s))
    made.add_row("slots", *_counts(fit.slots))
    made.add_row("slowdown", f"{fit.slowdown.value:.3g}", f"{fit.slowdown.low:.2g} to {fit.slowdown.high:.2g}")
    yield made
    more = "" if fit.slots.bounded else " that the sweep reached"
    yield f"Most requests per second of one instance{more}: {found.most_per_s:,.3g}. Rows scatter by {format_share(fit.noise)} around the fit{' (assumed)' if fit.noise_assumed else ''}."
    left = table(">users", ">pause", ">measured", ">fitted", ">residual", title="Residuals")
    for one in found.residuals:
        left.add_row(f"{one.row.users:,}", _time(one.pause_s), _time(one.row.served_s), _time(one.fitted_s), f"{one.relative:+.1%}".replace("-", "\u2212"))  # fmt: skip
    yield left
    yield from _doubts(found.doubts)
    yield ""
    yield "For the workload:"
    yield from service_lines(found, place)


def cold_text(found: ColdStarts) -> Iterator[Any]:
    """A series of calls for the terminal."""
    how = "as flagged" if found.flagged else "told by their latency"
    yield f"{found.source}: {found.calls:,} calls, {found.cold:,} cold ({how}), {found.probes:,} after an idle time (measured)"
    made = table("value", ">best", ">95 % interval")
    if found.start is not None:
        best, ends = _times(found.start)
        made.add_row("cold start (median)", best, ends if found.start.bounded else f"{ends} (smallest and largest)")
        made.add_row("cold start (p99)", _time(found.start_p99_s or 0.0), "")
    if found.keep is not None:
        made.add_row("keep-alive", _time(found.keep.value) if found.keep.bounded else "", _times(found.keep)[1])
    yield made
    if found.agreeing is not None:
        yield f"{format_share(found.agreeing)} of the calls after an idle time agree with one length of the keep-alive."
    yield from _doubts(found.doubts)
    if facts_settings(found):
        yield ""
        yield f"For simulate: {' '.join(f'--set {one}' for one in facts_settings(found))}"
    if facts_lines(found):
        yield "For every verb, as a file for --facts:"
        yield from facts_lines(found)

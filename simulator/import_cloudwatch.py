"""CloudWatch metrics of an endpoint: traffic per period, a service time from ModelLatency, failures, concurrency."""

from collections.abc import Mapping

import numpy as np

from advisor.units import format_duration
from simulator.import_latency import put_latency
from simulator.import_measured import measured_of_series
from simulator.import_metrics import Series, moment, read_series
from simulator.import_periods import put_periods
from simulator.import_result import Draft

__all__ = ["read_cloudwatch"]

_EXPORT = "`aws cloudwatch get-metric-data` with Invocations (Sum) and ModelLatency (Average, p50, p99), Period 60, labels that name metric and statistic"  # fmt: skip


def read_cloudwatch(draft: Draft, tz: str | None, traffic: str) -> None:
    """Fold CloudWatch exports into the draft. Arguments: `traffic` is trace, daily or phases."""
    series = {(one.metric, one.stat): one for one in read_series(draft, tz)}
    known = {metric for metric, _ in series}
    if not known & {"Invocations", "InvocationsPerInstance", "ModelLatency"}:
        there = ", ".join(sorted(known)) or "none of an endpoint's metrics"
        draft.wrong(", ".join(path.name for path in draft.files), there, f"Invocations or ModelLatency; export {_EXPORT}")  # fmt: skip
    draft.stop()
    counts = _counts(draft, series)
    draft.stop()
    if counts is None:
        draft.lacks("traffic", "how do requests arrive?", f"Invocations with the statistic Sum: {_EXPORT}")
        weights: Mapping[int, float] = {}
    else:
        weights = counts.points
        put_periods(draft, counts, traffic)
    put_latency(draft, series, weights)
    if counts is not None and traffic != "daily":
        draft.measured = measured_of_series(series, counts)
    for one in series.values():
        path = {"Invocations": "traffic", "ModelLatency": "service.time"}.get(one.metric)
        if one.guessed and path is not None:
            draft.assume(path, f"the statistic is {one.stat}", f"{one.where}: the export does not name the statistic, {one.stat} is taken")  # fmt: skip
    _beside(draft, series, counts)
    draft.lacks("request.payload", "how large is a request? (--payload 20KB)", "CloudWatch does not record it; data capture does (import data-capture)")  # fmt: skip
    draft.lacks("service.slots", "how many requests does an instance serve side by side? (--slots N)", "a load test at several numbers of users (import locust or k6)")  # fmt: skip
    draft.stop()


def _counts(draft: Draft, series: Mapping[tuple[str, str], Series]) -> Series | None:
    """Requests per period: Sum of Invocations, else a SampleCount."""
    summed = series.get(("Invocations", "Sum"))
    if summed is None:
        for metric in ("Invocations", "ModelLatency"):
            if (sampled := series.get((metric, "SampleCount"))) is not None:
                draft.notes.append(f"{sampled.where}: SampleCount of {metric} stands in for the Sum of Invocations")
                return sampled
        other = next((one for (metric, _), one in series.items() if metric == "Invocations"), None)
        if other is not None:
            draft.wrong(other.where, other.stat, "Sum: every request counts 1, so other statistics do not tell how many there were")  # fmt: skip
        return None
    values = list(summed.points.values())
    if summed.guessed and len(values) > 1 and max(values) <= 1:
        draft.wrong(summed.where, "no value above 1", "the statistic Sum: this looks like the Average, which is 1 for any traffic")  # fmt: skip
    uneven = next((at for at, value in summed.points.items() if value % 1), None)
    if uneven is not None:
        draft.wrong(summed.where, f"{summed.points[uneven]:g} at {moment(uneven)}", "whole numbers: the Sum of Invocations")  # fmt: skip
    if not sum(values):
        draft.wrong(summed.where, "no request at all", "a time in which there were some")
    return summed


def _beside(draft: Draft, series: Mapping[tuple[str, str], Series], counts: Series | None) -> None:
    """What a workload has no field for, told as notes."""
    total = sum(counts.points.values()) if counts is not None else 0
    for metric in ("Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"):
        one = series.get((metric, "Sum"))
        if one is not None and (failed := sum(one.points.values())):
            share = f" ({failed / total:.2%} of the requests)" if total else ""
            draft.notes.append(f"{metric}: {failed:,.0f}{share}")
    overhead = series.get(("OverheadLatency", "Average"))
    if overhead is not None:
        draft.notes.append(f"OverheadLatency is {format_duration(float(np.median(list(overhead.points.values()))))} in the median period; it is not part of the service time")  # fmt: skip
    each = series.get(("InvocationsPerInstance", "Sum"))
    if each is not None and counts is not None:
        ratios = [counts.points[at] / value for at, value in each.points.items() if value and at in counts.points]
        if ratios:
            draft.notes.append(f"Invocations over InvocationsPerInstance: {np.median(ratios):.3g} instances in the median period, {max(ratios):.3g} at most")  # fmt: skip
    busiest = series.get(("ConcurrentRequestsPerModel", "Maximum")) or series.get(("ConcurrentRequestsPerModel", "Average"))  # fmt: skip
    if busiest is not None:
        draft.notes.append(f"ConcurrentRequestsPerModel ({busiest.stat}) reached {max(busiest.points.values()):,.3g}; requests that wait in the container count too")  # fmt: skip

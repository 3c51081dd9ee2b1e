"""What recorded requests say about a workload: traffic as a recording, sizes and times by their percentiles."""

from typing import Any

from advisor.errors import InputError, Problem
from advisor.units import format_bytes, format_duration
from simulator.import_requests import Requests
from simulator.import_result import Draft

__all__ = ["put_requests", "sizes", "times"]

_LONGEST_SPAN_US = 10 * 366 * 86_400 * 10**6
_FEW = 459
"""Fewer values do not support a 99th percentile (99 % confidence)."""


def times(p50_us: float, p99_us: float) -> dict[str, str]:
    """A service time by two percentiles, as a workload writes it.

    >>> times(80_000, 250_000)
    {'p50': '80000 us', 'p99': '250000 us'}
    """
    low = max(1, round(p50_us))
    return {"p50": f"{low} us", "p99": f"{max(low, round(p99_us))} us"}


def sizes(p50: int, p99: int, largest: int) -> Any:
    """A size by percentiles, as a workload writes it; one size where all are alike.

    >>> sizes(200, 900, 1_000), sizes(5, 5, 5)
    ({'p50': 200, 'p99': 900, 'max': 1000}, 5)
    """
    if p50 in (largest, 0):
        return largest
    return {"p50": p50, "p99": max(p50, min(p99, largest)), "max": largest}


def put_requests(draft: Draft, requests: Requests, source: str) -> None:
    """Set traffic, payload and response from recorded requests, and keep the recording.

    Arguments: `source` names the files. Columns `payload_bytes` and `response_bytes` are sizes.
    """
    if not requests.total or requests.first_us is None:
        raise InputError([*draft.problems, Problem(source, "", "no request was found in it")])
    span = requests.last_us - requests.first_us
    if span > _LONGEST_SPAN_US:
        draft.wrong(source, f"{span / 86_400e6:,.0f} days", "a recording of at most 10 years; is one of the times wrong, or in another unit? (--time-unit)")  # fmt: skip
        draft.stop()
    draft.trace = table = requests.table()
    columns = {"time": next(iter(table.columns))}
    columns |= {"count": "requests"} if table.bin_us else {}
    traffic: dict[str, Any] = {"kind": "trace", "file": "trace.csv", "columns": columns}
    if table.bin_us:
        traffic["bin"] = f"{table.bin_us} us"
    draft.put("traffic", traffic, source, text=f"{requests.total:,} requests as recorded")
    if table.bin_us:
        draft.notes.append(f"traffic is kept as counts per {format_duration(table.bin_us)}; shorter bursts are lost")
    for name, path, what in (("payload_bytes", "request.payload", "request"), ("response_bytes", "request.response", "answer")):  # fmt: skip
        p50, p99 = requests.quantile(name, 0.5), requests.quantile(name, 0.99)
        if p50 is not None and p99 is not None:
            largest = requests.largest[name]
            if largest == 0:
                draft.notes.append(f"every {what} has 0 bytes in {source}: sizes are taken as not recorded")
                continue
            text = f"p50 {format_bytes(p50)}, p99 {format_bytes(p99)}, at most {format_bytes(largest)}"
            draft.put(path, sizes(p50, p99, largest), source, text=text)
        elif path == "request.response":
            draft.lacks(path, "how large is an answer? (--response 20KB)", "a log with the bytes sent")
    if requests.total < _FEW:
        draft.notes.append(f"{requests.total:,} requests are too few for a 99th percentile: it is a rough value")

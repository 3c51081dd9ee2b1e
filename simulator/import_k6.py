"""k6: the summary as JSON (--summary-export, or handleSummary) and the CSV output (--out csv=FILE)."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulator.histogram import BUCKETS, Histogram, add
from simulator.import_level import Level
from simulator.import_levels import put_levels
from simulator.import_read import Lines, document, number, rows_of
from simulator.import_result import Draft

__all__ = ["read_k6"]

_HEADER = ("metric_name", "timestamp", "metric_value")
_MOST_LEVELS = 200
_SETTLED_S = 5
_CHUNK = 65_536
_MOST_WRONG = 20
_FEW = 10
_LONGEST_MS = 1e9


def read_k6(draft: Draft, users: int | None, instances: int | None) -> None:
    """Fold results of k6 into the draft; `users` stands in where a summary has no vus."""
    levels: list[Level] = []
    for path in draft.files:
        first = next(iter(Lines(path)), (1, ""))[1].lstrip()
        levels += _summary(draft, path, users) if first.startswith("{") else _csv(draft, path)
    draft.stop()
    put_levels(draft, levels, ", ".join(path.name for path in draft.files), instances)
    draft.lacks("request.payload", "how large is a request? (--payload 20KB)")


def _summary(draft: Draft, path: Path, users: int | None) -> list[Level]:
    """The one level of a summary."""
    whole = document(path)
    metrics = whole.get("metrics") if isinstance(whole, dict) else None
    trend = _values(metrics, "http_req_duration")
    if not trend:
        draft.wrong(path.name, "", "no metric http_req_duration; export with `k6 run --summary-export FILE`")
        return []
    reqs, vus = _values(metrics, "http_reqs"), _values(metrics, "vus_max") or _values(metrics, "vus")
    rate, count = number(reqs.get("rate")), number(reqs.get("count"))
    mean, p50, p99, most = (number(trend.get(name)) for name in ("avg", "med", "p(99)", "max"))
    known = [(q, value) for q in ("min", "med", "p(90)", "p(95)", "p(99)", "max") if (value := number(trend.get(q))) is not None]  # fmt: skip
    for (low_name, low), (high_name, high) in itertools.pairwise(known):
        if low > high:
            draft.wrong(f"{path.name} http_req_duration", f"{low_name} {low:g} ms, {high_name} {high:g} ms", "percentiles in ascending order")  # fmt: skip
    if mean is not None and ((most is not None and mean > most) or (p50 is not None and mean < p50 / 2)):
        draft.wrong(f"{path.name} http_req_duration", f"mean {mean:g} ms", "a mean that agrees with the percentiles")
    at_once = number(vus.get("max", vus.get("value"))) or users
    if at_once is None:
        draft.wrong(path.name, "", "the summary has no vus: say --users N")
    if not rate or not mean:
        draft.wrong(path.name, "", "a test with http_reqs and a mean http_req_duration above 0")
    if _values(metrics, "dropped_iterations"):
        draft.notes.append(f"{path.name}: dropped_iterations shows a test with a fixed arrival rate; users did not wait for each other, so think time by Little's law is only a mean")  # fmt: skip
    received = number(_values(metrics, "data_received").get("count"))
    if received and count:
        draft.put("request.response", max(1, round(received / count)), f"{path.name}: data_received over http_reqs, headers included", text=f"{received / count:,.0f} bytes on average")  # fmt: skip
    failed = number(_values(metrics, "http_req_failed").get("rate", _values(metrics, "http_req_failed").get("value")))
    if failed:
        draft.notes.append(f"{path.name}: {failed:.2%} of the requests failed")
    if not (rate and mean and at_once):
        return []
    draft.notes.append(f"{path.name} is the mean of the whole test, its start included; --out csv=FILE tells levels apart")  # fmt: skip
    return [Level(at_once, rate, mean * 1e3, None if p50 is None else p50 * 1e3, None if p99 is None else p99 * 1e3, round(count or 0))]  # fmt: skip


def _values(metrics: Any, name: str) -> Mapping[str, Any]:
    """Statistics of a metric: flat as --summary-export writes them, or under `values`."""
    metric = metrics.get(name) if isinstance(metrics, dict) else None
    if not isinstance(metric, dict):
        return {}
    inner = metric.get("values")
    return inner if isinstance(inner, dict) else metric


class _Stretch:
    """What was answered at one number of users."""

    def __init__(self) -> None:
        self.seconds = 0
        self.sum_us = 0
        self.waiting: list[int] = []
        self.buckets = np.zeros(BUCKETS, np.int64)

    def flush(self) -> None:
        add(self.buckets, np.array(self.waiting, np.int64))
        self.sum_us += sum(self.waiting)
        self.waiting.clear()


class _Output:
    """What the rows of a CSV output add up to; requests belong to the number of users told last before them."""

    def __init__(self) -> None:
        self.stretches: dict[int, _Stretch] = {}
        self.now: _Stretch | None = None
        self.failed = 0
        self.early = 0

    def take(self, name: str, value: float) -> None:
        """Count one row."""
        if name == "vus":
            users = round(value)
            if users not in self.stretches and len(self.stretches) < _MOST_LEVELS:
                self.stretches[users] = _Stretch()
            self.now = self.stretches.get(users)
            if self.now is not None:
                self.now.seconds += 1
        elif name == "http_req_failed":
            self.failed += value != 0
        elif name == "http_req_duration" and self.now is None:
            self.early += 1
        elif name == "http_req_duration" and self.now is not None:
            self.now.waiting.append(round(min(value, _LONGEST_MS) * 1e3))
            if len(self.now.waiting) >= _CHUNK:
                self.now.flush()

    def levels(self) -> list[Level]:
        """A level for each number of users that was held long enough."""
        found = []
        for users, stretch in self.stretches.items():
            stretch.flush()
            count = int(stretch.buckets.sum())
            if users and stretch.seconds >= _SETTLED_S and count >= _FEW:
                spread = Histogram(stretch.buckets, stretch.sum_us)
                rate, mean = count / stretch.seconds, spread.mean_us
                found.append(Level(users, rate, mean, spread.quantile(0.5), spread.quantile(0.99), count))
        return found


def _csv(draft: Draft, path: Path) -> list[Level]:
    """The levels of a CSV output, with what was odd as notes and problems."""
    lines, output, last = Lines(path), _Output(), 0
    rows = rows_of(lines)
    first = next(rows, (1, []))
    export = "export with `k6 run --out csv=FILE`"
    if tuple(first[1][:3]) != _HEADER:
        draft.wrong(f"{path.name} line {first[0]}", "", f"a CSV that begins with {','.join(_HEADER)}; {export}")
        return []
    broken = []
    for line, row in rows:
        last = line
        value = number(row[2]) if len(row) > len(first[1]) // 2 else None
        if value is None or value < 0:
            broken.append(line)
            if len(broken) > _MOST_WRONG:
                break
        else:
            output.take(row[0], value)
    if lines.cut and broken and broken[-1] == last:
        broken.pop()
        draft.notes.append(f"{path.name}: {lines.cut}; that line was left out")
    elif "gzip" in lines.cut:
        draft.notes.append(f"{path.name}: {lines.cut}; what came before was read, up to line {last}")
    for line in broken:
        draft.wrong(
            f"{path.name} line {line}", "", f"a row with metric_name, timestamp and a value from 0 up; {export}"
        )
    if output.early:
        draft.notes.append(f"{path.name}: {output.early:,} requests before the first vus were left out")
    if output.failed:
        draft.notes.append(f"{path.name}: {output.failed:,} requests failed")
    found = output.levels()
    if not found:
        needed = f"{_SETTLED_S} s or more with {_FEW} rows of http_req_duration at one number of vus"
        draft.wrong(path.name, "", f"no stretch of {needed} was found; {export}, and hold each number of users longer")
    return found

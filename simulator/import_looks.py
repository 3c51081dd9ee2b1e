"""Which kind of export a file looks like, told by its first characters; and what each kind reads."""

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

from simulator.trace_arrow import is_columnar

__all__ = ["KINDS", "looks_like"]

KINDS: Mapping[str, str] = {
    "cloudwatch": "JSON of `aws cloudwatch get-metric-data` or get-metric-statistics, or the CSV of the console",
    "access-log": "one request a line with a time: JSON lines, or CSV with a header",
    "data-capture": "the .jsonl files that SageMaker data capture writes",
    "locust": "*_stats_history.csv and *_stats.csv of `locust --csv PREFIX`",
    "k6": "JSON of `k6 run --summary-export FILE` or of handleSummary, or CSV of `k6 run --out csv=FILE`",
    "recommender": "JSON of `aws sagemaker describe-inference-recommendations-job`",
    "trace": "a recording: CSV (plain or gzip), Parquet or Arrow, one request a row or counts per bin",
}
"""Every kind with what it reads."""
_LOOK_AT = 65_536
_MARKS = (
    ("data-capture", ('"captureData"',)),
    ("cloudwatch", ('"MetricDataResults"',)),
    ("cloudwatch", ('"Datapoints"', '"Label"')),
    ("recommender", ('"InferenceRecommendations"',)),
    ("recommender", ('"TrafficPattern"',)),
    ("recommender", ('"InferenceBenchmark"',)),
    ("k6", ('"http_req_duration"',)),
    ("k6", ("metric_name,timestamp,metric_value",)),
    ("locust", ("Request Count", "Average Response Time")),
)


def looks_like(path: Path) -> str | None:
    """The kind a file looks like; None where nothing tells, or where it cannot be read.

    Only the first 64 KB are looked at.
    """
    if is_columnar(path):
        return "trace"
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            text = file.read(_LOOK_AT).decode("utf-8", "replace")
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    for kind, marks in _MARKS:
        if all(mark in text for mark in marks):
            return kind
    first = text.lstrip("\ufeff \n\r\t").partition("\n")[0]
    lower = first.lower()
    if first.startswith("{"):
        return "access-log" if any(f'"{name}' in lower for name in ("time", "@timestamp", "ts", "start_time")) else None
    if any(name in text for name in ("ModelLatency", "Invocations", "OverheadLatency")):
        return "cloudwatch"
    cells = {cell.strip().strip('"') for cell in lower.replace(";", ",").replace("\t", ",").split(",")}
    if cells & {"arrival_s", "arrival", "bin_start_s", "bin_start", "input_tokens", "count", "requests"}:
        return "trace"
    return "access-log" if cells & {"time", "timestamp", "@timestamp", "ts"} else None

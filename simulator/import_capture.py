"""SageMaker data capture: JSON lines with the bodies of requests and answers, of which only sizes and times are kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulator.import_fold import put_requests
from simulator.import_read import Lines, Moments
from simulator.import_requests import Requests
from simulator.import_result import Draft

__all__ = ["read_capture"]

_CHUNK = 16_384
_MOST_WRONG = 20
_INSTEAD = "the .jsonl files under the DestinationS3Uri of the endpoint's data capture"


def read_capture(draft: Draft, tz: str | None) -> None:
    """Fold data-capture files into the draft: counts per second, sizes of requests and answers.

    Lines that are no capture become problems of the draft, with file and line.
    """
    requests = Requests(bin_us=10**6)  # inferenceTime has whole seconds
    moments = Moments(tz)
    for path in draft.files:
        _read(draft, path, moments, requests)
    draft.stop()
    put_requests(draft, requests, ", ".join(path.name for path in draft.files))
    draft.notes.append("inferenceTime has whole seconds: requests are spread at random inside each")
    draft.lacks("traffic", "which share of requests was captured? (InitialSamplingPercentage; the recording is taken for all of them)")  # fmt: skip
    draft.lacks("service.time", "how long does one request take alone? (--time 80ms)", "data capture holds no duration: the ModelLatency of CloudWatch does (import cloudwatch)")  # fmt: skip


def _read(draft: Draft, path: Path, moments: Moments, requests: Requests) -> None:
    lines, last, wrong = Lines(path), 0, []
    cells: dict[str, list[int]] = {"time": [], "payload_bytes": [], "response_bytes": []}
    absent: set[str] = set()
    for line, text in lines:
        if not text.strip():
            continue
        last = line
        moment, sizes = _record(text, moments, line)
        if moment is None:
            wrong.append(line)
            if len(wrong) > _MOST_WRONG:
                break
            continue
        cells["time"].append(moment)
        for name, size in sizes.items():
            if size is None:
                absent.add(name)
            else:
                cells[name].append(size)
        if len(cells["time"]) >= _CHUNK:
            _flush(cells, requests)
    _flush(cells, requests)
    if wrong and wrong[-1] == last and lines.cut:
        wrong.pop()
        draft.notes.append(f"{path.name}: {lines.cut}; that line was left out")
    for line in wrong[:_MOST_WRONG]:
        draft.wrong(f"{path.name} line {line}", "", f"no record with captureData and eventMetadata.inferenceTime; export {_INSTEAD}")  # fmt: skip
    for name in sorted(absent):
        side = "requests" if name == "payload_bytes" else "answers"
        draft.notes.append(f"{path.name}: some lines hold no body of {side} (CaptureOptions); sizes are of those that do")  # fmt: skip


def _flush(cells: dict[str, list[int]], requests: Requests) -> None:
    requests.add(np.array(cells["time"], np.int64), {})
    for name in ("payload_bytes", "response_bytes"):
        requests.measure(name, np.array(cells[name], np.int64))
    for values in cells.values():
        values.clear()


def _record(text: str, moments: Moments, line: int) -> tuple[int | None, dict[str, int | None]]:
    """When the request came, and the sizes of its bodies; no moment where the line is no capture."""
    try:
        record = json.loads(text)
        capture, event = record["captureData"], record["eventMetadata"]
        moment = moments.read(event["inferenceTime"], line)
        return moment, {"payload_bytes": _size(capture.get("endpointInput")), "response_bytes": _size(capture.get("endpointOutput"))}  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, {}


def _size(side: Mapping[str, Any] | None) -> int | None:
    """Bytes of a body as it travelled; None where it was not captured."""
    data = side.get("data") if isinstance(side, dict) else None
    if not isinstance(data, str):
        return None
    if str(side.get("encoding") if side else "").upper() == "BASE64":
        stripped = data.rstrip("=")
        return len(stripped) * 3 // 4
    return len(data.encode("utf-8", "surrogatepass"))

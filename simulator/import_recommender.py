"""SageMaker Inference Recommender: the JSON of describe-inference-recommendations-job (or of its list of steps)."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.units import format_duration
from simulator.import_read import document, number
from simulator.import_result import Draft

__all__ = ["read_recommender"]

_EXPORT = "`aws sagemaker describe-inference-recommendations-job --job-name NAME`"


def read_recommender(draft: Draft, reference: str | None) -> None:
    """Fold results of Inference Recommender into the draft; `reference` picks the type that becomes the reference."""
    best: dict[str, tuple[float, float, str]] = {}
    for path in draft.files:
        whole = document(path)
        whole = whole if isinstance(whole, dict) else {}
        status = whole.get("Status", "COMPLETED")
        if status != "COMPLETED":
            reason = str(whole.get("FailureReason") or "it has not ended")[:200]
            draft.wrong(path.name, f"Status {status}", f"a job that is COMPLETED ({reason})")
        rows = list(_rows(draft, path, whole))
        if not rows and status == "COMPLETED":
            draft.wrong(path.name, "", f"no InferenceRecommendations with Metrics; export with {_EXPORT}")
        for place, latency_ms, per_minute in rows:
            if place not in best or per_minute > best[place][1]:  # AWS states it for one instance
                best[place] = (latency_ms, per_minute, path.name)
            else:
                draft.notes.append(f"{path.name}: {place} stands several times; the result with the most invocations is kept")  # fmt: skip
        _traffic(draft, path, whole)
        _promise(draft, path, whole)
    draft.stop()
    types = [place for place in best if place.startswith("ml.")]
    chosen = reference if reference in types else next(iter(types), None)
    measured = []
    for place, (latency_ms, per_minute, source) in best.items():
        busy = per_minute / 60 * latency_ms / 1e3
        slots = max(1, math.ceil(round(busy, 6)))
        time = f"{max(1, round(latency_ms * 1e3))} us"
        why = f"{source}: MaxInvocations times ModelLatency gives {busy:.3g} requests in progress on an instance (Little's law)"  # fmt: skip
        if place == chosen:
            draft.put("service.reference", place, source)
            draft.put("service.time", time, f"{source}: ModelLatency of {place}, one value taken for every request; it was measured at the largest load and holds waiting", "assumed", format_duration(latency_ms * 1e3))  # fmt: skip
            draft.put("service.slots", min(slots, 10_000), why, "assumed")
        else:
            measured.append({"on": place, "time": time, "slots": min(slots, 10_000)})
    if measured:
        draft.put("service.measured", measured[:98], "ModelLatency and MaxInvocations, one value each", "assumed", ", ".join(str(row["on"]) for row in measured))  # fmt: skip
    draft.lacks("service.time", "what are its p50 and p99 when a request is alone? (--time p50/p99)", "a load test with one user, or the ModelLatency of CloudWatch")  # fmt: skip
    draft.lacks("request.payload", "how large is a request of the sample payload? (--payload 20KB)")


def _rows(draft: Draft, path: Path, whole: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Place, model latency (ms) and invocations a minute of one instance, of each result."""
    steps = [step.get("InferenceBenchmark") for step in _list(whole, "Steps")]
    for index, found in enumerate([*_list(whole, "InferenceRecommendations"), *steps]):
        row = found if isinstance(found, dict) else {}
        metrics, config = _table(row, "Metrics"), _table(row, "EndpointConfiguration")
        serverless = _table(config, "ServerlessConfig").get("MemorySizeInMB")
        place = f"serverless:{serverless}" if serverless else config.get("InstanceType")
        latency, most = number(metrics.get("ModelLatency")), number(metrics.get("MaxInvocations"))
        if isinstance(place, str) and latency and most and latency > 0 and most > 0:
            yield place, latency, most
        else:
            reason = str(row.get("FailureReason") or "no Metrics with ModelLatency and MaxInvocations")[:160]
            draft.notes.append(f"{path.name}: result {index + 1} ({place or 'no instance type'}) was left out: {reason}")  # fmt: skip


def _traffic(draft: Draft, path: Path, whole: Mapping[str, Any]) -> None:
    """Users at the end of the TrafficPattern, as closed traffic without a pause."""
    pattern = _table(_table(whole, "InputConfig"), "TrafficPattern")
    stairs, phases = _table(pattern, "Stairs"), _list(pattern, "Phases")
    users = 0.0
    if stairs:
        users = (number(stairs.get("NumberOfSteps")) or 0) * (number(stairs.get("UsersPerStep")) or 0)
    for phase in phases:
        minutes = (number(phase.get("DurationInSeconds")) or 0) / 60
        users = max(users, (number(phase.get("InitialNumberOfUsers")) or 0) + (number(phase.get("SpawnRate")) or 0) * minutes)  # fmt: skip
    if users >= 1:
        at_once = min(1_000_000, round(users))
        draft.put("traffic", {"kind": "closed", "users": at_once, "think": "0 s"}, f"{path.name}: users at the end of the TrafficPattern; that they do not pause is a guess", "assumed", f"{at_once} users without a pause")  # fmt: skip
    draft.lacks("traffic", "how do requests arrive in production? The pattern is that of the test (--traffic keep with --onto FILE)", "the Invocations of CloudWatch, or an access log")  # fmt: skip


def _promise(draft: Draft, path: Path, whole: Mapping[str, Any]) -> None:
    """Thresholds of the job as promises."""
    found = []
    for row in _list(_table(whole, "StoppingConditions"), "ModelLatencyThresholds"):
        percentile, bound = str(row.get("Percentile", "")).lower(), number(row.get("ValueInMilliseconds"))
        if percentile in {"p50", "p90", "p95", "p99"} and bound and bound > 0:
            found.append(f"{percentile}:{bound:g}ms")
    if found:
        draft.put("needs.slo", found, f"{path.name}: ModelLatencyThresholds", text=", ".join(found))


def _table(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = owner.get(name)
    return found if isinstance(found, dict) else {}


def _list(owner: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = owner.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

"""The fields of the sidebar that suit a workload.

A field edits the workload in the form of its file, and the workload's own checks judge the result, so one rule
serves the page, the command line and a link. Nothing here knows Streamlit.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from advisor.check import check_workload
from advisor.facts import Facts
from advisor.workload import Workload
from simulator.pages import _origin
from simulator.pages._field import SIZE_HELP, TIME_HELP, Field, Table, choice, get, number, plain, put
from simulator.pages._fields_traffic import traffic_fields

__all__ = ["Field", "apply", "fields"]

_YES_NO: Final = (("", "not stated"), ("yes", "yes"), ("no", "no"))


def _percentile(base: str, name: str, key: str, label: str, example: str, help_: str, **more: Any) -> Field:
    """One percentile of a size or time that may also be written as one value for all requests."""
    alone = "constant" if base == "service.time" else "p50"

    def parts(table: Table) -> dict[str, Any]:
        value = get(table, base)
        if isinstance(value, Mapping):
            return {("p50" if k == alone else k): v for k, v in value.items()}
        return {} if value is None else {"p50": value}

    def write(table: dict[str, Any], text: str) -> None:
        found = parts(table)
        found[name] = text
        found = {k: v for k, v in found.items() if v}
        single = set(found) == {"p50"}
        put(table, base, found["p50"] if single else (found or None))

    path = f"{base}.{name}"
    return Field(f"workload_{key}", label, path, lambda t: str(parts(t).get(name) or ""), write, example, help_, **more)


def _slo(measure: str, key: str, label: str, example: str, help_: str) -> Field:
    """One promise of `needs.slo`; empty takes the promise back."""

    def read(table: Table) -> str:
        for text in get(table, "needs.slo") or ():
            name, _, bound = str(text).partition(":")
            if name.strip() == measure:
                return _spaced(bound.strip())
        return ""

    def write(table: dict[str, Any], text: str) -> None:
        stated = [str(slo) for slo in get(table, "needs.slo") or ()]
        place = next((n for n, slo in enumerate(stated) if slo.partition(":")[0].strip() == measure), len(stated))
        put(table, "needs.slo", [*stated[:place], *([f"{measure}:{text}"] if text else []), *stated[place + 1 :]])

    return Field(f"workload_{key}", label, f"needs.slo.{measure}", read, write, example, help_)


def _spaced(bound: str) -> str:
    """`500ms` as `500 ms`."""
    digits = len(bound.rstrip("abcdefghijklmnopqrstuvwxyzµ"))
    return f"{bound[:digits]} {bound[digits:]}".strip()


def fields(table: Table, facts: Facts) -> tuple[Field, ...]:
    """The fields that suit a workload, in the order of the sidebar."""
    kind = str(get(table, "traffic.kind") or "")
    time = get(table, "service.time")
    promised = (str(text).partition(":")[0].strip() for text in get(table, "needs.slo") or ())
    measure = next((name for name in promised if name != "failed" and not name.startswith("first_token")), "p99")
    shape = set(time) if isinstance(time, Mapping) else {"p50"}
    found = traffic_fields(kind)
    payload = "request.payload"
    found += [
        _percentile(payload, "p50", "payload", "Payload (p50)", "200 KB", SIZE_HELP),
        _percentile(payload, "max", "payload_max", "Payload, most", "4 MB", f"{SIZE_HELP} Empty when not known."),
    ]
    if shape <= {"p50", "p99", "constant"}:
        found += [
            _percentile("service.time", "p50", "time", "Service (p50)", "80 ms", f"Of one request alone on the reference instance. {TIME_HELP}"),
            _percentile("service.time", "p99", "time_p99", "Service (p99)", "250 ms", f"{TIME_HELP} Empty: every request takes the same."),
        ]  # fmt: skip
    elif "mean" in shape:
        found += [
            plain("service.time.mean", "time_mean", "Service time, mean", "80 ms", TIME_HELP, optional=False),
            number("service.time.cv", "time_cv", "Spread (cv)", "1", "Standard deviation over mean."),
        ]
    found += [
        _slo(measure, "limit", f"{measure} limit", "500 ms", f"{measure[1:]} of 100 requests must be answered faster. {TIME_HELP} Empty: no promise."),
        _slo("failed", "failed", "Failed, most", "0.1%", "Share of the requests that may fail, like 0.1%. Empty: 0.1% is assumed."),
        choice("needs.region", "region", "Region", tuple((r, r) for r in facts.regions), wide=True),
    ]  # fmt: skip
    return (*found, *_more(facts))


def _more(facts: Facts) -> list[Field]:
    types = tuple((name, name) for name in sorted(facts.instances))
    more: dict[str, Any] = {"group": "more"}
    cold = (
        ("", "not stated"),
        ("acceptable", "acceptable"),
        ("unwanted", "unwanted"),
        ("not_acceptable", "not acceptable"),
    )
    zone = (("zone", "survives one zone"), ("single", "one instance will do"))
    front = (("none", "nothing"), ("api_gateway", "API Gateway"), ("lambda", "Lambda"))
    return [
        choice("service.reference", "reference", "Service time measured on", types, wide=True, **more),
        number("service.slots", "slots", "Requests side by side", "4", "How many requests one instance serves at once. Empty: one.", **more),
        number("service.slowdown", "slowdown", "Slowdown", "0", "0: side by side costs nothing. 1: they share one processor.", **more),
        _percentile("request.payload", "p99", "payload_p99", "Payload (p99)", "2.5 MB", f"{SIZE_HELP} Empty when not known.", **more),
        _percentile("request.response", "p50", "response", "Answer, typical", "20 KB", f"{SIZE_HELP} Empty when not known.", **more),
        plain("model.memory", "memory", "Model memory", "1.5 GB", f"Of the loaded model with its runtime. {SIZE_HELP}", **more),
        plain("model.size", "model_size", "Model file", "500 MB", SIZE_HELP, **more),
        plain("model.image", "image", "Container image", "3 GB", SIZE_HELP, **more),
        choice("model.needs_gpu", "gpu", "Needs a GPU", _YES_NO, **more),
        choice("needs.immediate_response", "immediate", "Caller waits for the answer", _YES_NO, **more),
        choice("needs.cold_start", "cold", "A cold start is", cold, **more),
        choice("needs.availability", "availability", "Availability", zone, **more),
        choice("caller.front", "front", "In front of it", front, **more),
        plain("caller.timeout", "timeout", "Caller gives up after", "60 s", TIME_HELP, **more),
        number("needs.budget_usd_per_month", "budget", "Budget, $ per month", "400", "Empty: none.", **more),
    ]  # fmt: skip


def apply(workload: Workload, texts: Mapping[Field, str], facts: Facts) -> Workload:
    """The workload with these texts in their fields; InputError names every problem."""
    table = copy.deepcopy(workload.to_mapping())
    for field, text in texts.items():
        field.write(table, text.strip())
        _origin.state(table, field.path)
    changed = Workload.from_mapping(table)
    check_workload(changed, facts)
    return changed

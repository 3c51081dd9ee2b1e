"""The fields of the sidebar: how each is read out of a workload and written back, as text people type.

A field edits the workload in the form of its file, and the workload's own checks judge the result, so one rule
serves the page, the command line and a link. Nothing here knows Streamlit.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from advisor.check import check_workload
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.workload import Workload

__all__ = ["PATTERNS", "Field", "apply", "fields", "message", "rate_text", "repattern", "spoken"]

Table = Mapping[str, Any]

PATTERNS: Final = {
    "constant": "Even steps",
    "poisson": "Independent requests",
    "gamma": "Bursts and silences",
    "daily": "Day and week",
    "on_off": "On and off",
    "phases": "Phases (edit as text)",
    "stairs": "Stairs (edit as text)",
    "closed": "Fixed users (edit as text)",
    "trace": "Recorded traffic",
}
"""The kinds of traffic by the words of the page."""

_RATE_PATH: Final = {
    "constant": "rate_per_s", "poisson": "rate_per_s", "gamma": "rate_per_s", "daily": "mean_rate_per_s",
    "on_off": "on_rate_per_s",
}  # fmt: skip
_YES_NO: Final = (("", "not stated"), ("yes", "yes"), ("no", "no"))
_BOOL: Final = {"yes": True, "no": False}
_SIZE_HELP: Final = "A number and a unit: 200 KB, 2.5 MB or 1.5 GiB. MB is 10⁶ bytes, MiB is 2²⁰."
_TIME_HELP: Final = "A number and a unit: 80 ms, 2.5 s or 15 min."


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `read` gives its text from the workload's table, `write` puts a text into a copy of it."""

    key: str
    """Key of the widget: `workload_<name>`."""
    label: str
    path: str
    """Where a problem with it is reported, as a file would name it."""
    read: Callable[[Table], str]
    write: Callable[[dict[str, Any], str], None]
    example: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words) where the field is a choice."""
    group: str = "main"
    """main, or more: inside the expander."""
    wide: bool = False
    """Takes the whole width of the sidebar."""


def _get(table: Table, path: str) -> Any:
    value: Any = table
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _put(table: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for part in parents:
        inner = table.get(part)
        table[part] = dict(inner) if isinstance(inner, Mapping) else {}
        table = table[part]
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value


def _plain(path: str, key: str, label: str, example: str, help_: str, *, optional: bool = True, **more: Any) -> Field:
    """A field that holds the text of one value."""

    def write(table: dict[str, Any], text: str) -> None:
        _put(table, path, None if optional and not text else text)

    return Field(
        f"workload_{key}", label, path, lambda table: str(_get(table, path) or ""), write, example, help_, **more
    )


def _number(path: str, key: str, label: str, example: str, help_: str, **more: Any) -> Field:
    """A field that holds a number without a unit."""

    def write(table: dict[str, Any], text: str) -> None:
        try:
            value: Any = int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            value = text
        _put(table, path, value if text else None)

    def read(table: Table) -> str:
        value = _get(table, path)
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    return Field(f"workload_{key}", label, path, read, write, example, help_, **more)


def _choice(
    path: str, key: str, label: str, choices: tuple[tuple[str, str], ...], help_: str = "", **more: Any
) -> Field:
    """A field with a fixed set of answers; the empty one means not stated."""

    def read(table: Table) -> str:
        value = _get(table, path)
        return {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value

    def write(table: dict[str, Any], text: str) -> None:
        _put(table, path, _BOOL.get(text, text) if text else None)

    return Field(f"workload_{key}", label, path, read, write, help=help_, choices=choices, **more)


def rate_text(value: Any) -> str:
    """A rate as people type it, in the largest unit of time that keeps it a readable number.

    >>> rate_text(2.0), rate_text(0.0005), rate_text("300/min")
    ('2/s', '1.8/h', '300/min')
    """
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    for seconds, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if value * seconds >= 1:
            return f"{value * seconds:.6g}/{unit}"
    return f"{value * 86400:.6g}/day"


def _rate(kind: str) -> Field:
    path = f"traffic.{_RATE_PATH[kind]}"
    label = {"daily": "Requests, mean of the week", "on_off": "Requests, while on"}.get(kind, "Requests")
    return Field(
        "workload_rate", label, path, lambda table: rate_text(_get(table, path)),
        lambda table, text: _put(table, path, text), "300/min", "A number per unit of time: 2/s, 300/min or 40/day.", wide=True,
    )  # fmt: skip


def _percentile(base: str, name: str, key: str, label: str, example: str, help_: str, **more: Any) -> Field:
    """One percentile of a size or time that may also be written as one value for all requests."""
    alone = "constant" if base == "service.time" else "p50"

    def parts(table: Table) -> dict[str, Any]:
        value = _get(table, base)
        if isinstance(value, Mapping):
            return {("p50" if k == alone else k): v for k, v in value.items()}
        return {} if value is None else {"p50": value}

    def write(table: dict[str, Any], text: str) -> None:
        found = parts(table)
        found[name] = text
        found = {k: v for k, v in found.items() if v}
        single = set(found) == {"p50"}
        _put(table, base, found["p50"] if single else (found or None))

    path = f"{base}.{name}"
    return Field(f"workload_{key}", label, path, lambda t: str(parts(t).get(name) or ""), write, example, help_, **more)


def _slo(measure: str, key: str, label: str, example: str, help_: str) -> Field:
    """One promise of `needs.slo`; empty takes the promise back."""

    def read(table: Table) -> str:
        for text in _get(table, "needs.slo") or ():
            name, _, bound = str(text).partition(":")
            if name.strip() == measure:
                return _spaced(bound.strip())
        return ""

    def write(table: dict[str, Any], text: str) -> None:
        stated = [str(slo) for slo in _get(table, "needs.slo") or ()]
        place = next((n for n, slo in enumerate(stated) if slo.partition(":")[0].strip() == measure), len(stated))
        _put(table, "needs.slo", [*stated[:place], *([f"{measure}:{text}"] if text else []), *stated[place + 1 :]])

    return Field(f"workload_{key}", label, f"needs.slo.{measure}", read, write, example, help_)


def _spaced(bound: str) -> str:
    """`500ms` as `500 ms`."""
    digits = len(bound.rstrip("abcdefghijklmnopqrstuvwxyzµ"))
    return f"{bound[:digits]} {bound[digits:]}".strip()


def _traffic(kind: str) -> list[Field]:
    found = [_rate(kind)] if kind in _RATE_PATH else []
    if kind == "gamma":
        found.append(_number("traffic.burstiness", "burstiness", "Burstiness", "3", "Spread of the gaps over their mean: 1 is independent requests, larger is burstier.", wide=True))  # fmt: skip
    if kind == "on_off":
        found.append(_plain("traffic.on", "on", "On for", "12 h", _TIME_HELP, optional=False))
        found.append(_plain("traffic.off", "off", "Off for", "12 h", _TIME_HELP, optional=False))
    return found


def fields(table: Table, facts: Facts) -> tuple[Field, ...]:
    """The fields that suit a workload, in the order of the sidebar."""
    kind = str(_get(table, "traffic.kind") or "")
    time = _get(table, "service.time")
    promised = (str(text).partition(":")[0].strip() for text in _get(table, "needs.slo") or ())
    measure = next((name for name in promised if name != "failed"), "p99")
    shape = set(time) if isinstance(time, Mapping) else {"p50"}
    found = _traffic(kind)
    payload = "request.payload"
    found += [
        _percentile(payload, "p50", "payload", "Payload (p50)", "200 KB", _SIZE_HELP),
        _percentile(payload, "max", "payload_max", "Payload, most", "4 MB", f"{_SIZE_HELP} Empty when not known."),
    ]
    if shape <= {"p50", "p99", "constant"}:
        found += [
            _percentile("service.time", "p50", "time", "Service (p50)", "80 ms", f"Of one request alone on the reference instance. {_TIME_HELP}"),
            _percentile("service.time", "p99", "time_p99", "Service (p99)", "250 ms", f"{_TIME_HELP} Empty: every request takes the same."),
        ]  # fmt: skip
    elif "mean" in shape:
        found += [
            _plain("service.time.mean", "time_mean", "Service time, mean", "80 ms", _TIME_HELP, optional=False),
            _number("service.time.cv", "time_cv", "Spread (cv)", "1", "Standard deviation over mean."),
        ]
    found += [
        _slo(measure, "limit", f"{measure} limit", "500 ms", f"{measure[1:]} of 100 requests must be answered faster. {_TIME_HELP} Empty: no promise."),
        _slo("failed", "failed", "Failed, most", "0.1%", "Share of the requests that may fail, like 0.1%. Empty: 0.1% is assumed."),
        _choice("needs.region", "region", "Region", tuple((r, r) for r in facts.regions), wide=True),
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
        _choice("service.reference", "reference", "Service time measured on", types, wide=True, **more),
        _number("service.slots", "slots", "Requests side by side", "4", "How many requests one instance serves at once. Empty: one.", **more),
        _number("service.slowdown", "slowdown", "Slowdown", "0", "0: side by side costs nothing. 1: they share one processor.", **more),
        _percentile("request.payload", "p99", "payload_p99", "Payload (p99)", "2.5 MB", f"{_SIZE_HELP} Empty when not known.", **more),
        _percentile("request.response", "p50", "response", "Answer, typical", "20 KB", f"{_SIZE_HELP} Empty when not known.", **more),
        _plain("model.memory", "memory", "Model memory", "1.5 GB", f"Of the loaded model with its runtime. {_SIZE_HELP}", **more),
        _plain("model.size", "model_size", "Model file", "500 MB", _SIZE_HELP, **more),
        _plain("model.image", "image", "Container image", "3 GB", _SIZE_HELP, **more),
        _choice("model.needs_gpu", "gpu", "Needs a GPU", _YES_NO, **more),
        _choice("needs.immediate_response", "immediate", "Caller waits for the answer", _YES_NO, **more),
        _choice("needs.cold_start", "cold", "A cold start is", cold, **more),
        _choice("needs.availability", "availability", "Availability", zone, **more),
        _choice("caller.front", "front", "In front of it", front, **more),
        _plain("caller.timeout", "timeout", "Caller gives up after", "60 s", _TIME_HELP, **more),
        _number("needs.budget_usd_per_month", "budget", "Budget, $ per month", "400", "Empty: none.", **more),
    ]  # fmt: skip


def repattern(table: Table, kind: str) -> dict[str, Any]:
    """The table with another kind of traffic that keeps the mean rate; other numbers of the new kind are ours."""
    traffic = _get(table, "traffic") or {}
    old = str(traffic.get("kind", ""))
    rate: Any = traffic.get(_RATE_PATH.get(old, ""), 1.0)
    if old == "on_off" and isinstance(rate, int | float):
        mean = Workload.from_mapping(dict(table)).traffic.mean_rate_per_s
        rate = rate if mean is None else mean
    fresh: dict[str, Any] = {"kind": kind, _RATE_PATH[kind]: rate}
    if kind == "gamma":
        fresh["burstiness"] = 3
    if kind == "on_off":
        doubled = rate * 2 if isinstance(rate, int | float) else rate
        fresh |= {"on_rate_per_s": doubled, "on": "12 h", "off": "12 h"}
    return {**table, "traffic": fresh}


def apply(workload: Workload, texts: Mapping[Field, str], facts: Facts) -> Workload:
    """The workload with these texts in their fields; InputError names every problem."""
    table = copy.deepcopy(workload.to_mapping())
    for field, text in texts.items():
        field.write(table, text.strip())
    changed = Workload.from_mapping(table)
    check_workload(changed, facts)
    return changed


def spoken(problem: Problem) -> str:
    """`'forty' is not usable here. Write a number and a unit, like 4 MB.`"""
    allowed = problem.allowed.removeprefix("missing; ").rstrip(".")
    start = "" if not problem.seen else f"{problem.seen.replace(chr(39), chr(34))} does not work here. "
    if problem.allowed.startswith("missing"):
        return f"This is needed: {allowed}."
    return f"{start}Write {allowed}." if start else f"{allowed[:1].upper()}{allowed[1:]}."


def message(field: Field, error: InputError) -> str:
    """What to say below a field: the value seen and what is accepted, with the place where it is another field's."""
    if field.path.startswith("needs.slo.") and any(problem.path.startswith("needs.slo") for problem in error.problems):
        seen = error.problems[0].seen.partition(":")[2].strip("'\" ")
        wanted = "a share from 0% to 100%" if field.path.endswith(".failed") else "a number and a unit"
        return f'"{seen}" does not work here. Write {wanted}, like {field.example}.'
    texts = []
    for problem in error.problems[:3]:
        own = (
            problem.path in {"", field.path}
            or field.path.startswith(problem.path)
            or problem.path.startswith(("needs.slo", field.path))
        )
        texts.append(spoken(problem) if own else f"{problem.path}: {spoken(problem)}")
    return " ".join(texts)

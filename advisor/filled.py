"""Filled: a whole workload out of a brief, so that it can be simulated. What nobody said is assumed, value by value.

What a workload may leave open stays open. What it must have and no answer settles comes from the bundled example that
agrees best, or from the defaults of a workload; each such value is a row of its own.
"""

from dataclasses import dataclass
from typing import Any, Final

from advisor._workload_units import write_bytes, write_duration
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.filled_traffic import Row, filled_traffic
from advisor.nearest import nearest, reference_for
from advisor.units import format_bytes, format_duration
from advisor.workload import Workload

__all__ = ["COLD", "COUNTS", "PLACES", "TAKEN", "Filled", "fill"]

PLACES: Final = {
    "needs_gpu": "model.needs_gpu", "models_similar": "model.similar", "chained": "model.chained",
    "per_model_scaling": "model.per_model_scaling", "vpc_required": "model.vpc", "network_isolation": "model.network_isolation",
    "data_capture": "model.data_capture", "marketplace": "model.marketplace", "private_registry": "model.private_registry",
    "uncompressed_model": "model.uncompressed", "guarded_rollout": "needs.guarded_rollout", "offline_ok": "needs.offline_ok",
    "scale_to_zero": "needs.scale_to_zero", "immediate_response": "needs.immediate_response", "streaming": "request.streaming",
    "release_need": "needs.release", "front": "caller.front", "region": "needs.region",
}  # fmt: skip
"""Words and flags that a workload has too: attribute -> path."""
COUNTS: Final = {
    "n_models": "model.count", "n_frameworks": "model.frameworks", "instance_quota": "needs.instance_quota",
    "concurrency_quota": "needs.concurrency_quota",
}  # fmt: skip
"""Whole numbers that a workload has too: attribute -> path."""
_SIZES: Final = {
    "model_size_gb": ("model.size", 10**9), "memory_gb": ("model.memory", 10**9), "image_gb": ("model.image", 10**9),
    "response_mb": ("request.response", 10**6),
}  # fmt: skip
_TIMES: Final = {"completion_slo_s": "needs.completion", "caller_timeout_s": "caller.timeout"}
COLD: Final = {True: "acceptable", False: "not_acceptable", "unwanted": "unwanted"}
"""How a workload says what a brief says of cold starts."""
_TRAFFIC: Final = frozenset({"traffic", "idle_periods", "requests_per_day", "rps_peak", "dataset_records"})
TAKEN: Final = frozenset({*PLACES, *COUNTS, *_SIZES, *_TIMES, *_TRAFFIC, "cold_start_ok", "latency_slo_ms", "survives_zone", "payload_mb", "processing_s"})  # fmt: skip
"""Attributes for which a workload has a place, alone or with others."""
_LONGEST_ABOUT: Final = 480


@dataclass(frozen=True, slots=True)
class Filled:
    """A workload made out of a brief."""

    workload: Workload
    example: str
    """Name of the example that stands in."""
    rows: tuple[Row, ...]
    """Its values and where they come from."""
    left_out: tuple[str, ...]
    """Attributes that were stated and for which a workload has no place."""

    @property
    def settled(self) -> tuple[Row, ...]:
        """Values that answers settle."""
        return tuple(row for row in self.rows if row.settled)

    @property
    def assumed(self) -> tuple[Row, ...]:
        """Values that nobody stated."""
        return tuple(row for row in self.rows if not row.settled)


class _Table:
    """A nested table with the rows that tell where its values come from."""

    def __init__(self) -> None:
        self.table: dict[str, Any] = {}
        self.rows: list[Row] = []

    def put(self, path: str, value: Any, why: str = "as answered", text: str = "", *, settled: bool = True) -> None:
        section, _, name = path.partition(".")
        self.table.setdefault(section, {})[name] = value
        shown = text or ("yes" if value is True else "no" if value is False else str(value).replace("_", " "))
        self.rows.append(Row(path, shown, why, settled))


def _stated(made: _Table, known: dict[str, Any]) -> None:
    """What a brief and a workload say in the same way."""
    for attribute, value in known.items():
        if attribute in PLACES:
            made.put(PLACES[attribute], value)
        elif attribute in COUNTS:
            made.put(COUNTS[attribute], int(value), text=f"{value:,.0f}")
        elif attribute in _SIZES and value > 0:
            path, unit = _SIZES[attribute]
            size = max(1, round(value * unit))
            made.put(path, write_bytes(size), text=format_bytes(size))
        elif attribute in _TIMES and value > 0:
            time = max(1, round(value * 1e6))
            made.put(_TIMES[attribute], write_duration(time), text=format_duration(time))
    if "cold_start_ok" in known:
        made.put("needs.cold_start", COLD[known["cold_start_ok"]])
    if known.get("latency_slo_ms"):
        made.put("needs.slo", [f"p99:{write_duration(max(1, round(known['latency_slo_ms'] * 1000)))}"], "as answered, taken for p99",
                 format_duration(known["latency_slo_ms"] * 1000))  # fmt: skip


def _implied(made: _Table, brief: Brief) -> None:
    """What follows from offline traffic, which a workload says by what its callers need."""
    if brief.traffic == "offline":
        for attribute, path, value in (("offline_ok", "needs.offline_ok", True), ("immediate_response", "needs.immediate_response", False)):  # fmt: skip
            if getattr(brief, attribute) is None:
                made.put(path, value, "the traffic is offline")


def _work(made: _Table, brief: Brief, example: Workload, reference: str) -> None:
    """Payload and service time: the largest as stated, the typical in proportion to the example."""
    like, sizes, time = f"as in the example {example.name}", example.request.wire_payload, example.service.time
    table = example.to_mapping()
    if brief.payload_mb:
        share = brief.payload_mb * 1e6 / sizes.largest
        steps = {name: max(1, round(size * share)) for name in ("p50", "p99", "max") if (size := getattr(sizes, name)) is not None}  # fmt: skip
        written = {name: write_bytes(size) for name, size in steps.items()}
        made.put("request.payload", written, text=f"{format_bytes(max(steps.values()))} at most")
        if len(steps) > 1:
            made.rows.append(Row("request.payload.p50", format_bytes(steps["p50"]), f"its share of the largest {like}"))
    else:
        made.put(
            "request.payload", table["request"]["payload"], like, f"{format_bytes(sizes.p50)} typical", settled=False
        )
        if "encoding" in table["request"]:
            made.table["request"]["encoding"] = table["request"]["encoding"]
    if brief.processing_s:
        slow = max(1, round(brief.processing_s * 1e6))
        usual = max(1, round(slow * time.quantile_us(0.5) / max(1, time.quantile_us(0.99))))
        made.put("service.time", {"p50": write_duration(min(usual, slow)), "p99": write_duration(slow)}, "as answered, taken for p99",
                 f"p99 {format_duration(slow)}")  # fmt: skip
        made.rows.append(Row("service.time.p50", format_duration(min(usual, slow)), f"its share of p99 {like}"))
    else:
        made.put("service.time", table["service"]["time"], like, f"p50 {format_duration(time.quantile_us(0.5))}", settled=False)  # fmt: skip
    why = like if reference == example.service.reference else "the smallest type of its kind that holds the model"
    made.put("service.reference", reference, why, settled=False)
    made.put("service.slots", example.service.slots, like, settled=False)
    made.put("service.slowdown", example.service.slowdown, like, settled=False)


def _defaults(made: _Table, brief: Brief, workload: Workload) -> None:
    """Defaults of a workload that count as stated from now on."""
    said = (
        (brief.n_models, "model.count"),
        (brief.region, "needs.region"),
        (brief.survives_zone, "needs.availability"),
    )
    for value, path in said:
        if value is None:
            section, _, name = path.partition(".")
            default = getattr(getattr(workload, section), name)
            text = {"zone": "survives the loss of one zone"}.get(default, str(default))
            made.rows.append(Row(path, text, "the default of a workload"))


def fill(brief: Brief, facts: Facts) -> Filled:
    """A whole workload out of a brief, with every value that nobody stated listed as assumed.

    Raises InputError where a stated value is beyond what a workload may hold.

    >>> from advisor.facts import load_facts
    >>> found = fill(Brief(payload_mb=3, traffic="spiky", processing_s=6), load_facts())
    >>> found.workload.request.payload.largest, found.workload.traffic.kind, [row.path for row in found.assumed][:2]
    (3000000, 'gamma', ['traffic.burstiness', 'traffic.rate_per_s'])
    """
    _, example = nearest(brief)
    made = _Table()
    traffic, made.rows = filled_traffic(brief, example)
    made.table["traffic"] = traffic
    _stated(made, brief.known)
    if brief.survives_zone is not None:
        made.put("needs.availability", "zone" if brief.survives_zone else "single")
    _implied(made, brief)
    _work(made, brief, example, reference_for(brief, example, facts))
    assumed = ", ".join(row.path for row in made.rows if not row.settled)
    about = f"Made from answers to questions. Assumed, after the example {example.name}: {assumed}"
    workload = Workload.from_mapping(
        {"schema": 1, "name": "your answers", "about": about[:_LONGEST_ABOUT], **made.table}
    )
    _defaults(made, brief, workload)
    return Filled(workload, example.name, tuple(made.rows), tuple(sorted(set(brief.known) - TAKEN)))

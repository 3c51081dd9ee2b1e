"""Attributes: the one flat record that rules read.

A field is a value, a `Range` (typical to largest) or `UNKNOWN`. A `Workload` is projected onto it here and
nowhere else, by these rules: a size or time is the range from p50 to the largest stated (max, else p99);
limits read its high end, fit its low end; `traffic` and `idle_periods` follow from the arrival process by
the thresholds below, which are ours and not AWS's.
"""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Final, TypeAlias

from advisor.brief import Brief
from advisor.load import TrafficSummary
from advisor.workload import SizeDistribution, TimeDistribution, Workload

__all__ = ["COUNTS", "UNKNOWN", "Attributes", "Range", "Unknown", "high", "low", "project"]

# Thresholds of the words for traffic: burstiness is the coefficient of variation of the gaps, a peak is the
# busiest hour over the mean hour, an idle spell is worth mentioning from ten minutes.
STEADY_BURSTINESS: Final = 1.5
SPIKY_BURSTINESS: Final = 3.0
DIURNAL_PEAK: Final = 1.5
SPIKY_PEAK_MINUTE: Final = 4.0
IDLE_SPELL_US: Final = 10 * 60 * 1_000_000
INTERMITTENT_EMPTY_MINUTES: Final = 0.5


class Unknown(Enum):
    """The single value of an attribute that nobody stated."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Range:
    """From a typical value to the largest one, in the unit of its field."""

    low: float
    high: float


COUNTS: Final = ("n_models", "n_frameworks", "dataset_records", "instance_quota", "concurrency_quota")
"""Attributes that are whole numbers."""
Number: TypeAlias = float | Range | Unknown
Flag: TypeAlias = bool | Unknown
Word: TypeAlias = str | Unknown


def high(value: Number) -> float | Unknown:
    """The end of a number that limits read.

    >>> high(Range(1, 4)), high(2.0), high(UNKNOWN)
    (4, 2.0, UNKNOWN)
    """
    return value.high if isinstance(value, Range) else value


def low(value: Number) -> float | Unknown:
    """The end of a number that fit reads.

    >>> low(Range(1, 4)), low(UNKNOWN)
    (1, UNKNOWN)
    """
    return value.low if isinstance(value, Range) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What is known of a workload, one field per question; units are in the names."""

    payload_mb: Number = UNKNOWN
    """Size of one request body, MB of 10^6 bytes."""
    response_mb: Number = UNKNOWN
    """Size of one answer, MB."""
    processing_s: Number = UNKNOWN
    """Time of one prediction on one slot of the reference instance, seconds."""
    traffic: Word = UNKNOWN
    """steady, diurnal, variable, spiky, intermittent or offline."""
    rps_peak: Number = UNKNOWN
    """Requests per second in the busiest hour."""
    rps_offpeak: Number = UNKNOWN
    """Requests per second in the quietest hour."""
    requests_per_day: Number = UNKNOWN
    """Requests in a mean day."""
    latency_slo_ms: Number = UNKNOWN
    """The tightest bound on a latency percentile, milliseconds."""
    completion_slo_s: Number = UNKNOWN
    """How late the result may come, seconds."""
    cold_start_ok: Word | bool = UNKNOWN
    """True (acceptable), "unwanted" or False (not acceptable)."""
    immediate_response: Flag = UNKNOWN
    """The caller waits on the connection."""
    streaming: Flag = UNKNOWN
    """The answer is streamed while it is made."""
    idle_periods: Flag = UNKNOWN
    """Spells of ten minutes or more without a request."""
    n_models: Number = UNKNOWN
    """Models that have to be served."""
    models_similar: Flag = UNKNOWN
    """All models use the same framework and container and are alike in size and speed."""
    n_frameworks: Number = UNKNOWN
    """Different containers that the models need."""
    chained: Flag = UNKNOWN
    """A request passes several models or containers in a row."""
    per_model_scaling: Flag = UNKNOWN
    """Each model must have capacity of its own."""
    model_size_gb: Number = UNKNOWN
    """Model artefact, GB of 10^9 bytes."""
    needs_gpu: Flag = UNKNOWN
    """The model runs on an accelerator only."""
    vpc_required: Flag = UNKNOWN
    """Traffic must stay in a private network."""
    network_isolation: Flag = UNKNOWN
    """The container may make no network call."""
    data_capture: Flag = UNKNOWN
    """Requests and answers must be captured for monitoring."""
    marketplace: Flag = UNKNOWN
    """The model is a package of AWS Marketplace."""
    private_registry: Flag = UNKNOWN
    """The image comes from a private Docker registry outside ECR."""
    uncompressed_model: Flag = UNKNOWN
    """The model files lie uncompressed in S3."""
    guarded_rollout: Flag = UNKNOWN
    """Updates must go through blue/green guardrails with alarms."""
    dataset_records: Number = UNKNOWN
    """Records of a data set that is known beforehand."""
    dataset_gb: Number = UNKNOWN
    """Size of that data set, GB."""
    offline_ok: Flag = UNKNOWN
    """All data may be collected first and scored by a job."""
    persistent_endpoint: Flag = UNKNOWN
    """An endpoint must stand at all times."""
    scale_to_zero: Flag = UNKNOWN
    """Idle time must cost nothing."""
    release_need: Word = UNKNOWN
    """ab_split (a share of the traffic to a new version) or mirror (a copy of it)."""
    cost_priority: Flag = UNKNOWN
    """Cost weighs most."""
    ops_priority: Flag = UNKNOWN
    """Nobody wants to choose or look after instances."""
    memory_gb: Number = UNKNOWN
    """Memory of the loaded model with its runtime, GB."""
    image_gb: Number = UNKNOWN
    """Container image, GB."""
    caller_timeout_s: Number = UNKNOWN
    """The caller gives up after this, seconds."""
    front: Word = UNKNOWN
    """What stands before the endpoint: none, api_gateway or lambda."""
    survives_zone: Flag = UNKNOWN
    """The service must outlive the loss of one zone."""
    region: Word = UNKNOWN
    """AWS Region."""
    instance_quota: Number = UNKNOWN
    """Instances of the type that the account may run."""
    concurrency_quota: Number = UNKNOWN
    """Serverless requests at once that the account may have in the Region."""
    payload: SizeDistribution | None = None
    """The distribution behind `payload_mb`, where one is known."""
    response: SizeDistribution | None = None
    """The distribution behind `response_mb`."""
    processing: TimeDistribution | None = None
    """The distribution behind `processing_s`."""

    def known(self) -> dict[str, object]:
        """The fields that were stated, by name."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in found.items() if value is not UNKNOWN and value is not None}


def _flag(value: bool | None) -> Flag:
    return UNKNOWN if value is None else value


def _size(sizes: SizeDistribution | None) -> Number:
    if sizes is None:
        return UNKNOWN
    typical, largest = sizes.p50 / 1e6, sizes.largest / 1e6
    return typical if typical == largest else Range(typical, largest)


def _traffic(workload: Workload, load: TrafficSummary | None) -> Word:
    """The word for the arrival process: from its kind where that decides, else from the tape's summary."""
    traffic = workload.traffic
    if traffic.kind in {"constant", "poisson"}:
        return "steady"
    if traffic.kind == "gamma":
        burstiness = traffic.burstiness
        if burstiness <= STEADY_BURSTINESS:
            return "steady"
        return "spiky" if burstiness >= SPIKY_BURSTINESS else "variable"
    if traffic.kind == "daily":
        return "diurnal"
    if load is None:
        return "intermittent" if traffic.kind == "on_off" else UNKNOWN
    if load.share_of_empty_minutes >= INTERMITTENT_EMPTY_MINUTES and load.longest_idle_us >= IDLE_SPELL_US:
        return "intermittent"
    if load.busiest_minute_rate_per_s >= SPIKY_PEAK_MINUTE * load.busiest_hour_rate_per_s:
        return "spiky"
    if load.busiest_hour_rate_per_s >= DIURNAL_PEAK * load.mean_rate_per_s:
        return "diurnal"
    return "variable" if load.busiest_minute_rate_per_s >= 2 * load.mean_rate_per_s else "steady"


def _waits(workload: Workload) -> Flag:
    """Whether the caller waits for the answer; users of closed traffic do where nothing else is stated."""
    stated = workload.needs.immediate_response
    return True if stated is None and workload.traffic.kind == "closed" else _flag(stated)


def project(given: Workload | Brief, load: TrafficSummary | None = None) -> Attributes:
    """A workload or a brief as the flat record that rules read.

    Arguments: `load` is the summary of the drawn traffic where there is one; without it, idle spells and the
    word for a trace stay `UNKNOWN`.

    >>> project(Brief(payload_mb=5)).known()
    {'payload_mb': 5.0}
    """
    if isinstance(given, Brief):
        return Attributes(**given.known)
    workload = given
    needs, model, service = workload.needs, workload.model, workload.service
    time = service.time
    latency = [slo.bound_us / 1000 for slo in needs.slo if slo.bound_us is not None]
    typical, slow = time.quantile_us(0.5) / 1e6, time.quantile_us(0.99) / 1e6
    cold: dict[str, Word | bool] = {"acceptable": True, "not_acceptable": False, "unwanted": "unwanted"}
    return Attributes(
        payload_mb=_size(workload.request.wire_payload),
        response_mb=_size(workload.request.response),
        processing_s=typical if typical == slow else Range(typical, slow),
        traffic=_traffic(workload, load),
        rps_peak=UNKNOWN if load is None else load.busiest_hour_rate_per_s,
        requests_per_day=UNKNOWN if load is None else load.mean_rate_per_s * 86400,
        latency_slo_ms=min(latency) if latency else UNKNOWN,
        completion_slo_s=UNKNOWN if needs.completion is None else needs.completion / 1e6,
        cold_start_ok=UNKNOWN if needs.cold_start is None else cold[needs.cold_start],
        immediate_response=_waits(workload),
        streaming=_flag(workload.request.streaming),
        idle_periods=UNKNOWN if load is None else load.longest_idle_us >= IDLE_SPELL_US,
        n_models=float(model.count),
        models_similar=_flag(model.similar),
        n_frameworks=UNKNOWN if model.frameworks is None else float(model.frameworks),
        chained=_flag(model.chained),
        per_model_scaling=_flag(model.per_model_scaling),
        model_size_gb=UNKNOWN if model.size is None else model.size / 1e9,
        needs_gpu=_flag(model.needs_gpu),
        vpc_required=_flag(model.vpc),
        network_isolation=_flag(model.network_isolation),
        data_capture=_flag(model.data_capture),
        marketplace=_flag(model.marketplace),
        private_registry=_flag(model.private_registry),
        uncompressed_model=_flag(model.uncompressed),
        guarded_rollout=_flag(needs.guarded_rollout),
        offline_ok=_flag(needs.offline_ok),
        scale_to_zero=_flag(needs.scale_to_zero),
        release_need=UNKNOWN if needs.release is None else needs.release,
        instance_quota=UNKNOWN if needs.instance_quota is None else float(needs.instance_quota),
        concurrency_quota=UNKNOWN if needs.concurrency_quota is None else float(needs.concurrency_quota),
        cost_priority=True if needs.budget_usd_per_month is not None else UNKNOWN,
        memory_gb=UNKNOWN if model.memory is None else model.memory / 1e9,
        image_gb=UNKNOWN if model.image is None else model.image / 1e9,
        caller_timeout_s=UNKNOWN if workload.caller.timeout is None else workload.caller.timeout / 1e6,
        front=workload.caller.front,
        survives_zone=needs.availability == "zone",
        region=needs.region,
        payload=workload.request.wire_payload,
        response=workload.request.response,
        processing=time,
    )

"""The tables of a workload beside its traffic: request, service, caller, model and needs."""

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from advisor._workload_sizes import SizeDistribution
from advisor._workload_slo import AnySlo
from advisor._workload_times import AnyTime
from advisor._workload_units import (
    Bytes,
    Duration,
    DurationOrZero,
    Flag,
    Section,
    Share,
    Text,
    Usd,
    refusal,
    whole,
)

__all__ = ["Caller", "Measured", "Model", "Needs", "Origin", "Request", "Service"]

_TYPE = re.compile(r"ml\.[a-z0-9-]{1,20}\.[a-z0-9-]{1,20}")
_SERVERLESS = re.compile(r"serverless:([1-9]\d{0,6})")
_REGION = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}")
_POPULARITY = re.compile(r"uniform|zipf:(\d{1,2}(?:\.\d{1,6})?)")


def _matching(pattern: re.Pattern[str], allowed: str) -> tuple[BeforeValidator, WithJsonSchema]:
    def check(value: object) -> str:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise refusal(allowed)
        return value

    return BeforeValidator(check), WithJsonSchema({"type": "string", "pattern": f"^({pattern.pattern})$"})


_InstanceType = Annotated[str, *_matching(_TYPE, "an instance type, like ml.m5.xlarge")]
_Place = Annotated[
    str,
    *_matching(
        re.compile(f"{_TYPE.pattern}|{_SERVERLESS.pattern}"),
        "an instance type, like ml.m5.xlarge, or serverless with its memory in MB, like serverless:4096",
    ),
]
_Region = Annotated[str, *_matching(_REGION, "a region, like us-east-1")]
_Popularity = Annotated[str, *_matching(_POPULARITY, "uniform, or zipf with its exponent, like zipf:1.0")]
_Slots = Annotated[int, *whole(1, 10_000)]


class Request(Section):
    """What goes in and what comes back."""

    payload: SizeDistribution
    """Size of a request: one size like 200 KB, or a table with p50 and where known p99 and max."""
    response: SizeDistribution | None = None
    """Size of an answer: one size like 20 KB, or a table with p50 and where known p99 and max."""
    encoding: Literal["raw", "base64"] = "raw"
    """How the body travels: base64 makes it a third larger than the payload stated."""
    streaming: Flag | None = None
    """Whether the answer is streamed while it is made."""

    @property
    def wire_payload(self) -> SizeDistribution:
        """Size of a request as it reaches the endpoint, encoded."""
        return self.payload.base64() if self.encoding == "base64" else self.payload


class Measured(Section):
    """A service time measured on another place than the reference."""

    on: _Place
    """The place: an instance type like ml.c5.xlarge, or serverless:4096 (memory in MB)."""
    time: AnyTime
    """Service time on one slot there, without queueing."""
    slots: _Slots | None = None
    """Requests served side by side there; as on the reference where it is not said."""
    slowdown: Share | None = None
    """How much requests side by side slow each other there; as on the reference where it is not said."""

    @property
    def serverless_memory_mb(self) -> int | None:
        """Memory of the serverless endpoint measured, MB; None for an instance type."""
        match = _SERVERLESS.fullmatch(self.on)
        return int(match[1]) if match else None


class Service(Section):
    """How long the work takes, and where that was measured."""

    reference: _InstanceType
    """Instance type the time was measured on, like ml.m5.xlarge."""
    time: AnyTime
    """Time on one slot of the reference, without queueing: like 80 ms, or a table with p50 and p99."""
    slots: _Slots = 1
    """Requests one instance serves side by side."""
    slowdown: Share = 0.0
    """How much requests served side by side slow each other: 0 not at all, 1 they share one processor."""
    measured: tuple[Measured, ...] = ()
    """Other places you did measure."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        places = [self.reference, *(measured.on for measured in self.measured)]
        if len(places) > 100:
            raise refusal("at most 99 places", "measured", f"a list of {len(self.measured):,}")
        for number, place in enumerate(places[1:]):
            if place in places[: number + 1]:
                raise refusal("a place that was not given before", f"measured[{number}].on", repr(place))
        return self

    def measured_on(self, place: str) -> Measured | None:
        """What was measured on `place` (an instance type or `serverless:4096`), the reference included."""
        if place == self.reference:
            return Measured(on=place, time=self.time, slots=self.slots, slowdown=self.slowdown)
        return next((measured for measured in self.measured if measured.on == place), None)


class Caller(Section):
    """Who calls, and how patient they are."""

    timeout: Duration | None = None
    """How long the caller waits for an answer."""
    attempts: Annotated[int, *whole(1, 20)] = 1
    """How often the caller tries, the first time included."""
    backoff: DurationOrZero = 100_000
    """Pause before the first retry; it doubles from one to the next."""
    front: Literal["none", "api_gateway", "lambda"] = "none"
    """What stands between the caller and the endpoint."""


class Model(Section):
    """The model or models behind the endpoint. What is left out is not known."""

    count: Annotated[int, *whole(1, 1_000_000)] = 1
    """How many models."""
    size: Bytes | None = None
    """Size of one model's files."""
    memory: Bytes | None = None
    """Memory of one loaded model."""
    image: Bytes | None = None
    """Size of the container image."""
    needs_gpu: Flag | None = None
    """Whether the model needs a GPU or another accelerator."""
    popularity: _Popularity = "uniform"
    """How requests spread over models: uniform, or zipf with its exponent."""
    similar: Flag | None = None
    """Whether all models use the same framework and container."""
    frameworks: Annotated[int, *whole(1, 1_000)] | None = None
    """How many different containers the models need."""
    chained: Flag | None = None
    """Whether a request passes through several models in a row."""
    per_model_scaling: Flag | None = None
    """Whether each model must scale by itself."""
    vpc: Flag | None = None
    """Whether the endpoint must be attached to a VPC."""
    network_isolation: Flag | None = None
    """Whether the container must have no network."""
    data_capture: Flag | None = None
    """Whether requests and answers must be captured for monitoring."""
    marketplace: Flag | None = None
    """Whether the model is a package of AWS Marketplace."""
    private_registry: Flag | None = None
    """Whether the image comes from a private Docker registry outside ECR."""
    uncompressed: Flag | None = None
    """Whether the model files lie uncompressed in S3."""

    @property
    def zipf_exponent(self) -> float:
        """Exponent s of the popularity: model k gets a share in proportion to 1 / k^s; 0 is uniform."""
        match = _POPULARITY.fullmatch(self.popularity)
        return float(match[1]) if match and match[1] else 0.0


class Needs(Section):
    """What the user wants. What is left out is not stated."""

    slo: tuple[AnySlo, ...] = ()
    """Promises to keep: a percentile of latency like p99:500ms, or a failed share like failed:0.1%."""
    immediate_response: Flag | None = None
    """Whether the caller waits on the connection for the answer."""
    completion: Duration | None = None
    """How late the result may come."""
    cold_start: Literal["unwanted", "not_acceptable", "acceptable"] | None = None
    """Whether a request may wait for a start-up."""
    scale_to_zero: Flag | None = None
    """Whether idle time must cost nothing."""
    offline_ok: Flag | None = None
    """Whether all data is known beforehand, so that a job could do the work."""
    release: Literal["ab_split", "mirror"] | None = None
    """Whether a new version is to be tried on a share (ab_split) or on a copy (mirror) of the traffic."""
    region: _Region = "us-east-1"
    """Region of the endpoint."""
    availability: Literal["zone", "single"] = "zone"
    """zone: survives the loss of one zone, so at least 2 instances; single: one instance will do."""
    guarded_rollout: Flag | None = None
    """Whether updates must go through blue/green guardrails with alarms."""
    instance_quota: Annotated[int, *whole(0, 1_000_000)] | None = None
    """Instances of the type that the account may run."""
    concurrency_quota: Annotated[int, *whole(0, 1_000_000)] | None = None
    """Serverless requests at once that the account may have in the Region."""
    budget_usd_per_month: Usd | None = None
    """Most that a month may cost, US dollars."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [slo.measure for slo in self.slo]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise refusal("each percentile and failed at most once", f"slo[{number}]", repr(self.slo[number].text))
        return self

    def slo_us(self, measure: str) -> int | None:
        """Limit on a percentile (`"p99"`) of latency, microseconds; None when none is stated."""
        return next((slo.bound_us for slo in self.slo if slo.measure == measure), None)

    @property
    def failed_share(self) -> float | None:
        """Largest failed share promised, from 0 to 1; None when none is stated."""
        return next((slo.bound_share for slo in self.slo if slo.measure == "failed"), None)


class Origin(Section):
    """Where one field of the workload comes from."""

    field: Text
    """The field as a workload file names it, like service.time."""
    how: Literal["measured", "documented", "reported", "assumed"]
    """measured, documented, reported, or assumed: what is assumed is listed beside every result."""
    source: Text
    """The file it was read from, or what was assumed and why."""

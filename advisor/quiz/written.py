"""Written: short lists of settings, sound or with one mistake, as `Option` and `Settings` that the rules examine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from advisor.facts import Facts
from advisor.options import Option
from advisor.settings import Settings

__all__ = ["FAMILIES", "Written", "written"]

_TYPES: Final = ("ml.m5.xlarge", "ml.c5.2xlarge", "ml.m5.large", "ml.r5.xlarge", "ml.c6i.xlarge")
_ACCELERATED: Final = ("ml.g5.xlarge", "ml.g5.2xlarge", "ml.g6.xlarge", "ml.g6.2xlarge")
_BUCKETS: Final = ("answers", "scores", "results", "forecasts", "labels")


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration: as it is shown, and as the rules read it."""

    text: str
    option: Option


class _Draft:
    """What a family draws from: `bad` asks for its mistake, `near` for one beside the limit."""

    def __init__(self, rng: Random, facts: Facts, bad: bool, near: bool) -> None:
        self.rng, self.facts, self.bad, self.near = rng, facts, bad, near

    def type(self, accelerated: bool = False) -> str:
        return self.rng.choice(_ACCELERATED if accelerated else _TYPES)

    def number(self, fact_id: str) -> int:
        """The upper end of a fact, in its unit."""
        return round(self.facts.fact(fact_id).number("high"))

    def size(self) -> int:
        return int(self.rng.choice(self.facts.fact("serverless.memory_sizes").value))

    def within(self, low: int, high: int) -> int:
        """A value inside of a range, with two digits that count."""
        value = self.rng.uniform(low + (high - low) * 0.05, high)
        step: int = 10 ** max(0, len(str(int(value))) - 2)
        return max(low, int(value) // step * step)

    def above(self, most: int) -> int:
        """A value beyond the largest."""
        return most + (max(1, most // 20) if self.near else max(2, most // 2) * self.rng.randint(1, 3))

    def value(self, fact_id: str) -> Any:
        return self.facts.fact(fact_id).value


def _said(option: Option, *rows: tuple[str, object], **settings: Any) -> Written:
    text = ", ".join(f"{name} **{value:,}**" if isinstance(value, int) else f"{name} {value}".strip() for name, value in rows)  # fmt: skip
    return Written(text, replace(option, settings=Settings(**settings)))


def _serverless(memory: int, most: int, warm: int = 0) -> Option:
    name = "serverless_provisioned" if warm else "serverless"
    return Option(name=name, memory_mib=memory, max_concurrency=most, provisioned_concurrency=warm)


def _fleet(kind: str, count: int = 1, name: str = "real_time") -> Option:
    return Option(name=name, instance_type=kind, instances=count)


def _warm(d: _Draft) -> Written:
    most, size = d.rng.randint(2, 12) * 5, d.size()
    warm = most + (1 if d.near else d.rng.randint(5, 30)) if d.bad else d.rng.randint(1, most)
    return _said(_serverless(size, most, warm), ("MaxConcurrency", most), ("ProvisionedConcurrency", warm))


def _one_capacity(d: _Draft) -> Written:
    size, kind, count = d.size(), d.type(), d.rng.randint(1, 4)
    if d.bad:
        option = Option(name="serverless", memory_mib=size, max_concurrency=5, instance_type=kind)
        return _said(option, ("ServerlessConfig of", f"{size:,} MB"), ("InstanceType", kind))
    if d.rng.random() < 0.5:
        most = d.rng.randint(1, 20) * 5
        return _said(_serverless(size, most), ("ServerlessConfig of", f"{size:,} MB"), ("MaxConcurrency", most))
    return _said(_fleet(kind, count), ("InstanceType", kind), ("InitialInstanceCount", count))


def _no_queue(d: _Draft) -> Written:
    size, kind, bucket = d.size(), d.type(), f"s3://{d.rng.choice(_BUCKETS)}/out"
    if d.bad:
        option = Option(name="serverless", memory_mib=size, max_concurrency=5)
        return _said(option, ("ServerlessConfig of", f"{size:,} MB"), ("AsyncInferenceConfig to", bucket), asynchronous=True, output_path=bucket)  # fmt: skip
    if d.rng.random() < 0.4:
        most = d.rng.randint(1, 20) * 5
        return _said(_serverless(size, most), ("ServerlessConfig of", f"{size:,} MB"), ("MaxConcurrency", most))
    return _said(_fleet(kind, 1, "async"), ("InstanceType", kind), ("AsyncInferenceConfig to", bucket), output_path=bucket)  # fmt: skip


def _some_capacity(d: _Draft) -> Written:
    kind, count, weight, size = d.type(), d.rng.randint(1, 6), d.rng.randint(1, 4), d.size()
    if d.bad:
        return _said(Option(name="real_time", instances=count), ("ModelName, InitialVariantWeight", weight), ("InitialInstanceCount", count), model_name=True)  # fmt: skip
    if d.rng.random() < 0.3:
        return _said(_serverless(size, 10), ("ModelName, InitialVariantWeight", weight), ("ServerlessConfig of", f"{size:,} MB"), model_name=True)  # fmt: skip
    return _said(_fleet(kind, count), ("ModelName, InitialVariantWeight", weight), ("InstanceType", kind), model_name=True)  # fmt: skip


def _output(d: _Draft) -> Written:
    kind, bucket = d.type(), d.rng.choice(_BUCKETS)
    path = d.rng.choice((f"{bucket}/daily/out", f"arn:aws:s3:::{bucket}", f"/mnt/{bucket}/out")) if d.bad else f"s3://{bucket}/out"  # fmt: skip
    return _said(_fleet(kind, 1, "async"), ("InstanceType", kind), ("S3OutputPath", path), output_path=path)


def _managed(d: _Draft, first: str, **settings: Any) -> Written:
    """An endpoint for components on managed instances."""
    kind, low = d.type(accelerated=True), d.rng.randint(0, 2)
    high = low + d.rng.randint(1, 4)
    return _said(
        _fleet(kind, 1, "inference_components"), (first, ""), ("components on", kind), ("instances", f"**{low} to {high}**"),
        managed_min=low, managed_max=high, **settings,
    )  # fmt: skip


def _role(d: _Draft) -> Written:
    return _managed(d, f"{'No' if d.bad else 'Own'} ExecutionRoleArn", execution_role=not d.bad or None)


def _no_model(d: _Draft) -> Written:
    first = f"Variant {'with' if d.bad else 'without'} ModelName"
    return _managed(d, first, execution_role=True, model_name=d.bad or None)


def _one_input(d: _Draft) -> Written:
    size, bucket = d.rng.randrange(4_000, 90_000, 1_000), f"s3://{d.rng.choice(_BUCKETS)}/in"
    both = d.bad or d.rng.random() < 0.5
    rows: list[tuple[str, object]] = [("Body of", f"**{size:,} bytes**")] if both else [("InputLocation", bucket)]
    rows += [("InputLocation", bucket)] if d.bad else [("RequestTTLSeconds", d.rng.randrange(600, 7000, 300))]
    return _said(
        _fleet(d.type(), 1, "async"), *rows, invoked=True, output_path="s3://answers/out",
        body_bytes=size if both else None, input_location=bucket if d.bad or not both else None,
    )  # fmt: skip


def _bounds(d: _Draft) -> Written:
    low, kind = d.rng.randint(2, 8), d.type()
    high = low - (1 if d.near else d.rng.randint(1, low - 1)) if d.bad else low + d.rng.randint(0, 6)
    return _said(_fleet(kind, max(low, 1)), ("InstanceType", kind), ("MinCapacity", low), ("MaxCapacity", high), scalable_min=low, scalable_max=high)  # fmt: skip


def _copies(d: _Draft) -> Written:
    memory, copies = d.rng.choice((512, 1024, 2048)), 0 if d.bad else d.rng.randint(1, 4)
    return _said(
        _fleet(d.type(accelerated=True), 1, "inference_components"), ("CreateInferenceComponent: MinMemoryRequiredInMb", memory), ("CopyCount", copies),
        execution_role=True, initial_copies=copies, component_memory_mib=memory,
    )  # fmt: skip


_METRICS: Final = {
    "dimension_instances": ("metric_variant", "metric_variant_high_res"),
    "dimension_provisioned": ("metric_provisioned",),
    "dimension_copies": ("metric_component", "metric_component_high_res"),
}


def _metric(d: _Draft) -> Written:
    dimension = d.rng.choice(tuple(_METRICS))
    others = [name for other, names in _METRICS.items() if other != dimension for name in names]
    metric = str(d.value(f"autoscaling.{d.rng.choice(others if d.bad else _METRICS[dimension])}"))
    said = str(d.value(f"configuration.{dimension}"))
    option = _fleet(d.type(), 2)
    return _said(option, (said.removeprefix("sagemaker:") + " tracks", metric), dimension=said, metric=metric)


def _period(d: _Draft) -> Written:
    allowed = d.value("configuration.metric_publish_periods")
    others = [second for second in (5, 15, 20, 45, 90, 150, 600) if second not in allowed]
    seconds = d.rng.choice(others if d.bad else allowed)
    return _said(_fleet(d.type(), 2), ("MetricPublishFrequencyInSeconds", seconds), ("EnableEnhancedMetrics", "true"), metric_publish_period_s=seconds, enhanced_metrics=True)  # fmt: skip


def _memory(d: _Draft) -> Written:
    sizes, most = d.value("serverless.memory_sizes"), d.rng.randint(1, 30) * 5
    off = [512, 1536, 2500, 3500, 4000, 8192, 10240]
    size = int(d.rng.choice([one for one in off if one not in sizes] if d.bad else sizes))
    return _said(_serverless(size, most), ("MemorySizeInMB", size), ("MaxConcurrency", most))


def _concurrency(d: _Draft) -> Written:
    most, size = d.number("serverless.max_concurrency"), d.size()
    value = d.above(most) if d.bad else d.within(1, most)
    return _said(_serverless(size, value), ("MemorySizeInMB", size), ("MaxConcurrency", value))


def _two(d: _Draft, rows: list[tuple[str, str, int, int]], option: Option, **fixed: Any) -> Written:
    """Two of several settings with ranges, one of them beyond its range where it is to be bad."""
    chosen = d.rng.sample(rows, 2)
    wrong = d.rng.choice(chosen)[0] if d.bad else ""
    values = {name: d.above(high) if name == wrong else d.within(low, high) for name, _, low, high in chosen}
    shown = [(name, values[name]) for name, *_ in chosen]
    return _said(option, *shown, **fixed, **{field: values[name] for name, field, *_ in chosen})


def _span(d: _Draft, fact_id: str) -> tuple[int, int]:
    fact = d.facts.fact(fact_id)
    return round(fact.number("low")), round(fact.number("high"))


def _variant(d: _Draft) -> Written:
    rows = [
        ("ContainerStartupHealthCheckTimeoutInSeconds", "health_check_timeout_s", *_span(d, "real_time.container_health_check_range")),
        ("ModelDataDownloadTimeoutInSeconds", "download_timeout_s", *_span(d, "real_time.model_download_timeout_range")),
        ("VolumeSizeInGB", "volume_gib", *_span(d, "real_time.volume_size_range")),
    ]  # fmt: skip
    return _two(d, rows, _fleet(d.type(), 2), model_name=True)


def _queue(d: _Draft) -> Written:
    rows = [
        ("RequestTTLSeconds", "request_ttl_s", *_span(d, "async.queue_ttl_range")),
        ("InvocationTimeoutSeconds", "request_timeout_s", *_span(d, "configuration.async_invocation_timeout_range")),
        ("MaxConcurrentInvocationsPerInstance", "async_concurrency", *_span(d, "async.concurrency_per_instance_range")),
    ]  # fmt: skip
    return _two(d, rows, _fleet(d.type(), 1, "async"), output_path="s3://answers/out", invoked=True, input_location="s3://answers/in")  # fmt: skip


def _reserved(d: _Draft) -> Written:
    least, cores = d.number("inference_components.memory_min"), d.value("inference_components.cpu_cores_min")
    memory = least // 2 if d.bad else least * d.rng.choice((1, 2, 4, 8, 16))
    wanted = cores * d.rng.choice((1, 2, 4, 8))
    return _said(
        _fleet(d.type(accelerated=True), 1, "inference_components"), ("NumberOfCpuCoresRequired", f"**{wanted:g}**"), ("MinMemoryRequiredInMb", memory),
        execution_role=True, component_cores=wanted, component_memory_mib=memory,
    )  # fmt: skip


def _job(d: _Draft) -> Written:
    rows = [
        ("InvocationsTimeoutInSeconds", "job_timeout_s", *_span(d, "batch_transform.invocation_timeout_range")),
        ("InvocationsMaxRetries", "job_retries", *_span(d, "batch_transform.retries_range")),
        ("MaxPayloadInMB", "max_payload_mb", 1, d.number("batch_transform.payload_request")),
    ]
    return _two(d, rows, _fleet(d.type(), 1, "batch_transform"))


def _product(d: _Draft) -> Written:
    most = d.number("batch_transform.payload_concurrency_product")
    size = d.rng.choice((2, 4, 5, 8, 10, 20, 25))
    fits = most // size
    count = fits + (1 if d.near else d.rng.randint(1, 3) * fits) if d.bad else d.rng.randint(1, fits)
    option = Option(name="batch_transform", instance_type=d.type(), instances=1, payload_mib=size, concurrency_per_instance=count)  # fmt: skip
    return _said(option, ("MaxPayloadInMB", size), ("MaxConcurrentTransforms", count))


def _names(d: _Draft) -> Written:
    known = d.value("real_time.routing_strategies")
    taken = ("LEAST_CONNECTIONS", "ROUND_ROBIN", "WEIGHTED_RANDOM", "SHORTEST_QUEUE")
    word, kind = d.rng.choice(taken if d.bad else known), d.type()
    return _said(_fleet(kind, 2), ("InstanceType", kind), ("RoutingStrategy", word), routing=word)


FAMILIES: Final[dict[str, Callable[[_Draft], Written]]] = {
    "CFG001": _warm, "CFG002": _one_capacity, "CFG003": _no_queue, "CFG004": _some_capacity, "CFG005": _output, "CFG006": _role,
    "CFG007": _no_model, "CFG008": _one_input, "CFG010": _bounds, "CFG011": _copies, "CFG013": _metric, "CFG015": _period,
    "CFG016": _memory, "CFG017": _concurrency, "CFG018": _variant, "CFG019": _queue, "CFG020": _reserved, "CFG021": _job,
    "CFG022": _product, "CFG023": _names,
}  # fmt: skip
"""How a configuration that a rule speaks of is drawn."""


def written(rule: str, rng: Random, facts: Facts, *, bad: bool, near: bool) -> Written:
    """A configuration of one family.

    Arguments: `rule` is one of `FAMILIES`; `bad` asks for the mistake that the rule finds; `near` for one just beyond
    the limit, where there is a limit.

    >>> from advisor.facts import load_facts
    >>> written("CFG001", Random(4), load_facts(), bad=True, near=True).text
    'MaxConcurrency **25**, ProvisionedConcurrency **26**'
    """
    return FAMILIES[rule](_Draft(rng, facts, bad, near))

"""Start-up: what a model's size means for time-outs and volumes, and starts from zero against a deadline."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Fact, Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.units import format_bytes, format_duration


def _own(option: Option, facts: Facts, attribute: str) -> Fact | None:
    """The option's fact, where it has such a thing at all."""
    name = f"{option.name}.{attribute}"
    return facts.fact(name) if facts.has(name) else None


def _model_bytes(attributes: Attributes) -> float | None:
    size = high(attributes.model_size_gb)
    return None if size is UNKNOWN else size * 1e9


def _raise(
    rule_id: str, what: str, seen: float, limit: float, most: Fact, parameter: str, keys: tuple[str, ...]
) -> Finding:
    """The finding that a time-out has to be raised, or that even its longest value may not do."""
    longest = most.us("high")
    tail = "" if seen <= longest else f", longer than the longest time-out of {format_duration(longest)}"
    return Finding(
        rule_id, Outcome.conditions, f"{what} {format_duration(seen)}{tail}.",
        seen=seen, limit=limit, unit="us", margin=1 - seen / limit, facts=keys,
        remedy=f"Set {parameter}, up to {format_duration(longest)}."
        if not tail else "Make the model smaller, or load it in parts after the start.",
    )  # fmt: skip


@rule("STA001", "Model download against its time-out", ("start.model_download_per_s",))
def download(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A large model needs a longer download time-out.

    What it checks: the model's size against the size from which AWS says to raise the time-out.
    Why it matters: the endpoint fails to start although everything fits.
    Example: AWS says to raise it above {fact:real_time.model_download_size_default}.
    Exam tip: an endpoint that fails while it downloads points to a time-out, not to memory.
    """
    default, most = (_own(option, facts, f"model_download_{part}") for part in ("size_default", "timeout_range"))
    if default is None or most is None:
        return None
    size = _model_bytes(attributes)
    if size is None or size <= default.bytes():
        return None
    rate = facts.fact("start.model_download_per_s")
    seen, limit = (bytes_ / rate.number() * 1e6 for bytes_ in (size, default.bytes()))
    return _raise(
        "STA001", f"AWS says to raise the time-out above {default.text()}; {format_bytes(size)} download in about", seen, limit, most, "ModelDataDownloadTimeoutInSeconds",
        (default.id, most.id, rate.id),
    )  # fmt: skip


@rule("STA002", "Loading against the health check", ("start.model_download_per_s",))
def health_check(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A container that loads a large model answers its health check late.

    What it checks: the time to read the model, at the slow end of the download speed, against the default health check.
    Why it matters: an instance that does not answer in time is given up, again and again.
    Example: the container has {fact:real_time.container_health_check_default} unless the configuration says more.
    Exam tip: raise ContainerStartupHealthCheckTimeoutInSeconds for large models.
    """
    default, most = (_own(option, facts, f"container_health_check_{part}") for part in ("default", "range"))
    if default is None or most is None:
        return None
    size = _model_bytes(attributes)
    if size is None:
        return None
    rate = facts.fact("start.model_download_per_s")
    seen = size / rate.number("low") * 1e6
    if seen <= default.us():
        return None
    return _raise(
        "STA002", f"By default the health check waits {default.text()}; loading {format_bytes(size)} may take", seen,
        default.us(), most, "ContainerStartupHealthCheckTimeoutInSeconds", (default.id, most.id, rate.id),
    )  # fmt: skip


@rule("STA003", "Start-up against a fixed limit", ("startup_max", "serverless.cold_start_time"))
def fixed_start(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Where the time to start cannot be raised, a large model may never start.

    What it checks: an estimated cold start, at its slow end, against a limit that no setting changes.
    Why it matters: a start that is cut off begins again with the next request.
    Example: a serverless environment has {fact:serverless.startup_max} to download the model and answer its first check.
    Exam tip: large models and serverless do not go together.
    """
    fact = facts.of(option.name, "startup_max")
    if not fact.numeric or fact.adjustable != "no":
        return None
    size = _model_bytes(attributes)
    if size is None:
        return None
    start, more = facts.fact("serverless.cold_start_time"), facts.fact("serverless.cold_start_per_gb")
    seen = start.us("high") + more.number("high") * size / 1e9 * 1e6
    if seen <= fact.us():
        return None
    return Finding(
        "STA003", Outcome.conditions,
        f"A cold start may take {format_duration(seen)} with a model of {format_bytes(size)}; {fact.text()} are allowed.",
        seen=seen, limit=float(fact.us()), unit="us", margin=1 - seen / fact.us(), facts=(fact.id, start.id, more.id),
        remedy="Measure a cold start, make the model smaller, or use an option with instances.",
    )  # fmt: skip


@rule("STA004", "Largest model of an option", ("real_time.model_size_max",))
def model_size(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model may not be larger than the option serves.

    What it checks: the model's size against the largest that AWS names for the option.
    Why it matters: beyond it nobody promises that the download ends.
    Example: the feature table names {fact:real_time.model_size_max} for instances.
    Exam tip: none.
    """
    fact = _own(option, facts, "model_size_max")
    if fact is None or not fact.numeric:
        return None
    size = _model_bytes(attributes)
    if size is None:
        return None
    finding = limit_finding(
        "STA004", fact, size, limit=fact.bytes(), upper=fact.bytes_upper(), unit="bytes", subject="The model",
        remedy="Make the model smaller (quantise, distil), or split it over several endpoints.",
    )  # fmt: skip
    return None if finding.outcome is Outcome.notes else finding


@rule("STA005", "Volume for the model", ("billing.volume_default", "billing.volume_local_families"))
def volume(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model above the default volume needs a larger one, unless the type has a disk of its own.

    What it checks: the model's size against the default volume of the chosen type.
    Why it matters: the model is unpacked to that volume before it is loaded.
    Example: the default volume has {fact:billing.volume_default}.
    Exam tip: "no space left on device" at start-up points to VolumeSizeInGB.
    """
    span, kind = _own(option, facts, "volume_size_range"), facts.instances.get(option.instance_type)
    default, local = facts.fact("billing.volume_default"), facts.fact("billing.volume_local_families")
    if span is None or (kind is not None and kind.family in local.value):
        return None
    size = _model_bytes(attributes)
    if size is None or not default.bytes() < size <= span.bytes("high"):
        return None
    return Finding(
        "STA005", Outcome.notes if kind is None else Outcome.conditions,
        f"The model takes {format_bytes(size)}; a volume has {default.text()} by default, where the type has no disk of its own.",
        seen=size, limit=float(default.bytes()), unit="bytes", margin=1 - size / default.bytes(),
        facts=(default.id, local.id, span.id), remedy="Set VolumeSizeInGB to a little more than the model's size.",
    )  # fmt: skip

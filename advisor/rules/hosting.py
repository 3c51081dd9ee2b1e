"""Hosting: accelerator, memory, disk, image, streaming, isolation."""

from advisor.attributes import UNKNOWN, Attributes, Number, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.rules.features import feature
from advisor.units import format_bytes


@rule("HOST001", "Accelerator", ("supports_gpu",))
def accelerator(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A model that needs an accelerator needs an option, and an instance type, that has one.

    What it checks: `needs_gpu` against the option, and the accelerator of the chosen instance type.
    Why it matters: serverless environments have no accelerator, and a CPU type cannot run a GPU container.
    Example: a 7 B language model on a g5 instance; not on serverless.
    Exam tip: GPU rules out serverless, whatever else the question says.
    """
    finding = feature(
        "HOST001", attributes.needs_gpu, option, facts, "supports_gpu", "Accelerator (GPU)",
        "Run the model on CPU, or use an option with instances.",
    )  # fmt: skip
    kind = facts.instances.get(option.instance_type)
    if finding is None or finding.outcome is Outcome.blocks or kind is None or kind.gpu:
        return finding
    return Finding(
        "HOST001", Outcome.blocks, f"The model needs an accelerator; {kind.name} has none.",
        seen="needed", limit="none", facts=finding.facts, remedy="Choose an accelerated instance type.",
    )  # fmt: skip


def memory_limit(option: Option, facts: Facts) -> tuple[int, str]:
    """Bytes the option gives one model, and what gives them."""
    if option.memory_mib:
        return (
            option.memory_mib * 2**20,
            f"{format_bytes(option.memory_mib * 2**20, 'GiB')} of configured memory",
        )
    kind = facts.instances.get(option.instance_type)
    if kind is None:
        return 0, ""
    if kind.gpu:
        total = kind.accelerator_count * kind.accelerator_memory_bytes
        return total, f"{format_bytes(total, 'GiB')} of accelerator memory on {kind.name}"
    return kind.memory_bytes, f"{format_bytes(kind.memory_bytes, 'GiB')} of memory on {kind.name}"


@rule("HOST002", "Memory of the loaded model", ("model_memory_max",))
def memory(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The loaded model must fit the memory that serves it.

    What it checks: stated memory (else the size of the artefact) against the environment, the instance, or its accelerators.
    Why it matters: a model that does not fit fails at start-up, after the image was pulled.
    Example: serverless stops at {fact:serverless.model_memory_max}.
    Exam tip: a model of many GB rules out serverless before its traffic matters.
    """
    need = high(attributes.memory_gb)
    if need is UNKNOWN:
        need = high(attributes.model_size_gb)
    fact = facts.of(option.name, "model_memory_max")
    limit, words = memory_limit(option, facts)
    if not limit:
        return None
    if need is UNKNOWN:
        return Finding(
            "HOST002", Outcome.unknown, f"Memory of the model not stated; there are {words}.",
            limit=float(limit), unit="bytes", facts=(fact.id,), question="memory_gb",
        )  # fmt: skip
    seen = need * 1e9
    outcome = Outcome.notes if seen <= limit else Outcome.blocks
    word = "fits" if outcome is Outcome.notes else "does not fit"
    return Finding(
        "HOST002", outcome, f"The model needs {format_bytes(seen)}; it {word} {words}.",
        seen=seen, limit=float(limit), unit="bytes", margin=1 - seen / limit, facts=(fact.id,),
        remedy="" if outcome is Outcome.notes else "Choose more memory, a smaller or quantised model, or an option with larger instances.",
    )  # fmt: skip


def _disk(
    rule_id: str, subject: str, size: Number, option: Option, facts: Facts, attribute: str, remedy: str
) -> Finding | None:
    fact = facts.of(option.name, attribute)
    seen = high(size)
    if seen is UNKNOWN or not fact.applies or isinstance(fact.value, str):
        return None
    return limit_finding(
        rule_id,
        fact,
        seen * 1e9,
        limit=fact.bytes(),
        upper=fact.bytes_upper(),
        unit="bytes",
        subject=subject,
        remedy=remedy,
    )


@rule("HOST003", "Container image size", ("image_max",))
def image(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The container image must fit the option's limit.

    What it checks: stated image size against the limit, where the option has one of its own.
    Why it matters: several of AWS's own deep-learning images exceed the serverless limit.
    Example: serverless refuses images above {fact:serverless.image_max}.
    Exam tip: instance-backed options have no image limit of their own.
    """
    return _disk(
        "HOST003", "The container image", attributes.image_gb, option, facts, "image_max",
        "Use a slimmer image (CPU-only wheels), or an option with instances.",
    )  # fmt: skip


@rule("HOST004", "Model artefact against the disk", ("disk_max",))
def disk(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """The unpacked model artefact must fit the disk.

    What it checks: stated model size against the disk of an environment or the largest volume.
    Why it matters: the artefact is unpacked to disk before it is loaded.
    Example: a serverless environment has {fact:serverless.disk_max} of disk whatever its memory.
    Exam tip: disk does not grow with the configured memory.
    """
    return _disk(
        "HOST004", "The model artefact", attributes.model_size_gb, option, facts, "disk_max",
        "Compress or quantise the model, or use an option with instances.",
    )  # fmt: skip


@rule("HOST005", "Response streaming", ("response_streaming",))
def streaming(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A streamed answer needs an option that streams.

    What it checks: `streaming` against the option.
    Why it matters: without streaming the caller sees nothing until the last token.
    Example: a chat model that shows words as they come.
    Exam tip: streaming is a call of its own, with a longer time-out ({fact:real_time.invocation_timeout_streaming}).
    """
    return feature(
        "HOST005", attributes.streaming, option, facts, "response_streaming", "Response streaming",
        "Return the whole answer at once, or use real-time.",
    )  # fmt: skip


@rule("HOST006", "Network isolation", ("supports_network_isolation",))
def network_isolation(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A container that may make no network call needs network isolation.

    What it checks: `network_isolation` against the option.
    Why it matters: regulated models must not call out.
    Example: a purchased model that must not send data home.
    Exam tip: serverless has neither VPC nor network isolation.
    """
    return feature(
        "HOST006", attributes.network_isolation, option, facts, "supports_network_isolation", "Network isolation",
        "Use an option with instances.",
    )  # fmt: skip


@rule("HOST007", "Data capture", ("supports_data_capture",))
def data_capture(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Captured requests and answers need an option that captures.

    What it checks: `data_capture` against the option.
    Why it matters: Model Monitor reads what data capture writes.
    Example: drift detection on live traffic.
    Exam tip: Model Monitor points to real-time or batch transform.
    """
    return feature(
        "HOST007", attributes.data_capture, option, facts, "supports_data_capture", "Data capture",
        "Log requests and answers in the container or the caller.",
    )  # fmt: skip

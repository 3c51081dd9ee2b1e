"""Configuration: parameters of an endpoint that exclude each other, or miss one another."""

from advisor.attributes import Attributes
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, rule
from advisor.settings import Settings

_SCHEMES = ("s3://", "https://")


def serverless(option: Option, settings: Settings) -> bool:
    """The endpoint configuration has a ServerlessConfig."""
    return option.memory_mib > 0 if settings.serverless is None else settings.serverless


def asynchronous(option: Option, settings: Settings, facts: Facts) -> bool:
    """The endpoint configuration has an AsyncInferenceConfig."""
    return facts.has(f"{option.name}.output_to_s3") if settings.asynchronous is None else settings.asynchronous


@rule("CFG001", "Warm environments within the most at once", ("configuration.provisioned_within_max_concurrency",))
def provisioned(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A serverless endpoint cannot keep more environments warm than it may have.

    What it checks: ProvisionedConcurrency against MaxConcurrency.
    Why it matters: the SDK and templates let it pass, the service refuses it.
    Example: ten kept warm on an endpoint that may answer five at once.
    Exam tip: MaxConcurrency bounds an endpoint, {fact:serverless.max_concurrency} at most; ProvisionedConcurrency is a part of it.
    """
    fact = facts.fact("configuration.provisioned_within_max_concurrency")
    warm, most = option.provisioned_concurrency, option.max_concurrency
    if not most or warm <= most or fact.value is not True:
        return None
    return Finding(
        "CFG001", Outcome.blocks, f"ProvisionedConcurrency is {warm:,}, MaxConcurrency is {most:,}.",
        seen=float(warm), limit=float(most), unit="requests", margin=1 - warm / most, facts=(fact.id,),
        remedy=f"Set ProvisionedConcurrency to {most:,} at most, or raise MaxConcurrency.",
    )  # fmt: skip


@rule("CFG002", "Serverless beside instances", ("configuration.serverless_excludes_instances",))
def two_capacities(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A production variant is serverless or runs on instances, not both.

    What it checks: ServerlessConfig together with InstanceType, InitialInstanceCount or InstancePools.
    Why it matters: the SDK and templates let it pass, the service refuses it.
    Example: a ServerlessConfig added to a variant that still names its instance type.
    Exam tip: with serverless, nobody chooses instances.
    """
    settings, fact = option.settings, facts.fact("configuration.serverless_excludes_instances")
    if settings is None or not serverless(option, settings) or fact.value is not True:
        return None
    given = {
        "InstanceType": option.instance_type, "InitialInstanceCount": option.instances,
        "InstancePools": settings.instance_pools,
    }  # fmt: skip
    extra = " and ".join(name for name, value in given.items() if value)
    if not extra:
        return None
    return Finding(
        "CFG002", Outcome.blocks, f"ServerlessConfig stands beside {extra}.",
        seen="both", limit="one of them", facts=(fact.id,), remedy=f"Leave out {extra}, or ServerlessConfig.",
    )  # fmt: skip


@rule("CFG003", "Serverless and asynchronous at once", ("configuration.serverless_excludes_async",))
def serverless_queue(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An asynchronous endpoint runs on instances.

    What it checks: ServerlessConfig together with AsyncInferenceConfig.
    Why it matters: the SDK and templates let it pass, the service refuses it.
    Example: an idle queue that should cost nothing: it scales to {fact:async.minimum_instances} instead.
    Exam tip: async and serverless both reach zero, each in its own way; no endpoint is both.
    """
    settings, fact = option.settings, facts.fact("configuration.serverless_excludes_async")
    if settings is None or not serverless(option, settings) or fact.value is not True:
        return None
    if not asynchronous(option, settings, facts):
        return None
    return Finding(
        "CFG003", Outcome.blocks, "ServerlessConfig stands beside AsyncInferenceConfig.",
        seen="both", limit="one of them", facts=(fact.id,),
        remedy="Leave one of them out; an asynchronous endpoint names InstanceType and scales to zero.",
    )  # fmt: skip


@rule("CFG004", "Neither serverless nor instances", ("configuration.variant_needs_capacity", "keeps_endpoint"))
def no_capacity(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A production variant says what it runs on.

    What it checks: that InstanceType, InstancePools or ServerlessConfig is there.
    Why it matters: each is optional for the SDK, so nothing complains until the service does.
    Example: a variant with a name, a model and a weight only.
    Exam tip: none.
    """
    settings, fact = option.settings, facts.fact("configuration.variant_needs_capacity")
    if settings is None or fact.value is not True or facts.of(option.name, "keeps_endpoint").value is not True:
        return None
    if serverless(option, settings) or option.instance_type or settings.instance_pools:
        return None
    return Finding(
        "CFG004", Outcome.blocks, "The production variant has neither InstanceType nor ServerlessConfig.",
        seen="neither", limit="one of them", facts=(fact.id,),
        remedy="Write InstanceType with InitialInstanceCount, or ServerlessConfig with MemorySizeInMB and MaxConcurrency.",
    )  # fmt: skip


@rule("CFG005", "Where asynchronous answers go", ("configuration.output_path_left_out",))
def output_path(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Answers of an asynchronous endpoint go to S3, so it needs a place there.

    What it checks: S3OutputPath of the OutputConfig, and that it is an S3 address.
    Why it matters: the caller never gets the answer itself, only where it will lie.
    Example: an OutputConfig with notification topics and no path.
    Exam tip: async returns an output location in S3; topics only announce it.
    """
    settings = option.settings
    if settings is None or not asynchronous(option, settings, facts):
        return None
    fact, path = facts.fact("configuration.output_path_left_out"), settings.output_path
    remedy = "Write S3OutputPath as s3://bucket/prefix."
    if not path:
        return Finding(
            "CFG005", Outcome.conditions, f"OutputConfig has no S3OutputPath: {fact.value}.",
            seen="no S3OutputPath", limit="an S3 address", facts=(fact.id,), remedy=remedy,
        )  # fmt: skip
    if path.startswith(_SCHEMES):
        return None
    return Finding(
        "CFG005", Outcome.blocks, f"S3OutputPath is {path!r}, which is no S3 address.",
        seen=path, limit="an S3 address", facts=(fact.id,), remedy=remedy,
    )  # fmt: skip


@rule("CFG008", "Input of an asynchronous call", ("configuration.async_takes_one_input", "async.payload_inline"))
def one_input(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An asynchronous call carries its input or says where it lies in S3, not both and not neither.

    What it checks: Body and InputLocation of InvokeEndpointAsync.
    Why it matters: both are optional for the SDK, and the service refuses both and neither.
    Example: up to {fact:async.payload_inline} fit in Body, more goes through S3.
    Exam tip: large asynchronous payloads are uploaded to S3 first.
    """
    settings, fact = option.settings, facts.fact("configuration.async_takes_one_input")
    if settings is None or not settings.invoked or fact.value is not True:
        return None
    body, location = settings.body_bytes is not None, bool(settings.input_location)
    if body is not location:
        return None
    inline = facts.fact("async.payload_inline")
    said = "both Body and InputLocation" if body else "neither Body nor InputLocation"
    return Finding(
        "CFG008", Outcome.blocks, f"InvokeEndpointAsync has {said}.",
        seen="both" if body else "neither", limit="one of them", facts=(fact.id, inline.id),
        remedy=f"Write Body up to {inline.text()}, InputLocation for more.",
    )  # fmt: skip


@rule("CFG009", "Weights that send nothing anywhere", ("splits_traffic",))
def weights(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Traffic is shared in proportion to the weights of the variants, so one must be above zero.

    What it checks: InitialVariantWeight of all production variants.
    Why it matters: the share of a variant is its weight over the sum of all.
    Example: weights 1 and 0 keep a second version ready without traffic; 0 and 0 share nothing.
    Exam tip: weights are shares, not percentages: 2 and 1 send two thirds to the first.
    """
    settings = option.settings
    if settings is None or not settings.weights or sum(settings.weights) > 0:
        return None
    return Finding(
        "CFG009", Outcome.conditions, "InitialVariantWeight of every production variant is 0: no share can be computed.",
        seen=0.0, limit="one above zero", facts=(facts.of(option.name, "splits_traffic").id,),
        remedy="Give at least one variant an InitialVariantWeight above 0.",
    )  # fmt: skip

"""Several models: sharing a container, sharing a fleet, scaling apart, running in a row."""

from advisor.attributes import UNKNOWN, Attributes, high
from advisor.facts import Facts
from advisor.options import Option
from advisor.rules._rule import Finding, Outcome, limit_finding, rule
from advisor.rules.hosting import memory_limit
from advisor.units import format_bytes

_APART = "Give each model an endpoint of its own, or use inference components."


@rule("MOD001", "Number of containers", ("model_sharing",))
def containers(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Models with a container each must fit the number of containers of one endpoint.

    What it checks: `n_models` against the containers an endpoint may hold, and that a series has more than one.
    Why it matters: every container is loaded on every instance, so AWS bounds their number.
    Example: hundreds of models do not fit an endpoint of {fact:multi_container.containers_max} containers.
    Exam tip: few models with different frameworks point to a multi-container endpoint, many alike to a multi-model one.
    """
    sharing = facts.of(option.name, "model_sharing")
    count = high(attributes.n_models)
    if sharing.value not in {"containers", "series"} or count is UNKNOWN:
        return None
    if sharing.value == "series" and attributes.chained is not True:
        return None
    name = "containers_range" if sharing.value == "series" else "containers_max"
    fact = facts.of(option.name, name)
    most = fact.number("high")
    return limit_finding(
        "MOD001", fact, count, limit=most, unit="containers", subject="One container for each model",
        remedy="Serve alike models from one shared container (multi-model), or use inference components.",
    )  # fmt: skip


@rule("MOD002", "One container for all models", ("model_sharing",))
def shared_container(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Models that share one container must run in the same one.

    What it checks: `n_frameworks` and `models_similar` where all models are served by one container.
    Why it matters: a model of another framework cannot be loaded by that container.
    Example: a TensorFlow and a PyTorch model do not share a multi-model endpoint.
    Exam tip: "same framework" points to multi-model, "different frameworks" to multi-container.
    """
    fact = facts.of(option.name, "model_sharing")
    if fact.value != "one_container":
        return None
    if attributes.chained is True:  # MOD004 speaks of that
        return None
    frameworks, similar, count = high(attributes.n_frameworks), attributes.models_similar, high(attributes.n_models)
    if frameworks is not UNKNOWN and frameworks > 1:
        return Finding(
            "MOD002", Outcome.blocks, f"The models need {frameworks:,.0f} different containers; all share one here.",
            seen=frameworks, limit=1.0, unit="containers", margin=1 - frameworks, facts=(fact.id,),
            remedy="Use a multi-container endpoint or inference components, or bring the models into one container.",
        )  # fmt: skip
    if similar is False and frameworks is UNKNOWN:
        return Finding(
            "MOD002", Outcome.unknown, "The models are not alike; whether one container can serve them is not stated.",
            facts=(fact.id,), question="n_frameworks",
        )  # fmt: skip
    if similar is False:
        return Finding(
            "MOD002", Outcome.conditions, "The models are not alike in size or speed: slow ones hold up the others.",
            seen="not alike", limit="alike", facts=(fact.id,), remedy="Group the models that are alike.",
        )  # fmt: skip
    if count is not UNKNOWN and count > 1 and similar is UNKNOWN and frameworks is UNKNOWN:
        return Finding(
            "MOD002", Outcome.unknown, "Whether the models share framework and container is not stated.",
            facts=(fact.id,), question="models_similar",
        )  # fmt: skip
    return None


@rule("MOD003", "Capacity of its own for each model", ("scales_models_apart",))
def scaling_apart(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Models that must scale one by one need capacity of their own.

    What it checks: `per_model_scaling` against whether one model can scale without the others.
    Why it matters: a shared fleet scales for all its models together.
    Example: three language models, each with its own accelerators and number of copies.
    Exam tip: "scale each model independently on one endpoint" is inference components.
    """
    if attributes.per_model_scaling is not True:
        return None
    fact = facts.of(option.name, "scales_models_apart")
    if fact.value is True:
        return Finding("MOD003", Outcome.notes, "Each model scales by itself.", facts=(fact.id,))
    return Finding(
        "MOD003", Outcome.blocks, "Each model must scale by itself; here all scale together.",
        seen="each by itself", limit="all together", facts=(fact.id,), remedy=_APART,
    )  # fmt: skip


@rule("MOD004", "Several containers in a row", ("serial_containers",))
def series(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """A request that passes several containers needs an option that runs them in a row.

    What it checks: `chained` against whether the option runs containers in series.
    Why it matters: otherwise the caller makes one call for each step, and pays the way each time.
    Example: tokeniser, transformer and label formatter as {fact:inference_pipeline.model_sharing}.
    Exam tip: preprocessing, prediction and postprocessing in separate containers is an inference pipeline.
    """
    fact = facts.of(option.name, "serial_containers")
    only_series = facts.of(option.name, "model_sharing").value == "series"
    if attributes.chained is True:
        if fact.value == "yes":
            return Finding("MOD004", Outcome.notes, "Runs the containers in a row for each request.", facts=(fact.id,))
        if fact.value == "in_caller":
            return Finding(
                "MOD004", Outcome.conditions, "One container answers: the steps must be merged, or called one by one.",
                seen="several in a row", limit="one container", facts=(fact.id,),
                remedy="Put all steps into one container, or use an inference pipeline.",
            )  # fmt: skip
        return Finding(
            "MOD004", Outcome.blocks, "Containers in a row are not offered here.",
            seen="several in a row", limit="not offered", facts=(fact.id,),
            remedy="Use an inference pipeline, or put all steps into one container.",
        )  # fmt: skip
    if not only_series:
        return None
    several = high(attributes.n_models)
    if attributes.chained is False and several is not UNKNOWN and several > 1:
        return Finding(
            "MOD004", Outcome.blocks, "The models are called one at a time; here every request passes all of them.",
            seen="one at a time", limit="all in a row", facts=(fact.id,),
            remedy="Use a multi-container endpoint, which calls each container by name.",
        )  # fmt: skip
    if attributes.chained is UNKNOWN and several is not UNKNOWN and several > 1:
        return Finding(
            "MOD004", Outcome.unknown, "Whether a request passes several models in a row is not stated.",
            facts=(fact.id,), question="chained",
        )  # fmt: skip
    return None


@rule("MOD005", "One endpoint for each model", ("model_sharing",))
def one_each(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """An option that serves one model needs as many endpoints, jobs or fleets as there are models.

    What it checks: `n_models` where nothing is shared.
    Why it matters: each fleet keeps its own fewest instances, busy or not.
    Example: a model for each city, each called rarely.
    Exam tip: "many models, rarely called, lowest cost" points to a multi-model endpoint.
    """
    fact = facts.of(option.name, "model_sharing")
    count = high(attributes.n_models)
    if fact.value != "none" or count is UNKNOWN or count <= 1 or attributes.chained is True:
        return None
    return Finding(
        "MOD005", Outcome.notes, f"One of these for each of the {count:,.0f} models; each bills by itself.",
        seen=count, limit=1.0, unit="models", facts=(fact.id,), remedy="Share a fleet where the models allow it.",
    )  # fmt: skip


@rule("MOD006", "Memory of all models together", ("model_sharing", "model_memory_max"))
def all_loaded(attributes: Attributes, option: Option, facts: Facts) -> Finding | None:
    """Models in containers of their own are all loaded on every instance, so that all must fit its memory.

    What it checks: stated memory of one model times `n_models` against the instance, or its accelerators.
    Why it matters: the last container fails at start-up, and with it the instance.
    Example: containers, up to {fact:multi_container.containers_max} of them, share the memory of one instance.
    Exam tip: more models than fit in memory point to a multi-model endpoint, which loads what is called.
    """
    sharing = facts.of(option.name, "model_sharing").value
    count, need = high(attributes.n_models), high(attributes.memory_gb)
    together = sharing == "containers" or (sharing == "series" and attributes.chained is True)
    if not together or count is UNKNOWN or count <= 1 or need is UNKNOWN:
        return None
    limit, words = memory_limit(option, facts)
    if not limit:
        return None
    seen, fact = count * need * 1e9, facts.of(option.name, "model_memory_max")
    fits = seen <= limit
    return Finding(
        "MOD006", Outcome.notes if fits else Outcome.blocks,
        f"{count:,.0f} models need {format_bytes(seen)} together; they {'fit' if fits else 'do not fit'} {words}.",
        seen=seen, limit=float(limit), unit="bytes", margin=1 - seen / limit, facts=(fact.id,),
        remedy="" if fits else "Choose a larger type, or an option that loads models when they are called.",
    )  # fmt: skip

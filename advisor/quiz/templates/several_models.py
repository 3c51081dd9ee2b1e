"""Several models, and foundation models: which way of hosting serves them; frameworks, order, scaling and streaming decide."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from advisor.quiz.choosing import pick_wrong, right_choice, wrong_choice
from advisor.quiz.judged import Judged
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import tell

_SHARING: Final = (
    "multi_model",
    "multi_container",
    "inference_pipeline",
    "inference_components",
    "inference_components_zero",
)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What a target draws: the option that serves it, what is said, what decides and what people take instead."""

    key: str
    said: Callable[[Random], dict[str, Any]]
    deciding: tuple[str, ...]
    plausible: tuple[str, ...] = _SHARING
    lesson: str = ""


def _several(rng: Random) -> int:
    return rng.randint(3, 11)


_MODELS: Final[dict[str, _Recipe]] = {
    "alike": _Recipe(
        "multi_model", lambda rng: {"n_models": rng.randrange(24, 190), "models_similar": True, "immediate_response": True}, ("n_models",),
        lesson="Models of one framework can share a container, which loads a model when it is called; containers of their own are bounded in number.",
    ),
    "frameworks": _Recipe(
        "multi_container", lambda rng: {"n_models": (count := _several(rng)), "n_frameworks": count, "models_similar": False, "immediate_response": True},
        ("n_models",), lesson="Different frameworks need different containers; called by name they stand side by side on one endpoint.",
    ),
    "in-order": _Recipe(
        "inference_pipeline", lambda rng: {"n_models": rng.randint(2, 5), "chained": True, "immediate_response": True}, ("n_models",),
        lesson="A series of containers in one call is an inference pipeline.",
    ),
    "one-by-one": _Recipe(
        "inference_components", lambda rng: {"n_models": rng.randint(2, 8), "per_model_scaling": True, "immediate_response": True}, ("n_models",),
        lesson="Only components give each model on a shared fleet capacity of its own.",
    ),
    "accelerated": _Recipe(
        "inference_components", lambda rng: {"n_models": (count := rng.randint(2, 6)), "n_frameworks": count, "models_similar": False, "needs_gpu": True},
        ("n_models",), (*_SHARING, "serverless"), "Multi-container endpoints have no accelerators, and one shared container has one framework.",
    ),
    "one-by-one-zero": _Recipe(
        "inference_components_zero", lambda rng: {"n_models": rng.randint(2, 8), "per_model_scaling": True, "scale_to_zero": True, "immediate_response": True},
        ("n_models",), lesson="Components can give up their last copy and their last instance; what names its model in the variant cannot.",
    ),
}  # fmt: skip
_FOUNDATION: Final[dict[str, _Recipe]] = {
    "word-by-word": _Recipe(
        "real_time", lambda rng: {"streaming": True, "model_size_gb": float(rng.randrange(14, 60, 2)), "needs_gpu": True}, ("model_size_gb",),
        ("serverless", "async", "batch_transform", "serverless_provisioned"), "Streaming and accelerators together leave endpoints on instances that are called synchronously.",
    ),
    "long-answers": _Recipe(
        "async", lambda rng: {"processing_s": float(rng.randrange(120, 840, 20)), "immediate_response": False, "needs_gpu": True}, ("processing_s",),
        ("real_time", "serverless", "inference_components", "inference_components_zero", "multi_model"), "Minutes of work on an accelerator, and a caller who comes back for the result: an asynchronous endpoint.",
    ),
    "shared-accelerators": _Recipe(
        "inference_components", lambda rng: {"n_models": rng.randint(2, 5), "per_model_scaling": True, "streaming": True}, ("n_models",),
        (*_SHARING, "serverless", "async"), "Several language models on shared accelerators, each with copies of its own, are inference components.",
    ),
    "no-idle-bill": _Recipe(
        "inference_components_zero", lambda rng: {"streaming": True, "scale_to_zero": True, "model_size_gb": float(rng.randrange(14, 60, 2))}, ("model_size_gb",),
        ("real_time", "serverless", "async", "inference_components", "multi_model"), "A streamed answer and nothing to pay between calls leave components at zero; their calls fail until a copy is up.",
    ),
}  # fmt: skip


def _drawn(draw: Draw, recipe: _Recipe) -> Drawn | None:
    rng = draw.rng
    said = recipe.said(rng)
    judged = Judged(said, draw.facts)
    if not judged.fits(recipe.key):
        return None
    names = pick_wrong(judged, rng, 3, draw.difficulty, recipe.plausible) or pick_wrong(
        judged, rng, 3, 2, recipe.plausible
    )
    if names is None:
        return None
    choices = (
        right_choice(judged, recipe.key, deciding=recipe.deciding),
        *(wrong_choice(judged, name) for name in names),
    )
    return Drawn(
        tell(rng, said, draw.difficulty, deciding=recipe.deciding).text, rng.choice(_QUESTIONS), choices, recipe.lesson,
        tuple(dict.fromkeys(choice.source for choice in choices)), brief=tuple(said.items()),
    )  # fmt: skip


_QUESTIONS: Final = (
    "Which way of hosting serves this?", "Where can this be hosted?", "Which of these does what is asked?",
)  # fmt: skip


@template("several-models", type="single", topic="models", task="3.1", targets=tuple(_MODELS), weight=5)
def several_models(draw: Draw) -> Drawn | None:
    """One way of sharing serves the models; each other one is refused by a rule."""
    return _drawn(draw, _MODELS[draw.target])


@template("foundation-model", type="single", topic="foundation", task="3.1", targets=tuple(_FOUNDATION), weight=4)
def foundation_model(draw: Draw) -> Drawn | None:
    """One way of hosting serves the language model; each other one is refused by a rule."""
    return _drawn(draw, _FOUNDATION[draw.target])

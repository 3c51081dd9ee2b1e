"""Which options can serve a workload: two or three of five."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from advisor.quiz.bases import because, clear, dated, far, judge, tips
from advisor.quiz.choosing import pick_wrong, right_choice, wrong_choice
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged
from advisor.quiz.needs import Asked, asked, needs
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import tell
from advisor.units import NBSP

_ONE: Final = ("real_time", "serverless", "serverless_provisioned", "async", "batch_transform", "inference_components", "inference_components_zero")  # fmt: skip
"""What somebody would think of for one model."""
_SEVERAL: Final = ("real_time", "serverless", "multi_model", "multi_container", "inference_pipeline", "inference_components", "inference_components_zero")  # fmt: skip
"""What somebody would think of for several."""
_TARGETS: Final = (
    "payload", "response", "processing", "artefact", "memory", "image", "concurrency", "accelerator", "vpc", "isolation",
    "capture", "marketplace", "registry", "uncompressed", "zero", "apart", "kinds", "connected",
)  # fmt: skip
_OF_MODELS: Final = {"apart", "kinds"}
_EXTRAS: Final = ("processing", "payload", "response", "memory", "accelerator", "vpc", "zero", "registry")
_COUNTS: Final = {2: "TWO", 3: "THREE"}
_FAR: Final = 0.2
_WAITS: Final = 0.4
"""How often the stem says that a first call may wait."""


def _drawn(draw: Draw) -> tuple[list[Asked], Mapping[str, Any]]:
    """The need that decides, others beside it, and what is said in all."""
    rng, known = draw.rng, needs()
    names = [draw.target]
    others = [name for name in _EXTRAS if name != draw.target]
    names += rng.sample(others, rng.choice(((1, 2), (0, 1, 2), (0, 1))[draw.difficulty - 1]))
    wanted = [asked(known[name], rng, draw.facts, draw.difficulty) for name in names]
    said: dict[str, Any] = {
        "immediate_response": True
    }  # whoever can only answer later is refused for what the stem says
    if draw.target != "connected" and rng.random() < 0.6:
        said["immediate_response"] = False
        if draw.target not in _OF_MODELS and rng.random() < 0.6:
            said |= {
                "dataset_records": float(rng.randrange(2_000, 900_000, 1_000)),
                "offline_ok": True,
                "traffic": "offline",
            }
    if rng.random() < _WAITS:
        said["cold_start_ok"] = True
    for one in wanted:
        said |= {**one.need.beside, **one.said}
    if draw.target in _OF_MODELS:
        said["n_models"] = float(rng.randint(3, 12))
    elif not any(isinstance(value, float) for value in said.values()):
        said["rps_peak"] = rng.randint(2, 80) / rng.choice((2, 4, 5))  # a number, if only one of no weight
    return wanted, said


@template("serve", type="multiple", topic="options", task="3.1", targets=_TARGETS, weight=6)
def serve(draw: Draw) -> Drawn | None:
    """Two or three of five options fit; the others are refused."""
    rng = draw.rng
    wanted, said = _drawn(draw)
    judged = judge(draw.facts, said)
    pool = [
        name
        for name in (_SEVERAL if draw.target in _OF_MODELS else _ONE)
        if draw.facts.of(name, "at_zero").value != "fail" or said.keys() & {"scale_to_zero", "cold_start_ok"}
    ]
    right = [name for name in pool if clear(judged, name) and (draw.difficulty > 2 or far(judged, name, _FAR))]
    many = rng.choice((2, 2, 3))
    ruled = {found.rule for found in judged.refused().values()}
    if len(right) < many or wanted[0].need.rule not in ruled:
        return None
    wrong = pick_wrong(judged, rng, 5 - many, draw.difficulty, pool)
    if wrong is None or not set(wrong) <= set(pool) or not any(_decides(judged, name, wanted[0]) for name in wrong):
        return None
    deciding = [name for one in wanted for name in one.said]
    try:
        told = tell(rng, said, draw.difficulty, deciding=deciding).text
    except ValueError:  # no scene is that large or slow
        return None
    fitting = rng.sample(right, many)
    choices = (
        *(_fitting(judged, name, wanted[0], deciding) for name in fitting),
        *(wrong_choice(judged, name) for name in wrong),
    )
    day = dated([found for name in wrong for found in judged.against(name)], draw.facts) if draw.difficulty == 3 else ""
    return Drawn(
        "\n\n".join(part for part in (told, day) if part),
        f"Which of these can serve this workload? Choose {_COUNTS[many]}.",
        choices, tips((choice.rule for choice in choices if not choice.correct), draw.facts),
        tuple(dict.fromkeys(choice.source for choice in choices)), brief=tuple(said.items()),
    )  # fmt: skip


def _fitting(judged: Judged, name: str, wanted: Asked, deciding: list[str]) -> Choice:
    """A right choice; its reason speaks of the number that decides, even where no rule says a word on it."""
    choice = right_choice(judged, name, deciding=deciding)
    spoken = wanted.value.replace(NBSP, " ") in choice.reason.replace(NBSP, " ")
    if not wanted.value or spoken or wanted.need.kind in {"count", "calls"}:
        return choice
    reason, source, _ = because(wanted, judged, name, judged.facts)
    return replace(choice, reason=f"{reason} {choice.reason}" if choice.rule else reason, source=source)


def _decides(judged: Judged, name: str, wanted: Asked) -> bool:
    return any(found.rule == wanted.need.rule for found in judged.against(name))

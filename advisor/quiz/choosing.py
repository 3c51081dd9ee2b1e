"""Choosing: options that were judged become choices, each with its reason, source and rule."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged
from advisor.quiz.sources import page_of, source_of
from advisor.rules import Finding

__all__ = [
    "about",
    "limits_against",
    "none_choice",
    "pick_wrong",
    "quiz_title",
    "right_choice",
    "told_apart",
    "wrong_choice",
]

_ABOUT: Final[dict[str, tuple[str, ...]]] = {
    "payload_mb": ("PAY001",), "response_mb": ("PAY002",), "processing_s": ("TIM001",), "immediate_response": ("TIM005",),
    "needs_gpu": ("HOST001",), "memory_gb": ("HOST002",), "image_gb": ("HOST003",), "model_size_gb": ("HOST004",),
    "streaming": ("HOST005",), "network_isolation": ("HOST006",), "data_capture": ("HOST007",), "marketplace": ("HOST008",),
    "private_registry": ("HOST009",), "uncompressed_model": ("HOST010",), "guarded_rollout": ("HOST011",),
    "vpc_required": ("NET001",), "cold_start_ok": ("COLD001",), "scale_to_zero": ("SCA006",), "idle_periods": ("SCA002",),
    "n_models": ("MOD001", "MOD002"), "n_frameworks": ("MOD002", "MOD001"), "chained": ("MOD004",), "per_model_scaling": ("MOD003",),
    "release_need": ("REL001", "REL002"), "dataset_records": ("DEL001",), "offline_ok": ("DEL001",),
    "persistent_endpoint": ("DEL002",), "completion_slo_s": ("STA006",), "instance_quota": ("QUO001",),
}  # fmt: skip
"""The rules that read an attribute first of all."""
_REASONS: Final = 3
"""Sentences of a reason, at most."""


_MARGIN: Final = 0.2
"""The share of a limit from which on a number is far from it."""
_FIRST: Final = "real_time"
_NOTHING: Final = "Every option breaks one of the requirements."
_RELEASES: Final = frozenset({"production_variants", "shadow_variant"})
_SHARED: Final = frozenset({"multi_model", "multi_container", "inference_pipeline"})


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    return read_toml(data_folder() / "quiz" / "titles.toml")


@lru_cache(maxsize=1)
def _meets() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_toml(data_folder() / "quiz" / "meets.toml")["meets"])


def quiz_title(name: str) -> str:
    """What a choice calls an option: titles of like length, so that none gives the key away.

    >>> quiz_title("real_time")
    'A real-time SageMaker AI endpoint'
    """
    return str(_titles()[name])


def about(attribute: str) -> tuple[str, ...]:
    """Ids of the rules that read an attribute first of all; none where no rule decides by it.

    >>> about("payload_mb")
    ('PAY001',)
    """
    return _ABOUT.get(attribute, ())


def _met(judged: Judged, name: str, needs: Collection[str]) -> tuple[list[str], list[Finding]]:
    """How an option meets needs, in sentences, and the findings that say so."""
    verdict, texts, found = judged.verdict(name), [], []
    for need in needs:
        own = [one for one in verdict.findings if one.rule in about(need)]
        if own:
            texts.append(own[0].message)
            found.append(own[0])
            continue
        value = judged.said.get(need)
        for row in _meets():
            if row["attribute"] == need and row.get("option", name) == name and row.get("value", value) == value:
                number = {need: f"{value:,g}"} if isinstance(value, float | int) else {}
                texts.append(str(row["text"]).format(**number))
    return list(dict.fromkeys(texts)), found


def right_choice(judged: Judged, name: str, *, deciding: Collection[str] = (), text: str = "") -> Choice:
    """The choice of an option that fits; its reason says which stated needs it meets, with the numbers.

    Arguments: `deciding` are attributes that are spoken of first, before the others that were said; `text` is what the
    choice says where that is not the option's title.
    """
    needs = tuple(dict.fromkeys((*deciding, *(need for need, value in judged.said.items() if value is not None))))
    texts, found = _met(judged, name, needs)
    first = found[0] if found else None
    reason = " ".join(texts[:_REASONS]) or "Nothing that was stated speaks against it."
    page = source_of(first, judged.facts, name) if first else page_of(name)
    return Choice(text or quiz_title(name), True, reason, page, first.rule if first else "", name)


def wrong_choice(judged: Judged, name: str, *, text: str = "", rule: str = "") -> Choice:
    """The choice of an option that is refused; its reason is the finding that refuses it.

    Arguments: `rule`, the finding to give as the reason where several speak against it. Raises ValueError for an option
    that is not refused in both profiles.
    """
    if judged.refusal(name) is None:
        raise ValueError(f"{name} is not refused")
    found = next((one for one in judged.against(name) if one.rule == rule), spoken_against(judged, name)[0])
    page = source_of(found, judged.facts, name)
    return Choice(text or quiz_title(name), False, found.message, page, found.rule, name, f"{found.rule}/{name}")


def none_choice(judged: Judged) -> Choice:
    """The choice that nothing fits; its reason is what speaks against the option that people would take first.

    Raises ValueError where an option fits, or where that is open.
    """
    if len(judged.refused()) < len(judged.sides[0]):
        raise ValueError("an option is not refused")
    found = judged.against(_FIRST)[0]
    reason = f"{_NOTHING} {quiz_title(_FIRST)}, for one: {found.message}"
    return Choice(quiz_title("none"), True, reason, source_of(found, judged.facts, _FIRST), found.rule, "none")


def limits_against(judged: Judged, names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the facts whose numbers refuse these options, each once."""
    found = (one for name in names for one in spoken_against(judged, name) if one.margin is not None and one.facts)
    return tuple(dict.fromkeys(one.facts[0] for one in found))


def spoken_against(judged: Judged, name: str) -> tuple[Finding, ...]:
    """What refuses an option by an attribute that was said; everything that refuses it where nothing else does."""
    said = {rule for attribute, value in judged.said.items() if value is not None for rule in about(attribute)}
    every = judged.against(name)
    return tuple(one for one in every if one.rule in said) or every


def _near(found: Finding) -> bool:
    """Within 20 % of its limit."""
    return found.margin is not None and abs(found.margin) < _MARGIN


def _beside(judged: Judged, name: str) -> bool:
    """It answers another question than the scenario puts: several models or a release, where there is neither."""
    said = judged.said
    if name in _RELEASES:
        return said.get("release_need") is None
    return name in _SHARED and (said.get("n_models") or 1) == 1


def pick_wrong(
    judged: Judged,
    rng: Random,
    count: int,
    difficulty: int,
    plausible: Collection[str] = (),
    avoid: Collection[str] = (),
) -> tuple[str, ...] | None:
    """Names of options that are refused in both profiles, for wrong choices; None where there are too few.

    Arguments: at difficulty 3 exactly one finding speaks against each; below it none is refused by a number within 20 %
    of its limit; at difficulty 1 those with several findings come first. `plausible` are names that people take for the
    key; they come first. `avoid` are names that are never taken. Different rules come before equal ones.
    """
    usable = []
    for name in judged.refused():
        against = spoken_against(judged, name)
        if name not in avoid and (len(against) == 1 if difficulty > 2 else not any(map(_near, against))):
            usable.append(name)
    if len(usable) < count:
        return None
    rng.shuffle(usable)
    usable.sort(
        key=lambda name: (
            _beside(judged, name) and name not in plausible,
            difficulty == 1 and len(spoken_against(judged, name)) == 1,
            name not in plausible,
        )
    )
    picked: list[str] = []
    rules: set[str] = set()
    for fresh in (True, False):
        for name in usable:
            own = {one.rule for one in spoken_against(judged, name)}
            if len(picked) < count and name not in picked and not (fresh and own <= rules):
                picked.append(name)
                rules.add(min(own - rules, default=""))
    return tuple(picked)


def told_apart(judged: Judged, names: Iterable[str]) -> dict[str, str]:
    """A rule that speaks against each of these options: another one for each, where that can be had."""
    given: dict[str, str] = {}
    for name in sorted(names, key=lambda name: len(spoken_against(judged, name))):
        own = [one.rule for one in spoken_against(judged, name)]
        given[name] = next((rule for rule in own if rule not in given.values()), own[0])
    return {name: given[name] for name in names}

"""Choosing: options that were judged become choices, each with its reason, source and rule."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from random import Random
from typing import Any, Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.options import NAMES
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged, first_source, source_of
from advisor.rules import Finding

__all__ = ["about", "page_of", "pick_wrong", "quiz_title", "right_choice", "wrong_choice"]

_ABOUT: Final[dict[str, tuple[str, ...]]] = {
    "payload_mb": ("PAY001",), "response_mb": ("PAY002",), "processing_s": ("TIM001",), "immediate_response": ("TIM005",),
    "needs_gpu": ("HOST001",), "memory_gb": ("HOST002",), "image_gb": ("HOST003",), "model_size_gb": ("HOST004",),
    "streaming": ("HOST005",), "network_isolation": ("HOST006",), "data_capture": ("HOST007",), "marketplace": ("HOST008",),
    "private_registry": ("HOST009",), "uncompressed_model": ("HOST010",), "guarded_rollout": ("HOST011",),
    "vpc_required": ("NET001",), "cold_start_ok": ("COLD001",), "scale_to_zero": ("SCA006",), "idle_periods": ("SCA002",),
    "n_models": ("MOD001", "MOD002"), "n_frameworks": ("MOD002",), "chained": ("MOD004",), "per_model_scaling": ("MOD003",),
    "release_need": ("REL001", "REL002"), "dataset_records": ("DEL001",), "offline_ok": ("DEL001",),
    "persistent_endpoint": ("DEL002",), "completion_slo_s": ("STA006",),
}  # fmt: skip
"""The rules that read an attribute first of all."""
_REASONS: Final = 3
"""Sentences of a reason, at most."""
_PAGES: Final = ("waits_for_answer", "keeps_endpoint", "model_sharing", "scale_to_zero", "payload_request", "billing")
"""Attributes whose page stands in for a finding without one."""


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    return read_toml(data_folder() / "quiz" / "titles.toml")


@lru_cache(maxsize=1)
def _meets() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_toml(data_folder() / "quiz" / "meets.toml")["meets"])


def quiz_title(name: str) -> str:
    """What a choice calls an option: titles of like length, so that none gives the key away.

    >>> quiz_title("real_time")
    'A real-time inference endpoint'
    """
    return str(_titles()[name])


def about(attribute: str) -> tuple[str, ...]:
    """Ids of the rules that read an attribute first of all; none where no rule decides by it.

    >>> about("payload_mb")
    ('PAY001',)
    """
    return _ABOUT.get(attribute, ())


def page_of(name: str, facts: Facts) -> str:
    """Address of a page about an option, for where a finding has none.

    >>> from advisor.facts import load_facts
    >>> page_of("async", load_facts()).startswith("https://docs.aws.amazon.com/")
    True
    """
    keys = (f"{name}.{attribute}" for attribute in _PAGES if facts.has(f"{name}.{attribute}"))
    return next((found for key in keys if (found := first_source(key, facts))), "")


def _page(findings: Collection[Finding], name: str, facts: Facts) -> str:
    """The first address of these findings, else that of a page about the option."""
    return next((found for one in findings if (found := source_of(one, facts))), "") or page_of(name, facts)


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
                number = {need: f"{value:,.0f}"} if isinstance(value, float | int) else {}
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
    page = _page(found, name, judged.facts)
    return Choice(text or quiz_title(name), True, reason, page, first.rule if first else "", name)


def wrong_choice(judged: Judged, name: str, *, text: str = "", rule: str = "") -> Choice:
    """The choice of an option that is refused; its reason is the finding that refuses it.

    Arguments: `rule`, the finding to give as the reason where several speak against it. Raises ValueError for an option
    that is not refused in both profiles.
    """
    deciding = judged.refusal(name)
    if deciding is None:
        raise ValueError(f"{name} is not refused")
    found = next((one for one in judged.against(name) if one.rule == rule), deciding)
    page = _page((found,), name, judged.facts)
    return Choice(text or quiz_title(name), False, found.message, page, found.rule, name, f"{found.rule}/{name}")


def _near(found: Finding) -> bool:
    """Within 20 % of its limit."""
    return found.margin is not None and abs(found.margin) < 0.2


def pick_wrong(
    judged: Judged, rng: Random, count: int, difficulty: int, plausible: Collection[str] = ()
) -> tuple[str, ...] | None:
    """Names of options that are refused in both profiles, for wrong choices; None where there are too few.

    Arguments: at difficulty 3 exactly one finding speaks against each; below it none is refused by a number within 20 %
    of its limit; at difficulty 1 those with several findings come first. `plausible` are names that people take for the
    key; they come first. Different rules come before equal ones.
    """
    usable = []
    for name in judged.refused():
        against = judged.against(name)
        if name in NAMES[:-1] and (len(against) == 1 if difficulty > 2 else not any(map(_near, against))):
            usable.append(name)
    if len(usable) < count:
        return None
    rng.shuffle(usable)
    many = {name: len(judged.against(name)) > 1 for name in usable}
    usable.sort(key=lambda name: (name not in plausible, difficulty == 1 and not many[name]))
    picked: list[str] = []
    rules: set[str] = set()
    for fresh in (True, False):
        for name in usable:
            rule = judged.against(name)[0].rule
            if len(picked) < count and name not in picked and not (fresh and rule in rules):
                picked.append(name)
                rules.add(rule)
    return tuple(picked)

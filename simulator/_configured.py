"""What settings of `--set` mean together, and what is wrong with them, for options that share, split or copy."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from advisor.errors import Problem
from advisor.options import Option
from advisor.packing import need, room
from simulator._parts import MOST_COPIES, MOST_VARIANTS
from simulator.study import Study
from simulator.unplayed import held

__all__ = ["TARGETS", "based_on", "settled", "shared_problems"]

TARGETS: Final = frozenset({"target_per_min", "backlog_target", "target_concurrency"})
_FIXES: Final = frozenset({"instances", "fleets", "copies"})
"""Settings that fix a number for good where no target is set with them."""


def based_on(found: Sequence[Option], changes: Mapping[str, object]) -> Option:
    """The candidate that settings change: the first, or the first that scales where a target is set."""
    scales = any(changes.get(target) for target in TARGETS)
    return next((option for option in found if option.tracked), found[0]) if scales else found[0]


def _fits(study: Study, option: Option, share: float | None = None) -> int:
    """Copies that find room on one instance of a configured option."""
    facts = study.facts.mechanism
    whole = room(facts.instances[option.instance_type], option.name, facts, share)
    each = need(study.workload, option, study.places[option.instance_type], facts)
    return min(have // want for have, want in zip(whole, each, strict=True) if want)


def settled(base: Option, changes: Mapping[str, Any], study: Study) -> Option:
    """The candidate with the settings, and with what follows from them.

    A number set for good takes the policy away; one target replaces another; `instances` follows the fleets, and the
    copies where only these were set.
    """
    stated = TARGETS & changes.keys()
    gone: dict[str, Any] = dict.fromkeys(TARGETS - stated, 0.0)
    if stated:
        base = replace(base, **gone)
    elif _FIXES & changes.keys():
        base = replace(base, **gone, min_instances=0, max_instances=0, min_copies=0, max_copies=0)
    option = replace(base, **changes)
    if "weights" in changes and "fleets" not in changes:
        option = replace(option, fleets=(max(base.fleets),) * len(option.weights))
    if option.fleets:
        return replace(option, instances=sum(option.fleets))
    fixed = option.components and not option.tracked
    if fixed and "instances" not in changes and option.instance_type in study.places:
        fits = max(1, _fits(study, option))
        option = replace(option, instances=math.ceil(option.copies * option.components / fits))
    if option.tracked and "instances" not in changes:
        option = replace(option, instances=max(option.instances, option.min_instances))
    return option


def shared_problems(option: Option, study: Study, share: float | None) -> Iterator[Problem]:
    """What is wrong with a configured option that shares, splits or copies.

    Arguments: `share` of an instance's memory that copies can reserve, where the user set it.
    """
    if option.components:
        yield from _of_components(option, study, share)
    if option.fleets:
        yield from _of_variants(option, study)
    if held(option) > MOST_COPIES and option.components <= MOST_VARIANTS:
        yield Problem(f"--option {option.name}", f"{held(option):,} copies at most", f"at most {MOST_COPIES:,}")


def _of_components(option: Option, study: Study, share: float | None) -> Iterator[Problem]:
    if option.components > MOST_VARIANTS:
        yield Problem("model.count", f"{option.components:,}", f"at most {MOST_VARIANTS:,} components are simulated")
        return
    if option.concurrency_per_copy < 1:
        yield Problem("--set concurrency_per_copy", str(option.concurrency_per_copy), "1 or more")
    if option.tracked and option.max_copies < max(1, option.min_copies):
        allowed = f"{max(1, option.min_copies)} or more: with none no call is ever answered"
        yield Problem("--set max_copies", str(option.max_copies), allowed)
    if not option.tracked and option.copies < 1:
        yield Problem("--set copies", str(option.copies), "1 or more where nothing scales")
    if option.name != "inference_components_zero" and option.tracked and option.min_copies < 1:
        yield Problem(
            "--set min_copies", str(option.min_copies), "1 or more; inference_components_zero has none at times"
        )
    if option.instance_type not in study.places:
        return
    fits = _fits(study, option, share)
    if not fits:
        each = need(study.workload, option, study.places[option.instance_type], study.facts.mechanism)
        yield Problem(
            f"--option {option.name}", "",
            f"it can never serve: {option.instance_type} has no room for one copy, which reserves {each.cores / 1000:g} cores, "
            f"{each.accelerators / 1000:g} accelerators and {each.memory:,} MiB",
        )  # fmt: skip
        return
    least = (option.min_copies if option.tracked else option.copies) * option.components
    most = option.max_instances if option.tracked else option.instances
    if least > fits * most:
        key = "max_instances" if option.tracked else "instances"
        yield Problem(f"--set {key}", f"{most:,}", f"{math.ceil(least / fits):,} or more: {fits:,} copies fit on one")


def _of_variants(option: Option, study: Study) -> Iterator[Problem]:
    sides = len(option.weights) or 2
    most = int(study.facts.mechanism.of("production_variants", "variants_max").number())
    if sides > most:
        yield Problem("--set weights", f"{sides} variants", f"at most {most}")
    if len(option.fleets) != sides:
        yield Problem("--set fleets", f"{len(option.fleets)} numbers", f"{sides}, one for each variant")
    if not option.tracked and min(option.fleets) < 1:
        yield Problem("--set fleets", ",".join(map(str, option.fleets)), "1 or more for each variant")
    if option.shadow_share and study.workload.traffic.kind == "closed":
        yield Problem("traffic.kind", "'closed'", "an open kind: users who wait for an answer are not copied")

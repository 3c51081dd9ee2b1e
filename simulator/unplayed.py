"""Options that were not simulated: why each was not, and which of them the workload asks for at all."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from advisor.advice import Advice, nothing_fits
from advisor.options import NAMES, Option
from advisor.rules import Finding, Outcome
from advisor.verdict import Verdict
from advisor.workload import Workload
from simulator._parts import MOST_COPIES, MOST_VARIANTS
from simulator.endpoints import builders
from simulator.study import Study

__all__ = ["aside", "held", "left_out", "playable"]

_MADE_FOR: Final = frozenset({
    "multi_model", "multi_container", "inference_pipeline", "inference_components", "inference_components_zero",
    "production_variants", "shadow_variant",
})  # fmt: skip
"""Options that are simulated and still only for those who ask for what they are made for."""


def _with(verdict: Verdict, finding: Finding) -> Verdict:
    return replace(verdict, outcome=Outcome.unknown, findings=(finding, *verdict.findings))


def _unmeasured(verdict: Verdict, study: Study) -> Verdict:
    """An option that the rules let pass and of which no candidate could be sized."""
    place = verdict.option.place
    if study.facts.of(verdict.option.name, "model_sharing").value == "components":
        share = study.facts.mechanism.about("memory", verdict.option.name)
        return _with(verdict, Finding(
            "SIM005", Outcome.unknown,
            f"No instance type that was measured has room for one copy: {share.text()} of its memory can be reserved "
            f"({share.confidence}).",
            facts=(share.id,), remedy="Measure a larger type, or state the share in a file of facts.",
        ))  # fmt: skip
    return _with(verdict, Finding(
        "SIM001", Outcome.unknown,
        f"Nothing is known of the speed here: {study.workload.service.reference} is accelerated, or no memory size holds the model.",
        remedy=f"Measure one request on {place} and add it to service.measured.",
    ))  # fmt: skip


def held(option: Option) -> int:
    """Copies, instances or variants of which a run holds the fewest, at their most; above `MOST_COPIES` none is played.

    >>> held(Option(name="real_time", instances=3, max_instances=5))
    5
    """
    most = max(option.instances, option.max_instances)
    if option.components > MOST_VARIANTS:
        return max(MOST_COPIES + 1, option.components)
    return max(most, most * len(option.weights), max(option.copies, option.max_copies) * option.components)


def playable(option: Option, workload: Workload) -> bool:
    """Whether a run can hold a candidate, and play it on this kind of traffic."""
    return held(option) <= MOST_COPIES and not _without_users(option, workload)


def _without_users(option: Option, workload: Workload) -> str:
    """Why users who wait for each answer cannot be played on an option; empty where they can or do not occur.

    Requests that a shadow sees come when the caller sends them, not when its own answer is there; the records of a job
    come from nobody who waits.
    """
    if workload.traffic.kind != "closed":
        return ""
    if option.shadow_share > 0:
        return "A copy of the requests of users who wait for each answer is not simulated."
    if option.job_every_s > 0:
        return "Nobody waits for the records of a job, so users who wait for each answer are not simulated."
    return ""


def _oversized(verdict: Verdict, workload: Workload) -> Verdict:
    """An option that fits but needs more than a run can hold, or that this kind of traffic cannot be played on."""
    why = _without_users(verdict.option, workload)
    if why:
        return _with(verdict, Finding("SIM006", Outcome.unknown, why, remedy="State the traffic by its rate."))
    most = held(verdict.option)
    if verdict.option.components > MOST_VARIANTS:
        return _with(verdict, Finding(
            "SIM002", Outcome.unknown,
            f"{verdict.option.components:,} components would be needed; at most {MOST_VARIANTS:,} are simulated.",
            seen=float(verdict.option.components), limit=float(MOST_VARIANTS), unit="components",
            margin=1 - verdict.option.components / MOST_VARIANTS,
            remedy="Serve alike models from one container (multi-model endpoint), or split them over several endpoints.",
        ))  # fmt: skip
    return _with(verdict, Finding(
        "SIM002", Outcome.unknown,
        f"{most:,} instances would be needed; at most {MOST_COPIES:,} are simulated.",
        seen=float(most), limit=float(MOST_COPIES), unit="instances", margin=1 - most / MOST_COPIES,
        remedy="Use a faster instance type or more slots, or split the traffic over several endpoints.",
    ))  # fmt: skip


def _unsimulated(verdict: Verdict) -> Verdict:
    """An option that the rules let pass and that no run can play yet."""
    finding = Finding("SIM003", Outcome.unknown, "It fits by the rules; how it behaves is not simulated yet.")
    return _with(verdict, finding)


def _refused(verdict: Verdict, reason: str) -> Verdict:
    """An option whose runs cannot be finished, all the others being ranked."""
    return _with(verdict, Finding("SIM007", Outcome.unknown, f"It cannot be played on this traffic: {reason}."))


def _unasked(verdict: Verdict) -> Verdict:
    """An option that could be simulated and was not, since the workload asks for nothing that it is made for."""
    finding = Finding(
        "SIM004", Outcome.unknown, "It fits by the rules and was not compared: this workload does not ask for it.",
        remedy=f"Play it alone: simulate --option {verdict.option.name}.",
    )  # fmt: skip
    return _with(verdict, finding)


def aside(verdict: Verdict) -> bool:
    """Whether an option is made for something that this workload does not ask for.

    What serves one model on its own and is simulated is never aside: it is what a reader compares with. Of the others,
    the points for purpose and for models decide: a release strategy without a release, machinery for several models with
    one. A ranking leaves them out, which keeps it short and quick: for such a workload each is a plain endpoint with more
    parts. Each can be played alone.
    """
    if verdict.option.name in builders() and verdict.option.name not in _MADE_FOR:
        return False
    parts = verdict.fit.parts if verdict.fit else {}
    return verdict.option.name == "none" or parts.get("purpose", 0) + parts.get("models", 0) < 0


def _nearest(own: list[Verdict], workload: Workload) -> Verdict:
    """Of the candidates of one name, none of which can be played, the one nearest to fitting."""
    said = [_oversized(verdict, workload) if verdict.feasible else verdict for verdict in own]
    return min(said, key=lambda v: sum(f.outcome == v.outcome for f in v.findings))


def _verdicts(
    study: Study,
    advice: Advice,
    played: Collection[str],
    examined: Mapping[Option, Verdict],
    refused: Mapping[str, str],
) -> Iterator[Verdict]:
    general = {verdict.option.name: verdict for verdict in advice.verdicts}
    for name in NAMES:
        if name in played or name == "none":
            continue
        whole = general[name]
        own = [verdict for option, verdict in examined.items() if option.name == name]
        if whole.feasible and name in builders() and aside(whole):
            yield _unasked(whole)
        elif name in refused:
            yield _refused(whole, refused[name])
        elif own:
            yield replace(_nearest(own, study.workload), fit=whole.fit)
        elif not whole.feasible:
            yield whole
        elif name in builders():
            yield _unmeasured(whole, study)
        else:
            yield _unsimulated(whole)


def left_out(
    study: Study,
    advice: Advice,
    played: Collection[str],
    examined: Mapping[Option, Verdict],
    refused: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Verdict, ...]:
    """One verdict for each name that was not simulated, `none` last: those that fit, then those that do not.

    Within each, what the workload asks for first, then what a single change would unblock, then the better fit.

    Arguments: `advice` has the verdicts on a representative of each name; `played` are the names that were simulated,
    best first; `examined` are the verdicts on all candidates; `refused` says of names that could not be played why.
    """

    def order(verdict: Verdict) -> tuple[bool, bool, bool, int]:
        stuck = not verdict.feasible and advice.change(verdict.option.name) is None
        return (not verdict.feasible, aside(verdict), stuck, -(verdict.fit.score if verdict.fit else 0))

    found = sorted(_verdicts(study, advice, played, examined, refused), key=order)
    best = next(iter(played), "") or next((verdict.option.name for verdict in found if verdict.feasible), "")
    return (*found, nothing_fits(best))

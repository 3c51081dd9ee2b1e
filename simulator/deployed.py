"""From a study to files: a sized or configured option, what it costs and keeps, written for one target."""

import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from advisor.deploy.plan import Plan, plan
from advisor.deploy.targets import render
from advisor.deploy.writing import Head
from advisor.errors import InputError, Problem
from advisor.options import NAMES, Option, title
from advisor.text import format_day
from advisor.units import format_duration, format_share
from simulator.assumptions import assume
from simulator.configure import configure
from simulator.headline import amount, money_range
from simulator.plans import Plan as Tried
from simulator.play import simulate
from simulator.size_words import p99_text, short_text
from simulator.sizing import size_study
from simulator.study import Study
from simulator.sweep import Progress, Sweep

__all__ = ["Chosen", "Deployment", "chosen", "deployment", "planned", "zipped"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The day that every file of an archive has: equal files give an equal archive."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option with what a simulation found of it."""

    option: Option
    cost: str
    """What it costs, in a line."""
    promise: str
    """What it keeps or breaks, in a line."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The files of a chosen option."""

    plan: Plan
    target: str
    head: Head
    files: Mapping[str, str]
    """Name -> text; what creates it first, what takes it down last."""


def _cost(usd: float | None, spread: str, study: Study) -> str:
    if usd is None:
        return f"Costs: {study.workload.needs.region} has no price for it in our table."
    between = f" ({spread}, 95 % interval over the draws)" if spread else ""
    return f"Costs {amount(usd)} a month at this traffic{between}; a model, not a quote."


def _kept(tried: Tried) -> str:
    if tried.meets:
        return f"The simulation finds it to keep the promise: {p99_text(tried)}."
    return f"It does not keep the promise: {short_text(tried)}."


def planned(study: Study, tried: Tried) -> Chosen:
    """A configuration that a search tried, with what it found of it."""
    return Chosen(tried.option, _cost(tried.usd, money_range(tried.usd_per_month), study), _kept(tried))


def _sized(study: Study, names: tuple[str, ...], executor: Executor | None, progress: Progress | None) -> Chosen:
    """The cheapest plan of these options, or of all that fit; the nearest where none keeps the promise."""
    with Sweep(study, executor, progress=progress) as sweep:
        sizing = size_study(study, sweep, names=names, turns=False, takes=False)
    one = next((sized for sized in sizing.sized if sized.best is not None), None)
    tried = (
        one.best
        if one is not None
        else next((sized.nearest for sized in sizing.sized if sized.nearest is not None), None)
    )
    if tried is None:
        refused = {verdict.option.name: verdict.deciding for verdict in sizing.infeasible}
        name = names[0] if names else next(iter(refused), "none")
        found = refused.get(name)
        why = f"{found.message} {found.remedy}".strip() if found else "no configuration of it could be played"
        raise InputError([Problem(f"--option {name}", "", f"{title(name)}: {why}")])
    return planned(study, tried)


def _configured(study: Study, name: str, texts: Mapping[str, str]) -> Chosen:
    """A configuration as it was set, played once."""
    option, given = configure(study, name, texts)
    result = simulate(study, option, given=given)
    total = result.bill.total
    p99 = result.summary.latency_us.get(0.99)
    said = f"one run: p99 {format_duration(p99)}" if p99 is not None else "one run, without an answered request"
    kept = "keeps the promise" if study.promise.kept(result) else "does not keep the promise"
    failed = f", {format_share(result.summary.failed_share)} failed" if result.summary.failed_share else ""
    return Chosen(
        option, _cost(None if total is None else float(total), "", study), f"As set, it {kept} ({said}{failed})."
    )


def chosen(
    study: Study, name: str = "", texts: Mapping[str, str] | None = None, *, executor: Executor | None = None, progress: Progress | None = None,
) -> Chosen:  # fmt: skip
    """The configuration to deploy, and what a simulation says of it.

    Arguments: `name` of the option, the cheapest that keeps the promise where it is empty; `texts` set its fields as
    `--set` does, and it is not sized then. Raises InputError for an unknown option, a field that cannot be set, or an
    option that the rules block.
    """
    if name and name not in NAMES[:-1]:
        raise InputError([Problem("--option", repr(name), f"one of {', '.join(NAMES[:-1])}")])
    if texts:
        if not name:
            raise InputError([Problem("--option", "nothing", "the option that --set speaks of")])
        return _configured(study, name, texts)
    return _sized(study, (name,) if name else (), executor, progress)


def deployment(
    study: Study, of: Chosen, target: str, *, name: str = "", given: Mapping[str, str] | None = None, notify: bool = False, anyway: bool = False,
) -> Deployment:  # fmt: skip
    """The files that create a chosen option.

    Arguments: `target` is an id of `advisor.deploy.targets.TARGETS`; the others as in `advisor.deploy.plan.plan`.
    Raises InputError as that does, or where the target cannot express it.
    """
    made = plan(study.workload, of.option, study.facts, name=name, given=given, notify=notify, anyway=anyway)
    rows = assume(study.workload, of.option, study.facts).rows
    dates = f"Facts and prices read on or after {format_day(study.facts.oldest().checked)}."
    head = Head(of.cost, of.promise, tuple(f"{row.text()} [{row.confidence}]" for row in rows), dates)
    return Deployment(made, target, head, render(made, target, head, study.workload.name))


def zipped(files: Mapping[str, str]) -> bytes:
    """Files as one archive; equal files give equal bytes, and shell scripts can be run.

    >>> zipped({"a.sh": "true"}) == zipped({"a.sh": "true"})
    True
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED  # 3: where files have modes
            entry.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
            archive.writestr(entry, text.encode())
    return made.getvalue()

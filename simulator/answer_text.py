"""Rankings, verdicts and simulations as text for the terminal, the answer first."""

from collections.abc import Iterator
from typing import Any, Final

from advisor.cli import table
from advisor.options import describe, title
from advisor.text import quantity
from advisor.units import format_duration, format_share
from simulator.answer_parts import (
    PERCENTILE_NAMES,
    bill_table,
    does_not_fit,
    interval_text,
    money_text,
    rests_text,
    workload_line,
)
from simulator.headline import headline, suits
from simulator.play import Simulation
from simulator.ranking import Ranking
from simulator.resilience import Span, resilience
from simulator.set_keys import keys
from simulator.study import Study
from simulator.timeline import clock
from simulator.unplayed import aside

__all__ = ["keys_text", "ranking_text", "simulation_text"]


def _to_know(ranking: Ranking) -> Iterator[str]:
    """Conditions, open questions, what availability rests on, and where the other profile decides differently."""
    shown = [
        (entry, finding)
        for entry in ranking.ranked
        for finding in entry.verdict.findings
        if finding.outcome.name in {"conditions", "unknown"} or finding.rule == "AVA001"
    ]
    if shown:
        yield ""
        yield "To know:"
    for entry, finding in shown:
        yield f"  {title(entry.name)}: {finding.message} {finding.remedy}".rstrip()
    if ranking.differs:
        other = ranking.study.facts.other.profile
        yield f"  Under the profile {other} the verdict differs for: {', '.join(title(name) for name in ranking.differs)}."


def _unplayed(ranking: Ranking) -> Iterator[str]:
    """What fits by the rules and was not simulated, a line each; what nothing here asks for by name only."""
    if not ranking.unplayed:
        return
    yield ""
    yield "Fits by the rules, not simulated:"
    for verdict in ranking.unplayed:
        if not aside(verdict):
            score = f" (fit {verdict.fit.score:+d}: {suits(verdict)})" if verdict.fit and verdict.fit.points else ""
            yield f"  {title(verdict.option.name)}{score}"
            for finding in verdict.findings:
                if finding.rule in {"SIM001", "SIM002"} or (
                    finding.rule != "SIM003" and finding.outcome.name != "notes"
                ):
                    yield f"      {finding.message} {finding.remedy}".rstrip()
    rest = [title(verdict.option.name) for verdict in ranking.unplayed if aside(verdict)]
    if rest:
        yield f"  Also, for something this workload does not ask for: {', '.join(rest)}"


def ranking_text(ranking: Ranking) -> Iterator[Any]:
    """A ranking for the terminal: the answer first, then the table, reasons, why others do not fit, assumptions."""
    study = ranking.study
    best = ranking.best
    yield workload_line(study)
    for note in ranking.notes:
        yield f"note: {note}"
    yield ""
    if best is None:
        yield "Nothing keeps the promise." if ranking.ranked else headline(ranking)
        if ranking.ranked:
            tried = sum(entry.candidates for entry in ranking.ranked)
            yield f"{tried} configurations were looked at; `simulate --keys` lists what else can be set."
    else:
        yield f"Use: {title(best.name)}, {describe(best.option)}. {best.reason}"
    if ranking.rival is not None and ranking.ranked:
        yield f"Look also at: {title(ranking.rival.option.name)}, {suits(ranking.rival)}; it was not simulated."
    if ranking.ranked:
        yield (
            f"The order {ranking.stability}."
            if ranking.turns
            else "The order holds at the low and high end of every assumption."
        )
        streamed = any(entry.first_token_us for entry in ranking.ranked)
        made = table(
            "#",
            "option",
            "configuration",
            ">per month",
            ">p50",
            ">p99",
            ">p99.9",
            *((">first token p50", ">p99") if streamed else ()),
            ">failed",
            "keeps",
            "Pareto",
            title=ranking.heading,
        )
        for number, entry in enumerate(ranking.ranked, 1):
            begun = (interval_text(entry.first_token_us.get(q)) for q in (0.5, 0.99)) if streamed else ()
            made.add_row(
                str(number), title(entry.name), describe(entry.option), money_text(entry), interval_text(entry.latency_us.get(0.5)),
                interval_text(entry.latency_us.get(0.99)), interval_text(entry.latency_us.get(0.999)), *begun,
                format_share(entry.failed_share.value or 0.0), "yes" if entry.meets else "no", "yes" if entry.pareto else "",
            )  # fmt: skip
        yield made
        for number, entry in enumerate(ranking.ranked, 1):
            yield f"{number}. {title(entry.name)}: {entry.reason}"
    yield from _unplayed(ranking)
    yield from does_not_fit(ranking.blocked, ranking.advice, study.facts)
    yield from _to_know(ranking)
    if best is not None:
        yield ""
        yield from bill_table(best.bill, f"Bill of a month, {title(best.name)}")
    yield from rests_text(ranking.assumptions, study)


_MOST_LOSSES: Final = 10


def _instances(count: int) -> str:
    return f"{count:,} instance{'' if count == 1 else 's'}"


def _span_text(span: Span) -> str:
    late = f", {format_share(span.late_share)} late" if span.late_share else ""
    return f"{format_share(span.failed_share)} failed{late}"


def _losses(study: Study, result: Simulation) -> Iterator[str]:
    """What the promise lost to each fault, and when it held again."""
    if not result.asked:
        return
    if not result.model.faults:
        yield f"{', '.join(fault.text for fault in result.asked)} brought no loss in this run."
        return
    found = resilience(result.run, result.model, study.promise)
    if any(fault.mtbf_us for fault in result.asked):
        yield "losses at a rate are drawn for as many instances as there are at the start (assumed)"
    yield f"{_instances(found.lost)} lost; before the first loss: {_span_text(found.before)}"
    for one in found.impacts[:_MOST_LOSSES]:
        what = f"zone {one.zone}" if one.zone else "instance"
        then = f", afterwards {_span_text(one.after)}" if one.after.requests else ""
        yield (
            f"  {clock(one.at_us)} {what} lost ({_instances(one.lost)}): {one.text}; "
            f"until then {_span_text(one.during)}{then}"
        )
    if len(found.impacts) > _MOST_LOSSES:
        late = sum(one.recovered_us is None for one in found.impacts)
        yield f"  and {len(found.impacts) - _MOST_LOSSES:,} more; the promise did not hold again in time after {late:,} in all"


def simulation_text(study: Study, result: Simulation) -> Iterator[Any]:
    """One simulation for the terminal."""
    found = result.summary
    yield workload_line(study)
    for note in (*study.notes, *((result.shortage,) if result.shortage else ())):
        yield f"note: {note}"
    yield f"{title(result.option.name)}, {describe(result.option)}, engine {result.engine}"
    made = table("", *(f">{name.replace('_', '.')}" for name in PERCENTILE_NAMES.values()))
    rows = [("latency", found.latency_us), ("wait", found.wait_us)]
    if result.first_token is not None:
        rows.insert(1, ("first token", found.first_token_us))
    for label, values in rows:
        made.add_row(label, *(format_duration(values[q]) if q in values else "–" for q in PERCENTILE_NAMES))
    yield made
    failures = ", ".join(f"{n:,} {kind.replace('_', ' ')}" for kind, n in found.failed.items()) or "none"
    yield f"{found.good:,} of {found.arrivals:,} answered; failed: {failures}; unfinished: {found.unfinished:,}"
    if result.model.caller.attempts > 1:
        needed = (
            "" if found.retried_share is None else f", {format_share(found.retried_share)} of requests needed a retry"
        )
        yield f"attempts: {found.attempts_per_request:.3g} a request{needed}"
    if result.option.memory_mib:
        yield f"cold starts: {format_share(found.cold_share)} of requests"
        meters = result.run.meters
        if meters.provisioned_us:
            beyond, kept = meters.spilled / max(1, found.arrivals), meters.provisioned_us / meters.window_us
            average = " on average" if result.option.provisioned_target else ""
            yield f"beyond the {kept:,.4g} kept warm{average}: {format_share(beyond)} of requests"
    else:
        yield f"{quantity(found.mean_instances, 'instances')} on average, utilisation {format_share(found.utilisation)}"
    yield from _losses(study, result)
    misses = study.promise.misses(result)
    yield "Keeps the promise." if not misses else f"Misses the promise: {'; '.join(misses)}."
    yield from bill_table(result.bill, "Bill of a month")
    yield "Assumed (value and range):"
    for row in result.assumed.rows:
        yield f"  {row.text()} [{row.confidence}]"
    for note in result.assumed.notes:
        yield f"  {note}"


def keys_text(option: str) -> Any:
    """The keys that `--set` takes for an option, as a table."""
    made = table("key", "meaning", "example", title=f"--set for {option}")
    for key in keys(option):
        made.add_row(key.name, key.meaning, key.example)
    return made

"""The parts of a report on the options: what the rules say of every one, and the order of those that were simulated."""

from advisor.facts import Facts
from advisor.options import describe, title
from advisor.rules import Finding, Outcome
from advisor.text import limit_text, seen_text, state_word
from advisor.units import format_duration, format_share
from advisor.words import fitting_change
from simulator.answer_words import latency_text, measure
from simulator.headline import amount, money_range, suits
from simulator.option_groups import Card, groups
from simulator.ranking import Ranked, Ranking
from simulator.report_parts import Cell, Name, Paragraph, Part, State, Table, cell
from simulator.report_sources import Source, references, shown
from simulator.statistics import Interval

__all__ = ["options_part", "ranking_part"]

_SAID_BY_THE_HEADING = frozenset({"SIM003", "SIM004"})
_VERDICTS = ("Option", "State", "What decides", "What would help", "Source")


def _against(finding: Finding, facts: Facts) -> str:
    """The number, its limit, and what is left of the limit; empty where the finding is no number."""
    if finding.margin is None or isinstance(finding.seen, str) or isinstance(finding.limit, str):
        return ""
    if finding.outcome is Outcome.notes and finding.margin < 0:
        return ""
    over = _distance(finding.margin)
    seen, limit = seen_text(finding), limit_text(finding, facts)
    said = seen in finding.message and (limit in finding.message or finding.unit == "bytes")  # a size in its own unit
    return f"{over}." if said else f"{seen}, limit {limit}: {over}."


def _distance(margin: float) -> str:
    """How far from its limit a number is. Arguments: `margin` as a share of the limit, below 0 beyond it."""
    if margin == 0:
        return "exactly the limit"
    if margin > 0:
        return f"{format_share(margin)} of the limit is left"
    if margin > -1:
        return f"{format_share(-margin)} over the limit"
    times = 1 - margin
    return f"{times:,.{0 if times >= 10 else 1}f} times the limit"


def _state(card: Card) -> State:
    own = [finding.outcome for finding in card.verdict.findings if finding.rule not in _SAID_BY_THE_HEADING]
    worst = max(own, default=Outcome.notes).name
    return State(worst, state_word(worst))


def _played(card: Card, ranking: Ranking) -> Cell:
    """State, money and percentile of an option."""
    entry = card.entry
    if entry is None:
        return (_state(card),)
    name, share, _ = measure(ranking)
    money = "no price" if entry.cost_per_month.value is None else f"{amount(entry.cost_per_month.value)} per month"
    return cell(_state(card), money, f"{name} {latency_text(entry, share)}")


def _row(card: Card, ranking: Ranking, listed: tuple[Source, ...]) -> tuple[Cell, ...]:
    verdict, facts = card.verdict, ranking.study.facts
    found = shown(verdict)
    sized = card.entry is not None or verdict.option.instance_type or verdict.option.memory_mib
    first = card.entry is not None and card.entry is ranking.best and card.entry.cost_per_month.value is not None
    broken = card.entry.misses if card.entry is not None and not card.entry.meets else ()
    missed: Cell = (State("blocks", "misses the promise"), *(f"{text}." for text in broken)) if broken else ()
    points = suits(verdict) if card.entry is None and verdict.feasible else ""
    decides = [text for finding in found for text in (finding.message, _against(finding, facts))]
    helps = [finding.remedy for finding in found if finding.outcome is not Outcome.notes]
    return (
        cell(Name(verdict.option.name), describe(verdict.option) if sized else "", "Recommended" if first else ""),
        _played(card, ranking),
        cell(*dict.fromkeys(decides), *missed, points),
        cell(*dict.fromkeys(helps), fitting_change(ranking.advice.change(verdict.option.name))),
        references(listed, *(facts.fact(key) for finding in found for key in finding.facts)),
    )


def options_part(ranking: Ranking, listed: tuple[Source, ...]) -> Part:
    """Every option once, a table for each state. Arguments: `listed` are the sources of the report."""
    found = groups(ranking)
    tables = tuple(
        Table(
            group.words, _VERDICTS, tuple(_row(card, ranking, listed) for card in group.cards), (20, 19, 31, 22, 8),
            heading=f"{group.words} ({len(group.cards)})",
        )
        for group in found
    )  # fmt: skip
    return Part(f"All {sum(len(group.cards) for group in found)} options", tables)


def _percentile(found: Interval) -> Cell:
    """A percentile with its interval, or why there is none."""
    if found.value is None:
        return ("no answer",)
    if not found.supported:
        return ("too few",)
    text = format_duration(found.value)
    if found.low is None or found.high is None or format_duration(found.low) == format_duration(found.high):
        return (text,)
    return text, f"{format_duration(found.low)} to {format_duration(found.high)}"


def _failed(entry: Ranked) -> Cell:
    kinds = sorted((item for item in entry.failed.items() if item[1] > 0), key=lambda item: -item[1])
    words = (f"{format_share(share)} {kind.replace('_', ' ')}" for kind, share in kinds[:2])
    return (format_share(entry.failed_share.value or 0.0), *words)


def ranking_part(ranking: Ranking) -> Part:
    """Those that keep the promise first; options whose costs do not clearly differ share a rank."""
    name, share, bound = measure(ranking)
    shares = {"p50": 0.5, name: share, "p99": 0.99}
    limit = f", limit {format_duration(bound)}" if bound else ""
    names = [f"{key}{limit if key == name else ''}" for key in shares]
    heads = ("#", "Option", "Per month", *names, "Failed", "Promise")
    rows, place = [], 0
    for number, entry in enumerate(ranking.ranked, 1):
        place = place if entry.tied and place else number
        rows.append((
            (str(place),),
            cell(Name(entry.name), describe(entry.option)),
            cell(amount(entry.cost_per_month.value), money_range(entry.cost_per_month)),
            *(_percentile(entry.latency_us[q]) for q in shares.values()),
            _failed(entry),
            (State("notes", "kept") if entry.meets else State("blocks", "missed"),),
        ))  # fmt: skip
    columns = tuple(range(2, 4 + len(shares)))
    each = 36 // len(shares)
    widths = (4, 24, 13, *(each for _ in shares), 11, 12)
    why = (
        Paragraph(f"{row[0][0]}. {title(entry.name)}: {entry.reason}")
        for row, entry in zip(rows, ranking.ranked, strict=True)
    )
    lead = Paragraph(f"{ranking.heading}. Options whose costs do not clearly differ share a rank.", muted=True)
    return Part("Ranking", (lead, Table("Options in order", heads, tuple(rows), widths, columns), *why))

"""One card for each option, grouped by state: the finding that decides, its limit and remedy, the others below."""

from dataclasses import dataclass
from typing import Final

from advisor.facts import Facts
from advisor.options import describe
from advisor.rules import Finding, Outcome, all_rules
from advisor.text import format_day
from advisor.units import format_duration
from advisor.verdict import Verdict
from simulator.headline import amount
from simulator.pages._answer import latency_text, measure
from simulator.pages._html import bar, block, chip, ends, option_name, safe, sources
from simulator.ranking import Ranked, Ranking

__all__ = ["GROUPS", "Card", "cards", "draw"]

GROUPS: Final = (
    (Outcome.notes, "Fits"), (Outcome.conditions, "Fits with conditions"), (Outcome.unknown, "Depends on an answer"),
    (Outcome.blocks, "Does not fit"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """One option's verdict, with its simulation where it was played."""

    verdict: Verdict
    entry: Ranked | None


def cards(ranking: Ranking) -> dict[Outcome, list[Card]]:
    """Every option once, by state, in ranking order."""
    found: dict[Outcome, list[Card]] = {outcome: [] for outcome, _ in GROUPS}
    for entry in ranking.ranked:
        found[entry.verdict.outcome].append(Card(entry.verdict, entry))
    for verdict in ranking.infeasible:
        found[verdict.outcome].append(Card(verdict, None))
    return found


def _subject(finding: Finding) -> str:
    return next((rule.title for rule in all_rules() if rule.id == finding.rule), "Measurement")


def _finding(finding: Finding, facts: Facts) -> str:
    """The deciding finding in full: subject, bar with both ends, words, remedy, source."""
    drawn = bar(finding)
    words = "" if drawn and finding.outcome is Outcome.notes else f"<p>{safe(finding.message)}</p>"
    asked = f"<p>{safe(QUESTIONS.get(finding.question, ''))}</p>" if finding.question else ""
    remedy = (
        f'<p class="ea-remedy">{safe(finding.remedy)}</p>'
        if finding.remedy and finding.outcome is not Outcome.notes
        else ""
    )
    return (
        f'<div class="finding"><p class="subject">{safe(_subject(finding))}</p>{drawn}{ends(finding, facts) if drawn else ""}'
        f"{words}{asked}{remedy}{sources(finding, facts)}</div>"
    )


def _others(findings: tuple[Finding, ...], facts: Facts) -> str:
    if not findings:
        return ""
    items = "".join(
        f"<li>{chip(Outcome(f.outcome).name)}<br>{safe(f.message)}"
        f"{f' {safe(f.remedy)}' if f.remedy and f.outcome is not Outcome.notes else ''}{sources(f, facts)}</li>"
        for f in findings
    )
    count = len(findings)
    return f"<details><summary>{count} more {'check' if count == 1 else 'checks'}</summary><ul>{items}</ul></details>"


def _simulated(card: Card, ranking: Ranking) -> str:
    """Money and percentile of a played option, and the promise where it is missed."""
    entry = card.entry
    if entry is None:
        return ""
    name, share, bound = measure(ranking)
    limit = f", limit {format_duration(bound)}" if bound else ""
    money = "no price" if entry.cost_per_month.value is None else f"{amount(entry.cost_per_month.value)} per month"
    lines = f'<p class="money">{safe(money)} · {safe(name)} {safe(latency_text(entry, share))}<span class="muted">{safe(limit)}</span></p>'
    if entry.bill.total is None:
        read = format_day(ranking.study.facts.oldest().checked)
        lines += f'<p class="small muted">No price for {safe(entry.bill.region)} in our table ({safe(read)}).</p>'
    elif entry.bill.missing:
        lines += f'<p class="small muted">No price for {safe(" and ".join(entry.bill.missing))} in our table.</p>'
    if not entry.meets:
        lines += f"<p>{chip('blocks', 'misses the promise')} {safe('; '.join(entry.misses))}</p>"
    return lines


def draw_card(card: Card, ranking: Ranking) -> str:
    """One card."""
    verdict, facts = card.verdict, ranking.study.facts
    first = card.entry is not None and ranking.best is card.entry and card.entry.cost_per_month.value is not None
    deciding = verdict.deciding
    config = (
        describe(verdict.option)
        if card.entry is not None or verdict.option.instance_type or verdict.option.memory_mib
        else ""
    )
    mark = '<p class="ea-first">Recommended</p>' if first else ""
    return (
        f'<article class="ea-card{" first" if first else ""}" data-testid="card"><header>{mark}<h3>{option_name(verdict.option.name)}</h3>'
        f'<p class="muted small">{safe(config)}</p>{chip(verdict.outcome.name)}</header>{_simulated(card, ranking)}'
        f"{_finding(deciding, facts) if deciding else ''}{_others(verdict.findings[1:], facts)}</article>"
    )


def draw(ranking: Ranking) -> str:
    """All groups with their counts; a group without a card is left out."""
    groups = "".join(
        f'<section class="ea-group" style="--n:{len(found)}" data-testid="group"><h2>{words} ({len(found)})</h2>'
        f'<div class="ea-cards">{"".join(draw_card(card, ranking) for card in found)}</div></section>'
        for outcome, words in GROUPS
        if (found := cards(ranking)[outcome])
    )
    return block(f'<div class="ea-groups">{groups}</div>', testid="cards")

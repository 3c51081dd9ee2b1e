"""Every option once, grouped by state: what was simulated first, then what fits by the rules, then what does not fit.

A card has the finding that decides, its limit and remedy, the others below; what nothing here asks for is folded.
"""

from collections.abc import Sequence

from advisor.facts import Facts
from advisor.options import describe
from advisor.pages.own_html import bar, block, chip, ends, option_name, safe, sources
from advisor.questions import question_text
from advisor.rules import Finding, Outcome, all_rules
from advisor.text import format_day
from advisor.units import format_duration
from simulator.headline import amount
from simulator.option_groups import BLOCKED, LEFT, UNPLAYED, Card, Group, groups
from simulator.pages._answer import latency_text, measure
from simulator.pages._rows import blocked_fold, checks, left, unblock, unplayed
from simulator.ranking import Ranking
from simulator.unplayed import aside

__all__ = ["draw", "finding_block", "group"]


def _subject(finding: Finding) -> str:
    return next((rule.title for rule in all_rules() if rule.id == finding.rule), "Measurement")


def finding_block(finding: Finding, facts: Facts) -> str:
    """The deciding finding in full: subject, bar with both ends, words, remedy, source."""
    drawn = bar(finding)
    words = "" if drawn and finding.outcome is Outcome.notes else f"<p>{safe(finding.message)}</p>"
    asked = f"<p>{safe(question_text(finding.question, facts))}</p>" if finding.question else ""
    remedy = (
        f'<p class="ea-remedy">{safe(finding.remedy)}</p>'
        if finding.remedy and finding.outcome is not Outcome.notes
        else ""
    )
    return (
        f'<div class="finding"><p class="subject">{safe(_subject(finding))}</p>{drawn}{ends(finding, facts) if drawn else ""}'
        f"{words}{asked}{remedy}{sources(finding, facts)}</div>"
    )


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
        f"{finding_block(deciding, facts) if deciding else ''}{unblock(verdict, ranking.advice)}"
        f"{checks(verdict.findings[1:], facts)}</article>"
    )


def group(words: str, count: int, drawn: Sequence[str], below: str = "") -> str:
    """Options of one state under their heading. Arguments: `drawn` are their cards, `below` what is folded under them."""
    return (
        f'<section class="ea-group" style="--n:{max(1, len(drawn))}" data-testid="group"><h2>{words} ({count})</h2>'
        f'<div class="ea-cards">{"".join(drawn)}</div>{below}</section>'
    )


def _group(found: Group, ranking: Ranking) -> str:
    facts, verdicts = ranking.study.facts, [card.verdict for card in found.cards]
    if found.words == UNPLAYED:
        return unplayed(verdicts, facts)
    if found.words == LEFT:
        return left(verdicts[0])
    shown, fold = found.cards, ""
    if found.words == BLOCKED:
        rest = [verdict for verdict in verdicts if aside(verdict) or verdict.option.name == "none"]
        shown = tuple(card for card in shown if card.verdict not in rest)
        fold = blocked_fold(rest, ranking.advice, facts, more=bool(shown)) if rest else ""
    return group(found.words, len(found.cards), [draw_card(card, ranking) for card in shown], fold)


def draw(ranking: Ranking) -> str:
    """All groups with their counts; a group without an option is left out."""
    drawn = "".join(_group(found, ranking) for found in groups(ranking))
    return block(f'<div class="ea-groups">{drawn}</div>', testid="cards")

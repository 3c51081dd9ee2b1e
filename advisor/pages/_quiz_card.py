"""A study card as HTML: the answer with its sources."""

from advisor.facts import Fact
from advisor.pages._facts_list import older
from advisor.pages._facts_rules import rule_parts, rule_sources, said
from advisor.pages.own_html import block, reference, safe
from advisor.study_cards import Card

__all__ = ["answer"]


def _side(label: str, fact: Fact) -> str:
    told = reference(fact.source, fact.confidence, fact.published, fact.checked)
    return f'<div class="side"><p class="muted">{label}</p><p class="value">{safe(fact.text())}</p><p class="small muted">{told}</p></div>'


def answer(card: Card) -> str:
    """The other side of a card, announced to screen readers."""
    body = ""
    if card.today is not None and card.taught is not None:
        body = f'<div class="ea-sides">{_side("AWS today", card.today)}{_side("Study card", card.taught)}</div>'
        notes = (card.today.note, *older(card.today))
        body += "".join(f'<p class="ea-note">{safe(note)}</p>' for note in notes if note)
    if card.rule is not None:
        tip = f'<p class="value">{said(card.rule.tip)}</p>' if card.rule.tip else ""
        rest = rule_parts(card.rule).partition("<dt>Exam tip")[0]
        body = f"{tip}<p>{said(card.rule.says)}</p><dl>{rest}</dl>{rule_sources(card.rule)}"
    return block(body, testid="quiz-answer", attributes='role="status"')

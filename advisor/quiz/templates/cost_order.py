"""Cheapest to dearest: configurations for one load, by their bills."""

from advisor.quiz.item import Choice
from advisor.quiz.money_words import price_sources
from advisor.quiz.templates._offers import picked
from advisor.quiz.templates._situations import SITUATIONS
from advisor.quiz.templates._template import Draw, Drawn, template

__all__ = ["cost_order"]

_QUESTIONS = (
    "What is the order, from the cheapest month to the dearest?",
    "In which order do they stand, the cheapest first?",
    "Sort the configurations by what a month costs, beginning with the least.",
)


@template("cost-order", type="ordering", topic="billing", task="3.1", targets=tuple(SITUATIONS), weight=5)
def cost_order(draw: Draw) -> Drawn | None:
    """Four or five configurations, neighbours well apart."""
    rng, situation = draw.rng, SITUATIONS[draw.target]
    laid = situation.lay(draw)
    found = picked(laid.pool, 4 if draw.difficulty < 3 else rng.choice((4, 5)), draw, situation.holds)
    if found is None:
        return None
    prices = [price for offer in found for price in offer.prices]
    stem = laid.stem(draw, found)
    choices = tuple(Choice(offer.text, True, f"{offer.working}.", offer.source, "", offer.option) for offer in found)
    sources = (*price_sources(prices), *dict.fromkeys(offer.source for offer in found))
    return Drawn(stem, rng.choice(_QUESTIONS), choices, situation.lesson, sources, brief=laid.brief)

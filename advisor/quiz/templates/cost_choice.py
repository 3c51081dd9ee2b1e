"""Which configuration costs least: four that serve one load, by their bills."""

from advisor.quiz.item import Choice
from advisor.quiz.money_words import amount, price_sources
from advisor.quiz.templates._offers import Offer, picked
from advisor.quiz.templates._situations import SITUATIONS
from advisor.quiz.templates._template import Draw, Drawn, template

__all__ = ["cost_choice"]

_QUESTIONS = (
    "Which configuration costs the least in a month?",
    "Which of these is the cheapest?",
    "Which one has the lowest monthly bill?",
)


def _choice(offer: Offer, best: Offer) -> Choice:
    if offer is best:
        return Choice(offer.text, True, f"{offer.working}, the least.", offer.source, "", offer.option)
    more = float(offer.cost.computing / best.cost.computing)
    said = f"{more:.1f} times" if more < 10 else f"{more:,.0f} times"
    reason = f"{offer.working}: {said} the {amount(best.cost.computing)} of the cheapest."
    belief = offer.belief
    if best.option == offer.option == "serverless":  # they differ in memory
        belief = "least_memory_cheapest" if offer.prices[0].usd < best.prices[0].usd else "most_memory_cheapest"
    return Choice(offer.text, False, reason, offer.source, "", offer.option, belief)


@template("cost-choice", type="single", topic="billing", task="4.2", targets=tuple(SITUATIONS), weight=5)
def cost_choice(draw: Draw) -> Drawn | None:
    """The cheapest of four; all of them well apart."""
    rng, situation = draw.rng, SITUATIONS[draw.target]
    laid = situation.lay(draw)
    found = picked(laid.pool, 4, draw, situation.holds)
    if found is None:
        return None
    prices = [price for offer in found for price in offer.prices]
    stem = laid.stem(draw, found)
    choices = tuple(_choice(offer, found[0]) for offer in found)
    sources = (*price_sources(prices), *dict.fromkeys(offer.source for offer in found))
    return Drawn(stem, rng.choice(_QUESTIONS), choices, situation.lesson, sources, brief=laid.brief)

"""What happens to the bill: more requests, none at all, a quicker model, more memory, more models."""

from advisor.quiz.item import Choice
from advisor.quiz.money_words import amount, asides, paragraphs, price_line, price_sources, scope
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._changes import CHANGES
from advisor.quiz.templates._spread import three_of
from advisor.quiz.templates._template import Draw, Drawn, template

__all__ = ["cost_change"]

_QUESTIONS = (
    "What does a month of computing cost then?",
    "How much is the computing part of the bill after that?",
    "What will a month of computing cost?",
)
_OF_THAT_MONTH = ("What does the computing cost in that month?", "How much is the computing part of that month's bill?")


@template("cost-change", type="single", topic="billing", task="4.2", targets=tuple(CHANGES), weight=6)
def cost_change(draw: Draw) -> Drawn | None:
    """One amount is what the bills say, three follow from misconceptions."""
    rng = draw.rng
    found = CHANGES[draw.target](draw)
    if found is None:
        return None
    three = three_of(float(found.after), [float(wrong.usd) for wrong in found.wrong], rng)
    if three is None:
        return None
    wrong = [found.wrong[index] for index in three]
    if sorted([found.after, *(one.usd for one in wrong)])[1] < 1:
        return None
    today = (
        f"Today the computing costs **{amount(found.before)} a month**."
        if draw.difficulty == 1 and found.before
        else ""
    )
    stem = paragraphs(
        f"{found.told} {today}".strip(), asides(rng, draw.difficulty), found.event,
        f"{price_line(found.prices)} {scope(rng, draw.facts)}",
    )  # fmt: skip
    page = fact_source(f"{found.option}.billing", draw.facts)
    key = Choice(f"{amount(found.after)} a month", True, found.reason, page)
    others = (Choice(f"{amount(w.usd)} a month", False, w.reason, page, "", "", w.belief) for w in wrong)
    return Drawn(
        stem, rng.choice(_OF_THAT_MONTH if draw.target.startswith("none.") else _QUESTIONS), (key, *others), found.lesson, (*price_sources(found.prices), page), brief=found.brief
    )  # fmt: skip

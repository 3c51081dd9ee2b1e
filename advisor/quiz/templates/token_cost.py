"""What a million tokens cost on instances: the price of an hour, shared among the tokens of an hour."""

from typing import Final

from advisor.quiz.item import Choice
from advisor.quiz.sources import page_of
from advisor.quiz.templates._asides import drawn_values, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.units import format_usd

_TEXTS = read_texts("limits")["tokens"]
_TYPES: Final = (
    "ml.g5.2xlarge",
    "ml.g5.12xlarge",
    "ml.g6.2xlarge",
    "ml.g6.12xlarge",
    "ml.g6e.2xlarge",
    "ml.p4d.24xlarge",
)
_REGION: Final = "us-east-1"
_HOUR: Final = 3600
_MILLION: Final = 10**6
_BELIEFS: Final = {
    "idle": "idle_time_is_free", "inverse": "idle_time_is_free", "one": "one_instance_bills", "each": "one_instance_bills",
    "minute": "units_of_time", "tenth": "units_of_time",
}  # fmt: skip


@template("token-cost", type="single", topic="foundation", task="4.2", targets=("busy", "fleet"), weight=3)
def token_cost(draw: Draw) -> Drawn | None:
    """The cost of a million tokens, from the price of an hour and the tokens of an hour."""
    rng, facts = draw.rng, draw.facts
    kind = rng.choice(_TYPES)
    price = facts.instance_price(_REGION, "real_time", kind)
    if price is None:
        return None
    hour, count = float(price.usd), rng.randint(2, 6) if draw.target == "fleet" else 1
    share = rng.choice((0.2, 0.25, 0.4, 0.5, 0.6, 0.75)) if draw.target == "busy" else 1.0
    rate = rng.randrange(100, 900, 20) * (10 if hour > 10 else 1) * (count if draw.target == "fleet" else 1)
    full = hour * _MILLION / (rate * _HOUR)
    key = full * count / share
    wrong = {"idle": full, "inverse": full * share} if draw.target == "busy" else {"one": full, "each": full / count}
    wrong |= {"minute": key * 60, "tenth": key / 10}
    worked = f"{count} × ${price.usd:f}" if count > 1 else f"${price.usd:f}"
    tokens = f"{rate:,} × {_HOUR:,}" + (f" × {share:g}" if share < 1 else "")
    teller = Teller(
        rng, facts, **{**drawn_values(draw), "rate": f"{rate:,}", "percent": f"{100 * share:g}"}, type=kind, count=count, region=_REGION,
        price=f"{price.usd:f}", value=format_usd(key), sum=f"{worked} for {tokens} tokens an hour",
    )  # fmt: skip
    texts = {format_usd(key): ""} | {format_usd(value): name for name, value in wrong.items()}
    if len(texts) < len(wrong) + 1:
        return None
    page = page_of("billing")
    names = [*list(wrong)[:2], rng.choice(("minute", "tenth"))]
    choices = [Choice(format_usd(key), True, teller.told(_TEXTS["reasons"]["right"]), page)]
    choices += [
        Choice(format_usd(wrong[name]), False, _TEXTS["reasons"][name], page, misconception=_BELIEFS[name])
        for name in names
    ]
    stem = with_aside(teller.told(_TEXTS[draw.target]["stems"]), teller, draw.difficulty, "foundation")
    return Drawn(
        f"{stem}\n\n{teller.told(_TEXTS['assumed'])}", _TEXTS["question"], tuple(choices),
        teller.told(_TEXTS[draw.target]["explanation"]), (page,),
    )  # fmt: skip

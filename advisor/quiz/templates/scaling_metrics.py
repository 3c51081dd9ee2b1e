"""What target tracking measures: one metric for each scalable dimension, and one of our own for a queue."""

from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts

_TEXTS = read_texts("limits")
_ASKED = _TEXTS["metrics"]


def scaling_metric(draw: Draw) -> Drawn | None:
    """The metric that scales one kind of capacity, among those of the others."""
    facts, asked = draw.facts, _ASKED[draw.target]
    key = facts.fact(asked["fact"])
    teller = Teller(draw.rng, facts, **drawn_values(draw), value=key.value)
    source = fact_source(key.id, facts)
    right = Choice(str(key.value), True, teller.told(asked["right"]), source, "CFG013")
    others = draw.rng.sample([name for name in _TEXTS["metric_reasons"] if name != asked["fact"]], 3)
    wrong = [
        Choice(
            str(facts.fact(name).value), False, _TEXTS["metric_reasons"][name], fact_source(name, facts), "CFG013",
            misconception=asked["belief"] if name == "autoscaling.metric_variant" else "wrong_metric",
        )
        for name in others
    ]  # fmt: skip
    return Drawn(
        teller.told(asked["stems"]), asked["question"], (right, *wrong),
        f"{right.reason} A predefined metric belongs to one scalable dimension.", (source,),
    )  # fmt: skip


for _topic, _weight in (("scaling", 2), ("foundation", 1), ("models", 1)):
    _targets = tuple(name for name, asked in _ASKED.items() if asked.get("topic", "scaling") == _topic)
    template(f"{_topic}-metric", type="single", topic=_topic, task="3.2", targets=_targets, weight=_weight)(
        scaling_metric
    )

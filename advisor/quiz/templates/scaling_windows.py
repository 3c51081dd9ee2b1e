"""How soon an alarm is raised: points times period, for scale-out, scale-in and waking from zero."""

from typing import Final

from advisor.facts import Facts
from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, evenly_ranked
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.units import format_duration

_TEXTS = read_texts("limits")
_ASKED = _TEXTS["windows"]
_BELIEFS: Final = {
    ("out", "fast-out"): "scaling_at_once", ("out", "in"): "limit_of_another_attribute", ("in", "out"): "scale_in_as_fast",
    ("in", "fast-out"): "scale_in_as_fast", ("fast-in", "fast-out"): "high_res_scales_in", ("fast-in", "out"): "scale_in_as_fast",
    ("wake-queue", "fast-out"): "scaling_at_once", ("wake-components", "fast-out"): "scaling_at_once",
}  # fmt: skip
"""What somebody believes who takes the window of the second for that of the first."""


def _window(name: str, facts: Facts) -> float:
    """Microseconds until the alarm, or of the cooldown."""
    if name == "cooldown":
        return facts.of("autoscaling", "cooldown_default_variant").us()
    points, period = (facts.of("autoscaling", part) for part in _ASKED[name]["key"])
    return points.number() * period.us()


def scaling_window(draw: Draw) -> Drawn | None:
    """How long until an alarm is raised at least."""
    facts, asked = draw.facts, _ASKED[draw.target]
    points, period = (facts.of("autoscaling", part) for part in asked["key"])
    key = _window(draw.target, facts)
    teller = Teller(draw.rng, facts, **drawn_values(draw), points=points.text(), period=period.text())
    source = fact_source(points.id, facts)
    right = Choice(format_duration(key), True, teller.told(_TEXTS["window_reasons"]["right"]), source)
    wrong: dict[float, Choice] = {}
    for name in draw.rng.sample([*_ASKED, "cooldown"], len(_ASKED) + 1):
        value = _window(name, facts)
        if value == key or value in wrong:
            continue
        fact = "cooldown_default_variant" if name == "cooldown" else _ASKED[name]["key"][0]
        reason = Teller(draw.rng, facts, value=format_duration(value)).told(_TEXTS["window_reasons"][name])
        belief = _BELIEFS.get((draw.target, name), "limit_of_another_attribute")
        wrong[value] = Choice(
            text=format_duration(value),
            correct=False,
            reason=reason,
            source=fact_source(f"autoscaling.{fact}", facts),
            misconception=belief,
        )
    if len(wrong) < 3:
        return None
    return Drawn(
        teller.told(asked["stems"]), asked["question"], (right, *evenly_ranked(draw.rng, key, list(wrong.items()), 3)),
        teller.told(asked["explanation"]), (source,),
    )  # fmt: skip


for _topic, _weight in (("scaling", 2), ("foundation", 1)):
    _targets = tuple(name for name, asked in _ASKED.items() if asked.get("topic", "scaling") == _topic)
    template(f"{_topic}-window", type="single", topic=_topic, task="3.2", targets=_targets, weight=_weight)(
        scaling_window
    )

"""What helps when a language model does not start, breaks off or waits: a setting for each symptom."""

from advisor.quiz.item import Choice
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values, with_aside
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts

_TEXTS = read_texts("limits")["remedies"]
_KNOWN = {name: row for name, row in _TEXTS.items() if isinstance(row, dict)}
_ASKED = {name: row for name, row in _KNOWN.items() if "stems" in row}


@template("foundation-remedy", type="single", topic="foundation", task="3.2", targets=tuple(_ASKED), weight=4)
def foundation_remedy(draw: Draw) -> Drawn | None:
    """One setting cures the symptom; the others cure another one."""
    asked, facts = _ASKED[draw.target], draw.facts
    teller = Teller(draw.rng, facts, **drawn_values(draw))
    source = fact_source(asked["fact"], facts)
    right = Choice(asked["text"], True, teller.told(asked["right"]), source)
    usable = [name for name, row in _KNOWN.items() if draw.target not in {name, *row.get("never_for", ())}]
    others = draw.rng.sample(usable, 3)
    wrong = [
        Choice(row["text"], False, row["wrong"], fact_source(row["fact"], facts), misconception=row["belief"])
        for row in (_KNOWN[name] for name in others)
    ]
    stem = with_aside(teller.told(asked["stems"]), teller, draw.difficulty, "foundation")
    return Drawn(stem, _TEXTS["question"], (right, *wrong), right.reason, (source,))

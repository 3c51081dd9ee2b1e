"""Which option serves a scenario: one constraint decides, every other choice breaks one."""

from advisor.options import title
from advisor.quiz.item import Choice
from advisor.quiz.judged import Judged, source_of
from advisor.quiz.templates._template import Draw, Drawn, template


@template("which-option", type="single", topic="options", task="3.1", targets=("async.payload",), weight=12)
def which_option(draw: Draw) -> Drawn | None:
    """One option serves the scenario."""
    rng, key = draw.rng, draw.target.partition(".")[0]
    payload = rng.randrange(40, 900, 10)
    said = {"payload_mb": float(payload), "immediate_response": False}
    judged = Judged(said, draw.facts)
    refused = judged.refused()
    if not judged.fits(key) or len(refused) < 3:
        return None
    names = rng.sample(sorted(refused), 3)
    deciding = judged.verdict(key).nearest
    choices = [
        Choice(
            title(key),
            True,
            deciding.message if deciding else "",
            source_of(deciding, draw.facts) if deciding else "",
            deciding.rule if deciding else "",
            key,
        )
    ]
    for name in names:
        found = refused[name]
        choices.append(
            Choice(
                title(name),
                False,
                found.message,
                source_of(found, draw.facts),
                found.rule,
                name,
                f"{found.rule}/{name}",
            )
        )
    return Drawn(
        f"Each file that a laboratory sends has up to **{payload} MB**, and the caller collects the result later.",
        "Which option serves this workload?", tuple(choices), "The largest body decides.",
        tuple({choice.source: None for choice in choices}), brief=tuple(said.items()),
    )  # fmt: skip

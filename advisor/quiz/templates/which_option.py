"""Which option serves a scenario: one constraint decides, every other choice breaks one."""

from advisor.quiz.choosing import pick_wrong, right_choice, wrong_choice
from advisor.quiz.judged import Judged
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.wording import tell


@template("which-option", type="single", topic="options", task="3.1", targets=("async.payload",), weight=12)
def which_option(draw: Draw) -> Drawn | None:
    """One option serves the scenario."""
    rng, key = draw.rng, draw.target.partition(".")[0]
    said = {"payload_mb": float(rng.randrange(130, 800, 10)), "immediate_response": False}
    judged = Judged(said, draw.facts)
    names = pick_wrong(judged, rng, 3, draw.difficulty)
    if names is None or not judged.fits(key):
        return None
    choices = (right_choice(judged, key, deciding=("payload_mb",)), *(wrong_choice(judged, name) for name in names))
    return Drawn(
        tell(rng, said, draw.difficulty, deciding=("payload_mb",)).text,
        "Which option serves this workload?", choices, "The largest body decides.",
        tuple({choice.source: None for choice in choices}), brief=tuple(said.items()),
    )  # fmt: skip

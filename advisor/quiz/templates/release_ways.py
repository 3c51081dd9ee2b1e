"""Which way of releasing a version a situation asks for, and what is true of each of them."""

from typing import Any, Final

from advisor.quiz.item import Choice
from advisor.quiz.judged import fact_source
from advisor.quiz.releases import Way, statements, ways
from advisor.quiz.settings import setting
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.text import fill

_NEAR: Final = {
    "split": ("shadow", "canary"), "shadow": ("split", "canary"), "canary": ("linear", "at_once", "split"),
    "linear": ("canary", "at_once", "rolling"), "at_once": ("canary", "rolling", "linear"), "rolling": ("linear", "at_once"),
}  # fmt: skip
"""What each is taken for most easily."""
_SUBJECTS: Final = {"shadow": "a shadow variant", "variants": "production variants", "updates": "guarded updates"}
_COUNTS: Final = {2: "TWO", 3: "THREE"}
_LEADS: Final = (
    "In a review of the next release, the talk is of {subject}.",
    "The plan for the next release speaks of {subject}.",
    "A new colleague reads about {subject} and takes notes.",
    "Two engineers disagree on {subject} and look into the documentation.",
    "A page of the team's handbook on {subject} has to be checked.",
    "Before the next version goes live, somebody explains {subject}.",
)
_MINUTE_US: Final = 60_000_000


def _numbers(draw: Draw) -> dict[str, int]:
    """Numbers of a situation; a wait is no longer than can be set."""
    rng, longest = draw.rng, draw.facts.fact("real_time.guardrail_wait_max").us() // _MINUTE_US
    return {
        "share": rng.choice((4, 5, 8, 10, 12, 20)), "weeks": rng.randint(2, 9), "days": rng.randint(3, 25),
        "steps": rng.choice((3, 4, 5, 8, 10)), "copies": rng.randint(2, 6),
        "minutes": rng.choice([minutes for minutes in (5, 8, 10, 12, 15, 20, 25, 30, 40, 45) if minutes <= longest]),
    }  # fmt: skip


def _wrong(draw: Draw, known: dict[str, Way]) -> list[str]:
    """Three other ways: unlike ones at difficulty 1, the nearest first at 3."""
    others = draw.rng.sample([name for name in known if name != draw.target], len(known) - 1)
    near = _NEAR[draw.target]
    if draw.difficulty != 2:
        others.sort(key=lambda name: (name in near) is (draw.difficulty == 1))
    return others[:3]


@template(
    "release-way", type="single", topic="release", task="3.1", weight=5,
    targets=("split", "shadow", "canary", "linear", "at_once", "rolling"),
)  # fmt: skip
def release_way(draw: Draw) -> Drawn | None:
    """A situation that asks for one way of releasing a version."""
    rng, known = draw.rng, ways(draw.facts)
    right = known[draw.target]
    choices = []
    for name in (draw.target, *_wrong(draw, known)):
        way, fits = known[name], name == draw.target
        reason = way.does if fits else f"{way.does} {right.asks}"
        belief = "" if fits else f"release-{name}"
        choices.append(Choice(way.name, fits, reason, fact_source(way.fact, draw.facts), "", "", belief))
    numbers: dict[str, Any] = _numbers(draw)
    story = setting(rng, draw.difficulty)
    return Drawn(
        f"{story}\n\nA new version is ready. {rng.choice(right.texts).format(**numbers)}",
        "Which way of releasing it does that?", tuple(choices), right.tip,
        tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip


@template("release-facts", type="multiple", topic="release", task="3.1", targets=tuple(_SUBJECTS), weight=2)
def release_facts(draw: Draw) -> Drawn | None:
    """Two or three of five statements on a way of releasing are true."""
    rng, facts, subject = draw.rng, draw.facts, _SUBJECTS[draw.target]
    pool = [one for one in statements() if one.subject == subject and one.holds(facts) is one.holds(facts.other)]
    true = rng.sample([one for one in pool if one.holds(facts)], len([one for one in pool if one.holds(facts)]))
    false = rng.sample([one for one in pool if not one.holds(facts)], len(pool) - len(true))
    many = rng.choice((2, 3))
    if len(true) < many or len(false) < 5 - many:
        return None
    choices = tuple(
        Choice(
            one.text, one.holds(facts), fill(one.reason, facts), fact_source(one.fact, facts), "", "",
            "" if one.holds(facts) else f"release-{one.id}",
        )
        for one in (*true[:many], *false[: 5 - many])
    )  # fmt: skip
    lead = rng.choice(_LEADS).format(subject=subject)
    return Drawn(
        f"{setting(rng, draw.difficulty)}\n\n{lead}",
        f"Which of these statements about {subject} are true? Choose {_COUNTS[many]}.",
        choices, " ".join(fill(one.reason, facts) for one in true[:many]),
        tuple(dict.fromkeys(choice.source for choice in choices)),
    )  # fmt: skip

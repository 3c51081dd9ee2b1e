"""What belongs to what, by the facts: limits, charges, behaviour at zero, metrics, ways of sharing, updates."""

from datetime import date

from advisor.quiz.pairs import Pair, choice_of, matching, older, prompt_of, subjects
from advisor.quiz.settings import setting
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.text import format_day

_PROMPTS = {1: (3,), 2: (3, 4), 3: (4, 5)}


def _read_on(pairs: tuple[Pair, ...], draw: Draw) -> date:
    return max(draw.facts.fact(pair.fact).checked for pair in pairs)


def _matched(draw: Draw, *, changed: bool) -> Drawn | None:
    """Prompts of one subject with their choices, one choice more at difficulty 3."""
    rng, facts = draw.rng, draw.facts
    subject = subjects()[draw.target]
    drawn = matching(subject, rng, facts, rng.choice(_PROMPTS[draw.difficulty]), draw.difficulty // 3, changed=changed)
    if drawn is None:
        return None
    pairs, more = drawn
    prompts = tuple(prompt_of(pair, rng, facts) for pair in pairs)
    choices = tuple(choice_of(pair, facts) for pair in (*pairs, *more))
    parts = [setting(rng, draw.difficulty), rng.choice(subject.leads)]
    if changed and facts.profile == "aws":
        parts.append(
            f"Answer by what AWS documents; read on {format_day(_read_on(pairs, draw))}. Older material differs."
        )
    elif changed:
        parts.append("Answer by the comparison table of study material, which differs from what AWS documents.")
    elif draw.difficulty == 3 and any(facts.fact(pair.fact).numeric for pair in pairs):
        parts.append(f"Values are those documented on {format_day(_read_on(pairs, draw))}.")
    rest = " One choice is left over." if more else " Each choice is used once."
    told = " ".join(part for part in (subject.remember, older((*pairs, *more), facts)) if part)
    return Drawn(
        "\n\n".join(parts), subject.question + rest, choices, told,
        tuple(dict.fromkeys(choice.source for choice in choices)), prompts,
    )  # fmt: skip


@template("match-limits", type="matching", topic="limits", task="3.1", targets=("times", "sizes"), weight=2)
def limits(draw: Draw) -> Drawn | None:
    """Limits of time and size to the things that have them."""
    return _matched(draw, changed=False)


@template("match-models", type="matching", topic="models", task="3.1", targets=("sharing", "counts"), weight=2)
def models(draw: Draw) -> Drawn | None:
    """Ways of sharing an endpoint, and how many of each there may be."""
    return _matched(draw, changed=False)


@template("match-charges", type="matching", topic="billing", task="3.1", targets=("charge",))
def charges(draw: Draw) -> Drawn | None:
    """From when to when something is charged."""
    return _matched(draw, changed=False)


@template(
    "match-scaling", type="matching", topic="scaling", task="3.2", targets=("zero", "metrics", "dimensions"), weight=3
)
def scaling(draw: Draw) -> Drawn | None:
    """Behaviour at zero, metrics and dimensions to what scales."""
    return _matched(draw, changed=False)


@template("match-rollouts", type="matching", topic="release", task="3.1", targets=("rollout",))
def rollouts(draw: Draw) -> Drawn | None:
    """How an update reaches the callers."""
    return _matched(draw, changed=False)


@template(
    "match-changed", type="matching", topic="limits", task="3.1", targets=("bodies", "clocks", "units"), weight=2, changed=True
)  # fmt: skip
def changed(draw: Draw) -> Drawn | None:
    """Limits and units that older material teaches differently."""
    return _matched(draw, changed=True)

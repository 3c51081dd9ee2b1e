"""What the study card says in words otherwise than AWS: billing and cold start; the items name whose word counts."""

from advisor.facts import Fact, Facts
from advisor.quiz.item import Choice
from advisor.quiz.misconceptions import called
from advisor.quiz.sources import fact_source
from advisor.quiz.templates._asides import drawn_values
from advisor.quiz.templates._template import Draw, Drawn, template
from advisor.quiz.told import Teller, read_texts
from advisor.text import format_day

_TEXTS = read_texts("limits")["cells"]
_ASKED = {name: row for name, row in _TEXTS.items() if isinstance(row, dict) and "stems" in row}
_BILLED = ("serverless", "serverless_provisioned", "batch_transform")
"""Options whose billing nobody could take for another's; real-time and asynchronous instances bill alike."""


def _words(text: str) -> str:
    words = str(_TEXTS["words"].get(text, text))
    return f"{words[:1].upper()}{words[1:]}"


def _small(fact: Fact) -> str:
    words = _words(str(fact.value))
    return f"{words[:1].lower()}{words[1:]}"


def _others(target: str, facts: Facts) -> list[tuple[str, str]]:
    """What other options are billed by, or the other answers to the question, with the option."""
    option, _, attribute = target.partition(".")
    today = facts.under("aws")
    if attribute == "billing":
        return [(str(today.of(name, attribute).value), name) for name in _BILLED if name != option]
    return [(word, "") for word in _TEXTS["words"]]


def changed_cell(draw: Draw) -> Drawn | None:
    """What one of the two sources says, with what the other one says beside it."""
    facts, asked = draw.facts, _ASKED[draw.target]
    today, taught = (facts.under(profile).fact(draw.target) for profile in ("aws", "study-card"))
    if today.same_as(taught):
        return None
    by_study = facts.profile != "aws"
    key, other = (taught, today) if by_study else (today, taught)
    teller = Teller(
        draw.rng, facts, **drawn_values(draw), source=_TEXTS["study" if by_study else "today"], date=format_day(today.checked),
        taught=_small(taught), now=_small(today),
    )  # fmt: skip
    source = fact_source(draw.target, facts)
    right = Choice(_words(str(key.value)), True, teller.told(_TEXTS["right"]), source)
    belief = "today_is_taught" if by_study else "older_value"
    wrong = {
        _words(str(other.value)): Choice(_words(str(other.value)), False, teller.told(_TEXTS["taught"]), source, misconception=belief)
    }  # fmt: skip
    others = _others(draw.target, facts)
    for value, option in draw.rng.sample(others, len(others)):
        reason = (
            teller.told(_TEXTS["elsewhere"].replace("{option}", called(option)))
            if option
            else f"Neither source says so of {called('async')}."
        )
        page = fact_source(f"{option}.billing", facts) if option else source
        wrong.setdefault(
            _words(value), Choice(_words(value), False, reason, page, misconception="limit_of_another_option")
        )
    wrong.pop(right.text, None)
    chosen = list(wrong.values())[:3]
    if len(chosen) < 2:
        return None
    return Drawn(
        teller.told(asked["stems"]), teller.told(asked["question"]), (right, *chosen), teller.told(_TEXTS["older"]), (source,)
    )  # fmt: skip


for _topic, _ending in (("billing", "billing"), ("scaling", "cold_start")):
    _targets = tuple(name for name in _ASKED if name.endswith(_ending))
    template(f"changed-{_topic}", type="single", topic=_topic, task="3.1", targets=_targets, changed=True)(changed_cell)

"""An interview in sentences: what fits and how sure that is, what a reply does, what was said."""

from typing import Final

from advisor.advice import Advice
from advisor.ahead import Ahead, Asked
from advisor.attributes import UNKNOWN
from advisor.facts import Facts
from advisor.interview import Interview, Said
from advisor.options import title
from advisor.questions import Question, further, question_text, questions, topic
from advisor.rules import Outcome
from advisor.words import value_words
from simulator.headline import article, several, suits

__all__ = ["answer_words", "effect", "finding", "how_sure", "left", "progress", "so_far", "subject", "why_first"]

_NAMED: Final = 3
"""Options that are named; the others are counted."""


def noun(name: str) -> str:
    """An option name in running text, without an article."""
    word = title(name)
    return word[:1].lower() + word[1:]


def _list(names: tuple[str, ...], word: str = "and") -> str:
    shown = [noun(name) for name in names[:_NAMED]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def effect(asked: Asked, number: int) -> str:
    """What one reply does, short.

    Arguments: `number` is its place among the replies.

    >>> from advisor import load_facts
    >>> from advisor.ahead import ask
    >>> effect(ask(Interview(), "scale_to_zero", load_facts()), 1)
    'a real-time endpoint stays first'
    """
    reply = asked.replies[number]
    if asked.clashes[number]:
        return f"does not go with what was said: {asked.clashes[number]}"
    firsts = asked.firsts
    parts = []
    for verb, names in (("rules out", reply.out), ("brings back", reply.back)):
        if names:
            parts.append(f"{verb} {_list(tuple(sorted(names, key=lambda name: name not in firsts)))}")
    if reply.best == "none":
        return "nothing would fit"
    order = "stay" if reply.best == asked.best else "come"
    parts.append(f"{article(reply.best)} {order}{'' if several(reply.best) else 's'} first")
    return "; ".join(parts)


def progress(talk: Interview, ahead: Ahead, asked: Asked) -> str:
    """Which question this is, of about how many, and between how many options it decides."""
    attributes = [said.attribute for said in talk.answers]
    name = asked.question.attribute
    number = attributes.index(name) + 1 if name in attributes else len(attributes) + 1
    total = max(number, len(attributes) + ahead.left)
    count = len(asked.firsts)
    between = f"decides between {count} options" if count > 1 else "changes conditions, not what comes first"
    place = "Stated before" if name in {said.attribute for said in talk.stated} else f"Question {number} of about {total}"  # fmt: skip
    return f"{place} · {between}"


def left(advice: Advice) -> tuple[int, int]:
    """How many options nothing rules out, and how many there are."""
    verdicts = [verdict for verdict in advice.verdicts if verdict.option.name != "none"]
    return sum(verdict.feasible for verdict in verdicts), len(verdicts)


def _fits(name: str, after: str) -> str:
    return f"{_upper(article(name))} fit{'' if several(name) else 's'} {after}"


def so_far(talk: Interview, ahead: Ahead) -> str:
    """Where it stands while questions are open: the title of the page."""
    if not talk.said:
        return "Start with what you have, or answer the first question."
    count, of = left(ahead.advice)
    if not count:
        return "So far nothing fits: every option is ruled out."
    options = "option is" if count == 1 else "options are"
    return f"{_fits(ahead.advice.best, 'best so far')}; {count} of {of} {options} left."


def finding(ahead: Ahead, facts: Facts) -> str:
    """What fits, as far as it was decided: the title of the result."""
    advice = ahead.advice
    if advice.best == "none":
        nearest = min(advice.changes, key=lambda change: change.effort, default=None)
        if nearest is None:
            return "Nothing fits these answers, and no single change of one would help."
        before, after = (
            answer_words(Said(nearest.attribute, value), facts) for value in (nearest.before, nearest.after)
        )
        verbs = ("are", "they need") if several(nearest.option) else ("is", "it needs")
        about = topic(nearest.attribute, facts)
        return f"Nothing fits. The closest {verbs[0]} {article(nearest.option)}; {verbs[1]} {after} instead of {before} for {about}."
    if ahead.undecided:
        first = ahead.undecided[0]
        firsts = first.firsts if len(first.firsts) > 1 else (first.best, *first.firsts)
        names = [article(name) if name != "none" else "no option at all" for name in firsts]
        between = f"{names[0]} and {names[1]}" if len(names) == 2 else f"{len(names)} options"
        return f"Not decided: {first.question.topic} decides between {between}."
    count, _ = left(advice)
    return f"Only {article(advice.best)} fits." if count == 1 else f"{_fits(advice.best, 'best')}."


def how_sure(ahead: Ahead) -> tuple[str, ...]:
    """How sure the title is: what still decides, or that nothing does."""
    open_, rare = ahead.undecided, [asked for asked in ahead.open if not asked.decides]
    if open_:
        count = len(open_)
        said = "One open question still decides" if count == 1 else f"{count} open questions still decide"
        best = (
            "" if ahead.advice.best == "none" else f" On what is known now, {article(ahead.advice.best)} comes first."
        )
        return (f"{said} what comes first: below, with what each reply would change.{best}",)
    if rare:
        names = ", ".join(asked.question.topic for asked in rare)
        return (f"Only an unusual answer would still change this: {names}.",)
    none = ahead.advice.best == "none"
    return (f"No answer to an open question would change {'that' if none else 'what comes first'}.",)


def why_first(advice: Advice, facts: Facts) -> tuple[str, ...]:
    """Why the first is first, what it is subject to, and what comes next; a sentence each, where there is one."""
    first = advice.verdicts[0]
    if first.option.name == "none":
        return ()
    found = [f"What counts most: {text}." for text in (suits(first),) if text]
    deciding = first.deciding
    if deciding is not None and deciding.outcome in {Outcome.conditions, Outcome.unknown}:
        asked = question_text(deciding.question, facts) if deciding.question else ""
        unknown = deciding.outcome is Outcome.unknown
        found.append(
            f"Still to check: {asked or deciding.message}"
            if unknown
            else f"On one condition: {deciding.message} {deciding.remedy}".strip()
        )
    if len(advice.ranked) > 1:
        found.append(f"Next is {article(advice.ranked[1].option.name)}.")
    return tuple(found)


def subject(attribute: str, facts: Facts) -> str:
    """What an answer is about, in a word or two.

    >>> from advisor import load_facts
    >>> subject("payload_mb", load_facts())
    'Largest request'
    """
    return _upper(topic(attribute, facts).removeprefix("the ").removeprefix("a ").removeprefix("an "))


def _label(question: Question, said: Said) -> str:
    return next((label for value, label in zip(question.values, question.labels, strict=True) if value == said.value), "")  # fmt: skip


def answer_words(said: Said, facts: Facts) -> str:
    """An answer as people say it.

    >>> from advisor import load_facts
    >>> answer_words(Said("payload_mb", 5.0), load_facts()), answer_words(Said("needs_gpu"), load_facts())
    ('5 MB', 'not known')
    """
    if said.value is None:
        return "not known"
    if said.value is UNKNOWN:
        return "no word"
    question = questions(facts).get(said.attribute) or further()[said.attribute]
    numeric = isinstance(said.value, float)
    if said.rough or not numeric:
        label = _label(question, said).partition(":")[0]
        if label:
            return label
    return f"{'about ' if said.rough else ''}{value_words(said.attribute, said.value)}"

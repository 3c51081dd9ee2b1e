"""What the parts of the quiz are called: topics, views, tasks, concepts."""

import re
from functools import cache
from typing import Final

from advisor.options import NAMES, title
from advisor.rules import all_rules

__all__ = ["TOPIC_NAMES", "VIEW_NAMES", "concept_words", "counted", "task_words", "topic_words"]

VIEW_NAMES: Final = {"all": "all types", "mla-c02": "MLA-C02", "mla-c01": "MLA-C01"}
TOPIC_NAMES: Final = {
    "options": "Choosing an option",
    "limits": "Limits",
    "scaling": "Scaling",
    "billing": "Billing",
    "models": "Several models and components",
    "release": "Release strategies",
    "foundation": "Foundation models",
}


def topic_words(topic: str) -> str:
    """The name of a topic; the topic itself where it has none.

    >>> topic_words("release"), topic_words("new")
    ('Release strategies', 'new')
    """
    return TOPIC_NAMES.get(topic, topic)


def task_words(task: str) -> str:
    """Where in the exam guide a question belongs.

    >>> task_words("3.1")
    'domain 3, task 3.1'
    """
    domain, dot, _ = task.partition(".")
    return f"domain {domain}, task {task}" if dot else f"task {task}"


def concept_words(concept: str) -> str:
    """A concept in words: what kind of question, and what it is about.

    >>> concept_words("which-option/async.payload")
    'Which option: asynchronous endpoint, payload'
    >>> concept_words("match-charges/charge"), concept_words("configuration-refused/CFG001")
    ('Match charges', 'Configuration refused: warm environments within the most at once')
    """
    kind, _, target = concept.partition("/")
    name = kind.replace("-", " ").replace("_", " ")
    told = [words for part in re.split(r"[./]", target) if part and (words := _part(part)) not in name]
    return f"{name[:1].upper()}{name[1:]}{': ' if told else ''}{', '.join(told)}"


def _part(part: str) -> str:
    if part in NAMES:
        name = title(part)
        return f"{name[:1].lower()}{name[1:]}"
    rule = _rule_titles().get(part)
    return f"{rule[:1].lower()}{rule[1:]}" if rule else part.replace("_", " ").replace("-", " ")


@cache
def _rule_titles() -> dict[str, str]:
    return {rule.id: rule.title for rule in all_rules()}


def counted(number: int, noun: str) -> str:
    """How many of something.

    >>> counted(1, "question"), counted(1200, "question")
    ('1 question', '1,200 questions')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

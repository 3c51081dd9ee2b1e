"""An interview as one short text for the address of a page, and back.

`1~known.value~...~~asked.value~...~now`: a version, what was known before, an empty part, the answers in their order, and
`now` where the answer is wanted at once. The value `-` is "I don't know"; `about.` before a number tells that a band was
chosen. What comes in is hostile: its length is bounded, and every value goes through the checks of a brief.
"""

from typing import Any, Final

from advisor.brief import Brief
from advisor.check import check_region
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.interview import Interview, Said

__all__ = ["LONGEST", "read_interview", "write_interview"]

LONGEST: Final = 1_800
"""A text is written and read only up to this length: an address stays under what most tools keep whole."""
_VERSION: Final = "1"
_NOW: Final = "now"
_ABOUT: Final = "about."
_UNKNOWN: Final = "-"


def _value(value: Any) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float | int) else str(value)


def _part(said: Said) -> str:
    return f"{said.attribute}.{_ABOUT if said.rough else ''}{_value(said.value)}"


def write_interview(talk: Interview) -> str:
    """The interview as text; empty where nothing was said, or where it would be too long.

    >>> write_interview(Interview().answered("traffic", "spiky").answered("payload_mb", 5).answered("needs_gpu", None))
    '1~~traffic.spiky~payload_mb.5~needs_gpu.-'
    """
    if not talk.said and not talk.stop:
        return ""
    after = [*map(_part, talk.answers), *([_NOW] if talk.stop else [])]
    text = "~".join([_VERSION, *map(_part, talk.stated), *(["", *after] if after else [])])
    return text if len(text) <= LONGEST else ""


def _said(part: str) -> Said:
    name, dot, text = part.partition(".")
    if not dot or name not in Brief.model_fields:
        raise InputError([Problem("answers", repr(name[:40]), "the name of an attribute")])
    if text == _UNKNOWN:
        return Said(name)
    rough = text.startswith(_ABOUT)
    value = getattr(Brief.from_mapping({name: text.removeprefix(_ABOUT)}), name)
    return Said(name, value, rough and isinstance(value, float))


def read_interview(text: str, facts: Facts) -> Interview:
    """The interview in a text.

    Raises InputError when it is too long, of a version that is not known, or holds anything but answers that go together.

    >>> from advisor.facts import load_facts
    >>> talk = read_interview("1~region.eu-west-1~~traffic.spiky~needs_gpu.-~now", load_facts())
    >>> len(talk.stated), talk.passed, talk.stop
    (1, ('needs_gpu',), True)
    """
    if not text:
        return Interview()
    if len(text) > LONGEST:
        raise InputError([Problem("answers", f"{len(text):,} characters", f"at most {LONGEST:,} characters")])
    version, *parts = text.split("~")
    if version != _VERSION:
        raise InputError([Problem("answers", repr(version[:20]), f"answers of version {_VERSION}")])
    gap = parts.index("") if "" in parts else len(parts)
    before, after = parts[:gap], parts[gap + 1 :]
    stop = bool(after) and after[-1] == _NOW
    stated, answers = tuple(map(_said, before)), tuple(map(_said, after[:-1] if stop else after))
    talk = Interview(stated, answers, stop)
    names = [said.attribute for said in talk.said]
    if len(set(names)) < len(names):
        raise InputError([Problem("answers", "", "each attribute at most once")])
    if talk.brief.region is not None:
        check_region(talk.brief.region, facts, "region")
    return talk

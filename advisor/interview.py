"""Interview: a brief that grows by one answer at a time. What was said stands; each answer can be changed.

`advisor.standing` says where an interview stands: which question is next, and what its replies would change.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import tomli_w

from advisor.attributes import UNKNOWN, Range, project
from advisor.brief import Brief
from advisor.check import check_region
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.workload import Workload

__all__ = ["Interview", "Said", "brief_of"]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    attribute: str
    value: Any = None
    """The value of the attribute; None is "I don't know"."""
    rough: bool = False
    """A band was chosen, and the value stands for all of it."""


@dataclass(frozen=True)
class Interview:
    """What was known before the first question, and the answers since, in their order.

    >>> talk = Interview().answered("traffic", "spiky").answered("payload_mb", "500 KB").answered("needs_gpu", None)
    >>> talk.brief.known, talk.passed
    ({'payload_mb': 0.5, 'traffic': 'spiky'}, ('needs_gpu',))
    >>> [said.value for said in talk.answered("traffic", "steady").answers]
    ['steady', 0.5, None]
    """

    stated: tuple[Said, ...] = ()
    """What was known before: from a workload or a brief."""
    answers: tuple[Said, ...] = ()
    """Replies to questions, in the order in which they were asked."""
    stop: bool = False
    """The answer is wanted now, whatever is still open."""

    @property
    def said(self) -> tuple[Said, ...]:
        """Everything that was said, "I don't know" included."""
        return (*self.stated, *self.answers)

    @cached_property
    def brief(self) -> Brief:
        """What is known. Raises InputError where answers contradict each other."""
        return Brief.from_mapping({said.attribute: said.value for said in self.said if said.value is not None})

    @property
    def passed(self) -> tuple[str, ...]:
        """Attributes of which it was said that nobody knows."""
        return tuple(said.attribute for said in self.said if said.value is None)

    @property
    def toml(self) -> str:
        """What is known, as a brief that `endpoint-advisor advise` reads."""
        return tomli_w.dumps(self.brief.known)

    def find(self, attribute: str) -> Said | None:
        """What was said of an attribute; None where it was not asked."""
        return next((said for said in self.said if said.attribute == attribute), None)

    def answered(self, attribute: str, value: Any, *, rough: bool = False, facts: Facts | None = None) -> "Interview":
        """The interview with one answer more, or with an earlier one replaced in its place; all others stay.

        Arguments: `value` as a brief takes it, a number also as a text with its unit; None is "I don't know"; `rough`
        tells that it stands for a band; `facts`, where given, check a Region.
        Raises InputError when the value cannot be used, or does not go with what else was said.
        """
        if attribute not in Brief.model_fields:
            raise InputError([Problem(attribute, "", "an attribute of a brief")])
        others = {said.attribute: said.value for said in self.said if said.attribute != attribute}
        read = None
        if value is not None:
            read = getattr(Brief.from_mapping({attribute: value}), attribute)
            if read is None:
                raise InputError([Problem(attribute, repr(value), "a value, or an answer that it is not known")])
            _together({**{name: v for name, v in others.items() if v is not None}, attribute: read}, attribute)
            if attribute == "region" and facts is not None:
                check_region(str(read), facts, "region")
        fresh = Said(attribute, read, rough and read is not None)
        if self.find(attribute) is None:
            return replace(self, answers=(*self.answers, fresh))
        return replace(self, stated=_put(self.stated, fresh), answers=_put(self.answers, fresh))


def _together(known: dict[str, Any], attribute: str) -> None:
    """Raise InputError, with the path of the new answer, where answers contradict each other."""
    try:
        Brief.from_mapping(known)
    except InputError as error:
        said = error.problems[0].allowed
        raise InputError([Problem(attribute, "", f"an answer that goes with the others: {said}")]) from None


def _put(said: tuple[Said, ...], fresh: Said) -> tuple[Said, ...]:
    return tuple(fresh if one.attribute == fresh.attribute else one for one in said)


def _single(value: object) -> object:
    """One value of an attribute: of a range the largest, which the limits read."""
    return value.high if isinstance(value, Range) else value


def brief_of(given: Workload | Brief) -> Interview:
    """An interview that starts from what a workload or a brief states.

    Of a range from typical to largest, the largest is taken. Raises InputError where times stand in a file that was
    not given.

    >>> from advisor.workload import load_workload
    >>> brief_of(load_workload("invoice-ocr")).brief.payload_mb
    4.0
    """
    known = {name: _single(value) for name, value in project(given).known().items() if name in Brief.model_fields}
    brief = Brief.from_mapping({name: value for name, value in known.items() if value is not UNKNOWN})
    return Interview(tuple(Said(name, value) for name, value in brief.known.items()))

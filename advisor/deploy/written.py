"""Written: one call as a document has it, what of it is looked at, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from advisor.deploy.forms import fitted
from advisor.errors import Problem

__all__ = ["Source", "Written", "write_down"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a call stands."""

    where: str
    """File and place in it."""
    kind: str
    """call, template, or described: the answer of a describe call, which AWS has accepted already."""


@dataclass(frozen=True, slots=True)
class Written:
    """One call of a document."""

    operation: str
    arguments: dict[str, Any]
    """What is looked at, all of the right kind."""
    whole: Mapping[str, Any]
    """All of it as written, functions of templates resolved."""
    source: Source
    unread: tuple[str, ...] = ()
    """Paths of what is not looked at."""
    unknown: tuple[tuple[str, str], ...] = ()
    """Paths of what is not settled, with what it depends on."""

    @property
    def described(self) -> bool:
        """It is the answer of a describe call."""
        return self.source.kind == "described"


def write_down(operation: str, arguments: Mapping[str, Any], source: Source) -> tuple[Written, list[Problem]]:
    """A call as it is read, and what in it is of the wrong kind.

    Arguments: `operation` is one of `advisor.deploy.forms.FORMS`.
    """
    found = fitted(operation, arguments, lenient=source.kind == "template")
    wrong = [Problem(f"{source.where}: {one.path}", one.seen, one.allowed) for one in found.wrong]
    made = Written(operation, found.looked_at, arguments, source, tuple(found.unread), tuple(found.unknown.items()))
    return made, wrong

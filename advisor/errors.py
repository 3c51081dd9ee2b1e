"""The errors this project raises on purpose, drawn as a tree.

AdvisorError
├── InputError        something the user gave: a list of problems, all at once (exit code 2)
│   └── UnitError     one text that is not a size, a duration, a rate, a share or money
├── FactError         data/ or an override lacks something, or holds something impossible
├── StoreError        the file of saved work cannot be read or written; says why and what to do
├── TooLargeError     a run would not fit the memory or the time allowed; says the number
└── Cancelled         the user stopped a run
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "AdvisorError",
    "Cancelled",
    "FactError",
    "InputError",
    "Problem",
    "StoreError",
    "TooLargeError",
    "UnitError",
]


class AdvisorError(Exception):
    """Base of every error the product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field.

    Arguments: `path` names the field as the user wrote it (`request.payload.p50`), `seen` is the value
    as given, `allowed` says what would be accepted, in the user's unit.

    >>> str(Problem("needs.region", "'mars-1'", "one of 37 regions, for example us-east-1"))
    "needs.region: 'mars-1' is not allowed; allowed: one of 37 regions, for example us-east-1"
    """

    path: str
    seen: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        if not self.seen:
            return f"{where}{self.allowed}"
        return f"{where}{self.seen} is not allowed; allowed: {self.allowed}"


class InputError(AdvisorError):
    """What the user gave cannot be used: one problem a line, every problem at once.

    >>> print(InputError([Problem("traffic.mean_rate_per_s", "-2", "a rate above 0, like 2/s")]))
    traffic.mean_rate_per_s: -2 is not allowed; allowed: a rate above 0, like 2/s
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Problem, ...]]]:
        return InputError, (self.problems,)  # from another process it arrives with its problems


class UnitError(InputError):
    """A text that is not the quantity it should be."""

    def __init__(self, seen: object, allowed: str, path: str = "") -> None:
        super().__init__([Problem(path, repr(seen), allowed)])


class FactError(AdvisorError):
    """A fact, price or instance type is absent or impossible."""


class StoreError(AdvisorError):
    """The file of saved work cannot be read or written; nothing of it was changed."""


class TooLargeError(AdvisorError):
    """A run or a file is larger than what was allowed; the message holds both numbers."""


class Cancelled(AdvisorError):  # noqa: N818 - a stop the user asked for is no error in their eyes
    """The run was stopped through its cancel flag."""

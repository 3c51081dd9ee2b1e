"""What all renderers share: words that stay on their line, and the head that tells what a file creates and what it costs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from advisor.deploy.plan import Plan

__all__ = ["Head", "head_lines", "one_line"]

_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


def one_line(text: str) -> str:
    """A text that cannot end the line it stands on, nor turn its direction.

    >>> one_line("first\\nimport os"), one_line("a\\u2028b\\u202ec")
    ('first import os', 'a b c')
    """
    return " ".join(_BREAKS.sub(" ", text.replace("\u00a0", " ")).split())


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of a file, beside what its plan says."""

    cost: str = ""
    """What it costs, in one line."""
    promise: str = ""
    """What the sizing found it to keep, in one line."""
    assumptions: tuple[str, ...] = field(default=())
    """What was assumed, a line each."""
    dates: str = ""
    """How old the facts and prices are."""


def head_lines(plan: Plan, head: Head, workload: str, *, what: str = "Creates") -> list[str]:
    """The lines at the top of a file, none of which can break out of a comment.

    Arguments: `workload` is its name as the user wrote it; `what` the file does.
    """
    lines: Iterable[str] = (
        f"{what} for the workload {workload!r}: {plan.configuration}.",
        f"Region {plan.region}. {head.dates}".strip(),
        head.cost,
        head.promise,
        *(f"Assumed: {assumed}" for assumed in head.assumptions),
        *(f"Note: {remark}" for remark in plan.remarks),
    )
    return [one_line(line) for line in lines if line]

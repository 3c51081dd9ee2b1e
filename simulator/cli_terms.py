"""The options of the command line that change a bill: length of a month, savings plan, free tier, releases, storage."""

from typing import TYPE_CHECKING, Annotated

import typer

from advisor.errors import InputError, Problem, UnitError

if TYPE_CHECKING:
    from advisor.terms import Terms

__all__ = ["FreeTier", "MonthHours", "ReleaseHours", "Releases", "Retention", "SavingsPlan", "terms_of"]

MonthHours = Annotated[
    float | None,
    typer.Option("--month-hours", help="Hours of a month, to compare with a bill or an example of that length."),
]
SavingsPlan = Annotated[
    str | None,
    typer.Option(
        "--savings-plan",
        help="Discount, like 30% on instances that stand all the time, or instance=30%:all,serverless=10%.",
    ),
]
FreeTier = Annotated[bool, typer.Option("--free-tier", help="Take off what the free tier of a new account holds.")]
Releases = Annotated[
    float, typer.Option("--releases", help="Blue/green releases a month, each with a second fleet for a while.")
]
ReleaseHours = Annotated[
    float | None, typer.Option("--release-hours", help="Hours that both fleets of a release run; assumed by default.")
]
Retention = Annotated[
    str | None,
    typer.Option("--retention", help="How long inputs and answers stay in S3, like 7d; left out by default."),
]


def terms_of(
    month_hours: float | None, savings_plan: str | None, free_tier: bool, releases: float, release_hours: float | None,
    retention: str | None,
) -> "Terms":  # fmt: skip
    """The terms that the options state. Raises InputError naming every value that cannot be."""
    from advisor.terms import Saving, Terms, parse_savings
    from advisor.units import parse_duration_us

    problems: list[Problem] = []
    savings: tuple[Saving, ...] = ()
    kept_us = 0
    try:
        savings = parse_savings(savings_plan) if savings_plan is not None else ()
    except InputError as error:
        problems += error.problems
    try:
        kept_us = parse_duration_us(retention) if retention is not None else 0
    except UnitError:
        problems.append(Problem("--retention", repr(retention), "a duration, like 7d"))
    found = None
    try:
        found = Terms(
            month_hours=month_hours, savings=savings, free_tier=free_tier, releases_per_month=releases,
            release_hours=release_hours, retention_us=kept_us,
        )  # fmt: skip
    except InputError as error:
        problems += error.problems
    if problems or found is None:
        raise InputError(problems)
    return found

"""Terms: what a buyer has agreed with AWS, or wants to see in a bill, beside the list price."""

from dataclasses import dataclass
from typing import Final

from advisor.errors import InputError, Problem, UnitError
from advisor.units import NBSP, format_share, parse_share

__all__ = ["LIST_PRICE", "METERS", "Saving", "Terms", "parse_savings"]

METERS: Final = ("instance", "serverless", "provisioned")
"""Meters that a savings plan can be stated for: instances, processing on demand, provisioned concurrency."""
_LONGEST_MONTH: Final = 31 * 24
_MOST_RELEASES: Final = 1000
_HELP: Final = (
    f"a discount like 30%, or by meter ({', '.join(METERS)}) like instance=30%,serverless=10%; "
    "instance=30%:all covers all hours of instances"
)


@dataclass(frozen=True, slots=True)
class Saving:
    """The discount of a savings plan on one meter.

    Arguments: `share` of the price that is taken off, from 0 to 1; `everything` covers every hour of instances, not
    only those of instances that stand all the time. The other meters have no such minimum: they are covered whole.
    """

    meter: str
    share: float
    everything: bool = False

    @property
    def text(self) -> str:
        """As it is typed.

        >>> Saving("instance", 0.3, everything=True).text
        'instance=30%:all'
        """
        return f"{self.meter}={format_share(self.share).replace(NBSP, '')}{':all' if self.everything else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What changes a bill beside the price table. Raises InputError naming every value that cannot be.

    >>> Terms(month_hours=744, savings=parse_savings("30%")).savings[0].meter
    'instance'
    """

    month_hours: float | None = None
    """Hours of a month; None: the fact `billing.month_hours`."""
    savings: tuple[Saving, ...] = ()
    """Discounts of a savings plan, at most one for each meter."""
    free_tier: bool = False
    """Take off what the free tier of a new account holds (facts `billing.free_tier_*`)."""
    releases_per_month: float = 0
    """Blue/green releases in a month, each with a second fleet beside the first."""
    release_hours: float | None = None
    """Hours that both fleets of a release run; None: the fact `release.overlap`."""
    retention_us: int = 0
    """How long inputs and answers are kept in S3, microseconds; 0: their storage is left out of the bill."""

    def __post_init__(self) -> None:
        problems = []
        if self.month_hours is not None and not 1 <= self.month_hours <= _LONGEST_MONTH:
            allowed = f"hours of a month, from 1 to {_LONGEST_MONTH}"
            problems.append(Problem("--month-hours", f"{self.month_hours:g}", allowed))
        if not 0 <= self.releases_per_month <= _MOST_RELEASES:
            allowed = f"releases in a month, from 0 to {_MOST_RELEASES:,}"
            problems.append(Problem("--releases", f"{self.releases_per_month:g}", allowed))
        if self.release_hours is not None and not 0 < self.release_hours <= _LONGEST_MONTH:
            allowed = f"hours, above 0 and up to {_LONGEST_MONTH}"
            problems.append(Problem("--release-hours", f"{self.release_hours:g}", allowed))
        if self.retention_us < 0:
            problems.append(Problem("--retention", f"{self.retention_us} us", "a duration, like 7 days"))
        problems += _of_savings(self.savings)
        if problems:
            raise InputError(problems)


def _of_savings(savings: tuple[Saving, ...]) -> list[Problem]:
    """What is wrong with the discounts."""
    names = [saving.meter for saving in savings]
    found = [
        Problem("--savings-plan", name, f"each meter once, out of {', '.join(METERS)}")
        for name in dict.fromkeys(names)
        if name not in METERS or names.count(name) > 1
    ]
    return found + [
        Problem("--savings-plan", saving.text, "a discount from 0% to 100%")
        for saving in savings
        if not 0 <= saving.share <= 1
    ]


LIST_PRICE: Final = Terms()
"""No terms of one's own: the prices of the table, a month of the usual length."""


def parse_savings(text: str) -> tuple[Saving, ...]:
    """The discounts that a text states, by meter; one without a meter is that of instances.

    Raises InputError naming each part that is none.

    >>> [saving.text for saving in parse_savings("instance=30%:all, serverless=10%")]
    ['instance=30%:all', 'serverless=10%']
    """
    found, problems = [], []
    for part in text.split(","):
        meter, _, value = part.strip().rpartition("=")
        value, mark, scope = value.partition(":")
        try:
            share = parse_share(value.strip()) if "%" in value else None
        except UnitError:
            share = None
        meter = meter.strip() or METERS[0]
        if share is None or meter not in METERS or (mark and scope.strip() != "all"):
            problems.append(Problem("--savings-plan", repr(part.strip())[:80], _HELP))
        else:
            found.append(Saving(meter, share, everything=bool(mark)))
    if problems:
        raise InputError(problems)
    return tuple(found)

"""Totals: a bill, which is the lines of a month with their total and what follows from it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from advisor.items import HOUR_US
from advisor.lines import Line
from advisor.terms import LIST_PRICE, Terms

__all__ = ["EXCLUDED", "Bill"]

EXCLUDED: Final = (
    "front door (API Gateway, Lambda)",
    "logs and custom metrics",
    "image registry",
    "private links",
    "cross-Region and internet transfer",
    "storage of models, inputs and answers",
    "tax",
    "support plan",
)
"""What no bill of ours contains; printed under each."""
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Bill:
    """A month of one option: line items, what has no price here, and what no bill contains."""

    region: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    """Items without a price in the Region: not in the total, never counted as zero."""
    total: Decimal | None
    """USD per month; None when the item the option stands on has no price here."""
    requests_per_month: float
    good_per_month: float
    open_items: tuple[tuple[str, Decimal], ...] = ()
    """Charges whose existence is open, with what they would add per month."""
    excluded: tuple[str, ...] = EXCLUDED
    window_us: int = 0
    month_hours: float = 0.0
    """Hours of the month it is of."""
    idle_share: float | None = None
    """Share of the time of instances, or of what is kept warm, without a request; None where nothing is kept."""
    idle_usd: Decimal | None = None
    """USD per month of that time, discounts taken off."""
    tokens_per_month: tuple[float, float] = (0.0, 0.0)
    """Input and output tokens of the answered requests; 0 where they are not known."""
    free_months: int = 0
    """Months that the free tier lasts, where it took something off."""
    notes: tuple[str, ...] = ()
    """What was asked for and changes nothing here."""
    terms: Terms = field(default=LIST_PRICE)

    @property
    def highest(self) -> Decimal | None:
        """The total with every open charge added."""
        return None if self.total is None else self.total + sum((usd for _, usd in self.open_items), Decimal(0))

    @property
    def later(self) -> Decimal | None:
        """USD per month once the free tier has ended: the total where none is applied."""
        free = sum((line.usd for line in self.lines if line.meter == "free_tier"), Decimal(0))
        return None if self.total is None else self.total - free

    @property
    def per_year(self) -> Decimal | None:
        """USD of the first twelve such months; the free tier counts for as many as it lasts."""
        if self.total is None or self.later is None:
            return None
        return self.free_months * self.total + (_MONTHS - self.free_months) * self.later

    @property
    def per_million_good(self) -> Decimal | None:
        """USD per million answered requests; None without a total or without answers."""
        if self.total is None or self.good_per_month <= 0:
            return None
        return self.total / Decimal(self.good_per_month) * 1_000_000

    @property
    def per_1000_tokens(self) -> dict[str, Decimal]:
        """The whole month in USD per 1,000 tokens: by input, output, and both; empty where none are known."""
        first, last = self.tokens_per_month
        if self.total is None:
            return {}
        counts = {"input": first, "output": last, "both": first + last if first and last else 0.0}
        return {name: self.total / Decimal(count) * 1000 for name, count in counts.items() if count}

    @property
    def short_window(self) -> bool:
        """The window is under a day: no basis for a month."""
        return self.window_us < 24 * HOUR_US

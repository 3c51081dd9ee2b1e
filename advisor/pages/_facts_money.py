"""What the tables of prices share: amounts, marks, notes and sources."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from advisor.facts import Price
from advisor.pages.own_html import block, reference, table

__all__ = ["YOURS", "Row", "noted", "sources", "usd"]

Row = tuple[str, tuple[str, ...]]
"""Classes of a row, and its cells as HTML."""
YOURS: Final = ' <span class="ea-chip cond">yours</span>'


def usd(amount: Decimal | None) -> str:
    """A price to its last digit, cents at least."""
    if amount is None:
        return ""
    short = amount.normalize()
    return f"${short:f}" if int(short.as_tuple().exponent) <= -2 else f"${short:.2f}"


def noted(heads: Sequence[tuple[str, str]], rows: Sequence[Row], label: str, testid: str) -> str:
    """A table whose last column, the notes, is left out where no row has one."""
    if any(cells[-1] for _, cells in rows):
        return table(heads, rows, label, testid)
    return table(heads[:-1], [(kind, cells[:-1]) for kind, cells in rows], label, testid)


def sources(prices: Iterable[Price]) -> str:
    """Where these prices come from, each source once."""
    said = dict.fromkeys(reference(p.source, p.confidence, p.published, p.checked) for p in prices)
    return block("".join(f'<p class="small muted">{line}</p>' for line in said))

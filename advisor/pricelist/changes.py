"""What a refreshed table changes against the prices in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from advisor._facts_read import PriceKey
from advisor._facts_table import PriceTable
from advisor._facts_types import Price

__all__ = ["Change", "changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """One item whose price is another, or that came or went."""

    subject: str
    item: str
    kind: Literal["dearer", "cheaper", "new", "gone"]
    old_usd: Decimal | None
    new_usd: Decimal | None
    unit: str

    @property
    def percent(self) -> float | None:
        """How far the new price lies above the old one; None where there is only one of them."""
        if self.old_usd is None or self.new_usd is None:
            return None
        return float((self.new_usd / self.old_usd - 1) * 100)


def changes(in_force: Mapping[PriceKey, Price], table: PriceTable) -> tuple[Change, ...]:
    """Every change, the largest in percent first, then what is new, then what is gone.

    Arguments: `in_force`, prices of any Regions. Only subjects that the table speaks of are compared.
    """
    new = table.prices()
    old = {key: price for key, price in in_force.items() if key[0] == table.region and key[1] in table.subjects}
    found = []
    for key in {**new, **old}:
        before, after = old.get(key), new.get(key)
        known = after or before
        if known is None or (before and after and before.usd == after.usd):
            continue
        kind: Literal["dearer", "cheaper", "new", "gone"] = "new" if before is None else "gone"
        if before and after:
            kind = "dearer" if after.usd > before.usd else "cheaper"
        found.append(
            Change(
                known.subject,
                known.item,
                kind,
                before.usd if before else None,
                after.usd if after else None,
                known.unit,
            )
        )
    order = {"dearer": 0, "cheaper": 0, "new": 1, "gone": 2}
    return tuple(sorted(found, key=lambda one: (order[one.kind], -abs(one.percent or 0), one.subject, one.item)))

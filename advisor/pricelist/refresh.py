"""Reads the price list anew: a dated table beside the shipped one, what it changes, and what is odd in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from advisor._facts_override import near
from advisor._facts_table import PriceTable, table_text
from advisor.errors import InputError, Problem
from advisor.facts import Facts
from advisor.pricelist._fetch import Progress
from advisor.pricelist._write import write_new
from advisor.pricelist.addresses import Addresses, addresses, odd
from advisor.pricelist.changes import Change, changes
from advisor.pricelist.located import located
from advisor.pricelist.oddities import oddities
from advisor.pricelist.read import Offer, read_offer
from advisor.pricelist.savings import SavingsTable, read_savings, savings_text

__all__ = ["Refreshed", "refresh", "refreshed_folder"]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What reading the price list anew brought."""

    table: PriceTable
    file: Path
    written: bool
    """False where the same table already stood there."""
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    undescribed: tuple[str, ...]
    """Instance types with a price that `data/instances.csv` does not describe: no option uses them."""
    savings: SavingsTable | None = None
    savings_file: Path | None = None


def refreshed_folder() -> Path:
    """Where tables go by default: the user's own data folder, never the shipped one."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only this verb writes

    return user_data_path("sagemaker-endpoint-advisor", appauthor=False) / "prices" / "refreshed"


def refresh(
    facts: Facts, region: str, *, today: date, source: str | None = None, savings: str | None = None,
    out: Path | None = None, progress: Progress | None = None, at: Addresses | None = None,
) -> Refreshed:  # fmt: skip
    """Read the price list of a Region and write it as a dated table.

    Arguments: `facts`, what is in force and compared with; `today`, the day of reading; `source`, a file or an
    address, by default AWS's own; `savings`, a file or address of savings plan rates, or `aws`; `out`, the folder;
    `at`, other addresses than the shipped ones. Raises InputError for whatever cannot be read or written; nothing
    is written then.
    """
    at = at or addresses()
    known = {*facts.regions, *(price.region for price in facts.prices(subject="instance"))}
    if region not in known:
        raise InputError([Problem("--region", repr(region)[:80], f"a known Region, like {near(region, known)}")])
    with located(source or at.offer_of(region), region, at, progress) as found:
        offer = read_offer(found.path, found.form, region, source=found.name, checked=today, addresses=at)
    plans = None
    if savings is not None:
        with located(at.host + at.savings if savings == "aws" else savings, region, at, progress) as found:
            if found.form != "savings":
                raise InputError([Problem("--savings", f"{found.name}: {found.form}", "a file of savings plan rates")])
            plans = read_savings(found.path, offer, source=found.name, checked=today, currency=at.currency)
    table, warnings = _noted(offer, facts)
    changed = changes({(price.region, price.subject, price.item): price for price in facts.prices(region)}, table)
    warnings += (*_older(table, facts), *_partial(table, changed), *(_unlikely(plans, facts) if plans else ()))
    folder = out if out is not None else refreshed_folder()
    file = folder / f"prices-{region}-{table.published}.csv"
    written = write_new(file, table_text(table))
    savings_file = None
    if plans is not None:
        savings_file = folder / f"savings-{region}-{plans.published}.csv"
        write_new(savings_file, savings_text(plans))
    undescribed = sorted({row.item for row in table.rows if row.item.startswith("ml.")} - set(facts.instances))
    return Refreshed(table, file, written, changed, warnings, tuple(undescribed), plans, savings_file)


def _noted(offer: Offer, facts: Facts) -> tuple[PriceTable, tuple[str, ...]]:
    """The table with a note beside each odd price, and every warning."""
    table = offer.table
    siblings = [price for price in facts.prices() if price.region != table.region]
    found = oddities([*siblings, *table.prices().values()], table.region, facts.instances, odd())
    rows = tuple(
        row._replace(note=f"{row.note} {found[row.item]}".strip())
        if row.subject == "instance" and row.item in found
        else row
        for row in table.rows
    )
    said = [f"{name}: {text}" for name, text in sorted(found.items())]
    for name, (vcpu, gib) in sorted(offer.hardware.items()):
        ours = facts.instances.get(name)
        if ours and ((vcpu and vcpu != ours.vcpu) or (gib and abs(gib * 2**30 - ours.memory_bytes) > 2**20)):
            said.append(
                f"{name}: the list says {vcpu or '?'} vCPU and {gib or '?'} GiB, data/instances.csv says otherwise."
            )
    said += [f"{name}: no price above zero." for name in offer.unpriced]
    return replace(table, rows=rows), tuple(said)


def _older(table: PriceTable, facts: Facts) -> Iterator[str]:
    """Said where the prices in force are newer than what was read."""
    dates = [price.published for price in facts.prices(table.region, "instance") if price.published]
    if dates and max(dates) > table.published:
        yield f"Published {table.published}, before the prices in force ({max(dates)})."


def _partial(table: PriceTable, changed: tuple[Change, ...]) -> Iterator[str]:
    """Said where more went than stayed: a list asked for with a filter leaves the rest of its Region without a price."""
    gone = sum(1 for change in changed if change.kind == "gone")
    if gone > len(table.rows):
        yield f"{gone:,} items have no price any more, more than the {len(table.rows):,} that have one: is this the whole list?"


def _unlikely(plans: SavingsTable, facts: Facts) -> Iterator[str]:
    """Savings plan rates that save nothing, or more than AWS says a plan can."""
    most = facts.of("billing", "savings_plan_discount_max")
    for row in plans.rows:
        percent = float(row.discount * 100)
        if not 0 < percent <= most.number():
            yield f"{row.item}, {row.plan}: {percent:.1f} % below on demand; plans save up to {most.text()}."

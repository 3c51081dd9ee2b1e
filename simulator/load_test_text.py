"""Instance types worth a load test as text and JSON."""

from collections.abc import Iterator
from typing import Any, Final

from advisor.cli import table
from advisor.options import describe, title
from advisor.units import format_usd
from simulator.load_test import LoadTest, LoadTests
from simulator.max_load_text import factor_text
from simulator.untested_fleets import FASTEST

__all__ = ["load_test_json", "load_test_text"]

_MOST_SHOWN: Final = 10
_OUT: Final = {
    "measured": "measured already", "accelerator": "of the other kind (accelerated or not), whose speed does not follow",
    "price": "without a price", "rules": "ruled out by the rules", "cost": "with no fleet that costs less",
    "runs": "not looked at, as a slot of others costs less",
    "speed": f"that would not do at {factor_text(FASTEST)} the speed either",
}  # fmt: skip


def _cells(row: LoadTest, reference: str) -> list[str]:
    low, mid, high = row.type.expected
    return [
        describe(row.best.option), title(row.best.option.name), str(row.type.slots), format_usd(row.best.usd_per_month),
        f"if at least {factor_text(row.speed)} as fast as {reference}", row.chance, f"{mid:.2g} ({low:.2g} to {high:.2g})",
    ]  # fmt: skip


def _against(found: LoadTests) -> str:
    """What the fleets have to undercut, in words."""
    limit = "" if found.limit_usd is None else format_usd(found.limit_usd)
    if found.rival is not None:
        return f"{title(found.rival.option.name)}, {describe(found.rival.option)}, at {limit} a month"
    return f"{limit} a month: nothing on measured types keeps the promise yet"


def load_test_text(found: LoadTests, reference: str) -> Iterator[Any]:
    """The types worth a load test, ten of them.

    Arguments: `reference` is the instance type that the workload's service time was measured on.
    """
    if not found.bases or found.limit_usd is None:
        yield "No instance type is worth a load test: no option on instances fits, or nothing has a price."
        return
    if not found.rows:
        yield f"No unmeasured instance type is worth a load test: no fleet of one is cheaper than {_against(found)}."
    else:
        made = table(
            "fleet",
            "as",
            ">slots",
            ">per month",
            "cheaper",
            "chance",
            ">speed to expect",
            title="Worth a load test (nothing here is measured)",
        )
        for row in found.rows[:_MOST_SHOWN]:
            made.add_row(*_cells(row, reference))
        yield made
        if len(found.rows) > _MOST_SHOWN:
            yield f"and {len(found.rows) - _MOST_SHOWN:,} more with a higher break-even speed or cost"
        yield f"Cheaper than {_against(found)}."
        yield (
            "Assumed: slots in proportion to vCPUs or accelerators, and the range of the speed to expect. The speed is that of "
            "one request on one slot. A type with another processor or accelerator may need an image, or a model, built for it."
        )
    first = found.first
    if first is not None and not first.option.instance_type and first.usd is not None:
        cheaper = sum(row.best.usd_per_month < first.usd for row in found.rows)
        yield f"The first place, {title(first.option.name)} at {format_usd(first.usd)} a month, is beaten by {cheaper or 'none'} of them."
    if found.out:
        yield f"Left out: {'; '.join(f'{len(names):,} {_OUT[reason]}' for reason, names in found.out.items())}."


def load_test_json(found: LoadTests) -> dict[str, Any]:
    """The types worth a load test as JSON, every one of them."""
    rival = found.rival
    return {
        "rival": None if rival is None else {"option": rival.option.name, "configuration": describe(rival.option), "usd_per_month": rival.usd},
        "limit_usd_per_month": found.limit_usd, "options": [base.name for base in found.bases],
        "types": [
            {
                **row.row(),
                "fleets": [
                    {
                        "option": one.option.name, "configuration": describe(one.option), "config": one.option.config(),
                        "usd_per_month": one.usd_per_month, "break_even_speed": one.speed,
                    } for one in row.fleets
                ],
            }
            for row in found.rows
        ],
        "left_out": {reason: list(names) for reason, names in found.out.items()},
    }  # fmt: skip

"""The part of a report on money: the bill of every simulated option, line by line, with what no bill here contains."""

from collections.abc import Iterator

from advisor.options import describe, title
from advisor.text import bill_notes, bill_rows
from advisor.units import format_usd
from simulator import charts_bill
from simulator.ranking import Ranked, Ranking
from simulator.report_parts import Block, Cell, Chart, Paragraph, Part, Table, cell
from simulator.report_sources import Source, references

__all__ = ["bill_part"]

_HEADS = ("Item", "Quantity", "Unit price", "Per month", "Source")


def _bill(entry: Ranked, listed: tuple[Source, ...]) -> Iterator[Block]:
    bill = entry.bill
    rows: list[tuple[Cell, ...]] = [
        (cell(words[0], line.note), (words[1],), (words[2],), (words[3],), references(listed, line))
        for line, words in zip(bill.lines, bill_rows(bill), strict=True)
    ]
    total = "no total: a price is missing" if bill.total is None else format_usd(bill.total)
    rows.append((("Total",), (), (), (total,), ()))
    name = f"{title(entry.name)}, {describe(entry.option)}"
    yield Table(
        f"Bill of a month, {name}", _HEADS, tuple(rows), (35, 23, 17, 16, 9), (1, 2, 3), heading=name, total=True
    )
    yield Paragraph(" ".join(bill_notes(bill)), muted=True)


def bill_part(ranking: Ranking, listed: tuple[Source, ...]) -> Part:
    """What a month of each option is made of, then the bills in the order of the ranking. Arguments: `listed` are the sources of the report."""
    drawn = []
    if charts_bill.bill_figure(ranking) is not None:
        drawn.append(Chart(
            "bill", charts_bill.bill_title(ranking), charts_bill.bill_note(ranking), charts_bill.bill_alt(ranking),
            lambda: charts_bill.bill_figure(ranking),
        ))  # fmt: skip
    blocks = [block for entry in ranking.ranked for block in _bill(entry, listed)]
    hours = next((entry.bill.month_hours for entry in ranking.ranked), 0.0)
    lead = Paragraph(f"US dollars for a month of {hours:g} hours in {ranking.study.workload.needs.region}.")
    return Part("The bill of a month", (lead, *drawn, *blocks))

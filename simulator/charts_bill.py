"""The figure of the bill: what a month of each option is made of. Plotly is imported on first use."""

from typing import TYPE_CHECKING, Final

from advisor.bill_parts import parts
from advisor.identity import NEUTRAL, look
from advisor.options import describe, title
from advisor.sheet import sheet
from advisor.units import format_share, format_usd
from simulator.charts import template
from simulator.ranking import Ranked, Ranking

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["bill_alt", "bill_csv", "bill_figure", "bill_note", "bill_title"]

_OPACITIES: Final = (0.95, 0.6, 0.3)
"""Of the largest part, the second, and of all others together."""
_ROW: Final = 62
_ROOM: Final = 1.28
"""Room for the total beside the longest bar, as a factor."""


def _drawn(entry: Ranked) -> list[tuple[str, float]]:
    """The parts of a bar: the two largest, and the others together."""
    found = [(words, usd) for words, usd in parts(entry.bill).items() if usd > 0]
    most = len(_OPACITIES)
    if len(found) > most:
        found = [*found[: most - 1], ("the rest", sum(usd for _, usd in found[most - 1 :]))]
    return found


def _priced(ranking: Ranking) -> list[Ranked]:
    return [entry for entry in ranking.ranked if entry.bill.total is not None]


def _total(entry: Ranked) -> str:
    return "no price" if entry.bill.total is None else format_usd(entry.bill.total)


def bill_figure(ranking: Ranking, theme: str = "light") -> "Figure | None":
    """A bar for each option in ranking order, from 0, with its total at the end; None where no option has a price.

    Arguments: `theme` is light or dark.
    """
    from plotly import graph_objects as go  # noqa: PLC0415 - heavy, and only a chart needs it

    if not _priced(ranking):
        return None
    figure, top = go.Figure(), 0.0
    for number, entry in enumerate(ranking.ranked):
        colour, end = look(entry.name).colour.on(theme), 0.0
        for (words, usd), opacity in zip(
            _drawn(entry) if entry.bill.total is not None else [], _OPACITIES, strict=False
        ):
            share = format_share(usd / max(1e-9, float(entry.bill.total or 0)))
            figure.add_bar(
                x=[usd], y=[number], base=[end], orientation="h", width=0.42, marker={"color": colour, "opacity": opacity},
                hovertemplate=f"<b>{title(entry.name)}</b><br>{words}: {format_usd(usd)} a month, {share}<extra></extra>",
            )  # fmt: skip
            end += usd
        top = max(top, end)
        figure.add_annotation(x=end, y=number, text=_total(entry), showarrow=False, xanchor="left", xshift=6)
        figure.add_annotation(
            x=0, y=number - 0.36, text=title(entry.name), showarrow=False, xanchor="left", yanchor="middle",
            font={"size": 13}, bgcolor=NEUTRAL["page"].on(theme), borderpad=1,
        )  # fmt: skip
    count = len(ranking.ranked)
    figure.update_layout(template=template(theme), barmode="overlay", height=90 + _ROW * count)
    figure.update_xaxes(
        range=[0, max(top, 1e-6) * _ROOM], tickprefix="$", tickformat=",~r" if top < 10 else ",.0f", nticks=6,
        title_text="US dollars per month", fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(range=[count - 0.6, -0.75], visible=False, fixedrange=True)
    return figure


def bill_title(ranking: Ranking) -> str:
    """The finding: what the bill of the first option is mostly made of."""
    entry = next(iter(_priced(ranking)), None)
    found = _drawn(entry) if entry is not None else []
    if entry is None or not found:
        return "No option has a price here"
    words, usd = found[0]
    share = usd / sum(part for _, part in found)
    much = "over 99\u00a0%" if share > 0.99 else format_share(share)
    verb = "are" if words.endswith("s") or words == "data in and out" else "is"
    return f"{words[:1].upper()}{words[1:]} {verb} {much} of the bill"


def _differs(entry: Ranked) -> bool:
    """The bill of the first draw reads differently from the mean of all."""
    mean = entry.cost_per_month.value
    return mean is not None and entry.bill.total is not None and format_usd(mean) != format_usd(entry.bill.total)


def bill_note(ranking: Ranking) -> str:
    """How to read it."""
    entry = next(iter(_priced(ranking)), None)
    several = entry is not None and len(ranking.ranked) > 1
    texts = [f"The title is about the {title(entry.name).lower()}." if entry is not None and several else ""]
    texts.append("The largest part of a month is solid, the next paler, the rest palest.")
    if any(_differs(one) for one in ranking.ranked):
        texts.append("A bill is that of the first draw of the traffic; the ranking shows the mean of all.")
    missing = [title(one.name).lower() for one in ranking.ranked if one.bill.total is None]
    texts.append(f"No price: {', '.join(missing)}." if missing and entry is not None else "")
    return " ".join(text for text in texts if text)


def bill_alt(ranking: Ranking) -> str:
    """The chart in one sentence with its main numbers."""
    texts = [
        f"{title(e.name)} {_total(e)}" + "".join(f", {words} {format_usd(usd)}" for words, usd in _drawn(e)[:2])
        if e.bill.total is not None else f"{title(e.name)} no price"
        for e in ranking.ranked
    ]  # fmt: skip
    return f"What a month of each option is made of: {'; '.join(texts)}."


def bill_csv(ranking: Ranking) -> str:
    """Every line of every bill as CSV; the amount is empty where a price is missing."""
    rows: list[tuple[object, ...]] = []
    for entry in ranking.ranked:
        names = (entry.name, describe(entry.option))
        rows += [(*names, e.item, e.quantity, e.unit, e.unit_price, round(e.usd, 6)) for e in entry.bill.lines]
        rows += [(*names, item, None, None, None, None) for item in entry.bill.missing]
    return sheet(("option", "configuration", "item", "quantity", "unit", "unit_price_usd", "usd_per_month"), rows)

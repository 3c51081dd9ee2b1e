"""A report as one HTML file with everything in it: it asks for nothing, opens without a network, and prints on A4."""

import html
from typing import Any, Final

from advisor.identity import STATES, look
from advisor.options import title
from simulator.answer_words import Figure
from simulator.charts import CONFIG
from simulator.report_parts import Block, Chart, Code, Link, Name, Paragraph, Piece, Report, State, Table, one_line
from simulator.report_style import WIDTH, style

__all__ = ["html_of"]

# Nothing may be fetched; scripts are plotly's and those that draw our figures, all in the file.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def _safe(text: object) -> str:
    return html.escape(one_line(text), quote=True)


def _link(link: Link) -> str:
    """A link to a source in this file, to an address on the web, or, where there is neither, its words."""
    if link.source:
        words = f'<span aria-hidden="true">{_safe(link.words)}</span>'
        return f'<a href="#source-{link.source}" aria-label="source {link.source}">{words}</a>'
    if link.url.startswith(("https://", "http://")):
        return f'<a href="{_safe(link.url)}" rel="noopener noreferrer">{_safe(link.words)}</a>'
    return _safe(link.words)


def _piece(piece: Piece) -> str:
    if isinstance(piece, Link):
        return _link(piece)
    if isinstance(piece, Name):
        seen = look(piece.option)
        return f'<span aria-hidden="true" style="color:{seen.colour.light}">{seen.sign}</span> <b>{_safe(title(piece.option))}</b>'
    if isinstance(piece, State):
        state = STATES[piece.outcome]
        return f'<span class="state {state.token}">{state.sign}&nbsp;{_safe(piece.words)}</span>'
    return _safe(piece)


def _classed(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _cell(table: Table, column: int, pieces: tuple[Piece, ...]) -> str:
    """A cell; below the first line of a name or a number stands what belongs to it, smaller."""
    number = column in table.numbers
    if pieces and all(isinstance(piece, Link) and piece.source for piece in pieces):
        body = ", ".join(map(_piece, pieces))
    else:
        below = number or column == 0 or (bool(pieces) and isinstance(pieces[0], Name))
        tags = ["small" if below and n and isinstance(piece, str) else "div" for n, piece in enumerate(pieces)]
        body = "".join(f"<{tag}>{_piece(piece)}</{tag}>" for tag, piece in zip(tags, pieces, strict=True))
    return f"<td{_classed('n' if number else '')}>{body}</td>"


def _table(table: Table) -> str:
    """A table in a region that the keyboard can scroll; a row of a source is where its number leads."""
    head = "".join(
        f'<th scope="col"{_classed("n" if n in table.numbers else "")}>{_safe(words)}</th>'
        for n, words in enumerate(table.heads)
    )
    columns = "".join(f'<col style="width:{width}%">' for width in table.widths)
    body = []
    for n, row in enumerate(table.rows):
        kind = _classed("total" if table.total and n == len(table.rows) - 1 else "")
        mark = f' id="source-{_safe(row[0][0])}"' if table.sources else ""
        body.append(f"<tr{kind}{mark}>{''.join(_cell(table, k, pieces) for k, pieces in enumerate(row))}</tr>")
    heading = f"<h3>{_safe(table.heading)}</h3>" if table.heading else ""
    region = f'<div class="scroll" role="region" tabindex="0" aria-label="{_safe(table.caption)}">'
    return f"{heading}{region}<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"


def _chart(chart: Chart) -> str:
    """A figure of fixed width, so that it is the same on every screen and on paper."""
    from plotly.io import to_html  # noqa: PLC0415 - heavy, and only a chart needs it

    figure = chart.draw()
    figure.update_layout(width=WIDTH, autosize=False, font={"family": "system-ui, Arial, sans-serif"})
    config: dict[str, Any] = {**CONFIG, "responsive": False}
    drawn = to_html(figure, config=config, include_plotlyjs=False, full_html=False, div_id=f"chart-{chart.name}")
    region = f'<div class="scroll" role="region" tabindex="0" aria-label="{_safe(chart.title)}">'
    image = f'<div class="chart" role="img" aria-label="{_safe(chart.alt)}">{drawn}</div>'
    note = f"<figcaption>{_safe(chart.note)}</figcaption>"
    return f"<h3>{_safe(chart.title)}</h3><figure>{region}{image}</div>{note}</figure>"


def _paragraph(block: Paragraph) -> str:
    end = f" {_link(block.link)}" if block.link else ""
    return f"<p{_classed('muted' if block.muted else '')}>{_safe(block.words)}{end}</p>"


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return _chart(block)
    if isinstance(block, Code):
        return f'<h3>{_safe(block.label)}</h3><pre class="{block.language}">{html.escape(block.text)}</pre>'
    return _paragraph(block)


def _figure(figure: Figure) -> str:
    below = "".join(f"<span>{_safe(text)}</span>" for text in figure.below if text)
    return f"<li{_classed('minor' if figure.minor else '')}><b>{_safe(figure.big)}</b>{below}</li>"


def html_of(report: Report) -> str:
    """The report as the text of an HTML file, with the script that draws figures where it has any."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - heavy, and only a report needs it

    drawn = any(isinstance(block, Chart) for part in report.parts for block in part.blocks)
    script = f"<script>{get_plotlyjs()}</script>" if drawn else ""
    closest = f'<p class="muted">{_safe(report.closest)}</p>' if report.closest else ""
    numbers = f'<ul class="figures">{"".join(map(_figure, report.figures))}</ul>' if report.figures else ""
    parts = "".join(
        f"<section><h2>{_safe(part.heading)}</h2>{''.join(map(_block, part.blocks))}</section>" for part in report.parts
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{_safe(report.title)} {_safe(report.over)}</title><style>{style()}</style>{script}</head><body><main>"
        f'<header><p class="over muted">{_safe(report.over)}</p><h1>{_safe(report.title)}</h1>{closest}{numbers}'
        f"{''.join(map(_paragraph, report.lead))}</header>{parts}</main></body></html>\n"
    )

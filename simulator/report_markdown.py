"""A report as Markdown with tables (GitHub flavoured): text only, and nothing that people typed is read as Markdown or HTML."""

import re
from typing import Final

from advisor.identity import STATES
from advisor.options import title
from simulator.report_parts import Block, Chart, Code, Link, Name, Paragraph, Piece, Report, State, Table, one_line

__all__ = ["markdown_of"]

_MARKS: Final = re.compile(r"[\\`*_\[\]<>|~$&#]")
_ADDRESS: Final = re.compile(r":(?=\S)|(?<=www)\.", re.IGNORECASE)
_START: Final = re.compile(r"^(?:[-+=](?=\s|$|[-=])|\d+(?=[.)](?:\s|$)))")
_FENCE: Final = re.compile(r"`+")


def _text(text: object) -> str:
    """Any text as Markdown that shows exactly it, on one line.

    >>> _text("<b> a|b *c* 1:1"), _text("1. [x](y)"), _text("- no list")
    ('\\\\<b\\\\> a\\\\|b \\\\*c\\\\* 1\\\\:1', '1\\\\. \\\\[x\\\\](y)', '\\\\- no list')
    """
    plain = one_line(text).replace("\u00a0", " ")
    safe = _ADDRESS.sub(lambda found: f"\\{found[0]}", _MARKS.sub(lambda found: f"\\{found[0]}", plain))
    first = _START.match(safe)
    if first is None:
        return safe
    return f"{safe[: first.end()]}\\{safe[first.end() :]}" if safe[0].isdigit() else f"\\{safe}"


def _link(link: Link) -> str:
    if link.url.startswith(("https://", "http://")) and not re.search(r"[\s<>|\\]", link.url):
        return f"[{_text(link.words)}](<{link.url}>)"
    return _text(link.words)


def _piece(piece: Piece) -> str:
    if isinstance(piece, Link):
        return _link(piece)
    if isinstance(piece, Name):
        return f"**{_text(title(piece.option))}**"
    if isinstance(piece, State):
        return f"{STATES[piece.outcome].sign} {_text(piece.words)}"
    return _text(piece)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(table: Table) -> list[str]:
    """A table; the lines of a cell are joined by a dot, the numbers of sources by a comma."""
    lines = [f"### {_text(table.heading)}", ""] if table.heading else [f"{_text(table.caption)}:", ""]
    lines.append(_row([_text(head) for head in table.heads]))
    lines.append(_row(["---:" if n in table.numbers else "---" for n in range(len(table.heads))]))
    for row in table.rows:
        joints = (", " if pieces and all(isinstance(piece, Link) for piece in pieces) else " · " for pieces in row)
        lines.append(_row([joint.join(map(_piece, pieces)) for joint, pieces in zip(joints, row, strict=True)]))
    return [*lines, ""]


def _block(block: Block) -> list[str]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return [f"### {_text(block.title)}", "", _text(block.alt), ""]
    if isinstance(block, Code):
        longest = max((len(run) for run in _FENCE.findall(block.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return [f"### {_text(block.label)}", "", f"{fence}{block.language}", block.text.rstrip("\n"), fence, ""]
    return [_paragraph(block), ""]


def _paragraph(block: Paragraph) -> str:
    return f"{_text(block.words)}{f' {_link(block.link)}' if block.link else ''}"


def markdown_of(report: Report) -> str:
    """The report as the text of a Markdown file; figures are said in words."""
    lines = [_text(report.over), "", f"# {_text(report.title)}", ""]
    if report.closest:
        lines += [_text(report.closest), ""]
    for figure in report.figures:
        below = ", ".join(text for text in figure.below if text)
        lines.append(f"- **{_text(figure.big)}** {_text(below)}")
    lines.append("")
    for paragraph in report.lead:
        lines += [_paragraph(paragraph), ""]
    for part in report.parts:
        lines += [f"## {_text(part.heading)}", ""]
        for block in part.blocks:
            lines += _block(block)
    return "\n".join(lines).rstrip("\n") + "\n"

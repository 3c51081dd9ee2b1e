"""The whole answer as a report to keep, send and print: one HTML file that opens without a network, or Markdown."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Problem
from simulator.ranking import Ranking
from simulator.report_answer import report_of
from simulator.report_html import html_of
from simulator.report_markdown import markdown_of
from simulator.timeline import write_whole

__all__ = ["check_report", "file_stem", "report_html", "report_markdown", "write_report"]

_LONGEST_STEM: Final = 60


def report_html(ranking: Ranking, link: str = "", made: str = "") -> str:
    """The report as HTML, its charts and their script inside it: about 5 MB.

    Arguments: `link` to the same question in the app; `made`, the day it was made, in words. Both may be empty.

    >>> from simulator import rank
    >>> report_html(rank("ct-scans", replications=3))[:15]
    '<!DOCTYPE html>'
    """
    return html_of(report_of(ranking, link, made))


def report_markdown(ranking: Ranking, link: str = "", made: str = "") -> str:
    """The report as Markdown with tables. Arguments: as of `report_html`.

    >>> from simulator import rank
    >>> report_markdown(rank("ct-scans", replications=3)).splitlines()[0]
    'Recommendation for CT scans'
    """
    return markdown_of(report_of(ranking, link, made))


_FORMS: Final[dict[str, Callable[[Ranking, str, str], str]]] = {".html": report_html, ".md": report_markdown}


def check_report(path: Path) -> None:
    """Raise InputError where a name is not that of an HTML or Markdown file."""
    if path.suffix not in _FORMS:
        raise InputError([Problem("--report", repr(str(path)), f"a name that ends in {' or '.join(_FORMS)}")])


def write_report(ranking: Ranking, path: Path, made: str = "") -> None:
    """Write the report in the form that the name of the file says; it appears whole or not at all.

    Arguments: `made`, the day, in words. Raises InputError where the name says no form or the file cannot be written.
    """
    check_report(path)
    write_whole(path, "--report", _FORMS[path.suffix](ranking, "", made))


def file_stem(name: str) -> str:
    """The name of a workload as that of a file: small letters, digits and hyphens.

    >>> file_stem("Invoice OCR"), file_stem("../<b>")
    ('invoice-ocr', 'b')
    """
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words)[:_LONGEST_STEM].strip("-") or "workload"

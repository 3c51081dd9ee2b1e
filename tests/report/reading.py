"""Readers of a report: what a person sees in its HTML and in its Markdown, and what only a machine sees."""

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

EMPTY = {"meta", "col", "br"}


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


class Page(HTMLParser):
    """A walk over an HTML file: text, headings, tables, attributes; a tag that is closed out of turn fails."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.tables: list[list[list[str]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in EMPTY:
            return
        self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"th", "td"}:
            self.tables[-1][-1].append("")
        elif tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.scripts[-1] += data
        elif "style" not in self.open:
            self.words.append(data)
            if self.open and re.fullmatch("h[1-6]", self.open[-1]):
                level, text = self.headings[-1]
                self.headings[-1] = (level, plain(text + data))
            if {"th", "td"} & set(self.open):
                self.tables[-1][-1][-1] = plain(f"{self.tables[-1][-1][-1]} {data}")

    @property
    def text(self) -> str:
        return plain(" ".join(self.words))


def rendered(markdown: str) -> Page:
    """Markdown as GitHub would show it, raw HTML let through: what slipped past the escaping would be a tag here."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown).replace("<br />", "<br>"))

"""Do the exported files hold all that the items hold: JSON, the package for Anki, and GIFT, each read again."""

import html
import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import Final
from zipfile import ZipFile

from advisor.quiz.export_anki import anki_package
from advisor.quiz.export_gift import gift_text
from advisor.quiz.export_json import json_text, read_json
from advisor.quiz.gate_check import Checked, counted
from advisor.quiz.item import Item

__all__ = ["anki_again", "gift_again", "json_again"]

_SEPARATOR: Final = "\x1f"
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def _words(text: str) -> str:
    """A text without marks, tags, line breaks and kinds of space, for comparing."""
    return "".join(html.unescape(_TAG.sub("", text)).replace("**", "").split())


def _texts(item: Item) -> list[str]:
    """Everything of an item that a file has to hold."""
    choices = [text for choice in item.choices for text in (choice.text, choice.reason)]
    prompts = [text for prompt in item.prompts for text in (prompt.text, prompt.reason)]
    return [item.stem, item.question, item.explanation, *choices, *prompts]


def _lost(item: Item, held: str) -> list[str]:
    plain = _words(held)
    sources = [source for source in item.sources if html.escape(source) not in held and source not in held]
    return [text for text in _texts(item) if _words(html.escape(text)) not in plain] + sources


def _compared(name: str, items: Sequence[Item], found: dict[str, str]) -> Checked:
    """The items against the text that a file holds of each."""
    missing = [f"{item.id}: is not in the file" for item in items if item.id not in found]
    lost = [f"{item.id}: lost {gone[0][:120]!r}" for item in items if (gone := _lost(item, found.get(item.id, "")))]
    more = [f"{name}: is in the file only" for name in found.keys() - {item.id for item in items}]
    return counted(name, "items that are not whole", len(items), [*missing, *lost, *more])


def json_again(items: Sequence[Item]) -> Checked:
    """Items read from JSON equal those that were written."""
    back = read_json(json_text(items))
    found = [f"{one.id}: differs" for one, other in zip(items, back, strict=True) if one != other]
    return counted("JSON read again", "items that differ", len(items), found)


def anki_again(items: Sequence[Item]) -> Checked:
    """Each item is a note of the package, with all its texts."""
    with ZipFile(BytesIO(anki_package(items, on=date(2026, 1, 1)))) as package:
        content = package.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        rows = connection.execute("SELECT guid, flds FROM notes").fetchall()
        cards = connection.execute("SELECT count(DISTINCT nid) FROM cards").fetchone()[0]
    finally:
        connection.close()
    found = {str(fields).split(_SEPARATOR, maxsplit=1)[0]: str(fields) for _, fields in rows}
    checked = _compared("Anki package read again", items, found)
    if len({guid for guid, _ in rows}) != len(items) or cards != len(items):
        return counted(
            checked.name, checked.quantity, len(items), [*checked.violations, "notes, cards and items differ in number"]
        )
    return checked


def _questions(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each question of a GIFT file, as Moodle parts them: by empty lines, escapes taken away."""
    for block in re.split(r"\n\s*\n", text):
        lines = "\n".join(line for line in block.splitlines() if not line.startswith("//"))
        named = re.match(r"::((?:\\.|[^\\:]|:(?!:))*)::", lines, re.DOTALL)
        if named:
            bare = _ESCAPED.sub("", lines[named.end() :])
            whole = bare.count("{") == bare.count("}") == 1 and bare.rstrip().endswith("}")
            yield _ESCAPED.sub(r"\1", named[1]), _ESCAPED.sub(r"\1", lines[named.end() :]) if whole else ""


def gift_again(items: Sequence[Item]) -> Checked:
    """Each item is a question of the GIFT file, with one pair of braces and all its texts."""
    return _compared("GIFT read again", items, dict(_questions(gift_text(items))))

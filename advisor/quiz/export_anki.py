"""Items as a package for Anki: one note with one card for each, in a deck that a later import brings up to date."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from advisor.quiz.export_text import (
    answer_words,
    as_html,
    hint,
    labels,
    letter,
    link,
    page_name,
    paragraphs,
    reason_html,
)
from advisor.quiz.item import Item

__all__ = ["FIELDS", "anki_package"]

FIELDS: Final = ("Item", "Scenario", "Question", "Choices", "Answer", "Reasons", "Explanation", "Sources")
"""The fields of a note, in their order; all but the first hold HTML."""
_MODEL: Final = 1_659_031_847
_DECKS: Final = {"aws": (1_834_220_961, "SageMaker endpoints")}
_TAUGHT: Final = (1_834_220_962, "SageMaker endpoints::Study card")
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can hold: no file in it has a time of its own."""
_FRONT: Final = """<div class="item tex2jax_ignore">
<div class="scenario">{{Scenario}}</div>
<div class="question">{{Question}}</div>
{{Choices}}
</div>"""
_BACK: Final = """{{FrontSide}}
<hr id="answer">
<div class="item tex2jax_ignore">
<div class="answer">{{Answer}}</div>
{{Reasons}}
{{#Explanation}}<div class="explanation">{{Explanation}}</div>{{/Explanation}}
<div class="sources">{{Sources}} <span class="name">{{Item}}</span></div>
</div>"""


def _listed(parts: Iterable[str], name: str, kind: str = "A") -> str:
    rows = "".join(parts)
    return f'<ol class="{name}" type="{kind}">{rows}</ol>' if rows else ""


def _choices(item: Item) -> str:
    prompts = _listed((f"<li>{as_html(prompt.text)}</li>" for prompt in item.prompts), "prompts", "1")
    return prompts + _listed((f"<li>{as_html(choice.text)}</li>" for choice in item.choices), "choices")


def _reasons(item: Item) -> str:
    """Every reason, under the letter or the number of what it is about."""
    matched = zip(item.prompts, item.key, strict=False)
    told = (f"<li>{letter(index)}. {reason_html(prompt)}</li>" for prompt, index in matched)
    prompts = _listed(told, "prompts", "1")
    judged = item.type not in {"matching", "ordering"}
    rows = []
    for choice in item.choices:
        sign = ("✓ " if choice.correct else "✕ ") if judged else ""
        about = f' class="{"right" if choice.correct else "wrong"}"' if judged else ""
        rows.append(f"<li{about}>{sign}{reason_html(choice)}</li>")
    return prompts + _listed(rows, "choices")


def _answer(item: Item) -> str:
    words = f"<b>{as_html(answer_words(item))}</b>"
    taken = [item.choices[index].text for index in item.key]
    if not taken or item.type == "matching":
        return words
    kind = "1" if item.type == "ordering" else ""
    if kind or len(taken) > 1:
        rows = "".join(f"<li>{as_html(text)}</li>" for text in taken)
        return f'{words}<ol type="1">{rows}</ol>' if kind else f"{words}<ul>{rows}</ul>"
    return f"{words}. {as_html(taken[0])}"


def _fields(item: Item) -> list[str]:
    told = hint(item)
    return [
        " ".join(paragraphs(item.id)),
        "".join(f"<p>{as_html(part)}</p>" for part in paragraphs(item.stem)),
        as_html(item.question) + (f' <span class="hint">{as_html(told)}</span>' if told else ""),
        _choices(item),
        _answer(item),
        _reasons(item),
        "".join(f"<p>{as_html(part)}</p>" for part in paragraphs(item.explanation)),
        " · ".join(link(source, page_name(source)) for source in item.sources if source),
    ]


def _tags(item: Item) -> list[str]:
    return [f"endpoints::{name}::{value}" for name, value in labels(item)]


def _decks(items: Sequence[Item]) -> list[Any]:
    import genanki  # noqa: PLC0415 - only this format needs it

    card = {"name": "Question", "qfmt": _FRONT, "afmt": _BACK}
    css = (Path(__file__).parent / "anki.css").read_text(encoding="utf-8")
    decks: dict[int, Any] = {}
    for item in items:
        number, name = _DECKS.get(item.profile, _TAUGHT)
        deck = decks.setdefault(number, genanki.Deck(number, name))
        # A model for each deck only in memory: the fields of genanki's models are changed while they are written.
        model = genanki.Model(
            _MODEL, "SageMaker endpoint question", [{"name": name} for name in FIELDS], [dict(card)], css
        )
        guid = genanki.guid_for(item.id)
        deck.add_note(genanki.Note(model, _fields(item), tags=_tags(item), guid=guid))
    return list(decks.values())


def anki_package(items: Sequence[Item], *, on: date) -> bytes:
    """Items as the bytes of an `.apkg` file: equal items and day, equal bytes.

    Arguments: `on` is the day that the notes are dated; Anki takes a note over an older one of the same item.
    """
    import genanki  # noqa: PLC0415 - only this format needs it

    at = int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp())
    connection = sqlite3.connect(":memory:")
    try:
        genanki.Package(_decks(items)).write_to_db(connection.cursor(), at, count(at * 1000))
        connection.commit()
        collection = connection.serialize()
    finally:
        connection.close()
    written = BytesIO()
    with ZipFile(written, "w") as package:
        for name, content in (("collection.anki2", collection), ("media", json.dumps({}).encode())):
            entry = ZipInfo(name, _OLDEST)
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, ZIP_DEFLATED
            package.writestr(entry, content)
    return written.getvalue()

"""Facts as articles: what each is, its value or both, how sure it is, where it comes from."""

from collections.abc import Sequence
from typing import Final

from advisor.fact_names import subject_name
from advisor.fact_rows import FactRow
from advisor.facts import Fact
from advisor.pages.own_html import block, reference, safe
from advisor.text import format_day

__all__ = ["CONFIDENCE", "articles", "confidence_line"]

CONFIDENCE: Final = {
    "documented": "AWS says so",
    "reported": "others saw it",
    "inferred": "it follows from what is documented",
    "assumed": "ours, with its range",
}
_FEW: Final = 2
_ADJUSTABLE: Final = {
    "no": "AWS does not raise it.",
    "quota": "AWS raises it on request.",
    "config": "You set it.",
    "unknown": "",
}


def confidence_line() -> str:
    """What the words for confidence mean."""
    return "; ".join(f"{word}: {means}" for word, means in CONFIDENCE.items()) + "."


def _value(label: str, text: str) -> str:
    said = f'<span class="muted">{safe(label)}</span> ' if label else ""
    return f"<p>{said}<b>{safe(text)}</b></p>"


def _values(row: FactRow) -> str:
    """The value, or both where the study card says something else, or the user's beside what was shipped."""
    made = ""
    if row.shipped is not None:
        made = _value("Yours", row.fact.text()) + _value("Shipped", row.shipped.text())
    if row.taught is not None:
        first = "" if row.shipped is not None else _value("AWS today", row.fact.text())
        return f"{made}{first}{_value('Study card', row.taught.text())}"
    return made or _value("", row.fact.text())


def _told(fact: Fact) -> str:
    said = reference(fact.source, fact.confidence, fact.published, fact.checked)
    return f'<p class="small muted">{said}</p>'


def older(fact: Fact) -> tuple[str, ...]:
    """Values that AWS documented before, with their dates, newest first."""
    lines = []
    for was in sorted(fact.was, key=lambda earlier: (earlier.published is not None, earlier.published), reverse=True):
        value = Fact(
            fact.id, fact.option, fact.attribute, was.value, was.unit, was.source, was.published, fact.checked,
            fact.confidence,
        ).text()  # fmt: skip
        note = f": {was.note}" if was.note else ""
        lines.append(f"Earlier {value}, page of {format_day(was.published)}{note}")
    return tuple(lines)


def _details(row: FactRow) -> str:
    fact = row.fact
    also = [part.strip() for part in fact.source.split(";")[1:]]
    teaching = f"Study card: {row.taught.source}, read {format_day(row.taught.checked)}." if row.taught else ""
    others = _others(row)
    lines = (
        f"Also for: {', '.join(others)}." if len(others) > _FEW else "",
        fact.note, teaching, *older(fact), _ADJUSTABLE[fact.adjustable], *(f"Also: {source}" for source in also if source),
        f"Id: {fact.id}",
    )  # fmt: skip
    words = "Notes and earlier values" if fact.was else "Notes" if fact.note else "More"
    items = "".join(f"<li>{safe(line)}</li>" for line in lines if line)
    return f"<details><summary>{words}<span class='ea-hidden'> on {safe(row.name)}, {safe(row.subject)}</span></summary><ul>{items}</ul></details>"


def _others(row: FactRow) -> list[str]:
    """Further options it speaks of, in the middle of a sentence."""
    names = (subject_name(name) for name in row.options if name != row.fact.option)
    return [name[:1].lower() + name[1:] for name in names]


def _article(row: FactRow) -> str:
    others = _others(row)
    few = (
        f" Also: {', '.join(others)}." if len(others) <= _FEW else f" Also for {len(others)} options that build on it."
    )
    also = few if others else ""
    used = ' <span class="ea-chip ask">used here</span>' if row.used else ""
    head = f'<h3>{safe(row.name)}</h3><p class="small"><b>{safe(row.subject)}</b>{used}<span class="muted">{safe(also)}</span></p>'
    return f'<article class="ea-fact"><div>{head}</div><div class="values">{_values(row)}</div><div>{_told(row.fact)}{_details(row)}</div></article>'


def articles(rows: Sequence[FactRow], testid: str) -> str:
    """All of them, one below the other."""
    return block("".join(map(_article, rows)), testid=testid)

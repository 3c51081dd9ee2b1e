"""Readers of what the exports write, made from the formats' descriptions: HTML of a card, and GIFT as Moodle takes it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import ClassVar


def normal(text: str) -> str:
    """A text as a format has to carry it: its paragraphs, each on one line, with plain blanks."""
    parts = (re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", part).strip(" ") for part in re.split(r"\n[ \t]*\n", text))
    return "\n\n".join(part for part in parts if part)


class _Html(HTMLParser):
    """Text of HTML in `<p>`, `<li>` and plain parts; anything but the tags that an export writes is refused."""

    TAGS: ClassVar = {"p": "", "b": "**", "li": "", "ol": "", "ul": "", "a": "", "small": "", "span": ""}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = [""]
        self.links: list[str] = []
        self.open: list[str] = []
        self.aside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert tag in self.TAGS, f"<{tag}> is no tag of an export"
        assert set(told) <= {"href", "class", "type"}, told
        self.open.append(tag)
        if tag == "a":
            self.links.append(told["href"] or "")
        self.parts[-1] += self.TAGS[tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.parts[-1] += self.TAGS[tag]
        if tag in {"p", "li"}:
            self.parts.append("")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"a", "small", "span"}:
            self.aside.append(data)
        else:
            self.parts[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


@dataclass(frozen=True)
class Told:
    """What a piece of HTML says."""

    parts: tuple[str, ...]
    """Its paragraphs or rows, with `**` around bold."""
    links: tuple[str, ...]
    aside: tuple[str, ...]
    """Texts of links, rules and hints."""

    @property
    def text(self) -> str:
        return "\n\n".join(self.parts)


def html(source: str) -> Told:
    """Read a piece of HTML strictly."""
    reader = _Html()
    reader.feed(source)
    reader.close()
    assert not reader.open, f"{reader.open} left open"
    parts = tuple(part.strip(" ") for part in reader.parts if part.strip(" "))
    return Told(parts, tuple(reader.links), tuple(reader.aside))


@dataclass
class Answer:
    """One answer of a GIFT question; `weight` is a share of the mark, None for one that is simply right or wrong."""

    right: bool
    text: str
    weight: float | None = None
    feedback: str = ""
    match: str | None = None


@dataclass
class Question:
    """One GIFT question as Moodle would make it."""

    name: str
    text: str
    kind: str
    answers: list[Answer] = field(default_factory=list)
    general: str = ""
    number: float = 0.0
    tolerance: float = 0.0
    tags: tuple[str, ...] = ()
    id: str = ""


_HIDDEN = {character: chr(0xE000 + ord(character)) for character in "\\~=#{}:"}
_SHOWN = {hidden: character for character, hidden in _HIDDEN.items()}


def _hidden(block: str) -> str:
    """The block with every escaped character replaced by one that GIFT does not know."""

    def one(found: re.Match[str]) -> str:
        assert found[1] in _HIDDEN, f"{found[0]!r} is no escape of GIFT"
        return _HIDDEN[found[1]]

    return re.sub(r"\\(.)", one, block, flags=re.DOTALL)


def _shown(text: str) -> str:
    plain = "".join(_SHOWN.get(character, character) for character in text).strip()
    # Moodle puts its own marks in for escaped characters and takes them out last, wherever they come from.
    assert not re.search(r"&&0(58|35|61|92|1[02]\d|2[356])", plain)
    assert not plain.startswith("["), "a text that opens with a bracket names a format"
    return plain


def _one(rest: str) -> Answer:
    sign, body = rest[0], rest[1:]
    weight = re.match(r"%(-?\d{1,2}\d?(?:\.\d+)?)%", body)
    body = body[weight.end() :] if weight else body
    text, _, feedback = body.partition("#")
    assert "#" not in feedback
    told = Answer(sign == "=", "", float(weight[1]) / 100 if weight else None, _shown(feedback))
    if "->" in text:
        left, _, right = text.partition("->")
        assert "->" not in right
        told.text, told.match = _shown(left), _shown(right)
    else:
        told.text = _shown(text)
    return told


def _question(block: str) -> Question:
    lines = block.split("\n")
    comments = [line for line in lines if line.strip().startswith("//")]
    tags = tuple(found for line in comments for found in re.findall(r"\[tag:([^\[\]\\]+)\]", line))
    ids = [found for line in comments for found in re.findall(r"\[id:([^\[\]\\]+)\]", line)]
    text = _hidden("\n".join(line for line in lines if line not in comments))
    assert text.count("{") == text.count("}") == 1, "one part of answers"
    named = re.fullmatch(r"::([^:{}]*)::\[html\]([^{}~=#:]*)\{(.*)\}", text, re.DOTALL)
    assert named, text
    inner = named[3].strip()
    inner, _, general = inner.partition("####")
    made = Question(_shown(named[1]), _shown(named[2]), "", general=_shown(general), tags=tags, id=ids[0])
    numeric = inner.startswith("#")
    pieces = re.split(r"(?=[~=])", inner.removeprefix("#").strip())
    assert pieces.pop(0) == ""
    if numeric:
        (only,) = pieces
        number = re.fullmatch(r"=(-?[\d.e+-]+):([\d.e+-]+)", only.strip())
        assert number, only
        made.kind, made.number, made.tolerance = "numeric", float(number[1]), float(number[2])
        return made
    made.answers = [_one(piece.strip()) for piece in pieces]
    if all(answer.match is not None for answer in made.answers):
        made.kind = "matching"
        assert all(answer.right for answer in made.answers)
    else:
        assert all(answer.match is None for answer in made.answers)
        made.kind = "single" if any(answer.right for answer in made.answers) else "multiple"
    return made


def gift(text: str) -> list[Question]:
    """Every question of a GIFT file; AssertionError where Moodle would stumble or take data for its own signs."""
    return [_question(block) for block in re.split(r"\n[ \t]*\n", text.strip())]

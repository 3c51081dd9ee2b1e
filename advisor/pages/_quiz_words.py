"""Words of the quiz: marked texts as HTML and as Markdown, links, modes and views."""

import re
from typing import Final
from urllib.parse import urlsplit

from advisor.pages._facts_tabs import plain
from advisor.pages.own_html import safe
from advisor.quiz.named import TOPIC_NAMES

__all__ = ["MODES", "TOPICS", "VIEWS", "counted", "label", "link", "minutes_left", "paragraphs", "rich"]

MODES: Final = {"practice": "Practice", "review": "Review", "exam": "Exam", "cards": "Study cards"}
VIEWS: Final = {"mla-c02": "MLA-C02", "mla-c01": "MLA-C01", "all": "Everything"}
TOPICS: Final = {"": "All topics", **TOPIC_NAMES}
_COUNTS: Final = ("none", "one", "two", "three", "four", "five")
_STRONG: Final = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def rich(text: str) -> str:
    """A text as HTML that shows exactly it, with what stands between `**` strong.

    >>> rich("up to **40 MB** & more")
    'up to <strong>40 MB</strong> &amp; more'
    """
    return _STRONG.sub(r"<strong>\1</strong>", safe(text))


def paragraphs(text: str) -> str:
    """A text of several paragraphs as HTML; a single line break stays one."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{rich(part).replace(chr(10), '<br>')}</p>" for part in parts if part)


def label(text: str) -> str:
    """A text as Markdown of one line that shows exactly it, with what stands between `**` strong.

    >>> label("**2** [GPUs]")
    '**2** \\\\[GPUs\\\\]'
    """
    parts = _STRONG.split(" ".join(text.split()))
    return "".join(f"**{plain(part)}**" if n % 2 else plain(part) for n, part in enumerate(parts))


def link(url: str, words: str = "") -> str:
    """A link to a page of documentation, named by whose it is and its last part; empty for what is no address."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return ""
    last = parts.path.rstrip("/").rpartition("/")[2].removesuffix(".html")
    host = "AWS docs" if parts.hostname == "docs.aws.amazon.com" else parts.hostname
    name = words or (f"{host}: {last}" if last else host)
    return f'<a href="{safe(url)}" target="_blank" rel="noopener noreferrer">{safe(name)}</a>'


def counted(number: int) -> str:
    """A small number as a word.

    >>> counted(2), counted(12)
    ('two', '12')
    """
    return _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)


def minutes_left(seconds: float) -> str:
    """Time that is left, as it is said once a minute.

    >>> minutes_left(5000.0), minutes_left(40.0)
    ('about 83 min left', 'less than a minute left')
    """
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if seconds >= 60 else "less than a minute left"

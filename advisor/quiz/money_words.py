"""Words of the questions about money: scenes, paces, prices and amounts (`data/quiz/money.toml`)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any, Final, NamedTuple

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts, Price
from advisor.quiz.sources import page_of
from advisor.text import fill, format_day
from advisor.units import NBSP

__all__ = [
    "Pace", "Scene", "address_of", "amount", "asides", "candidates", "flow", "gib", "listed", "pace", "paragraphs", "price_line",
    "price_sources", "scene", "scope", "usd",
]  # fmt: skip

_ON_GITHUB: Final = re.compile(r"^([\w.-]+/[\w.-]+?)(?:@(\w+))?:([\w./-]+?)(?:@(\w+))?$")
_PER: Final = (("a second", 1), ("a minute", 60), ("an hour", 3600), ("a day", 86_400))


class Scene(NamedTuple):
    """Who asks for what: an opening sentence, and what one request and several are called."""

    opening: str
    one: str
    many: str


class Pace(NamedTuple):
    """An even pace of requests."""

    per_s: float
    words: str
    """Like `40 addresses a minute`, in bold."""


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return read_toml(data_folder() / "quiz" / "money.toml")


def candidates(name: str) -> tuple[str, ...]:
    """Instance types or Regions that may be offered: `types`, `accelerated` or `regions`."""
    return tuple(_table()[name])


def scene(rng: Random, *, kept: bool = False) -> Scene:
    """One of the scenes. Arguments: `kept`, one whose requests can be kept and worked through later."""
    found = rng.choice([one for one in _table()["scenes"] if one["kept"] or not kept])
    return Scene(found["opening"], found["one"], found["many"])


def asides(rng: Random, difficulty: int) -> str:
    """A true sentence without weight, from difficulty 2 on; else nothing."""
    return rng.choice(_table()["asides"]) if difficulty > 1 else ""


def scope(rng: Random, facts: Facts, *, month: bool = True) -> str:
    """What is counted, and the length of a month where one is needed."""
    return fill(rng.choice(_table()["scope" if month else "scope_of_runs"]), facts)


def pace(per_s: float, rng: Random, many: str) -> Pace:
    """A pace in one of the units that make it a whole number between 1 and 100,000.

    >>> from random import Random
    >>> pace(0.5, Random(1), "forms").words in ("**30 forms a minute**", "**1,800 forms an hour**", "**43,200 forms a day**")
    True
    """
    fits = [(round(per_s * s), word) for word, s in _PER if abs(per_s * s - round(per_s * s)) < 1e-6]
    readable = [(count, word) for count, word in fits if 2 <= count <= 100_000] or fits
    count, word = rng.choice(readable)
    return Pace(per_s, f"**{count:,} {many} {word}**")


def flow(rng: Random, told: Pace) -> str:
    """A sentence that says that a load is even."""
    text: str = rng.choice(_table()["flows"])
    return text.replace("{rate}", told.words).replace("{Rate}", told.words)


def usd(value: Decimal) -> str:
    """A unit price as it is printed: every digit, no zeros after the last.

    >>> usd(Decimal("0.230")), usd(Decimal("0.00004")), usd(Decimal("2"))
    ('$0.23', '$0.00004', '$2')
    """
    return f"${value.normalize():f}"


def amount(value: Decimal | float) -> str:
    """Dollars of a month: whole from 100 up, cents below.

    >>> amount(335.8), amount(3.456), amount(1234.5), amount(0)
    ('$336', '$3.46', '$1,234', '$0')
    """
    number = float(value)
    if not number:
        return "$0"
    return f"${number:,.0f}" if number >= 100 else f"${number:,.2f}"


def gib(memory_mib: int) -> str:
    """A memory size as people say it: `2 GiB`."""
    return f"{memory_mib / 1024:g}{NBSP}GiB"


def listed(parts: Sequence[str]) -> str:
    """Parts in a row: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def paragraphs(*parts: str) -> str:
    """Parts that say something, an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def _bought(price: Price) -> tuple[str, str]:
    """What a price buys, before and after the amount."""
    meter, _, size = price.item.removesuffix("MiB").partition("-")
    if price.unit == "instance-hour":
        return "an instance-hour", f"on {price.item}"
    words = {
        "memory": "a second of serverless processing on demand",
        "usage": "a second that an environment is kept warm",
        "duration": "a second of processing in an environment that is kept warm",
    }[meter]
    return words, f"with {gib(int(size))}"


def price_line(prices: Iterable[Price]) -> str:
    """The prices of one Region in a sentence, with their date.

    >>> from advisor.facts import load_facts
    >>> two = [load_facts().instance_price("us-east-1", "real_time", kind) for kind in ("ml.m5.large", "ml.m5.xlarge")]
    >>> price_line([price for price in two if price is not None])
    'Prices in us-east-1 (list of 22 Sep 2026): an instance-hour **$0.115** on ml.m5.large and **$0.23** on ml.m5.xlarge.'
    """
    rows = sorted(prices, key=lambda price: (price.unit, price.usd, price.item))
    days = sorted({price.published or price.checked for price in rows})
    groups: dict[str, dict[str, None]] = {}
    for price in rows:
        before, after = _bought(price)
        groups.setdefault(before, {})[f"**{usd(price.usd)}** {after}"] = None
    said = "; ".join(f"{before} {listed(list(each))}" for before, each in groups.items())
    return f"Prices in {rows[0].region} (list of {listed([format_day(day) for day in days])}): {said}."


def address_of(source: str) -> str:
    """The web address of a file in a public repository, `owner/name:path@commit`; empty where it is none.

    >>> address_of("some/tables:data/prices.yaml@43dd1aa2")
    'https://github.com/some/tables/blob/43dd1aa2/data/prices.yaml'
    """
    found = _ON_GITHUB.match(source.partition(";")[0].strip())
    if found is None:
        return ""
    return f"https://github.com/{found[1]}/blob/{found[2] or found[4] or 'HEAD'}/{found[3]}"


def price_sources(prices: Iterable[Price]) -> tuple[str, ...]:
    """Where prices are read: the public price page, and the tables that these were copied from."""
    copies = (address_of(price.source) for price in prices)
    return tuple(dict.fromkeys((page_of("billing"), *(address for address in copies if address))))

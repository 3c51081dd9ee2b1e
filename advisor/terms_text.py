"""The terms of a buyer as texts that people type, and as one short line that an address can carry."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from advisor._workload_units import write_duration
from advisor.errors import InputError, Problem, UnitError
from advisor.terms import LIST_PRICE, Saving, Terms, parse_savings
from advisor.units import parse_duration_us

__all__ = ["TERM_TEXTS", "TermText", "read_line", "read_terms", "term_texts", "terms_line", "terms_words"]

_LONGEST_LINE: Final = 300


class TermText(NamedTuple):
    """One of the terms as a field."""

    name: str
    option: str
    """The same on the command line."""
    label: str
    example: str
    help: str


TERM_TEXTS: Final = (
    TermText("savings", "--savings-plan", "Savings plan", "30%", "A discount on instances that stand all the time, like 30%; or by meter: instance=30%:all,serverless=10%."),
    TermText("free_tier", "--free-tier", "Free tier", "yes", "Write yes to take off what the free tier of a new account holds."),
    TermText("releases", "--releases", "Releases a month", "4", "Blue/green releases, each with a second fleet for a while."),
    TermText("release_hours", "--release-hours", "Hours of a release", "1", "How long both fleets of a release run. Empty: assumed."),
    TermText("retention", "--retention", "Keep in S3 for", "7 days", "How long inputs and answers stay. Empty: their storage is left out."),
    TermText("month_hours", "--month-hours", "Hours of a month", "744", "To compare with a bill of a month of that length."),
)  # fmt: skip
"""The terms in the order of their fields."""
_WORDS: Final = {"yes": True, "no": False, "": False}


def term_texts(terms: Terms) -> dict[str, str]:
    """The terms as texts by name; empty where a thing is not stated.

    >>> term_texts(Terms(month_hours=744, free_tier=True))["free_tier"]
    'yes'
    """
    return {
        "savings": ",".join(saving.text for saving in terms.savings),
        "free_tier": "yes" if terms.free_tier else "",
        "releases": f"{terms.releases_per_month:g}" if terms.releases_per_month else "",
        "release_hours": "" if terms.release_hours is None else f"{terms.release_hours:g}",
        "retention": write_duration(terms.retention_us) if terms.retention_us else "",
        "month_hours": "" if terms.month_hours is None else f"{terms.month_hours:g}",
    }


def _number(name: str, text: str, problems: list[Problem]) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        problems.append(Problem(name, repr(text)[:80], f"a number, like {_of(name).example}"))
        return None


def _of(name: str) -> TermText:
    return next(term for term in TERM_TEXTS if term.name == name)


def _by_name(error: InputError) -> list[Problem]:
    """Problems of options of the command line under the names of the fields."""
    names = {term.option: term.name for term in TERM_TEXTS}
    return [Problem(names.get(one.path, one.path), one.seen, one.allowed) for one in error.problems]


def read_terms(texts: Mapping[str, str]) -> Terms:
    """The terms that texts state. Arguments: `texts` by name; what is left out is not stated.

    Raises InputError naming each text that cannot be, by its name.

    >>> read_terms({"savings": "30%", "retention": "7d"}).retention_us // 86_400_000_000
    7
    """
    given = {name: text.strip() for name, text in texts.items()}
    problems: list[Problem] = []
    found = {
        name: _number(name, given.get(name, ""), problems) for name in ("releases", "release_hours", "month_hours")
    }
    free = given.get("free_tier", "").lower()
    if free not in _WORDS:
        problems.append(Problem("free_tier", repr(free)[:80], "yes or no"))
    kept_us = 0
    try:
        kept_us = parse_duration_us(given["retention"]) if given.get("retention") else 0
    except UnitError:
        problems.append(Problem("retention", repr(given["retention"])[:80], "a duration, like 7 days"))
    savings: tuple[Saving, ...] = ()
    try:
        savings = parse_savings(given["savings"]) if given.get("savings") else ()
    except InputError as error:
        problems += _by_name(error)
    try:
        made = Terms(
            savings=savings, free_tier=_WORDS.get(free, False), releases_per_month=found["releases"] or 0,
            release_hours=found["release_hours"], month_hours=found["month_hours"], retention_us=kept_us,
        )  # fmt: skip
    except InputError as error:
        problems += _by_name(error)
    if problems:
        raise InputError(problems)
    return made


def terms_words(terms: Terms) -> str:
    """The terms in words; empty where nothing is stated.

    >>> terms_words(Terms(savings=parse_savings("30%"), free_tier=True))
    'savings plan instance=30%, free tier yes'
    """
    said = term_texts(terms)
    return ", ".join(f"{term.label.lower()} {said[term.name]}" for term in TERM_TEXTS if said[term.name])


def terms_line(terms: Terms) -> str:
    """The terms as one line; empty where nothing is stated.

    >>> terms_line(Terms(savings=parse_savings("30%"), free_tier=True))
    'savings:instance=30%;free_tier:yes'
    """
    return ";".join(f"{name}:{text}" for name, text in term_texts(terms).items() if text)


def read_line(line: str) -> Terms:
    """The terms of such a line. Raises InputError where it is damaged.

    >>> read_line("savings:instance=30%;free_tier:yes").savings[0].share
    0.3
    >>> read_line("") == Terms()
    True
    """
    if not line:
        return LIST_PRICE
    parts = dict(part.partition(":")[::2] for part in line[:_LONGEST_LINE].split(";"))
    known = {term.name for term in TERM_TEXTS}
    if len(line) > _LONGEST_LINE or not known >= set(parts) or not all(parts.values()):
        raise InputError([Problem("terms", repr(line)[:80], f"terms by name, out of {', '.join(sorted(known))}")])
    return read_terms(parts)

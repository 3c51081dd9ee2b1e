"""The page docs/validation.md: every comparison with both numbers, how it was computed and how to print it again."""

from collections.abc import Iterator

from simulator._validation_check import Check, Part

__all__ = ["page"]

_HEAD = """# How far to trust the results

Written by `endpoint-advisor validate` (`make validate`), which plays everything again in a few minutes; `--quick` plays
fewer requests in under a minute and prints without writing. Seeds are fixed: the page changes only with the code. *Expected*
is the exact, published or measured value; *ours* is the mean over the replications with its interval. A deviation has its
reason below and is no failure; anything else that does not agree makes the command fail.
"""


def _number(value: float, significant: int = 6) -> str:
    """So many significant digits, without an exponent.

    >>> _number(0.0000843211), _number(4.0), _number(998.4304), _number(0.00000672, 2)
    ('0.0000843211', '4', '998.43', '0.0000067')
    """
    if value == 0:
        return "0"
    digits = max(0, significant - 1 - int(f"{value:e}".partition("e")[2]))
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _half(value: float) -> str:
    return f" ± {_number(value, 2)}" if value else ""


def _row(row: Check) -> str:
    relation = "" if row.relation == "=" else f"{row.relation} "
    cells = (
        row.name, row.quantity, relation + _number(row.theory) + _half(row.theory_half_width),
        _number(row.observed) + _half(row.half_width), row.verdict, row.note,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _lines(found: list[Part]) -> Iterator[str]:
    rows = [row for part in found for row in part.rows]
    known = [row for row in rows if row.verdict == "deviation"]
    yield _HEAD
    yield f"{sum(row.agrees for row in rows)} of {len(rows)} rows agree; {len(known)} deviate for a stated reason."
    yield "\n## Deviations\n"
    for reason in dict.fromkeys(row.known for row in known):
        yield f"- {reason[0].upper()}{reason[1:]}:"
        yield from (
            f"  - {row.name}: {row.quantity}, expected {_number(row.theory)}, ours {_number(row.observed)}"
            for row in known
            if row.known == reason
        )
    for part in found:
        yield f"\n## {part.title}\n\n{part.how}\n"
        if part.rows:
            yield "| model | quantity | expected | ours | | |\n| --- | --- | --- | --- | --- | --- |"
        yield from map(_row, part.rows)
        yield from (f"\n{line}" for line in part.said)


def page(found: list[Part]) -> str:
    """The parts as Markdown."""
    return "\n".join(_lines(found)) + "\n"

"""What the ranking of a workload costs in a few rounded rows, and what moved between two of these."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from advisor.facts import Facts
from advisor.options import describe
from simulator.ranking import Ranked, Ranking, rank

__all__ = ["NUMBERS", "Moved", "Part", "compared", "found_for", "merged"]

REPLICATIONS: Final = 3

NUMBERS: Final = {"usd_per_month": 2e-4, "usd_per_million_good": 2e-4, "p99_ms": 1e-3}
"""Fields that are computed, with their relative tolerance: processors differ in the last bit of a logarithm."""

Part = dict[str, Any]
"""What the file holds of one workload: exact fields, and `ranked`, a row for each option in order."""


class Moved(NamedTuple):
    """One thing that is not as it was; `option` is empty where it concerns the whole workload."""

    option: str
    field: str
    was: Any
    now: Any


def _digits(value: float | None) -> float | None:
    """Five significant digits.

    >>> _digits(384.72792874), _digits(0.021154596), _digits(None)
    (384.73, 0.021155, None)
    """
    return None if value is None else float(f"{value:.5g}")


def _plain(text: str) -> str:
    return text.replace("\xa0", " ")


def _row(entry: Ranked) -> Part:
    p99 = entry.latency_us[0.99].value
    return {
        "option": entry.name, "configuration": _plain(describe(entry.option)), "meets": entry.meets,
        "usd_per_month": _digits(entry.cost_per_month.value), "usd_per_million_good": _digits(entry.cost_per_million_good.value),
        "p99_ms": None if p99 is None else _digits(p99 / 1000), "missing": [_plain(item) for item in entry.bill.missing],
    }  # fmt: skip


def _part(ranking: Ranking) -> Part:
    out = {verdict.option.name: verdict.deciding for verdict in ranking.infeasible if verdict.option.name != "none"}
    return {
        "promise": [slo.text for slo in ranking.promise.slos], "budget_usd": ranking.promise.budget_usd,
        "region": ranking.study.workload.needs.region,
        "turns_on": sorted({f"{turn.option}: {turn.key}" for turn in ranking.turns}),
        "not_ranked": {name: finding.rule if finding else "" for name, finding in sorted(out.items())},
        "ranked": [_row(entry) for entry in ranking.ranked],
    }  # fmt: skip


def found_for(name: str, facts: Facts | None = None) -> Part:
    """What the ranking of a bundled workload costs now, as the file holds it; by other facts where they are given."""
    return _part(rank(name, facts, replications=REPLICATIONS))


def _agreed(field: str, was: Any, now: Any) -> bool:
    """Whether a value is as it was: exactly, or within the tolerance of a number that is computed.

    >>> _agreed("p99_ms", 200.0, 200.1), _agreed("usd_per_month", 200.0, 200.1), _agreed("meets", True, False)
    (True, False, False)
    """
    if field in NUMBERS and was is not None and now is not None:
        return math.isclose(was, now, rel_tol=NUMBERS[field])
    return bool(was == now)


def compared(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Moved]:
    """What moved in one workload, the order first; `was` is empty for one that is new."""
    rows = [{row["option"]: row for row in part.get("ranked", ())} for part in (was, now)]
    if list(rows[0]) != list(rows[1]):
        yield Moved("", "order", list(rows[0]), list(rows[1]))
    for field in now:
        if field != "ranked" and was.get(field) != now[field]:
            yield Moved("", field, was.get(field), now[field])
    for option, row in rows[1].items():
        before = rows[0].get(option, {})
        for field in row:
            if field != "option" and not _agreed(field, before.get(field), row[field]):
                yield Moved(option, field, before.get(field), row[field])


def merged(was: Mapping[str, Any], now: Part) -> Part:
    """What to write of one workload: lines in which nothing moved stay as they are, so that the diff has no noise."""
    moved = {one.option for one in compared(was, now)}
    kept = {row["option"]: row for row in was.get("ranked", ()) if row["option"] not in moved}
    return {**now, "ranked": [kept.get(row["option"], row) for row in now["ranked"]]}

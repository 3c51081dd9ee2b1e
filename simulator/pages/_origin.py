"""Where fields come from, kept true while they are edited: what was typed here is no longer assumed or measured."""

from collections.abc import Mapping
from typing import Any, Final

from advisor.workload import Workload
from simulator.pages._field import get

__all__ = ["TYPED", "settled", "state", "without"]

TYPED: Final = "typed in the app"
_MOST: Final = 100


def _within(path: str, field: str) -> bool:
    return path == field or path.startswith(f"{field}.")


def state(table: dict[str, Any], path: str) -> None:
    """Note in a workload's table that a field was typed. A table without origins stays without.

    Arguments: `path` as a workload file names it. A row for a whole value, like request.payload, stays until each of
    its parts was typed.

    >>> row = {"field": "service.slots", "how": "assumed", "source": "the default of a workload"}
    >>> table = {"service": {"slots": 4}, "provenance": [row]}
    >>> state(table, "service.slots")
    >>> table["provenance"]
    [{'field': 'service.slots', 'how': 'reported', 'source': 'typed in the app'}]
    """
    rows = [dict(row) for row in table.get("provenance", ())]
    above = {row["field"] for row in rows if _within(path, row["field"])}
    if not above:
        return
    mine = {"field": path, "how": "reported", "source": TYPED}
    rows = [row for row in rows if not _within(row["field"], path)] + [mine]
    typed = {row["field"] for row in rows if row["source"] == TYPED}
    for field in above - {path}:
        value = get(table, field)
        if not isinstance(value, Mapping) or all(f"{field}.{part}" in typed for part in value):
            rows = [row for row in rows if not _within(row["field"], field)]
            rows.append({"field": field, "how": "reported", "source": TYPED})
    table["provenance"] = rows[:_MOST]


def without(table: Mapping[str, Any], section: str) -> dict[str, Any]:
    """The table without what is told about a section that is written anew."""
    rows = [row for row in table.get("provenance", ()) if not _within(row["field"], section)]
    rest = {name: value for name, value in table.items() if name != "provenance"}
    return {**rest, "provenance": rows} if rows else rest


def settled(workload: Workload, path: str) -> bool:
    """Whether a field, or a part of it, was typed since the import."""
    return any(row.source == TYPED and (_within(row.field, path) or _within(path, row.field)) for row in workload.provenance)  # fmt: skip

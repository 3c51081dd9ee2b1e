"""Settled: the reply to an open question, written into the workload that left it open."""

from typing import Any, Final

from advisor.filled import COLD, COUNTS, PLACES
from advisor.workload import Workload

__all__ = ["settled"]

_PLACES: Final = {**PLACES, **COUNTS, "cold_start_ok": "needs.cold_start"}


def settled(workload: Workload, attribute: str, value: Any) -> Workload | None:
    """The workload with a reply stated in it; None where a workload says this by several values, or by none.

    Arguments: `attribute` as the question names it, `value` as its reply has it.

    >>> from advisor.workload import load_workload
    >>> open_ = load_workload("invoice-ocr")
    >>> open_.model.vpc, settled(open_, "vpc_required", True).model.vpc
    (None, True)
    >>> settled(open_, "traffic", "spiky") is None
    True
    """
    path = _PLACES.get(attribute)
    if path is None:
        return None
    section, _, name = path.partition(".")
    table = workload.to_mapping()
    stated = COLD[value] if attribute == "cold_start_ok" else int(value) if attribute in COUNTS else value
    return Workload.from_mapping({**table, section: {**table.get(section, {}), name: stated}})

"""One row an attempt as CSV."""

import csv
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Problem
from simulator.codes import Outcome
from simulator.play import Simulation

__all__ = ["write_requests"]

_HEADER: Final = (
    "arrival_s",
    "start_s",
    "finish_s",
    "response_s",
    "outcome",
    "cold",
    "instance",
    "attempt",
    "first_s",
    "final",
    "variant",
    "row",
)


def write_requests(result: Simulation, path: Path) -> None:
    """Write one row an attempt in arrival order; the file appears whole or not at all.

    Columns: times in seconds from the start, outcome, cold (seconds of the wait spent on a start-up), instance number,
    attempt (1 for the first), arrival of the first attempt, whether no further attempt follows (1 or 0), number of the
    variant or model, number of the request (the same for all its attempts).
    Raises InputError when the folder cannot be written.
    """
    kept = result.run.requests
    if kept is None:
        raise InputError([Problem("--requests-out", repr(str(path)), "a run that keeps its requests")])
    names = (
        "arrival_us",
        "start_us",
        "finish_us",
        "response_us",
        "outcome",
        "cold",
        "position",
        "attempt",
        "first_us",
        "final",
        "variant",
        "row",
    )
    rows = zip(*(getattr(kept, name).tolist() for name in names), strict=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            for a, s, f, r, outcome, cold, position, attempt, first, *rest in rows:
                seconds = [f"{value / 1e6:.6f}" for value in (a, s, f, r)]
                name = Outcome(outcome).name.lower()
                writer.writerow([*seconds, name, f"{cold / 1e6:.6f}", position, attempt, f"{first / 1e6:.6f}", *rest])
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            [
                Problem(
                    "--requests-out",
                    repr(str(path)),
                    f"a file in a folder that can be written ({error.strerror})",
                )
            ]
        ) from None

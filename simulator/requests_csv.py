"""One row a request as CSV."""

import csv
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Problem
from simulator.codes import Outcome
from simulator.play import Simulation

__all__ = ["write_requests"]

_HEADER: Final = ("arrival_s", "start_s", "finish_s", "response_s", "outcome", "cold", "instance")


def write_requests(result: Simulation, path: Path) -> None:
    """Write one row a request in arrival order; the file appears whole or not at all.

    Columns: times in seconds from the start, outcome, cold (seconds of the wait spent on a start-up), instance number.
    Raises InputError when the folder cannot be written.
    """
    kept = result.run.requests
    if kept is None:
        raise InputError([Problem("--requests-out", repr(str(path)), "a run that keeps its requests")])
    names = ("arrival_us", "start_us", "finish_us", "response_us", "outcome", "cold", "position")
    rows = zip(*(getattr(kept, name).tolist() for name in names), strict=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADER)
            for a, s, f, r, outcome, cold, position in rows:
                seconds = [f"{value / 1e6:.6f}" for value in (a, s, f, r)]
                writer.writerow([*seconds, Outcome(outcome).name.lower(), f"{cold / 1e6:.6f}", position])
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

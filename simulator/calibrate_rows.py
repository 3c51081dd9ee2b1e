"""The rows of a concurrency sweep: what each load level of a test measured, checked against what is possible at all.

Two laws hold for every measurement, whatever the system: Markov's inequality ties a percentile to the mean, and Little's law
ties users, throughput and time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Problem
from advisor.units import format_duration
from simulator.calibrate_table import Row, Table, read_table

__all__ = ["NAMES", "SweepRow", "read_sweep"]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "users": ("users", "user_count", "concurrency", "vus", "clients", "threads", "connections"),
    "mean": ("mean", "mean_latency", "latency_mean", "avg", "average", "avg_latency", "average_latency", "latency", "average_response_time"),
    "throughput": ("throughput", "throughput_per_s", "throughput_rps", "rps", "requests_per_s", "requests/s", "req_per_s", "rate_per_s"),
    "server": ("server", "server_latency", "server_mean", "model_latency", "endpoint_latency"),
    "failed": ("failed", "failed_share", "error_rate", "errors_share"),
}  # fmt: skip
"""What a column may hold, with the names looked for; percentiles are p50, p90, p95, p99 with a unit."""
MOST_USERS: Final = 20_000
_MOST_LEVELS: Final = 500
_PERCENTILE: Final = re.compile(
    r"^(?:latency_)?p(\d{2})(?:_(\d+))?(?:_latency)?(?:_(?:us|ms|s))?(?:\s*\((?:us|ms|s)\))?$", re.IGNORECASE
)
_ROUNDED: Final = 1.005
"""Figures that were rounded may break a law by this much."""


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One load level: users at once, and what they saw. Times in seconds, throughput in requests per second."""

    users: int
    mean_s: float
    throughput: float | None = None
    server_s: float | None = None
    """Mean latency at the server, where it was measured beside that of the client."""
    percentiles_s: Mapping[float, float] = field(default_factory=dict)
    failed_share: float = 0.0
    where: str = ""

    @property
    def served_s(self) -> float:
        """The mean latency that the fit explains: the server's where known, else the client's."""
        return self.mean_s if self.server_s is None else self.server_s

    @property
    def outside_s(self) -> float | None:
        """Time of a user's round outside of that latency, by Little's law: users / throughput - latency; None without a throughput.

        >>> round(SweepRow(8, 0.1, 40.0).outside_s, 3)
        0.1
        """
        return None if self.throughput is None else self.users / self.throughput - self.served_s


def _impossible(row: SweepRow, path: str) -> Iterator[Problem]:
    """What no measurement can be: percentiles out of order, or further from the mean than Markov's inequality allows."""
    before = 0.0
    for share, value in sorted(row.percentiles_s.items()):
        where, name = f"{path}, {row.where}", f"p{100 * share:g}"
        if value < before:
            yield Problem(where, f"{name} of {format_duration(1e6 * value)}", "at least the percentile below it")
        least = (1 - share) * value
        if row.mean_s * _ROUNDED < least:
            allowed = f"a mean of at least {format_duration(1e6 * least)}: that share of requests alone makes it so"
            yield Problem(
                where,
                f"{name} of {format_duration(1e6 * value)} with a mean of {format_duration(1e6 * row.mean_s)}",
                allowed,
            )
        before = value


def _row(table: Table, row: Row, columns: Mapping[str, str], percentiles: Mapping[float, str]) -> SweepRow:
    users, mean = table.number(row, columns["users"]), table.seconds(row, columns["mean"])
    where = f"{table.path}, {row.where}"
    if users is None or users != int(users) or not 1 <= users <= MOST_USERS:
        raise InputError(
            [
                Problem(
                    f"{where}, {columns['users']}",
                    repr(row.cells.get(columns["users"])),
                    f"a whole number from 1 to {MOST_USERS:,}",
                )
            ]
        )
    if not mean:
        raise InputError(
            [Problem(f"{where}, {columns['mean']}", repr(row.cells.get(columns["mean"])), "a mean latency above 0")]
        )
    through = table.number(row, columns["throughput"]) if columns["throughput"] else None
    server = table.seconds(row, columns["server"]) if columns["server"] else None
    failed = (table.number(row, columns["failed"]) if columns["failed"] else None) or 0.0
    if through == 0:
        raise InputError([Problem(f"{where}, {columns['throughput']}", "0", "requests per second, above 0")])
    if failed > 1:
        raise InputError([Problem(f"{where}, {columns['failed']}", f"{failed:g}", "a share from 0 to 1, or like 2%")])
    if server is not None and not 0 < server <= mean * _ROUNDED:
        raise InputError(
            [
                Problem(
                    f"{where}, {columns['server']}",
                    format_duration(1e6 * server),
                    f"above 0, at most the latency of the client, {format_duration(1e6 * mean)}",
                )
            ]
        )
    seen = {share: value for share, column in percentiles.items() if (value := table.seconds(row, column))}
    made = SweepRow(int(users), mean, through, server, seen, failed, row.where)
    problems = list(_impossible(made, table.path))
    if problems:
        raise InputError(problems)
    return made


def read_sweep(path: Path, columns: Mapping[str, str] | None = None, unit: str = "") -> tuple[SweepRow, ...]:
    """The rows of a concurrency sweep from a CSV or JSON file, fewest users first.

    Arguments: `columns` map our names (users, mean, throughput, server, failed) to the file's; `unit` of durations whose column
    names none. Raises InputError for a file that is cut, a column that is missing, a figure that is none or impossible.
    """
    table = read_table(path, unit)
    if len(table.rows) > _MOST_LEVELS:
        raise InputError(
            [Problem(table.path, f"{len(table.rows):,} rows", f"one row a load level, at most {_MOST_LEVELS:,}")]
        )
    unknown = set(columns or {}) - set(NAMES)
    if unknown:
        raise InputError([Problem("--column", repr(name), f"one of {', '.join(NAMES)}") for name in sorted(unknown)])
    found = {role: table.find(role, names, columns or {}) for role, names in NAMES.items()}
    missing = [
        Problem(
            table.path,
            f"columns {', '.join(table.columns)}"[:200],
            f"a column for {what}, like {NAMES[role][0]}{'_ms' if role == 'mean' else ''}; or --column {role}=NAME",
        )
        for role, what in (("users", "users at once"), ("mean", "the mean latency"))
        if not found[role]
    ]
    if missing:
        raise InputError(missing)
    named = ((_PERCENTILE.match(column), column) for column in table.columns)
    percentiles = {float(f"0.{match[1]}{match[2] or ''}"): column for match, column in named if match}
    rows = table.each(lambda row: _row(table, row, found, percentiles))
    return tuple(sorted(rows, key=lambda row: (row.users, row.mean_s)))

"""What an import gives: a workload, where each field comes from, what is missing, and the draft it is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import InputError, Problem
from advisor.workload import Workload, load_workload

if TYPE_CHECKING:
    from simulator.import_level import Level
    from simulator.import_requests import Table
    from simulator.measured import Measured

__all__ = ["Draft", "Imported", "Missing", "Row"]

_EXAMPLE = "receipt-classifier"
_MOST_PROBLEMS = 30
_MOST_ORIGINS = 100
_QUESTIONS = {
    "traffic": "how do requests arrive?",
    "request.payload": "how large is a request? (--payload 20KB, or --payload p50/p99)",
    "service.reference": "which instance type was it measured on? (--reference ml.m5.xlarge)",
    "service.time": "how long does one request take alone, without a queue? (--time 80ms, or --time p50/p99)",
    "service.slots": "how many requests does an instance serve side by side? (--slots N)",
    "service.slowdown": "how much do requests side by side slow each other? (calibrate sweep tells from a sweep)",
}
"""The fields that a workload cannot do without, each with its question."""
_DEFAULTS = {"service.slots": 1, "service.slowdown": 0.0}
_PLAIN = "the default of a workload"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the workload, and where its value comes from."""

    path: str
    """As a workload file names it."""
    text: str
    """The value, for people."""
    how: str
    """measured, reported (you said so) or assumed."""
    source: str
    """The file it was read from, or what was assumed and why."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the files do not tell."""

    path: str
    """The field it would fill."""
    question: str
    """What to answer, and with which option."""
    export: str = ""
    """What to export instead; empty where no export tells it."""


@dataclass(frozen=True, eq=False)
class Imported:
    """A workload made out of exports, with the origin of each field. Nothing in it is invented without a mark."""

    kind: str
    """Which kind of file it was."""
    files: tuple[str, ...]
    """Names of the files read."""
    workload: Workload
    """The workload; its `provenance` says the same as `rows`."""
    rows: tuple[Row, ...]
    """Each field that was set, and where it comes from."""
    missing: tuple[Missing, ...]
    """What the files do not tell, as questions."""
    notes: tuple[str, ...]
    """What was read, left out or seen on the way."""
    trace: "Table | None" = None
    """Recorded traffic, written beside the workload; None where the traffic needs no file."""
    levels: "tuple[Level, ...]" = ()
    """Levels of a load test, for a calibration; empty where the files hold none."""
    measured: "Measured | None" = None
    """Measured latency, written beside the workload for a backtest; None where the files hold none."""

    @property
    def guessed(self) -> tuple[Row, ...]:
        """The fields that are assumed."""
        return tuple(row for row in self.rows if row.how == "assumed")


@dataclass
class Draft:
    """The workload while it is put together; `finish` fills what is missing, with a mark."""

    kind: str
    files: Sequence[Path]
    table: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    trace: "Table | None" = None
    levels: "tuple[Level, ...]" = ()
    measured: "Measured | None" = None

    def put(self, path: str, value: Any, source: str, how: str = "measured", text: str | None = None) -> None:
        """Set a field, one of a section or the whole `traffic`, and note where it comes from."""
        section, dot, name = path.partition(".")
        if dot:
            self.table.setdefault(section, {})[name] = value
        else:
            self.table[section] = value
        self.rows = [row for row in self.rows if row.path != path]
        self.rows.append(Row(path, str(value) if text is None else text, how, source))

    def assume(self, path: str, text: str, why: str) -> None:
        """Note something that was taken for granted about a field, beside where its value comes from."""
        self.rows.append(Row(path, text, "assumed", why))

    def lacks(self, path: str, question: str, export: str = "") -> None:
        """Note a question that the files leave open."""
        self.missing.append(Missing(path, question, export))

    def wrong(self, where: str, seen: str, allowed: str) -> None:
        """Note a problem; all are told together when the draft is stopped or finished."""
        self.problems.append(Problem(where, seen, allowed))

    def stop(self) -> None:
        """Raise InputError where problems were found, with all of them."""
        if self.problems:
            more = len(self.problems) - _MOST_PROBLEMS
            rest = [Problem("", "", f"and {more:,} more problems")] if more > 0 else []
            raise InputError([*self.problems[:_MOST_PROBLEMS], *rest])

    def finish(self, stated: Mapping[str, Any], base: Workload | None, name: str) -> Imported:
        """The workload: what was read, then what was `stated` (it wins), then `base`, then marked examples.

        Arguments: `stated` maps fields like service.time to values. Raises InputError with every problem.
        """
        for path, value in stated.items():
            self.put(path, value, "stated when it was imported", "reported")
        self.stop()
        ground = base.to_mapping() if base is not None else {}
        known = {row.path for row in self.rows}
        kept = [row for row in ground.pop("provenance", []) if row["field"] not in known]
        like = load_workload(_EXAMPLE).to_mapping()
        for path, question in _QUESTIONS.items():
            section, _, part = path.partition(".")
            there = [table.get(section, {}) for table in (self.table, ground)]
            if not any(part in table if part else table for table in there):
                value = _DEFAULTS[path] if path in _DEFAULTS else like[section][part] if part else like[section]
                why = _PLAIN if path in _DEFAULTS else f"as in the example {_EXAMPLE}"
                self.put(path, value, f"not in the files; {why}", "assumed", _said(value))
                if all(row.path != path for row in self.missing):
                    self.lacks(path, question)
        origins = [
            {"field": row.path, "how": row.how, "source": " ".join(row.source.split())[:500]} for row in self.rows
        ]
        origins = [*origins, *kept][:_MOST_ORIGINS]
        sections = {key: {**ground.get(key, {}), **part} if key != "traffic" else part for key, part in self.table.items()}  # fmt: skip
        about = f"Imported from {', '.join(path.name for path in self.files)} ({self.kind})"
        about = "".join(letter if letter.isprintable() else "?" for letter in about)[:500]
        whole = {**ground, "schema": 1, "name": name, "about": about, **sections, "provenance": origins}
        workload = Workload.from_mapping(whole)
        return Imported(
            self.kind, tuple(path.name for path in self.files), workload, tuple(self.rows), tuple(self.missing),
            tuple(self.notes), self.trace, self.levels, self.measured,
        )  # fmt: skip


def _said(value: Any) -> str:
    """A value of the example in one line."""
    return ", ".join(f"{name} {part}" for name, part in value.items()) if isinstance(value, dict) else str(value)

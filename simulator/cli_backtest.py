"""The options of `rank` that hold today's fleet against what was measured."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.options import Option
    from simulator.backtest import Backtest
    from simulator.measured import Measured
    from simulator.study import Study

__all__ = ["BacktestFlag", "BacktestOut", "MeasuredFile", "Wanted", "wanted"]

BacktestFlag = Annotated[
    bool,
    typer.Option(
        "--backtest",
        help="With --current or --from-config: replay the imported period and compare with measured latency.",
    ),
]
MeasuredFile = Annotated[
    Path | None,
    typer.Option("--measured", help="Measured latency for --backtest; by default NAME.latency.csv beside NAME.toml."),
]
BacktestOut = Annotated[
    Path | None, typer.Option("--backtest-out", help="CSV to write with every period of the backtest.")
]


@dataclass(frozen=True)
class Wanted:
    """What was asked for: measurements, and where the comparison goes."""

    measured: "Measured"
    out: Path | None

    def played(self, study: "Study", option: "Option") -> "Backtest":
        """The backtest, written as CSV where that was asked for. Raises InputError where it cannot be."""
        from simulator.backtest import backtest
        from simulator.backtest_text import backtest_csv

        found = backtest(study, option, self.measured)
        if self.out is not None:
            part = self.out.with_name(self.out.name + ".part")
            try:
                with part.open("w", encoding="utf-8", newline="\n") as file:
                    file.write(backtest_csv(found))
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(self.out)
            except OSError as error:
                raise InputError([Problem("--backtest-out", "", f"{str(self.out)!r} cannot be written: {error.strerror}")]) from None  # fmt: skip
        return found


def wanted(workload: str, asked: bool, file: Path | None, out: Path | None, fleet: bool) -> Wanted | None:
    """The measurements of a backtest; None where none was asked for.

    Arguments: `asked` is --backtest, `file` --measured, `out` --backtest-out, `fleet` whether today's fleet is stated. Raises
    InputError for options that do not go together, and for a file that is not there or cannot be read.
    """
    from simulator.import_measured import read_measured

    if not asked and file is None and out is None:
        return None
    if not fleet:
        raise InputError([Problem("--backtest", "no fleet of today", "together with --current or --from-config")])
    if out is not None and out.suffix.lower() != ".csv":
        raise InputError([Problem("--backtest-out", repr(str(out)), "a .csv file")])
    path = file
    if path is None:
        source = Path(workload)
        path = source.with_name(f"{source.stem}.latency.csv") if source.is_file() else None
        if path is None or not path.is_file():
            seen = f"no {path.name} beside it" if path is not None else f"{workload!r}, which is no file"
            raise InputError([Problem("--backtest", seen, "measured latency: `import ... -o NAME.toml` writes NAME.latency.csv from ModelLatency, durations of a log, or a load test; or name a file with --measured")])  # fmt: skip
    return Wanted(read_measured(path), out)

"""Files meant to hurt: each is refused with one clear line, and without the memory it asks for."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import InputError
from simulator import trace_file
from simulator.trace_file import column_names
from simulator.traces import read_trace


def peak_bytes(act: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refused(act: Callable[[], Any], said: str) -> Callable[[], None]:
    def check() -> None:
        with pytest.raises(InputError, match=said) as caught:
            act()
        assert "\n" not in str(caught.value)

    return check


def test_a_million_columns_are_refused_from_the_begin_of_the_file(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n" + "1," * 999_999 + "1\n")
    said = r"more than [\d,]+ columns is not allowed; allowed: a file of at most 200 columns"
    assert peak_bytes(refused(lambda: column_names(wide), said)) < 4e6
    refused(lambda: read_trace(wide), said)()
    wide.write_text(",".join(f"c{n}" for n in range(201)) + "\n")
    refused(lambda: column_names(wide), r"traffic\.file: 201 columns is not allowed")()
    wide.write_text("time," + "x" * 150_000 + "\n1,1\n")
    refused(lambda: column_names(wide), "a header line of at most 100,000 characters")()


def test_the_columns_of_a_bomb_are_read_from_its_begin(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        file.write(b"time,<script>alert(1)</script>\n")
        for _ in range(60):
            file.write(b"1,1\n" * 250_000)
    assert bomb.stat().st_size < 1_000_000
    assert column_names(bomb) == ("time", "<script>alert(1)</script>")
    assert peak_bytes(lambda: column_names(bomb)) < 2e6


def test_rows_are_counted_before_they_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_file, "MOST_ROWS", 1_000)
    long = tmp_path / "long.csv"
    long.write_text("time\n" + "1\n" * 1_500)
    refused(lambda: read_trace(long), "1,501 rows is not allowed; allowed: a file of at most 1,000 rows")()


def test_what_is_wrong_in_the_first_rows_is_told_before_the_rest_is_parsed(tmp_path: Path) -> None:
    dates = tmp_path / "dates.csv"
    rows = ["time", "2026-11-22T08:00:00", "yesterday", *["2026-11-22T08:00:01"] * 300_000]
    dates.write_text("\n".join(rows) + "\n")
    size = dates.stat().st_size
    assert peak_bytes(refused(lambda: read_trace(dates, time_unit="iso"), "is no date")) < 4 * size


def test_one_endless_cell_does_not_widen_all_others(tmp_path: Path) -> None:
    dates = tmp_path / "dates.csv"
    dates.write_text("time\n" + "2026-11-22T08:00:00\n" * 5_000 + "x" * 2_000_000 + "\n")
    assert peak_bytes(refused(lambda: read_trace(dates, time_unit="iso"), "is no date")) < 60e6


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(1, 256)) * 2000,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        b"PK\x03\x04" + b"\0" * 500,
        b"\xff\xfe" + "time\n1\n".encode("utf-16-le"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    junk = tmp_path / "junk.csv"
    junk.write_bytes(raw)
    for act in (column_names, read_trace):
        with pytest.raises(InputError):
            act(junk)


def test_quoted_line_breaks_do_not_confuse_the_first_rows(tmp_path: Path) -> None:
    quoted = tmp_path / "quoted.csv"
    quoted.write_text("time,about\n" + "".join(f'{n},"two\nlines"\n' for n in range(2_000)))
    assert read_trace(quoted).requests == 2_000

"""Parquet and Arrow traces, read batch by batch; pyarrow is needed only by who has such a file."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.errors import InputError, Problem

__all__ = ["SUFFIXES", "batches", "digest_of", "has_more_rows", "is_columnar", "names_of", "times_are_dates"]

SUFFIXES: Final = (".parquet", ".pq", ".arrow", ".feather", ".ipc")
_ROWS: Final = 262_144
_MAGIC: Final = {b"PAR1": "parquet", b"ARRO": "arrow", b"\xff\xff\xff\xff": "stream"}
_FIELD: Final = "traffic.file"


def is_columnar(path: Path) -> bool:
    """Whether a file is Parquet or Arrow, by its first bytes or its name."""
    return path.suffix.lower() in SUFFIXES or _begin(path) in _MAGIC


def _begin(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except (OSError, ValueError):
        return b""


def _open(path: Path) -> tuple[Any, str]:
    """The reader of a file, and which of three forms it has; InputError says what is wrong with it."""
    name = repr(str(path))
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra
        from pyarrow import ipc  # noqa: PLC0415 - an extra
    except ImportError:
        why = f"{name} is read with pyarrow: install sagemaker-endpoint-advisor[parquet], or turn the file into CSV"
        raise InputError([Problem(_FIELD, "", why)]) from None
    form = _MAGIC.get(_begin(path), "")
    try:
        if form == "parquet":
            return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20), form
        if form == "arrow":
            return ipc.open_file(pa.memory_map(str(path))), form
        if form == "stream":
            return ipc.open_stream(pa.memory_map(str(path))), form
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).splitlines()[0][:160]
        raise InputError([Problem(_FIELD, name, f"a whole Parquet or Arrow file: {why}")]) from None
    if not path.is_file():
        raise InputError([Problem(_FIELD, "", f"{name} cannot be read: there is no such file")])
    raise InputError([Problem(_FIELD, name, "a Parquet or Arrow file, as its name says")])


def names_of(path: Path) -> tuple[str, ...]:
    """The column names. Raises InputError when pyarrow is missing or the file is none."""
    reader, form = _open(path)
    return tuple((reader.schema_arrow if form == "parquet" else reader.schema).names)


def has_more_rows(path: Path, most: int) -> bool:
    """Whether a file holds more than `most` rows, told without its columns. Raises InputError where it is none."""
    reader, form = _open(path)
    if form == "parquet":
        return bool(reader.metadata.num_rows > most)
    import pyarrow as pa  # noqa: PLC0415 - an extra

    parts = (reader.get_batch(n) for n in range(reader.num_record_batches)) if form == "arrow" else reader
    rows = 0
    try:
        for part in parts:
            rows += part.num_rows
            if rows > most:
                return True
    except (pa.ArrowException, OSError):  # where it breaks off is told when it is read
        return False
    return False


def batches(path: Path, columns: Sequence[str]) -> Iterator[dict[str, NDArray[np.float64]]]:
    """The columns named, in batches of at most 262,144 rows, as float64; nulls are NaN, timestamps microseconds since 1970.

    Raises InputError where a column holds texts or lists, or where the file breaks off.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra; names_of has told when it is missing

    reader, form = _open(path)
    try:
        if form == "parquet":
            found: Any = reader.iter_batches(batch_size=_ROWS, columns=list(columns))
        elif form == "arrow":
            found = (reader.get_batch(index) for index in range(reader.num_record_batches))
        else:
            found = iter(reader)
        for batch in found:
            for start in range(0, max(1, batch.num_rows), _ROWS):
                part = batch.slice(start, _ROWS)
                yield {name: _column(part.column(name), name, pa) for name in columns}
    except (pa.ArrowException, OSError) as error:
        why = str(error).splitlines()[0][:160]
        raise InputError([Problem(_FIELD, repr(str(path)), f"a whole file: it breaks off or is damaged ({why})")]) from None  # fmt: skip


def _column(values: Any, name: str, pa: Any) -> NDArray[np.float64]:
    kind = values.type
    if pa.types.is_timestamp(kind):
        whole = values.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.int64())
        return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=np.float64)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    raise InputError([Problem(f"{_FIELD} column {name[:40]}", str(kind)[:40], "numbers or timestamps")])


def times_are_dates(path: Path, name: str) -> bool:
    """Whether a column holds timestamps, which need no unit."""
    reader, form = _open(path)
    schema = reader.schema_arrow if form == "parquet" else reader.schema
    return str(schema.field(name).type).startswith("timestamp")


def digest_of(path: Path) -> "hashlib._Hash":
    """SHA-256 of a file, read in pieces."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            made.update(piece)
    return made

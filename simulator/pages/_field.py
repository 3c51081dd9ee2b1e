"""One field of the sidebar: how it is read out of a workload's table and written back, as text people type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["SIZE_HELP", "TIME_HELP", "Field", "Table", "choice", "get", "number", "plain", "put"]

Table = Mapping[str, Any]

_BOOL: Final = {"yes": True, "no": False}
SIZE_HELP: Final = "A number and a unit: 200 KB, 2.5 MB or 1.5 GiB. MB is 10⁶ bytes, MiB is 2²⁰."
TIME_HELP: Final = "A number and a unit: 80 ms, 2.5 s or 15 min."


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `read` gives its text from the workload's table, `write` puts a text into a copy of it."""

    key: str
    """Key of the widget: `workload_<name>`."""
    label: str
    path: str
    """Where a problem with it is reported, as a file would name it."""
    read: Callable[[Table], str]
    write: Callable[[dict[str, Any], str], None]
    example: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words) where the field is a choice."""
    group: str = "main"
    """main, or more: inside the expander."""
    wide: bool = False
    """Takes the whole width of the sidebar."""
    longest: int = 64
    """Most characters that it takes."""


def get(table: Table, path: str) -> Any:
    value: Any = table
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def put(table: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for part in parents:
        inner = table.get(part)
        table[part] = dict(inner) if isinstance(inner, Mapping) else {}
        table = table[part]
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value


def plain(path: str, key: str, label: str, example: str, help_: str, *, optional: bool = True, **more: Any) -> Field:
    """A field that holds the text of one value."""

    def write(table: dict[str, Any], text: str) -> None:
        put(table, path, None if optional and not text else text)

    return Field(
        f"workload_{key}", label, path, lambda table: str(get(table, path) or ""), write, example, help_, **more
    )


def number(path: str, key: str, label: str, example: str, help_: str, **more: Any) -> Field:
    """A field that holds a number without a unit."""

    def write(table: dict[str, Any], text: str) -> None:
        try:
            value: Any = int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            value = text
        put(table, path, value if text else None)

    def read(table: Table) -> str:
        value = get(table, path)
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    return Field(f"workload_{key}", label, path, read, write, example, help_, **more)


def choice(
    path: str, key: str, label: str, choices: tuple[tuple[str, str], ...], help_: str = "", **more: Any
) -> Field:
    """A field with a fixed set of answers; the empty one means not stated."""

    def read(table: Table) -> str:
        value = get(table, path)
        return {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value

    def write(table: dict[str, Any], text: str) -> None:
        put(table, path, _BOOL.get(text, text) if text else None)

    return Field(f"workload_{key}", label, path, read, write, help=help_, choices=choices, **more)

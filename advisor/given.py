"""What the user gave: a full workload or a brief, told apart by its tables."""

from pathlib import Path

from advisor._workload_text import parse_text, read_bounded
from advisor.brief import Brief, brief_examples, is_brief
from advisor.errors import InputError, Problem
from advisor.workload import Workload, examples

__all__ = ["load_given"]


def load_given(source: str | Path) -> Workload | Brief:
    """A workload or a brief from a file (.toml or .json), the name of a bundled one, or standard input (`-`).

    A document with a table `traffic`, `request` or `service` is a workload, any other a brief. Raises InputError when
    it cannot be read or holds mistakes: all at once.

    >>> type(load_given("half-known")).__name__, type(load_given("ct-scans")).__name__
    ('Brief', 'Workload')
    """
    folder = None
    if str(source) == "-":
        text = read_bounded(None)
        form = "json" if text.lstrip().startswith("{") else "toml"
    else:
        path = Path(source)
        bundled = {**examples(), **brief_examples()}
        if not path.suffix and str(source) in bundled and not path.is_file():
            path = bundled[str(source)]
        if path.suffix.lower() not in {".toml", ".json"}:
            allowed = f"a .toml or .json file, - for standard input, or an example: {', '.join(bundled)}"
            raise InputError([Problem("", repr(str(source)), allowed)])
        text, form, folder = read_bounded(path), path.suffix.lower()[1:], path.parent
    document = parse_text(text, form)
    return Brief.from_mapping(document) if is_brief(document) else Workload.from_mapping(document, folder)

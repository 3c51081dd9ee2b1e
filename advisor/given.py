"""What the user gave: a full workload or a brief, told apart by its tables."""

from pathlib import Path

from advisor._workload_text import read_document
from advisor.brief import Brief, brief_examples, is_brief
from advisor.workload import Workload, examples

__all__ = ["load_given"]


def load_given(source: str | Path) -> Workload | Brief:
    """A workload or a brief from a file (.toml, .yaml or .json), the name of a bundled one, or standard input (`-`).

    A document with a table `traffic`, `request` or `service` is a workload, any other a brief. Raises InputError when
    it cannot be read or holds mistakes: all at once.

    >>> type(load_given("half-known")).__name__, type(load_given("ct-scans")).__name__
    ('Brief', 'Workload')
    """
    document, folder = read_document(source, {**examples(), **brief_examples()})
    return Brief.from_mapping(document) if is_brief(document) else Workload.from_mapping(document, folder)

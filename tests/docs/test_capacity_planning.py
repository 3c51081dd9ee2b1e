"""The page on capacity planning is a notebook: every cell runs and prints what stands under it."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "capacity-planning.md"


def test_every_cell_prints_what_stands_under_it():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.FAIL_FAST
    done = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags, encoding="utf-8")
    assert done.attempted > 15
    assert done.failed == 0

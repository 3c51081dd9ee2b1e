"""Numbers that AWS can change stand in data/ only: no limit, price or timing in the words of the code."""

import ast
import re
from pathlib import Path

import pytest

from advisor.facts import load_facts

ROOT = Path(__file__).parents[2]
FACTS = load_facts()
# Quantities with a unit, as a sentence would write them. Forms of input ("like 4 MB") are examples of typing, not limits.
QUANTITY = re.compile(r"\b\d[\d,.]*[ \u00a0](?:[KMGT]i?B|ms|s|min|h|hours|minutes|seconds|instances|USD)\b")
EXAMPLES = ("like ", "A number and a unit", "e.g.", "for example", "Example:", ">>>", "a number and a unit")
MODULES = sorted(
    path
    for package in ("advisor", "simulator")
    for path in (ROOT / package).rglob("*.py")
    if "_data" not in path.parts
    and "engines" not in path.parts
    and path.name != "_trace_cases.py"
    and not path.name.startswith("_validation_")  # the names of our own experiments
)


def _texts(path: Path) -> list[tuple[int, str]]:
    """String literals that can reach a person, docstrings left out: those explain the code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    documented |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_of_the_code_holds_a_limit(path):
    limits = {fact.text().replace("\u00a0", " ") for fact in FACTS.all() if fact.numeric}
    for line, text in _texts(path):
        plain = text.replace("\u00a0", " ")
        if any(mark in plain for mark in EXAMPLES) or len(plain.split()) < 4:
            continue
        found = [q for q in QUANTITY.findall(plain) if q in limits]
        assert not found, f"{path.name}:{line}: {found}"


def test_the_guard_sees_a_planted_limit(tmp_path):
    limit = FACTS.fact("real_time.payload_request").text()
    planted = tmp_path / "planted.py"
    planted.write_text(f'MESSAGE = "a body may have {limit} at most"\n', encoding="utf-8")
    assert QUANTITY.findall(_texts(planted)[0][1].replace("\u00a0", " ")) == [limit.replace("\u00a0", " ")]

"""What `deploy` writes, checked: one matrix of options, targets and checks, for `validate` and for docs/deploy.md."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from advisor.deploy.targets import TARGETS, refusal
from advisor.options import NAMES, title
from simulator._deploy_cases import Case, cases
from simulator._deploy_checks import MOTO, REGIONS, expected, first_file, linted, parsed, played, run_scripts, walked
from simulator._deploy_tools import environment

__all__ = ["Cell", "cells", "grid", "said", "write_grid"]

_BEGIN: Final = "<!-- matrix: written by validate -->\n"
_END: Final = "<!-- end of matrix -->\n"
_SDKS: Final = ("sdk-v2", "sdk-v3")


class Cell(NamedTuple):
    """One check of one option in one target."""

    option: str
    target: str
    """A target, or `plan` for what holds for all of them."""
    check: str
    cases: int
    """Sized forms that were looked at."""
    findings: tuple[str, ...]


def _every(option: str) -> list[Case]:
    return [case for case in cases() if case.option.name == option]


def _of(found: Mapping[int, list[str]], target: str, check: str) -> Iterator[Cell]:
    """The findings of a run over all cases, by option."""
    every = cases()
    for option in NAMES[:-1]:
        mine = [number for number in found if every[number].option.name == option]
        if mine:
            yield Cell(option, target, check, len(mine), tuple(text for number in mine for text in found[number]))


def _on_moto() -> Iterator[Cell]:
    """Creation and teardown on a mock that keeps what was made: in an order in which each call finds what it names."""
    for option in MOTO:
        one = next(case for case in _every(option) if not case.option.instance_type.startswith(("ml.g", "ml.p")))
        up = first_file(one, "boto3")
        try:
            made = run_scripts({"a.py": up}, moto=True)["a.py"]
            found = () if [call[1] for call in made] == [call[1] for call in expected(one)] else ("calls differ",)
        except RuntimeError as error:
            found = (str(error).strip().splitlines()[-1],)
        yield Cell(option, "boto3", "run on moto", 1, found)


def cells(*, quick: bool) -> Iterator[Cell]:
    """Every check. Arguments: `quick` reads and walks only: what starts a tool or an SDK belongs to the full run."""
    for option in NAMES[:-1]:
        mine = _every(option)
        yield Cell(option, "plan", "API model", len(mine), tuple(text for case in mine for text in walked(case)))
        looks = (
            [("terraform", "HCL", parsed)]
            if quick
            else [("cloudformation", "cfn-lint", linted), ("terraform", "HCL", parsed)]
        )
        for target, check, look in looks:
            able = [case for case in mine if not refusal(case.plan, target)]
            if able:
                yield Cell(option, target, check, len(able), tuple(text for case in able for text in look(case)))
    if quick:
        return
    yield from _of(played(cases(), "boto3"), "boto3", "run")
    yield from _on_moto()
    for target in _SDKS:
        place = environment(target)
        if place.python:
            yield from _of(played(cases(), target, place.python), target, "run")


def said(*, quick: bool) -> list[str]:
    """What was left out, and why."""
    missing = [name for name in ("cfnlint", "hcl2", "moto", "boto3") if find_spec(name) is None]
    lines = [f"Not installed: {', '.join(missing)}."] if missing else []
    if quick:
        return [*lines, "Scripts, SDKs and cfn-lint were left out: they belong to the full run."]
    places = [environment(target) for target in _SDKS]
    return lines + [f"{place.package} was left out: {place.why}." for place in places if not place.python]


def grid(found: list[Cell]) -> str:
    """The matrix as Markdown: an option a row, a target a column.

    A cell says what was done and on how many sized forms; a target that cannot express an option says so.
    """
    names = list(TARGETS)
    lines = ["| option | API model | " + " | ".join(names) + " |", "| --- | --- |" + " --- |" * len(names)]
    for option in NAMES[:-1]:
        row = [title(option), _cell([cell for cell in found if cell.option == option and cell.target == "plan"])]
        for target in names:
            mine = [cell for cell in found if cell.option == option and cell.target == target]
            able = any(not refusal(case.plan, target) for case in _every(option))
            row.append(_cell(mine) if mine else "left out" if able else "cannot")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _cell(mine: list[Cell]) -> str:
    return "; ".join(
        f"{cell.check}: {len(cell.findings)} findings" if cell.findings else f"{cell.check} ({cell.cases})"
        for cell in mine
    )


def write_grid(found: list[Cell], page: Path) -> None:
    """Put the matrix into its place on a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    note = f"Sized forms looked at stand in brackets; templates in {', '.join(REGIONS)}.\n\n"
    page.write_text(f"{before}{_BEGIN}{note}{grid(found)}{_END}{after}", encoding="utf-8")

"""What to say below a field: the value seen, what is accepted, and the place where it is another field's."""

from advisor.errors import InputError, Problem
from simulator.pages._field import Field

__all__ = ["message", "spoken"]


def spoken(problem: Problem) -> str:
    """`'forty' is not usable here. Write a number and a unit, like 4 MB.`"""
    allowed = problem.allowed.removeprefix("missing; ").rstrip(".")
    start = "" if not problem.seen else f"{problem.seen.replace(chr(39), chr(34))} does not work here. "
    if problem.allowed.startswith("missing"):
        return f"This is needed: {allowed}."
    return f"{start}Write {allowed}." if start else f"{allowed[:1].upper()}{allowed[1:]}."


def message(field: Field, error: InputError) -> str:
    """What to say below a field: the value seen and what is accepted, with the place where it is another field's."""
    if field.path.startswith("needs.slo.") and any(problem.path.startswith("needs.slo") for problem in error.problems):
        seen = error.problems[0].seen.partition(":")[2].strip("'\" ")
        wanted = "a share from 0% to 100%" if field.path.endswith(".failed") else "a number and a unit"
        return f'"{seen}" does not work here. Write {wanted}, like {field.example}.'
    texts = []
    for problem in error.problems[:3]:
        own = (
            problem.path in {"", field.path}
            or field.path.startswith(problem.path)
            or problem.path.startswith(("needs.slo", field.path))
        )
        texts.append(spoken(problem) if own else f"{problem.path}: {spoken(problem)}")
    return " ".join(texts)

"""What importers say, in the words of the page: its fields instead of options of the command line."""

import re
from typing import Final

from advisor.errors import InputError

__all__ = ["KIND_WORDS", "field_words", "kind_words", "problem_text", "spoken"]

KIND_WORDS: Final = {
    "cloudwatch": "CloudWatch metrics", "access-log": "Access log", "data-capture": "SageMaker data capture",
    "locust": "Locust", "k6": "k6", "recommender": "Inference Recommender", "trace": "Recording of requests",
}  # fmt: skip
_FIELDS: Final = {
    "traffic": "Traffic", "traffic.days": "Days of the week", "request.payload": "Payload", "request.response": "Answer size",
    "service.reference": "Measured on", "service.time": "Service time", "service.slots": "Requests side by side",
    "service.slowdown": "Slowdown", "service.measured": "Other instance types", "needs.slo": "Promises",
}  # fmt: skip
_ASIDE: Final = re.compile(
    r"\s*\((?:[^()]*--(?:payload|response|time|slots|reference|traffic|duration-unit|time-unit)\b[^()]*|import [a-z0-9 -]+|calibrate sweep[^()]*)\)"
)
_OPTIONS: Final = (
    (re.compile(r"; try: import \S+ .*"), "; choose that kind"),
    (re.compile(r"(?:say )?--column time=NAME"), 'write time=NAME under "Columns"'),
    (re.compile(r"--users N"), 'fill in "Users of the test"'),
    (re.compile(r"--instances N"), 'see "Instances tested"'),
    (re.compile(r"(?:say )?--tz\b(?! says)"), 'fill in "Time zone"'),
    (re.compile(r"--tz\b"), '"Time zone"'),
    (re.compile(r"--column\b"), "Columns"),
    (re.compile(r"--time-unit\b"), "Unit of times"),
    (re.compile(r"--duration-unit\b"), "Unit of durations"),
)
_PLACES: Final = {"--tz": "Time zone", "--column": "Columns", "--time-unit": "Unit of times", "--duration-unit": "Unit of durations"}  # fmt: skip


def kind_words(kind: str) -> str:
    """A kind of export for people."""
    return KIND_WORDS.get(kind, kind)


def field_words(path: str) -> str:
    """A field for people, by the name that a workload file has for it."""
    return _FIELDS.get(path, path)


def spoken(text: str) -> str:
    """A sentence of an importer without options of the command line.

    >>> spoken("how large is a request? (--payload 20KB)")
    'how large is a request?'
    >>> spoken("metrics.csv: times state no zone and are taken as UTC; --tz says otherwise")
    'metrics.csv: times state no zone and are taken as UTC; "Time zone" says otherwise'
    """
    text = _ASIDE.sub("", text)
    for form, words in _OPTIONS:
        text = form.sub(words, text)
    return text.replace("say fill in", "fill in")


def problem_text(error: InputError) -> str:
    """Every problem of the files in a line each: where, what was seen, what to give instead."""
    lines = []
    for problem in error.problems:
        place = _PLACES.get(problem.path, problem.path)
        where = f"{place}: " if place else ""
        allowed = spoken(problem.allowed)
        lines.append(f"{where}{spoken(problem.seen)} does not fit. Needed: {allowed}." if problem.seen else f"{where}{allowed}.")  # fmt: skip
    return "\n".join(lines)

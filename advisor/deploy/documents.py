"""Documents: files with calls, a CloudFormation template, or the answers of describe calls, read into calls.

A document is bounded in size and depth. What is not understood is listed; what is of the wrong kind is refused with its
place and what is expected.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from advisor.deploy.described import calls_of_answer, is_answer
from advisor.deploy.forms import FORMS
from advisor.deploy.templates import is_template, read_template
from advisor.deploy.written import Source, Written, write_down
from advisor.deploy.yaml_text import DEEPEST, read_yaml
from advisor.errors import InputError, Problem

__all__ = ["LARGEST_BYTES", "Documents", "read_documents", "read_texts"]

LARGEST_BYTES: Final = 2_000_000
"""A template may have half of it, so a file with more is something else."""
EXPECTED: Final = (
    "the arguments of CreateEndpointConfig as JSON, a list or table of calls, a CloudFormation template, or what "
    "`aws sagemaker describe-endpoint-config` prints"
)
_MOST_CALLS: Final = 2_000
_MOST_PROBLEMS: Final = 20
_REGION: Final = re.compile(
    r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-[0-9]):|\.dkr\.ecr\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws"
)
_MARKS: Final = (
    ("CreateInferenceComponent", {"InferenceComponentName", "Specification"}),
    ("CreateTransformJob", {"TransformJobName", "TransformInput", "TransformResources"}),
    ("PutScalingPolicy", {"PolicyName", "PolicyType", "TargetTrackingScalingPolicyConfiguration"}),
    ("RegisterScalableTarget", {"ScalableDimension", "MinCapacity", "MaxCapacity"}),
    ("PutMetricAlarm", {"AlarmName", "AlarmActions"}),
    ("CreateEndpointConfig", {"ProductionVariants", "ShadowProductionVariants", "AsyncInferenceConfig", "DataCaptureConfig"}),
    ("InvokeEndpointAsync", {"Body", "InputLocation", "RequestTTLSeconds", "InvocationTimeoutSeconds"}),
    ("CreateModel", {"PrimaryContainer", "Containers", "InferenceExecutionConfig"}),
    ("CreateEndpoint", {"EndpointName"}),
    ("CreateEndpointConfig", {"EndpointConfigName"}),
    ("CreateModel", {"ModelName"}),
)  # fmt: skip
"""What bare arguments are of: the first whose keys one of them has."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything that files say."""

    calls: tuple[Written, ...]
    unread: tuple[str, ...] = ()
    """What is not looked at beside the calls: other resources, other operations."""
    regions: tuple[str, ...] = ()
    """Regions that ARNs and image addresses name."""


def _plain(name: str) -> str:
    """A name of an operation without its case and joints."""
    return re.sub(r"[^a-z]", "", name.lower())


_OPERATIONS: Final = {_plain(name): name for name in FORMS}
_OTHER: Final = re.compile(
    r"(?:create|put|register|update|delete|invoke|describe|start|stop|add)[-_A-Za-z]{3,60}", re.IGNORECASE
)


def _operation(name: Any) -> str:
    """An operation as the API spells it; empty where we do not read it."""
    return _OPERATIONS.get(_plain(name), "") if isinstance(name, str) else ""


def _guess(arguments: Mapping[str, Any]) -> str:
    """The operation that bare arguments are of; empty where nothing says it."""
    return next((name for name, keys in _MARKS if not keys.isdisjoint(arguments)), "")


class _Reader:
    """Collects calls, problems and what is not looked at."""

    def __init__(self, region: str, given: Mapping[str, str]) -> None:
        self.region, self.given = region, given
        self.calls: list[Written] = []
        self.wrong: list[Problem] = []
        self.unread: list[str] = []
        self.parameters: set[str] = set()
        self.regions: set[str] = set()

    def call(self, operation: str, arguments: Any, source: Source) -> None:
        if len(self.calls) >= _MOST_CALLS:
            raise InputError(
                [Problem(source.where, "", f"more than {_MOST_CALLS:,} calls; expected: those of one endpoint")]
            )
        if not isinstance(arguments, Mapping):
            self.wrong.append(Problem(source.where, "", f"expected: a table with the arguments of {operation}"))
            return
        now = arguments.get("_now") if source.kind == "described" else None
        made, wrong = write_down(operation, {k: v for k, v in arguments.items() if k != "_now"}, source)
        if now:
            made.arguments["_now"] = now
        self.calls.append(made)
        self.regions.update(_regions([arguments]))
        self.wrong += wrong

    def document(self, value: Any, name: str) -> None:
        """One file: a template, a table or a list."""
        if isinstance(value, list):
            for number, one in enumerate(value):
                self.entry(one, f"{name} [{number}]")
        elif isinstance(value, Mapping) and is_template(value):
            self.template(value, name)
        elif isinstance(value, Mapping) and isinstance(value.get("calls"), list):
            self.document(value["calls"], name)
        else:
            self.entry(value, name)

    def template(self, value: Mapping[str, Any], name: str) -> None:
        made = read_template(value, self.region, self.given)
        self.parameters |= set(value["Parameters"]) if isinstance(value.get("Parameters"), Mapping) else set()
        self.wrong += [Problem(f"{name}: {path}", "", f"expected: {expected}") for path, expected in made.wrong]
        self.unread += made.unread
        for operation, arguments, logical in made.calls:
            self.call(operation, arguments, Source(f"{name} {logical}", "template"))

    def entry(self, value: Any, where: str) -> None:
        """One call, several by the names of their operations, or an answer."""
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
            value = {"operation": value[0], "arguments": value[1]}
        if not isinstance(value, Mapping):
            self.wrong.append(Problem(where, "", f"expected: {EXPECTED}"))
            return
        lower = {str(key).lower(): key for key in value}
        if "operation" in lower:
            self.named(value, lower, where)
        elif is_answer(value):
            self.regions.update(_regions([value]))
            for operation, arguments in calls_of_answer(value):
                self.call(operation, arguments, Source(where, "described"))
        elif guessed := _guess(value):
            self.call(guessed, value, Source(where, "call"))
        elif value and all(_OTHER.fullmatch(str(key)) for key in value):
            for key, inner in value.items():
                self.under(str(key), inner, f"{where} {key}")
        else:
            self.wrong.append(Problem(where, "", f"nothing of an endpoint configuration in it; expected: {EXPECTED}"))

    def named(self, value: Mapping[str, Any], lower: Mapping[str, Any], where: str) -> None:
        """A call that names its operation."""
        name = value[lower["operation"]]
        key = next((lower[one] for one in ("arguments", "parameters", "kwargs", "input") if one in lower), None)
        if key is None:
            self.wrong.append(Problem(where, "", "expected: the arguments beside operation"))
        elif isinstance(name, str):
            self.under(name, value[key], where)
        else:
            self.wrong.append(Problem(where, "", "expected: operation as a text, like CreateEndpointConfig"))

    def under(self, name: str, inner: Any, where: str) -> None:
        """The arguments, or a list of arguments, under the name of an operation."""
        operation = _operation(name)
        described = _plain(name).startswith("describe")
        for number, one in enumerate(inner if isinstance(inner, list) else [inner]):
            at = f"{where} [{number}]" if isinstance(inner, list) else where
            if described and isinstance(one, Mapping) and is_answer(one):
                self.entry(one, at)
            elif operation:
                self.call(operation, one, Source(at, "call"))
            else:
                self.unread.append(f"{name[:60]} ({at})" if name not in at else at)


def _bounded(path: str) -> str:
    """The text of a file or of standard input. Raises InputError with the file and what is expected."""
    shown = "standard input" if path == "-" else path
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(LARGEST_BYTES + 1)
    except IsADirectoryError:
        raise InputError([Problem(shown, "", f"this is a folder; expected: a file with {EXPECTED}")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        raise InputError([Problem(shown, "", f"cannot be read ({reason}); expected: a file with {EXPECTED}")]) from None
    if len(raw) > LARGEST_BYTES:
        said = f"larger than {LARGEST_BYTES / 1e6:g}\u00a0MB; expected: a file with {EXPECTED}"
        raise InputError([Problem(shown, "", said)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(shown, "", f"no UTF-8 text; expected: a file with {EXPECTED}")]) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise InputError([Problem("", "", f"the key {key[:60]!r} stands twice in one table")])
        made[key] = value
    return made


def _no_constant(name: str) -> float:
    raise json.JSONDecodeError(f"{name} is not a number", name, 0)


def _depth(value: Any) -> int:
    """How deep tables and lists are nested, without recursion."""
    deepest, parts = 0, [(value, 1)]
    while parts:
        part, depth = parts.pop()
        if isinstance(part, dict | list):
            deepest = max(deepest, depth)
            if depth > DEEPEST:
                break
            parts += [(inner, depth + 1) for inner in (part.values() if isinstance(part, dict) else part)]
    return deepest


def _parsed(text: str, name: str) -> Any:
    """The value written in a text: JSON where it begins like it, else YAML."""
    if not text.strip():
        raise InputError([Problem(name, "", f"empty; expected: {EXPECTED}")])
    if text.lstrip()[0] not in "{[":
        try:
            return read_yaml(text, name)
        except InputError as error:
            raise InputError(
                [Problem(one.path, one.seen, f"{one.allowed}; expected: {EXPECTED}") for one in error.problems]
            ) from None
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except InputError as error:
        raise InputError([Problem(name, "", one.allowed) for one in error.problems]) from None
    except RecursionError:
        raise InputError([Problem(name, "", f"tables and lists are nested more than {DEEPEST} deep")]) from None
    except json.JSONDecodeError as error:
        if name.endswith((".yaml", ".yml")):
            return read_yaml(text, name)
        cut = "; the text ends in the middle" if error.pos >= len(text.rstrip()) else ""
        said = f"this is not JSON: {error.msg} (line {error.lineno}, column {error.colno}){cut}; expected: {EXPECTED}"
        raise InputError([Problem(name, "", said)]) from None
    except ValueError:
        raise InputError([Problem(name, "", "this is not JSON: a number in it cannot be read")]) from None
    if _depth(value) > DEEPEST:
        raise InputError([Problem(name, "", f"tables and lists are nested more than {DEEPEST} deep")])
    return value


def _regions(parts: list[Any]) -> Iterator[str]:
    """Regions that the texts in some values name."""
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            yield from (one or other for one, other in _REGION.findall(part))
        elif isinstance(part, Mapping):
            parts += part.values()
        elif isinstance(part, list):
            parts += part


def read_texts(texts: Mapping[str, str], *, region: str = "", given: Mapping[str, str] | None = None) -> Documents:
    """The calls that these texts describe.

    Arguments: `texts` by the name that errors call them; `region` a template is created in; `given` values of its
    parameters, by name. Raises InputError with every problem, each with its file and what is expected.

    >>> found = read_texts({"mine": '{"EndpointConfigName": "ocr", "ProductionVariants": [], "KmsKeyId": "k"}'})
    >>> found.calls[0].operation, found.calls[0].unread
    ('CreateEndpointConfig', ('KmsKeyId',))
    """
    reader = _Reader(region, given or {})
    for name, text in texts.items():
        try:
            reader.document(_parsed(text, name), name)
        except InputError as error:
            reader.wrong += error.problems
        except RecursionError:
            reader.wrong.append(Problem(name, "", "conditions or functions are nested too deeply"))
    wrong = [*reader.wrong]
    if not wrong:
        known = ", ".join(sorted(reader.parameters)) or "no document has parameters"
        wrong = [Problem("--parameter", repr(name), known) for name in given or {} if name not in reader.parameters]
    if not wrong and not any(call.operation in {"CreateEndpointConfig", "CreateTransformJob"} for call in reader.calls):
        named = ", ".join(texts)
        meant = next(
            (
                c.arguments["EndpointConfigName"]
                for c in reader.calls
                if c.described and "EndpointConfigName" in c.arguments
            ),
            "",
        )
        if meant:
            said = f"no endpoint configuration beside the endpoint; add what `aws sagemaker describe-endpoint-config --endpoint-config-name {meant}` prints"
            raise InputError([Problem(named, "", said)])
        wrong = [Problem(named, "", f"no endpoint configuration and no transform job in it; expected: {EXPECTED}")]
    if wrong:
        more = (
            [Problem("", "", f"and {len(wrong) - _MOST_PROBLEMS:,} more problems")]
            if len(wrong) > _MOST_PROBLEMS
            else []
        )
        raise InputError([*wrong[:_MOST_PROBLEMS], *more])
    return Documents(tuple(reader.calls), tuple(dict.fromkeys(reader.unread)), tuple(sorted(reader.regions)))


def read_documents(
    files: Sequence[str | Path], *, region: str = "", given: Mapping[str, str] | None = None
) -> Documents:
    """The calls that these files describe; `-` is standard input. Arguments and errors as of `read_texts`."""
    texts: dict[str, str] = {}
    wrong: list[Problem] = []
    for file in files:
        try:
            texts["standard input" if str(file) == "-" else str(file)] = _bounded(str(file))
        except InputError as error:
            wrong += error.problems
    if wrong:
        raise InputError(wrong)
    return read_texts(texts, region=region, given=given)

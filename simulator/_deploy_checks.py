"""Checks of what `deploy` writes, each with the tool that knows best: how many findings a case has.

A script is run with the client's call patched, and the calls it makes are those of the plan. What an SDK adds by itself,
and what it cannot say, is listed here and allowed; everything else counts.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from advisor.deploy.targets import refusal, render
from advisor.deploy.values import plain
from advisor.deploy.walk import walk
from advisor.deploy.writing import Head
from simulator import _deploy_player
from simulator._deploy_cases import Case

__all__ = [
    "MOTO",
    "REGIONS",
    "different",
    "expected",
    "first_file",
    "linted",
    "parsed",
    "played",
    "run_scripts",
    "walked",
]

REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-2")
MOTO: Final = ("batch_transform", "multi_model", "production_variants", "real_time", "serverless")
"""Options whose calls moto knows all of, on instance types that it knows."""
_HEAD: Final = Head("Costs as the sizing says.", "Kept as the sizing says.", ("a start as assumed",))
_ADDED: Final[dict[str, Any]] = {
    "Environment": {}, "Tags": ..., "EnableNetworkIsolation": False, "InitialVariantWeight": 1, "StartupParameters": ...,
}  # fmt: skip
"""Keys that an SDK adds by itself, with the value it adds; any value where it is not fixed."""
_LOST: Final[dict[str, Any]] = {
    "SchedulingConfig": {"PlacementStrategy": "SPREAD", "AvailabilityZoneBalance": {"EnforcementMode": "PERMISSIVE"}},
    "ContainerHostname": ..., "InferenceExecutionConfig": {"Mode": "Serial"},
}  # fmt: skip
"""Keys that an SDK cannot say and whose value is AWS's default."""
_UNHEARD: Final = ("ModelDataDownloadTimeoutInSeconds", "ContainerStartupHealthCheckTimeoutInSeconds", "RoutingConfig")
"""What the SDK v2 does not pass on for a multi-model endpoint; the script says so."""


def first_file(case: Case, target: str) -> str:
    """What creates a case, as one target writes it."""
    return next(iter(render(case.plan, target, _HEAD, case.workload.name).values()))


def expected(case: Case, *, down: bool = False) -> list[list[Any]]:
    """The calls of a plan as they go out."""
    calls = case.plan.teardown if down else case.plan.calls
    answers = {
        (c.id, "PolicyARN"): f"arn:of:{c.arguments['PolicyName']}" for c in calls if c.operation == "PutScalingPolicy"
    }
    return [[c.service, c.operation, plain(c.arguments, case.plan.filled, answers)] for c in calls]


def walked(case: Case) -> list[str]:
    """What AWS's API models do not accept in the calls of a plan and of its teardown."""
    answers: defaultdict[tuple[str, str], str] = defaultdict(lambda: "arn:of:a-policy")
    return [
        f"{call.operation}: {problem}"
        for call in (*case.plan.calls, *case.plan.teardown)
        for problem in walk(call.service, call.operation, plain(call.arguments, case.plan.filled, answers))
    ]


def linted(case: Case, regions: Sequence[str] = REGIONS) -> list[str]:
    """What cfn-lint has to say of the template in these Regions."""
    manual = import_module("cfnlint.config").ManualArgs(regions=list(regions))
    return [
        str(match) for match in import_module("cfnlint.api").lint(first_file(case, "cloudformation"), config=manual)
    ]


def parsed(case: Case) -> list[str]:
    """What Terraform's own reader, where it is installed, and an HCL reader have to say of the configuration."""
    text = first_file(case, "terraform")
    read = import_module("hcl2").loads(text)
    found = (
        []
        if len(read["resource"]) == len(case.plan.calls)
        else [f"{len(read['resource'])} resources for {len(case.plan.calls)} calls"]
    )
    if shutil.which("terraform"):
        env = {**os.environ, "CHECKPOINT_DISABLE": "1"}
        done = subprocess.run(
            ["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=False, env=env  # noqa: S607 - found on the path
        )  # fmt: skip
        found += [done.stderr] if done.returncode else []
    return found


def run_scripts(
    scripts: Mapping[str, str], python: str = sys.executable, *, moto: bool = False
) -> dict[str, list[list[Any]]]:
    """The calls that scripts make, run in a process of their own without credentials.

    Arguments: `scripts` name -> text; `python` of the environment whose SDK they use. Raises RuntimeError with the last
    lines where one fails.
    """
    env = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"}, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": REGIONS[0],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, text in scripts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        command = [python, str(Path(_deploy_player.__file__)), folder, *(["--moto"] if moto else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)  # noqa: S603 - our own file
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    answer = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{"))
    found: dict[str, list[list[Any]]] = json.loads(answer)
    return found


def different(wanted: Any, got: Any, allowed: bool, path: str = "") -> Iterator[str]:
    """Where what a script sends differs from the plan. Arguments: `allowed` are the habits of an SDK."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in {**wanted, **got}:
            at = f"{path}.{key}"
            if key in wanted and key in got:
                yield from different(wanted[key], got[key], allowed, at)
            elif not (allowed and _habit(key, wanted.get(key, got.get(key)), lost=key in wanted)):
                yield f"{at}: {'left out' if key in wanted else 'added'}"
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for number, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from different(one, other, allowed, f"{path}[{number}]")
    elif wanted != got:
        yield f"{path}: {got!r} instead of {wanted!r}"


def _habit(key: str, value: Any, *, lost: bool) -> bool:
    table = _LOST if lost else _ADDED
    return key in table and (table[key] is ... or table[key] == value)


def _unheard(case: Case, calls: list[list[Any]], target: str) -> list[list[Any]]:
    """The calls without what an SDK says it does not pass on."""
    if target != "sdk-v2" or case.option.name != "multi_model":
        return calls
    for _, _, given in calls:
        for variant in given.get("ProductionVariants", []):
            for key in _UNHEARD:
                variant.pop(key, None)
    return calls


def played(every: Sequence[Case], target: str, python: str = sys.executable) -> dict[int, list[str]]:
    """Where the calls of each case's script differ from its plan: number of the case -> differences.

    An SDK makes the endpoint of components before their models; within one kind of call the order is the plan's.
    """
    mine = {number: case for number, case in enumerate(every) if not refusal(case.plan, target)}
    made = run_scripts({f"{number:04}.py": first_file(case, target) for number, case in mine.items()}, python)
    found: dict[int, list[str]] = {}
    for number, case in mine.items():
        wanted, got = _unheard(case, expected(case), target), made[f"{number:04}.py"]
        if target != "boto3":
            wanted, got = sorted(wanted, key=lambda call: call[1]), sorted(got, key=lambda call: call[1])
        if [call[:2] for call in wanted] != [call[:2] for call in got]:
            found[number] = [f"calls {', '.join(call[1] for call in got)}"]
            continue
        found[number] = [
            f"{one[1]}{what}"
            for one, other in zip(wanted, got, strict=True)
            for what in different(one[2], other[2], target != "boto3")
        ]
    return found

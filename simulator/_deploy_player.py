"""Runs rendered scripts with the client's call patched, or on moto, and prints the calls that each of them made.

Started as a file, in a process of its own and by the Python of the environment whose SDK is to be tried: it imports
nothing of this project. `python _deploy_player.py FOLDER [--moto]` answers a line of JSON: script name -> calls.
"""

import datetime as dt
import importlib
import json
import runpy
import sys
import time
from pathlib import Path
from typing import Any

Call = tuple[str, str, dict[str, Any]]
CALLS: list[Call] = []
STATUS = {
    "DescribeEndpoint": "EndpointStatus", "DescribeTransformJob": "TransformJobStatus",
    "DescribeInferenceComponent": "InferenceComponentStatus",
}  # fmt: skip
LOOKS = ("Describe", "Filter", "Get", "Head", "List")
"""How the names of calls begin that change nothing."""
ARNS = {
    f"{what}Arn": f"arn:aws:sagemaker:us-east-1:111122223333:{what.lower()}/x"
    for what in ("Model", "Endpoint", "EndpointConfig", "InferenceComponent", "TransformJob")
}
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
ROLE: dict[str, dict[str, Any]] = {
    "GetRole": {"Role": {"Arn": "arn:aws:iam::111122223333:role/x", "AssumeRolePolicyDocument": TRUST}},
    "SimulatePrincipalPolicy": {"EvaluationResults": [], "IsTruncated": False},
}
"""What the SDK v3 asks of a role before it uses it."""


def looked_at(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """What is looked at is in service as it was created, and not there before its creation and after its deletion."""
    name, what = str(next(iter(given.values()), "")), operation.removeprefix("Describe")
    about = [
        (call, g) for _, call, g in CALLS if call in {f"Create{what}", f"Delete{what}"} and g.get(f"{what}Name") == name
    ]
    if operation.startswith("Describe") and (not about or about[-1][0].startswith("Delete")):
        error = {"Error": {"Code": "ValidationException", "Message": f"Could not find {name}"}}
        raise importlib.import_module("botocore.exceptions").ClientError(error, operation)
    created = about[-1][1] if about else {}
    state = "Completed" if what == "TransformJob" else "InService"
    return {**ARNS, **created, "CreationTime": NOW, "LastModifiedTime": NOW, STATUS.get(operation, "Status"): state}


def answer(client: Any, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """What AWS would answer to a call."""
    if operation in ROLE:
        return ROLE[operation]
    if operation.startswith(LOOKS):
        return looked_at(operation, given)
    CALLS.append((client.meta.service_model.service_name, operation, given))
    return {**ARNS, "PolicyARN": f"arn:of:{given.get('PolicyName')}"}


def main(folder: Path, *, moto: bool) -> None:
    """Run every script of a folder, one after the other, each from nothing."""
    client = importlib.import_module("botocore.client").BaseClient
    real, found = client._make_api_call, {}  # noqa: SLF001 - the one place that every call passes
    time.sleep = lambda _: None

    def passed_on(self: Any, operation: str, given: dict[str, Any]) -> Any:
        if not operation.startswith(LOOKS):
            CALLS.append((self.meta.service_model.service_name, operation, given))
        return real(self, operation, given)

    client._make_api_call = passed_on if moto else answer  # noqa: SLF001 - likewise
    world = importlib.import_module("moto").mock_aws() if moto else None
    if world is not None:
        world.start()
    for script in sorted(folder.glob("*.py")):
        CALLS.clear()
        runpy.run_path(str(script), run_name="__main__")
        found[script.name] = list(CALLS)
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), moto="--moto" in sys.argv[2:])

"""Runs rendered scripts with the client's call patched, and prints the calls that each of them made.

Started in a process of its own: `python playing.py FOLDER`; answers one JSON object: script name -> calls.
"""

import datetime as dt
import json
import runpy
import sys
import time
from pathlib import Path

import botocore.client
import botocore.exceptions

CALLS: list[tuple[str, str, dict]] = []
STATUS = {"DescribeEndpoint": "EndpointStatus", "DescribeTransformJob": "TransformJobStatus", "DescribeInferenceComponent": "InferenceComponentStatus"}  # fmt: skip

ARNS = {
    f"{what}Arn": f"arn:aws:sagemaker:us-east-1:111122223333:{what.lower()}/x"
    for what in ("Model", "Endpoint", "EndpointConfig", "InferenceComponent", "TransformJob")
}
NOW = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
STATE = {"TransformJob": "Completed"}
TRUST = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
ROLE = {
    "GetRole": {"Role": {"Arn": "arn:aws:iam::111122223333:role/x", "AssumeRolePolicyDocument": TRUST}},
    "SimulatePrincipalPolicy": {"EvaluationResults": [], "IsTruncated": False},
}
"""What the SDK asks of the role before it uses it."""


def answer(self, operation, given):
    """What AWS would answer to a call; what is looked at is in service, or not there before its creation and after its deletion."""
    service = self.meta.service_model.service_name
    if operation in ROLE:
        return ROLE[operation]
    if operation.startswith(("Describe", "Filter", "Get", "Head", "List")):
        name, what = str(next(iter(given.values()), "")), operation.removeprefix("Describe")
        about = [
            (call, g)
            for _, call, g in CALLS
            if call in {f"Create{what}", f"Delete{what}"} and g.get(f"{what}Name") == name
        ]
        if operation.startswith("Describe") and (not about or about[-1][0].startswith("Delete")):
            error = {"Error": {"Code": "ValidationException", "Message": f"Could not find {name}"}}
            raise botocore.exceptions.ClientError(error, operation)
        created = about[-1][1] if about else {}
        return {
            **ARNS,
            **created,
            "CreationTime": NOW,
            "LastModifiedTime": NOW,
            STATUS.get(operation, "Status"): STATE.get(what, "InService"),
        }
    CALLS.append((service, operation, given))
    return {**ARNS, "PolicyARN": f"arn:of:{given.get('PolicyName')}"}


def main(folder: Path) -> None:
    botocore.client.BaseClient._make_api_call = answer
    time.sleep = lambda _: None
    found = {}
    for script in sorted(folder.glob("*.py")):
        CALLS.clear()
        runpy.run_path(str(script), run_name="__main__")
        found[script.name] = list(CALLS)
    print("\n" + json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

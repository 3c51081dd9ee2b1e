"""Runs rendered scripts with the client's call patched, and prints the calls that each of them made.

Started in a process of its own: `python playing.py FOLDER`; answers one JSON object: script name -> calls.
"""

import json
import runpy
import sys
import time
from pathlib import Path

import botocore.client
import botocore.exceptions

CALLS: list[tuple[str, str, dict]] = []
STATUS = {"DescribeEndpoint": "EndpointStatus", "DescribeTransformJob": "TransformJobStatus", "DescribeInferenceComponent": "InferenceComponentStatus"}  # fmt: skip


def answer(self, operation, given):
    """What AWS would answer to a call; what is looked at is in service, or not there before its creation and after its deletion."""
    service = self.meta.service_model.service_name
    if operation.startswith(("Describe", "Get", "List", "Head")):
        name = str(next(iter(given.values()), ""))
        changed = [
            call for _, call, g in CALLS if operation.removeprefix("Describe") in call and name in map(str, g.values())
        ]
        if operation.startswith("Describe") and (not changed or changed[-1].startswith("Delete")):
            error = {"Error": {"Code": "ValidationException", "Message": f"Could not find {name}"}}
            raise botocore.exceptions.ClientError(error, operation)
        return {STATUS.get(operation, "Status"): "Completed" if operation == "DescribeTransformJob" else "InService"}
    CALLS.append((service, operation, given))
    return {
        "PolicyARN": f"arn:of:{given.get('PolicyName')}", "ModelArn": "arn:m", "EndpointArn": "arn:e", "EndpointConfigArn": "arn:c",
        "InferenceComponentArn": "arn:i", "TransformJobArn": "arn:t",
    }  # fmt: skip


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

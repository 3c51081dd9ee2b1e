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
    """What AWS would answer to a call; what is looked at is in service, or gone when it was deleted."""
    service = self.meta.service_model.service_name
    if operation in STATUS:
        deleted = {str(next(iter(g.values()))) for _, name, g in CALLS if name.startswith("Delete")}
        if next(iter(given.values())) in deleted:
            error = {"Error": {"Code": "ValidationException", "Message": "Could not find it"}}
            raise botocore.exceptions.ClientError(error, operation)
        return {STATUS[operation]: "Completed" if operation == "DescribeTransformJob" else "InService"}
    CALLS.append((service, operation, given))
    return {"PolicyARN": f"arn:of:{given['PolicyName']}"} if operation == "PutScalingPolicy" else {}


def main(folder: Path) -> None:
    botocore.client.BaseClient._make_api_call = answer
    time.sleep = lambda _: None
    found = {}
    for script in sorted(folder.glob("*.py")):
        CALLS.clear()
        runpy.run_path(str(script), run_name="__main__")
        found[script.name] = list(CALLS)
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A plan as a Python script on boto3, with another one that takes everything down again."""

import re
from collections.abc import Sequence

from advisor.deploy.plan import Plan
from advisor.deploy.python_text import answer_name, arguments, constant, text_literal
from advisor.deploy.steps import Call
from advisor.deploy.values import Answered, leaves, named
from advisor.deploy.writing import Head, head_lines, one_line

__all__ = ["clients", "filled", "made", "refusal", "render", "script", "teardown"]

_WAITERS = {
    "endpoint": ("endpoint_in_service", "EndpointName"),
    "endpoint_gone": ("endpoint_deleted", "EndpointName"),
    "job": ("transform_job_completed_or_stopped", "TransformJobName"),
}
"""What boto3 can wait for by itself."""
_COMPONENT = '''

def wait_for_component(name, gone=False):
    """Wait until an inference component is in service, or gone."""
    while True:
        try:
            answer = sagemaker.describe_inference_component(InferenceComponentName=name)
        except botocore.exceptions.ClientError as error:
            if gone and error.response["Error"]["Code"] == "ValidationException":
                return
            raise
        status = answer["InferenceComponentStatus"]
        if status == "InService" and not gone:
            return
        if status == "Failed":
            raise SystemExit(f"{name}: {answer.get('FailureReason', 'failed')}")
        time.sleep(15)
'''
_IGNORING = '''

def gone_already(call, **arguments):
    """Make a call that takes something down; where it cannot be, mostly because it is gone, that is told."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in ("ValidationException", "ObjectNotFoundException", "ResourceNotFound"):
            raise
        print("left as it is:", error.response["Error"]["Message"])
'''


def refusal(plan: Plan) -> str:  # noqa: ARG001 - every target has it
    """Nothing that it could not express."""
    return ""


def _method(operation: str) -> str:
    """The method of the client that makes a call.

    >>> _method("CreateEndpointConfig")
    'create_endpoint_config'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def _client(service: str) -> str:
    return service.replace("-", "_")


def _wait(call: Call) -> list[str]:
    if call.waits in {"component", "component_gone"}:
        name = text_literal(call.arguments["InferenceComponentName"])
        return [f"    wait_for_component({name}{', gone=True' if call.waits == 'component_gone' else ''})"]
    if not call.waits:
        return []
    waiter, field = _WAITERS[call.waits]
    return [f"    sagemaker.get_waiter({text_literal(waiter)}).wait({field}={text_literal(call.arguments[field])})"]


def _call(call: Call, answered: set[str], *, ignoring: bool) -> list[str]:
    lines = [f"    # {one_line(call.why)}"] if call.why else []
    kept = f"{answer_name(call.id)} = " if call.id in answered else ""
    method = f"{_client(call.service)}.{_method(call.operation)}"
    begin = f"gone_already(\n        {method},\n" if ignoring else f"{method}(\n"
    lines.append(f"    {kept}{begin}{arguments(call.arguments, 1)}    )")
    return [*lines, *_wait(call)]


def filled(plan: Plan, calls: Sequence[Call]) -> list[str]:
    """The constants of a script: what the user fills in, of these calls."""
    wanted = set(named([call.arguments for call in calls]))
    return [
        f"{constant(variable.name)} = {text_literal(variable.value)}  # {one_line(variable.what)}"
        + ("" if variable.given else "; stands in: change it")
        for variable in plan.variables
        if variable.name in wanted
    ]


def made(calls: Sequence[Call], *, ignoring: bool = False) -> list[str]:
    """The lines that make these calls. Arguments: `ignoring` what is not there any more."""
    answered = {leaf.call for call in calls for leaf in leaves(call.arguments) if isinstance(leaf, Answered)}
    return [line for call in calls for line in _call(call, answered, ignoring=ignoring)]


def clients(calls: Sequence[Call]) -> list[str]:
    """The lines that make a client for each service of these calls."""
    services = dict.fromkeys(call.service for call in calls)
    return [f"{_client(service)} = boto3.client({text_literal(service)}, region_name=REGION)" for service in services]


def script(
    about: Sequence[str], imports: Sequence[str], setup: Sequence[str], helpers: str, body: Sequence[str]
) -> str:
    """A script: what it is about, what it imports and fills in, and what it does."""
    top = [*(f"# {line}" for line in about), "", *imports, "", *setup]
    return (
        "\n".join(top)
        + f"\n{helpers}\n\ndef main():\n"
        + "\n".join(body)
        + '\n\n\nif __name__ == "__main__":\n    main()\n'
    )


def teardown(plan: Plan, workload: str) -> dict[str, str]:
    """The script that takes everything down again, whatever created it."""
    return {f"{plan.name}-delete.py": _script(plan, plan.teardown, workload, Head(), down=True)}


def _script(plan: Plan, calls: Sequence[Call], workload: str, head: Head, *, down: bool) -> str:
    components = any(call.waits.startswith("component") for call in calls)
    imports = ["import time", ""] if components else []
    imports += ["import boto3", *(["import botocore.exceptions"] if components or down else [])]
    setup = [f"REGION = {text_literal(plan.region)}", *filled(plan, calls), "", *clients(calls)]
    helpers = (_IGNORING if down else "") + (_COMPONENT if components else "")
    about = head_lines(plan, head, workload, what="Takes down what was created" if down else "Creates")
    return script(about, imports, setup, helpers, made(calls, ignoring=down))


def render(plan: Plan, head: Head, workload: str) -> dict[str, str]:
    """The script that creates everything, and the one that takes it down."""
    return {f"{plan.name}-create.py": _script(plan, plan.calls, workload, head, down=False), **teardown(plan, workload)}

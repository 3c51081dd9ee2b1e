"""The transform job of a plan."""

from typing import Any

from advisor.deploy.steps import Call
from advisor.deploy.values import Noted, Text, Var
from advisor.facts import Facts
from advisor.options import Option

__all__ = ["job_calls"]


def job_calls(option: Option, name: str, facts: Facts) -> list[Call]:
    """The call that starts one job: files of one record a line, in mini-batches under the payload limit."""
    at_once = max(1, option.concurrency_per_instance)
    payload = option.payload_mib or round(facts.of(option.name, "payload_request_default").number())
    product = facts.of(option.name, "payload_concurrency_product")
    most = max(1, int(product.number()) // payload) if product.numeric else at_once
    arguments: dict[str, Any] = {
        "TransformJobName": f"{name}-job", "ModelName": f"{name}-model",
        "MaxConcurrentTransforms": Noted(min(at_once, most), f"at most {product.text()} at once with mini-batches of this size"),
        "MaxPayloadInMB": payload, "BatchStrategy": "MultiRecord",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": Text(("s3://", Var("bucket"), f"/{name}/records/"))}},
            "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": Text(("s3://", Var("bucket"), f"/{name}/results/")), "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": option.instance_type, "InstanceCount": max(1, option.instances)},
    }  # fmt: skip
    return [Call("job", "sagemaker", "CreateTransformJob", arguments, waits="job")]

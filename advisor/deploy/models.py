"""The model or models of a plan: one container, several side by side or in a row, or a folder of them."""

from typing import Any

from advisor.deploy.steps import Call
from advisor.deploy.values import Text, Var
from advisor.options import Option
from advisor.workload import Workload

__all__ = ["model_calls", "model_names"]


def model_names(option: Option, name: str) -> list[str]:
    """Names of the models: one, one for each component, or one for each version.

    >>> model_names(Option(name="inference_components", components=2), "ocr")
    ['ocr-model-1', 'ocr-model-2']
    """
    if option.components > 1:
        return [f"{name}-model-{number}" for number in range(1, option.components + 1)]
    if len(option.fleets) > 1:
        return [f"{name}-model-current", f"{name}-model-next"]
    return [f"{name}-model"]


def _container(workload: Workload, folder: str, image: str = "image") -> dict[str, Any]:
    """One container with its files."""
    model = workload.model
    found: dict[str, Any] = {"Image": Var(image)}
    if model.private_registry:
        found["ImageConfig"] = {"RepositoryAccessMode": "Vpc"}
    if model.uncompressed:
        source = {
            "S3Uri": Text(("s3://", Var("bucket"), f"/{folder}/")),
            "S3DataType": "S3Prefix",
            "CompressionType": "None",
        }
        found["ModelDataSource"] = {"S3DataSource": source}
    else:
        found["ModelDataUrl"] = Text(("s3://", Var("bucket"), f"/{folder}/model.tar.gz"))
    return found


def _containers(workload: Workload, option: Option, name: str, number: int) -> dict[str, Any]:
    """What a model is made of."""
    if option.name == "multi_model":
        folder = Text(("s3://", Var("bucket"), f"/{name}/models/"))
        return {"PrimaryContainer": {"Image": Var("image"), "Mode": "MultiModel", "ModelDataUrl": folder}}
    if option.containers:
        hosted = [
            {"ContainerHostname": f"container-{one}", **_container(workload, f"{name}/container-{one}")}
            for one in range(1, option.containers + 1)
        ]
        mode = "Serial" if option.name == "inference_pipeline" else "Direct"
        return {"Containers": hosted, "InferenceExecutionConfig": {"Mode": mode}}
    second = len(option.fleets) > 1 and number == 1
    folder_name = f"{name}/model-{number + 1}" if option.components > 1 or len(option.fleets) > 1 else f"{name}/model"
    return {"PrimaryContainer": _container(workload, folder_name, "image_b" if second else "image")}


def model_calls(workload: Workload, option: Option, name: str) -> list[Call]:
    """The calls that create the models."""
    common: dict[str, Any] = {"ExecutionRoleArn": Var("role")}
    if workload.model.vpc or workload.model.private_registry:
        common["VpcConfig"] = {"Subnets": [Var("subnet")], "SecurityGroupIds": [Var("security_group")]}
    if workload.model.network_isolation:
        common["EnableNetworkIsolation"] = True
    names = model_names(option, name)
    return [
        Call(
            "model" if len(names) == 1 else f"model-{number + 1}", "sagemaker", "CreateModel",
            {"ModelName": one, **_containers(workload, option, name, number), **common},
        )
        for number, one in enumerate(names)
    ]  # fmt: skip

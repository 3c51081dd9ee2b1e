"""Groups: the calls of documents by what they create: one endpoint configuration with all that hangs on it, or one job."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from advisor.deploy.documents import Documents
from advisor.deploy.written import Written

__all__ = ["Group", "groups"]

_HEADS: Final = {"CreateEndpointConfig": "EndpointConfigName", "CreateTransformJob": "TransformJobName"}


@dataclass(frozen=True, slots=True)
class Group:
    """One endpoint configuration, or one job, with the calls around it."""

    name: str
    calls: tuple[Written, ...]
    remarks: tuple[str, ...] = ()
    """What does not hang together."""

    @property
    def head(self) -> Written:
        """The configuration or the job itself."""
        return next(call for call in self.calls if call.operation in _HEADS)

    @property
    def pairs(self) -> list[tuple[str, dict[str, Any]]]:
        """Operation and arguments of each call, with the numbers that stand there now where an answer has them."""
        now: dict[str, int] = {}
        for call in self.calls:
            now |= call.arguments.get("_now", {})
        return [
            (call.operation, _with_numbers(call.arguments, now) if call.operation in _HEADS else call.arguments)
            for call in self.calls
        ]

    @property
    def scaled_already(self) -> bool:
        """Its components are described, so the number of their copies is not that at creation."""
        return any(call.described and call.operation == "CreateInferenceComponent" for call in self.calls)


def _with_numbers(arguments: Mapping[str, Any], now: Mapping[str, int]) -> dict[str, Any]:
    """A configuration with other numbers of instances, by variant."""
    found = dict(arguments)
    for key in ("ProductionVariants", "ShadowProductionVariants"):
        if now and key in found:
            found[key] = [
                {**one, "InitialInstanceCount": now[one["VariantName"]]}
                if one.get("VariantName") in now and "ServerlessConfig" not in one
                else one
                for one in found[key]
            ]
    return found


def _variants(configuration: Written) -> Iterator[Mapping[str, Any]]:
    for key in ("ProductionVariants", "ShadowProductionVariants"):
        yield from configuration.arguments.get(key, [])


def _around(head: Written, calls: Iterable[Written]) -> tuple[Written, ...]:
    """The calls that hang on one head, by the names they give each other."""
    listed = list(calls)
    if head.operation == "CreateTransformJob":
        return (
            *(
                c
                for c in listed
                if c.operation == "CreateModel" and c.arguments.get("ModelName") == head.arguments.get("ModelName")
            ),
            head,
        )
    name = head.arguments.get("EndpointConfigName")
    endpoints = [c for c in listed if c.operation == "CreateEndpoint" and c.arguments.get("EndpointConfigName") == name]
    called = {c.arguments.get("EndpointName") for c in endpoints} | ({name} if not endpoints else set())
    components = [
        c for c in listed if c.operation == "CreateInferenceComponent" and c.arguments.get("EndpointName") in called
    ]
    models = {one.get("ModelName") for one in _variants(head)} | {
        c.arguments.get("Specification", {}).get("ModelName") for c in components
    }
    resources = {f"inference-component/{c.arguments.get('InferenceComponentName')}" for c in components}

    def scales(call: Written) -> bool:
        resource = str(call.arguments.get("ResourceId", ""))
        return resource in resources or any(resource.startswith(f"endpoint/{one}/") for one in called)

    policies = [c for c in listed if c.operation == "PutScalingPolicy" and scales(c)]
    wakes = {str(c.arguments.get("PolicyName")) for c in policies} | {
        c.source.where.rsplit(" ", 1)[-1] for c in policies
    }
    return tuple(
        call
        for call in listed
        if call is head
        or call in endpoints
        or call in components
        or call in policies
        or (call.operation == "CreateModel" and call.arguments.get("ModelName") in models)
        or (call.operation == "RegisterScalableTarget" and scales(call))
        or (call.operation == "InvokeEndpointAsync" and call.arguments.get("EndpointName") in called)
        or (call.operation == "PutMetricAlarm" and any(wake in str(action) for action in call.arguments.get("AlarmActions", []) for wake in wakes))
    )  # fmt: skip


def _loose(group: Group) -> Iterator[str]:
    """Names that lead nowhere: variants that components and targets speak of, which the configuration does not have."""
    listed = [str(one["VariantName"]) for one in _variants(group.head) if "VariantName" in one]
    names = set(listed)
    yield from (
        f"variant {name} stands {listed.count(name):,} times; each needs a name of its own"
        for name in sorted(names)
        if listed.count(name) > 1
    )
    has = f"the configuration has {', '.join(sorted(names)) or 'none with a name'}"
    for call in group.calls:
        meant = call.arguments.get("VariantName")
        if call.operation == "CreateInferenceComponent" and meant and meant not in names and "${" not in meant:
            yield f"{call.source.where}: it stands on variant {meant}; {has}"
        parts = str(call.arguments.get("ResourceId", "")).split("/")
        of_variant = call.operation == "RegisterScalableTarget" and len(parts) == 4 and parts[2] == "variant"
        if of_variant and parts[3] not in names and "${" not in parts[3]:
            yield f"{call.source.where}: it scales variant {parts[3]}; {has}"


def groups(documents: Documents) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """One group for each configuration and job, and the calls that hang on none of several.

    Where there is only one, every call is its own.
    """
    heads = [call for call in documents.calls if call.operation in _HEADS]
    found = []
    for number, head in enumerate(heads, start=1):
        name = str(head.arguments.get(_HEADS[head.operation]) or f"configuration {number}")
        calls = documents.calls if len(heads) == 1 else _around(head, documents.calls)
        made = Group(name, calls)
        loose = tuple(_loose(made)) if head.operation == "CreateEndpointConfig" else ()
        found.append(Group(name, calls, loose))
    taken = {id(call) for group in found for call in group.calls}
    left = tuple(
        f"{call.source.where}: {call.operation}, which hangs on none of the configurations"
        for call in documents.calls
        if id(call) not in taken
    )
    return tuple(found), left

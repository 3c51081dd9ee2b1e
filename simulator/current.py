"""Today's fleet, as somebody states it in a word or as a file of AWS says it: `real_time:ml.m5.xlarge:3`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from advisor.configured import from_config
from advisor.errors import InputError, Problem
from advisor.fleets import target_per_min
from advisor.options import Option, title
from simulator.configure import configure
from simulator.set_keys import keys
from simulator.study import Study

__all__ = ["current_of_file", "read_current"]

_FORMS: Final = (
    "option:place:count, like real_time:ml.m5.xlarge:3; 2-6 for a fleet that scales, serverless:4096:20 for memory in MB "
    "and calls at once, serverless_provisioned:4096:20:5 with five kept warm"
)
_FLEETS: Final = (
    "real_time", "serverless", "serverless_provisioned", "async", "multi_model", "multi_container", "inference_pipeline", "batch_transform",
)  # fmt: skip
"""Options that a place and a count say enough of."""


def _range(text: str) -> tuple[int, int]:
    """A count, or the two ends of one; raises ValueError where it is none."""
    low, sign, high = text.partition("-")
    first = int(low)
    last = int(high) if sign else first
    if first < 0 or last < max(1, first):
        raise ValueError(text)
    return first, last


def _environments(name: str, parts: Sequence[str]) -> dict[str, str]:
    made = {"memory": f"{int(parts[0])} MiB", "max_concurrency": str(int(parts[1]))}
    if name == "serverless_provisioned":
        made["provisioned_concurrency"] = str(int(parts[2]))
    return made


def _target(name: str, kind: str, study: Study) -> dict[str, str]:
    """The target that a fleet which scales is taken to follow: as of the candidates."""
    if name == "async":
        return {"backlog_target": f"{study.facts.of('autoscaling', 'async_backlog_target').number():g}"}
    if kind not in study.places:
        return {"target_per_min": "1"}  # the place is refused by name
    return {"target_per_min": f"{target_per_min(study.facts, study.places[kind]):g}"}


def _instances(name: str, parts: Sequence[str], study: Study) -> dict[str, str]:
    low, high = _range(parts[1])
    if low == high and "-" not in parts[1]:
        return {"instance_type": parts[0], "instances": str(low)}
    ends = {"min_instances": str(low), "max_instances": str(high)}
    return {"instance_type": parts[0], **ends, **_target(name, parts[0], study)}


def _configured(study: Study, name: str, texts: Mapping[str, str], path: str, seen: str) -> Option:
    """The option with these settings; problems are told of what the user wrote."""
    try:
        return configure(study, name, texts)[0]
    except InputError as error:
        found = [
            replace(
                one, path=path, seen=one.seen or seen,
                allowed=f"{one.allowed}; measure it and add it to service.measured" if "instance_type" in one.path else one.allowed,
            )
            for one in error.problems
        ]  # fmt: skip
        raise InputError(found) from None


def read_current(study: Study, text: str) -> Option:
    """Today's fleet from a text like `real_time:ml.m5.xlarge:3`.

    A range of counts is a fleet that scales, by the target that candidates have. Raises InputError for a text of another form, an
    option that is no fleet or environment, a place that the workload was not measured on.

    >>> from simulator.study import prepare
    >>> read_current(prepare("invoice-ocr"), "real_time:ml.m5.xlarge:3").instances
    3
    """
    name, *parts = text.strip().split(":")
    shown = repr(text[:80])
    if name not in _FLEETS:
        raise InputError([Problem("--current", shown, f"{_FORMS}; the option one of {', '.join(_FLEETS)}")])
    wanted = 3 if name == "serverless_provisioned" else 2
    try:
        read = _environments(name, parts) if name.startswith("serverless") else _instances(name, parts, study)
    except (ValueError, IndexError):
        read = {}
    if not read or len(parts) != wanted:
        raise InputError([Problem("--current", shown, _FORMS)])
    return _configured(study, name, read, "--current", text)


def _settings(option: Option) -> dict[str, str]:
    """What an option that was read from a file says, as `--set` takes it."""
    if option.memory_mib:
        made = {"memory": f"{option.memory_mib} MiB", "max_concurrency": str(option.max_concurrency)}
        return made | (
            {"provisioned_concurrency": str(option.provisioned_concurrency)} if option.provisioned_concurrency else {}
        )
    made = {"instance_type": option.instance_type}
    if option.fleets:
        made["fleets"] = ",".join(map(str, option.fleets))
    elif not option.tracked:
        made["instances"] = str(option.instances)
    if option.weights:
        made["weights"] = ",".join(f"{100 * share:g}" for share in option.weights)
    if option.shadow_share:
        made["shadow_share"] = f"{100 * option.shadow_share:g}%"
    if option.tracked:
        made |= {"min_instances": str(option.min_instances), "max_instances": str(option.max_instances)}
    for field in ("target_per_min", "target_concurrency", "backlog_target"):
        if getattr(option, field):
            made[field] = f"{getattr(option, field):g}"
    if option.concurrency_per_instance:
        made["concurrency_per_instance"] = str(option.concurrency_per_instance)
    if option.routing != "RANDOM":
        made["routing"] = option.routing
    if option.name == "batch_transform" and option.payload_mib:
        made["mini_batch"] = f"{option.payload_mib} MB"
    return made


def current_of_file(study: Study, path: Path | str) -> Option:
    """Today's fleet from the JSON of CreateEndpointConfig, a template, or what describe calls print (see `advisor.configured`).

    Raises InputError for a file that cannot be read, that holds several configurations, or one that a run cannot play.
    """
    found = from_config(path, facts=study.facts, given=study.workload)
    name = Path(path).name
    if len(found) != 1:
        raise InputError(
            [
                Problem(
                    f"--from-config {name}",
                    f"{len(found)} configurations",
                    "one: a ranking compares one fleet of today",
                )
            ]
        )
    option = found[0].option
    allowed = {key.name for key in keys(option.name)}
    texts = {key: text for key, text in _settings(option).items() if key in allowed}
    return _configured(study, option.name, texts, f"--from-config {name}", title(option.name))

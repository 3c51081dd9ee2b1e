"""`--set key=value`: what can be set for an option, and a configured option from texts."""

from collections.abc import Mapping
from typing import Final

from advisor.errors import InputError, Problem, UnitError
from advisor.jobs import is_job
from advisor.options import Option
from advisor.places import Place, memory_sizes
from advisor.rules import Outcome
from advisor.shortlist import candidates
from advisor.verdict import examine
from simulator._configured import based_on, settled, shared_problems
from simulator.assumptions import KEYS, given_number
from simulator.model import MOST_COPIES
from simulator.offered import offered_concurrency
from simulator.set_keys import FIELDS, keys, read
from simulator.study import Study

__all__ = ["configure"]


_NEVER_STARTS: Final = ("HOST001", "HOST002", "HOST003", "HOST004", "MOD006")
"""Rules whose `blocks` means that no container would ever come up: accelerator, memory, image, disk."""


def _never_serves(option: Option, study: Study) -> list[Problem]:
    """Why no request could ever be answered, by the rules on what must fit before a start."""
    found = examine(study.attributes, option, study.facts).findings
    return [
        Problem(f"--option {option.name}", "", f"it can never serve: {f.message} {f.remedy}".rstrip())
        for f in found
        if f.outcome is Outcome.blocks and f.rule in _NEVER_STARTS
    ]


def _check_job(option: Option, study: Study) -> list[Problem]:
    """Period, mini-batch and calls at once of a job."""
    problems: list[Problem] = []
    if option.job_every_s < 1:
        problems.append(Problem("--set job_every", f"{option.job_every_s} s", "a second or more"))
    product = study.facts.of(option.name, "payload_concurrency_product")
    most = product.bytes() // 10**6
    if not 1 <= option.payload_mib <= most:
        problems.append(Problem("--set mini_batch", f"{option.payload_mib:,} MB", f"1 MB to {most:,} MB"))
    elif option.payload_mib * option.concurrency_per_instance > most:
        seen = f"{option.concurrency_per_instance:,} of {option.payload_mib:,} MB each"
        allowed = f"{product.text()} together: {most // option.payload_mib:,} at most"
        problems.append(Problem("--set concurrency_per_instance", seen, allowed))
    return problems


def _check_provisioned(option: Option, study: Study) -> list[Problem]:
    """What the scaling of environments kept warm needs."""
    if not option.provisioned_target:
        return []
    most = int(study.facts.of("serverless_provisioned", "provisioned_concurrency_max").number())
    low, high = max(1, option.min_provisioned), min(most, option.max_concurrency)
    problems = []
    if not option.provisioned_target <= 1:
        problems.append(Problem("--set provisioned_target", f"{option.provisioned_target:g}", "a share from 0 to 1"))
    if not low <= option.max_provisioned <= high:
        allowed = f"{low} to {high}: at least min_provisioned, at most max_concurrency and {most}"
        problems.append(Problem("--set max_provisioned", str(option.max_provisioned), allowed))
    return problems


def _check(option: Option, study: Study) -> list[Problem]:
    """What the fields of a configured option say together."""
    problems: list[Problem] = []
    if option.memory_mib:
        sizes = memory_sizes(study.facts)
        if option.memory_mib not in sizes:
            problems.append(
                Problem("--set memory", f"{option.memory_mib} MiB", f"one of {', '.join(map(str, sizes))} MiB")
            )
        limit = int(study.facts.of("serverless", "max_concurrency").number())
        if not 1 <= option.max_concurrency <= limit:
            problems.append(Problem("--set max_concurrency", str(option.max_concurrency), f"1 to {limit}"))
        if option.provisioned_concurrency > option.max_concurrency or (
            option.name == "serverless_provisioned"
            and option.provisioned_concurrency < 1
            and not option.provisioned_target
        ):
            allowed = f"1 to max_concurrency, {option.max_concurrency}"
            problems.append(Problem("--set provisioned_concurrency", str(option.provisioned_concurrency), allowed))
        return problems + _check_provisioned(option, study)
    if option.instance_type not in study.places:
        known = ", ".join(name for name in study.places if not name.startswith("serverless"))
        problems.append(
            Problem(
                "--set instance_type",
                repr(option.instance_type),
                f"a measured place of the workload: {known}",
            )
        )
    problems += [
        Problem(f"--set {key}", f"{getattr(option, key):,}", f"at most {MOST_COPIES:,}")
        for key in ("instances", "max_instances")
        if getattr(option, key) > MOST_COPIES
    ]
    if option.concurrency_per_instance < 1 and not option.components:
        problems.append(Problem("--set concurrency_per_instance", str(option.concurrency_per_instance), "1 or more"))
    if is_job(option.name, study.facts):
        problems += _check_job(option, study)
    if option.tracked and option.max_instances < max(1, option.min_instances):
        problems.append(
            Problem("--set max_instances", str(option.max_instances), f"{max(1, option.min_instances)} or more")
        )
    follows = option.fleets or (option.components and option.copies < 1)  # its own setting is named instead
    if not option.tracked and option.instances < 1 and not follows:
        problems.append(Problem("--set instances", str(option.instances), "1 or more where nothing scales"))
    return problems


def _no_candidate(name: str, study: Study) -> str:
    """Why nothing could be sized."""
    facts = study.facts.mechanism
    if facts.of(name, "model_sharing").value == "components":
        share = facts.about("memory", name)
        return (
            f"an instance type with room for one copy: {share.text()} of its memory can be reserved ({share.confidence}); "
            "measure a larger type, or state the share in a file of facts"
        )
    largest = max(memory_sizes(study.facts))
    if name.startswith("serverless") and (study.workload.model.memory or 0) > largest * 2**20:
        return f"a model that fits into the largest memory size, {largest:,} MiB: it can never serve"
    return "an option with a place the workload was measured on; an accelerated reference says nothing of serverless"


def configure(study: Study, name: str, texts: Mapping[str, str]) -> tuple[Option, dict[str, str]]:
    """An option of this name with the given settings, and the assumptions the user replaced.

    Arguments: `texts` are the values of `--set` by key. What is not set is as in the first candidate of the name; a
    fixed count where only `instances` is set. Raises InputError naming every unknown key and unusable value.
    """
    known = {key.name: key for key in keys(name)}
    problems = [
        Problem(f"--set {key}", repr(text), f"one of {', '.join(known)}")
        for key, text in texts.items()
        if key not in known
    ]
    given: dict[str, str] = {}
    changes: dict[str, object] = {}
    for key, text in texts.items():
        if key not in known:
            continue
        if key in KEYS:
            given[key] = text
            continue
        try:
            changes[FIELDS.get(key, key)] = read(key, text.strip())
        except UnitError as error:
            problems.append(Problem(f"--set {key}", repr(text), error.problems[0].allowed))
        except (ValueError, KeyError):
            problems.append(Problem(f"--set {key}", repr(text), f"like {known[key].example}"))
    problems += [
        Problem(f"--set {key}", "0", "1 or more: with none no call is ever answered")
        for key in ("max_instances", "max_copies", "max_provisioned")
        if changes.get(key) == 0
    ]
    if problems:
        raise InputError(problems)

    def at_once(place: Place) -> int:
        # only serverless is sized by it, and it takes a run
        return offered_concurrency(study, place) if name.startswith("serverless") else 1

    found = [o for o in candidates(study.workload, study.facts, study.load, at_once) if o.name == name]
    if not found:
        raise InputError([Problem("--option", name, _no_candidate(name, study))])
    option = settled(based_on(found, changes), changes, study)
    share = given_number("memory_share", given["memory_share"]) if "memory_share" in given else None
    problems = _check(option, study) or list(shared_problems(option, study, share)) or _never_serves(option, study)
    if problems:
        raise InputError(problems)
    return option, given

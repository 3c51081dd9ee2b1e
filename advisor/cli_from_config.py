"""`advise --from-config`: what is wrong with a written configuration, what it costs, and what would be better."""

import contextlib
from typing import TYPE_CHECKING

from advisor.cli import emit, say
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.brief import Brief
    from advisor.configured_cost import Traffic
    from advisor.deploy.documents import Documents
    from advisor.facts import Facts
    from advisor.load import TrafficSummary
    from advisor.workload import Workload

__all__ = ["answer", "check_options", "given_documents", "stated_traffic"]


def check_options(
    workload: str, files: list[str], rate: str | None, time: str | None, parameters: list[str], what_if: list[str]
) -> None:
    """Raise InputError where options of the verb do not go together; all at once."""
    wrong = []
    if not files:
        beside = {"--rate": rate, "--time": time, "--parameter": parameters}
        wrong += [Problem(name, "", "stands beside --from-config") for name, value in beside.items() if value]
    else:
        if (rate is None) != (time is None):
            name = "--time" if time is None else "--rate"
            wrong.append(Problem(name, "nothing", "both --rate and --time, like --rate 20/s --time 80ms"))
        if workload and rate is not None:
            wrong.append(Problem("--rate", "", "a workload states its own traffic; give one of them"))
        if what_if:
            wrong.append(Problem("--what-if", "", "asks about a workload, not about --from-config"))
        if [*files, workload].count("-") > 1:
            wrong.append(Problem("-", "", "standard input can be read once"))
    if wrong:
        raise InputError(wrong)


def stated_traffic(rate: str | None, time: str | None, load: "TrafficSummary | None" = None) -> "Traffic | None":
    """The traffic of a workload, or that of --rate and --time; None without either. Raises InputError naming each that is none."""
    from advisor.configured_cost import Traffic, traffic_of
    from advisor.errors import UnitError
    from advisor.units import parse_duration_us, parse_rate_per_s

    if load is not None:
        return Traffic(load)
    if rate is None or time is None:
        return None
    wrong, per_s, time_us = [], 0.0, 0
    with contextlib.suppress(UnitError):
        per_s = parse_rate_per_s(rate)
    if not 0 < per_s < 1e6:
        wrong.append(Problem("--rate", repr(rate), "a rate above 0, like 20/s"))
    with contextlib.suppress(UnitError):
        time_us = parse_duration_us(time)
    if not 0 < time_us < 10**12:
        wrong.append(Problem("--time", repr(time), "a time above 0, like 80ms"))
    if wrong:
        raise InputError(wrong)
    return traffic_of(per_s, time_us)


def given_documents(files: list[str], region: str | None, parameters: dict[str, str]) -> "Documents":
    """The calls that the files describe. Arguments: `parameters` are values of those of a template, by name."""
    from advisor.deploy.documents import read_documents

    return read_documents(files, region=region or "", given=parameters)


def answer(
    documents: "Documents", facts: "Facts", files: list[str], *, given: "Workload | Brief | None" = None,
    traffic: "Traffic | None" = None, region: str | None = None, as_json: bool = False, everything: bool = False,
) -> int:  # fmt: skip
    """Print what was found; 0 where all is sound, 1 where AWS refuses something or it does not fit."""
    from advisor.check import check_region
    from advisor.configured import configured, region_of
    from advisor.configured_json import configured_json
    from advisor.configured_text import configured_lines
    from advisor.workload import Workload

    workload = given if isinstance(given, Workload) else None
    if region:
        check_region(region, facts, "--region")
    meant = given.needs.region if isinstance(given, Workload) else (given.region or "") if given is not None else ""
    where = region_of(documents, region, facts) or meant
    found = configured(documents, facts, given=given, traffic=traffic, region=where)
    if as_json:
        emit(configured_json(found, facts, files, workload.name if workload is not None else None))
    else:
        for line in configured_lines(
            found, facts, everything=everything, asked=workload is not None and traffic is not None
        ):
            say(line)
    return 0 if all(one.sound for one in found) else 1

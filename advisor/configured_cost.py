"""What a written configuration costs: at a given traffic from mean rates, and what stands there when nothing arrives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from advisor.billing import Bill, bill
from advisor.deploy.reading import read_calls
from advisor.facts import Facts
from advisor.fleets import capacity_per_s
from advisor.items import HOUR_US
from advisor.jobs import is_job
from advisor.load import TrafficSummary
from advisor.meters import Meters, estimate_meters
from advisor.options import Option
from advisor.packing import slots_of_copy
from advisor.places import Place, places
from advisor.popularity import apart
from advisor.standing import alarm_split, fewest_instances
from advisor.workload import Workload

__all__ = ["Cost", "Traffic", "busy_share", "completed", "cost_of", "traffic_of"]

_DAY_US: Final = 24 * HOUR_US
_CPU: Final = "ml.m5.xlarge"
"""Stands in for a reference where a serverless endpoint has none."""
_AT_ZERO: Final = (
    "not estimated: it stands at no instance, and no scaling policy in the document says what it reaches; add what "
    "`aws application-autoscaling describe-scalable-targets` and `describe-scaling-policies` print"
)
Pairs = Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What arrives."""

    load: TrafficSummary
    time_us: int = 0
    """Time of one request where it was stated beside the rate, microseconds; 0: the workload states it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a configuration costs a month, part by part: fleets on other instance types are bills of their own."""

    bills: tuple[tuple[str, Bill], ...] = ()
    """Name of the part (empty for the whole) and its bill."""
    idle: bool = True
    """Nothing arrives: it is what stands there all the same."""
    busy: float | None = None
    """Share of the most it can serve that the traffic asks for; None where that is not known."""
    remarks: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """USD per month; None where there is no price, or no bill."""
        totals = [one.total for _, one in self.bills]
        found = [total for total in totals if total is not None]
        return sum(found, Decimal(0)) if found and len(found) == len(totals) else None

    @property
    def overloaded(self) -> bool:
        """More arrives than it can ever serve."""
        return self.busy is not None and self.busy > 1


def traffic_of(rate_per_s: float, time_us: int) -> Traffic:
    """Traffic at an even rate.

    Arguments: `rate_per_s` requests per second; `time_us` of one request on what the document names, microseconds.

    >>> traffic_of(20, 80_000).load.requests
    1728000
    """
    count = round(rate_per_s * _DAY_US / 1e6)
    return Traffic(TrafficSummary(count, _DAY_US, rate_per_s, rate_per_s, rate_per_s, 0.0, 0), time_us)


def _plain_workload(option: Option, time_us: int, region: str) -> Workload:
    """A workload of which only rate and time are known."""
    table = {
        "schema": 1, "name": "stated traffic", "traffic": {"kind": "constant", "rate_per_s": 1.0}, "request": {"payload": "1 B"},
        "service": {
            "reference": option.instance_type or _CPU, "time": f"{time_us} us", "slots": max(1, option.concurrency_per_instance),
        },
        "needs": {"region": region, "availability": "single"},
    }  # fmt: skip
    return Workload.from_mapping(table)


def _parts(option: Option, pairs: Pairs, facts: Facts) -> list[tuple[str, Option, float]]:
    """Name, option and share of the traffic of each part: one for each variant where these run on different types."""
    configured = next((given for operation, given in pairs if operation == "CreateEndpointConfig"), {})
    production, shadows = configured.get("ProductionVariants", []), configured.get("ShadowProductionVariants", [])
    kinds = {variant.get("InstanceType") for variant in (*production, *shadows)}
    if len(kinds) < 2:
        return [("", option, 1.0)]
    weights = [float(variant.get("InitialVariantWeight", 1.0)) for variant in production]
    whole = sum(weights) or 1.0
    found = []
    for number, variant in enumerate((*production, *shadows)):
        called = str(variant.get("VariantName") or number + 1)
        targets = [(o, g) for o, g in pairs if o in {"RegisterScalableTarget", "PutScalingPolicy"} and str(g.get("ResourceId", "")).endswith(f"/variant/{called}")]  # fmt: skip
        one = {**configured, "ProductionVariants": [variant], "ShadowProductionVariants": []}
        share = weights[number] / whole if number < len(weights) else option.shadow_share
        found.append((called, read_calls([("CreateEndpointConfig", one), *targets], facts)[0], share))
    return found


def completed(option: Option, workload: Workload, place: Place, facts: Facts) -> Option:
    """The option with what no call says: how many requests an instance, or a copy, serves side by side."""
    if option.memory_mib:
        return replace(option, concurrency_per_instance=1)
    copy = slots_of_copy(workload, place, facts) if option.components and place.on in facts.instances else 0
    return replace(
        option, concurrency_per_instance=option.concurrency_per_instance or place.slots, concurrency_per_copy=copy
    )


def _served(option: Option, workload: Workload, traffic: Traffic, facts: Facts) -> tuple[dict[str, Place], str]:
    """Where the workload is served, the place of the option among them, and what had to be assumed for that."""
    found = places(workload, facts)
    if traffic.time_us:
        base = found[workload.service.reference]
        found[option.place] = replace(base, on=option.place, slots=1 if option.memory_mib else base.slots, fact="")
        return found, ""
    if option.place in found or option.memory_mib:
        return found, ""
    base = found[workload.service.reference]
    found[option.place] = replace(base, on=option.place, measured=False)
    return found, f"{option.place} was not measured: it is taken to be as fast as {workload.service.reference}"


def busy_share(option: Option, load: TrafficSummary, place: Place, facts: Facts) -> float | None:
    """Share of the most an option can serve that its traffic asks for: the busiest hour, or the mean where a queue holds it."""
    if is_job(option.name, facts):
        return None
    waits = facts.of(option.name, "waits_for_answer").value
    rate = load.busiest_hour_rate_per_s if waits else load.mean_rate_per_s
    if option.memory_mib:
        most = option.max_concurrency * place.speed[1] / (place.time.mean_us / 1e6)
    else:
        count = option.instances
        if option.tracked:
            count = max(option.max_instances * max(1, len(option.fleets)), option.min_instances)
        if option.shadow_share and option.fleets and not option.tracked:
            count = option.fleets[0]
        if option.components and option.max_instances:
            count = max(count, option.max_instances)
        most = count * capacity_per_s(replace(place, slots=max(1, option.concurrency_per_instance or place.slots)))
    return rate / most if most > 0 else None


def _idle(option: Option, facts: Facts, region: str) -> Bill:
    """A day on which nothing arrives, billed as a month of them."""
    standing, fast = alarm_split(option)
    fewest = 0 if is_job(option.name, facts) else fewest_instances(option)
    warm = option.min_provisioned if option.provisioned_target else option.provisioned_concurrency
    meters = Meters(
        window_us=_DAY_US, instance_type="" if option.memory_mib else option.instance_type, instance_us=fewest * _DAY_US,
        memory_mib=option.memory_mib, provisioned_us=warm * _DAY_US, alarms=standing, fast_alarms=fast,
    )  # fmt: skip
    return bill(meters, option, facts, region)


def _counted(pairs: Pairs) -> bool:
    """Every variant on instances, or the job, says how many: none may be a number too."""
    for operation, given in pairs:
        if operation == "CreateTransformJob" and not given.get("TransformResources", {}).get("InstanceCount"):
            return False
        variants = (*given.get("ProductionVariants", []), *given.get("ShadowProductionVariants", []))
        if operation == "CreateEndpointConfig" and not all(
            "InitialInstanceCount" in one or "ServerlessConfig" in one for one in variants
        ):
            return False
    return True


def _not_priced(option: Option, facts: Facts, region: str, *, counted: bool) -> str:
    """Why an option has no bill; empty where it has one."""
    if not region:
        return "not priced: the Region is not known; state it with --region"
    if not option.place:
        return "not priced: what it runs on is not known"
    if option.instance_type and not option.instances and not option.tracked and not counted:
        return "not priced: the number of instances is not known"
    if option.instance_type and option.instance_type not in facts.instances:
        return f"not priced: {option.instance_type[:60]} is no instance type in our lists"
    if option.memory_mib and facts.memory_price(region, "serverless", "memory", option.memory_mib) is None:
        return f"not priced: no price for {option.memory_mib:,} MB of serverless memory in {region}"
    return ""


def cost_of(
    option: Option, pairs: Pairs, facts: Facts, region: str, workload: Workload | None, traffic: Traffic | None
) -> Cost:
    """What a configuration costs a month.

    Arguments: `pairs` are the calls it was read from; `region` or empty; `workload` and `traffic` where they are known: without
    traffic it is the cost of what stands there when nothing arrives.
    """
    bills: list[tuple[str, Bill]] = []
    remarks: list[str] = list(_scaling(option))
    busy: list[float] = []
    for name, part, share in _parts(option, pairs, facts):
        why = _not_priced(part, facts, region, counted=_counted(pairs))
        if why:
            return Cost((), traffic is None, None, (why,))
        if traffic is None:
            bills.append((name, _idle(part, facts, region)))
            continue
        meant = workload or _plain_workload(part, traffic.time_us, region)
        meant = meant.model_copy(update={"needs": meant.needs.model_copy(update={"region": region})})
        served, assumed = _served(part, meant, traffic, facts)
        if part.place not in served:
            return Cost(
                (), False, None, ("not estimated: a time on an accelerator says nothing of a serverless environment",)
            )
        remarks += [assumed] if assumed else []
        if part.instance_type and not part.instances and not part.tracked and not is_job(part.name, facts):
            return Cost((), False, None, (_AT_ZERO,))
        load, whole = traffic.load.part(share), completed(part, meant, served[part.place], facts)
        count = apart(meant, whole.name, facts)
        if count > 1:
            remarks.append(
                f"it serves one of {count:,} models: priced as {count:,} such endpoints, each with its share of the requests"
            )
        meters = estimate_meters(whole, meant, load, served, facts)
        if workload is None:
            meters = replace(meters, bytes_in=0, bytes_out=0, shadow_bytes_in=0, shadow_bytes_out=0, s3_bytes=0)
        bills.append((name, bill(meters, whole, facts, region)))
        busy += [
            one for one in (busy_share(whole, load.part(1 / count), served[part.place], facts),) if one is not None
        ]
    if traffic is not None and workload is None:
        remarks.append("sizes of requests are not known: data processed is not in it")
        if not option.memory_mib and not option.concurrency_per_instance:
            remarks.append("an instance is taken to serve one request at a time")
    return Cost(tuple(bills), traffic is None, max(busy, default=None), tuple(dict.fromkeys(remarks)))


def _scaling(option: Option) -> Iterator[str]:
    """What is not known of its scaling."""
    if option.max_instances and not option.tracked and not option.components:
        yield "there is a scalable target, but no policy that we read: counted with the instances at the start"

"""Ledger: what the computing of a month costs, by the bills of the product.

An even load is billed by `estimate`; stated hours of instances (a job, an endpoint that is deleted in the evening) by
`bill` on meters that hold just these hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from advisor.billing import bill, estimate
from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.meters import Meters
from advisor.options import Option
from advisor.places import places
from advisor.totals import Bill
from advisor.workload import Workload

__all__ = ["COMPUTING", "Cost", "Even", "cost_of", "hours_bill", "month_hours", "month_seconds"]

COMPUTING: Final = frozenset({"instance", "availability", "serverless", "provisioned", "provisioned_busy"})
"""Meters of computing: instance hours, processing, what is kept warm."""
_DAY_S: Final = 86_400


class Cost(NamedTuple):
    """USD of a month."""

    computing: Decimal
    """Instances, processing and what is kept warm."""
    whole: Decimal
    """With data processed, volumes and requests to other services."""


def month_hours(facts: Facts) -> int:
    """Hours of a month in every bill."""
    return round(facts.of("billing", "month_hours").number())


def month_seconds(facts: Facts) -> int:
    """Seconds of a month in every bill.

    >>> from advisor.facts import load_facts
    >>> month_seconds(load_facts()) == 3600 * month_hours(load_facts())
    True
    """
    return 3600 * month_hours(facts)


def cost_of(found: Bill) -> Cost | None:
    """What a bill says of computing and of everything; None where a price is missing in its Region."""
    if found.total is None:
        return None
    return Cost(sum((line.usd for line in found.lines if line.meter in COMPUTING), Decimal(0)), found.total)


@dataclass(frozen=True, slots=True)
class Even:
    """An even load: the same rate at every hour.

    Arguments: `times_us` is the processing time of a request by place (an instance type, or `serverless:<MiB>`);
    `slots` are the requests an instance works on at once; sizes in KB.
    """

    region: str
    rate_per_s: float
    times_us: Mapping[str, int]
    reference: str
    slots: int = 1
    payload_kb: int = 20
    response_kb: int = 1

    def busy(self, place: str) -> float:
        """Requests in progress on average: rate times duration (Little's law)."""
        return self.rate_per_s * self.times_us[place] / 1e6

    @property
    def brief(self) -> tuple[tuple[str, Any], ...]:
        """As attributes of a brief, so that it can be simulated."""
        slowest = max(self.times_us.values()) / 1e6
        said: dict[str, Any] = {
            "payload_mb": self.payload_kb / 1000, "processing_s": slowest, "traffic": "steady", "rps_peak": self.rate_per_s,
            "region": self.region,
        }  # fmt: skip
        return tuple(said.items())

    def bill(self, option: Option, facts: Facts, times: float = 1.0) -> Bill:
        """The bill of an option that serves this load, or so many times its requests, from mean rates."""
        time = {place: f"{us} us" for place, us in self.times_us.items()}
        first = time.get(self.reference) or next(iter(time.values()))
        workload = Workload.from_mapping(
            {
                "schema": 1, "name": "an even load", "traffic": {"kind": "constant", "rate_per_s": self.rate_per_s},
                "request": {"payload": f"{self.payload_kb} KB", "response": f"{self.response_kb} KB"},
                "service": {
                    "reference": self.reference, "time": first, "slots": self.slots,
                    "measured": [{"on": place, "time": said} for place, said in time.items() if place != self.reference],
                },
                "needs": {"region": self.region, "availability": "single"},
            }
        )  # fmt: skip
        rate = self.rate_per_s * times
        load = TrafficSummary(round(rate * _DAY_S), _DAY_S * 10**6, rate, rate, rate, 0.0, 0)
        return estimate(option, workload, load, places(workload, facts), facts)


def hours_bill(option: Option, hours: Decimal, facts: Facts, region: str) -> Bill:
    """The bill of stated instance hours in a month.

    >>> from advisor.facts import load_facts
    >>> two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=1)
    >>> [line.quantity for line in hours_bill(two, Decimal(5), load_facts(), "us-east-1").lines][:1]
    [Decimal('5.000000000000')]
    """
    window = month_seconds(facts) * 10**6
    meters = Meters(
        window_us=window,
        instance_type=option.instance_type,
        instance_us=round(hours * 3_600_000_000),
        requests=1,
        good=1,
    )
    return bill(meters, option, facts, region)

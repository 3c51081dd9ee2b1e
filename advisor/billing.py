"""Meters, and meters times prices: the Bill with its line items.

Meters are integers that a run, or `estimate_meters` from mean rates, fills in. A bill scales their window to a
month of `billing.month_hours` and names what it could not price. The profile never changes this arithmetic.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from advisor.facts import Facts, Price
from advisor.jobs import is_job
from advisor.load import TrafficSummary
from advisor.meters import Meters, estimate_meters
from advisor.options import Option
from advisor.places import Place
from advisor.units import NBSP
from advisor.workload import Workload

__all__ = ["EXCLUDED", "Bill", "Line", "bill", "estimate"]

EXCLUDED: Final = (
    "front door (API Gateway, Lambda)",
    "logs and custom metrics",
    "image registry",
    "private links",
    "cross-Region and internet transfer",
    "storage of models, inputs and answers",
    "tax",
    "support plan",
)
"""What no bill of ours contains; printed under each."""

_HOUR_US: Final = 3_600_000_000
_FINEST: Final = Decimal("1e-12")
"""Quantities of a month are rounded here, so that a whole number stays one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a bill: a month's quantity times a price with its source."""

    item: str
    meter: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    usd: Decimal
    source: str
    published: date | None
    checked: date
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """A month of one option: line items, what has no price here, and what no bill contains."""

    region: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    """Items without a price in the Region: not in the total, never counted as zero."""
    total: Decimal | None
    """USD per month; None when the item the option stands on has no price here."""
    requests_per_month: float
    good_per_month: float
    open_items: tuple[tuple[str, Decimal], ...] = ()
    """Charges whose existence is open, with what they would add per month."""
    excluded: tuple[str, ...] = EXCLUDED
    window_us: int = 0

    @property
    def highest(self) -> Decimal | None:
        """The total with every open charge added."""
        return None if self.total is None else self.total + sum((usd for _, usd in self.open_items), Decimal(0))

    @property
    def per_million_good(self) -> Decimal | None:
        """USD per million answered requests; None without a total or without answers."""
        if self.total is None or self.good_per_month <= 0:
            return None
        return self.total / Decimal(self.good_per_month) * 1_000_000

    @property
    def short_window(self) -> bool:
        """The window is under a day: no basis for a month."""
        return self.window_us < 24 * _HOUR_US


def _per_month(meters: Meters, facts: Facts) -> Decimal:
    return Decimal(str(facts.of("billing", "month_hours").number())) * _HOUR_US / Decimal(meters.window_us)


def _quantities(meters: Meters, facts: Facts) -> Iterator[tuple[str, str, str, str, Decimal, bool]]:
    """(item, meter, subject, item key, quantity in the window, essential) of everything the option uses."""
    if meters.instance_type:
        yield from _instances(meters, facts)
    if meters.memory_mib:
        yield from _serverless(meters)
    gb = Decimal(facts.of("billing", "priced_gb").bytes())
    for word, count, key in (
        ("in", meters.bytes_in, "data-in"), ("out", meters.bytes_out, "data-out"),
        ("in, copied to the shadow", meters.shadow_bytes_in, "data-in"),
        ("out, of the shadow", meters.shadow_bytes_out, "data-out"),
    ):  # fmt: skip
        if count:
            yield (
                f"Data processed, {word}",
                "data_processing",
                "data_processing",
                key,
                Decimal(count) / gb,
                False,
            )
    for label, count, subject, key in (
        ("S3 writes", meters.s3_put, "s3", "put-copy-post-list"),
        ("S3 reads", meters.s3_get, "s3", "get-select-other"),
        ("Notifications (SNS)", meters.sns, "sns", "api-requests-over-1M"),
    ):
        if count:
            yield label, subject, subject, key, Decimal(count), False


def _instances(meters: Meters, facts: Facts) -> Iterator[tuple[str, str, str, str, Decimal, bool]]:
    """Instances that answer, those that only see copies, and the volumes of both."""
    kind = meters.instance_type
    hours, shadow = Decimal(meters.instance_us) / _HOUR_US, Decimal(meters.shadow_instance_us) / _HOUR_US
    yield f"Instances ({kind})", "instance", "instance", kind, hours, True
    if shadow:
        yield f"Instances of the shadow ({kind})", "shadow", "instance", kind, shadow, True
    volume = _volume_gb(kind, facts)
    if volume:
        months = (hours + shadow) / Decimal(str(facts.of("billing", "month_hours").number()))
        yield f"Instance volumes ({volume}{NBSP}GB each)", "volume", "volume", "endpoint-gp2", months * volume, False


def _serverless(meters: Meters) -> Iterator[tuple[str, str, str, str, Decimal, bool]]:
    """Processing on demand; and with provisioned concurrency what is kept warm, and processing there."""
    size, key = f"{meters.memory_mib / 1024:g}{NBSP}GiB", str(meters.memory_mib)
    second = Decimal(1_000_000)
    if meters.provisioned_us:
        kept, used = meters.provisioned_us / second, meters.provisioned_busy_us / second
        yield f"Provisioned concurrency, kept warm ({size})", "provisioned", "usage", key, kept, True
        yield f"Provisioned concurrency, processing ({size})", "provisioned_busy", "duration", key, used, True
    if meters.serverless_us or not meters.provisioned_us:
        label = f"Serverless processing{' beyond it' if meters.provisioned_us else ''} ({size})"
        yield label, "serverless", "serverless", key, meters.serverless_us / second, True


def _volume_gb(instance_type: str, facts: Facts) -> int:
    """Size of the volume that comes with an instance; 0 for types that have disks of their own."""
    local = facts.of("billing", "volume_local_families").value
    if isinstance(local, tuple) and facts.instances[instance_type].family in local:
        return 0
    return round(facts.of("billing", "volume_default").number())


def _line(label: str, meter: str, quantity: Decimal, price: Price) -> Line:
    unit, usd = price.unit, price.usd
    pack, _, rest = unit.partition("-")
    if pack.isdigit():  # sold by the thousand or the million
        quantity, unit = quantity / int(pack), f"{int(pack):,} {rest}"
    return Line(
        label, meter, quantity, unit, usd, quantity * usd, price.source, price.published, price.checked, price.confidence,
        price.note,
    )  # fmt: skip


def _price(facts: Facts, region: str, option: Option, subject: str, key: str) -> Price | None:
    if subject == "instance":
        return facts.instance_price(region, option.name, key)
    if subject == "serverless":
        return facts.memory_price(region, "serverless", "memory", int(key))
    if subject in {"usage", "duration"}:
        return facts.memory_price(region, "serverless_provisioned", subject, int(key))
    return facts.price(region, subject, key)


def bill(meters: Meters, option: Option, facts: Facts, region: str) -> Bill:
    """The bill of a month whose every stretch looks like the window of these meters.

    Arguments: `facts` under any profile: prices and billing rules are those of AWS all the same.
    Raises ValueError when the window is empty.
    """
    if meters.window_us <= 0:
        raise ValueError(f"window_us is {meters.window_us}; a bill needs a window above 0")
    facts = facts.mechanism
    factor = _per_month(meters, facts)
    lines: list[Line] = []
    missing: list[str] = []
    essential_missing = False
    for label, meter, subject, key, quantity, essential in _quantities(meters, facts):
        if meter == "volume" and is_job(option.name, facts):
            continue  # the volumes of endpoints are billed (fact billing.volumes), no page speaks of those of a job
        price = _price(facts, region, option, subject, key)
        if price is None:
            missing.append(f"{label} ({region})")
            essential_missing |= essential
        else:
            lines.append(_line(label, meter, (quantity * factor).quantize(_FINEST), price))
    for count, words, key in (
        (meters.alarms, "", "standard-resolution-alarm"),
        (meters.fast_alarms, ", high resolution", "high-resolution-alarm"),
    ):
        price = facts.price(region, "alarm", key)
        if count and price is None:
            missing.append(f"Alarms, CloudWatch{words} ({region})")
        elif count and price is not None:
            lines.append(_line(f"Alarms (CloudWatch{words})", "alarm", Decimal(count), price))
    extra: list[tuple[str, Decimal]] = []
    serverless = next((line for line in lines if line.meter == "serverless"), None)
    if serverless is not None and meters.serverless_cold_us:
        started = Decimal(meters.serverless_cold_us) / 1_000_000 * factor
        extra.append(("start-up time of cold starts, if it is billed", started * serverless.unit_price))
    total = None if essential_missing else sum((line.usd for line in lines), Decimal(0))
    return Bill(
        region, tuple(lines), tuple(missing), total, meters.requests * float(factor), meters.good * float(factor),
        tuple(extra), window_us=meters.window_us,
    )  # fmt: skip


def estimate(
    option: Option, workload: Workload, load: TrafficSummary, served: Mapping[str, Place], facts: Facts
) -> Bill:
    """The bill of mean rates, without a run: a simulated steady workload approaches it."""
    return bill(estimate_meters(option, workload, load, served, facts), option, facts, workload.needs.region)

"""Items: what meters amount to in a month, one for each thing that has a price."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from advisor.facts import Facts
from advisor.jobs import is_job
from advisor.meters import Meters
from advisor.options import Option
from advisor.terms import Terms
from advisor.units import NBSP, format_duration, format_share

__all__ = ["FINEST", "HOUR_US", "Item", "has_second_fleet", "items", "month_hours"]

HOUR_US: Final = 3_600_000_000
FINEST: Final = Decimal("1e-12")
"""Quantities of a month are rounded here, so that a whole number stays one."""
_SECOND: Final = 1_000_000


class Item(NamedTuple):
    """What a month uses of one thing that has a price."""

    label: str
    meter: str
    subject: str
    key: str
    quantity: Decimal
    essential: bool = False
    """Without a price of it there is no total."""
    note: str = ""


def month_hours(facts: Facts, terms: Terms) -> Decimal:
    """Hours of the month of a bill: those of the terms, else the fact."""
    stated = terms.month_hours
    return Decimal(str(facts.of("billing", "month_hours").number() if stated is None else stated))


def has_second_fleet(option: Option, facts: Facts) -> bool:
    """Whether a release of this option runs a second fleet of instances beside the first."""
    if not option.instance_type or is_job(option.name, facts):
        return False
    return bool(facts.of(option.name, "guarded_rollout").value != "rolling")


def items(meters: Meters, option: Option, facts: Facts, terms: Terms) -> Iterator[Item]:
    """Everything of a month whose every stretch looks like the window of the meters, in the order of a bill."""
    month = month_hours(facts, terms)
    factor = month * HOUR_US / Decimal(meters.window_us)
    if meters.instance_type:
        yield from _instances(meters, option, facts, terms, month, factor)
    if meters.memory_mib:
        yield from _serverless(meters, facts, factor)
    gb = Decimal(facts.of("billing", "priced_gb").bytes())
    for word, count, key in (
        ("in", meters.bytes_in, "data-in"), ("out", meters.bytes_out, "data-out"),
        ("in, copied to the shadow", meters.shadow_bytes_in, "data-in"),
        ("out, of the shadow", meters.shadow_bytes_out, "data-out"),
    ):  # fmt: skip
        if count:
            yield Item(f"Data processed, {word}", "data_processing", "data_processing", key, count / gb * factor)
    for label, count, subject, key in (
        ("S3 writes", meters.s3_put, "s3", "put-copy-post-list"),
        ("S3 reads", meters.s3_get, "s3", "get-select-other"),
        ("Notifications (SNS)", meters.sns, "sns", "api-requests-over-1M"),
    ):
        if count:
            yield Item(label, subject, subject, key, count * factor)
    if terms.retention_us and meters.s3_bytes:
        kept = meters.s3_bytes / gb * terms.retention_us / meters.window_us
        label = f"S3 storage of inputs and answers (kept {format_duration(terms.retention_us)})"
        yield Item(
            label,
            "storage",
            "s3",
            "standard-storage-first-50TB",
            kept,
            note="What lies there once the first are removed.",
        )
    for count, words, key in (
        (meters.alarms, "", "standard-resolution-alarm"),
        (meters.fast_alarms, ", high resolution", "high-resolution-alarm"),
    ):
        if count:
            yield Item(f"Alarms, CloudWatch{words}", "alarm", "alarm", key, Decimal(count))


def _instances(
    meters: Meters, option: Option, facts: Facts, terms: Terms, month: Decimal, factor: Decimal
) -> Iterator[Item]:
    """Instances that answer, what availability adds, those that only see copies, second fleets, and all volumes."""
    kind = meters.instance_type
    hours = (meters.instance_us * factor / HOUR_US).quantize(FINEST)
    spare = (meters.availability_us * factor / HOUR_US).quantize(FINEST)
    shadow = (meters.shadow_instance_us * factor / HOUR_US).quantize(FINEST)
    yield Item(f"Instances ({kind})", "instance", "instance", kind, hours - spare, essential=True)
    if spare:
        used = facts.fact("utilisation.target")
        share, low, high = (format_share(used.number(part)) for part in ("mid", "low", "high"))
        note = (
            f"The load alone would not need it: counted at its busiest hour, with at most {share} of the slots busy "
            f"(assumed, {low} to {high})."
        )
        yield Item("Instance for availability (survives one zone)", "availability", "instance", kind, spare, True, note)
    if shadow:
        yield Item(f"Instances of the shadow ({kind})", "shadow", "instance", kind, shadow, essential=True)
    second = Decimal(0)
    if terms.releases_per_month and has_second_fleet(option, facts):
        fact = facts.fact("release.overlap")
        each = Decimal(str(terms.release_hours)) if terms.release_hours else Decimal(fact.us()) / HOUR_US
        second = ((hours + shadow) / month * Decimal(str(terms.releases_per_month)) * each).quantize(FINEST)
        label = f"{terms.releases_per_month:,g} × {format_duration(float(each) * HOUR_US)}"
        note = (
            f"As stated; else {fact.text()} would be assumed (fact release.overlap)."
            if terms.release_hours
            else f"Both fleets run {fact.text()} in each release (assumed, fact release.overlap)."
        )
        yield Item(f"Second fleet during releases ({label})", "release", "instance", kind, second, True, note)
    volume = _volume_gb(kind, facts)
    # the volumes of endpoints are billed (fact billing.volumes), no page speaks of those of a job
    if volume and not is_job(option.name, facts):
        months = (hours + shadow + second) / month
        yield Item(f"Instance volumes ({volume}{NBSP}GB each)", "volume", "volume", "endpoint-gp2", months * volume)


def _serverless(meters: Meters, facts: Facts, factor: Decimal) -> Iterator[Item]:
    """Processing on demand; and with provisioned concurrency what is kept warm, and processing there."""
    size, key = f"{meters.memory_mib / 1024:g}{NBSP}GiB", str(meters.memory_mib)
    second = factor / _SECOND
    if meters.provisioned_us:
        kept, used = meters.provisioned_us * second, meters.provisioned_busy_us * second
        yield Item(f"Provisioned concurrency, kept warm ({size})", "provisioned", "usage", key, kept, True)
        yield Item(f"Provisioned concurrency, processing ({size})", "provisioned_busy", "duration", key, used, True)
    if meters.serverless_us or not meters.provisioned_us:
        label = f"Serverless processing{' beyond it' if meters.provisioned_us else ''} ({size})"
        note = _rounding(meters, facts, factor)
        yield Item(label, "serverless", "serverless", key, meters.serverless_us * second, True, note)


def _rounding(meters: Meters, facts: Facts, factor: Decimal) -> str:
    """What rounding every request up to the billing unit could add; times are summed as they are."""
    unit = facts.of("billing", "serverless_billing_unit")
    most = meters.good * factor * unit.us() / _SECOND
    return (
        f"Times are not rounded; {unit.text()} more for each request would be {most:,.0f}{NBSP}s a month."
        if most >= 1
        else ""
    )


def _volume_gb(instance_type: str, facts: Facts) -> int:
    """Size of the volume that comes with an instance; 0 for types that have disks of their own."""
    local = facts.of("billing", "volume_local_families").value
    if isinstance(local, tuple) and facts.instances[instance_type].family in local:
        return 0
    return round(facts.of("billing", "volume_default").number())

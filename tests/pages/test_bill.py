"""The bill as it is drawn on Compare: what is taken off, what was assumed, and everything that stands under it."""

import re

from advisor.billing import Bill, bill
from advisor.facts import load_facts
from advisor.meters import Meters
from advisor.options import Option
from advisor.terms import Terms, parse_savings
from simulator.pages._tables import bill as drawn

HOUR = 3_600_000_000
TWO = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)


def made(terms: Terms, region: str = "us-east-1") -> Bill:
    meters = Meters(
        window_us=24 * HOUR, instance_type="ml.m5.xlarge", instance_us=48 * HOUR, availability_us=24 * HOUR,
        busy_us=6 * HOUR, capacity_us=48 * HOUR, requests=1000, good=1000, bytes_in=10**9, tokens_in=10**6, tokens_out=10**5,
    )  # fmt: skip
    return bill(meters, TWO, load_facts(), region, terms)


def text(found: Bill) -> str:
    plain = re.sub(r"<[^>]+>", " ", drawn(found, "real_time"))
    return " ".join(plain.replace("\xa0", " ").split())


def test_every_line_is_drawn_with_its_note_and_discounts_below_zero() -> None:
    found = made(Terms(savings=parse_savings("30%"), free_tier=True, releases_per_month=4))
    said = text(found)
    for line in found.lines:
        assert line.item.replace("\xa0", " ") in said
    assert said.count("−$") == 4  # unit price and amount of the plan and of the free tier
    assert "given by the user" in said
    assert "would not need it" in said and "release.overlap" in said


def test_the_year_idle_time_and_tokens_stand_under_it() -> None:
    said = text(made(Terms()))
    for part in ("A year is", "Idle: 88 % of the time", "per million answered", "per 1,000 tokens", "Not contained:"):
        assert part in said


def test_a_missing_price_is_said_and_not_counted() -> None:
    said = text(made(Terms(), region="eu-central-1"))
    assert "No price in our table for Data processed, in (eu-central-1)" in said

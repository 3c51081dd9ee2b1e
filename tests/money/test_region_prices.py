"""What a Region charges, with what has no price there said and never taken from another Region."""

import csv
import io
from decimal import Decimal

from advisor.facts import load_facts
from advisor.region_prices import charges, instance_charges, priced_on, prices_csv, table_words

FACTS = load_facts()


def test_an_item_without_a_price_there_is_listed_without_one():
    none = charges(FACTS, "cn-north-1")
    assert none
    assert all(charge.price is None and charge.usd is None for charge in none)
    some = charges(FACTS, "eu-west-3")
    assert {charge.price is None for charge in some} == {True, False}
    assert all(charge.price.region == "eu-west-3" for charge in some if charge.price)


def test_a_price_by_the_second_is_said_by_the_hour():
    found = next(c for c in charges(FACTS, "us-east-1") if c.price and c.price.item == "memory-2048MiB")
    assert found.usd == found.price.usd * 3600
    assert found.per == "hour"
    assert {charge.per for charge in charges(FACTS, "us-east-1")} >= {"GB", "GB and month", "1,000 requests", "month"}


def test_instance_types_are_those_of_the_region_cheapest_first():
    found = instance_charges(FACTS, "eu-west-3")
    assert {charge.name for charge in found} == FACTS.priced("eu-west-3")
    amounts = [charge.usd for charge in found]
    assert amounts == sorted(amounts)
    assert {c.name for c in instance_charges(FACTS, "eu-west-3", "g5")} < {c.name for c in found}
    assert instance_charges(FACTS, "cn-north-1") == ()


def test_a_price_of_the_users_is_marked_and_counted():
    row = {"region": "us-east-1", "subject": "instance", "item": "ml.m5.xlarge", "usd": 0.5}
    own = load_facts("aws", {"price": [row]})
    mine = next(charge for charge in instance_charges(own, "us-east-1") if charge.name == "ml.m5.xlarge")
    assert mine.given
    assert mine.usd == Decimal("0.5")
    assert "1 of these are yours" in table_words(own)
    assert "yours" not in table_words(FACTS)


def test_the_date_of_a_missing_price_is_that_of_its_own_kind():
    assert {priced_on(FACTS, "s3"), priced_on(FACTS, "instance")} <= {
        f"{p.published.day} {p.published:%b %Y}" for p in FACTS.prices() if p.published
    }
    assert priced_on(FACTS, "s3") != priced_on(FACTS, "instance")
    assert priced_on(FACTS, "nothing") == "undated"


def test_the_csv_holds_the_priced_rows_and_no_formula():
    rows = charges(FACTS, "eu-west-3")
    table = list(csv.reader(io.StringIO(prices_csv(rows))))
    assert len(table) == 1 + sum(charge.price is not None for charge in rows)
    assert not [cell for row in table for cell in row if cell[:1] in {"=", "+", "-", "@"}]

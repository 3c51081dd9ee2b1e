"""The price of a type in every Region, cheapest first; a Region without a price is named, a name unknown is refused."""

import json

import pytest

from advisor import load_facts
from advisor.errors import InputError
from advisor.price_compare import compare_prices
from simulator.cli import main

AWS = load_facts()
MONTH = AWS.fact("billing.month_hours").value
PRICED = {price.region for price in AWS.prices()}


def test_every_region_of_the_price_table_has_hosting_prices():
    hosting = {price.region for price in AWS.prices(subject="instance")}
    assert hosting == PRICED
    regions = {region for region in hosting if region in AWS.regions}
    assert {region for region in AWS.regions if region not in regions} == {"cn-north-1", "cn-northwest-1"}
    assert all(AWS.priced(region) for region in hosting)


def test_all_regions_are_either_priced_or_named_as_without_a_price():
    found = compare_prices(["ml.m5.xlarge"], AWS)
    priced, unpriced = {row.region for row in found.rows}, {region for region, _ in found.unpriced}
    assert priced | unpriced == PRICED | set(AWS.regions)
    assert not priced & unpriced
    assert len(priced) > 25


def test_rows_are_sorted_by_price_and_measured_against_the_cheapest_and_us_east_1():
    found = compare_prices(["ml.m5.xlarge", "ml.c5.xlarge"], AWS, regions=["eu-west-1", "us-east-1", "sa-east-1"])
    costs = [row.usd_per_hour for row in found.rows]
    assert costs == sorted(costs)
    assert found.rows[0].over_cheapest == 0
    for row in found.rows:
        price = AWS.price(row.region, "instance", row.item)
        home = AWS.price("us-east-1", "instance", row.item)
        assert row.usd_per_hour == price.usd
        assert row.usd_per_month == price.usd * MONTH
        assert row.over_cheapest == pytest.approx(float(price.usd / costs[0]) - 1)
        assert row.over_home == pytest.approx(float(price.usd / home.usd) - 1)


def test_a_type_without_a_price_in_us_east_1_is_not_measured_against_it():
    home = AWS.priced("us-east-1")
    region, item = next((code, name) for code in sorted(AWS.regions) for name in sorted(AWS.priced(code) - home))
    found = compare_prices([item], AWS, regions=["us-east-1", region])
    assert [row.over_home for row in found.rows] == [None]
    assert found.unpriced == (("us-east-1", item),)


def test_a_memory_size_costs_an_hour_of_processing_or_of_being_kept_warm():
    found = compare_prices(["serverless:2048", "serverless_provisioned:2048"], AWS, regions=["us-east-1"])
    costs = {row.item: row.usd_per_hour for row in found.rows}
    assert costs["serverless:2048"] == AWS.price("us-east-1", "serverless", "memory-2048MiB").usd * 3600
    kept = AWS.price("us-east-1", "serverless_provisioned", "usage-2048MiB").usd * 3600
    assert costs["serverless_provisioned:2048"] == kept


def test_the_price_of_an_option_is_its_own_or_marked_as_inferred():
    (own,) = compare_prices(["ml.g6.xlarge"], AWS, regions=["eu-west-3"], option="async").rows
    assert own.price.subject == "async"
    (taken,) = compare_prices(["ml.m5.xlarge"], AWS, regions=["eu-west-3"], option="async").rows
    assert taken.price.confidence == "inferred"
    assert taken.note.startswith("Inferred")


def test_an_odd_price_and_one_that_cfn_lint_does_not_list_carry_a_note():
    (row,) = compare_prices(["ml.r8g.large"], AWS, regions=["us-east-1"]).rows
    assert "Odd" in row.note
    item = min(set(AWS.instances) - AWS.listed("eu-west-3"))
    own = {"region": "eu-west-3", "subject": "instance", "item": item, "usd": 0.5}
    (row,) = compare_prices([item], load_facts("aws", {"price": [own]}), regions=["eu-west-3"]).rows
    assert "cfn-lint" in row.note


def test_every_unknown_name_is_refused_with_the_nearest_ones():
    with pytest.raises(InputError) as caught:
        compare_prices(["ml.m5.xlarg", "serverless:2047"], AWS, regions=["us-eats-1"], option="asink")
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 4
    assert "ml.m5.xlarge" in said[0]
    assert "serverless:2048" in said[1]
    assert "us-east-1" in said[2]
    assert "async" in said[3]


def run(capsys, *line):
    with pytest.raises(SystemExit) as left:
        main(["prices", "compare", *line])
    return left.value.code, capsys.readouterr()


def test_the_verb_prints_a_table_or_json(capsys):
    code, printed = run(capsys, "ml.m5.xlarge", "--regions", "all")
    assert code == 0
    assert f"{MONTH:g} hours" in printed.out
    code, printed = run(capsys, "ml.m5.xlarge", "--regions", "us-east-1,eu-west-1", "--json")
    rows = json.loads(printed.out)["rows"]
    assert [row["region"] for row in rows] == ["us-east-1", "eu-west-1"]
    assert rows[0]["over_us_east_1_percent"] == 0


def test_the_verb_ends_with_2_for_bad_input_and_1_where_nothing_has_a_price(capsys):
    assert run(capsys, "ml.m5.xlargo")[0] == 2
    code, printed = run(capsys, "ml.m5.xlarge", "--regions", "cn-north-1")
    assert code == 1
    assert "ml.m5.xlarge has no price in cn-north-1" in printed.out

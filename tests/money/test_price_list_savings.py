"""Savings plan rates are joined with the prices by usage type and say what each plan saves."""

import json
from datetime import date
from decimal import Decimal

import pytest

from advisor import load_facts
from advisor.errors import InputError
from advisor.pricelist.refresh import refresh
from advisor.pricelist.savings import by_plan, load_savings
from simulator.cli import main
from tests.money.price_lists import instance, offer, page, savings, served, small

AWS = load_facts()
TODAY = date(2026, 11, 25)
RATES = {"USE1-Host:ml.m5.large": "0.0805", "USE1-Host:ml.m5.xlarge": "0.18", "USE1-Train:ml.m5.xlarge": "0.1"}


@pytest.fixture
def made(tmp_path):
    def build(content, products=None, region="us-east-1"):
        source, plans = tmp_path / "offer.json", tmp_path / "plans.json"
        source.write_text(offer(products or small(region)), encoding="utf-8")
        plans.write_text(content, encoding="utf-8")
        return refresh(AWS, region, today=TODAY, source=str(source), savings=str(plans), out=tmp_path / "tables")

    return build


def test_each_plan_says_what_each_item_costs_and_saves(made):
    found = made(savings(RATES))
    assert found.savings_file.name == "savings-us-east-1-2026-11-20.csv"
    table = load_savings(found.savings_file)
    assert table == found.savings
    rows = {(row.item, row.plan): row for row in table.rows}
    assert {plan for _, plan in rows} == {"1 year, no upfront", "3 years, all upfront"}
    assert rows["ml.m5.large", "1 year, no upfront"].discount == Decimal("0.3000")
    assert rows["ml.m5.xlarge", "1 year, no upfront"].discount == Decimal("0.2500")
    assert {row.item for row in table.rows} == {"ml.m5.large", "ml.m5.xlarge"}, "training is no meter of ours"
    assert by_plan(table.rows)["3 years, all upfront"] == (2, Decimal("0.2500"), Decimal("0.3000"))


def test_the_join_is_by_the_whole_usage_type(made):
    with pytest.raises(InputError, match="is it of another Region"):
        made(savings({"EUW1-Host:ml.m5.large": "0.08"}))


def test_a_plan_without_a_known_length_or_payment_is_skipped(made):
    content = savings(RATES, plans=((1, "No"), (1, "Some"), (5, "All")))
    assert {row.plan for row in made(content).savings.rows} == {"1 year, no upfront"}


def test_another_currency_a_second_rate_and_a_broken_file_are_refused(made):
    with pytest.raises(InputError, match="currency: 'CNY' is not allowed; allowed: USD"):
        made(savings(RATES, "CNY"))
    twice = savings({"A": "1", **RATES}).replace('"A"', '"USE1-Host:ml.m5.large"')
    with pytest.raises(InputError, match="one rate for one item and plan"):
        made(twice)
    with pytest.raises(InputError, match="ends in the middle"):
        made(savings(RATES)[:-30])
    with pytest.raises(InputError, match="allowed: a file of savings plan rates"):
        made(offer(small()))


def test_nothing_is_written_where_the_rates_cannot_be_read(made, tmp_path):
    with pytest.raises(InputError):
        made(savings(RATES, "CNY"))
    assert not (tmp_path / "tables").exists()


def test_an_index_of_plans_is_followed_to_the_region(tmp_path):
    index = {"publicationDate": "2026-11-20", "regions": [{"regionCode": "us-east-1", "versionUrl": "/plans/1.json"}]}
    pages = {"/offer": page(offer(small())), "/index": page(json.dumps(index)), "/plans/1.json": page(savings(RATES))}
    with served(pages) as host:
        found = refresh(AWS, "us-east-1", today=TODAY, source=f"{host}/offer", savings=f"{host}/index", out=tmp_path)
    assert found.savings.source == f"{host}/plans/1.json"


def test_compare_shows_the_discounts(made, capsys):
    found = made(savings(RATES), [*small(), instance("ml.c5.xlarge", "0.2")])
    line = ["prices", "compare", "ml.m5.xlarge", "--regions", "us-east-1", "--savings", str(found.savings_file)]
    for extra in ([], ["--json"]):
        with pytest.raises(SystemExit):
            main([*line, *extra])
    text, _, printed = capsys.readouterr().out.partition('{\n  "schema"')
    assert "−25.0" in text
    rows = json.loads('{\n  "schema"' + printed)["savings"]
    assert [(row["item"], row["plan"], row["discount"]) for row in rows] == [
        ("ml.m5.xlarge", "1 year, no upfront", 0.25), ("ml.m5.xlarge", "3 years, all upfront", 0.25),
    ]  # fmt: skip


def test_a_spoilt_savings_table_is_refused(made):
    file = made(savings(RATES)).savings_file
    for old, new in ((",0.18,", ",free,"), ("region,subject", "a,b"), ("# published: 2026", "# published: soon")):
        text = file.read_text(encoding="utf-8")
        broken = file.with_name("broken.csv")
        broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InputError, match="savings table broken"):
            load_savings(broken)


def test_a_rate_that_saves_nothing_or_more_than_any_plan_is_warned_of(made):
    found = made(savings({"USE1-Host:ml.m5.large": "0.2", "USE1-Host:ml.m5.xlarge": "0.01"}, plans=((1, "No"),)))
    most = AWS.fact("billing.savings_plan_discount_max").text()
    assert [text.split(",")[0] for text in found.warnings if f"plans save up to {most}" in text] == [
        "ml.m5.large",
        "ml.m5.xlarge",
    ]

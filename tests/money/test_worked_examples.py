"""Worked examples: bills done by hand in `worked_examples.toml`, and published bills, to the cent."""

import ast
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from advisor.billing import bill
from advisor.facts import load_facts
from advisor.meters import Meters
from advisor.options import Option
from advisor.terms import Terms, parse_savings

HOUR, SECOND, GB = 3_600_000_000, 1_000_000, 2**30
TABLE = tomllib.loads((Path(__file__).parent / "worked_examples.toml").read_text(encoding="utf-8"))
EXAMPLES = {example["name"]: example for example in TABLE["example"]}
SHIPPED = load_facts()
PINNED = load_facts(
    "aws",
    {
        **{name: {"value": value} for name, value in TABLE["given"].items()},
        "price": [
            {"region": region, "subject": subject, "item": item, "usd": usd}
            for region, subject, item, usd in TABLE["names"].values()
        ],
    },
)
SCALE = {
    "hours": ("window_us", HOUR), "instance_hours": ("instance_us", HOUR), "shadow_hours": ("shadow_instance_us", HOUR),
    "serverless_s": ("serverless_us", SECOND), "provisioned_s": ("provisioned_us", SECOND),
    "provisioned_busy_s": ("provisioned_busy_us", SECOND), "gb_in": ("bytes_in", GB), "gb_out": ("bytes_out", GB),
    "shadow_gb_in": ("shadow_bytes_in", GB), "s3_gb": ("s3_bytes", GB),
}  # fmt: skip


def cents(amount):
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def names(facts):
    """What the arithmetic may use: prices by their short names, and the few facts that a month needs."""
    known = {name: facts.price(*row[:3]).usd for name, row in TABLE["names"].items()}
    for name, fact in (
        ("volume_gb", "volume_default"), ("free_hours", "free_tier_instance_hours"),
        ("free_seconds", "free_tier_serverless"), ("free_months", "free_tier_months"),
    ):  # fmt: skip
        known[name] = Decimal(str(facts.of("billing", fact).number()))
    return {**known, "gb": Decimal(GB)}


def worked(text, known):
    """The value of an arithmetic of numbers, names, + - * / and brackets, all in decimals."""

    def value(node):
        match node:
            case ast.Expression():
                return value(node.body)
            case ast.Constant():
                return Decimal(str(node.value))
            case ast.Name():
                return known[node.id]
            case ast.BinOp(op=ast.Add()):
                return value(node.left) + value(node.right)
            case ast.BinOp(op=ast.Sub()):
                return value(node.left) - value(node.right)
            case ast.BinOp(op=ast.Mult()):
                return value(node.left) * value(node.right)
            case ast.BinOp(op=ast.Div()):
                return value(node.left) / value(node.right)
        raise ValueError(ast.dump(node))

    return value(ast.parse(text, mode="eval"))


def made(example, facts):
    """The bill of an example."""
    option = {name: tuple(value) if isinstance(value, list) else value for name, value in example["option"].items()}
    used = {}
    for name, amount in example["uses"].items():
        meter, scale = SCALE.get(name, (name, 1))
        used[meter] = round(Decimal(str(amount)) * scale)
    kind = (
        {"memory_mib": option["memory_mib"]} if "memory_mib" in option else {"instance_type": option["instance_type"]}
    )
    meters = Meters(**kind, **used, good=used.get("requests", 0)).times(example.get("endpoints", 1))
    stated = dict(example.get("terms", {}))
    savings = parse_savings(stated.pop("savings")) if "savings" in stated else ()
    kept_us = stated.pop("retention_days", 0) * 24 * HOUR
    terms = Terms(savings=savings, retention_us=kept_us, **stated)
    return bill(meters, Option(**option), facts, example.get("region", "us-east-1"), terms)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_bill_is_what_the_example_works_out_to_the_cent(name):
    example, known = EXAMPLES[name], names(PINNED)
    assert cents(worked(example["arithmetic"], known)) == Decimal(example["usd"]), "the example itself adds up"
    found = made(example, PINNED)
    assert cents(found.total) == Decimal(example["usd"])
    assert not found.missing
    if "year" in example:
        assert cents(worked(example["year_arithmetic"], known)) == Decimal(example["year"])
        assert cents(found.per_year) == Decimal(example["year"])
    else:
        assert found.per_year == 12 * found.total
    for side, usd in example.get("per_1000_tokens", {}).items():
        assert float(found.per_1000_tokens[side]) == pytest.approx(float(usd), rel=1e-6)
    if "per_million" in example:
        assert cents(found.per_million_good) == Decimal(example["per_million"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_arithmetic_gives_the_bill_under_the_shipped_prices(name):
    example = EXAMPLES[name]
    assert cents(made(example, SHIPPED).total) == cents(worked(example["arithmetic"], names(SHIPPED)))


def test_there_are_as_many_examples_as_a_course_would_use_and_each_is_one_of_its_own():
    assert len(EXAMPLES) == len(TABLE["example"]) >= 14
    assert len({str((e["option"], e["uses"], e.get("terms"), e.get("endpoints"))) for e in EXAMPLES.values()}) == len(
        EXAMPLES
    )


def published(region, *prices, **facts):
    """The facts with the prices of a published bill, and values it was made with."""
    rows = [{"region": region, "subject": s, "item": i, "usd": usd} for s, i, usd in prices]
    return load_facts("aws", {"price": rows, **{f"billing.{n}": {"value": v} for n, v in facts.items()}})


REAL_BILL = (
    ("real_time", "ml.m5.xlarge", "0.257", "8.208", "2.11"),
    ("batch_transform", "ml.m5.xlarge", "0.257", "2.126", "0.55"),
    ("real_time", "ml.g4dn.4xlarge", "1.678", "74.998", "125.85"),
    ("real_time", "ml.g4dn.12xlarge", "5.453", "31.543", "172.00"),
    ("real_time", "ml.g5.12xlarge", "7.91", "22.409", "177.26"),
)
"""A real bill of December 2023, 744 hours (aws-samples/sagemaker-ssh-helper, Sample_Costs.md @ b6bf9ba3): option, type,
USD an hour, hours, USD."""


@pytest.mark.parametrize(("name", "kind", "usd", "hours", "paid"), REAL_BILL)
def test_the_lines_of_a_real_bill_come_out_to_the_cent(name, kind, usd, hours, paid):
    subject = "batch_transform" if name == "batch_transform" else "instance"
    facts = published("eu-west-1", (subject, kind, usd))
    meters = Meters(window_us=744 * HOUR, instance_type=kind, instance_us=round(Decimal(hours) * HOUR))
    option = Option(name=name, instance_type=kind, instances=1)
    line = bill(meters, option, facts, "eu-west-1", Terms(month_hours=744)).lines[0]
    assert (line.meter, cents(line.usd)) == ("instance", Decimal(paid))


GOLDEN = "infracost, sagemaker_endpoint_configuration_test.golden"
"""What another cost tool prints, @ ddda9910 and @ 0da4c138."""
DATA = (("data_processing", "data-in", "0.016"), ("data_processing", "data-out", "0.016"))
MEMORY = (
    ("serverless", "memory-2048MiB", "0.00004"),
    ("serverless_provisioned", "usage-2048MiB", "0.00001"),
    ("serverless_provisioned", "duration-2048MiB", "0.0000233"),
)


def test_another_tool_bills_serverless_processing_and_data_alike():
    facts = published("us-east-1", *DATA, *MEMORY)
    meters = Meters(
        window_us=730 * HOUR, memory_mib=2048, serverless_us=500_000 * SECOND, bytes_in=10 * GB, bytes_out=20 * GB
    )
    found = bill(meters, Option(name="serverless", memory_mib=2048, max_concurrency=5), facts, "us-east-1")
    assert [cents(line.usd) for line in found.lines] == [Decimal(text) for text in ("20.00", "0.16", "0.32")], GOLDEN
    assert cents(found.total) == Decimal("20.48")


def test_another_tool_bills_provisioned_concurrency_alike():
    facts = published("us-east-1", *DATA, *MEMORY)
    meters = Meters(
        window_us=730 * HOUR, memory_mib=2048, serverless_us=500_000 * SECOND, provisioned_us=400_000 * SECOND,
        provisioned_busy_us=400_000 * SECOND, bytes_out=20 * GB,
    )  # fmt: skip
    option = Option(name="serverless_provisioned", memory_mib=2048, max_concurrency=5, provisioned_concurrency=1)
    lines = {line.meter: cents(line.usd) for line in bill(meters, option, facts, "us-east-1").lines}
    assert lines == {
        "provisioned": Decimal("4.00"), "provisioned_busy": Decimal("9.32"), "serverless": Decimal("20.00"),
        "data_processing": Decimal("0.32"),
    }, GOLDEN  # fmt: skip


def test_another_tool_bills_two_instances_and_their_volumes_alike():
    prices = (("instance", "ml.m5.xlarge", "0.23"), ("volume", "endpoint-gp2", "0.112"))
    facts = published("us-east-1", *prices, volume_default=50)
    meters = Meters(window_us=730 * HOUR, instance_type="ml.m5.xlarge", instance_us=1460 * HOUR)
    option = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    found = bill(meters, option, facts, "us-east-1")
    assert [cents(line.usd) for line in found.lines] == [Decimal("335.80"), Decimal("11.20")], GOLDEN
    assert cents(found.total) == Decimal("347.00")

"""The AWS price list is read by its rules: every form to the same table, what contradicts itself refused by name."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor._facts_table import parse_table, table_text
from advisor.errors import InputError
from advisor.pricelist import _opened
from advisor.pricelist import read as reading
from advisor.pricelist._opened import form_of
from advisor.pricelist.addresses import addresses
from advisor.pricelist.read import read_offer
from tests.money.price_lists import answers, as_csv, instance, offer, packed, product, serverless, small

TODAY = date(2026, 11, 25)
OTHER = {"servicecode": "AmazonSageMaker"}


def written(folder, content, name="list"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder, content, region="us-east-1"):
    path = written(folder, content)
    return read_offer(path, form_of(path, "list"), region, source="list", checked=TODAY, addresses=addresses())


def prices(found):
    return {f"{row.subject} {row.item}": str(row.usd.normalize()) for row in found.table.rows}


def refused(folder, content, region="us-east-1"):
    with pytest.raises(InputError) as caught:
        read(folder, content, region)
    return str(caught.value)


def test_each_product_of_interest_becomes_an_item_and_the_others_are_skipped(tmp_path):
    found = read(tmp_path, offer(small()))
    assert {f"{row.subject} {row.item}": f"{row.usd.normalize():f}" for row in found.table.rows} == {
        "instance ml.m5.large": "0.115",
        "instance ml.m5.xlarge": "0.24",
        "async ml.g6e.2xlarge": "2.8026",
        "batch_transform ml.m5.xlarge": "0.23",
        "serverless memory-2048MiB": "0.00004",
        "serverless_provisioned usage-2048MiB": "0.00001",
        "serverless_provisioned duration-2048MiB": "0.0000233",
        "data_processing data-in": "0.016",
        "data_processing data-out": "0.016",
        "volume endpoint-gp2": "0.14",
    }
    assert (found.table.version, found.table.published) == ("20261120030405", date(2026, 11, 20))
    assert found.hardware["ml.m5.xlarge"] == (4.0, 16.0)


FORMS = {
    "terms first": lambda products: offer(products, terms_first=True),
    "gzip": lambda products: packed(offer(products)),
    "csv": as_csv,
    "csv with instance names": lambda products: as_csv(products, instance_type=True),
    "csv gzip": lambda products: packed(as_csv(products)),
    "csv with a byte order mark": lambda products: "\ufeff" + as_csv(products),
    "GetProducts": lambda products: json.dumps({"FormatVersion": "aws_v1", "PriceList": answers(products)}),
    "GetProducts, pages": lambda products: "\n".join(json.dumps({"PriceList": [one]}) for one in answers(products)),
    "array": lambda products: json.dumps(answers(products)),
    "lines of objects": lambda products: "\n".join(answers(products)),
    "lines of texts": lambda products: "\n".join(json.dumps(one) for one in answers(products)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_list_gives_the_same_table(tmp_path, form):
    assert read(tmp_path, FORMS[form](small())).table == read(tmp_path, offer(small())).table


def test_the_region_is_that_of_the_code_and_never_of_the_prefix(tmp_path):
    other = instance("ml.m5.xlarge", "0.9", sku="ELSE", regionCode="eu-west-1", usagetype="USE1-Host:ml.m5.xlarge")
    bare = instance("ml.m5.xlarge", "0.23", usagetype="Host:ml.m5.xlarge")
    assert prices(read(tmp_path, offer([other, bare]))) == {"instance ml.m5.xlarge": "0.23"}
    assert prices(read(tmp_path, offer([other, bare]), "eu-west-1")) == {"instance ml.m5.xlarge": "0.9"}


@pytest.mark.parametrize(
    "attributes",
    [
        {"component": "HOSTING", "platoinstancetype": "hosting"},
        {"instanceName": "", "instanceType": "ml.g7e.2xlarge-hosting"},
        {"instanceName": "", "instanceType": "ml.g7e.2xlarge-Hosting"},
        {
            "component": "",
            "platoinstancetype": "",
            "instanceName": "",
            "instanceType": "",
            "usagetype": "Host:ml.g7e.2xlarge",
        },
        {"component": "", "instanceName": "N/A", "instanceType": "", "usagetype": "USE1-ATL1-Host:ml.g7e.2xlarge"},
        {"usagetype": "APN1-Host:ml.g7e.2xlarge"},
    ],
)
def test_names_are_found_whatever_their_case_and_place(tmp_path, attributes):
    made = instance("ml.g7e.2xlarge", "4.2", **attributes)
    assert prices(read(tmp_path, offer([made]))) == {"instance ml.g7e.2xlarge": "4.2"}


@pytest.mark.parametrize(
    "made",
    [
        instance("ml.m5.xlarge", "9", "Hosting-Free", usagetype="USE1-Host:ml.m5.xlarge"),
        instance("ml.m5.xlarge", "9", sku="PARENT", usagetype="USE1-Host:ml.m5.xlargeParent"),
        instance("ml.m5.xlarge", "9", "Cluster-Reserved"),
        instance("ml.m5.xlarge", "9", "Processing_DW"),
        instance("ml.m5.xlarge", "9", "Something new"),
        instance("ml.eia2.medium", "9", sku="EIA"),
        instance("ml.m5.xlarge", "9", sku="OUTPOST", locationType="AWS Outposts"),
        instance("ml.m5.xlarge", "9", sku="ZONE", locationType="AWS Local Zone"),
        instance("ml.m5.xlarge", "9", sku="FAMILY", family="ML Savings"),
        product("GROUP", "9", "ML Thing", "Hrs", group="Something:NEW"),
        product("EMPTY", "9", "Storage", "GB-Mo", volumeType="General Purpose-Notebook"),
        instance("ml.m5.xlarge", "0.0000000000", sku="FREE"),
        instance("ml.m5.xlarge", "9", sku="QUANTITY", unit="Quantity"),
        instance("ml.m5.xlarge", "9", sku="LATER", effective="2027-01-01T00:00:00Z"),
    ],
    ids=lambda made: f"{made['sku']} {made['attributes'].get('component', '')}",
)
def test_what_no_bill_prices_is_skipped_without_a_word(tmp_path, made):
    assert prices(read(tmp_path, offer([made, instance("ml.m5.xlarge", "0.23")]))) == {"instance ml.m5.xlarge": "0.23"}


def test_a_local_zone_is_read_by_its_own_code(tmp_path):
    zone = instance("ml.g5.xlarge", "1.9", regionCode="us-east-1-atl-1", locationType="AWS Local Zone")
    both = offer([zone, instance("ml.m5.xlarge", "0.23")])
    assert prices(read(tmp_path, both, "us-east-1-atl-1")) == {"instance ml.g5.xlarge": "1.9"}
    assert prices(read(tmp_path, both)) == {"instance ml.m5.xlarge": "0.23"}


def test_two_products_of_one_item_may_agree_and_never_differ(tmp_path):
    one, same = instance("ml.m5.xlarge", "0.23", sku="AAA"), instance("ml.m5.xlarge", "0.2300000", sku="BBB")
    assert prices(read(tmp_path, offer([one, same]))) == {"instance ml.m5.xlarge": "0.23"}
    said = refused(tmp_path, offer([one, instance("ml.m5.xlarge", "0.46", sku="BBB")]))
    assert "instance ml.m5.xlarge: 0.23 (SKU AAA), 0.46 (SKU BBB) is not allowed" in said


def test_a_zero_beside_a_price_is_the_free_twin(tmp_path):
    twins = [instance("ml.m5.xlarge", "0", sku="AAA"), instance("ml.m5.xlarge", "0.23", sku="BBB")]
    assert prices(read(tmp_path, offer(twins))) == {"instance ml.m5.xlarge": "0.23"}


def test_the_term_in_force_counts_among_several(tmp_path):
    whole = json.loads(offer([instance("ml.m5.xlarge", "0.23", sku="AAA")]))
    (term,) = whole["terms"]["OnDemand"]["AAA"].values()
    dear = json.loads(json.dumps(term).replace("0.23", "0.99"))
    whole["terms"]["OnDemand"]["AAA"]["old"] = {**dear, "effectiveDate": "2024-01-01T00:00:00Z"}
    whole["terms"]["OnDemand"]["AAA"]["next"] = {**dear, "effectiveDate": "2026-12-01T00:00:00Z"}
    assert prices(read(tmp_path, json.dumps(whole))) == {"instance ml.m5.xlarge": "0.23"}
    whole["terms"]["OnDemand"]["AAA"]["same"] = dear
    assert "one price for one item" in refused(tmp_path, json.dumps(whole))


def test_the_first_tier_is_the_price_and_a_note_says_that_there_are_others(tmp_path):
    whole = json.loads(offer([instance("ml.m5.xlarge", "0.23", sku="AAA")]))
    (term,) = whole["terms"]["OnDemand"]["AAA"].values()
    (first,) = term["priceDimensions"].values()
    term["priceDimensions"]["second"] = {**first, "beginRange": "1000", "pricePerUnit": {"USD": "0.11"}}
    (row,) = read(tmp_path, json.dumps(whole)).table.rows
    assert (row.usd, row.note.startswith("First tier only")) == (Decimal("0.2300000000").normalize(), True)


def test_a_list_without_hosting_is_none_of_ours(tmp_path):
    assert "no component Hosting in us-east-1" in refused(tmp_path, offer([serverless(2, "0.00004")]))
    assert "no hosting price of us-east-1" in refused(tmp_path, offer([instance("ml.m5.xlarge", "0")]))


def test_another_currency_is_refused_by_name(tmp_path):
    yuan = [instance("ml.m5.xlarge", "1.9", regionCode="cn-north-1", currency="CNY")]
    assert "currency of the price list: CNY is not allowed; allowed: USD" in refused(
        tmp_path, offer(yuan), "cn-north-1"
    )
    assert "CNY" in refused(tmp_path, as_csv(yuan), "cn-north-1")


def test_another_region_is_refused_with_what_the_list_has(tmp_path):
    said = refused(tmp_path, offer(small("eu-west-1")))
    assert "'us-east-1' is not allowed" in said
    assert "eu-west-1" in said


def test_another_offer_is_refused_by_name(tmp_path):
    assert "'AmazonEC2' is not allowed; allowed: AmazonSageMaker" in refused(
        tmp_path, offer(small(), offerCode="AmazonEC2")
    )


def test_a_list_says_when_it_was_published(tmp_path):
    assert "publication date: 'soon'" in refused(tmp_path, offer(small(), publicationDate="soon"))


def test_kept_warm_and_request_time_are_never_swapped(tmp_path):
    swapped = serverless(2, "0.00001", "ServerlessProvisionedConcurrency-Usage", used="Mem")
    said = refused(tmp_path, offer([*small()[:2], swapped]))
    assert "group and usage type of one meter" in said
    assert "SKUSERVERLESSPROVISIONED" in said


def test_hardware_prefers_a_number_to_none(tmp_path):
    made = [
        instance("ml.m5.xlarge", "0.23", sku="AAA", vCpu="N/A", memory="16 GiB"),
        instance("ml.m5.xlarge", "0.23", sku="BBB", vCpu="4", memory="N/A"),
        instance("ml.u1.xlarge", "9", memory="1,024 GiB"),
    ]
    found = read(tmp_path, offer(made))
    assert found.hardware == {"ml.m5.xlarge": (4.0, 16.0), "ml.u1.xlarge": (None, 1024.0)}


@pytest.mark.parametrize("usd", ["free", "-0.23", "NaN", "1e999", "Infinity", "1" * 60, "0.2.3"])
def test_an_amount_that_is_none_is_named_with_its_product(tmp_path, usd):
    said = refused(tmp_path, offer([instance("ml.m5.xlarge", usd, sku="AAA"), instance("ml.m5.large", "0.1")]))
    assert said.startswith("SKU AAA: ")


BROKEN = {
    "nothing": ("", "nothing is not allowed"),
    "HTML": ("<!DOCTYPE html><html><body>Access denied</body></html>", "a page of HTML or XML"),
    "XML": ('<?xml version="1.0"?><Error/>', "a page of HTML or XML"),
    "noise": ("hello\nworld\n", "allowed: an AWS price list"),
    "cut off": (offer(small())[:-40], "ends in the middle"),
    "cut off in the products": (offer(small())[:900], "ends in the middle"),
    "two commas": (offer(small()).replace(", ", ",, ", 1), "broken JSON"),
    "other JSON": ('{"hello": {"world": 1}}', "allowed: an AWS price list"),
    "cut gzip": (packed(offer(small()))[:-20], "ends in the middle"),
    "corrupt gzip": (packed(offer(small()))[:60] + b"\0" * 90, "cannot be read"),
    "binary": (bytes(range(256)), "allowed: an AWS price list"),
    "cut CSV": (as_csv(small())[:-60], "cut off"),
    "CSV of others": ("SKU,Unit\nA,Hrs\n", "no column termtype"),
    "CSV without dates": (as_csv(small()).replace("Publication Date", "Printed"), "publication date"),
    "lines of nothing": ('{"product": {"sku": 3}, "publicationDate": "2026-01-01"}\n[3]\n', "products as GetProducts answers them"),
    "odd shapes": ('{"publicationDate": "2026-01-01", "products": {"A": 1, "B": {"attributes": []}}, "terms": []}', "a Region of"),
    "not UTF-8": (b'{"publicationDate": "2026-01-01", "products": {"\xff": {}}}', "broken JSON (lexical error"),
    "index": ('{"regions": {}}', "an index of price lists"),
    "savings": ('{"terms": {"savingsPlan": []}}', "give it with --savings"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_list_is_refused_in_one_sentence(tmp_path, name):
    content, said = BROKEN[name]
    found = refused(tmp_path, content)
    assert said in found
    assert len(found) < 500


ITEMS = st.dictionaries(
    st.tuples(
        st.sampled_from(["Hosting", "AsyncInf", "BatchTransform", "Training"]),
        st.sampled_from(["m5", "g6e", "p6-b200", "c7i"]),
        st.sampled_from(["large", "xlarge", "48xlarge"]),
    ),
    st.decimals(min_value="0.0000001", max_value="999", places=10),
    min_size=1,
)


@given(items=ITEMS, form=st.sampled_from(sorted(FORMS)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_listed_is_what_the_table_says_and_its_file_reads_back(tmp_path, items, form):
    items = {**items, ("Hosting", "t2", "medium"): Decimal("0.056")}
    made = [instance(f"ml.{family}.{size}", str(usd), component) for (component, family, size), usd in items.items()]
    found = read(tmp_path, FORMS[form](made)).table
    subjects = {"Hosting": "instance", "AsyncInf": "async", "BatchTransform": "batch_transform"}
    expected = {
        (subjects[component], f"ml.{family}.{size}"): usd
        for (component, family, size), usd in items.items()
        if component in subjects
    }
    assert {(row.subject, row.item): row.usd for row in found.rows} == expected
    again = parse_table(table_text(found))
    assert again == found
    assert table_text(again) == table_text(found)


WHOLE = {
    name: (content if isinstance(content := made(small()), bytes) else content.encode()) for name, made in FORMS.items()
}
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12), st.binary(max_size=6)), min_size=1, max_size=4)


@given(form=st.sampled_from(sorted(FORMS)), edits=EDITS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_to_a_list_it_is_read_or_refused_in_words(tmp_path, form, edits):
    content = WHOLE[form]
    for place, length, put in edits:
        at = place % len(content)
        content = content[:at] + put + content[at + length :]
    try:
        rows = read(tmp_path, content).table.rows
    except InputError:
        rows = ()
    assert all(row.usd > 0 for row in rows)


KEYS = ["products", "terms", "OnDemand", "A", "attributes", "regionCode", "component", "priceDimensions", "pricePerUnit",
        "publicationDate", "PriceList", "product", "savingsPlan", "regions"]  # fmt: skip
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("us-east-1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


@given(shape=SHAPES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_of_any_shape_is_refused_in_words(tmp_path, shape):
    assert refused(tmp_path, json.dumps(shape))
    whole = {"publicationDate": "2026-11-20", "products": {"A": shape}, "terms": {"OnDemand": {"A": shape}}}
    assert refused(tmp_path, json.dumps(whole))


def test_what_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_opened, "LARGEST_BYTES", 1_000_000)
    bomb = packed(offer(small())[:-1] + " " * 3_000_000 + "}")
    assert len(bomb) < 10_000
    assert "over 1,000,000 bytes" in refused(tmp_path, bomb)


def test_more_products_than_a_region_can_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_PRODUCTS", 5)
    assert "over 5 products to price" in refused(tmp_path, offer(small()))

"""Shipped data that is malformed is refused with the file and the key."""

import shutil

import pytest

from advisor import facts as served
from advisor._facts_read import read_facts, read_instances, read_prices, read_regions
from advisor.errors import FactError
from advisor.facts import data_folder

GOOD = 'value = 3\nunit = "MB"\nsource = "a page"\nchecked = 2026-01-02\nconfidence = "documented"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "limits").mkdir()
    for name in ("timings.toml", "observed.toml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


def put(folder, text, name="limits/made.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_good_table_is_read(folder):
    assert read_facts(put(folder, f"[size]\n{GOOD}"))["made.size"].bytes() == 3 * 10**6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value = 3\n", ""), "value is missing"),
        (('source = "a page"\n', ""), "source is missing"),
        (("checked = 2026-01-02\n", ""), "checked is missing"),
        (('source = "a page"', 'source = ""'), r"source: a text is needed"),
        (("value = 3", 'value = "three"'), r"value: 'three' is not allowed"),
        (("value = 3", "value = 3\nlow = 4"), "must ascend"),
        (('unit = "MB"', 'unit = "furlong"'), r"unit: 'furlong'"),
        (("2026-01-02", '"2026-01-02"'), r"checked: '2026-01-02' is no date"),
        (("2026-01-02", "2026-01-02T10:00:00"), r"checked: .* is no date"),
        (('"documented"', '"certain"'), r"confidence: 'certain'"),
        (("value = 3", "value = 3\nvaule = 4"), "unknown field vaule"),
        (("value = 3", "value = 3\nwas = [{ valeu = 2 }]"), r"was: "),
        (("value = 3", "value = "), r"made\.toml: "),
    ],
)
def test_a_bad_table_names_its_file_and_key(folder, change, said):
    with pytest.raises(FactError, match=said) as caught:
        read_facts(put(folder, f"[size]\n{GOOD}".replace(*change)))
    assert "made.toml" in str(caught.value)


def test_an_id_stands_once(folder):
    put(folder, f"[made.size]\n{GOOD}", "timings.toml")
    with pytest.raises(FactError, match=r"made\.size is already stated elsewhere"):
        read_facts(put(folder, f"[size]\n{GOOD}"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FactError, match=r"timings\.toml"):
        read_facts(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("other.csv", "0.016,", "-0.016,", "must be above 0"),
        ("other.csv", "0.016,", "free,", "line"),
        ("other.csv", ",aws_sample_bill", ",hearsay", "hearsay"),
        ("other.csv", "region,subject", "place,subject", "column region is missing"),
        ("instances.csv", "us-east-1,ml.c4.xlarge,", "us-east-1,ml.c4.large,", "stands twice"),
    ],
)
def test_a_bad_price_names_its_file(tmp_path, name, old, new, said):
    shutil.copytree(data_folder() / "prices", tmp_path / "prices")
    path = tmp_path / "prices" / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactError, match=said) as caught:
        read_prices(tmp_path)
    assert name in str(caught.value)


def test_a_bad_instance_type_names_its_line(tmp_path):
    shutil.copy(data_folder() / "sources.toml", tmp_path)
    head, first, *_ = (data_folder() / "instances.csv").read_text(encoding="utf-8").splitlines()
    put(tmp_path, f"{head}\n{first.replace('ec2_types', 'hearsay')}\n", "instances.csv")
    with pytest.raises(FactError, match=r"instances\.csv line 2"):
        read_instances(tmp_path)


def test_an_option_that_must_answer_and_does_not_stops_the_load(tmp_path, monkeypatch):
    shutil.copytree(data_folder(), tmp_path / "data")
    path = tmp_path / "data" / "limits" / "async.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[waits_for_answer]", "[waits]"), encoding="utf-8")
    monkeypatch.setattr(served, "data_folder", lambda: tmp_path / "data")
    with pytest.raises(FactError, match=r"limits/async\.toml: waits_for_answer is missing"):
        served._profile_facts.__wrapped__("aws")


@pytest.mark.parametrize("row", ["here-1,huge,yes", "here-1,large,maybe", "here-1,other,"])
def test_a_bad_region_names_its_line(folder, row):
    head = "region,serverless_concurrency,cloudformation_components\n"
    put(folder, f"{head}here-2,,no\n{row}\n", "regions.csv")
    with pytest.raises(FactError, match=r"regions\.csv line 3"):
        read_regions(folder)

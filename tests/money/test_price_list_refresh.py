"""A refreshed table stands beside the shipped one, says what changed, and can be laid over it."""

import json
import pickle
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from advisor import load_facts
from advisor._facts_table import PriceRow, parse_table, table_text
from advisor.errors import InputError
from advisor.facts import data_folder
from advisor.pricelist._write import write_new
from advisor.pricelist.addresses import odd
from advisor.pricelist.oddities import oddities
from advisor.pricelist.refresh import refresh, refreshed_folder
from simulator.cli import main
from tests.money.price_lists import instance, offer, serverless, small

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 25)
AWS = load_facts()


@pytest.fixture
def made(tmp_path):
    """Refresh us-east-1 from these products; gives what came of it."""

    def build(products, day=TODAY, **more):
        path = tmp_path / "offer.json"
        path.write_text(offer(products), encoding="utf-8")
        return refresh(AWS, "us-east-1", today=day, source=str(path), out=tmp_path / "tables", **more)

    return build


def run(capsys, *line):
    with pytest.raises(SystemExit) as left:
        main([*map(str, line)])
    printed = capsys.readouterr()
    return left.value.code, printed.out, printed.err


# -- what changed ------------------------------------------------------------------------------------------------------


def test_changes_are_sorted_by_size_then_new_then_gone(made):
    found = made([*small(), instance("ml.m9.large", "0.2")])
    kinds = [change.kind for change in found.changes]
    assert kinds == sorted(kinds, key=["cheaper", "dearer", "new", "gone"].index)
    (dearer,) = (change for change in found.changes if change.kind == "dearer")
    old = AWS.price("us-east-1", "instance", "ml.m5.xlarge").usd
    assert (dearer.item, dearer.old_usd, dearer.new_usd) == ("ml.m5.xlarge", old, Decimal("0.24"))
    assert dearer.percent == pytest.approx(float(Decimal("0.24") / old - 1) * 100)
    new = {(change.subject, change.item) for change in found.changes if change.kind == "new"}
    assert new == {("instance", "ml.m9.large"), ("batch_transform", "ml.m5.xlarge")}
    gone = {change.item for change in found.changes if change.kind == "gone"}
    assert {"ml.c5.xlarge", "memory-1024MiB"} <= gone
    assert "ml.m5.large" not in {change.item for change in found.changes}


def test_sizes_of_change_fall(made):
    products = [instance("ml.m5.large", "0.12"), instance("ml.m5.xlarge", "0.46"), instance("ml.c5.xlarge", "0.1")]
    sizes = [abs(change.percent) for change in made(products).changes if change.percent is not None]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 3


# -- what is odd -------------------------------------------------------------------------------------------------------


def test_the_checks_find_the_known_oddities_of_the_snapshot_and_nothing_else():
    found = {
        region: set(oddities(AWS.prices(), region, AWS.instances, odd()))
        for region in {price.region for price in AWS.prices(subject="instance")}
    }
    r8g = {name for name in AWS.priced("us-east-1") if name.startswith("ml.r8g.")}
    assert {region: names for region, names in found.items() if names} == {
        "us-east-1": r8g, "us-west-2": r8g, "us-gov-east-1": {"ml.m5.xlarge"},
    }  # fmt: skip


def test_a_price_twice_that_of_its_siblings_is_warned_of_and_noted_in_the_table(made):
    sizes = {"large": "0.115", "xlarge": "0.23", "2xlarge": "0.46", "4xlarge": "1.84"}
    found = made([instance(f"ml.m5.{size}", usd) for size, usd in sizes.items()])
    odd_ones = [text for text in found.warnings if "Odd" in text]
    assert len(odd_ones) == 1
    assert odd_ones[0].startswith("ml.m5.4xlarge: Odd: 2.00 times")
    assert {row.item for row in found.table.rows if row.note} == {"ml.m5.4xlarge"}
    assert load_facts(prices=found.file).price("us-east-1", "instance", "ml.m5.4xlarge").note.startswith("Odd")


def test_hardware_that_contradicts_the_data_and_types_nobody_describes_are_said(made):
    found = made([instance("ml.m5.xlarge", "0.23", vCpu="8", memory="16 GiB"), instance("ml.m9.large", "0.2")])
    assert any(text.startswith("ml.m5.xlarge: the list says 8.0 vCPU") for text in found.warnings)
    assert found.undescribed == ("ml.m9.large",)
    assert "ml.m9.large" not in load_facts(prices=found.file).offered("us-east-1")


def test_a_list_older_than_the_prices_in_force_is_said_to_be(tmp_path):
    source = tmp_path / "offer.json"
    products = [{**one, "effective": "2026-01-01T00:00:00Z"} for one in small()]
    source.write_text(offer(products, publicationDate="2026-05-01T00:00:00Z"), encoding="utf-8")
    found = refresh(AWS, "us-east-1", today=TODAY, source=str(source), out=tmp_path / "tables")
    in_force = AWS.price("us-east-1", "instance", "ml.m5.xlarge").published
    assert f"Published 2026-05-01, before the prices in force ({in_force})." in found.warnings


def test_a_list_that_lacks_most_of_what_is_in_force_is_asked_whether_it_is_whole(made, tmp_path):
    assert any("is this the whole list?" in text for text in made(small()).warnings)
    whole = [instance(price.item, str(price.usd)) for price in AWS.prices("us-east-1", "instance")]
    (tmp_path / "offer.json").write_text(offer(whole), encoding="utf-8")
    found = refresh(AWS, "us-east-1", today=TODAY, source=str(tmp_path / "offer.json"), out=tmp_path / "whole")
    assert (found.changes, len(found.table.rows)) == ((), len(AWS.priced("us-east-1")))
    assert {text.split(":")[0] for text in found.warnings} == {
        name for name in AWS.priced("us-east-1") if name.startswith("ml.r8g.")
    }


# -- where it goes -----------------------------------------------------------------------------------------------------


def test_nothing_goes_over_the_shipped_table(made):
    shipped = {path: path.read_bytes() for path in (data_folder() / "prices").iterdir()}
    made(small())
    assert {path: path.read_bytes() for path in (data_folder() / "prices").iterdir()} == shipped
    assert not refreshed_folder().is_relative_to(data_folder())
    assert refreshed_folder().parts[-2:] == ("prices", "refreshed")


def test_a_table_is_never_written_over_one_of_other_content(made):
    first = made(small())
    before = first.file.read_bytes()
    again = made(small(), day=date(2026, 11, 26))
    assert (first.written, again.written) == (True, False)
    with pytest.raises(InputError, match="a file with other content"):
        made([*small(), instance("ml.m9.large", "0.2")])
    assert first.file.read_bytes() == before
    assert [path.name for path in first.file.parent.iterdir()] == [first.file.name]


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"--out: .* cannot be written"):
        write_new(blocked / "table.csv", "text")


def test_a_kill_at_any_moment_leaves_no_half_written_table(tmp_path):
    code = (
        "import sys, itertools\nfrom pathlib import Path\nfrom advisor.pricelist._write import write_new\n"
        "text = 'row,' * 500_000 + 'end'\nprint('on', flush=True)\n"
        "for number in itertools.count(): write_new(Path(sys.argv[1]) / f'{sys.argv[2]}-{number}.csv', text)"
    )
    for attempt, moment in enumerate((0.011, 0.023, 0.037, 0.048, 0.061, 0.079)):
        line = [sys.executable, "-c", code, str(tmp_path), str(attempt)]
        with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            time.sleep(moment)
            child.kill()
    finished = list(tmp_path.glob("*-*.csv"))
    assert finished
    for path in finished:
        text = path.read_text(encoding="utf-8")
        assert (len(text), text[-3:]) == (2_000_003, "end")


# -- in force ----------------------------------------------------------------------------------------------------------


def test_refreshed_prices_lie_over_the_shipped_ones_of_their_region_and_subjects(made):
    found = made(small())
    facts = load_facts(prices=found.file)
    price = facts.price("us-east-1", "instance", "ml.m5.xlarge")
    assert (price.usd, price.published, price.checked, price.confidence) == (
        Decimal("0.24"), date(2026, 11, 20), TODAY, "documented",
    )  # fmt: skip
    assert "20261120030405" in price.source
    assert facts.priced("us-east-1") == {"ml.m5.large", "ml.m5.xlarge"}
    assert facts.price("us-east-1", "instance", "ml.c5.xlarge") is None, "gone from the list, so without a price"
    assert facts.price("us-east-1", "s3", "put-copy-post-list") == AWS.price("us-east-1", "s3", "put-copy-post-list")
    assert facts.price("eu-west-1", "instance", "ml.c5.xlarge") == AWS.price("eu-west-1", "instance", "ml.c5.xlarge")
    assert facts.memory_price("us-east-1", "serverless_provisioned", "usage", 4096).usd == Decimal("0.00002")


def test_every_result_can_name_the_table_and_its_date(made):
    found = made(small())
    facts = load_facts(prices=found.file)
    assert facts.overrides == ("prices of us-east-1 published 2026-11-20 (AmazonSageMaker 20261120030405, offer.json)",)
    assert facts.price_table == found.table
    assert AWS.price_table is None


def test_facts_with_a_table_are_equal_by_content_and_can_be_sent_to_another_process(made, tmp_path):
    file = made(small()).file
    facts = load_facts(prices=file)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())
    assert load_facts(prices=copy) is facts
    assert pickle.loads(pickle.dumps(facts)) is facts
    assert facts.digest != AWS.digest
    assert facts.under("study-card").price_table == facts.price_table
    assert facts.mechanism is facts
    file.write_text(file.read_text(encoding="utf-8").replace(",0.24,", ",0.25,"), encoding="utf-8")
    assert load_facts(prices=file).digest != facts.digest


def test_a_price_of_the_users_own_lies_over_the_table(made):
    own = {"region": "us-east-1", "subject": "instance", "item": "ml.m5.xlarge", "usd": 0.5}
    facts = load_facts("aws", {"price": [own]}, made(small()).file)
    assert facts.price("us-east-1", "instance", "ml.m5.xlarge").usd == Decimal("0.5")
    assert len(facts.overrides) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",0.24,", ",-1,", "an amount above 0"),
        (",0.24,", ",0,", "an amount above 0"),
        (",0.24,", ",0.24", "6 cells"),
        ("us-east-1,instance,ml.m5.large", "eu-west-1,instance,ml.m5.large", "one Region in all rows"),
        ("instance,ml.m5.large", "instance,ml.m5.xlarge", "each item once"),
        ("instance,ml.m5.large", "instances,ml.m5.large", "as subject"),
        ("instance,ml.m5.large", "instance,=cmd()", "an item of instance"),
        ("# published: 2026-11-20", "# published: soon", "a date like"),
        ("# published: 2026-11-20\n", "", "'# published: ...' is missing"),
        ("region,subject", "place,subject", "columns region,subject"),
        ("volume,endpoint-gp2,GB-month", "volume,endpoint-gp2,GB", "in GB-month"),
    ],
)
def test_a_table_that_was_spoilt_is_refused_in_words(made, old, new, said):
    file = made(small()).file
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_facts(prices=file)
    assert said in str(caught.value)


def test_a_table_given_as_a_file_of_facts_is_told_where_it_belongs(made):
    with pytest.raises(InputError, match="given with --prices"):
        load_facts("aws", made(small()).file)


def test_a_table_that_is_none_is_refused(tmp_path):
    absent, large, binary = (tmp_path / name for name in ("absent.csv", "large.csv", "binary.csv"))
    large.write_bytes(b"#" * 4_000_001)
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (absent, large, binary, tmp_path):
        with pytest.raises(InputError, match=rf"price table {path.name}"):
            load_facts(prices=path)


def test_the_text_of_a_table_reads_back(made):
    table = made(small()).table
    assert parse_table(table_text(table)) == table
    assert PriceRow("serverless", "memory-2048MiB", Decimal("0.00004")) in [
        row._replace(usd=row.usd.normalize()) for row in table.rows
    ]


# -- the verb ----------------------------------------------------------------------------------------------------------


def test_the_verb_writes_says_where_and_the_next_run_uses_it(tmp_path, capsys):
    source = tmp_path / "offer.json"
    source.write_text(offer(small()), encoding="utf-8")
    line = ("prices", "refresh", "--region", "us-east-1", "--from", source, "--out", tmp_path / "tables")
    code, out, err = run(capsys, *line)
    file = tmp_path / "tables" / "prices-us-east-1-2026-11-20.csv"
    assert (code, err) == (0, "")
    assert f"Written to {file}" in out
    assert "dearer" in out
    code, out, _ = run(capsys, *line, "--json")
    printed = json.loads(out)
    assert (code, printed["written"], printed["file"]) == (0, False, str(file))
    assert {change["change"] for change in printed["changes"]} == {"dearer", "new", "gone"}
    code, out, _ = run(capsys, *line, "--prices", file, "--json")
    assert json.loads(out)["changes"] == []
    code, out, _ = run(capsys, "facts", "--prices", file, "--json")
    assert json.loads(out)["overrides"] == list(load_facts(prices=file).overrides)
    code, out, _ = run(capsys, "simulate", "receipt-classifier", "--option", "real_time", "--prices", file, "--json")
    printed = json.loads(out)
    assert printed["inputs"]["overrides"] == list(load_facts(prices=file).overrides)
    assert "20261120030405" in next(line["source"] for line in printed["bill"]["lines"] if line["meter"] == "instance")
    code, out, _ = run(capsys, "advise", "receipt-classifier", "--prices", file)
    assert "prices of us-east-1 published 2026-11-20" in out.splitlines()[0] + out.splitlines()[1]


def test_without_a_folder_the_table_goes_to_the_users_own_data(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    source = tmp_path / "offer.json"
    source.write_text(offer(small()), encoding="utf-8")
    code, out, _ = run(capsys, "prices", "refresh", "--region", "us-east-1", "--from", source)
    assert code == 0
    assert f"--prices {refreshed_folder() / 'prices-us-east-1-2026-11-20.csv'}" in out
    assert (refreshed_folder() / "prices-us-east-1-2026-11-20.csv").is_file()


def test_the_verb_refuses_with_one_line_a_problem(tmp_path, capsys):
    source = tmp_path / "offer.json"
    source.write_text(offer([instance("ml.m5.xlarge", "1.9", currency="CNY")]), encoding="utf-8")
    code, out, err = run(
        capsys, "prices", "refresh", "--region", "us-east-1", "--from", source, "--out", tmp_path / "t"
    )
    assert (code, out) == (2, "")
    assert err == "endpoint-advisor: currency of the price list: CNY is not allowed; allowed: USD\n"
    code, _, err = run(capsys, "prices", "refresh", "--region", "us-eats-1", "--from", source)
    assert code == 2
    assert "us-east-1" in err
    assert not (tmp_path / "t").exists()


def test_every_verb_that_takes_facts_takes_a_price_table():
    from typer.main import get_command

    from simulator.cli import app

    def verbs(command, name):
        for inner, found in getattr(command, "commands", {}).items():
            yield from verbs(found, f"{name} {inner}")
        yield name, {flag for parameter in command.params for flag in parameter.opts}

    taking = {name: flags for name, flags in verbs(get_command(app), "") if "--facts" in flags}
    assert {" rank", " advise", " simulate", " facts", " triage", " prices compare"} <= set(taking)
    assert [name for name, flags in taking.items() if "--prices" not in flags and name != " facts botocore"] == []


def test_a_serverless_price_alone_is_no_table(made):
    with pytest.raises(InputError, match="no component Hosting"):
        made([serverless(2, "0.00004")])

"""A price list is fetched from a server whole or not at all, whatever the server does."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from advisor import load_facts
from advisor.errors import InputError
from advisor.pricelist._fetch import fetched
from advisor.pricelist.addresses import addresses
from advisor.pricelist.refresh import refresh
from tests.money.price_lists import instance, offer, offer_parts, packed, page, served, small

TODAY = date(2026, 11, 25)
FACTS = load_facts()
ROOT = Path(__file__).parents[2]
INDEX = {
    "formatVersion": "v1.0",
    "publicationDate": "2026-11-20",
    "regions": {"us-east-1": {"currentVersionUrl": "/fixed/list.json"}},
}


def refreshed(folder, address, region="us-east-1", **more):
    return refresh(FACTS, region, today=TODAY, source=address, out=folder, **more)


def refused(folder, pages, path="/list.json", region="us-east-1"):
    with served(pages) as host, pytest.raises(InputError) as caught:
        refreshed(folder, host + path, region)
    assert not list(folder.iterdir()), "nothing is written when the list cannot be read"
    return str(caught.value)


@pytest.mark.parametrize("body", [offer(small()), packed(offer(small()))], ids=["plain", "gzip"])
def test_a_good_list_becomes_a_dated_table(tmp_path, body):
    with served({"/list.json": page(body)}) as host:
        found = refreshed(tmp_path, f"{host}/list.json")
    assert found.file == tmp_path / "prices-us-east-1-2026-11-20.csv"
    assert found.file.read_text(encoding="utf-8").startswith("# offer: AmazonSageMaker\n# version: 20261120030405\n")
    assert found.table.source == f"{host}/list.json"


def test_without_a_source_the_address_of_the_data_is_asked(tmp_path):
    with served({"/offers/v1.0/aws/AmazonSageMaker/current/us-east-1/index.json": page(offer(small()))}) as host:
        found = refresh(FACTS, "us-east-1", today=TODAY, out=tmp_path, at=replace(addresses(), host=host))
    assert len(found.table.rows) == 10
    assert addresses().host.startswith("https://")


def test_an_index_of_regions_is_followed(tmp_path):
    pages = {"/region_index.json": page(json.dumps(INDEX)), "/fixed/list.json": page(offer(small()))}
    with served(pages) as host:
        assert refreshed(tmp_path, f"{host}/region_index.json").table.source == f"{host}/fixed/list.json"
    index = tmp_path / "region_index.json"
    index.write_text(json.dumps(INDEX), encoding="utf-8")
    with served(pages) as host:
        found = refreshed(tmp_path, str(index), at=replace(addresses(), host=host))
    assert found.table.source == f"{host}/fixed/list.json"


def test_an_index_without_the_region_says_what_it_has(tmp_path):
    said = refused(tmp_path, {"/list.json": page(json.dumps(INDEX))}, region="us-east-2")
    assert "'us-east-2' is not allowed" in said
    assert "us-east-1" in said


def test_a_redirect_is_followed_only_to_where_the_user_could_have_pointed(tmp_path):
    with served({"/list.json": page(offer(small()))}) as host:
        pages = {"/moved": page("", 302, Location=f"{host}/list.json")}
        with served(pages) as other:
            assert refreshed(tmp_path / "a", f"{other}/moved").written
    (tmp_path / "b").mkdir()
    for target in ("http://example.com/list.json", "file:///etc/hostname", "ftp://127.0.0.1/list.json"):
        said = refused(tmp_path / "b", {"/moved": page("", 302, Location=target)}, "/moved")
        assert target in said


@pytest.mark.parametrize(
    "address", ["http://example.com/a", "file:///etc/hostname", "ftp://127.0.0.1/a", "https://", "http://[::1", "s3://bucket/key"]
)  # fmt: skip
def test_an_address_that_is_neither_https_nor_local_is_refused_without_asking(tmp_path, address):
    with pytest.raises(InputError, match="is not allowed; allowed: a file, an https address"):
        refreshed(tmp_path, address)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("no", 404), "HTTP 404"),
        (page("no", 503), "HTTP 503"),
        (page("<html>Sign in</html>"), "a page of HTML or XML"),
        (page(offer(small()), claimed=len(offer(small())) + 100), "it was cut off"),
        (page(packed(offer(small()))[:-9]), "ends in the middle"),
        (page(offer(small())[:-9]), "ends in the middle"),
        (page(offer(small()), claimed=10**10), "allowed: at most"),
        (page(""), "nothing is not allowed"),
        (page(offer([instance("ml.m5.xlarge", "1", sku="A"), instance("ml.m5.xlarge", "2", sku="B")])), "1 (SKU A), 2 (SKU B)"),
        (page(offer([instance("ml.m5.xlarge", "1.9", currency="CNY")])), "CNY is not allowed; allowed: USD"),
        (page(offer(small("eu-west-1"))), "it has eu-west-1"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_refused_in_words_and_nothing_is_written(tmp_path, answer, said):
    assert said in refused(tmp_path, {"/list.json": answer})


def test_a_table_names_its_address_without_what_was_signed_into_it(tmp_path):
    with served({"/list.json?token=secret": page(offer(small()))}) as host:
        found = refreshed(tmp_path, f"{host}/list.json?token=secret")
    assert found.table.source == f"{host}/list.json"


def test_a_server_that_is_not_there_is_said_to_be_unreachable(tmp_path):
    with served({}) as host:
        gone = host
    with pytest.raises(InputError, match="cannot be read"):
        refreshed(tmp_path, f"{gone}/list.json")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.json'?: there is no such file"):
        refreshed(tmp_path, str(tmp_path / "absent.json"))


def test_a_server_that_falls_silent_is_given_up(tmp_path):
    quiet = threading.Event()

    def hang(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"products"')
        handler.wfile.flush()
        quiet.wait(5)

    started = time.monotonic()
    with served({"/list.json": hang}) as host:
        with pytest.raises(InputError, match=r"no answer for 0\.2 seconds"), fetched(f"{host}/list.json", stall_s=0.2):
            pass
        quiet.set()
    assert time.monotonic() - started < 4


def test_a_server_that_trickles_is_given_up(tmp_path):
    stop = threading.Event()

    def trickle(handler):
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    with served({"/list.json": trickle}) as host:
        with pytest.raises(InputError, match=r"longer than 0\.2 seconds"), fetched(f"{host}/list.json", longest_s=0.2):
            pass
        stop.set()


def test_a_download_is_gone_after_use():
    with served({"/list.json": page("text")}) as host, fetched(f"{host}/list.json") as path:
        assert path.read_text(encoding="utf-8") == "text"
    assert not path.exists()


def test_a_list_of_sixty_megabytes_is_read_in_bounded_memory(tmp_path):
    training = "".join(offer_parts([instance("ml.m5.xlarge", "0.23", "Training", sku="@@")]))
    one = training[training.index('"@@": {"sku"') : training.index('}, "terms"')]
    term = training[training.index('"@@": {"@@.') : -3]
    block = 1000
    size = 0

    def huge(handler):
        nonlocal size
        handler.send_response(200)
        handler.end_headers()
        blocks = 90
        real = "".join(offer_parts(small()))
        middle, after = real.index('}, "terms"'), len(real) - 3
        for part, text, filler in ((real[:middle], "products", one), (real[middle:after], "terms", term)):
            handler.wfile.write(part.encode())
            chunk = ", ".join(filler.replace("@@", f"{text}!{number}") for number in range(block))
            for number in range(blocks):
                content = (", " + chunk.replace(f"{text}!", f"F{number}X")).encode()
                size += len(content)
                handler.wfile.write(content)
        handler.wfile.write(real[after:].encode())

    code = (
        "import resource, sys\nfrom datetime import date\nfrom pathlib import Path\nfrom advisor import load_facts\n"
        "from advisor.pricelist.refresh import refresh\nimport advisor.pricelist.refresh\nfacts = load_facts()\n"
        "list(facts.prices())\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = refresh(facts, 'us-east-1', today=date(2026, 11, 25), source=sys.argv[1], out=Path(sys.argv[2]))\n"
        "print(len(found.table.rows), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    with served({"/list.json": huge}) as host:
        line = [sys.executable, "-c", code, f"{host}/list.json", str(tmp_path)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    rows, grown_kib = map(int, done.stdout.split())
    assert size >= 60_000_000
    assert rows == 10
    assert grown_kib < 25_000, "KiB: less than a third of the list"

"""A workload in the query string: short, exact, and safe against what comes in."""

import base64
import json
import zlib

import pytest

from advisor.errors import AdvisorError, InputError
from advisor.workload import Workload, examples, load_workload
from simulator.pages import _link


def _pack(plain: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_link._WORDS)
    return "1" + base64.urlsafe_b64encode(packer.compress(plain) + packer.flush()).rstrip(b"=").decode()


@pytest.mark.parametrize("name", examples())
def test_every_example_travels_whole_and_fits_a_link(name: str) -> None:
    workload = load_workload(name)
    text = _link.encode(workload)
    assert _link.decode(text).digest == workload.digest
    assert len(text) < _link.LONGEST_QUERY / 2


def test_equal_workloads_give_equal_links() -> None:
    one = load_workload("invoice-ocr")
    assert _link.encode(one) == _link.encode(Workload.from_text(one.to_toml()))


def test_a_link_of_version_one_stays_readable() -> None:
    # Written once, never to be regenerated: a link that somebody kept.
    kept = (
        "1w5ZRMvPK8oEJTcHfOYioPAMsb_LyUlMUCoDBVKyQn6aQqJCWWq6QUZqXAkxJwOSsowAsa1IUkiqBMsW5wNhUcA4IVQDHhUJ-ngKoiAGmdI"
        "WUxMpivdEMODQyoCG4GhmUORBesw-NLAgA"
    )
    assert _link.decode(kept).name == "invoice OCR"


@pytest.mark.parametrize(
    "text",
    ["", "1", "2AAAA", "1####", "1" + "A" * 5000, "1AAAA", "0" * 10, "1\x00\xff", "1é", _pack(b"\xff\xfe"), _pack(b"[1]"),
     _pack(b"{"), _pack(b"[" * 30_000), _pack(b'{"name": NaN}'), _pack(b'{"schema": 1e999}')],
)  # fmt: skip
def test_damaged_and_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(AdvisorError):
        _link.decode(text)


def test_a_text_that_inflates_without_end_is_refused_early() -> None:
    bomb = _pack(b"a" * 2_500_000)
    assert len(bomb) < 4_000
    with pytest.raises(_link.BrokenLinkError):
        _link.decode(bomb)


def test_a_cut_link_is_refused() -> None:
    text = _link.encode(load_workload("invoice-ocr"))
    for length in range(1, len(text) - 1):
        with pytest.raises(AdvisorError):
            _link.decode(text[:length])


def test_what_a_link_holds_is_checked_like_a_file() -> None:
    table = load_workload("invoice-ocr").to_mapping()
    table["service"]["time"] = "forty"
    with pytest.raises(InputError) as caught:
        _link.decode(_pack(json.dumps(table).encode()))
    assert caught.value.problems[0].path == "service.time"

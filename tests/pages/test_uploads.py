"""Uploads that are wrong, large or hostile: a clear message at the place, the page goes on, the last good answer stays."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from advisor.workload import Workload, load_workload
from simulator.pages import _link, _state

ROWS = b"time,service_s\n" + b"".join(b"%d,0.08\n" % n for n in range(600))


@pytest.fixture
def small() -> Workload:
    return load_workload("receipt-classifier")


@pytest.fixture
def at(app: Callable[..., Any], small: Workload) -> Any:
    return app(w=_link.encode(small))


def errors(at: Any) -> str:
    return "\n".join(e.value for e in at.sidebar.error)


def answer(at: Any) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if 'data-testid="answer"' in e.proto.body)


def upload(at: Any, key: str, name: str, raw: bytes) -> Any:
    return at.file_uploader(key=key).set_value((name, raw, "application/octet-stream")).run()


def keys_unknown(number: int) -> bytes:
    table = load_workload("receipt-classifier").to_mapping()
    return json.dumps(table | {f"k{n}<b>": n for n in range(number)}).encode()


FILES = {
    "empty": ("mine.toml", b"", "The file is empty"),
    "blank": ("mine.json", b"\xef\xbb\xbf \n", "The file is empty"),
    "binary": ("mine.toml", bytes(range(256)) * 50, "The file is not text"),
    "too large, past the widget": ("mine.toml", b"#" * 2_000_000, "The file is larger than 1 MB"),
    "no TOML": ("mine.toml", b"name = [", "this is not TOML"),
    "no JSON": ("mine.json", b"{", "this is not JSON"),
    "no workload": ("mine.json", b"[1]", "a workload is a table"),
    "deep": ("mine.json", b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
    "a script": ("mine.toml", b'name = "x"\n[traffic]\nkind = "<script>alert(1)</script>"', "script"),
}


def test_wrong_workload_files_are_told_and_the_answer_stays(at: Any) -> None:
    before = answer(at)
    assert before
    for case, (name, raw, said) in FILES.items():
        upload(at, "workload_file", name, raw)
        assert said in errors(at).replace("\\", ""), case
        assert answer(at) == before, case
        assert not at.exception, case


def test_ten_thousand_unknown_keys_are_a_short_list(at: Any) -> None:
    upload(at, "workload_file", "mine.json", keys_unknown(10_000))
    lines = errors(at).splitlines()
    assert len(lines) == _state._MOST_SHOWN + 1
    assert "there is no such field" in lines[0]
    assert "And at least" in lines[-1]
    assert "<b>" not in errors(at).replace("\\<", "")
    assert answer(at)


def test_a_good_file_after_a_wrong_one_clears_what_was_said(at: Any) -> None:
    upload(at, "workload_file", "mine.toml", b"name = [")
    assert errors(at)
    other = load_workload("invoice-ocr")
    upload(at, "workload_file", "mine.toml", other.to_toml().encode())
    assert not errors(at)
    assert "invoice OCR" in answer(at)


TRACES = {
    "empty": ("day.csv", b"", "this one is empty"),
    "header alone": ("day.csv", b"time\n", "at least one row"),
    "binary": ("day.csv", b"\x00\x01" * 500, "a CSV file of text"),
    "no gzip": ("day.csv.gz", b"\x1f\x8b" + b"junk" * 50, "damaged"),
    "a million columns": ("day.csv", b"c," * 1_000_000 + b"c\n1\n", "at most 200 columns"),
    "dates as seconds": ("day.csv", b"time\n2026-11-22\n", "is no number"),
    "bomb": ("day.csv.gz", gzip.compress(b"time\n" + b"1\n" * 30_000_000, 1), "at most 25,000,000 rows"),
}


def test_wrong_recordings_are_told_by_their_own_names_and_the_answer_stays(at: Any) -> None:
    before = answer(at)
    assert before
    for case, (name, raw, said) in TRACES.items():
        upload(at, "workload_trace", name, raw)
        if not errors(at):
            at.button(key="workload_play").click().run()
        text = errors(at).replace("\\", "")
        assert said in text, case
        assert "endpoint-advisor-" not in text, case  # where it lies on the server
        assert len(text) < 400, case
        assert answer(at) == before, case
        assert not at.exception, case
    upload(at, "workload_trace", "good.csv", ROWS)
    at.button(key="workload_play").click().run()
    assert not errors(at)
    assert "good.csv" in " ".join(e.value for e in at.sidebar.caption).replace("\\", "")


def test_names_with_script_are_shown_as_they_are(at: Any) -> None:
    name = "<script>alert(1)</script>.csv"
    header = b"<img src=x onerror=alert(1)>,[x](http://evil)\n"
    upload(at, "workload_trace", name, header + b"".join(b"%d,1\n" % n for n in range(600)))
    at.button(key="workload_play").click().run()
    assert not at.exception
    assert not errors(at)
    shown = "".join(e.proto.body for e in at.main.get("html"))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "\\<script\\>" in " ".join(e.value for e in at.sidebar.caption)


def test_another_recording_than_the_one_asked_for_is_told(app: Callable[..., Any], at: Any) -> None:
    upload(at, "workload_trace", "day.csv", ROWS)
    at.button(key="workload_play").click().run()
    query = {name: at.query_params[name] for name in ("w", "trace")}
    there = app(**query)
    assert "day.csv" in answer(there)
    upload(there, "workload_trace", "day.csv", ROWS[:-10])
    there.button(key="workload_play").click().run()
    notice = " ".join(e.value for e in there.main.warning).replace("\\", "")
    assert "not the recording that was asked for, day.csv of 600 requests" in notice
    upload(there, "workload_trace", "day.csv", ROWS)
    there.button(key="workload_play").click().run()
    assert not there.main.warning

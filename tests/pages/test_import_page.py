"""Exports of other tools in the sidebar: read as a workload, told by origin, or refused with the last answer kept."""

import gzip
import html
import io
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from advisor.errors import InputError, Problem
from advisor.workload import Workload, load_workload
from simulator.pages import _import_words, _link, _origin
from tests.imports.exports import capture_line, k6_csv, log_lines, metric_data, recommendations

STATS = (
    "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,"
    "Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\n"
    "POST,/invocations,6000,0,80,85,60,300,400,100.0,0.0,80,82,85,88,100,120,150,180,250,290,300\n"
    ",Aggregated,6000,0,80,85,60,300,400,100.0,0.0,80,82,85,88,100,120,150,180,250,290,300\n"
)  # fmt: skip


@pytest.fixture
def at(app: Callable[..., Any]) -> Any:
    return app(w=_link.encode(load_workload("receipt-classifier")))


def question(at: Any) -> Any:
    return at.session_state["workload_draft"]


def errors(at: Any) -> str:
    return "\n".join(e.value for e in at.sidebar.error).replace("\\", "")


def told(at: Any) -> str:
    found = "".join(e.proto.body for e in at.sidebar.get("html") if 'data-testid="imported"' in e.proto.body)
    return html.unescape(re.sub(r"<[^>]*>", " ", found)).replace("\xa0", " ")


def marks(at: Any) -> set[str]:
    return set(re.findall(r'id="field-workload_(\w+)"', "".join(e.proto.body for e in at.sidebar.get("html"))))


def answer(at: Any) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if 'data-testid="answer"' in e.proto.body)


def upload(at: Any, *files: tuple[str, bytes]) -> Any:
    given = [(name, raw, "application/octet-stream") for name, raw in files]
    return at.file_uploader(key="workload_import").set_value(given).run()


def read(at: Any) -> Any:
    return at.button(key="workload_import_read").click().run()


def cloudwatch() -> tuple[str, bytes]:
    return "metrics.json", json.dumps(metric_data(60)[0]).encode()


def test_cloudwatch_metrics_become_the_question_and_a_typed_field_is_no_guess_any_more(at: Any) -> None:
    upload(at, cloudwatch())
    assert at.selectbox(key="workload_import_kind").value == "cloudwatch"
    assert question(at).workload.name == load_workload("receipt-classifier").name  # nothing before the button
    read(at)
    assert not at.exception
    assert not errors(at)
    draft = question(at)
    total = round(metric_data(60)[1])
    assert draft.recording.name == draft.workload.traffic.file == "metrics.trace.csv"
    assert draft.recording.rows == total
    assert draft.recording.tag in at.query_params["trace"]
    assert answer(at)
    said = told(at)
    assert f"Traffic: {total:,} requests in 60 periods" in said
    assert "Service time: p50 80 ms, p99 250 ms" in said
    assert re.search(r"Guessed.*Payload: p50 150 KB.*Requests side by side: 1\b.*Missing", said)
    assert "Fill in Payload (p50)" in said
    assert "--" not in said
    assert {"payload", "slots", "slowdown", "reference"} <= marks(at)

    at.text_input(key="workload_slots").set_value("4").run()
    assert "slots" not in marks(at)
    assert "Requests side by side" not in told(at)
    assert not [line for line in question(at).workload.assumptions if line.startswith("service.slots")]
    assert [line for line in question(at).workload.assumptions if line.startswith("request.payload")]
    assert question(at).recording.rows == total

    at.selectbox(key="workload_example").set_value("invoice-ocr").run()
    assert told(at) == ""
    assert marks(at) == set()


def test_the_recording_of_an_import_is_the_one_that_its_link_asks_for(app: Callable[..., Any], at: Any) -> None:
    upload(at, cloudwatch())
    read(at)
    assert at.get("download_button")
    recording = question(at).recording
    query = {name: at.query_params[name] for name in ("w", "trace")}
    there = app(**query)
    assert "metrics.trace.csv" in answer(there)
    given = (recording.name, recording.path.read_bytes(), "text/csv")
    there.file_uploader(key="workload_trace").set_value(given).run()
    there.button(key="workload_play").click().run()
    assert not there.main.warning
    assert question(there).recording.digest == recording.digest
    assert question(there).workload == question(at).workload


def test_a_load_test_of_locust_asks_for_what_its_file_does_not_hold(at: Any) -> None:
    before = answer(at)
    upload(at, ("run_stats.csv", STATS.encode()))
    read(at)
    assert "run_stats.csv: this file does not say how many users there were" in errors(at)
    assert 'fill in "Users of the test"' in errors(at)
    assert "--users" not in errors(at)
    assert answer(at) == before
    at.text_input(key="workload_import_users").set_value("many").run()
    read(at)
    assert "Users of the test: 'many' does not fit" in errors(at)
    at.text_input(key="workload_import_users").set_value("10").run()
    read(at)
    assert not errors(at)
    assert question(at).workload.traffic.kind == "closed"
    assert question(at).workload.traffic.users == 10
    assert "users" in marks(at)  # of the test, not of production
    assert "Read run_stats.csv as Locust." in told(at)


def test_the_rest_of_the_sidebar_can_be_kept_with_its_traffic(at: Any) -> None:
    kept = question(at).workload
    upload(at, ("run_stats.csv", STATS.encode()))
    at.text_input(key="workload_import_users").set_value("10")
    at.selectbox(key="workload_import_others").set_value("keep").run()
    read(at)
    assert not errors(at)
    assert question(at).workload.traffic == kept.traffic
    assert question(at).workload.request.payload == kept.request.payload
    assert question(at).workload.service.time != kept.service.time


WRONG = {
    "a wrong kind": (cloudwatch(), "k6", "metrics.json: a file that looks like cloudwatch"),
    "a truncated file": (("metrics.json", cloudwatch()[1][:2_000]), "cloudwatch", "metrics.json line 1"),
    "an unknown form": (("notes.txt", b"hello\n"), None, "Choose what kind of export it is"),
    "an empty file": (("metrics.json", b""), "cloudwatch", "an empty file does not fit"),
    "a bomb": (("log.csv.gz", gzip.compress(b"time\n" + bytes(300_000_000), 1)), "access-log", "unpacked it is larger than 256 MB"),
    "a hostile name": (("../../<b>x.json", b"[]"), "k6", "<b>x.json"),
}  # fmt: skip


def test_exports_that_do_not_do_are_told_at_the_upload_and_the_answer_stays(at: Any) -> None:
    before, workload = answer(at), question(at).workload
    assert before
    for case, (file, kind, said) in WRONG.items():
        upload(at, file)
        assert not errors(at), case
        if kind is not None:
            at.selectbox(key="workload_import_kind").set_value(kind).run()
        read(at)
        assert said in errors(at), (case, errors(at))
        assert "endpoint-advisor-" not in errors(at), case  # where it lies on the server
        assert answer(at) == before, case
        assert question(at).workload is workload, case
        assert not at.exception, case
    upload(at, cloudwatch())
    assert not errors(at)


def test_every_problem_of_every_file_is_told_at_once(at: Any) -> None:
    upload(at, ("a.json", b""), ("b.json", b""))
    at.selectbox(key="workload_import_kind").set_value("cloudwatch").run()
    read(at)
    assert [line.split(":")[0] for line in errors(at).splitlines()] == ["- a.json", "- b.json"]


def test_problems_name_fields_of_the_page_and_keep_the_commands_of_other_tools() -> None:
    mixed = Problem("log.csv", "", "line 2 states a time zone (UTC), line 3 none; say --tz, or export all in UTC")
    lines = [
        mixed,
        Problem("--tz", "'moon'", "UTC"),
        Problem("a.csv", "x", "`k6 run --out csv=FILE`; try: import k6 a.csv"),
    ]
    assert _import_words.problem_text(InputError(lines)).splitlines() == [
        'log.csv: line 2 states a time zone (UTC), line 3 none; fill in "Time zone", or export all in UTC.',
        "Time zone: 'moon' does not fit. Needed: UTC.",
        "a.csv: x does not fit. Needed: `k6 run --out csv=FILE`; choose that kind.",
    ]


def test_a_value_is_assumed_until_each_of_its_parts_was_typed() -> None:
    table = load_workload("receipt-classifier").to_mapping()
    parts = list(table["request"]["payload"])
    assert len(parts) > 1
    table["provenance"] = [{"field": "request.payload", "how": "assumed", "source": "an example"}]
    for part in parts:
        assert "assumed" in [row["how"] for row in table["provenance"]]
        _origin.state(table, f"request.payload.{part}")
    assert table["provenance"] == [{"field": "request.payload", "how": "reported", "source": _origin.TYPED}]
    assert _origin.settled(Workload.from_mapping(table), "request.payload")
    assert "provenance" not in _origin.without(table, "request")


def parquet() -> bytes:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    columns = {
        "time": [float(n) for n in range(600)],
        "payload_bytes": [2_000 + n for n in range(600)],
        "service_s": [0.08] * 600,
    }
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


OTHERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "access-log": ("access.log", lambda: "\n".join([*log_lines(600), ""]).encode()),
    "data-capture": ("part.jsonl", lambda: "\n".join([*(capture_line(n) for n in range(600)), ""]).encode()),
    "k6": ("k6.csv", lambda: k6_csv().encode()),
    "recommender": ("job.json", lambda: json.dumps(recommendations()).encode()),
    "trace": ("day.parquet", parquet),
}


def test_every_other_kind_is_recognised_and_read(at: Any) -> None:
    for kind, (name, made) in OTHERS.items():
        upload(at, (name, made()))
        assert at.selectbox(key="workload_import_kind").value == kind, kind
        read(at)
        assert not at.exception, kind
        assert not errors(at), (kind, errors(at))
        assert f"Read {name} as {_import_words.kind_words(kind)}." in told(at), kind
        assert not re.search(r"--(payload|time|slots|reference|response|traffic|tz|users|instances)\b", told(at)), (
            kind,
            told(at),
        )
        assert (question(at).recording is not None) == (kind in {"access-log", "data-capture", "trace"}), kind
        assert answer(at), kind


def test_a_small_file_of_many_rows_is_refused_before_it_is_read(at: Any) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file, column = io.BytesIO(), pa.array(np.zeros(1_000_000))
    pq.write_table(pa.table({"time": pa.chunked_array([column] * 26)}), file)
    assert file.tell() < 1_000_000
    upload(at, ("day.parquet", file.getvalue()))
    read(at)
    assert "day.parquet: it has more than 25,000,000 rows" in errors(at)

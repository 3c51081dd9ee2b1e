"""Whatever is wrong is said at once, one line each: path, value seen, value allowed."""

import io
import json
import sys
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.workload import Workload, load_workload

GOOD = {
    "name": "a test",
    "traffic": {"kind": "poisson", "rate_per_s": 1},
    "request": {"payload": "200 KB"},
    "service": {"reference": "ml.m5.large", "time": "80 ms"},
}
LOGNORMAL = {"p50": "80 ms", "p99": "250 ms"}

CASES = [
    ("schema", 2, "schema", "2", "1"),
    ("name", "", "name", "''", "one line of text"),
    ("name", "a\nb", "name", "'a\\nb'", "one line of text"),
    ("traffic", {"kind": "dayly"}, "traffic.kind", "'dayly'", "one of constant, poisson"),
    ("traffic", {"rate_per_s": 1}, "traffic.kind", "", "one of constant, poisson"),
    ("traffic", "daily", "traffic.kind", "'daily'", "one of constant, poisson"),
    ("traffic.rate_per_s", -2, "traffic.rate_per_s", "-2", "300/min"),
    ("traffic.rate_per_s", 0, "traffic.rate_per_s", "0", "a rate above 0"),
    ("traffic.rate_per_s", 1e9, "traffic.rate_per_s", "1000000000.0", "at most 1,000,000/s"),
    ("traffic.rate_per_s", True, "traffic.rate_per_s", "true", "a rate"),
    ("traffic.duration", 60, "traffic.duration", "60", "15 min"),
    ("traffic.rate", 1, "traffic.rate", "", "did you mean rate_per_s?"),
    ("traffic", {"kind": "gamma", "rate_per_s": 1, "burstiness": 0}, "traffic.burstiness", "0", "from 0.01 to 100"),
    ("traffic", {"kind": "daily", "mean_rate_per_s": 1, "hours": [1, 2]}, "traffic.hours", "a list of 2", "24 weights"),
    (
        "traffic",
        {"kind": "daily", "mean_rate_per_s": 1, "days": [0] * 7},
        "traffic.days",
        "nothing but zeros",
        "above 0",
    ),
    ("traffic", {"kind": "phases", "phases": []}, "traffic.phases", "a list of 0", "1 to 1,000 phases"),
    (
        "traffic",
        {"kind": "phases", "phases": [{"rate_per_s": 1, "duration": "0 s"}]},
        "traffic.phases[0].duration",
        "'0 s'",
        "above 0",
    ),
    ("request.payload", "200 XB", "request.payload", "'200 XB'", "4 MB"),
    ("request.payload", {"p99": "1 MB"}, "request.payload.p50", "", "missing"),
    ("request.payload", {"p50": "2 MB", "p99": "1 MB"}, "request.payload.p99", "1 MB", "at least p50 (2 MB)"),
    ("request.payload", {"p50": "1 MB", "max": "1 KB"}, "request.payload.max", "1 KB", "at least p50 (1 MB)"),
    ("request.payload", {"p50": "0 B", "p99": "1 KB"}, "request.payload.p50", "0 bytes", "above 0"),
    ("request.payload", "9999 TB", "request.payload", "'9999 TB'", "at most 1000 TB"),
    ("request.payload", ["1 MB"], "request.payload", "a list of 1", "a table with p50, p99, max"),
    ("request.encoding", "gzip", "request.encoding", "'gzip'", "raw or base64"),
    ("request.streaming", "yes", "request.streaming", "'yes'", "true or false"),
    ("service.reference", "m5.large", "service.reference", "'m5.large'", "ml.m5.xlarge"),
    ("service.time", 80, "service.time", "80", "a time like 80 ms"),
    ("service.time", "80", "service.time", "'80'", "80 ms"),
    ("service.time", {}, "service.time", "a table", "{ p50, p99 }"),
    ("service.time", {"p50": "80 ms"}, "service.time.p99", "", "missing"),
    ("service.time", {"p50": "80 ms", "p99": "8 ms"}, "service.time.p99", "8 ms", "at least p50 (80 ms)"),
    ("service.time", {"p50": "1 s", "p99": "20 h"}, "service.time.p99", "20 h", "at most 18 h"),
    ("service.time", {"mean": "1 s"}, "service.time.cv", "", "missing"),
    ("service.time", {"values": []}, "service.time.values", "[]", "at least one time"),
    ("service.time", {"per_input_token": "1 ms"}, "service.time.input_tokens", "", "how many tokens"),
    ("service.time", {"base": "0 s"}, "service.time.base", "0 s", "above 0"),
    ("service.slots", 0, "service.slots", "0", "from 1 to 10,000"),
    ("service.slots", 1.0, "service.slots", "1.0", "a whole number"),
    ("service.slowdown", 1.5, "service.slowdown", "1.5", "from 0 to 1"),
    ("service.measured", {}, "service.measured", "a table", "a list"),
    (
        "service.measured",
        [{"on": "serverless", "time": LOGNORMAL}],
        "service.measured[0].on",
        "'serverless'",
        "serverless:4096",
    ),
    (
        "service.measured",
        [{"on": "ml.m5.large", "time": "1 ms"}],
        "service.measured[0].on",
        "'ml.m5.large'",
        "not given before",
    ),
    ("caller", 3, "caller", "3", "a table with timeout"),
    ("caller.attempts", 0, "caller.attempts", "0", "from 1 to 20"),
    ("caller.front", "nginx", "caller.front", "'nginx'", "none, api_gateway or lambda"),
    ("model.size", 1.5, "model.size", "1.5", "a size with its unit"),
    ("model.popularity", "zipf", "model.popularity", "'zipf'", "zipf:1.0"),
    ("needs.slo", ["p98:5ms"], "needs.slo[0]", "'p98:5ms'", "p99:500ms"),
    ("needs.slo", ["failed:200%"], "needs.slo[0]", "'failed:200%'", "failed:0.1%"),
    ("needs.slo", ["p99:1s", "p99:2s"], "needs.slo[1]", "'p99:2s'", "at most once"),
    ("needs.slo", "p99:1s", "needs.slo", "'p99:1s'", "a list"),
    ("needs.region", "mars", "needs.region", "'mars'", "us-east-1"),
    ("needs.availability", "none", "needs.availability", "'none'", "zone or single"),
    ("needs.budget_usd_per_month", "lots", "needs.budget_usd_per_month", "'lots'", "like 400"),
    ("colour", "blue", "colour", "", "there is no such field"),
]


def changed(path: str, value: object) -> dict:
    table = json.loads(json.dumps(GOOD))
    *sections, field = path.split(".")
    part = table
    for section in sections:
        part = part.setdefault(section, {})
    part[field] = value
    return table


@pytest.mark.parametrize(("field", "value", "path", "seen", "allowed"), CASES, ids=lambda value: str(value)[:40])
def test_a_wrong_field_gives_one_line_with_path_seen_and_allowed(
    field: str, value: object, path: str, seen: str, allowed: str
) -> None:
    with pytest.raises(InputError) as caught:
        Workload.from_mapping(changed(field, value))
    (problem,) = caught.value.problems
    assert (problem.path, problem.seen) == (path, seen)
    assert allowed in problem.allowed
    assert "pydantic" not in str(problem)
    assert "\n" not in str(problem)


def test_all_problems_are_told_at_once() -> None:
    table = {**GOOD, "request": {"payload": "x", "response": "y"}, "service": {"time": "80 ms", "slot": 3}}
    del table["name"]
    with pytest.raises(InputError) as caught:
        Workload.from_mapping(table)
    assert [problem.path for problem in caught.value.problems] == [
        "name", "request.payload", "request.response", "service.reference", "service.slot",
    ]  # fmt: skip


def test_many_problems_are_cut_with_their_number() -> None:
    with pytest.raises(InputError) as caught:
        Workload.from_mapping({**GOOD, **{f"x{number}": 1 for number in range(80)}})
    assert len(caught.value.problems) == 51
    assert str(caught.value).endswith("and 30 more problems")


HOSTILE = {
    "toml syntax": ("toml", "name = ", "this is not TOML"),
    "json syntax": ("json", '{"name": ', "this is not JSON"),
    "json nan": ("json", '{"name": NaN}', "this is not JSON"),
    "json list": ("json", "[1]", "a workload is a table"),
    "nested lists": ("toml", "x = " + "[" * 50_000 + "]" * 50_000, "nested too deeply"),
    "nested tables": ("json", '{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
    "twenty tables deep": ("toml", "x = " + "{a=" * 20 + "1" + "}" * 20, "more than 12 deep"),
    "long key": ("toml", ".".join("a" * 400_000) + "=1", "more than 64 dots"),
    "long key inside": ("toml", "x = {" + ".".join("a" * 400_000) + "=1}", "more than 64 dots"),
    "huge number": ("toml", "x = " + "9" * 50_000, "cannot be read"),
    "huge text": ("toml", "#" * 1_000_001, "at most 1,000,000 characters"),
    "unknown form": ("ini", "name: x", "toml, yaml or json"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_gives_one_clear_line(case: str) -> None:
    form, text, said = HOSTILE[case]
    with pytest.raises(InputError, match=said) as caught:
        Workload.from_text(text, form)
    assert len(caught.value.problems) == 1
    assert len(str(caught.value)) < 300


def test_hostile_values_are_shown_short_and_on_one_line() -> None:
    with pytest.raises(InputError) as caught:
        Workload.from_mapping({**GOOD, "name": "x\n" * 1000, "<script>alert(1)</script>\n" * 9: 1})
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems) == 2
    assert max(map(len, lines)) < 250


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    big, binary, odd = tmp_path / "big.toml", tmp_path / "binary.toml", tmp_path / "odd.txt"
    big.write_bytes(b"#" * 1_000_001)
    binary.write_bytes(b"\xff\xfe\x00name")
    odd.write_text("name = 'x'")
    for source, said in (
        (tmp_path / "absent.toml", "No such file"),
        (tmp_path, r"a \.toml, \.yaml or \.json file"),
        (big, "at most 1 MB"),
        (binary, "UTF-8"),
        (odd, r"a \.toml, \.yaml or \.json file"),
        ("no-such-example", "invoice-ocr"),
    ):
        with pytest.raises(InputError, match=said):
            load_workload(source)


def test_bad_files_of_times_are_named_with_their_line(tmp_path: Path) -> None:
    source = tmp_path / "w.json"
    source.write_text(json.dumps(changed("service.time", {"file": "times.csv"})))
    for content, said in (
        ("seconds\n0.1\nx\n", r"line 3: 'x' is not allowed; allowed: seconds above 0"),
        ("0.1\n-1\n", r"line 2: '-1'"),
        ("seconds\n", "at least one time"),
    ):
        (tmp_path / "times.csv").write_text(content)
        with pytest.raises(InputError, match=said):
            load_workload(source)
    (tmp_path / "times.csv").unlink()
    with pytest.raises(InputError, match=r"service\.time\.file: .*No such file"):
        load_workload(source)


@pytest.mark.parametrize("text", [json.dumps(GOOD), Workload.from_mapping(GOOD).to_toml()], ids=["json", "toml"])
def test_a_dash_reads_standard_input_in_either_form(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert load_workload("-") == Workload.from_mapping(GOOD)

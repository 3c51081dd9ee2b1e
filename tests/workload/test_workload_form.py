"""A workload is read, written back exactly, and described by its schema."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor._workload_units import write_bytes, write_duration
from advisor.errors import InputError
from advisor.units import parse_bytes, parse_duration_us
from advisor.workload import Slo, Workload, examples, load_workload, workload_schema

TRAFFICS = {
    "constant": {"kind": "constant", "rate_per_s": "300/min"},
    "poisson": {"kind": "poisson", "rate_per_s": 0.1},
    "gamma": {"kind": "gamma", "rate_per_s": 2, "burstiness": 3.5},
    "daily": {"kind": "daily", "mean_rate_per_s": "40/day", "hours": [1] * 23 + [2], "days": [1, 1, 1, 1, 1, 0, 0.5]},
    "phases": {
        "kind": "phases",
        "phases": [{"rate_per_s": 0, "duration": "1 h"}, {"rate_per_s": 3, "duration": "90 s"}],
    },
    "stairs": {"kind": "stairs", "start_rate_per_s": 0, "step_rate_per_s": 1, "steps": 3, "step_duration": "5 min"},
    "on_off": {"kind": "on_off", "on_rate_per_s": 1, "on": "14 h", "off": "10 h", "duration": "3 d"},
    "trace": {"kind": "trace", "file": "t.csv", "columns": {"time": "when"}, "time_unit": "ms", "bin": "1 min"},
    "closed": {"kind": "closed", "users": 5, "think": "0 s"},
}
TIMES = {
    "constant": "80 ms",
    "lognormal": {"p50": "80 ms", "p99": "250 ms"},
    "gamma": {"mean": "80 ms", "cv": 0.5},
    "empirical": {"values": ["80 ms", "1234567 us", "60 ms"]},
    "tokens": {"base": "10 ms", "per_output_token": "20 ms", "output_tokens": {"p50": 100, "p99": 400, "max": 512}},
}


def table(**sections: object) -> dict:
    return {
        "name": "a test",
        "traffic": TRAFFICS["poisson"],
        "request": {"payload": "200 KB"},
        "service": {"reference": "ml.m5.large", "time": "80 ms"},
        **sections,
    }


@pytest.mark.parametrize("kind", TRAFFICS)
def test_every_kind_of_traffic_is_read_and_written_back(kind: str) -> None:
    workload = Workload.from_mapping(table(traffic=TRAFFICS[kind]))
    assert workload.traffic.kind == kind
    assert Workload.from_text(workload.to_toml()) == workload
    assert Workload.from_text(json.dumps(workload.to_mapping()), "json") == workload
    jsonschema.validate(table(traffic=TRAFFICS[kind]), workload_schema())
    jsonschema.validate(workload.to_mapping(), workload_schema())


@pytest.mark.parametrize("kind", TIMES)
def test_every_shape_of_time_is_read_and_written_back(kind: str) -> None:
    service = {
        "reference": "ml.m5.large",
        "time": TIMES[kind],
        "measured": [{"on": "serverless:2048", "time": TIMES[kind]}],
    }
    workload = Workload.from_mapping(table(service=service))
    assert workload.service.time.kind == workload.service.measured[0].time.kind == kind
    assert Workload.from_text(workload.to_toml()) == workload
    jsonschema.validate(table(service=service), workload_schema())


def test_attributes_are_bytes_and_microseconds_under_the_names_of_the_file() -> None:
    workload = load_workload("invoice-ocr")
    assert workload.request.payload.max == 4_000_000
    assert workload.service.time.p99 == 250_000
    assert workload.caller.timeout == 60_000_000
    assert workload.needs.budget_usd_per_month == Decimal(400)
    assert [(slo.measure, slo.percentile, slo.bound_us, slo.bound_share) for slo in workload.needs.slo] == [
        ("p99", 0.99, 500_000, None),
        ("failed", None, None, 0.001),
    ]
    assert workload.service.measured[1].serverless_memory_mb == 4096
    assert workload.model.zipf_exponent == 1.0


def test_what_is_not_stated_stays_none() -> None:
    workload = Workload.from_mapping(table())
    needs, model = workload.needs, workload.model
    assert (needs.immediate_response, needs.cold_start, needs.completion, needs.slo) == (None, None, None, ())
    assert (model.needs_gpu, model.vpc, model.size) == (None, None, None)
    assert (needs.region, needs.availability, workload.caller.attempts) == ("us-east-1", "zone", 1)


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_is_valid_says_its_source_and_round_trips(name: str) -> None:
    workload = load_workload(name)
    assert workload.about
    assert workload.about.startswith("Made up for illustration")
    assert Workload.from_text(workload.to_toml()) == workload
    jsonschema.validate(tomllib.loads(examples()[name].read_text("utf-8")), workload_schema())


def test_there_are_a_dozen_examples_of_every_kind_of_traffic_but_a_trace() -> None:
    kinds = {load_workload(name).traffic.kind for name in examples()}
    assert len(examples()) >= 12
    assert kinds == set(TRAFFICS) - {"trace"}


def test_the_schema_is_a_valid_schema_and_refuses_what_the_reader_refuses() -> None:
    jsonschema.Draft202012Validator.check_schema(workload_schema())
    for wrong in (
        table(traffic={"kind": "dayly", "rate_per_s": 1}),
        table(request={"payload": "200 XB"}),
        table(service={"reference": "m5.large", "time": "80 ms"}),
        table(service={"reference": "ml.m5.large", "time": "80"}),
        table(colour="blue"),
        table(needs={"slo": ["p98:1s"]}),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, workload_schema())
        with pytest.raises(InputError):
            Workload.from_mapping(wrong)


@settings(deadline=None)
@given(st.integers(0, 10**15))
def test_sizes_are_written_so_that_they_read_back_exactly(size: int) -> None:
    assert parse_bytes(write_bytes(size)) == size


@settings(deadline=None)
@given(st.integers(0, 316_224_000_000_000))
def test_durations_are_written_so_that_they_read_back_exactly(us: int) -> None:
    assert parse_duration_us(write_duration(us)) == us


@settings(deadline=None)
@given(st.floats(0, 1, allow_nan=False) | st.sampled_from([0.001, 0.005, 0.01, 1e-9]))
def test_promises_are_written_so_that_they_read_back_exactly(share: float) -> None:
    promise = Slo("failed", bound_share=share)
    assert Slo.parse(promise.text).bound_share == share


def test_the_digest_follows_the_content_and_not_the_spelling() -> None:
    one = Workload.from_mapping(table(request={"payload": "200 KB"}))
    same = Workload.from_mapping(table(request={"payload": "0.2 MB"}))
    other = Workload.from_mapping(table(request={"payload": "200 KiB"}))
    assert one.digest == same.digest != other.digest


def test_measured_times_come_from_a_file_beside_the_workload(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("seconds\n0.3\n0.1\n0.2\n")
    source = tmp_path / "mine.toml"
    source.write_text(
        Workload.from_mapping(table()).to_toml().replace('time = "80 ms"', 'time = { file = "times.csv" }')
    )
    workload = load_workload(source)
    assert workload.service.time.sorted_us == (100_000, 200_000, 300_000)
    assert 'file = "times.csv"' in workload.to_toml()
    before = workload.digest
    (tmp_path / "times.csv").write_text("0.4\n")
    assert load_workload(source).digest != before


def test_text_alone_never_touches_a_file() -> None:
    service = {"reference": "ml.m5.large", "time": {"file": "/etc/passwd"}}
    workload = Workload.from_mapping(table(service=service))
    with pytest.raises(InputError, match=r"service\.time\.file"):
        _ = workload.service.time.mean_us


def test_base64_makes_the_body_on_the_wire_a_third_larger() -> None:
    request = Workload.from_mapping(table(request={"payload": "3 MB", "encoding": "base64"})).request
    assert (request.payload.p50, request.wire_payload.p50) == (3_000_000, 4_000_000)


def test_assumptions_name_what_was_filled_in() -> None:
    text = "\n".join(load_workload("invoice-ocr").assumptions)
    assert "office hours" in text
    assert "service.time: lognormal" in text
    plain = Workload.from_mapping(table(service={"reference": "ml.m5.large", "time": "80 ms", "slots": 1}))
    assert plain.assumptions == ()

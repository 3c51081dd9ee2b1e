"""Workloads and briefs in YAML: the same as in TOML, through a safe loader with bounds."""

import json

import pytest

from advisor.errors import InputError
from advisor.given import load_given
from advisor.workload import Workload, examples, load_workload


def as_yaml(table):
    import yaml

    return yaml.safe_dump(json.loads(json.dumps(table)), sort_keys=False)


@pytest.mark.parametrize("name", sorted(examples()))
@pytest.mark.parametrize("suffix", ["yaml", "yml"])
def test_every_bundled_workload_is_the_same_in_yaml(tmp_path, name, suffix):
    workload = load_workload(name)
    path = tmp_path / f"w.{suffix}"
    path.write_text(as_yaml(workload.to_mapping()), encoding="utf-8")
    assert load_workload(path) == workload


def test_a_brief_in_yaml(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text("payload_mb: 5 MB\ntraffic: spiky\n")
    assert load_given(path).known == {"payload_mb": 5.0, "traffic": "spiky"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "this is not YAML"),
        ("a: !!python/object/apply:os.system ['true']", "this is not YAML: could not determine a constructor"),
        ("name: a\nname: b", "this key stands twice in one table"),
        ("a: &a 1\n" + "".join(f"k{n}: *a\n" for n in range(60)), "at most 50 aliases"),
        ("- 1\n- 2", "a workload is a table"),
        ("a: 1\n---\nb: 2", "this is not YAML"),
        ("", "a workload is a table"),
        ("a: " + "[" * 5_000, "nested too deeply|not YAML"),
        ("a: &a [*a]", "unfolds into more than"),
        ("a: 2026-13-45", "cannot be read|a table|there is no such field"),
        ("? [1, 2]\n: 3", "there is no such field|this is not YAML"),
        ("1: 2", "there is no such field"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(InputError, match=said):
        Workload.from_text(text, "yaml")


def test_keys_are_texts_even_where_yaml_has_a_word_for_them():
    text = "name: a\ntraffic: {kind: on_off, on_rate_per_s: 2, on: 1 h, off: 11 h}\nrequest: {payload: 2 KB}\n"
    text += "service: {reference: ml.m5.xlarge, time: 80 ms, measured: [{on: ml.c5.xlarge, time: 60 ms}]}\n"
    workload = Workload.from_text(text, "yaml")
    assert workload.service.measured[0].on == "ml.c5.xlarge"
    assert workload.traffic.on == 3_600 * 10**6


def test_aliases_cannot_unfold_into_a_huge_table():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 7)}]" for n in range(1, 7)]
    with pytest.raises(InputError, match="unfolds into more than"):
        Workload.from_text("\n".join(rows), "yaml")


def test_standard_input_may_be_yaml(monkeypatch):
    import io
    import sys
    from types import SimpleNamespace

    text = b"# mine\n\ntraffic: spiky\npayload_mb: 3\n"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    assert load_given("-").known == {"payload_mb": 3.0, "traffic": "spiky"}

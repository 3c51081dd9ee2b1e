"""The short validation: every model against its exact, published or measured value, and the page that is committed."""

import json
from pathlib import Path

import pytest

from simulator import validate
from simulator._validation_check import Part, beside, is_true
from simulator._validation_lambda import LOGS
from simulator.validate import Check, main, parts, table

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
THEORY, NETWORKS, SIMFAAS, MEASURED, BEHAVIOUR, ENGINES = (
    "Queueing theory", "Several stations and copies", "A published simulator: SimFaaS", "Measured cold starts",
    "Behaviour seen in measurements", "Both engines on a real trace",
)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return {part.title: part for part in parts(quick=True)}


def rows_of(found):
    return [row for part in found.values() for row in part.rows]


def test_everything_agrees_or_deviates_for_a_stated_reason(found):
    assert [row for row in rows_of(found) if row.verdict == "DISAGREES"] == []


def test_theory_and_behaviour_have_no_deviation(found):
    for title in (THEORY, NETWORKS, BEHAVIOUR):
        assert all(row.agrees for row in found[title].rows), title


def test_the_models_that_theory_covers_are_all_there(found):
    names = {row.name for title in (THEORY, NETWORKS) for row in found[title].rows}
    for start in (
        "M/M/1,", "M/M/8,", "M/M/64,", "M/G/1", "M/M/8/12", "Erlang B", "provisioned", "serverless", "set-up queue",
        "sharing", "serverless, Little", "M/M/8, Little", "two stations in a row", "least outstanding", "random, 4 copies",
        "random, 8 copies",
    ):  # fmt: skip
        assert any(name.startswith(start) for name in names), start
    assert len(names) == 51


def test_the_intervals_of_theory_are_narrow_enough_to_tell(found):
    rows = [row for title in (THEORY, NETWORKS) for row in found[title].rows]
    assert [row for row in rows if row.theory and row.half_width > 0.35 * abs(row.theory)] == []


def test_what_is_left_out_is_said(found):
    assert "left out" in found[ENGINES].said[0]
    assert found[ENGINES].rows == ()


@pytest.mark.skipif(not LOGS.is_dir(), reason="the request logs are not here")
def test_the_sparse_logs_are_predicted_request_by_request(found):
    right = [row for row in found[MEASURED].rows if row.quantity == "share of right cold flags"]
    assert len(right) == 3
    assert all(row.observed >= 0.98 and row.note.startswith("cold and said so") for row in right)


def test_without_the_logs_the_part_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(validate, "LOGS", tmp_path)
    part = validate._measured(quick=True)
    assert part.rows == ()
    assert "left out" in part.said[0]


def test_the_committed_page_has_every_part_and_every_row(found):
    for title, part in found.items():
        assert f"\n## {title}\n" in PAGE
        missing = {row.name for row in part.rows} - {
            line.split(" | ")[0][2:] for line in PAGE.splitlines() if " | " in line
        }
        assert not missing, title
    assert "## Deviations" in PAGE
    assert "make validate" in PAGE
    assert "DISAGREES" not in PAGE


def test_a_disagreement_is_printed_and_returned(monkeypatch, capsys, tmp_path):
    wrong = Check("M/M/1", "mean wait", 4.0, 5.0, 0.1, agrees=False)
    monkeypatch.setattr(validate, "parts", lambda *, quick: [Part("Theory", "how", (wrong,))])
    assert main(quick=True, write=tmp_path / "page.md") == 1
    assert "DISAGREES" in capsys.readouterr().out
    assert "| M/M/1 | mean wait | 4 | 5 ± 0.1 | DISAGREES |" in (tmp_path / "page.md").read_text(encoding="utf-8")
    assert table([Part("Theory", "how", (wrong,))]).endswith("0 of 1 agree, 0 deviations with a reason")


def test_a_deviation_with_a_reason_is_listed_and_is_no_failure(monkeypatch, capsys, tmp_path):
    known = Check("other", "P(cold)", 0.1, 0.2, 0.01, agrees=False, known="another rule")
    monkeypatch.setattr(validate, "parts", lambda *, quick: [Part("Published", "how", (known,), ("said",))])
    assert main(quick=True, as_json=True, write=tmp_path / "page.md") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["checks"][0]["verdict"] == "deviation"
    assert printed["said"] == ["said"]
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "- Another rule:\n  - other: P(cold), expected 0.1, ours 0.2" in page


def test_a_quick_run_writes_nothing_by_itself(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(validate, "parts", lambda *, quick: [])
    monkeypatch.setattr(validate, "_ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    main(quick=True)
    assert not (tmp_path / "docs" / "validation.md").exists()
    main()
    assert (tmp_path / "docs" / "validation.md").exists()
    capsys.readouterr()


def test_one_published_run_may_lie_as_far_away_as_a_run_of_ours():
    ours = [9.0, 10.0, 11.0, 10.0]
    assert not beside("m", "q", 13.0, ours, rows=1).agrees
    assert beside("m", "q", 12.5, ours, rows=1, runs=1).agrees
    assert beside("m", "q", 12.0, ours, rows=1, other_half=1.0).agrees


@pytest.mark.parametrize(("relation", "holds"), [("≥", True), ("≤", False), ("=", False)])
def test_a_bound_holds_in_its_direction(relation, holds):
    assert is_true("m", "q", 1.0, 2.0, relation).agrees is holds

"""Triage: a portfolio in, one answer a row out, whatever stands in the file."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.portfolio import read_rows, triage
from advisor.sheet import cell
from simulator.triage_bench import briefs, naive_answer

FACTS = load_facts()
GOOD = '{"id": "a", "payload_mb": 1, "traffic": "spiky"}'


def command(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator.cli", "triage", *words], input=given, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip


def answers(text: str) -> list:
    return list(triage(read_rows(text.splitlines(keepends=True)), FACTS))


def test_triage_says_what_the_plain_way_says():
    """Every rule asked about every option, for every reply to every open question, leads to the same answer."""
    rows = briefs(6, seed=11)
    for row, found in zip(rows, triage(rows, FACTS), strict=True):
        order, chances = naive_answer(row, FACTS)
        assert list(found.ranked) == (order or ["none"])
        if found.ask:
            assert chances[found.ask] == pytest.approx(max(chances.values()))
        else:
            assert max(chances.values(), default=0) <= 0.1


def test_flat_and_nested_rows_are_answered_alike():
    flat, nested = answers(
        GOOD + "\n" + '{"id": "a", "workload": {"payload_mb": 1, "traffic": "spiky"}, "source": "x"}'
    )
    assert (flat.ranked, flat.infeasible, flat.ask) == (nested.ranked, nested.infeasible, nested.ask)


@pytest.mark.parametrize(
    "row", [GOOD, '{"id": 1}', '{"id": 2, "payload_mb": 5000}', '{"id": 3, "release_need": "mirror"}']
)
def test_ranked_and_infeasible_partition_the_names(row):
    [found] = answers(row)
    assert sorted((*found.ranked, *found.infeasible)) == sorted(NAMES)
    assert set(found.why) <= set(NAMES)
    assert all(found.why[name].outcome.name == "blocks" for name in found.infeasible)
    assert all(found.why[name].outcome.name != "blocks" for name in found.ranked if name in found.why)


def test_csv_with_headings_of_people_units_and_empty_cells():
    text = "\ufeffID;Payload MB;Processing s;needs-gpu;traffic\nx;2.5 MB;80 ms;yes;\ny;;;;spiky\n\n;1;;;steady\n"
    found = answers(text)
    assert [row.id for row in found] == ["x", "y", 5]
    assert all(not row.problems for row in found)
    assert "serverless" in found[0].infeasible


def test_a_csv_cell_may_hold_a_line_break_and_an_open_quote_costs_one_row():
    found = answers('id,summary,payload_mb\na,"two\nlines",1\nb,"open,2\nc,x,3\nd,y,4\n' + "e,z,5\n" * 30)
    assert found[0].id == "a"
    assert [row.line for row in found if row.problems] == [4]
    assert {row.id for row in found if not row.problems} == {"a", "c", "d", "e"}


@pytest.mark.parametrize(
    ("row", "said"),
    [("not JSON", "a JSON object"), ("[1, 2]", "a JSON object with id"), ('{"id": 1, "payload": 2}', "did you mean payload_mb?"),
     ('{"id": 1, "traffic": "offline", "immediate_response": true}', "not both"), ('{"id": 1, "workload": 3}', "an object of attributes"),
     ('{"id": 1, "payload_mb": NaN}', "a JSON object"), ('{"id": 1, "payload_mb": 1e400}', "payload_mb"), ("[" * 60_000, "a JSON object"), ('{"id": 1, "region": "mars"}', "Regions")],
)  # fmt: skip
def test_a_wrong_row_is_said_with_its_line_and_the_others_are_answered(row, said):
    found = answers(f"{GOOD}\n{row}\n{GOOD}\n")
    assert [bool(each.problems) for each in found] == [False, True, False]
    assert found[1].line == 2
    assert said in str(found[1].problems[0])


def test_the_command_answers_what_it_can_and_says_the_rest(tmp_path):
    source = tmp_path / "rows.jsonl"
    lines = [json.dumps({"id": n, "payload_mb": 1 + n / 1000, "traffic": "spiky"}) for n in range(1000)]
    lines[500] = "{broken"
    source.write_text("\n".join(lines), encoding="utf-8")
    done = command(str(source), "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == 2
    assert done.stderr.startswith("line 501: ")
    assert "Traceback" not in done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [n for n in range(1000) if n != 500]
    assert set(rows[0]) == {"id", "ranked", "infeasible", "why", "ask"}
    assert not list(tmp_path.glob(".*"))


def test_the_command_reads_standard_input_and_writes_each_form():
    plain = command("-", given=GOOD)
    assert plain.returncode == 0
    assert json.loads(plain.stdout)["ranked"][0] == "serverless"
    table = command("-", "--format", "table", given=GOOD)
    assert "serverless" in table.stdout
    text = command("-", "--format", "csv", given=GOOD).stdout
    [row] = csv.DictReader(io.StringIO(text))
    assert row["best"] == "serverless"
    assert row["ranked"].split("; ")[0] == "serverless"


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_any_label_can_be_written(form):
    rows = [
        '{"id": "\\ud800", "payload_mb": 1}',
        '{"id": "a\\u0000\\u001b[31m", "payload_mb": 1}',
        '{"id": 1.5}',
        '{"id": null}',
        '{"id": [1]}',
    ]
    done = command("-", "--format", form, given="\n".join(rows))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_study_card_decides_by_its_own_limits():
    row = '{"id": 1, "payload_mb": 5, "traffic": "spiky", "cold_start_ok": true, "immediate_response": true}'
    aws, study = (json.loads(command("-", "--profile", p, given=row).stdout) for p in ("aws", "study-card"))
    assert (aws["ranked"][0], study["ranked"][0]) == ("real_time", "serverless")


@pytest.mark.parametrize(
    ("words", "said"),
    [(["nowhere.jsonl"], "cannot be read"), (["-", "--format", "xml"], "jsonl, csv or table"), (["-", "-o", "/nowhere/x"], "can be written")],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line(words, said):
    done = command(*words, given=GOOD)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("head", ["", "\n\n", "id,id\n1,2\n"])
def test_an_empty_file_or_a_doubled_column_is_no_crash(head):
    done = command("-", given=head)
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if "id" in head else 0)


def test_a_json_list_over_lines_is_said_once():
    done = command("-", given='[\n  {"id": 1},\n  {"id": 2}\n]\n')
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "one JSON object on each line" in done.stderr


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_spreadsheet_begins_like_a_formula(text):
    assert cell(text)[0] == "'"
    done = command("-", "--format", "csv", given=json.dumps({"id": text, "payload_mb": 1}))
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert all(each.lstrip()[:1] not in {"=", "+", "-", "@"} for row in rows for each in row)


def test_an_output_file_is_whole_or_as_it_was(tmp_path):
    out = Path(tmp_path) / "out.jsonl"
    out.write_text("before\n", encoding="utf-8")
    assert command(str(tmp_path / "nothing.jsonl"), "-o", str(out)).returncode == 2
    assert out.read_text(encoding="utf-8") == "before\n"

"""The verb quiz: practice from a pipe, review, progress and decks; what is wrong is one clear line each."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.quiz.export_json import read_json
from advisor.quiz.generate import deck
from advisor.quiz.typed import answer_words
from simulator.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli(capsys, monkeypatch):
    """Run the command line with these lines piped in: cli("quiz", lines=["b"]) -> (exit code, stdout, stderr)."""

    def run(*arguments: str, lines: list[str] | str = ()) -> tuple[int, str, str]:
        text = lines if isinstance(lines, str) else "".join(f"{line}\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogateescape"))))
        code = 0
        try:
            main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture(scope="module")
def items(facts):
    """The first items of the deck with seed 7."""
    found = deck(7, facts, "mla-c02")
    return [next(found) for _ in range(8)]


def right(item):
    return answer_words(item, item.answer if item.answer is not None else item.key)


def wrong(item):
    others = [n for n in range(len(item.choices)) if n not in item.key]
    return answer_words(item, tuple([*others, *item.key][: len(item.key)]))


START = ("quiz", "--seed", "7", "--view", "mla-c02")


def test_practice_tells_at_once_what_is_right_and_why_of_every_choice(cli, items):
    code, out, err = cli(*START, "--items", "2", lines=[right(items[0]), wrong(items[1])])
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    for item in items[:2]:
        assert " ".join(item.question.replace("**", "").split()) in flat
        for choice in item.choices:
            assert " ".join(choice.reason.replace("**", "").split()) in flat
            assert choice.source in out
            assert not choice.rule or f"({choice.rule})" in flat
        assert " ".join(item.explanation.replace("**", "").split()) in flat
    assert flat.index("✓ Correct.") < flat.index("✕ Not this one. The answer is: ")
    assert "What this answer takes for true: " in flat
    assert "1 of 2 right." in flat
    assert "**" not in out and "Traceback" not in out


def test_the_end_of_the_input_ends_the_session_with_a_summary(cli, items):
    code, out, err = cli(*START, lines=[right(items[0])])
    assert (code, err) == (0, "")
    assert "1 of 1 right." in out
    code, out, _ = cli(*START, lines="")
    assert code == 0 and "Nothing answered." in out


def test_a_wrong_line_is_told_with_its_number_and_asked_again(cli, items):
    code, out, err = cli(*START, "--items", "1", "--no-save", lines=["z", "", "<b>9", right(items[0])])
    assert code == 0
    last = "abcdefg"[len(items[0].choices) - 1]
    assert err.splitlines()[0].startswith("line 1: 'z' is not allowed; allowed: ")
    assert f"from a to {last}" in err
    assert err.splitlines()[1].startswith("line 3: '<b>9' is not allowed; allowed: ")
    assert "1 of 1 right." in out


@pytest.mark.parametrize("text", ["\x00\x1b[2J\udcff\n" * 3, "b" * 100_000 + "\n", "q q\n" * 500, "\ufeffz\r\n"])
def test_hostile_lines_are_told_and_break_nothing(cli, text):
    code, out, err = cli(*START, "--no-save", lines=text)
    assert code == 0
    assert err.startswith("line 1: ")
    assert len(err) < 20_000
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", out + err)
    assert "Nothing answered." in out


def test_skip_flag_and_help(cli, items):
    code, out, _ = cli(*START, "--no-save", lines=["?", "f", "s", "f", "f", "q"])
    assert code == 0
    assert "skip this question" in out and "a letter from a to" in out
    assert "Nothing answered, 1 skipped." in out
    assert f"endpoint-advisor quiz show {items[0].id}" in out
    assert f"quiz show {items[1].id}" not in out


def test_what_was_missed_is_asked_again_until_it_is_right(cli, items):
    assert "Nothing to review" in cli("quiz", "review")[1]
    cli(*START, lines=[wrong(items[0]), right(items[1]), wrong(items[2])])
    assert [item["id"] for item in json.loads(cli("quiz", "review", "--json")[1])["items"]] == [
        items[0].id,
        items[2].id,
    ]
    code, out, _ = cli("quiz", "review", lines=[right(items[0]), wrong(items[2])])
    assert code == 0 and "Question 1 of 2" in out and "1 of 2 right." in out
    assert [item["id"] for item in json.loads(cli("quiz", "review", "--json")[1])["items"]] == [items[2].id]


def test_answers_are_kept_by_learner_and_profile(cli, items):
    cli(*START, "--learner", "Ada", lines=[right(items[0])])
    cli(*START, "--learner", "Bob", lines=[wrong(items[0]), right(items[1])])
    cli(*START, "--learner", "Bob", "--profile", "study-card", lines=["a"])
    cli(*START, "--no-save", lines=[right(items[0])])
    found = json.loads(cli("quiz", "learners", "--json")[1])
    assert [(row["learner"], row["answers"]) for row in found["learners"]] == [("Ada", 1), ("Bob", 3)]
    bob = json.loads(cli("quiz", "progress", "--learner", "Bob", "--json")[1])
    assert (bob["schema"], bob["answers"], bob["right"], len(bob["missed"])) == (1, 2, 1, 1)
    code, out, _ = cli("quiz", "progress", "--learner", "Bob")
    assert code == 0 and "Bob: 2 answers, 1 right (50" in out and "What wrong answers took for true" in out
    code, _, err = cli("quiz")
    assert (code, err) == (2, "endpoint-advisor: --learner: nothing is not allowed; allowed: one of Ada, Bob\n")


def test_the_deck_goes_on_where_it_stopped(cli, facts, items):
    first = cli("quiz", "--view", "mla-c02", "--items", "1", lines=["s"])[1]
    again = cli("quiz", "--view", "mla-c02", "--items", "1", lines=["a"])[1]
    later = cli("quiz", "--view", "mla-c02", "--items", "1", lines=["a"])[1]

    def stem(out: str) -> str:
        return out.partition("difficulty")[2].partition("?")[0]

    assert stem(first) == stem(again) != stem(later)


def test_json_prints_items_that_are_read_again(cli, facts, items):
    code, out, _ = cli(*START, "--items", "8", "--json")
    assert code == 0
    assert list(read_json(out)) == items
    assert json.loads(out)["schema"] == 1
    study = json.loads(cli("quiz", "--json", "--items", "3", "--profile", "study-card")[1])
    assert {item["profile"] for item in study["items"]} == {"study-card"}


def test_show_prints_an_item_with_its_answer(cli, items, facts):
    code, out, _ = cli("quiz", "show", items[3].id)
    assert code == 0 and "The answer is: " in out and items[3].choices[0].source in out
    assert read_json(cli("quiz", "show", f"study-card.{items[3].id}", "--json")[1])[0].profile == "study-card"


def test_the_workload_behind_a_question_is_a_brief_that_advise_reads(cli):
    key = next(
        one
        for one in json.loads(cli("quiz", "show", "which-option-7", "--json")[1])["items"][0]["choices"]
        if one["correct"]
    )
    code, brief, _ = cli("quiz", "show", "which-option-7", "--brief")
    assert code == 0
    verdicts = json.loads(cli("advise", "-", "--json", lines=brief)[1])
    outcome = {row["option"]: row["outcome"] for row in (*verdicts["ranking"], *verdicts["infeasible"])}[key["option"]]
    assert outcome in {"notes", "conditions", "unknown"}
    code, _, err = cli("quiz", "show", "limits-value-7", "--brief")
    assert (code, err) == (2, "endpoint-advisor: --brief: limits-value-7 has no workload behind it\n")


def test_a_concept_that_is_due_comes_again_and_says_so(cli, items, monkeypatch):
    from datetime import timedelta

    from advisor import cli_quiz_kept, cli_quiz_play

    cli(*START, lines=[wrong(items[0])])
    soon = cli_quiz_kept.now() + timedelta(minutes=15)
    monkeypatch.setattr(cli_quiz_kept, "now", lambda: soon)
    monkeypatch.setattr(cli_quiz_play, "now", lambda: soon)
    _, out, _ = cli(*START, "--items", "2", lines=["s", "s"])
    assert "1 concept due" in out and "Question 1 of 2 · due again" in out
    assert "Question 2 of 2 · due again" not in out


def test_a_deck_is_written_once_and_again_the_same(cli, tmp_path):
    call = ("quiz", "export", "--seed", "7", "--items", "5", "--format", "json")
    code, out, _ = cli(*call)
    path = tmp_path / "endpoint-quiz-seed-7-5.json"
    assert code == 0 and out.startswith(f"Wrote {path.name}: 5 questions, ")
    assert len(read_json(path.read_bytes())) == 5
    assert "holds it already" in cli(*call)[1]
    path.write_text("mine", encoding="utf-8")
    code, _, err = cli(*call)
    assert code == 2 and "a name that is free, or --force" in err
    assert path.read_text(encoding="utf-8") == "mine"
    assert cli(*call, "--force")[0] == 0
    assert len(read_json(path.read_bytes())) == 5
    assert [found.name for found in tmp_path.glob(".*.part")] == []


@pytest.mark.parametrize("form", ["anki", "json"])
def test_a_deck_goes_to_standard_output(form):
    line = [sys.executable, "-m", "simulator.cli", "quiz", "export", "--items", "3", "--format", form, "-o", "-"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith({"anki": b"PK", "json": b"{"}[form]) and len(done.stdout) > 500


def test_a_terminal_without_the_signs_is_served():
    line = [sys.executable, "-m", "simulator.cli", "quiz", "show", "which-option-7"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"The answer is: " in done.stdout


def test_progress_is_carried_elsewhere_and_no_answer_counts_twice(cli, items, tmp_path):
    cli(*START, "--learner", "Ada", lines=[right(items[0]), wrong(items[1])])
    code, out, _ = cli("quiz", "progress", "--export", "ada.json")
    assert code == 0 and "2 answers of Ada" in out
    assert cli("quiz", "progress", "--import", "ada.json")[1] == "0 answers added, 2 known before.\n"
    assert (
        cli("quiz", "progress", "--import", "ada.json", "--learner", "Eve")[1] == "2 answers added, 0 known before.\n"
    )
    text = (tmp_path / "ada.json").read_text(encoding="utf-8")
    assert json.loads(cli("quiz", "progress", "--export", "-", "--learner", "Ada")[1])["learner"] == "Ada"
    assert cli("quiz", "progress", "--reset", "--yes", "--learner", "Ada")[1] == "Forgotten: 2 answers of Ada.\n"
    assert cli("quiz", "progress", "--import", "-", lines=text)[1] == "2 answers added, 0 known before.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("quiz", "--view", "mls-c01"), "--view: 'mls-c01' is not allowed; allowed: one of all, mla-c02, mla-c01"),
        (("quiz", "--topic", "cooking"), "--topic: 'cooking' is not allowed; allowed: one of options, "),
        (("quiz", "--items", "0"), "--items: 0 is not allowed; allowed: 1 to 5,000"),
        (("quiz", "--seed", "-1"), "seed: -1 is not allowed"),
        (("quiz", "--seed", "1000000", "--json"), "seed: 1000000 is not allowed"),
        (("quiz", "--profile", "gcp"), "--profile: 'gcp' is not allowed; allowed: aws or study-card"),
        (("quiz", "--learner", "a\x07b"), "learner: "),
        (("quiz", "--learner", " "), "learner: nothing is not allowed; allowed: 1 to 60"),
        (("quiz", "show", "which-option"), "ID: 'which-option' is not allowed; allowed: a template and a seed"),
        (("quiz", "show", "no-such-7"), "ID: 'no-such-7' is not allowed"),
        (("quiz", "show", "which-option-٣"), "ID: 'which-option-٣' is not allowed"),
        (("quiz", "show", "which-option-" + "9" * 5000), "ID: 'which-option-999"),
        (("quiz", "export", "--format", "aiken"), "--format: 'aiken' is not allowed; allowed: one of anki, gift, markdown, json"),
        (("quiz", "export", "--items", "5001"), "--items: 5001 is not allowed; allowed: 1 to 5,000"),
        (("quiz", "export", "--items", "2", "-o", "no/such/folder/x"), "-o: 'no/such/folder/x' is not allowed"),
        (("quiz", "progress", "--learner", "Nobody"), "--learner: 'Nobody' is not allowed; allowed: somebody who has answered"),
        (("quiz", "progress", "--import", "none.json"), "--import: 'none.json' cannot be read: No such file"),
        (("quiz", "progress", "--import", "a.json", "--reset"), "one of --export, --import and --reset at a time"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(cli, arguments, said):
    code, out, err = cli(*arguments)
    assert code == 2
    assert err.startswith(f"endpoint-advisor: {said}") and len(err.splitlines()) == 1
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": 9}', '{"schema": 1, "learner": "x", "events": [{"at": 3}]}']
)
def test_a_damaged_import_is_told_and_changes_nothing(cli, items, tmp_path, text):
    cli(*START, "--learner", "Ada", lines=[right(items[0])])
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    code, _, err = cli("quiz", "progress", "--import", "bad.json")
    assert code == 2 and err.startswith("endpoint-advisor: ") and "Traceback" not in err
    assert json.loads(cli("quiz", "learners", "--json")[1])["learners"][0]["answers"] == 1


def test_a_reset_asks_first(cli, items):
    cli(*START, "--learner", "Ada", lines=[right(items[0])])
    code, _, err = cli("quiz", "progress", "--reset", lines=["yes"])
    assert (code, err) == (2, "endpoint-advisor: --reset: --reset needs --yes where nobody can be asked\n")
    assert len(json.loads(cli("quiz", "learners", "--json")[1])["learners"]) == 1


def test_a_damaged_file_is_kept_aside_told_and_begun_anew(cli, items, tmp_path):
    cli(*START, lines=[right(items[0])])
    file = next((tmp_path / "data").rglob("saved.sqlite"))
    file.write_bytes(b"rubbish" * 1000)
    code, out, err = cli(*START, "--items", "1", lines=[right(items[0])])
    assert code == 0
    aside = next(file.parent.glob("saved-damaged-*.sqlite"))
    assert err == f"endpoint-advisor: the file of saved work was damaged: kept as {aside}, and begun anew\n"
    assert aside.read_bytes() == b"rubbish" * 1000
    assert "new." in out and "1 of 1 right." in out
    assert cli("quiz", "learners")[2] == ""

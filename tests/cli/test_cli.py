"""The command line: every verb answers, bad input is one clear line each with exit 2, nothing is half-written."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.options import NAMES
from simulator.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cli(capsys):
    """Run the command line in this process: cli("rank", ...) -> (exit code, stdout, stderr)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_rank_prints_the_answer_first_and_reasons(cli):
    code, out, err = cli("rank", "receipt-classifier", "--replications", "3")
    assert code == 0 and err == ""
    assert out.index("Use: ") < out.index("Bill of a month") < out.index("Assumed")
    assert "Does not fit:" in out and "source:" in out
    assert "1. " in out and "no registry" not in out


def test_rank_json_has_its_form(cli):
    code, out, _ = cli(
        "rank", "receipt-classifier", "--json", "--replications", "3", "--seed", "4", "--profile", "study-card"
    )
    document = json.loads(out)
    assert code == 0
    assert (document["schema"], document["profile"], document["inputs"]["seed"]) == (1, "study-card", 4)
    row = document["ranking"][0]
    assert set(row["latency_ms"]) == {"p50", "p90", "p95", "p99", "p99_9"}
    assert row["bill"]["usd_per_month"] == pytest.approx(sum(line["usd"] for line in row["bill"]["lines"]))
    assert all(line["source"] and line["checked"] for line in row["bill"]["lines"])
    names = [entry["option"] for entry in (*document["ranking"], *document["infeasible"])]
    assert sorted(names) == sorted(NAMES)


def test_exit_one_when_nothing_keeps_the_promise(cli, tmp_path):
    text = (ROOT / "data/workloads/fraud-check.toml").read_text(encoding="utf-8")
    impossible = tmp_path / "w.toml"
    impossible.write_text(text.replace("[needs]", "[needs]\nbudget_usd_per_month = 0.01"), encoding="utf-8")
    code, out, _ = cli("rank", str(impossible), "--replications", "3")
    assert code == 1
    assert "Nothing keeps the promise." in out


def test_advise_names_findings_sources_and_the_other_profile(cli):
    code, out, _ = cli("advise", "ct-scans")
    assert code == 0
    assert "does not fit" in out and "PAY001" in out and "https://docs.aws.amazon.com" in out
    code, out, _ = cli("advise", "invoice-ocr", "--json")
    document = json.loads(out)
    assert {"async", "batch_transform", "none"} <= {v["option"] for v in document["infeasible"]}
    assert document["best"] == document["ranking"][0]["option"]
    assert sum(p["points"] for p in document["ranking"][0]["fit"]["points"]) == document["ranking"][0]["fit"]["score"]


def test_advise_on_a_brief_asks_and_says_what_replies_change(cli):
    code, out, err = cli("advise", "half-known")
    assert (code, err) == (0, "")
    assert "Best fit: Serverless endpoint" in out
    assert "Ask next: " in out
    assert "no longer fits: " in out or "comes first" in out
    document = json.loads(cli("advise", "half-known", "--json")[1])
    assert document["question"]["attribute"]
    assert {reply["best"] for reply in document["question"]["replies"]} - {document["best"]}


def test_what_if_says_what_flips(cli):
    code, out, _ = cli("advise", "half-known", "--what-if", "payload_mb=5")
    assert code == 0
    assert "What if payload_mb 5 MB:" in out
    assert "instead of Serverless endpoint" in out
    document = json.loads(cli("advise", "invoice-ocr", "--json", "--what-if", "payload_mb=5")[1])
    assert "serverless" in {flip["option"] for flip in document["what_if"]["flips"]}


def test_nothing_fits_is_exit_one(cli, tmp_path):
    path = tmp_path / "large.toml"
    path.write_text("payload_mb = 5000\n", encoding="utf-8")
    code, out, _ = cli("advise", str(path))
    assert code == 1
    assert "every option is blocked" in out
    assert "would fit with payload_mb" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [("payload = 3", "did you mean payload_mb?"), ('traffic = "offline"\nimmediate_response = true', "not both"), ("payload_mb = -1", "payload_mb: -1")],
)  # fmt: skip
def test_a_wrong_brief_is_one_clear_line(cli, tmp_path, text, said):
    path = tmp_path / "brief.toml"
    path.write_text(text, encoding="utf-8")
    code, _, err = cli("advise", str(path))
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_the_study_card_changes_a_verdict_and_says_so(cli, tmp_path):
    text = (
        (ROOT / "data/workloads/invoice-ocr.toml").read_text(encoding="utf-8").replace('max = "4 MB"', 'max = "5.5 MB"')
    )
    path = tmp_path / "between.toml"
    path.write_text(text, encoding="utf-8")
    aws, card = (json.loads(cli("advise", str(path), "--json", "--profile", p)[1]) for p in ("aws", "study-card"))
    assert "serverless" in [v["option"] for v in aws["infeasible"]]
    assert "serverless" in [v["option"] for v in card["ranking"]]
    assert "serverless" in aws["other_profile_differs_for"] and "serverless" in card["other_profile_differs_for"]


def test_simulate_writes_one_row_a_request(cli, tmp_path):
    path = tmp_path / "requests.csv"
    code, out, _ = cli(
        "simulate",
        "receipt-classifier",
        "--option",
        "serverless",
        "--set",
        "keep_alive=640s",
        "--set",
        "max_concurrency=3",
        "--requests-out",
        str(path),
        "--json",
    )
    assert code in {0, 1}
    document = json.loads(out)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert ",".join(rows[0]) == (
        "arrival_s,start_s,finish_s,response_s,outcome,cold,instance,attempt,first_s,final,variant,row"
    )
    assert len(rows) == document["requests"]
    arrivals = [float(row["arrival_s"]) for row in rows]
    assert arrivals == sorted(arrivals)
    assert sum(row["outcome"] == "ok" for row in rows) == document["ok"]
    assert next(a for a in document["assumptions"] if a["key"] == "keep_alive")["used"] == 640e6
    assert not list(tmp_path.glob("*.part"))


def test_both_engines_through_the_command_line(cli):
    answers = [
        json.loads(cli("simulate", "receipt-classifier", "--option", "real_time", "--engine", e, "--json")[1])
        for e in ("fast", "reference")
    ]
    for answer in answers:
        answer.pop("engine")
    assert answers[0] == answers[1]


@pytest.mark.parametrize("option", ["real_time", "serverless", "async"])
def test_every_key_that_is_listed_can_be_set(cli, option):
    code, out, _ = cli("simulate", "--option", option, "--keys")
    assert code == 0
    from simulator.set_keys import keys

    for key in keys(option):
        assert key.name in out
        example = "ml.m5.large" if key.name == "instance_type" else key.example
        code, _, err = cli(
            "simulate",
            "receipt-classifier",
            "--option",
            option,
            "--set",
            f"{key.name}={example}",
            "--set",
            "max_instances=6" if option == "real_time" and "min" in key.name else f"{key.name}={example}",
        )
        assert code in {0, 1}, err


def test_facts_lists_filters_and_compares(cli):
    code, out, _ = cli("facts", "--json")
    rows = {row["id"]: row for row in json.loads(out)["facts"]}
    assert code == 0
    assert set(rows["real_time.payload_request"]) >= {
        "id",
        "option",
        "attribute",
        "value",
        "unit",
        "source",
        "checked",
        "confidence",
    }
    assert json.loads(cli("facts", "--json", "--older-than", "36500d")[1])["facts"] == []
    code, out, _ = cli("facts", "diff", "study-card", "aws", "--json")
    assert "real_time.payload_request" in {row["id"] for row in json.loads(out)["differences"]}
    assert "real_time.payload_request" in cli("facts", "--profile", "study-card")[1]


def test_an_override_is_visible_in_the_result(cli, tmp_path):
    own = tmp_path / "my.toml"
    own.write_text('["serverless.payload_request"]\nvalue = 1\nunit = "MB"\n', encoding="utf-8")
    document = json.loads(cli("rank", "invoice-ocr", "--facts", str(own), "--json", "--replications", "3")[1])
    assert document["inputs"]["overrides"] == ["serverless.payload_request"]
    assert "serverless" in [v["option"] for v in document["infeasible"]]


def test_facts_are_compared_with_the_installed_botocore(cli, tmp_path):
    code, out, _ = cli("facts", "botocore")
    assert code == 0
    assert "0 differs, 0 gone, 0 new" in out
    path = tmp_path / "mine.toml"
    path.write_text('["async.invocation_timeout"]\nvalue = 7\nunit = "min"\n', encoding="utf-8")
    code, out, _ = cli("facts", "botocore", "--facts", str(path), "--json")
    assert code == 1
    assert [row["id"] for row in json.loads(out)["compared"] if row["state"] == "differs"] == [
        "async.invocation_timeout"
    ]


def test_workload_verbs(cli, tmp_path):
    assert json.loads(cli("workload", "schema")[1])["$schema"].startswith("https://json-schema.org")
    names = [row["name"] for row in json.loads(cli("workload", "list", "--json")[1])["workloads"]]
    assert len(names) >= 6
    code, toml, _ = cli("workload", "show", names[0])
    path = tmp_path / "copy.toml"
    path.write_text(toml, encoding="utf-8")
    assert cli("workload", "check", str(path))[0] == code == 0
    as_json = tmp_path / "copy.json"
    as_json.write_text(cli("workload", "show", names[0], "--json")[1], encoding="utf-8")
    assert cli("workload", "check", str(as_json))[0] == 0


def test_rules_are_listed_with_filled_numbers(cli):
    code, out, _ = cli("rules", "--json")
    rules = json.loads(out)["rules"]
    assert code == 0 and len(rules) >= 20
    assert not any("{fact:" in rule["doc"] for rule in rules)


def test_doctor_answers(cli):
    code, out, _ = cli("doctor", "--json")
    assert code == 0
    assert {"numba", "kernels", "oldest fact", "saved work", "Chromium"} <= set(json.loads(out))


def _trace(folder: Path, text: str, name: str = "t.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("arrival_s\n", ""),
        ("arrival_s\n3\n1\n", "arrival_s"),
        ("arrival_s\n1\nnan\n", "arrival_s"),
        ("arrival_s\n1\nfive\n", "arrival_s"),
        ("when\n1\n2\n", "when"),
        ("bin_start_s,requests\n0,3\n60,-1\n", "requests"),
    ],
)
def test_a_bad_trace_is_one_clear_line(cli, tmp_path, text, says):
    code, out, err = cli("rank", "receipt-classifier", "--trace", _trace(tmp_path, text))
    assert code == 2 and out == ""
    assert err.count("\n") == 1 and "Traceback" not in err
    assert says in err


def test_a_trace_in_gzip_and_with_named_columns(cli, tmp_path):
    path = tmp_path / "t.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write("when,duration_s\n" + "".join(f"{n * 20},{0.1 + 0.01 * (n % 7)}\n" for n in range(600)))
    code, out, err = cli(
        "simulate",
        "receipt-classifier",
        "--option",
        "real_time",
        "--trace",
        str(path),
        "--column",
        "time=when",
        "--column",
        "service=duration_s",
        "--json",
    )
    assert code in {0, 1}, err
    document = json.loads(out)
    assert document["requests"] == 600
    assert 100 < document["latency_ms"]["p50"] < 200


def test_environments_kept_warm_can_follow_their_utilisation(cli):
    settings = ("provisioned_target=0.7", "min_provisioned=1", "max_provisioned=5", "start=45 s")
    arguments = [part for setting in settings for part in ("--set", setting)]
    code, out, _ = cli("simulate", "invoice-ocr", "--option", "serverless_provisioned", *arguments)
    assert code == 0
    assert "1 to 5 kept warm" in out
    assert "kept warm on average" in out
    assert "new environment until it is kept warm: 45\N{NO-BREAK SPACE}s" in out


BAD = [
    (("rank", "nope.toml"), "nope.toml"),
    (("rank", "no-such-example"), "invoice-ocr"),
    (("rank", "invoice-ocr", "--region", "us-east-9"), "needs.region"),
    (("rank", "invoice-ocr", "--profile", "gcp"), "--profile"),
    (("rank", "invoice-ocr", "--start", "hot"), "--start"),
    (("rank", "invoice-ocr", "--trace", "missing.csv"), "missing.csv"),
    (("rank", "invoice-ocr", "--column", "service"), "key=value"),
    (("rank", "invoice-ocr", "--facts", "missing.toml"), "missing.toml"),
    (("simulate", "invoice-ocr", "--option", "magic"), "--option"),
    (("simulate", "invoice-ocr", "--engine", "warp"), "--engine"),
    (("simulate", "invoice-ocr", "--set", "instances=0"), "instances"),
    (("simulate", "invoice-ocr", "--set", "instances=-1"), "instances"),
    (("simulate", "invoice-ocr", "--set", "instances=5000"), "--set instances"),
    (("simulate", "invoice-ocr", "--set", "instance_type=ml.zz.big"), "ml.zz.big"),
    (("simulate", "invoice-ocr", "--option", "serverless", "--set", "memory=1000 MiB"), "memory"),
    (
        ("simulate", "invoice-ocr", "--option", "serverless", "--set", "memory=1 GiB"),
        "it can never serve: The model needs",
    ),
    (
        ("simulate", "invoice-ocr", "--option", "serverless_provisioned", "--set", "provisioned_concurrency=0"),
        "1 to max_concurrency",
    ),
    (
        ("simulate", "invoice-ocr", "--option", "serverless_provisioned", "--set", "provisioned_target=0.7"),
        "--set max_provisioned",
    ),
    (
        ("simulate", "invoice-ocr", "--option", "serverless_provisioned", "--set", "provisioned_target=7"),
        "a share from 0 to 1",
    ),
    (("simulate", "invoice-ocr", "--option", "none"), "one that is simulated"),
    (("simulate", "invoice-ocr", "--option", "serverless", "--set", "keep_alive=ten"), "ten"),
    (("simulate", "invoice-ocr", "--requests-out", "no/such/folder/x.csv"), "--requests-out"),
    (("simulate",), "WORKLOAD"),
    (("facts", "--older-than", "soon"), "soon"),
]


@pytest.mark.parametrize(
    ("arguments", "says"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else value
)
def test_bad_input_is_exit_two_with_the_field(cli, arguments, says):
    code, out, err = cli(*arguments)
    assert code == 2, err
    assert says in err and "Traceback" not in err
    assert out == ""


def test_every_problem_of_a_workload_is_told_at_once(cli, tmp_path):
    text = (ROOT / "data/workloads/invoice-ocr.toml").read_text(encoding="utf-8")
    broken = (
        text.replace("mean_rate_per_s = 2.0", "mean_rate_per_s = -2.0")
        .replace('p50 = "80 ms"', 'p50 = "80 parsecs"')
        .replace('region = "us-east-1"', "regoin = 1")
    )
    path = tmp_path / "broken.toml"
    path.write_text(broken, encoding="utf-8")
    code, _, err = cli("rank", str(path))
    assert code == 2
    assert len(err.strip().splitlines()) == 3
    for field in ("traffic.mean_rate_per_s", "service.time.p50", "needs.regoin"):
        assert field in err


def test_standard_input_and_a_closed_pipe():
    text = (ROOT / "data/workloads/receipt-classifier.toml").read_bytes()
    line = [sys.executable, "-m", "simulator.cli", "advise", "-", "--json"]
    done = subprocess.run(line, cwd=ROOT, input=text, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["workload"] == "receipt classifier"
    piped = subprocess.run(
        f"{sys.executable} -m simulator.cli facts --json | head -1",
        cwd=ROOT,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in piped.stderr

"""advise --from-config: exit codes, what is printed, JSON, options that do not go together."""

import io
import json
import sys

import pytest

from simulator.cli import main
from tests.deploy.test_documents import CONFIG, TEMPLATE, VARIANT

SERVERLESS = {
    **CONFIG,
    "ProductionVariants": [
        {"VariantName": "a", "ModelName": "m", "ServerlessConfig": {"MemorySizeInMB": 2000, "MaxConcurrency": 5}}
    ],
}


@pytest.fixture
def cli(capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(["advise", *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def file(tmp_path):
    def write(document, name: str = "mine.json") -> str:
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return str(path)

    return write


def test_a_sound_configuration_ends_with_zero_and_a_wrong_one_with_one(cli, file):
    code, out, err = cli("--from-config", file({**CONFIG, "KmsKeyId": "k"}), "--region", "us-east-1")
    assert (code, err) == (0, "")
    assert "nothing wrong found" in out and "Cost: about $" in out and "when nothing arrives" in out
    assert "Not looked at: KmsKeyId" in out
    code, out, err = cli("--from-config", file(SERVERLESS), "--region", "us-east-1")
    assert (code, err) == (1, "")
    assert "1 thing is wrong" in out and "CFG016" in out and "source: " in out


def test_a_workload_is_priced_and_gets_what_would_be_cheaper(cli, file):
    wide = file({**CONFIG, "ProductionVariants": [{**VARIANT, "InitialInstanceCount": 9}]})
    code, out, _ = cli("invoice-ocr", "--from-config", wide)
    assert code == 0
    assert "at this traffic, from mean rates" in out and "Better by mean rates" in out and " less" in out
    code, out, _ = cli("ct-scans", "--from-config", file(SERVERLESS, "b.json"))
    assert code == 1 and "PAY001" in out and "What fits instead" in out


def test_a_brief_is_judged_without_traffic(cli, file):
    code, out, err = cli("half-known", "--from-config", file(CONFIG), "--region", "eu-west-1")
    assert code in {0, 1} and err == "" and "when nothing arrives" in out and "eu-west-1" in out


def test_stated_traffic(cli, file):
    code, out, _ = cli("--from-config", file(CONFIG), "--region", "us-east-1", "--rate", "5/s", "--time", "80ms")
    assert code == 0 and "the traffic asks for 20" in out
    code, out, _ = cli("--from-config", file(CONFIG), "--region", "us-east-1", "--rate", "500/s", "--time", "80ms")
    assert code == 1 and "it cannot keep up" in out


def test_several_files_and_parameters(cli, file):
    template = file(TEMPLATE, "t.yaml")
    code, out, _ = cli("--from-config", template, "--parameter", "Stage=prod", "--region", "us-east-1", "--json")
    first = json.loads(out)["configurations"][0]
    assert code == 1 or first["sound"]
    endpoint = {"EndpointName": "e", "EndpointConfigName": "ocr", "EndpointStatus": "InService", "CreationTime": "x", "ProductionVariants": [{"VariantName": "a", "DesiredInstanceCount": 7}]}  # fmt: skip
    code, out, _ = cli(
        "--from-config", file(CONFIG), "--from-config", file(endpoint, "e.json"), "--region", "us-east-1", "--json"
    )
    assert (code, json.loads(out)["configurations"][0]["config"]["instances"]) == (0, 7)


def test_standard_input(cli, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(CONFIG).encode())))
    code, out, _ = cli("--from-config", "-", "--region", "us-east-1")
    assert code == 0 and "ocr" in out


def test_json_has_its_form(cli, file):
    code, out, _ = cli("--from-config", file(SERVERLESS), "--region", "us-east-1", "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["workload"]) == (1, 1, None)
    one = document["configurations"][0]
    assert one["findings"][0]["rule"] == "CFG016" and one["findings"][0]["sources"]
    assert one["settings"]["serverless"] is True and one["needs"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "WORKLOAD: a file, - for standard input, a bundled example, or --from-config FILE"),
        (("--from-config", "none.json"), "none.json: cannot be read"),
        (("--from-config", "."), "this is a folder"),
        (("--from-config", "{file}", "--rate", "5/s"), "--time: nothing is not allowed"),
        (("--from-config", "{file}", "--time", "5s"), "--rate: nothing is not allowed"),
        (("--from-config", "{file}", "--rate", "x", "--time", "80ms"), "--rate: 'x' is not allowed; allowed: a rate above 0"),
        (("--from-config", "{file}", "--rate", "5/s", "--time", "0"), "--time: '0' is not allowed"),
        (("invoice-ocr", "--from-config", "{file}", "--rate", "5/s", "--time", "80ms"), "a workload states its own traffic"),
        (("--from-config", "{file}", "--what-if", "needs_gpu=true"), "--what-if: asks about a workload"),
        (("--from-config", "{file}", "--parameter", "Stage=x"), "--parameter: 'Stage' is not allowed"),
        (("--from-config", "{file}", "--parameter", "Stage"), "'Stage' is not allowed; allowed: key=value"),
        (("--from-config", "{file}", "--region", "mars-1"), "--region: 'mars-1' is not allowed"),
        (("--from-config", "-", "--from-config", "-"), "standard input can be read once"),
        (("invoice-ocr", "--rate", "5/s"), "--rate: stands beside --from-config"),
        (("invoice-ocr", "--parameter", "a=b"), "--parameter: stands beside --from-config"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_line_with_exit_two(cli, file, arguments, said):
    path = file(CONFIG)
    code, out, err = cli(*(argument.replace("{file}", path) for argument in arguments))
    assert (code, out) == (2, "")
    assert said in err and all(line.startswith("endpoint-advisor: ") for line in err.splitlines())


def test_all_shows_what_a_bill_does_not_contain(cli, file):
    assert "not contained: " in cli("--from-config", file(CONFIG), "--region", "us-east-1", "--all")[1]
    assert "not contained: " not in cli("--from-config", file(CONFIG), "--region", "us-east-1")[1]

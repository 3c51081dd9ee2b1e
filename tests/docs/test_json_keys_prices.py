"""The document of the JSON names every key that the verbs of prices print."""

import json

import pytest

from simulator.cli import main
from tests.docs.test_json_keys import NAMED, keys
from tests.money.price_lists import offer, savings, small


def printed(capsys, *line):
    with pytest.raises(SystemExit) as left:
        main(["prices", *line, "--json"])
    assert left.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_every_key_of_a_refresh_and_of_a_comparison_is_named(tmp_path, capsys):
    listed, plans = tmp_path / "offer.json", tmp_path / "plans.json"
    listed.write_text(offer(small()), encoding="utf-8")
    plans.write_text(savings({"USE1-Host:ml.m5.large": "0.08"}), encoding="utf-8")
    given = ("--from", str(listed), "--savings", str(plans), "--out", str(tmp_path / "tables"))
    refreshed = printed(capsys, "refresh", "--region", "us-east-1", *given)
    assert refreshed["changes"] and refreshed["savings"]["rows"]
    regions = ("--regions", "us-east-1,cn-north-1", "--savings", refreshed["savings"]["file"])
    compared = printed(capsys, "compare", "ml.m5.large", "ml.c5.xlarge", *regions)
    assert compared["rows"] and compared["unpriced"] and compared["savings"]
    assert not (keys(refreshed) | keys(compared)) - NAMED

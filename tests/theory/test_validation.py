"""The short validation: every model against its exact value."""

import pytest

from simulator import validate
from simulator.validate import Check, checks, main, table


@pytest.fixture(scope="module")
def rows():
    return list(checks(quick=True))


def test_every_quantity_agrees_with_theory(rows):
    assert [row for row in rows if not row.agrees] == []


def test_the_models_that_theory_covers_are_all_there(rows):
    names = {row.name for row in rows}
    assert len(names) == 41
    for start in (
        "M/M/1,",
        "M/M/8,",
        "M/G/1",
        "M/M/8/12",
        "Erlang B",
        "provisioned",
        "serverless",
        "set-up queue",
        "sharing",
    ):
        assert any(name.startswith(start) for name in names), start


def test_the_intervals_are_narrow_enough_to_tell(rows):
    wide = [row for row in rows if row.theory and row.half_width > 0.35 * abs(row.theory)]
    assert wide == []


def test_a_disagreement_is_printed_and_returned(monkeypatch, capsys):
    wrong = Check("M/M/1", "mean wait", 4.0, 5.0, 0.1, agrees=False)
    monkeypatch.setattr(validate, "checks", lambda *, quick: [wrong])
    assert main(quick=True) == 1
    assert "DISAGREES" in capsys.readouterr().out
    assert table([wrong]).endswith("0 of 1 agree")

"""The folder of rules: every rule complete, documented, tested; a broken one is a finding."""

import re
from pathlib import Path

import pytest

from advisor.attributes import Attributes
from advisor.facts import _required as required
from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome, all_rules
from advisor.rules._rule import HEADINGS, Rule, check, rule
from advisor.text import fill

RULES = all_rules()
FACTS = load_facts()
OPTIONS = required()[0]


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.id)
def test_every_rule_is_complete(entry):
    assert re.fullmatch(r"[A-Z]{3,4}\d{3}", entry.id)
    assert entry.title
    assert entry.doc.strip().splitlines()[0].endswith(".")
    for heading in HEADINGS:
        assert f"{heading}:" in entry.doc
    filled = fill(entry.doc, FACTS)
    assert "{fact:" not in filled
    for name in entry.needs:
        wanted = [name] if "." in name else [f"{option}.{name}" for option in OPTIONS]
        for key in wanted:
            assert FACTS.has(key), key


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.id)
def test_every_rule_has_a_test_of_its_boundary(entry):
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    assert f'"{entry.id}"' in tests


def test_no_rule_holds_a_number_that_aws_can_change():
    """Numbers in rule files are counts of one, two or powers used for units; limits come from facts."""
    allowed = {"0", "1", "2", "1e6", "1e9", "1e-6", "1000", "2**20", "0.0", "1.0", "-1.0", "003"}
    folder = Path(__file__).parents[2] / "advisor" / "rules"
    for path in sorted(folder.glob("[a-z]*.py")):
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = re.sub(r'"[^"\n]*"', '""', code)
        numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?(?:\*\*\d+)?", code))
        assert numbers <= allowed | {"99"}, (path.name, numbers - allowed)


def test_an_id_can_be_taken_once():
    with pytest.raises(ValueError, match="PAY001"):
        rule("PAY001", "again")(lambda attributes, option, facts: None)


def test_a_rule_that_crashes_becomes_a_finding():
    def broken(attributes, option, facts):
        raise ZeroDivisionError("seven by none")

    found = check(Rule("XXX001", "broken", (), broken, "", "here"), Attributes(), Option(name="real_time"), FACTS)
    assert found is not None
    assert found.outcome is Outcome.unknown
    assert "seven by none" in found.message


def test_whether_a_rule_can_block_is_read_off_its_code():
    by_id = {entry.id: entry for entry in RULES}
    assert all(by_id[name].may_block for name in ("PAY001", "TIM001", "HOST001", "MOD004", "COLD001", "NET001"))
    assert not any(by_id[name].may_block for name in ("BIL001", "REL003", "MOD005", "ROU001"))

"""What the tests of rules share: one question to one rule."""

from collections.abc import Callable

import pytest

from advisor.attributes import Attributes
from advisor.facts import Facts, load_facts
from advisor.options import Option
from advisor.rules import Finding, all_rules
from advisor.rules._rule import check


@pytest.fixture(scope="session")
def ask() -> Callable[..., Finding | None]:
    """ask("PAY001", option, payload_mb=5): the finding of one rule; `facts` puts other facts in force."""
    rules = {entry.id: entry for entry in all_rules()}

    def question(rule: str, option: Option, facts: Facts | None = None, **known: object) -> Finding | None:
        return check(rules[rule], Attributes(**known), option, facts or load_facts())

    return question

"""Variables: what a plan cannot know and the user fills in, each with a value that stands in, and names that AWS accepts.

What a value may look like are facts of `configuration`: the patterns that AWS's API models state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from advisor.errors import InputError, Problem
from advisor.facts import Facts

__all__ = ["VARIABLES", "Variable", "check_name", "name_of", "variables"]

_ACCOUNT: Final = "111122223333"
"""The account number of AWS's own examples."""
_STANDS_IN: Final = {
    "role": ("arn:aws:iam::{account}:role/SageMakerExecutionRole", "role that SageMaker takes on", "role_pattern"),
    "image": ("{account}.dkr.ecr.{region}.amazonaws.com/my-model:latest", "container image", "image_pattern"),
    "image_b": ("{account}.dkr.ecr.{region}.amazonaws.com/my-model:next", "image of the second version", "image_pattern"),
    "bucket": ("amzn-s3-demo-bucket", "S3 bucket with the model and the data", "bucket_pattern"),
    "subnet": ("subnet-0123456789abcdef0", "subnet of the VPC", "subnet_pattern"),
    "security_group": ("sg-0123456789abcdef0", "security group of the VPC", "security_group_pattern"),
    "topic_done": ("arn:aws:sns:{region}:{account}:my-model-done", "SNS topic told of each result", "topic_pattern"),
    "topic_failed": ("arn:aws:sns:{region}:{account}:my-model-failed", "SNS topic told of each failure", "topic_pattern"),
}  # fmt: skip
"""Name -> the value that stands in, what it is, and the fact with its pattern."""
VARIABLES: Final = tuple(_STANDS_IN)
"""The names of all that a plan may ask for."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing to fill in."""

    name: str
    value: str
    what: str
    given: bool
    """The user gave the value; else it stands in, and has to be changed."""


def variables(names: tuple[str, ...], given: Mapping[str, str], region: str, facts: Facts) -> tuple[Variable, ...]:
    """The variables of a plan with their values.

    Arguments: `given` are the user's values. Raises InputError with every value that AWS would refuse, and every name
    that is none of a variable.
    """
    wrong = [
        Problem(name, repr(value), f"one of {', '.join(_STANDS_IN)}")
        for name, value in given.items()
        if name not in _STANDS_IN
    ]
    found = []
    for name in names:
        stands_in, what, fact = _STANDS_IN[name]
        value = given.get(name, stands_in.format(account=_ACCOUNT, region=region))
        pattern = str(facts.of("configuration", fact).value)
        if re.fullmatch(pattern, value, re.ASCII) is None:
            wrong.append(Problem(name, repr(value), f"a text like {pattern}"))
        found.append(Variable(name, value, what, name in given))
    if wrong:
        raise InputError(wrong)
    return tuple(found)


def _rules(facts: Facts) -> tuple[str, int]:
    return str(facts.of("configuration", "name_pattern").value), round(
        facts.of("configuration", "name_longest").number()
    )


def check_name(name: str, facts: Facts, field: str = "name", room: int = 0) -> str:
    """The name as given. Raises InputError where AWS does not accept it.

    Arguments: `field` is what the error calls it; `room` is how many characters are added to it later.

    >>> from advisor.facts import load_facts
    >>> check_name("invoice-ocr", load_facts())
    'invoice-ocr'
    """
    pattern, longest = _rules(facts)
    if re.fullmatch(pattern, name, re.ASCII) is None or len(name) + room > longest:
        raise InputError([Problem(field, repr(name), f"at most {longest - room} characters, matching {pattern}")])
    return name


def name_of(text: str, facts: Facts, room: int = 0) -> str:
    """A name that AWS accepts, made of any text.

    Arguments: `room` is how many characters are added to it later.

    >>> from advisor.facts import load_facts
    >>> name_of("Invoices & receipts (EU)", load_facts()), name_of("${x}", load_facts()), name_of("''", load_facts())
    ('Invoices-receipts-EU', 'x', 'endpoint')
    """
    words = re.sub(r"[^a-zA-Z0-9]+", "-", text, flags=re.ASCII).strip("-")
    return words[: _rules(facts)[1] - room].strip("-") or "endpoint"

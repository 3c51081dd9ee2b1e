"""Documents in which somebody changed something at random: each is judged, or refused in clear lines; nothing else."""

import copy
import json
import random
from collections.abc import Iterator

import pytest

from advisor.configured import configured
from advisor.configured_cost import traffic_of
from advisor.configured_json import configured_json
from advisor.configured_text import configured_lines
from advisor.deploy.cloudformation import refusal, render
from advisor.deploy.documents import read_texts
from advisor.deploy.writing import Head
from advisor.deploy.yaml_text import read_yaml
from advisor.errors import InputError
from simulator._deploy_cases import cases
from tests.deploy.test_documents import TEMPLATE
from tests.deploy.test_plan import sent

VALUES = (
    None,
    0,
    -1,
    1,
    1e9,
    1.5,
    True,
    False,
    "",
    "x",
    "0",
    "ml.p5.48xlarge",
    [],
    {},
    [None],
    {"Ref": "x"},
    {"Fn::Sub": "${a}"},
    10**30,
    {"a": 1},
)
EACH = 10


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(document: object, rng: random.Random) -> object:
    made = copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        found = [path for path in places(made) if path]
        if not found:
            return made
        *before, last = rng.choice(found)
        at = made
        for key in before:
            at = at[key]
        what = rng.random()
        if what < 0.3:
            del at[last]
        elif what < 0.8:
            at[last] = copy.deepcopy(rng.choice(VALUES))
        elif isinstance(at, dict):
            at[f"{last}x"] = at.pop(last)
        else:
            at.append(copy.deepcopy(at[last]))
    return made


def documents() -> list[object]:
    found: list[object] = [read_yaml(TEMPLATE, "mine")]
    for case in {case.option.name: case for case in cases()}.values():
        found.append(
            [{"operation": call.operation, "arguments": given} for call, given in sent(case) if call in case.plan.calls]
        )
        if not refusal(case.plan):
            found.append(read_yaml(next(iter(render(case.plan, Head(), "mine").values())), "mine"))
    return found


@pytest.mark.parametrize("number", range(len(documents())))
def test_it_is_judged_or_refused(number, facts):
    rng = random.Random(number)  # noqa: S311 - the same changes each time
    document, judged, refused = documents()[number], 0, list[str]()
    for _ in range(EACH):
        text = json.dumps(changed(document, rng))
        try:
            read = read_texts({"mine": text}, region="us-east-1")
        except InputError as error:
            refused += [str(problem) for problem in error.problems]
            continue
        traffic = rng.choice([None, traffic_of(0.001, 80_000), traffic_of(1e4, 10**8)])
        found = configured(read, facts, traffic=traffic, region=rng.choice(["us-east-1", "eu-west-1", ""]))
        assert json.dumps(configured_json(found, facts, ["mine"])) and list(configured_lines(found, facts))
        judged += 1
    assert judged > EACH / 10
    assert all(line.strip() and "\n" not in line for line in refused)

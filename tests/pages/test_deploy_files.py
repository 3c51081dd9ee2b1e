"""Deploy files: the tab of the Size page, its states, the texts it refuses, and what may never leave the session."""

import ast
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from advisor import Option
from advisor.deploy.targets import TARGETS
from advisor.workload import load_workload
from simulator.deployed import Chosen, deployment, planned, zipped
from simulator.pages import _deploy, _link
from simulator.pages._deploy_made import made
from simulator.sizing import size
from simulator.study import prepare

NAME = "receipt-classifier"
HOSTILE = 'x"}${aws:y}</script>`{z}!Sub'
ASYNC = Option(name="async", instance_type="ml.m5.large", instances=1)
BATCH = Option(name="batch_transform", instance_type="ml.m5.large", instances=2)
FLEET = Option(name="real_time", instance_type="ml.m5.large", instances=1)


def html(at: Any) -> str:
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def title(at: Any) -> str:
    titles = html(at).split("<h1>")[1:]
    assert len(titles) == 1
    return titles[0].split("</h1>")[0].replace("\xa0", " ")


def texts(at: Any) -> list[str]:
    """The files that are shown."""
    return [element.value for element in at.main.code if element.language != "plaintext"]


def constants(script: str) -> dict[str, object]:
    """What a Python script names at its top, read without running it."""
    lines = [line for line in ast.parse(script).body if isinstance(line, ast.Assign)]
    return {
        line.targets[0].id: line.value.value
        for line in lines
        if isinstance(line.targets[0], ast.Name) and isinstance(line.value, ast.Constant)
    }


@pytest.fixture
def opened(app: Callable[..., Any]) -> Callable[..., Any]:
    """The tab on a search that was made of the serverless endpoint."""

    def go(**query: str) -> Any:
        address = {"size_find": "1", "size_options": "Serverless endpoint", "size_tab": "Deploy files", **query}
        return app("size", w=_link.encode(load_workload(NAME)), **address)

    return go


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan found is one that the rules object to, since its caller waits."""
    real = _deploy.plan_of
    monkeypatch.setattr(_deploy, "plan_of", lambda *given: replace(real(*given), option=ASYNC))


def test_before_a_search_there_is_one_sentence_and_the_button_that_begins_it(app: Callable[..., Any]) -> None:
    at = app("size", w=_link.encode(load_workload(NAME)), size_tab="Deploy files")
    assert "none was searched for yet" in title(at)
    assert not texts(at)
    at.multiselect(key="size_options").set_value(["serverless"])
    at.button(key="size_deploy_find").click().run()
    assert "These files create serverless with 2 GiB; fill in 3 values first" in title(at)


def test_the_files_are_those_of_the_plan_that_the_search_found(opened: Callable[..., Any]) -> None:
    found = size(NAME, names=["serverless"])
    of = planned(found.study, found.best.best)
    for target in TARGETS.values():
        at = opened(size_deploy_target=target.title)
        expected = deployment(found.study, of, target.id)
        assert texts(at) == [text.rstrip("\n") for text in expected.files.values()]
        assert {f"`{name}`" for name in expected.files} <= {shown.value for shown in at.main.markdown}
    said = html(at)
    assert of.cost in said and of.promise in said
    assert "assumed value" in said
    assert [header.value for header in at.main.header] == ["Your values", "Creates it", "Takes it down again"]


def test_what_is_typed_gets_into_the_files_and_not_into_the_address(opened: Callable[..., Any]) -> None:
    at = opened()
    assert "; fill in 3 values first." in title(at)
    at.text_input(key="size_deploy_image").set_value(HOSTILE)
    at.text_input(key="size_deploy_bucket").set_value("my-own-bucket").run()
    assert "; fill in 1 value first." in title(at)
    assert "<b>role</b>" in html(at)
    assert constants(texts(at)[0])["IMAGE"] == HOSTILE
    assert not [value for value in at.query_params.values() if "own-bucket" in str(value) or "aws:y" in str(value)]
    at.pills(key="size_deploy_target").set_value("Terraform configuration").run()
    assert "my-own-bucket" in texts(at)[0]
    at.text_input(key="size_deploy_role").set_value("arn:aws:iam::111122223333:role/mine").run()
    assert title(at) == "These files create serverless with 2 GiB."
    assert "every value is filled in" in html(at)


def test_an_error_stands_at_its_field_and_the_files_do_without_the_text(opened: Callable[..., Any]) -> None:
    at = opened()
    at.text_input(key="size_deploy_role").set_value("arn:<b>bad</b>")
    at.text_input(key="size_deploy_name").set_value("my_name")
    at.text_input(key="size_deploy_bucket").set_value("fine-bucket").run()
    said = [element.value.replace("\\", "") for element in at.main.error]
    assert '"my_name" does not fit. AWS takes at most' in said[0]
    assert '"arn:<b>bad</b>" does not fit' in said[1] and "For example arn:aws:iam::" in said[1]
    assert "fill in 2 values first" in title(at)
    assert "fine-bucket" in texts(at)[0]
    assert "my_name" not in texts(at)[0] and "bad" not in texts(at)[0]


def test_what_the_rules_object_to_is_said_and_can_be_passed_over(opened: Callable[..., Any], blocked: None) -> None:
    at = opened()
    assert "cannot be deployed as it stands" in title(at)
    assert "The caller waits on the connection" in html(at)
    assert not texts(at)
    at.checkbox(key="size_deploy_anyway_async").check().run()
    assert len(texts(at)) == 2
    assert "The caller waits on the connection" in html(at)
    assert "TIM005" not in html(at)
    at.checkbox(key="size_deploy_notify").check().run()
    assert "SNS topic told of each failure" in [field.label for field in at.main.text_input]
    assert "fill in 5 values first" in title(at)
    at.checkbox(key="size_deploy_anyway_async").uncheck().run()
    assert not texts(at)


def test_an_option_without_a_plan_says_why(opened: Callable[..., Any]) -> None:
    at = opened(size_deploy_option="Real-time endpoint")
    assert title(at) == "There is nothing to deploy for this choice."
    assert "The search did not look at the real-time endpoint" in html(at)


def test_a_plan_that_misses_the_promise_says_so_and_has_files(opened: Callable[..., Any]) -> None:
    at = opened(size_limit="100 ms")
    assert "which misses the promise; fill in 3 values first" in title(at)
    assert "It does not keep the promise" in html(at)
    assert len(texts(at)) == 2


def test_a_kind_of_files_that_cannot_express_a_plan_names_those_that_can() -> None:
    study, of = prepare(NAME), Chosen(BATCH, "", "")
    found = made(study, of, "terraform", {}, anyway=True)
    assert found.plan is not None and found.files is None
    assert set(found.refusals) == {"cloudformation", "terraform"}
    said = _deploy.cannot_text(found, "terraform")
    assert "no resource for a transform job" in said
    assert "Take Python script (boto3), SageMaker Python SDK v3 or SageMaker Python SDK v2" in said
    other = made(study, of, "boto3", {}, anyway=True)
    assert other.files is not None
    assert "Not possible for this plan: CloudFormation template" in _deploy.cannot_text(other, "boto3")


def test_mistakes_of_a_configuration_cannot_be_passed_over() -> None:
    odd = Option(name="serverless", memory_mib=2000, max_concurrency=2)
    found = made(prepare(NAME), Chosen(odd, "", ""), "boto3", {"role": "no role"})
    assert found.plan is None and not found.can_anyway
    assert "2,000" in found.objections[0]
    assert "role" in found.errors


def test_the_plan_holds_what_was_typed_as_data() -> None:
    given = {"image": HOSTILE, "name": "mine"}
    found = made(prepare(NAME), Chosen(FLEET, "", ""), "boto3", given)
    assert found.plan is not None and found.files is not None and not found.errors
    assert found.plan.name == "mine"
    assert found.plan.filled["image"] == HOSTILE


def test_the_archive_is_the_same_each_time_and_holds_the_files() -> None:
    files = {"a-create.sh": "#!/bin/sh\n", "a.yaml": "x: 'é'\n"}
    assert zipped(files) == zipped(dict(files))
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
        modes = [entry.external_attr >> 16 & 0o777 for entry in archive.infolist()]
    assert modes == [0o755, 0o644]


@pytest.mark.parametrize("page", ["", "compare"])
def test_decide_and_compare_lead_to_the_files_of_the_recommended_option(app: Callable[..., Any], page: str) -> None:
    at = app(page, w=_link.encode(load_workload(NAME)))
    assert not at.exception
    (link,) = [one.proto for one in at.main.get("page_link") if one.proto.label == "Deploy files"]
    assert "size_tab=Deploy+files" in link.query_string
    assert "size_deploy_option=Serverless+endpoint" in link.query_string

"""Files: a recording is played and asked for where its link arrives; a broken file is said at its place."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.workload import load_workload
from tests.pages.browsing import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NAME = "<b>april</b>.csv"
ROWS = 400


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    lines = [f"{20 * n / ROWS * 60:.3f},{100_000 + 1000 * (n % 7)}" for n in range(ROWS)]
    path.write_text("\n".join(["time,payload", *lines]), encoding="utf-8")
    return path


def opened(visitor: Visitor) -> Any:
    """The expander Load or save, opened."""
    part = visitor.tab.locator(".st-key-workload_load")
    if part.locator("details[open]").count() == 0:
        part.locator("summary").click()
    part.locator(".st-key-workload_trace").wait_for()
    return part


def play(visitor: Visitor, path: Path) -> None:
    opened(visitor).locator(".st-key-workload_trace input[type=file]").set_input_files(path)
    visitor.tab.locator(".st-key-workload_play button").click()
    visitor.tab.get_by_text(f"Playing {NAME}: {ROWS} requests.").wait_for()
    visitor.rest()


def test_a_recording_is_played_and_its_link_asks_for_the_file(
    visit: Callable[..., Visitor], elsewhere: Any, recording: Path
) -> None:
    visitor = visit()
    example = visitor.title
    play(visitor, recording)
    assert re.search(rf"[?&]trace=[^&]*april[^&]*~{ROWS}~[0-9a-f]{{12}}(&|$)", visitor.tab.url)
    assert "100" not in visitor.tab.url.split("trace=")[1].split("~")[0]
    receiver = visit(visitor.tab.url.removeprefix(visitor.server), context=elsewhere)
    assert receiver.title == "This workload plays a recording that is not here yet."
    assert receiver.tab.locator("[data-testid=answer]").get_by_text(f"Upload {NAME}").count() == 1
    play(receiver, recording)
    assert receiver.title == visitor.title
    assert visitor.tab.locator("[data-testid=stMain] b").filter(has_text="april").count() == 0
    visitor.choose("workload_example", "invoice OCR")
    assert visitor.title == example
    assert "trace=" not in visitor.tab.url


@pytest.mark.parametrize(
    ("key", "name", "content", "said"),
    [
        ("workload_file", "mine.toml", b"schema = 1\nname = [", "workload"),
        ("workload_file", "mine.toml", b'schema = 1\nname = "x"\nspeed = 3\n', "speed"),
        ("workload_file", "mine.json", b"\xff\xfe\x00", "no UTF-8 text"),
        ("workload_trace", "log.csv", b"", "empty"),
        ("workload_trace", "log.csv", ",".join(f"c{n}" for n in range(5000)).encode() + b"\n", "columns"),
    ],
    ids=["no-toml", "unknown-field", "no-text", "empty", "columns"],
)
def test_a_broken_file_is_said_at_its_place_and_the_answer_stays(
    visit: Callable[..., Visitor], tmp_path: Path, key: str, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    visitor = visit()
    title, question = visitor.title, visitor.question
    part = opened(visitor)
    part.locator(f".st-key-{key} input[type=file]").set_input_files(path)
    alert = part.locator("[data-testid=stAlert]")
    alert.wait_for()
    visitor.rest()
    assert said in alert.inner_text()
    assert alert.bounding_box()["y"] > part.locator(f".st-key-{key}").bounding_box()["y"]
    assert (visitor.title, visitor.question) == (title, question)
    assert visitor.tab.get_by_text("This part failed").count() == 0


def test_a_file_that_is_too_large_never_reaches_the_script(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * 1_200_000)
    visitor = visit()
    part = opened(visitor)
    part.locator(".st-key-workload_file input[type=file]").set_input_files(path)
    part.locator(".st-key-workload_file").get_by_text(
        re.compile("1.*MB.*(or smaller|limit)|exceed|too large", re.I)
    ).first.wait_for()
    assert visitor.rest().tab.get_by_text("This part failed").count() == 0


def test_a_workload_file_is_taken_whole(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_workload("fraud-check").to_toml(), encoding="utf-8")
    visitor = visit()
    opened(visitor).locator(".st-key-workload_file input[type=file]").set_input_files(path)
    visitor.tab.get_by_test_id("strip").get_by_text(re.compile("fraud", re.I)).wait_for()
    assert visitor.rest().tab.locator("[data-testid=stSidebar] [data-testid=stAlert]").count() == 0

"""Saved work in the sidebar: save, open, rename, delete, undo; a saved answer beside that of today; and where it is not offered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.saved import Asked, load_ranking, saved
from advisor.saving import save_run, save_workload
from advisor.store import Store, data_file, open_store
from advisor.workload import Workload, load_workload
from simulator.pages import _link, _local

DAY = date(2026, 11, 20)
HOSTILE = "<img src=x onerror=alert(1)> *bold* [link](http://x)"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A user's data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return open_store(today=DAY)


@pytest.fixture
def small() -> Workload:
    return load_workload("receipt-classifier")


@pytest.fixture
def at(app: Callable[..., Any], store: Store, small: Workload) -> Any:
    return app(w=_link.encode(small))


def asked(workload: Workload, **changes: Any) -> Asked:
    return Asked(toml=workload.to_toml(), digest=workload.digest, **changes)


def messages(at: Any) -> str:
    return " ".join(e.value for kind in ("success", "error", "warning") for e in at.sidebar.get(kind))


def was_now(at: Any) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if 'data-testid="was-now"' in e.proto.body)


def test_a_workload_is_saved_opened_renamed_deleted_and_put_back(at: Any, store: Store, small: Workload) -> None:
    at.button(key="saved_workload").click().run()
    assert [(item.name, item.asked) for item in saved(store)] == [(small.name, asked(small))]
    at.text_input(key="workload_payload").set_value("33 KB").run()
    at.text_input(key="saved_name").set_value(HOSTILE).run()
    at.button(key="saved_workload").click().run()
    assert [item.name for item in saved(store)] == [HOSTILE, small.name]
    assert f"Saved: {HOSTILE}" in at.selectbox(key="workload_example").options
    at.selectbox(key="saved_workload_choice").select(saved(store)[1].id).run()
    at.button(key="saved_workload_open").click().run()
    assert at.text_input(key="workload_payload").value != "33 KB"
    start = next(text for text in at.selectbox(key="workload_example").options if HOSTILE in text)
    at.selectbox(key="workload_example").select(f"saved:{saved(store)[0].id}").run()
    assert start == f"Saved: {HOSTILE}"
    assert at.text_input(key="workload_payload").value == "33 KB"
    at.selectbox(key="saved_workload_choice").select(saved(store)[0].id).run()
    number = saved(store)[0].id
    at.text_input(key=f"saved_workload_name_{number}").set_value("renamed").run()
    at.button(key="saved_workload_renamed").click().run()
    assert saved(store)[0].name == "renamed"
    at.button(key="saved_workload_delete").click().run()
    assert [item.name for item in saved(store)] == [small.name]
    at.button(key="saved_undo").click().run()
    assert [item.name for item in saved(store)] == ["renamed", small.name]
    assert not at.exception


def test_a_taken_name_is_told_and_replaced_on_demand(at: Any, store: Store) -> None:
    at.button(key="saved_workload").click().run()
    at.text_input(key="workload_payload").set_value("33 KB").run()
    at.button(key="saved_workload").click().run()
    assert "is taken" in messages(at)
    assert len(saved(store)) == 1
    at.button(key="saved_replace").click().run()
    assert "33 KB" in saved(store)[0].asked.toml
    assert len(saved(store)) == 1


def test_a_saved_answer_opens_with_its_question_and_says_what_moved(at: Any, store: Store, small: Workload) -> None:
    at.text_input(key="workload_seed").set_value("5").run()
    at.button(key="saved_run").click().run()
    (item,) = saved(store, "run")
    assert item.asked.seed == 5
    assert item.answer is not None
    assert item.answer.cost_usd is not None
    assert item.name.startswith(small.name)
    assert load_ranking(store, item.id)["ranking"][0]["option"] == item.answer.best
    older = replace(item.answer, cost_usd=item.answer.cost_usd + 100, facts_digest="of then", facts_date="2026-11-01")
    save_run(store, "older", item.asked, older, {}, DAY)
    at.selectbox(key="workload_example").select("invoice-ocr").run()
    assert was_now(at) == ""
    at.selectbox(key="saved_run_choice").select(item.id).run()
    at.button(key="saved_run_open").click().run()
    assert "The answer is the same as when" in was_now(at)
    number = next(found.id for found in saved(store, "run") if found.name == "older")
    at.selectbox(key="saved_run_choice").select(number).run()
    at.button(key="saved_run_open").click().run()
    assert "−$100" in was_now(at)
    assert "Was, 20 Nov 2026" in was_now(at)
    assert "Limits or prices changed in between: those of then were read up to 1 Nov 2026" in was_now(at).replace(
        "\u00a0", " "
    )
    assert at.text_input(key="workload_seed").value == "5"
    at.text_input(key="workload_seed").set_value("6").run()
    assert was_now(at) == ""


def test_what_cannot_be_opened_is_said_and_the_question_stays(at: Any, store: Store, small: Workload) -> None:
    wrong = (
        asked(small, profile="<script>"), asked(small, terms="x" * 400),
        replace(asked(small), toml="name = 7"), replace(asked(small), toml="\x00"),
    )  # fmt: skip
    numbers = [save_workload(store, f"wrong {n}", question, DAY) for n, question in enumerate(wrong)]
    at.run()
    for number in numbers:
        at.selectbox(key="saved_workload_choice").select(number).run()
        at.button(key="saved_workload_open").click().run()
        assert at.sidebar.error
        assert at.text_input(key="workload_payload").value
        assert not at.exception
    (gone,) = numbers[:1]
    at.selectbox(key="saved_workload_choice").select(gone).run()
    with store.writing() as connection:
        connection.execute("DELETE FROM saved")
    at.button(key="saved_workload_open").click().run()
    assert "was removed" in messages(at)


def test_a_damaged_file_is_told_with_its_new_name(at: Any, store: Store) -> None:
    at.button(key="saved_workload").click().run()
    data_file().write_bytes(b"junk" * 3000)
    at.run()
    assert "was set aside as" in messages(at)
    at.button(key="saved_workload").click().run()
    assert len(saved(open_store(today=DAY))) == 1


def test_a_file_that_cannot_be_used_is_told_and_the_page_works(
    app: Callable[..., Any], store: Store, small: Workload
) -> None:
    data_file().parent.mkdir(parents=True)
    data_file().mkdir()
    at = app(w=_link.encode(small))
    assert "cannot be opened" in messages(at)
    at.button(key="saved_workload").click().run()
    assert not at.exception
    assert at.sidebar.error
    assert "answer" in "".join(e.proto.body for e in at.main.get("html"))


def test_on_a_shared_server_nothing_is_saved_nor_shown(
    app: Callable[..., Any], store: Store, small: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_workload(store, "of somebody", asked(small), DAY)
    monkeypatch.setattr(_local, "is_local", lambda *_: False)
    at = app(w=_link.encode(small))
    assert any("not offered on a shared server" in e.value for e in at.sidebar.caption)
    assert not [button for button in at.sidebar.button if str(button.key).startswith("saved_")]
    assert not any("of somebody" in text for text in at.selectbox(key="workload_example").options)

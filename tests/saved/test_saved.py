"""Saved work: what is saved comes back, names and numbers are bounded, and a removal can be undone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from advisor import saving
from advisor.errors import InputError, StoreError
from advisor.saved import LARGEST_RANKING_BYTES, Asked, SavedAnswer, load, load_ranking, saved
from advisor.saving import TakenError, put_back, remove, rename, save_run, save_workload
from advisor.store import Store

TODAY = date(2026, 11, 25)
ANSWER = SavedAnswer(
    facts_digest="f", facts_date="2026-11-22", best="async", configuration="1 × ml.m5.xlarge", cost_usd=168.0,
    measure="p99", latency_us=None,
)  # fmt: skip
RANKING: dict[str, Any] = {"schema": 1, "ranking": [{"option": "async", "published": None}]}


def test_what_is_saved_comes_back_newest_first(store: Store, asked: Callable[..., Asked]) -> None:
    question = asked(profile="study-card", seed=7, terms="free=yes", recording="day.csv~10~abc")
    first = save_workload(store, "  Invoice \n OCR ", question, date(2026, 11, 20))
    second = save_run(store, "Invoice OCR", question, ANSWER, RANKING, TODAY)
    assert [item.id for item in saved(store)] == [second, first]
    assert [item.name for item in saved(store, "workload")] == ["Invoice OCR"]
    item = load(store, first)
    assert (item.kind, item.saved_on, item.asked, item.answer) == ("workload", date(2026, 11, 20), question, None)
    assert load(store, second).answer == ANSWER
    assert load_ranking(store, second) == RANKING


def test_a_taken_name_is_said_and_replaced_only_when_told(store: Store, asked: Callable[..., Asked]) -> None:
    save_workload(store, "one", asked("a = 1"), TODAY)
    with pytest.raises(TakenError, match='"one" is not allowed; allowed: a name that is not taken yet'):
        save_workload(store, "one", asked("a = 2"), TODAY)
    assert saved(store)[0].asked.toml == "a = 1"
    save_workload(store, "one", asked("a = 2"), TODAY, replace=True)
    assert [item.asked.toml for item in saved(store)] == ["a = 2"]


@pytest.mark.parametrize("name", ["", " \t\n", "x" * 81, "\0\x1b"])
def test_what_is_no_name_is_refused(store: Store, asked: Callable[..., Asked], name: str) -> None:
    with pytest.raises(InputError, match="1 to 80 characters"):
        save_workload(store, name, asked(), TODAY)


def test_renaming_keeps_all_else(store: Store, asked: Callable[..., Asked]) -> None:
    one, two = (save_workload(store, name, asked(), TODAY) for name in ("one", "two"))
    rename(store, one, "<b>three</b>")
    assert [item.name for item in saved(store)] == ["two", "<b>three</b>"]
    with pytest.raises(TakenError):
        rename(store, one, "two")
    remove(store, two)
    with pytest.raises(InputError, match="was removed"):
        rename(store, two, "four")


def test_a_removal_is_undone_whole(store: Store, asked: Callable[..., Asked]) -> None:
    number = save_run(store, "one", asked(), ANSWER, RANKING, TODAY)
    before = load(store, number)
    removed = remove(store, number)
    assert saved(store) == ()
    for act in (load, load_ranking, remove):
        with pytest.raises(InputError, match="was removed"):
            act(store, number)
    put_back(store, removed)
    assert load(store, number) == before
    assert load_ranking(store, number) == RANKING


def test_number_and_size_are_bounded(
    store: Store, asked: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "MOST", {"workload": 2, "run": 1})
    for name in ("one", "two"):
        save_workload(store, name, asked(), TODAY)
    with pytest.raises(InputError, match="2 workloads are saved, as many as are kept: delete one first"):
        save_workload(store, "three", asked(), TODAY)
    save_workload(store, "two", asked(), TODAY, replace=True)
    with pytest.raises(InputError, match=r"workload: 2\.0 MB is not allowed; allowed: at most 1 MB"):
        save_workload(store, "two", asked("x" * 2_000_000), TODAY, replace=True)
    large = {"ranking": "x" * LARGEST_RANKING_BYTES}
    with pytest.raises(InputError, match="at most 4 MB"):
        save_run(store, "run", asked(), ANSWER, large, TODAY)
    assert len(saved(store)) == 2


def test_a_ranking_changed_by_others_is_refused_with_words(store: Store, asked: Callable[..., Asked]) -> None:
    number = save_run(store, "one", asked(), ANSWER, RANKING, TODAY)
    for wrong in (b"no zlib", None, 7, b""):
        with store.writing() as connection:
            connection.execute("UPDATE saved SET ranking = ?", (wrong,))
        with pytest.raises(StoreError, match="cannot be read any more"):
            load_ranking(store, number)

"""The file itself: who may read it, what becomes of a damaged, older, newer or foreign one, and words for each failure."""

import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from advisor import _store_schema
from advisor.errors import StoreError
from advisor.saved import Asked, saved
from advisor.saving import save_workload
from advisor.store import Store, data_file, open_store

TODAY = date(2026, 11, 25)


def test_looking_makes_no_file_and_saving_makes_one_for_its_owner_only(
    file: Path, store: Store, asked: Callable[..., Asked]
) -> None:
    assert saved(store) == ()
    assert not file.parent.exists()
    save_workload(store, "one", asked(), TODAY)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sorted(path.name for path in file.parent.iterdir()) == ["saved.lock", "saved.sqlite"]


def test_the_file_lies_in_the_data_folder_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_file() == tmp_path / "sagemaker-endpoint-advisor" / "saved.sqlite"


@pytest.mark.parametrize("raw", [b"junk" * 5000, b"SQLite format 3\0" + b"\xff" * 9000, b"\0" * 4096])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(file: Path, asked: Callable[..., Asked], raw: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(raw)
    Path(f"{file}-journal").write_bytes(b"left behind")
    store = open_store(file, today=TODAY)
    assert [path.name for path in store.aside] == ["saved-damaged-2026-11-25.sqlite"]
    assert store.aside[0].read_bytes() == raw
    assert saved(store) == ()
    save_workload(store, "after", asked(), TODAY)
    file.write_bytes(raw)
    again = open_store(file, today=TODAY)
    assert [path.name for path in again.aside] == [
        "saved-damaged-2026-11-25-2.sqlite",
        "saved-damaged-2026-11-25.sqlite",
    ]


def test_damage_deep_inside_is_seen(file: Path, store: Store, asked: Callable[..., Asked]) -> None:
    for number in range(30):
        save_workload(store, f"w{number}", asked("x" * 5000), TODAY)
    raw = bytearray(file.read_bytes())
    raw[8192:12288] = b"\xa5" * 4096
    file.write_bytes(raw)
    assert len(open_store(file, today=TODAY).aside) == 1


def test_the_first_of_many_sets_a_damaged_file_aside_and_the_others_keep_what_it_began(
    file: Path, asked: Callable[..., Asked]
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"junk" * 5000)
    begun = threading.Barrier(8)

    def work(number: int) -> None:
        begun.wait()
        save_workload(open_store(file, today=TODAY), f"w{number}", asked(), TODAY)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_store(file, today=TODAY)
    assert {item.name for item in saved(store)} == {f"w{number}" for number in range(8)}
    assert len(store.aside) == 1


def test_a_writer_keeps_its_lock_while_others_of_its_process_come_and_go(
    file: Path, store: Store, asked: Callable[..., Asked]
) -> None:
    save_workload(store, "one", asked(), TODAY)
    probe = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute('BEGIN IMMEDIATE')"
    )
    with store.writing() as connection:
        connection.execute("UPDATE saved SET toml = 'changed'")
        reader = threading.Thread(target=lambda: [open_store(file, today=TODAY), saved(store)])
        reader.start()
        reader.join()
        writer = threading.Thread(target=save_workload, args=(store, "two", asked(), TODAY))
        writer.start()
        time.sleep(0.3)  # it waits
        other = subprocess.run([sys.executable, "-c", probe, str(file)], capture_output=True, text=True, check=False)
        assert "database is locked" in other.stderr
    writer.join()
    assert {item.name for item in saved(store)} == {"one", "two"}


def test_a_file_in_use_is_not_moved_away(file: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.store._PATIENCE_S", 0.05)
    with store.writing():
        monkeypatch.setattr("advisor.store._damaged", lambda _: True)
        with pytest.raises(StoreError, match="another program is writing"):
            open_store(file, today=TODAY)
    assert file.exists()


def test_a_file_of_an_older_form_is_led_to_ours_with_all_it_holds(
    file: Path, store: Store, asked: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_workload(store, "old", asked(), TODAY)
    monkeypatch.setattr(
        _store_schema,
        "MIGRATIONS",
        (*_store_schema.MIGRATIONS, ("CREATE TABLE more (a)", "INSERT INTO more VALUES (7)")),
    )
    assert [item.name for item in saved(store)] == ["old"]
    with store.reading() as connection:
        assert connection.execute("SELECT a FROM more").fetchone()[0] == 7
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(_store_schema.MIGRATIONS)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    file: Path, store: Store, asked: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_workload(store, "old", asked(), TODAY)
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(_store_schema, "MIGRATIONS", (*_store_schema.MIGRATIONS, ("CREATE TABLE more (a)", "no SQL")))
        with pytest.raises(StoreError, match="syntax error"):
            saved(store)
    assert file.read_bytes() == before
    assert [item.name for item in saved(store)] == ["old"]


def test_an_empty_file_is_of_version_zero_and_is_led_to_ours(file: Path, asked: Callable[..., Asked]) -> None:
    file.parent.mkdir()
    file.touch()
    store = open_store(file, today=TODAY)
    assert saved(store) == ()
    save_workload(store, "one", asked(), TODAY)
    assert len(saved(store)) == 1


def test_a_newer_form_is_refused_with_words_and_left_alone(
    file: Path, store: Store, asked: Callable[..., Asked]
) -> None:
    save_workload(store, "one", asked(), TODAY)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    for act in (
        lambda: open_store(file, today=TODAY),
        lambda: saved(store),
        lambda: save_workload(store, "two", asked(), TODAY),
    ):
        with pytest.raises(StoreError, match=r"saved\.sqlite: it was written by a newer version .* form is 99"):
            act()
    assert file.read_bytes() == before


def test_a_file_of_another_program_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE cookies (a)")
        connection.commit()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="belongs to another program"):
        open_store(file, today=TODAY)
    assert file.read_bytes() == before


def test_a_full_disk_is_said_and_changes_nothing(file: Path, store: Store, asked: Callable[..., Asked]) -> None:
    save_workload(store, "one", asked(), TODAY)

    def fill() -> None:
        with store.writing() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
            connection.execute("UPDATE saved SET toml = ?", ("x" * 50_000,))

    with pytest.raises(StoreError, match="the disk is full"):
        fill()
    assert [item.asked.toml for item in saved(store)] == ["schema = 1"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, asked: Callable[..., Asked]) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    store = open_store(tmp_path / "taken" / "saved.sqlite", today=TODAY)
    with pytest.raises(StoreError, match=r"saved\.sqlite: (File exists|Not a directory)"):
        save_workload(store, "one", asked(), TODAY)
    (tmp_path / "saved.sqlite").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "saved.sqlite", today=TODAY)


def test_another_writer_is_waited_for_and_then_named(
    file: Path, store: Store, asked: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisor.store._PATIENCE_S", 0.05)
    save_workload(store, "one", asked(), TODAY)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(saved(store)) == 1
        with pytest.raises(StoreError, match="another program is writing"):
            save_workload(store, "two", asked(), TODAY)

"""Saving survives a kill at any moment, and many writers at once."""

import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from advisor.saved import saved
from advisor.store import open_store

TODAY = date(2026, 11, 25)
ROOT = Path(__file__).parents[2]
# Saves one after the other, and says each that was acknowledged. Each has content that tells whether it is whole.
SAVER = """
import sys
from datetime import date
from pathlib import Path
from advisor.saved import Asked
from advisor.saving import save_workload
from advisor.store import open_store
who, most = sys.argv[2], int(sys.argv[3])
for number in range(most):
    store = open_store(Path(sys.argv[1]), today=date(2026, 11, 25))
    text = f"{number}:" + "x" * (1000 + 37 * (number % 500))
    save_workload(store, f"{who}{number % 20}", Asked(toml=text, digest=""), date(2026, 11, 25), replace=True)
    print(number, flush=True)
"""


def saver(file: Path, who: str, most: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SAVER, str(file), who, str(most)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def whole(text: str) -> int:
    """The number of a save; it fails where the text is not all of it."""
    number = int(text.split(":", maxsplit=1)[0])
    assert text == f"{number}:" + "x" * (1000 + 37 * (number % 500))
    return number


def test_a_killed_writer_loses_nothing_it_acknowledged_and_leaves_nothing_half(file: Path) -> None:
    moments = random.Random(6)  # noqa: S311 - moments, not secrets
    for turn in range(6):
        process = saver(file, f"t{turn}-", 100_000)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline())]
        time.sleep(moments.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().splitlines()]
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        store = open_store(file, today=TODAY)
        assert store.aside == ()
        found = {item.name: whole(item.asked.toml) for item in saved(store)}
        for number in range(20):
            last = max((n for n in acknowledged if n % 20 == number), default=None)
            if last is not None:
                assert found[f"t{turn}-{number}"] >= last


def test_two_writers_at_once_both_keep_all_they_saved(file: Path) -> None:
    both = [saver(file, who, 40) for who in "ab"]
    for process in both:
        assert process.communicate(timeout=60)[0].split() == [str(n) for n in range(40)]
        assert process.returncode == 0
    found = {item.name: whole(item.asked.toml) for item in saved(open_store(file, today=TODAY))}
    assert found == {f"{who}{n}": n + 20 for who in "ab" for n in range(20)}

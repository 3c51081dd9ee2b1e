"""One server and one browser for all tests that need them; the app in process for the others."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """The app in process, waiting for its answer: on the first page or on that with the address `page`.

    Further keyword arguments are the query string.
    """
    from streamlit.navigation.page import calc_hash
    from streamlit.testing.v1 import AppTest

    from simulator.pages import _job

    monkeypatch.setattr(_job, "PATIENCE_S", 60.0)
    main = sys.modules["__main__"]

    def start(page: str = "", **query: str) -> Any:
        made = AppTest.from_file(ROOT / "app.py", default_timeout=90)
        if page:  # the test tool knows pages by their file only; ours are functions
            made._page_hash = calc_hash(page)
        for name, value in query.items():
            made.query_params[name] = value
        return made.run()

    yield start
    sys.modules["__main__"] = main  # an app in process takes its place; other tests ask what it is


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served as a user serves it."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log").open("w")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "BROWSER": "none"}
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310 - our own server
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            pytest.fail("the server did not start")
        yield address
    finally:
        process.terminate()
        process.wait(10)
        log.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield opened
        opened.close()

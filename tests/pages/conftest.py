"""One server and one browser for all tests that need them; the app in process for the others."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.listen import answers_at
from tests.pages.browsing import THEMES, Visitor

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
    """The address of the app, served as a user serves it; what it saves goes to a folder of the tests."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    log = (folder / "log").open("w")
    command = [sys.executable, "-m", "simulator.cli", "app", "--port", str(port)]
    own = {**os.environ, "XDG_DATA_HOME": str(folder / "saved")}
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=own)
    try:
        until = time.monotonic() + 240  # where no kernel is compiled yet
        while not answers_at(port, "localhost"):
            assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Iterator[dict[str, Any]]:
    """One context a theme for most tests, so that scripts come from its cache."""
    opened = {theme: browser.new_context(color_scheme=theme) for theme in THEMES}
    for context in opened.values():  # a sidebar that was folded on a phone stays folded at every width
        context.add_init_script("localStorage.clear()")
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def visit(server: str, contexts: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Open an address of the app in a tab of its own: a session of its own. Faults of any tab fail the test.

    Keyword arguments: `width`, `theme`, and `context` for a browser of one's own.
    """
    visitors: list[Visitor] = []

    def go(address: str = "/", *, width: int = 1440, theme: str = "light", context: Any = None) -> Visitor:
        visitors.append(Visitor(context or contexts[theme], server, width))
        return visitors[-1].open(address)

    yield go
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.tab.close()
    assert faults == []


@pytest.fixture
def elsewhere(browser: Any) -> Iterator[Any]:
    """A second browser: nothing of the first is in it."""
    context = browser.new_context()
    yield context
    context.close()

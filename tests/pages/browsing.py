"""How the browser tests look at the app: tabs that collect faults, and a page that is really at rest."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from advisor.workload import load_workload
from simulator.pages import _link

ROOT = Path(__file__).parents[2]
TITLES = dict(
    re.findall(r'"(\w+)": st\.Page\(.*?title="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8"), re.DOTALL)
)
"""Every page of the router, in its order: its address and its name in the menu."""
ADDRESSES = tuple(TITLES)
PATHS = {address: f"/{address}" if n else "/" for n, address in enumerate(ADDRESSES)}
"""The first page has no path of its own."""
WORKED = ("decide", "compare", "replay", "size")
"""Those that answer the question in the sidebar."""
QUICK = f"?w={_link.encode(load_workload('fraud-check'))}"
"""The question whose ranking takes least, as a query string: where a test asks further questions."""
WIDTHS = {"desk": 1440, "phone": 390}
THEMES = ("light", "dark")
PAGE_COLOUR = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
PATIENCE_MS = 60_000

_AT_REST = """(quiet) => {
  const app = document.querySelector('[data-testid=stApp]');
  const busy = !app || app.dataset.testScriptState !== 'notRunning' || !document.querySelector('h1')
    || document.querySelector('[data-testid=stSkeleton], [data-stale=true], [class*=st-key-][class*=_stop] button')
    || [...document.querySelectorAll('[data-testid=stPlotlyChart]')].some(c => !c.querySelector('.main-svg'));
  const now = performance.now();
  window.restsSince = busy ? undefined : window.restsSince ?? now;
  return !busy && now - window.restsSince >= quiet;
}"""
_SIDEWAYS = "(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))"


class Visitor:
    """One tab, with everything that went wrong in it.

    Arguments: `context` is a browser context of its own cookies and cache; `server` the address of the app.
    """

    def __init__(self, context: Any, server: str, width: int = 1440) -> None:
        self.server = server
        self.tab = context.new_page()
        self.tab.set_default_timeout(PATIENCE_MS)
        self.tab.set_viewport_size({"width": width, "height": 900})
        self.faults: list[str] = []
        own = (f"{server}/", f"{server.replace('http', 'ws', 1)}/", "data:", "blob:")
        # a page with an address of its own is asked first for these two, and then the root is: Streamlit's way
        expected = re.compile(rf"{re.escape(server)}/\w+/_stcore/(health|host-config)")

        def said(message: Any) -> None:
            if message.type == "error" and not expected.fullmatch(message.location.get("url", "")):
                self.faults.append(f"{message.text} {message.location}")

        self.tab.on("console", said)
        self.tab.on("pageerror", lambda error: self.faults.append(str(error)))
        self.tab.on("request", lambda r: None if r.url.startswith(own) else self.faults.append(f"asked {r.url}"))

    def open(self, address: str = "/") -> "Visitor":
        """Load an address of the app and wait until the page is at rest."""
        self.tab.goto(f"{self.server}{address}")
        return self.rest()

    def rest(self, quiet_ms: int = 250) -> "Visitor":
        """Wait until nothing runs, nothing is stale, and every chart is drawn."""
        self.tab.wait_for_function(_AT_REST, arg=quiet_ms, polling=50, timeout=PATIENCE_MS)
        return self

    def follow(self, address: str) -> "Visitor":
        """Go to another page by the closing row of links, which is there at every width."""
        if self.at != address:
            self.tab.locator(".st-key-frame_ways").get_by_role("link", name=TITLES[address], exact=True).click()
            self.tab.wait_for_url(re.compile(rf"{re.escape(self.server)}{PATHS[address]}(\?|$)"))
        return self.rest()

    @property
    def at(self) -> str:
        """The address of the page that is open."""
        path = self.tab.url.removeprefix(self.server).split("?")[0].strip("/")
        return path or ADDRESSES[0]

    @property
    def question(self) -> str:
        """The workload in the address."""
        found = re.search(r"[?&]w=([^&]*)", self.tab.url)
        return found[1] if found else ""

    @property
    def title(self) -> str:
        """The one h1."""
        return str(self.tab.locator("h1").inner_text())

    @property
    def sideways(self) -> int:
        """Pixels by which the page can be scrolled sideways."""
        return int(self.tab.evaluate(_SIDEWAYS))

    def write(self, key: str, text: str) -> None:
        """Type into the field with that key and commit it."""
        field = self.tab.locator(f".st-key-{key} input")
        field.fill(text)
        field.press("Enter")

    def ask(self, key: str, text: str) -> str:
        """Type into a field and wait until the question is another and its answer shown; the question."""
        return self._asked(lambda: self.write(key, text))

    def choose(self, key: str, label: str) -> str:
        """Take a choice of a list and wait likewise."""

        def pick() -> None:
            field = self.tab.locator(f".st-key-{key} input")
            field.click()  # which brings it into sight: a list out of sight does not open
            field.fill(label)  # a long list has only those in sight
            self.tab.get_by_role("option", name=label, exact=True).click()

        return self._asked(pick)

    def _asked(self, change: Callable[[], None]) -> str:
        before = self.question
        change()
        other = "before => location.search.includes('w=') && !location.search.includes(before)"
        self.tab.wait_for_function(other, arg=before or "none")
        self.rest()
        return self.question

    def whole(self) -> "Visitor":
        """Make the window as high as the page, which scrolls inside itself."""
        height = int(self.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
        width = self.tab.viewport_size["width"]
        self.tab.set_viewport_size({"width": width, "height": max(900, height + 60)})
        return self.rest()

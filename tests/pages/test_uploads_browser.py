"""Uploads past the limits: the widget refuses what is too large, by name and limit, and the server what is forged."""

import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from advisor.workload import load_workload
from simulator.pages import _link

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def tab(server: str, browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{server}/?w={_link.encode(load_workload('receipt-classifier'))}")
    opened.wait_for_selector("[data-testid=card]", timeout=120_000)
    opened.get_by_text("Load or save", exact=True).click()
    yield opened
    context.close()


def send(address: str, headers: dict[str, str], body: Any) -> int:
    """The status that a request gets which no browser would send."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request("PUT", parts.path, body=body, headers=headers, encode_chunked="Transfer-Encoding" in headers)
        return connection.getresponse().status
    except BrokenPipeError:  # it hung up without reading on
        return 413
    finally:
        connection.close()


def test_too_large_uploads_are_refused_by_the_widget_and_forged_ones_by_the_server(tab: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        os.truncate(file.fileno(), 300 * 10**6)
    sent: list[Any] = []
    tab.on("request", lambda request: sent.append(request) if "upload_file" in request.url else None)
    box = tab.locator(".st-key-workload_trace")
    box.locator("input[type=file]").set_input_files(large)
    box.get_by_text("large.csv").wait_for(timeout=10_000)
    assert "File must be 50.0MB or smaller" in box.inner_text()
    assert sent == []
    assert tab.locator("[data-testid=answer]").count() == 1

    small = tmp_path / "day.csv"
    small.write_text("time\n" + "".join(f"{n}\n" for n in range(600)))
    box.locator("input[type=file]").set_input_files(small)
    tab.locator(".st-key-workload_play button").wait_for(timeout=20_000)
    (real,) = [request for request in sent if request.method == "PUT"]
    headers = {k: v for k, v in real.all_headers().items() if k in {"cookie", "x-xsrftoken", "content-type", "origin"}}
    boundary = headers["content-type"].split("boundary=")[1]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'.encode()

    def chunks() -> Iterator[bytes]:
        yield head
        for _ in range(70):
            yield b"1\n" * 500_000

    assert send(real.url, headers | {"Content-Length": str(300 * 10**6)}, b"") == 413
    assert send(real.url, headers | {"Transfer-Encoding": "chunked"}, chunks()) == 413
    assert send(real.url, {name: text for name, text in headers.items() if name != "x-xsrftoken"}, b"") == 403
    assert send(real.url.replace(real.url.split("/")[-2], "another-session"), headers, b"") == 400

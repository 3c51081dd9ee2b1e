"""Saving is offered where one person sits: at a server on localhost, asked for at localhost, with nothing in between."""

import pytest

from simulator.pages._local import is_local

URL = "http://localhost:8501/decide"


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost", ""])
@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:8501/", "http://[::1]:8501/", ""])
def test_a_browser_beside_the_server(address: str, host: str, url: str) -> None:
    assert is_local(address, host, url, ["host", "user-agent", "cookie"])


@pytest.mark.parametrize(
    ("address", "host", "url", "headers"),
    [
        (None, "localhost:8501", URL, []),
        ("", "localhost:8501", URL, []),
        ("0.0.0.0", "localhost:8501", URL, []),
        ("192.168.0.7", "192.168.0.7:8501", "http://192.168.0.7:8501/", []),
        ("localhost", "advisor.example.com", URL, []),
        ("localhost", "localhost.example.com", URL, []),
        ("localhost", "localhost:8501", "https://advisor.example.com/", []),
        ("localhost", "localhost:8501", URL, ["Host", "X-Forwarded-For"]),
        ("localhost", "localhost:8501", URL, ["forwarded"]),
        ("localhost", "[::1", URL, []),
        ("localhost", "localhost@evil.example", URL, []),
    ],
)
def test_anything_else(address: str | None, host: str, url: str, headers: list[str]) -> None:
    assert not is_local(address, host, url, headers)

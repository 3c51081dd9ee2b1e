"""Whether this server is one person's own: what is saved here is then theirs alone."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

__all__ = ["is_local", "own_server"]

_HERE: Final = {"localhost", "127.0.0.1", "::1"}
_PASSED_ON: Final = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
"""Headers that a proxy adds: behind one, many may come through a server that listens on localhost."""


def is_local(address: str | None, host: str, url: str, headers: Collection[str]) -> bool:
    """The server listens on localhost only, and the browser asked it there.

    Arguments: `address` it listens on, none for all; `host` and `url` as the browser gave them, empty where none did;
    `headers`, the names of those of the request.
    """
    if address not in _HERE or _PASSED_ON & {name.lower() for name in headers}:
        return False
    try:
        asked = {urlsplit(text).hostname for text in (f"//{host}" if host else "", url) if text}
    except ValueError:
        return False
    return asked <= _HERE


def own_server() -> bool:
    """Whether saving may be offered in this session."""
    headers = st.context.headers
    return is_local(st.get_option("server.address"), headers.get("Host") or "", st.context.url or "", list(headers))

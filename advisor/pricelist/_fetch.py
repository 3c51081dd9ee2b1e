"""Brings a price list to a local file: a path as it is, an address by download into a temporary file."""

import http.client
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from advisor.errors import InputError, Problem

__all__ = ["LARGEST_DOWNLOAD_BYTES", "fetched", "is_address", "progress_line"]

LARGEST_DOWNLOAD_BYTES: Final = 4 * 10**9
_CHUNK: Final = 1 << 18
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
Progress = Callable[[int, int | None], None]


def is_address(source: str) -> bool:
    """True for what is written as an address, false for a file.

    >>> is_address("https://example.com/index.json"), is_address("index.json")
    (True, False)
    """
    return "://" in source


def _allowed(address: str) -> None:
    """Raises InputError for anything but https, and http to this machine."""
    try:
        parts = urlsplit(address)
        local = parts.hostname in _LOCAL
    except ValueError:
        parts, local = urlsplit(""), False
    if not (parts.scheme == "https" and parts.hostname) and not (parts.scheme == "http" and local):
        allowed = "a file, an https address, or http on 127.0.0.1 or localhost"
        raise InputError([Problem("address", repr(address)[:200], allowed)])


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to where the user could have pointed."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
        try:
            _allowed(newurl)
        except InputError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextmanager
def fetched(
    source: str, *, stall_s: float = 30.0, longest_s: float = 1800.0, progress: Progress | None = None
) -> Iterator[Path]:
    """A local file with what `source` holds; a download is whole or refused, and gone after use.

    Arguments: `stall_s`, the longest silence of a server, and `longest_s`, the longest download, in seconds.
    Raises InputError when the file or the address cannot be read, is too large or too slow, or ends early.
    """
    if not is_address(source):
        path = Path(source)
        if not path.is_file():
            raise InputError([Problem(repr(source)[:200], "", "there is no such file")])
        yield path
        return
    _allowed(source)
    with tempfile.TemporaryDirectory(prefix="price-list-") as folder:
        path = Path(folder) / "list"
        try:
            _download(source, path, stall_s, longest_s, progress)
        except HTTPError as error:
            said = f"HTTP {error.code} {error.reason}"
            error.close()
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            slow = isinstance(reason, TimeoutError)
            said = f"no answer for {stall_s:g} seconds" if slow else f"cannot be read: {reason or type(error).__name__}"
        else:
            yield path
            return
        raise InputError([Problem(source[:200], "", said[:300])])


def _download(address: str, path: Path, stall_s: float, longest_s: float, progress: Progress | None) -> None:
    local = urlsplit(address).hostname in _LOCAL
    proxies = urllib.request.ProxyHandler({}) if local else urllib.request.ProxyHandler()
    opener = urllib.request.build_opener(proxies, _Redirects)
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - checked by _allowed
    until = time.monotonic() + longest_s
    with opener.open(request, timeout=stall_s) as answer, path.open("wb") as file:
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        if max(total or 0, 0) > LARGEST_DOWNLOAD_BYTES:
            raise InputError([Problem(address[:200], f"{total:,} bytes", f"at most {LARGEST_DOWNLOAD_BYTES:,} bytes")])
        if total is not None and total > shutil.disk_usage(path.parent).free:
            raise InputError([Problem(address[:200], f"{total:,} bytes", "a file for which the disk has room")])
        done = 0
        while chunk := answer.read1(_CHUNK):
            done += file.write(chunk)
            if progress:
                progress(done, total)
            if done > LARGEST_DOWNLOAD_BYTES:
                raise InputError([Problem(address[:200], "no end", f"at most {LARGEST_DOWNLOAD_BYTES:,} bytes")])
            if time.monotonic() > until:
                raise InputError([Problem(address[:200], "", f"took longer than {longest_s:g} seconds")])
    if progress:
        progress(done, done)
    if total is not None and done != total:
        raise InputError(
            [Problem(address[:200], f"{done:,} of {total:,} bytes", "a whole file: it was cut off; try again")]
        )


def progress_line() -> Progress | None:
    """A line on the terminal with what came so far; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int | None) -> None:
        end = done == total
        of = f" of {total / 1e6:,.1f}" if total else ""
        sys.stderr.write("\r\x1b[K" + ("" if end else f"price list: {done / 1e6:,.1f}{of} MB"))
        sys.stderr.flush()

    return show

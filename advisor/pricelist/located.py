"""From what the user names to the local file of one Region: the public address by default, an index followed."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import ijson

from advisor.errors import InputError, Problem
from advisor.pricelist._fetch import Progress, fetched, is_address
from advisor.pricelist._opened import Form, form_of, opened, readable
from advisor.pricelist.addresses import Addresses

__all__ = ["Located", "located"]

_MOST_REGIONS: Final = 1000


class Located(NamedTuple):
    """A local file, its form, and how a table names its origin."""

    path: Path
    form: Form
    name: str


def named(source: str) -> str:
    """How a table names where it comes from: never a folder of this machine, a password or a signed query.

    >>> named("https://me:secret@example.com/list.json?token=1"), named("/somewhere/list.json")
    ('https://example.com/list.json', 'list.json')
    """
    if not is_address(source):
        return Path(source).name
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def located(source: str, region: str, addresses: Addresses, progress: Progress | None = None) -> Iterator[Located]:
    """The list that `source` is, or that it names for the Region where it is an index.

    Raises InputError as `fetched` and `form_of` do, and when an index has no such Region.
    """
    with fetched(source, progress=progress) as path:
        name = named(source)
        form = form_of(path, name)
        target = _followed(path, form, region, name) if form in {"index", "savings_index"} else ""
        if not target:
            yield Located(path, form, name)
            return
    address = urljoin(source if is_address(source) else addresses.host, target)
    with fetched(address, progress=progress) as path:
        yield Located(path, form_of(path, named(address)), named(address))


def _followed(path: Path, form: Form, region: str, name: str) -> str:
    """Where an index says that the list of the Region is."""
    found: dict[str, str] = {}
    with readable(name), opened(path) as stream:
        if form == "index":
            rows = ((code, row, "currentVersionUrl") for code, row in ijson.kvitems(stream, "regions"))
        else:
            rows = (
                (row.get("regionCode"), row, "versionUrl")
                for row in ijson.items(stream, "regions.item")
                if isinstance(row, dict)
            )
        for code, row, field in rows:
            if isinstance(row, dict) and isinstance(row.get(field), str) and len(found) < _MOST_REGIONS:
                found[str(code)[:40]] = row[field]
    if region not in found:
        near = ", ".join(get_close_matches(region, found, n=3, cutoff=0.0)) or "none"
        raise InputError([Problem("--region", repr(region), f"a Region of {name}, like {near}")])
    return found[region]

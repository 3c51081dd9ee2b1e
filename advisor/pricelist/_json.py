"""The price list in JSON, streamed: the offer file, and what the API GetProducts answers."""

import json
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import ijson

from advisor.errors import InputError, Problem
from advisor.pricelist._opened import Form, opened
from advisor.pricelist._products import Attributes, flat
from advisor.pricelist._rates import Rate, rates_of

__all__ = ["Head", "head", "products", "rates"]

_CHUNK: Final = 1 << 18
_PLACES: Final[dict[Form, str]] = {"answer": "PriceList.item", "array": "item", "lines": ""}


class Head(NamedTuple):
    """What a price list says of itself; empty where it says nothing."""

    offer: str
    version: str
    published: str


def head(path: Path, form: Form) -> Head:
    """Offer code, version and publication date."""
    if form != "offer":
        first = next(_answers(path, form), {})
        return Head(*(str(first.get(name, "")) for name in ("serviceCode", "version", "publicationDate")))
    found = []
    for name in ("offerCode", "version", "publicationDate"):
        with opened(path) as stream:
            found.append(str(next(ijson.items(stream, name, buf_size=_CHUNK), "")))
    return Head(*found)


def products(path: Path, form: Form) -> Iterator[tuple[str, Attributes]]:
    """SKU and attributes of every product."""
    if form == "offer":
        with opened(path) as stream:
            for sku, product in ijson.kvitems(stream, "products", buf_size=_CHUNK):
                if isinstance(product, dict):
                    yield sku, flat(product.get("attributes"), product.get("productFamily"))
        return
    for answer in _answers(path, form):
        product = answer["product"]
        yield str(product.get("sku", "")), flat(product.get("attributes"), product.get("productFamily"))


def rates(path: Path, form: Form, wanted: Container[str]) -> Iterator[Rate]:
    """The on-demand rates of the wanted SKUs; whether they stand before the products or after makes no difference."""
    if form == "offer":
        with opened(path) as stream:
            for sku, terms in ijson.kvitems(stream, "terms.OnDemand", buf_size=_CHUNK):
                if sku in wanted:
                    yield from rates_of(sku, terms)
        return
    for answer in _answers(path, form):
        sku, terms = str(answer["product"].get("sku", "")), answer.get("terms")
        if sku in wanted and isinstance(terms, dict):
            yield from rates_of(sku, terms.get("OnDemand"))


def _answers(path: Path, form: Form) -> Iterator[dict[str, Any]]:
    """The products of GetProducts: JSON objects, or JSON in texts as the API has them."""
    with opened(path) as stream:
        for item in ijson.items(stream, _PLACES[form], multiple_values=True, buf_size=_CHUNK):
            answer = json.loads(item) if isinstance(item, str) else item
            if not isinstance(answer, dict) or not isinstance(answer.get("product"), dict):
                raise InputError([Problem("price list", repr(item)[:60], "products as GetProducts answers them")])
            yield answer

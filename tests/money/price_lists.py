"""Price lists in the form AWS documents, made by the tests: products and rates in, any form of the list out."""

import csv
import gzip
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PUBLISHED = "2026-11-20T03:04:05Z"
VERSION = "20261120030405"
METERS = {"Hosting": "Host", "AsyncInf": "AsyncInf", "BatchTransform": "Tsform", "Training": "Train"}
COLUMNS = {
    "regionCode": "Region Code", "locationType": "Location Type", "component": "Component", "instanceName": "Instance Name",
    "instanceType": "Instance Type", "platoinstancetype": "Plato Instance Type", "usagetype": "usageType", "operation": "operation",
    "group": "Group", "memorygb": "Memorygb", "volumeType": "Volume Type", "vCpu": "vCpu", "memory": "Memory",
}  # fmt: skip


def product(sku: str, usd: str, family: str = "ML Instance", unit: str = "Hrs", **attributes: str) -> dict[str, Any]:
    """One product with its price; `currency`, `begin`, `effective` belong to the rate."""
    rate = {"currency": "USD", "begin": "0", "effective": "2026-11-01T00:00:00Z"}
    rate |= {name: attributes.pop(name) for name in tuple(rate) if name in attributes}
    base = {"servicecode": "AmazonSageMaker", "regionCode": "us-east-1", "locationType": "AWS Region"}
    return {"sku": sku, "family": family, "unit": unit, "usd": usd, **rate, "attributes": {**base, **attributes}}


def instance(name: str, usd: str, component: str = "Hosting", sku: str = "", **more: str) -> dict[str, Any]:
    """An instance type; `more` goes over its attributes."""
    given = {
        "component": component, "platoinstancetype": component, "instanceName": name, "instanceType": f"{name}-{component}",
        "usagetype": f"USE1-{METERS.get(component, component)}:{name}", "operation": "RunInstance",
    }  # fmt: skip
    return product(sku or f"SKU{component}{name}".replace(".", "").upper(), usd, **{**given, **more})


def serverless(gb: int, usd: str, group: str = "ServerlessInf", used: str = "Mem", **more: str) -> dict[str, Any]:
    """A memory size."""
    given = {"group": group, "memorygb": str(gb), "usagetype": f"USE1-{group}:{used}-{gb}GB", "operation": "Serverless"}
    return product(f"SKU{group}{gb}".upper(), usd, "ML Serverless", "seconds", **{**given, **more})


def small(region: str = "us-east-1") -> list[dict[str, Any]]:
    """A bit of everything that a list has."""
    made = [
        instance("ml.m5.large", "0.1150000000"),
        instance("ml.m5.xlarge", "0.2400000000", vCpu="4", memory="16 GiB"),
        instance("ml.g6e.2xlarge", "2.8026", "AsyncInf"),
        instance("ml.m5.xlarge", "0.23", "BatchTransform"),
        instance("ml.m5.xlarge", "0.23", "Training"),
        serverless(2, "0.0000400000"),
        serverless(2, "0.0000100000", "ServerlessProvisionedConcurrency-Usage", "Usage"),
        serverless(2, "0.0000233000", "ServerlessProvisionedConcurrency-Duration", "Mem"),
        product("SKUIN", "0.016", "ML Instance", "GB", group="Hosting:IN", usagetype="USE1-Hst:Data-Bytes-In"),
        product("SKUOUT", "0.016", "ML Instance", "GB", group="Hosting:OUT", usagetype="USE1-Hst:Data-Bytes-Out"),
        product(
            "SKUVOLUME",
            "0.14",
            "Storage",
            "GB-Mo",
            volumeType="General Purpose-Hosting",
            usagetype="USE1-Host:VolumeUsage.gp2",
        ),
    ]
    for one in made:
        one["attributes"]["regionCode"] = region
    return made


def _terms(one: dict[str, Any]) -> dict[str, Any]:
    key = f"{one['sku']}.JRTCKXETXF"
    dimension = {
        "rateCode": f"{key}.6YS6EN2CT7", "description": "$9.99 that nobody may parse", "beginRange": one["begin"],
        "endRange": "Inf", "unit": one["unit"], "appliesTo": [], "pricePerUnit": {one["currency"]: one["usd"]},
    }  # fmt: skip
    return {
        key: {"sku": one["sku"], "effectiveDate": one["effective"], "priceDimensions": {f"{key}.6YS6EN2CT7": dimension}}
    }


def _product(one: dict[str, Any]) -> dict[str, Any]:
    return {"sku": one["sku"], "productFamily": one["family"], "attributes": one["attributes"]}


def offer_parts(products: Iterator[dict[str, Any]] | list[dict[str, Any]], terms_first: bool = False) -> Iterator[str]:
    """The offer file in JSON, part by part, so that a file of any size can be sent; `products` is gone through twice."""
    yield json.dumps(
        {"formatVersion": "v1.0", "offerCode": "AmazonSageMaker", "version": VERSION, "publicationDate": PUBLISHED}
    )[:-1]
    for name in ("terms", "products") if terms_first else ("products", "terms"):
        yield ', "products": {' if name == "products" else ', "terms": {"OnDemand": {'
        for number, one in enumerate(products):
            entry = _product(one) if name == "products" else _terms(one)
            yield f"{', ' if number else ''}{json.dumps(one['sku'])}: {json.dumps(entry)}"
        yield "}" if name == "products" else "}}"
    yield "}"


def offer(products: list[dict[str, Any]], terms_first: bool = False, **head: str) -> str:
    """The offer file in JSON; `head` goes over what it says of itself."""
    whole = json.loads("".join(offer_parts(products, terms_first)))
    return json.dumps(
        {**{name: whole.pop(name) for name in tuple(whole) if isinstance(whole[name], str)}, **head, **whole}
    )


def as_csv(products: list[dict[str, Any]], instance_type: bool = False) -> str:
    """The offer file in CSV; the instance type stands only in the usage type unless asked for."""
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    writer.writerows(
        [["FormatVersion", "v1.0"], ["Disclaimer", "none"], ["Publication Date", PUBLISHED], ["Version", VERSION], ["OfferCode", "AmazonSageMaker"]]
    )  # fmt: skip
    rate = [
        "SKU",
        "OfferTermCode",
        "RateCode",
        "TermType",
        "PriceDescription",
        "EffectiveDate",
        "StartingRange",
        "EndingRange",
        "Unit",
        "PricePerUnit",
        "Currency",
        "Product Family",
    ]
    writer.writerow([*rate, *COLUMNS.values()])
    for one in products:
        hidden = set() if instance_type else {"instanceName", "instanceType"}
        cells = ["" if name in hidden else one["attributes"].get(name, "") for name in COLUMNS]
        first = [
            one["sku"],
            "T",
            "R",
            "OnDemand",
            "text",
            one["effective"],
            one["begin"],
            "Inf",
            one["unit"],
            one["usd"],
            one["currency"],
            one["family"],
        ]
        writer.writerow([*first, *cells])
    return made.getvalue()


def answers(products: list[dict[str, Any]]) -> list[str]:
    """What GetProducts answers: one JSON text a product."""
    return [
        json.dumps({"product": _product(one), "serviceCode": "AmazonSageMaker", "terms": {"OnDemand": _terms(one)}, "version": VERSION, "publicationDate": PUBLISHED})
        for one in products
    ]  # fmt: skip


def savings(
    rates: dict[str, str], currency: str = "USD", plans: tuple[tuple[int, str], ...] = ((1, "No"), (3, "All"))
) -> str:
    """A savings plan file; `rates` by usage type, for each plan the same."""
    terms = [
        {
            "sku": f"P{years}{paid}", "description": f"{years} year {paid} Upfront SageMaker Savings Plan",
            "effectiveDate": PUBLISHED, "leaseContractLength": {"duration": years, "unit": "year"},
            "rates": [
                {"discountedSku": "X", "discountedUsageType": used, "discountedOperation": "RunInstance", "unit": "Hrs",
                 "discountedServiceCode": "AmazonSageMaker", "rateCode": "R", "discountedRate": {"price": usd, "currency": currency}}
                for used, usd in rates.items()
            ],
        }
        for years, paid in plans
    ]  # fmt: skip
    return json.dumps(
        {"version": VERSION, "publicationDate": PUBLISHED, "products": [], "terms": {"savingsPlan": terms}}
    )


Answer = Callable[[BaseHTTPRequestHandler], None]


def page(body: str | bytes, status: int = 200, claimed: int | None = None, **headers: str) -> Answer:
    """An answer of the server; `claimed`, the length it says it has."""
    content = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if claimed is None else claimed))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return send


@contextmanager
def served(pages: dict[str, Answer]) -> Iterator[str]:
    """A server on this machine with these pages; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = pages.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def packed(text: str) -> bytes:
    """The text as gzip."""
    return gzip.compress(text.encode())

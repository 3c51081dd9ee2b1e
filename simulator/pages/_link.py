"""A workload as a short text for the query string, and back: raw deflate with a preset dictionary, base64url.

What comes in is hostile: its length is checked before it is decoded, it is inflated under a cap, and what it
holds goes through the same checks as a file.
"""

import base64
import binascii
import json
import zlib
from typing import Any, Final

from advisor.errors import AdvisorError, InputError, Problem
from advisor.workload import Workload

__all__ = ["LONGEST_QUERY", "BrokenLinkError", "decode", "encode"]

LONGEST_QUERY: Final = 2_000
"""A link is offered only while its whole query is shorter; most tools keep such an address whole."""
_LONGEST_IN: Final = 4_000
_LARGEST_INFLATED: Final = 64 * 1024
_VERSION: Final = "1"
# The dictionary is part of version 1: another one would make old links unreadable.
_WORDS: Final = (
    b'"popularity":"zipf:1.0""uniform""attempts":1,"backoff":"100 ms","front":"none""api_gateway""lambda"'
    b'"rate_per_s":"burstiness":"on_rate_per_s":"on":"12 h","off":"12 h""phases":"stairs""closed""trace"'
    b'"constant""poisson""gamma""on_off""scale_to_zero":"completion":"30 min""streaming":"encoding":"base64"'
    b'"vpc":"network_isolation":"data_capture":"not_acceptable""acceptable""single""eu-west-1""eu-central-1"'
    b'"ml.g5.xlarge""ml.c5.xlarge""ml.m5.large""ml.m5.2xlarge""serverless:4096""serverless:2048"'
    b'{"schema":1,"name":"","about":"Made up for illustration: ","traffic":{"kind":"daily","mean_rate_per_s":2.0},'
    b'"request":{"payload":{"p50":"200 KB","p99":"2.5 MB","max":"4 MB"},"response":"20 KB","encoding":"raw"},'
    b'"service":{"reference":"ml.m5.xlarge","time":{"p50":"80 ms","p99":"250 ms"},"slots":4,"slowdown":0.0,'
    b'"measured":[{"on":"ml.c5.xlarge","time":{"p50":"55 ms","p99":"150 ms"},"slots":4},'
    b'{"on":"serverless:4096","time":{"p50":"110 ms","p99":"300 ms"}}]},'
    b'"caller":{"timeout":"60 s","attempts":1,"backoff":"100 ms","front":"none"},'
    b'"model":{"count":1,"size":"500 MB","memory":"1.5 GB","image":"3 GB","needs_gpu":false,'
    b'"popularity":"uniform"},"needs":{"slo":["p99:500ms","failed:0.1%"],"immediate_response":true,'
    b'"cold_start":"unwanted","region":"us-east-1","availability":"zone","budget_usd_per_month":400}}'
)


class BrokenLinkError(AdvisorError):
    """The text of a link is damaged, too long, or of a version that is not known."""


def encode(workload: Workload) -> str:
    """The workload as text for the query string; equal workloads give equal texts.

    >>> from advisor.workload import load_workload
    >>> text = encode(load_workload("invoice-ocr"))
    >>> len(text) < 400, decode(text) == load_workload("invoice-ocr")
    (True, True)
    """
    plain = json.dumps(workload.to_mapping(), separators=(",", ":"), ensure_ascii=False).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_WORDS)
    packed = packer.compress(plain) + packer.flush()
    return _VERSION + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(text: str) -> Workload:
    """The workload in the text of a link.

    Raises BrokenLinkError when the text is damaged or too long, InputError when what it holds is no workload.
    """
    if len(text) > _LONGEST_IN or not text.startswith(_VERSION):
        raise BrokenLinkError("the link is too long or of a version that is not known")
    body = text[len(_VERSION) :]
    opener = zlib.decompressobj(-15, zdict=_WORDS)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        plain = opener.decompress(packed, _LARGEST_INFLATED)
        if not opener.eof or opener.unused_data:
            raise BrokenLinkError("the link is cut off, or holds more than a workload")
        table: Any = json.loads(plain.decode())
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise BrokenLinkError("the link is damaged") from None
    if not isinstance(table, dict):
        raise InputError([Problem("", "", "a workload is a table with traffic, request and service")])
    return Workload.from_text(json.dumps(table), "json")

"""Parts of a bill: its lines under the few words that people use, so that bills of different options can be laid side by side."""

from collections.abc import Iterable
from typing import Final

from advisor.lines import Line
from advisor.totals import Bill

__all__ = ["parts"]

_WORDS: Final = {
    "instance": "instances", "availability": "instances", "shadow": "instances", "release": "second fleets", "volume": "volumes",
    "serverless": "processing", "provisioned": "kept warm", "provisioned_busy": "processing",
    "data_processing": "data in and out", "s3": "reads and writes in S3", "storage": "storage in S3", "sns": "notifications",
    "alarm": "alarms",
}  # fmt: skip


def _words(meter: str) -> str:
    return _WORDS.get(meter, meter.replace("_", " "))


def _largest(lines: Iterable[Line]) -> Line | None:
    return max(lines, key=lambda line: line.usd, default=None)


def parts(bill: Bill) -> dict[str, float]:
    """USD a month by part, the largest first; they add up to the lines of the bill.

    What is taken off goes with the lines of its unit: savings on instance hours make the part of the instances smaller.

    >>> from advisor.facts import load_facts
    >>> from advisor.billing import bill
    >>> from advisor.meters import Meters
    >>> from advisor.options import Option
    >>> hours = Meters(window_us=3_600_000_000, instance_type="ml.m5.xlarge", instance_us=7_200_000_000)
    >>> two = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
    >>> list(parts(bill(hours, two, load_facts(), "us-east-1")))[:1]
    ['instances']
    """
    charged = [line for line in bill.lines if line.usd >= 0]
    found: dict[str, float] = {}
    for line in bill.lines:
        owner = line
        if line.usd < 0:
            owner = _largest(one for one in charged if one.unit == line.unit) or _largest(charged) or line
        words = _words(owner.meter)
        found[words] = found.get(words, 0.0) + float(line.usd)
    return dict(sorted(found.items(), key=lambda item: -item[1]))

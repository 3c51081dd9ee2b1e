"""What a fact, a price and an instance type are. `advisor.facts` reads and serves them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from advisor.errors import FactError, UnitError
from advisor.units import NBSP, format_bytes, format_duration, parse_bytes, parse_duration_us

#: A number, a bool, a text, a spoken value, or a tuple of these: `Fact.unit` says which.
Value = Any
Part = Literal["low", "mid", "high"]

#: Values that are said instead of a number.
SPOKEN = {
    "no_limit": "no limit",
    "not_applicable": "does not apply",
    "not_documented": "not documented",
    "by_instance": "by instance type",
    "by_account": "by account",
}
_SAID = {
    **SPOKEN,
    "from_zero": "only from zero instances",
    "backlog_above_target": "once the backlog exceeds the target",
    "inline_only": "inline bodies only",
    "in_service": "in service",
    "in_caller": "only one call after another",
    "one_container": "one container for all models",
    "never": "never at zero",
}
CONFIDENCE = ("documented", "reported", "inferred", "assumed")
ADJUSTABLE = ("no", "quota", "config", "unknown")
OTHER_UNITS = frozenset(
    {
        "bool", "text", "count", "x", "fraction", "percent", "sigma", "requests", "requests/s", "instances",
        "copies", "cores", "devices", "chars", "bytes/s", "s/GB", "USD/GB", "USD/GB-s",
    }
)  # fmt: skip
_BINARY = {"KB": "KiB", "MB": "MiB", "GB": "GiB", "TB": "TiB"}
_BARE = frozenset({"bool", "text", "count", "sigma", "fraction"})
_SINGULAR = {"requests": "request", "instances": "instance", "copies": "copy", "cores": "core",
             "devices": "device", "chars": "character"}  # fmt: skip
_LONGEST_SPLIT_US = 6 * 3600 * 10**6


@cache
def scale_of(unit: str) -> tuple[str, int]:
    """Kind of a unit and its size in bytes or microseconds: `("size", 10**6)` for MB.

    Arguments: `unit`, a size, a duration or one of `OTHER_UNITS`. Raises FactError when it is none of them.

    >>> scale_of("MiB"), scale_of("min"), scale_of("requests")
    (('size', 1048576), ('duration', 60000000), ('requests', 1))
    """
    if unit in OTHER_UNITS:
        return unit, 1
    for kind, parse in (("size", parse_bytes), ("duration", parse_duration_us)):
        try:
            return kind, parse(f"1 {unit}")
        except UnitError:
            continue
    raise FactError(f"{unit!r} is no unit of a fact")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that AWS documented before, or in another place."""

    value: Value
    unit: str
    published: date | None
    source: str
    note: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value that AWS can change, or that the simulator assumes, with where it comes from.

    >>> Fact("real_time.x", "real_time", "x", 2, "min", "page", None, date(2026, 11, 22), "documented").us()
    120000000
    """

    id: str
    """`option.attribute`"""
    option: str
    """An option name, or a subject such as `autoscaling`, `billing`, `start`."""
    attribute: str
    value: Value
    """A number, a bool, a text, a tuple of these, or one of the spoken values (`no_limit` ...)."""
    unit: str
    source: str
    """A URL or a document; several are separated by semicolons."""
    published: date | None
    """Latest date that the sources name; None where they are undated. A bare month is its first day."""
    checked: date
    """The day somebody of this project read it."""
    confidence: str
    """documented, reported, inferred or assumed"""
    adjustable: str = "unknown"
    """no, quota (on request), config (a parameter of the user's), unknown"""
    note: str = ""
    low: Value = ""
    """Lower end where the value is a range or has one beside it, else the value; same unit."""
    high: Value = ""
    choices: tuple[str, ...] = ()
    """The only texts allowed, where that is so."""
    was: tuple[Earlier, ...] = ()
    raw: tuple[str, ...] = ()
    """Ids in the notes that the data was made from."""
    profile: str = "aws"
    """aws, study-card or override: who says it"""
    teaching: str = ""
    """Empty, or what AWS documents where the teaching table says something else."""
    _said: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The text, once it was asked for: rules print the same few facts thousands of times."""
    _sized: dict[tuple[str, str, str], int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Bytes and microseconds, once they were asked for."""

    def __post_init__(self) -> None:
        ends = self.value if isinstance(self.value, tuple) else (self.value,)
        numbers = [end for end in ends if is_number(end)]
        for name, pick in (("low", min), ("high", max)):
            if getattr(self, name) == "" and not isinstance(getattr(self, name), bool):
                object.__setattr__(self, name, pick(numbers) if numbers else self.value)

    @property
    def applies(self) -> bool:
        """False when a spoken value (`no_limit`, `not_applicable` ...) leaves nothing to compare with."""
        return not (isinstance(self.value, str) and self.value in SPOKEN)

    @property
    def numeric(self) -> bool:
        """True for a number or numbers, not for a bool, a text or a spoken value."""
        ends = self.value if isinstance(self.value, tuple) else (self.value,)
        return bool(ends) and all(is_number(end) for end in ends)

    @property
    def stale_page(self) -> bool:
        """True for a number whose only page was published more than two years before it was checked."""
        if self.published is None or not self.numeric:
            return False
        day = 28 if (self.published.month, self.published.day) == (2, 29) else self.published.day
        return self.checked > self.published.replace(year=self.published.year + 2, day=day)

    def number(self, part: Part = "mid") -> float:
        """The plain number, in the fact's own unit.

        Arguments: `part`, low, mid or high. Raises FactError when it is no single number.
        """
        chosen = {"low": self.low, "mid": self.value, "high": self.high}[part]
        if not is_number(chosen):
            raise FactError(f"{self.id} is {chosen!r}, not a number")
        return float(chosen)

    def _scaled(self, kind: str, part: Part, unit: str) -> int:
        key = (kind, part, unit)
        if key not in self._sized:
            found, scale = scale_of(unit)
            if found != kind:
                raise FactError(f"{self.id} is in {self.unit}, which is no {kind}")
            self._sized[key] = round(self.number(part) * scale)
        return self._sized[key]

    def bytes(self, part: Part = "mid") -> int:
        """Bytes, the safe reading: MB is 10^6. Raises FactError when the value is no size."""
        return self._scaled("size", part, self.unit)

    def bytes_upper(self, part: Part = "mid") -> int:
        """Bytes in the binary reading of MB and GB, where AWS does not say the base; else as `bytes`."""
        return self._scaled("size", part, _BINARY.get(self.unit, self.unit))

    def us(self, part: Part = "mid") -> int:
        """Microseconds. Raises FactError when the value is no duration."""
        return self._scaled("duration", part, self.unit)

    def same_as(self, other: "Fact") -> bool:
        """True when both say the same quantity, whatever the unit (60 s and 1 min)."""
        return _comparable(self) == _comparable(other)

    def text(self) -> str:
        """The value with its unit, for people: `7 MB`, `2 min`, `no limit`, `1 to 9 %`."""
        if "text" not in self._said:
            self._said["text"] = self._text()
        return self._said["text"]

    def _text(self) -> str:
        if isinstance(self.value, tuple):
            if self.attribute.endswith("_range") and self.numeric:
                return _span(self.low, self.high, self.unit)
            return ", ".join(_words(item, self.unit) for item in self.value)
        said = _words(self.value, self.unit)
        return said if self.low == self.high else f"{said} ({_span(self.low, self.high, self.unit)})"


def _comparable(fact: Fact) -> tuple[object, ...]:
    kind, scale = scale_of(fact.unit)

    def plain(value: Value) -> object:
        if isinstance(value, tuple):
            return tuple(plain(item) for item in value)
        return round(value * scale, 9) if is_number(value) else (type(value).__name__, value)

    return kind, plain(fact.value), plain(fact.low), plain(fact.high)


def is_number(value: object) -> bool:
    """True for an int or a float, not for a bool."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _span(low: Value, high: Value, unit: str) -> str:
    first, last = (_words(end, unit) for end in (low, high) if not isinstance(end, tuple))
    number, _, same = first.rpartition(NBSP)
    return f"{number if same and last.endswith(NBSP + same) else first} to {last}"


def _words(value: Value, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _SAID.get(value, value)
    if unit == "bytes/s":
        return f"{format_bytes(value)}/s"
    kind, scale = scale_of(unit)
    if kind == "duration" and unit != "hours" and 0 < value * scale <= _LONGEST_SPLIT_US:
        return format_duration(value * scale)
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.9f}".rstrip("0").rstrip(".")
    if unit in _BARE:
        return number
    name = _SINGULAR.get(unit, unit) if value == 1 else unit
    return f"{number}{NBSP}{'%' if unit == 'percent' else 'characters' if name == 'chars' else name}"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of one item costs in one Region."""

    region: str
    subject: str
    """instance, async, batch_transform, serverless, serverless_provisioned, data_processing, volume, s3, sns,
    alarm"""
    item: str
    """`ml.m5.xlarge`, `memory-2048MiB`, `data-in`, `endpoint-gp2`, `put-copy-post-list` ..."""
    unit: str
    """instance-hour, second, GB (2^30 bytes), GB-month, 1000-requests, alarm-month ..."""
    usd: Decimal
    published: date | None
    checked: date
    source: str
    confidence: str
    note: str = ""

    @property
    def id(self) -> str:
        """`price us-east-1 instance ml.m5.xlarge`"""
        return f"price {self.region} {self.subject} {self.item}"


@dataclass(frozen=True, slots=True)
class InstanceType:
    """What one `ml.*` type has.

    >>> InstanceType("ml.g5.xlarge", 4.0, 16 * 2**30, "NVIDIA A10G", 1, 24 * 10**9, "documented").family
    'g5'
    """

    name: str
    vcpu: float
    memory_bytes: int
    accelerator: str
    """Name of the accelerator; empty when there is none."""
    accelerator_count: int
    accelerator_memory_bytes: int
    """Memory of one accelerator."""
    confidence: str

    @property
    def family(self) -> str:
        """`m5` of `ml.m5.xlarge`."""
        return self.name.split(".")[1]

    @property
    def gpu(self) -> bool:
        """True when the type has accelerators."""
        return self.accelerator_count > 0

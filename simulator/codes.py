"""The names of the codes that a ServingModel and the records of a run hold as plain ints."""

from enum import IntEnum

__all__ = ["EventKind", "FromZero", "Kind", "Metric", "Outcome", "Routing"]


class Kind(IntEnum):
    """Which kernel plays the model."""

    COPIES = 0
    """Copies with slots and waiting lines."""
    SERVERLESS = 1
    """Environments that serve one request each, started when none is warm."""


class Routing(IntEnum):
    """How an arrival finds its copy among those in service."""

    RANDOM = 0
    """The copy drawn on the tape."""
    LEAST_OUTSTANDING = 1
    """Fewest waiting plus in service; ties to the lowest position."""
    CENTRAL = 2
    """One queue before all copies; a copy with a free slot and fewest in service, then lowest position."""


class Metric(IntEnum):
    """What target tracking keeps near its target."""

    NONE = 0
    """No scaling policy."""
    INVOCATIONS = 1
    """Invocations per copy and period; each counts 1/copies at its arrival, refused ones too."""
    CONCURRENCY = 2
    """Requests at the endpoint per copy, as an average over the period; waiting ones count."""
    BACKLOG = 3
    """Requests waiting or in process per copy at the end of the period."""


class FromZero(IntEnum):
    """What brings a fleet of no copies back."""

    NEVER = 0
    """Nothing."""
    STEP = 1
    """A step policy on the alarm 'backlog without capacity'."""
    ABOVE_TARGET = 2
    """Target tracking itself, once the whole backlog exceeds the target for one copy."""


class Outcome(IntEnum):
    """How a request ended."""

    OK = 0
    """Answered in time."""
    TOO_LARGE = 1
    """Refused before it reached the endpoint: larger than the limit."""
    THROTTLED = 2
    """Refused: every slot taken and the waiting line full, or the concurrency limit reached."""
    NOT_READY = 3
    """The place that should have served it did not come up within its start-up limit."""
    NO_CAPACITY = 4
    """Refused: no copy in service."""
    TIMED_OUT = 5
    """The endpoint gave the caller an error at its limit; the work went on."""
    EXPIRED = 6
    """Left the central queue at its time to live."""
    ABANDONED = 7
    """The caller, or the front door before the endpoint, gave up first; the work went on."""
    FAILED = 8
    """Lost with its copy."""
    UNFINISHED = 9
    """Still open at the horizon: neither good nor failed."""


class EventKind(IntEnum):
    """Entries of the fleet timeline; `value` of each in brackets."""

    LAUNCH = 0
    """A copy is launched (launch number)."""
    READY = 1
    """A copy takes requests from now on (copies in service)."""
    DRAIN = 2
    """A copy takes no further request (copies in service)."""
    GONE = 3
    """A copy is gone (copies left, in whatever state)."""
    ALARM = 4
    """A scaling action is ordered (1 out, 2 in, 3 from zero)."""
    SCALE_OUT = 5
    """The action launches copies (copies wanted)."""
    SCALE_IN = 6
    """The action drains copies (copies wanted)."""
    DROPPED = 7
    """The action finds nothing left to do (copies in service)."""

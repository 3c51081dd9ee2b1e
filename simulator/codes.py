"""The names of the codes that a ServingModel and the records of a run hold as plain ints."""

from enum import IntEnum

__all__ = [
    "EventKind", "FaultKind", "FromZero", "Kind", "Metric", "Outcome", "Placement", "PolicyKind", "Routing", "Split",
    "StepUnit",
]  # fmt: skip


class Kind(IntEnum):
    """Which kernel plays the model."""

    COPIES = 0
    """Copies with slots and waiting lines."""
    SERVERLESS = 1
    """Environments that serve one request each, started when none is warm."""
    JOB = 2
    """Batch jobs that take the records collected since the last one."""


class Routing(IntEnum):
    """How an arrival finds its copy among those in service."""

    RANDOM = 0
    """The copy drawn on the tape."""
    LEAST_OUTSTANDING = 1
    """Fewest waiting plus in service; ties to the lowest position."""
    CENTRAL = 2
    """One queue before all copies; a copy with a free slot and fewest in service, then lowest position."""
    BY_MODEL = 3
    """A copy that holds or loads the model, while one has a free slot; else as `LEAST_OUTSTANDING`."""


class Split(IntEnum):
    """How an arrival finds its variant."""

    BY_SHARE = 0
    """By its routing draw: each variant has an interval of it."""
    BY_MODEL = 1
    """The number of the model is the number of the variant."""


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
    NO_CAPACITY = 4
    """Calls of the period that failed because no copy was in service; known with no copy too."""
    PROVISIONED_UTILISATION = 5
    """Busy provisioned environments over provisioned ones, as an average over the period."""


class PolicyKind(IntEnum):
    """What a scaling policy does when its alarm is on."""

    TARGET = 0
    """Tracks a target, out and in."""
    STEP_OUT = 1
    """Adds copies by the distance above its threshold."""
    STEP_IN = 2
    """Removes copies by the distance below its threshold."""


class StepUnit(IntEnum):
    """What the change of a step adjustment counts."""

    COPIES = 0
    """Copies to add or remove."""
    PERCENT = 1
    """Percent of the copies there are, cut off towards zero, but at least one copy."""
    EXACT = 2
    """Copies to have."""


class Placement(IntEnum):
    """Which host with room takes a new copy; ties go to the lowest position."""

    SPREAD = 0
    """The one with the fewest copies."""
    BINPACK = 1
    """The one with the most copies."""


class FaultKind(IntEnum):
    """What is lost."""

    INSTANCE = 0
    """One instance."""
    ZONE = 1
    """Every instance of one zone."""


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
    """A scaling action is ordered (1 out, 2 in, 3 from zero); `detail`: successive periods that asked for it."""
    SCALE_OUT = 5
    """The action launches copies (copies wanted); `detail`: copies in service before."""
    SCALE_IN = 6
    """The action drains copies (copies wanted); `detail`: copies in service before."""
    DROPPED = 7
    """The action finds nothing left to do (copies in service)."""
    LOST = 8
    """A copy is lost with its instance (copies left, in whatever state)."""
    HOST_LAUNCH = 9
    """A host is launched (microseconds until it is up)."""
    HOST_GONE = 10
    """A host is released or lost (hosts left)."""
    SCHEDULED = 11
    """A scheduled action sets new bounds (the new minimum); `detail`: the new maximum."""
    ZONE_LOST = 12
    """A zone is lost (its number)."""

"""The parts of a ServingModel beside scaling: callers, variants, hosts, faults, caches, jobs. Plain ints only.

Variable-length parts are tuples here and become arrays of one dtype in the fast engine, so one compile serves all.
"""

from typing import Final, NamedTuple

from simulator.codes import FaultKind, Placement

__all__ = [
    "INT_BOUND", "MOST_COPIES", "MOST_VARIANTS", "NO_LIMIT", "UNBOUNDED", "WEIGHT_BITS", "Cache", "Caller", "Fault", "Hosts", "Job", "Serverless",
    "Variant",
]  # fmt: skip

NO_LIMIT: Final = 2**60
"""Microseconds that never pass: the value of a time limit that does not exist."""
UNBOUNDED: Final = 2**40
"""A `queue_limit` that no run reaches; it must be asked for, never silently assumed."""
MOST_COPIES: Final = 4096
"""Copies that a run can hold."""
MOST_VARIANTS: Final = 256
"""Variants or components that a run can hold."""
WEIGHT_BITS: Final = 20
"""An invocation adds 2^20 // copies to the invocations metric: the share of one copy, as an integer."""
INT_BOUND: Final = 2**62
"""Every product of two model quantities stays below this."""


class Serverless(NamedTuple):
    """What only serverless endpoints have; `Kind.COPIES` ignores it."""

    max_concurrency: int = 1
    """Requests being started for or served at once; more are throttled."""
    startup_limit_us: int = NO_LIMIT
    """A start-up longer than this ends with `not_ready` at this limit, microseconds."""
    provisioned: int = 0
    """Environments that are warm from the start and taken first; what they cannot take goes on demand.

    With policies or schedules their number follows those, between `minimum` and `maximum` of the model.
    """


class Fault(NamedTuple):
    """Instances lost at once: what they work on fails, and the fleet launches as many again."""

    time_us: int
    kind: int = int(FaultKind.INSTANCE)
    """One instance, or every instance of a zone."""
    target: int = 0
    """A draw of 32 bits that chooses the instance among those that serve; or the number of the zone."""
    until_us: int = 0
    """A lost zone takes no launch before this time, microseconds."""


class Caller(NamedTuple):
    """Who calls: an open stream, or users who wait for each answer; and what is tried again."""

    users: int = 0
    """Closed callers; 0: requests come as the demand says."""
    attempts: int = 1
    """How often a request is tried, the first time included."""
    backoff_us: int = 0
    """Pause before the first retry, microseconds; it doubles from one to the next, times the jitter of the tape."""


class Variant(NamedTuple):
    """A part of an endpoint with copies, bounds and policies of its own: a production variant or a component."""

    initial: int
    """Copies in service at time 0."""
    minimum: int
    """Fewest copies that scaling keeps."""
    maximum: int
    """Most copies that scaling launches (in service and starting together)."""
    share: int = 2**32
    """Upper end of its interval of the routing draw (`Split.BY_SHARE`), ascending over the variants."""
    work_millionths: int = 1_000_000
    """Its service time against that of the demand, millionths."""
    cores: int = 0
    """Cores that a copy reserves on its host, thousandths."""
    accelerators: int = 0
    """Accelerators that a copy reserves, thousandths."""
    memory: int = 0
    """Memory that a copy reserves, MiB."""


class Hosts(NamedTuple):
    """Instances that copies of components are packed on; their number follows the copies."""

    maximum: int = 0
    """Most hosts; 0: nothing is packed, every copy is an instance."""
    minimum: int = 0
    """Fewest hosts, empty or not."""
    initial: int = 0
    """Hosts up at time 0 (more where the initial copies need them)."""
    cores: int = 0
    """Cores that copies can reserve on a host, thousandths."""
    accelerators: int = 0
    """Accelerators that copies can reserve, thousandths."""
    memory: int = 0
    """Memory that copies can reserve, MiB."""
    placement: int = int(Placement.SPREAD)
    """Which host with room takes a new copy."""
    release_us: int = 1
    """An empty host above the minimum goes after this long, microseconds."""


class Cache(NamedTuple):
    """Models that a copy of a multi-model endpoint keeps, all of one size; the least recently used goes first."""

    models: int = 0
    """Models behind the endpoint; 0: no cache."""
    in_memory: int = 1
    """Models that fit in the memory of a copy."""
    on_disk: int = 1
    """Models whose files fit on the volume of a copy, those in memory included."""
    load_limit_us: int = NO_LIMIT
    """A load that takes longer ends at this limit and its callers get `not_ready`, microseconds."""


class Job(NamedTuple):
    """Batch jobs: each takes the records that have come since the last, on instances of its own."""

    every_us: int = 1
    """A job starts every so often, microseconds, the first after one such time."""
    records: int = 1
    """Records in a mini-batch; the last of a job may be shorter."""
    call_us: int = 0
    """Time that a mini-batch takes beside the work of its records, microseconds."""

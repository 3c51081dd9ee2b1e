"""The busiest time of some traffic: where a loss hurts most."""

from typing import Final

import numpy as np

from simulator.codes import FaultKind
from simulator.resilience import AskedFault
from simulator.study import Study

__all__ = ["FAULTS", "busiest_us", "fault_of"]

_MINUTE_US: Final = 60_000_000
_HOUR_US: Final = 60 * _MINUTE_US
FAULTS: Final = {"none": "None", "instance": "Lose one instance", "zone": "Lose a zone"}
"""Losses that a replay can show, each at the busiest time."""


def busiest_us(study: Study) -> tuple[int, int]:
    """Start and length of the busiest hour, microseconds; of a run under four hours its busiest quarter.

    Closed users answer to the endpoint, so their traffic has no hour of its own: the middle of the run is taken.
    """
    length = max(1, min(_HOUR_US, study.horizon_us // 4))
    if study.workload.traffic.kind == "closed":
        return study.horizon_us // 2, length
    counts = np.zeros(-(-study.horizon_us // length), np.int64)
    for block in study.demand().arrivals():
        counts += np.bincount(np.minimum(block // length, len(counts) - 1), minlength=len(counts))
    return int(np.argmax(counts)) * length, length


def fault_of(study: Study, name: str) -> tuple[AskedFault, ...]:
    """The loss of that name, as `simulate --fault` writes it; none for `none`. A zone stays away to the end of the run.

    It comes a quarter of the busiest time in, so that the minutes before it show the same traffic.
    """
    if name == "none":
        return ()
    start, length = busiest_us(study)
    whole = _MINUTE_US if length >= 8 * _MINUTE_US else 1_000_000
    at = min(study.horizon_us - 1, (start + length // 4) // whole * whole)
    zone = name == "zone"
    text = f"{'az-loss' if zone else 'instance-loss'}@{at // 1_000_000}s"
    return (AskedFault(text, int(FaultKind.ZONE if zone else FaultKind.INSTANCE), at),)

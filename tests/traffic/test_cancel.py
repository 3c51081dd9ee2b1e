"""Drawing a long demand stops when asked."""

import threading

import pytest

from advisor.errors import Cancelled
from simulator.tape import Demand
from simulator.traffic_summary import summarise


def test_drawing_stops_between_blocks(make):
    flag = threading.Event()
    workload = make(("traffic", {"kind": "poisson", "rate_per_s": 400.0, "duration": "7 d"}))
    demand = Demand(workload, cancel=flag)
    blocks = demand.arrivals()
    next(blocks)
    flag.set()
    with pytest.raises(Cancelled):
        next(blocks)
    with pytest.raises(Cancelled):
        summarise(demand)

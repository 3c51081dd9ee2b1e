"""Workloads around real recordings; the recordings themselves lie beside the checkout and are not part of it."""

from pathlib import Path

import numpy as np
import pytest

from advisor.workload import Workload, load_workload
from simulator.tape import Demand, Place
from simulator.traces import trace_of
from simulator.traffic_summary import summarise

RECIPES = Path(__file__).parent / "recipes"
REAL = Path(__file__).parents[3] / "shared" / "data" / "traces"
FILES = {
    "web": ("web_diurnal_nasa_jul1995.csv.gz", 1_891_675),
    "mentions": ("sparse_mentions.csv.gz", 5_701),
    "code": ("llm_code_bursty.csv.gz", 8_819),
}


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_round_trips(name: str) -> None:
    workload = load_workload(RECIPES / f"{name}.toml")
    assert workload.traffic.kind == "trace"
    assert Workload.from_text(workload.to_toml()) == workload


@pytest.mark.skipif(not REAL.is_dir(), reason="the recordings are not beside this checkout")
@pytest.mark.parametrize("name", FILES)
def test_a_recipe_plays_its_recording(name: str) -> None:
    workload = load_workload(RECIPES / f"{name}.toml")
    file, requests = FILES[name]
    demand = Demand(workload, 1, trace=trace_of(workload, REAL / file))
    service = np.concatenate([part.service_us for part in demand.at(Place(workload.service.time)).chunks()])
    assert len(service) == summarise(demand).requests == requests
    assert service.mean() == pytest.approx(workload.service.time.mean_us, rel=0.25)

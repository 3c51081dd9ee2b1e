"""Endpoint types, one file each: (workload, option, facts) to a ServingModel. A file dropped here is found."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from advisor.facts import Facts
from advisor.options import Option
from advisor.workload import Workload
from simulator.assumptions import Assumptions
from simulator.endpoints._shared import caller_of
from simulator.model import ServingModel, checked

__all__ = ["Builder", "builders", "serving_model"]

Builder = Callable[[Workload, Option, Facts, Assumptions, int, int], ServingModel]


@cache
def builders() -> dict[str, Builder]:
    """The builder of each option name that can be simulated.

    Raises ValueError when two files claim one name.

    >>> sorted(builders())[:3]
    ['async', 'inference_components', 'inference_components_zero']
    """
    found: dict[str, Builder] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        if loaded.OPTION in found:
            raise ValueError(f"two endpoint files claim {loaded.OPTION}")
        found[loaded.OPTION] = loaded.build
    return found


def serving_model(
    workload: Workload, option: Option, facts: Facts, assumed: Assumptions, horizon_us: int, initial: int
) -> ServingModel:
    """The model that both engines read, checked; who calls is filled in here for every option.

    Arguments: `facts` of the `aws` profile (a teaching table never changes a mechanism); `initial` copies at the start.
    Raises KeyError for an option that cannot be simulated, InputError for numbers outside the engines' bounds.
    """
    made = builders()[option.name](workload, option, facts, assumed, horizon_us, initial)
    return checked(made._replace(caller=caller_of(workload, made)))

"""How the options behave under traffic, which is best, and everything that needs both.

>>> from simulator import rank
>>> rank("ct-scans", replications=3).best.name
'async'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.calibrate import calibrate_sweep
    from simulator.calibrate_starts import calibrate_cold
    from simulator.play import Simulation, simulate
    from simulator.ranking import Ranked, Ranking, rank, rank_study
    from simulator.sizing import Sizing, size, size_study
    from simulator.study import Study, prepare
    from simulator.sweep import Sweep
    from simulator.what_if import break_even, least_regret, sensitivity

__all__ = [
    "Ranked", "Ranking", "Simulation", "Sizing", "Study", "Sweep", "break_even", "calibrate_cold", "calibrate_sweep",
    "least_regret", "prepare", "rank", "rank_study", "sensitivity", "simulate", "size", "size_study",
]  # fmt: skip

_HOME = {
    "Ranked": "ranking", "Ranking": "ranking", "Simulation": "play", "Study": "study", "prepare": "study",
    "rank": "ranking", "rank_study": "ranking", "simulate": "play", "Sizing": "sizing", "size": "sizing", "size_study": "sizing",
    "calibrate_sweep": "calibrate", "calibrate_cold": "calibrate_starts", "Sweep": "sweep", "break_even": "what_if", "least_regret": "what_if", "sensitivity": "what_if",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `--help` pays for nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    return getattr(import_module(f"simulator.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

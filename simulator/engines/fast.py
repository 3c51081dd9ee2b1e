"""Fast engine: compiled kernels, fed chunk by chunk; memory does not grow with the length of a run.

`python -m simulator.engines.fast` compiles every kernel into the cache on disk, so that the next process loads
them in milliseconds.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from simulator.codes import Kind
from simulator.engines import _fifo
from simulator.engines import _load as load
from simulator.engines._collect import Cancel, Collector, Observer, Progress
from simulator.engines._copies import plain, play_copies
from simulator.engines._endpoint import play_endpoint
from simulator.engines._environments import play_serverless
from simulator.engines._jobs import play_jobs
from simulator.model import Caller, Demand, ServingModel, Supply, TargetTracking
from simulator.run import FixedDemand, FixedSupply, Run, Timeline

__all__ = ["compile_kernels", "compile_side_by_side", "play"]


def play(
    model: ServingModel, demand: Demand, supply: Supply,
    *, requests: bool, window_from_us: int, timeline: bool, cancel: Cancel | None, progress: Progress | None,
    observe: Observer | None = None, short_cut: bool = True, fifo: bool = True,
) -> Run:  # fmt: skip
    """Play a checked model.

    `short_cut` allows the quicker kernel of models with one variant, one policy and open callers, and within it `fifo`
    the recursion for one unbounded FIFO copy.
    """
    kernels = load.kernels()
    output = kernels.output
    reactive = model.caller.users > 0 or model.caller.attempts > 1
    whole = (
        reactive if model.kind == Kind.SERVERLESS else model.kind == Kind.COPIES and not (short_cut and plain(model))
    )
    collector = Collector(
        requests=requests,
        window_from_us=window_from_us,
        scatter=output.scatter,
        tally=output.tally,
        whole=whole,
        observe=observe,
    )
    start = window_from_us
    if model.kind == Kind.SERVERLESS:
        end, meters, noted = play_serverless(
            kernels, model, demand, supply, collector, start, cancel=cancel, progress=progress
        )
    elif model.kind == Kind.JOB:
        end, meters, noted = play_jobs(
            kernels, model, demand, supply, collector, start, cancel=cancel, progress=progress
        )
    elif whole:
        end, meters, noted = play_endpoint(
            kernels, model, demand, supply, collector, start,
            timeline=timeline, cancel=cancel, progress=progress,
        )  # fmt: skip
    elif fifo and _fifo.applies(model):
        end, meters, noted = _fifo.play_fifo(kernels, model, demand, collector, start, cancel=cancel, progress=progress)
    else:
        end, meters, noted = play_copies(
            kernels, model, demand, supply, collector, start,
            timeline=timeline, cancel=cancel, progress=progress,
        )  # fmt: skip
    return collector.run(end_us=end, meters=meters, timeline=noted if timeline else Timeline.of([]))


_SIMPLE: Final = ServingModel(horizon_us=100, queue_limit=4, to_horizon=0)
_RETRIES: Final = Caller(attempts=2)
_KERNELS: Final = (
    _SIMPLE,
    _SIMPLE._replace(policy=TargetTracking(metric=1, period_us=10), slowdown_millionths=100_000, slots=2),
    _SIMPLE._replace(queue_limit=2**40),
    _SIMPLE._replace(kind=int(Kind.SERVERLESS)),
    _SIMPLE._replace(kind=int(Kind.JOB)),
    _SIMPLE._replace(kind=int(Kind.SERVERLESS), caller=_RETRIES),
    _SIMPLE._replace(caller=_RETRIES),
)
"""One model for each kernel and each of its signatures."""
_PARTS: Final = (_KERNELS[:-1], _KERNELS[-1:])
"""The same in two parts: the last one, which plays every mechanism of copies, takes longer than all others together."""


def compile_kernels(models: Sequence[ServingModel] = _KERNELS) -> Path:
    """Compile the kernels that these models need (all there are), or load them; the folder that holds them."""
    demand = FixedDemand.of([0, 1, 2], [3, 3, 3])
    for model in models:
        for requests in (True, False):
            play(
                model, demand, FixedSupply(), requests=requests, window_from_us=0, timeline=True,
                cancel=None, progress=None,
            )  # fmt: skip
    return load.kernel_folder()


def compile_side_by_side() -> Path:
    """The same in two processes: what is not on disk yet is there in about half the time."""
    with ProcessPoolExecutor(len(_PARTS), get_context("spawn")) as pool:
        folders = list(pool.map(compile_kernels, _PARTS))
    return folders[0]


if __name__ == "__main__":
    # workers cannot import what the main module is called here, so its twin is asked
    from simulator.engines.fast import compile_side_by_side as compile_all

    compile_all()

"""Fast engine: compiled kernels, fed chunk by chunk; memory does not grow with the length of a run.

`python -m simulator.engines.fast` compiles every kernel into the cache on disk, so that the next process loads
them in milliseconds.
"""

from pathlib import Path

from simulator.codes import Kind
from simulator.engines import _fifo
from simulator.engines import _load as load
from simulator.engines._collect import Cancel, Collector, Progress
from simulator.engines._copies import plain, play_copies
from simulator.engines._endpoint import play_endpoint
from simulator.engines._environments import play_serverless
from simulator.engines._jobs import play_jobs
from simulator.model import Caller, Demand, ServingModel, Supply, TargetTracking
from simulator.run import FixedDemand, FixedSupply, Run, Timeline

__all__ = ["compile_kernels", "play"]


def play(
    model: ServingModel, demand: Demand, supply: Supply,
    *, requests: bool, window_from_us: int, timeline: bool, cancel: Cancel | None, progress: Progress | None,
    short_cut: bool = True, fifo: bool = True,
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
        requests=requests, window_from_us=window_from_us, scatter=output.scatter, tally=output.tally, whole=whole
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


def compile_kernels() -> Path:
    """Compile every kernel for every signature, or load it; the folder that holds them."""
    demand = FixedDemand.of([0, 1, 2], [3, 3, 3])
    simple = ServingModel(horizon_us=100, queue_limit=4, to_horizon=0)
    policy = TargetTracking(metric=1, period_us=10)
    retries = Caller(attempts=2)
    for model in (
        simple,
        simple._replace(policy=policy, slowdown_millionths=100_000, slots=2),
        simple._replace(caller=retries),
        simple._replace(queue_limit=2**40),
        simple._replace(kind=int(Kind.SERVERLESS)),
        simple._replace(kind=int(Kind.JOB)),
        simple._replace(kind=int(Kind.SERVERLESS), caller=retries),
    ):
        for requests in (True, False):
            play(
                model, demand, FixedSupply(), requests=requests, window_from_us=0, timeline=True,
                cancel=None, progress=None,
            )  # fmt: skip
    return load.kernel_folder()


if __name__ == "__main__":
    compile_kernels()

"""Sweeps: many trials of one study on an executor. What they find does not depend on where they run."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Self

from advisor.errors import Cancelled
from simulator.chunks import cut, work_s
from simulator.cluster import client_of
from simulator.dask_lane import Cluster
from simulator.lanes import Foreign, Lane, Threads, cores
from simulator.pool import Pool, no_processes
from simulator.rounds import Round
from simulator.study import Study
from simulator.trial import Ask, Trial, unplayable

__all__ = ["Progress", "Sweep"]

Progress = Callable[[int, int, str], None]
"""Called with (trials done, trials asked for so far, what is being done)."""

_POOL_FROM_S: Final = 8.0
"""A sweep with less work than this on one core is done on threads before processes would have paid for their start."""
_KILLS: Final = 2
"""An ask that was with so many workers when they were lost is played alone from then on."""
_KILLED: Final = (
    "the process that played it was killed each time, the last time with nothing beside it: "
    "it may need more memory than there is"
)


class Sweep:
    """Plays the trials of one study; a context manager, closed at the end of a `with`.

    Arguments: `executor` is any `concurrent.futures.Executor`, or a client of a Dask cluster; by default the cores of this
    machine are used: threads for little work, processes once the sweep has asked for much of it, and threads for all of it
    where no process may be started (in an app's thread, in a worker, in a script without `if __name__ == "__main__":`).
    `progress` is told what is done; `workers` replaces the number of cores; `processes` decides between processes and
    threads whatever the work. The trials are the same to the last bit everywhere.

    >>> from advisor.options import Option
    >>> from simulator.study import prepare
    >>> two = Option(name="real_time", instance_type="ml.m5.large", instances=2, concurrency_per_instance=2)
    >>> with Sweep(prepare("receipt-classifier")) as sweep:
    ...     [trial.option.instances for trial in sweep.play([Ask(two)])]
    [2]
    """

    def __init__(
        self,
        study: Study,
        executor: Executor | Any | None = None,
        *,
        progress: Progress | None = None,
        workers: int | None = None,
        processes: bool | None = None,
    ) -> None:
        self.study, self._progress = study, progress
        self.done: dict[Ask, Trial] = {}
        """Every trial so far; none is played twice. It stays when a sweep is stopped."""
        self.where = ""
        """Where the last trials were played, in words."""
        self._executor, self._processes = executor, processes
        self._workers = max(1, workers or cores())
        self._lane: Lane | None = None
        self._work_s = 0.0
        self._told = self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lane is not None:
            self._lane.close() if error is None else self._lane.stop()
        self._lane = None

    def play(self, asks: Iterable[Ask], what: str = "") -> list[Trial]:
        """The trials of some asks, in their order.

        Arguments: `what` is being done, for the progress. Raises Cancelled soon after the study's cancel flag is set or
        Ctrl-C is pressed; `done` then has what was finished.
        """
        wanted = list(asks)
        self._asked += len(wanted)
        left = Counter(wanted)

        def keep(trial: Trial) -> None:
            self.done[trial.ask] = trial
            self._told += left.pop(trial.ask)

        def tell() -> None:
            if self._progress is not None:
                self._progress(self._told, self._asked, what)

        for ask in [ask for ask in left if ask in self.done]:
            keep(self.done[ask])
            tell()
        try:
            if left:
                self._play(list(left), keep, tell)
        except (KeyboardInterrupt, Cancelled):
            if self._lane is not None:
                self._lane.stop()
                self._lane = None
            raise Cancelled("stopped") from None
        return [self.done[ask] for ask in wanted]

    def _play(self, asks: Sequence[Ask], keep: Callable[[Trial], None], tell: Callable[[], None]) -> None:
        """Rounds until every ask has its trial: what was with a lost worker comes again, at last alone."""
        lane = self._lane = self._lane_for(asks)
        waiting: deque[Sequence[Ask]] = deque(cut(self.study, asks, lane.workers))
        lost, suspects = Counter[Ask](), deque[Ask]()
        while waiting or suspects:
            self.where = lane.where
            alone = not waiting
            if alone:
                waiting.append((suspects.popleft(),))
            found = Round(lane, self.study.cancel, keep, tell)
            found.play(waiting)
            kills = lane.kills
            if found.broken:
                lane = self._lane = self._renewed(lane)
            for ask in found.lost:
                lost[ask] += kills
                if alone:
                    keep(unplayable(self.study, ask, _KILLED))
                    tell()
                elif lost[ask] >= _KILLS:
                    suspects.append(ask)
                else:
                    waiting.append((ask,))

    def _renewed(self, lane: Lane) -> Lane:
        """The lane again, or else our own."""
        again = lane.renewed()
        if again is None:
            self._executor, self._processes = None, self._processes if self._executor is not None else False
            again = self._local(pool=not isinstance(lane, Pool))
        return again

    def _local(self, *, pool: bool) -> Lane:
        """The cores of this machine: processes where they are wanted and possible, else threads."""
        if pool and not no_processes():
            return Pool(self.study, self._workers)
        return Threads(self.study, self._workers)

    def _lane_for(self, asks: Sequence[Ask]) -> Lane:
        """Where to play next: our own processes once there is enough to do."""
        if self._executor is not None:
            return self._lane or self._given(self._executor)
        self._work_s += sum(work_s(self.study, ask) for ask in asks)
        wanted = self._processes
        if wanted is None:
            wanted = self._workers > 1 and self._work_s >= _POOL_FROM_S
        if isinstance(self._lane, Threads) and wanted and not no_processes():
            self._lane.close()
            self._lane = None
        return self._lane or self._local(pool=wanted)

    def _given(self, executor: Executor | Any) -> Lane:
        """The executor that was passed."""
        client = client_of(executor)
        if client is not None:
            return Cluster(self.study, client)
        if isinstance(executor, ThreadPoolExecutor):
            return Threads(self.study, self._workers, executor)
        return Foreign(self.study, executor, self._workers)

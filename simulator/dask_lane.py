"""The lane of a Dask cluster: its workers play chunks, each has the recipe of the study once."""

import importlib
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any, Final

from simulator.cluster import check_workers, refused
from simulator.lanes import Answer
from simulator.recipe import recipe_of
from simulator.study import Study
from simulator.trial import Ask
from simulator.workers import play_in_worker

__all__ = ["Cluster"]

_ALONE_S: Final = 30.0
"""How long a cluster may be without any worker, or without its scheduler, before the sweep ends."""
_LOOK_S: Final = 0.5
"""How often the scheduler is asked."""


class Cluster:
    """The workers of a Dask cluster; each gets the recipe of the study once."""

    def __init__(self, study: Study, client: Any) -> None:
        self._study, self._client, recipe = study, client, recipe_of(study)
        self._name = str(client.scheduler.address if client.scheduler else client)
        self._seen = self._looked = time.monotonic()
        while not self._there:  # it may be on its way back
            self.check()
            time.sleep(0.1)
        check_workers(client, self._name, recipe.stamp, study.facts)
        self._lost = importlib.import_module("distributed").KilledWorker
        self._executor: Executor = client.get_executor(pure=False)
        self._recipe, self._digest = client.scatter(recipe, broadcast=True, hash=False), recipe.digest
        self.workers = sum(client.nthreads().values())
        self.width = 2**31  # the scheduler hands out what waits, also to workers that come later
        self.kills = 2  # it has tried a chunk on several workers before it gives it up
        self.where = f"on {self.workers} threads of the Dask cluster at {self._name}"

    def submit(self, asks: Sequence[Ask], *, again: bool = False) -> Answer:  # noqa: ARG002 - it always goes along
        """Start a chunk."""
        return self._executor.submit(play_in_worker, self._digest, self._recipe, asks)

    def lost(self, error: BaseException) -> bool:
        """A chunk that several workers died of; the scheduler itself repeats what a single one had."""
        return isinstance(error, self._lost)

    def check(self) -> None:
        """Raise InputError where the scheduler or all workers have been away for long."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_S:
            self._looked, self._seen = now, now if self._there else self._seen
        if now - self._seen > _ALONE_S or self._client.status in {"closing", "closed"}:
            raise refused(f"the Dask cluster at {self._name} went away: start it again, or leave --cluster out")

    @property
    def _there(self) -> bool:
        """The scheduler and at least one worker."""
        return self._client.status == "running" and bool(self._client.scheduler_info()["workers"])

    def renewed(self) -> "Cluster":
        """The same, with the recipe sent anew: its scheduler replaces workers, not what only they had."""
        self._let_go()
        return Cluster(self._study, self._client)

    def stop(self) -> None:
        """What has not begun was taken back; a chunk that has begun ends soon by itself."""
        self._let_go()

    def close(self) -> None:
        """Forget the recipe; the client is its owner's."""
        self._let_go()

    def _let_go(self) -> None:
        self._executor.shutdown(wait=False)
        self._recipe.release()

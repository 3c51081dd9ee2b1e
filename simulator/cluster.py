"""A Dask cluster as the place where a sweep is played: extra `[cluster]`.

Before the first task every worker shows its stamp, and a cluster with one that would give other numbers is refused.
"""

import asyncio
import importlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from advisor.errors import InputError, Problem
from simulator.stamp import Stamp, differences, stamp

__all__ = ["check_workers", "client_of", "cluster_executor", "refused"]

_PATIENCE_S: Final = 5.0
"""How long a scheduler may take to answer."""


def refused(seen: str) -> InputError:
    """The error of a cluster that cannot be used."""
    return InputError([Problem("--cluster", "", seen)])


def client_of(executor: object) -> Any:
    """The Dask client behind an executor: itself, or the one it came from; None for any other executor."""
    for thing in (executor, getattr(executor, "_client", None)):
        if type(thing).__module__.partition(".")[0] == "distributed" and hasattr(thing, "get_executor"):
            return thing
    return None


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise refused(
            'needs Dask: pip install "sagemaker-endpoint-advisor[cluster]", here and for every worker'
        ) from None


async def _identity(address: str) -> dict[str, Any]:
    core = importlib.import_module("distributed.core")
    async with core.rpc(address, timeout=_PATIENCE_S) as scheduler:
        found: dict[str, Any] = await asyncio.wait_for(scheduler.identity(), _PATIENCE_S)
    return found


def _look(address: str) -> None:
    """Raise InputError unless a scheduler with workers answers: a client that cannot connect is noisy and slow to go."""
    help_ = "check the address and that it runs, or add --cluster-fallback to use the cores of this machine instead"
    try:
        there = importlib.import_module("distributed.comm").get_address_host_port(address)
        socket.create_connection(there, timeout=_PATIENCE_S).close()
        with ThreadPoolExecutor(1) as aside:  # this thread may have an event loop that runs
            found = aside.submit(asyncio.run, _identity(address)).result()
    except (ValueError, NotImplementedError) as error:
        raise refused(f"{address!r} is no address: {error}; allowed: tcp://host:port") from None
    except (OSError, TimeoutError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or f"no answer within {_PATIENCE_S:g} s"
        raise refused(f"no Dask scheduler answers at {address} ({why}): {help_}") from None
    if found.get("type") != "Scheduler":
        raise refused(f"what answers at {address} is a {found.get('type')}, no Dask scheduler: {help_}")
    if not found.get("workers"):
        raise refused(f"the Dask cluster at {address} has no worker: start some, or add --cluster-fallback")


@contextmanager
def cluster_executor(
    address: str | None, *, fallback: bool = False, say: Callable[[str], None] | None = None
) -> Iterator[Any]:
    """A client of the cluster at an address, to be given to `Sweep`; None, for the cores of this machine, without one.

    Arguments: with `fallback` a cluster that cannot be used is told to `say` and the result is None; else InputError is
    raised, which names the address, the reason and what to do. The client is closed at the end.

    >>> with cluster_executor(None) as executor:
    ...     executor is None
    True
    """
    client = None
    try:
        if address is not None:
            distributed = _distributed()
            _look(address)
            client = distributed.Client(address, timeout=_PATIENCE_S, set_as_default=False)
            check_workers(client, address, stamp())
    except InputError as error:
        if client is not None:
            client.close()
            client = None
        if not fallback:
            raise
        if say is not None:
            say(f"{error}; playing on this machine")
    try:
        yield client
    finally:
        if client is not None:
            client.close()


def _differs(here: Stamp, facts: Any) -> tuple[str, ...]:
    """What this worker differs in from the process that asks."""
    return differences(here, stamp(facts))


def check_workers(client: Any, name: str, here: Stamp, facts: Any = None) -> None:
    """Raise InputError where a worker would not give the same numbers, naming each and the difference."""
    problems = []
    for worker, found in client.run(_differs, here, facts, on_error="return").items():
        if isinstance(found, BaseException):
            reason = f"it cannot play: {type(found).__name__}: {found}"
            problems.append(Problem("--cluster", "", f"worker {worker} of {name}: {reason}"))
        elif found:
            problems.append(Problem("--cluster", "", f"worker {worker} of {name}: {'; '.join(found)}"))
    if problems:
        raise InputError(problems)

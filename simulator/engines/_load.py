"""Compiled kernels: where they are kept, and their loading on first use."""

import hashlib
import importlib
import os
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

__all__ = ["kernel_folder", "kernels"]

_KERNELS: Final = (
    "_kernel_options",
    "_kernel_slots",
    "_kernel",
    "_kernel_fleet",
    "_kernel_fifo",
    "_kernel_tables",
    "_kernel_calls",
    "_kernel_limits",
    "_kernel_requests",
    "_kernel_ends",
    "_kernel_hosts",
    "_kernel_cache",
    "_kernel_scaling",
    "_kernel_endpoint",
    "_kernel_serverless",
    "_kernel_job",
    "_kernel_serverless_calls",
    "_kernel_provisioned",
    "_kernel_environments",
    "_kernel_output",
)


def kernel_folder() -> Path:
    """Where compiled kernels are kept: a folder named after the text they are compiled from.

    The first of NUMBA_CACHE_DIR, the user's cache folder and the temporary folder that can be written to.
    """
    here = Path(__file__)
    texts = [here.with_name(f"{name}.py") for name in _KERNELS]
    texts += [here.parents[1] / name for name in ("model.py", "_parts.py", "_parts_scaling.py", "histogram.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in texts)).hexdigest()[:16]
    named = os.environ.get("NUMBA_CACHE_DIR")
    roots = [Path(named)] if named else []
    if not named:
        from platformdirs import user_cache_path

        roots.append(user_cache_path("sagemaker-endpoint-advisor") / "kernels")
    roots.append(Path(tempfile.gettempdir()) / "sagemaker-endpoint-advisor-kernels")
    for root in roots:
        folder = root / digest
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp())


@cache
def kernels() -> SimpleNamespace:
    """The compiled functions; numba is imported here, on first use."""
    config: Any = importlib.import_module("numba.core.config")
    before = config.CACHE_DIR
    # a kernel looks for its cache when it is defined; helpers in other files do not invalidate it, hence the name
    config.CACHE_DIR = str(kernel_folder())
    try:
        found = {name: importlib.import_module(f"simulator.engines.{name}") for name in _KERNELS}
    finally:
        config.CACHE_DIR = before
    return SimpleNamespace(
        copies=found["_kernel"],
        fleet=found["_kernel_fleet"],
        fifo=found["_kernel_fifo"],
        endpoint=found["_kernel_endpoint"],
        tables=found["_kernel_tables"],
        serverless=found["_kernel_serverless"],
        job=found["_kernel_job"],
        calls=found["_kernel_serverless_calls"],
        provisioned=found["_kernel_provisioned"],
        environments=found["_kernel_environments"],
        output=found["_kernel_output"],
    )

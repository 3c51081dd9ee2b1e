"""Environments of their own for the SDKs: they are large, and cannot share one."""

import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

from advisor._facts_read import data_folder, read_toml

__all__ = ["Environment", "environment"]


class Environment(NamedTuple):
    """Where an SDK is installed."""

    python: str
    """Its interpreter; empty where it could not be installed."""
    package: str
    why: str = ""
    """Why it could not."""


def environment(target: str) -> Environment:
    """The environment of an SDK, made in the user's cache folder the first time.

    Arguments: `target` is an entry of `data/tools.toml`. Installing needs the package index and a gigabyte of disk.
    """
    from platformdirs import user_cache_path  # noqa: PLC0415 - only what validates needs it

    package = str(read_toml(data_folder() / "tools.toml")[target]["package"])
    folder: Path = user_cache_path("sagemaker-endpoint-advisor", appauthor=False) / package.replace("==", "-")
    python, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return Environment(str(python), package)
    try:
        sys.stderr.write(f"Installing {package} into {folder} ...\n")
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except OSError as error:
        return Environment("", package, str(error))
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()]
        return Environment("", package, last[-1] if last else "pip failed")
    ready.touch()
    return Environment(str(python), package)

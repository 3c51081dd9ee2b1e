"""What the `app` and `doctor` verbs need to know of this installation."""

import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Final

from advisor.errors import FactError

__all__ = ["app_file", "health", "options"]

_OPTIONS: Final = (
    ("server.headless", "true"), ("server.fileWatcherType", "none"), ("server.maxUploadSize", "50"),
    ("browser.gatherUsageStats", "false"), ("client.toolbarMode", "minimal"), ("client.showErrorDetails", "none"),
    ("client.showErrorLinks", "false"), ("logger.hideWelcomeMessage", "true"), ("logger.level", "warning"),
    # Collecting garbage after every step takes longer than most steps, since facts and kernels are many objects; Python still does it by itself.
    ("runner.postScriptGC", "false"),
)  # fmt: skip
_SHOWN: Final = ("numpy", "numba", "pandas", "simpy", "streamlit", "plotly", "pydantic", "typer")


def app_file() -> Path:
    """The router of the web app: beside the packages in a checkout, inside the wheel otherwise.

    Raises FactError when neither is there.
    """
    here = Path(__file__).parent
    for path in (here / "_app" / "app.py", here.parent / "app.py"):
        if path.is_file():
            return path
    raise FactError(f"app.py is missing: expected beside {here.name}/ or inside it")


def options(port: int, address: str) -> list[str]:
    """What Streamlit is told: the options of `.streamlit/config.toml`, since it looks for that in the working folder.

    Arguments: `port` and `address` to listen on.

    >>> options(8501, "localhost")[-1]
    '--server.address=localhost'
    """
    told = (*_theme(), *_OPTIONS, ("server.port", str(port)), ("server.address", address))
    return [f"--{name}={value}" for name, value in told]


def _theme() -> list[tuple[str, str]]:
    """The theme of the shipped config file as options."""
    import tomllib  # noqa: PLC0415 - only this verb reads it

    file = app_file().parent / ".streamlit" / "config.toml"
    if not file.is_file():
        return []
    found: list[tuple[str, str]] = []

    def walk(prefix: str, node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(f"{prefix}.{key}", value)
        elif isinstance(node, list):
            found.extend((prefix, str(item)) for item in node)
        else:
            found.append((prefix, str(node).lower() if isinstance(node, bool) else str(node)))

    walk("theme", tomllib.loads(file.read_text(encoding="utf-8")).get("theme", {}))
    return found


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _kernels(folder: Path) -> str:
    """How many compiled kernels are kept, and where."""
    kept = len(list(folder.rglob("*.nbc")))
    return f"{kept} compiled in {folder}" if kept else f"none compiled yet (they go to {folder})"


def health() -> dict[str, str]:
    """Versions, kernel cache, dates of the data, saved work, browser: a line each."""
    from advisor.facts import load_facts  # noqa: PLC0415 - the other verbs need no facts to start
    from advisor.store import data_file  # noqa: PLC0415 - nor saved work
    from simulator.engines._load import kernel_folder  # noqa: PLC0415 - it reads the kernels' text

    facts = load_facts()
    oldest = facts.oldest()
    found = {
        "sagemaker-endpoint-advisor": _version("sagemaker-endpoint-advisor"),
        "python": sys.version.split()[0],
        **{name: _version(name) for name in _SHOWN},
        "kernels": _kernels(kernel_folder()),
        "oldest fact": f"{oldest.id}, read {oldest.checked:%d %b %Y}",
        "prices published": str(max((p.published for p in facts.prices() if p.published), default="unknown")),
    }
    found["saved work"] = f"{data_file()}{'' if data_file().exists() else ' (nothing saved yet)'}"
    browsers = ("chromium", "chromium-browser", "google-chrome")
    found["Chromium"] = next(
        (path for name in browsers if (path := shutil.which(name))), "not found (browser tests skip)"
    )
    return found

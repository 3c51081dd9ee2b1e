"""The start of the app: everything it needs is loaded, and its first question answered, before the port opens."""

import importlib
import pkgutil
import threading
import time
from collections.abc import Callable
from typing import Final

import advisor.pages
import simulator.pages
from simulator.engines._load import kernel_folder
from simulator.engines.fast import compile_kernels, compile_side_by_side
from simulator.listen import answers_at, shown_at
from simulator.pages import _asking, _job, _state, _work
from simulator.serve import app_file, options

__all__ = ["serve", "warm"]

Say = Callable[[str], None]
_LATER: Final = (
    "pandas", "pyarrow", "PIL.Image", "plotly.graph_objects", "plotly.tools", "plotly.offline", "streamlit.web.cli",
    "streamlit.web.server.starlette.starlette_server",
)  # fmt: skip
"""What is imported only where it is first used: when a page draws a table or a chart, and by the server."""
_LOOK_S: Final = 0.05
_LONG_S: Final = 8.0
"""From then on something is compiled: kernels that an interrupted start left out."""
_COMPILING: Final = "Compiling the simulator, which is new here: once, a minute or two."


def _compiled() -> int:
    return sum(1 for _ in kernel_folder().rglob("*.nbc"))


def warm(say: Say) -> None:
    """Load pages, kernels and what Streamlit imports late, and put the answer to the first question into the store.

    Arguments: `say` gets a line for each step.
    """
    for package in (advisor.pages, simulator.pages):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    if not _compiled():
        say(_COMPILING)
        compile_side_by_side()
    question = _state.first().question
    key = (_asking.SLOT, question.key)
    say(f"Ranking the options for the example {question.workload.name}.")
    before, job = _compiled(), _job.Job(key, _asking.answer_work(question))
    late = threading.Timer(_LONG_S, lambda: say(_COMPILING) if _compiled() > before else None)
    late.daemon = True
    late.start()
    try:
        for name in _LATER:
            importlib.import_module(name)
        compile_kernels()
        while not job.wait(_LOOK_S):
            pass
    finally:
        late.cancel()
        job.stop()
    if job.error is not None:
        raise job.error
    _work.ANSWERS.put(key, job.result)


def _announce(port: int, address: str, say: Say) -> None:
    while not answers_at(port, address):
        time.sleep(_LOOK_S)
    say(f"The app is at {shown_at(port, address)} (stop it with Ctrl+C).")


def serve(port: int, address: str, say: Say) -> None:
    """Warm up, then serve the app in this process until it is stopped; its address is said once it answers.

    The script of every session imports the modules loaded here, so all sessions share one store of answers.
    """
    warm(say)
    from streamlit.web import cli

    threading.Thread(target=_announce, args=(port, address, say), daemon=True).start()
    try:
        cli.main(["run", str(app_file()), *options(port, address)], prog_name="streamlit", standalone_mode=False)
    finally:
        _job.stop_all()

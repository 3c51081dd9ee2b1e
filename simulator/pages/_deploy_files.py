"""The files of a plan: each with its text to copy and to download, all of them as one archive, what takes it down last."""

from pathlib import PurePosixPath
from typing import Final

import streamlit as st

from simulator.deployed import Deployment, zipped

__all__ = ["draw"]

_LANGUAGES: Final = {".py": "python", ".yaml": "yaml", ".json": "json", ".tf": "hcl", ".sh": "bash"}
_RUN: Final = {".py": "python", ".sh": "sh"}


def _file(number: int, name: str, text: str) -> None:
    ending = PurePosixPath(name).suffix
    with st.container(horizontal=True, vertical_alignment="center", key=f"size_deploy_head_{number}"):
        st.markdown(f"`{name}`")
        st.download_button(
            "Download", text, name, "text/plain", key=f"size_deploy_file_{number}", on_click="ignore", help=f"{name} alone",
        )  # fmt: skip
    # wrapped and in full: Streamlit's frame of code that scrolls cannot be reached by the keyboard
    st.code(text.rstrip("\n"), language=_LANGUAGES.get(ending), wrap_lines=True)


def _run(name: str) -> str:
    runner = _RUN.get(PurePosixPath(name).suffix)
    return f"Run with your own credentials: `{runner} {name}`." if runner else ""


def draw(made: Deployment) -> None:
    """The files under the two headings of what they do."""
    *create, (down, takes_down) = made.files.items()
    st.header("Creates it")
    with st.container(horizontal=True, vertical_alignment="center", key="size_deploy_all"):
        st.download_button(
            "All files as ZIP", lambda: zipped(made.files), f"{made.plan.name}-{made.target}.zip", "application/zip",
            key="size_deploy_zip", on_click="ignore", type="primary",
        )  # fmt: skip
        st.caption(_run(create[-1][0]))
    for number, (name, text) in enumerate(create):
        _file(number, name, text)
    st.header("Takes it down again")
    st.caption(f"Deletes what was created, the last made first. {_run(down)}")
    _file(len(create), down, takes_down)

"""The style sheet of the app with its colours, as one text."""

import functools
from pathlib import Path

from advisor.identity import tokens

__all__ = ["icon", "style"]


@functools.cache
def style() -> str:
    """The style element that every page begins with."""
    return f"<style>{tokens()}\n{Path(__file__).with_name('app.css').read_text(encoding='utf-8')}</style>"


def icon() -> str:
    """The path of the page's icon: a file of ours, since a named one is fetched from elsewhere."""
    return str(Path(__file__).with_name("icon.png"))

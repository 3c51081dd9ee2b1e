"""How an option and a state look wherever they appear: colour, marker and dash by family, sign and word by state.

The colours were chosen for the smallest distance over normal, protan, deutan and tritan sight and reach 3:1 on
both pages. State colours are never used for a series, and always stand beside their sign and word.
"""

from typing import Final, NamedTuple

__all__ = ["NEUTRAL", "STATES", "Look", "Pair", "State", "look", "tokens"]


class Pair(NamedTuple):
    """One colour on the light page and on the dark one."""

    light: str
    dark: str

    def on(self, theme: str) -> str:
        """The colour for `light` or `dark`."""
        return self.dark if theme == "dark" else self.light


class Look(NamedTuple):
    """Identity of an option family."""

    family: str
    colour: Pair
    marker: str
    """Plotly symbol."""
    dash: str
    """Plotly dash."""
    sign: str
    """The marker as a character, for HTML."""


class State(NamedTuple):
    """How an outcome is shown: text colour, background, sign."""

    token: str
    text: Pair
    back: Pair
    sign: str


_BLUE, _ORANGE, _GREEN = Pair("#4688fa", "#5aa2ff"), Pair("#a84805", "#f07f2e"), Pair("#157553", "#63dba2")
_PLUM, _GOLD, _GREY = Pair("#870153", "#f5a8e6"), Pair("#aa8a18", "#efe36b"), Pair("#868e99", "#8f98a5")
_OTHER: Final = Look("other", _GREY, "x", "dot", "✕")
_LOOKS: Final = {
    "real_time": Look("real-time", _BLUE, "circle", "solid", "●"),
    "serverless": Look("serverless", _ORANGE, "diamond", "solid", "◆"),
    "serverless_provisioned": Look("serverless", _ORANGE, "diamond-open", "dash", "◇"),
    "async": Look("async", _GREEN, "square", "solid", "■"),
    "multi_model": Look("shared", _PLUM, "triangle-up", "solid", "▲"),
    "multi_container": Look("shared", _PLUM, "triangle-down", "solid", "▼"),
    "inference_pipeline": Look("shared", _PLUM, "triangle-right", "solid", "▶"),
    "inference_components": Look("components", _GOLD, "star", "solid", "★"),
    "inference_components_zero": Look("components", _GOLD, "star-open", "dash", "☆"),
}

STATES: Final = {
    "notes": State("ok", Pair("#116149", "#7ee2b8"), Pair("#e6f4ee", "#12322a"), "✓"),
    "conditions": State("cond", Pair("#7a4b00", "#ffcf70"), Pair("#fff3d6", "#3a2c0d"), "!"),
    "unknown": State("ask", Pair("#434e5c", "#b6c0cd"), Pair("#eef1f5", "#252c36"), "?"),
    "blocks": State("no", Pair("#a3182b", "#ff9aa5"), Pair("#fdecee", "#3d1a20"), "✕"),
}
"""By the name of the outcome."""

NEUTRAL: Final = {
    "page": Pair("#ffffff", "#12161c"),
    "card": Pair("#ffffff", "#171c24"),
    "text": Pair("#1b2430", "#e8ecf1"),
    "muted": Pair("#4d5866", "#aab4c0"),
    "line": Pair("#d4dae2", "#353e4a"),
    "grid": Pair("#e6eaef", "#262d37"),
}


def look(name: str) -> Look:
    """The identity of an option name; the same grey for every name outside the six families.

    >>> look("real_time").marker, look("batch_transform").marker
    ('circle', 'x')
    """
    return _LOOKS.get(name, _OTHER)


def tokens() -> str:
    """The colours as CSS custom properties that follow the theme without a rerun."""
    pairs = dict(NEUTRAL)
    for state in STATES.values():
        pairs[state.token], pairs[f"{state.token}-back"] = state.text, state.back
    for name, entry in _LOOKS.items():
        pairs[f"option-{name}"] = entry.colour
    pairs["option-other"] = _GREY
    lines = (f"--a-{name}: light-dark({pair.light}, {pair.dark});" for name, pair in pairs.items())
    return ".stApp {" + " ".join(lines) + "}"

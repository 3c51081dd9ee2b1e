"""How a report looks on a screen and on paper: its own style sheet, made from the tokens of `identity`, in light colours."""

from typing import Final

from advisor.identity import NEUTRAL, STATES

__all__ = ["WIDTH", "style"]

WIDTH: Final = 672
"""Width of text, tables and figures, in pixels: A4 less its margins."""

_RULES: Final = """
@page { size: A4; margin: 15mm 16mm 16mm; }
* { box-sizing: border-box; }
html { color-scheme: light; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { width: min(100% - 2rem, @WIDTHpx); margin: 1.5rem auto 3rem; }
h1, h2, h3, p, td, th, dd, dt { overflow-wrap: anywhere; }
h1 { margin: .125rem 0 .75rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.25rem; line-height: 1.3; break-after: avoid; }
h3 { margin: 1.25rem 0 .375rem; font-size: 1rem; line-height: 1.35; break-after: avoid; }
p { margin: 0 0 .5rem; max-width: 78ch; orphans: 3; widows: 3; }
a { color: inherit; text-decoration: underline; text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
.muted, small, figcaption { color: var(--muted); }
.over { margin: 0; font-size: .9375rem; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.figures b { display: block; font-size: 2rem; line-height: 1.15; }
.figures .minor b { padding-top: .5rem; font-size: 1.375rem; }
.figures span { display: block; color: var(--muted); font-size: .875rem; }
.scroll { overflow-x: auto; margin: 0 0 .75rem; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .8125rem; line-height: 1.4; }
th, td { padding: .375rem .625rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
td div + div { margin-top: .125rem; }
td small { display: block; font-size: .75rem; }
tr { break-inside: avoid; }
tr.total td { border-bottom: 0; font-weight: 700; }
tr:target { background: var(--cond-back); }
.state { display: inline-block; padding: 0 .375rem; border-radius: 4px; font-weight: 600; }
figure { margin: 0 0 .75rem; break-inside: avoid; }
figcaption { margin-top: .25rem; font-size: .875rem; }
.chart { width: @WIDTHpx; }
pre { margin: 0 0 .75rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); font: .75rem/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.toml { columns: 2; column-gap: 1.5rem; }
@media screen and (max-width: 700px) {
  h1 { font-size: 1.4rem; }
  table { min-width: 620px; }
  pre.toml { columns: 1; }
}
@media print {
  body { font-size: 10.5pt; }
  main { width: @WIDTHpx; max-width: 100%; margin: 0 auto; }
  .scroll { overflow: visible; }
  .chart, .chart * { pointer-events: none; }
  .state { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2 { margin-top: 1.25rem; }
}
"""


def style() -> str:
    """The whole style sheet; nothing in it names a place outside the file.

    >>> "url(" in style() or "@import" in style()
    False
    """
    colours = {name: NEUTRAL[name].light for name in ("page", "text", "muted", "line")} | {"soft": "#f7f8fa"}
    for state in STATES.values():
        colours[state.token], colours[f"{state.token}-back"] = state.text.light, state.back.light
    root = ":root { " + " ".join(f"--{name}: {value};" for name, value in colours.items()) + " }"
    marks = "".join(
        f".state.{state.token} {{ color: var(--{state.token}); background: var(--{state.token}-back); }}\n"
        for state in STATES.values()
    )
    return root + _RULES.replace("@WIDTH", str(WIDTH)) + marks

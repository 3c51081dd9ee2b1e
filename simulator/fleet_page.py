"""The run of one option over time as one HTML file that opens without a network: figure, how to read it, events."""

import html
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Problem
from advisor.identity import NEUTRAL
from advisor.options import describe, title
from simulator.charts import CONFIG
from simulator.fleet_chart import fleet_alt, fleet_figure, fleet_note, fleet_title
from simulator.play import Simulation
from simulator.story import WORDS, Story, fleetless, story_of
from simulator.timeline import clock, write_whole

__all__ = ["check_chart", "write_chart"]

_MOST_EVENTS: Final = 2_000
_STYLE: Final = (
    "body{{margin:0 auto;padding:1.5rem 1rem;max-width:1100px;font:16px/1.5 system-ui,sans-serif;color:{text};background:{page}}}"
    "h1{{font-size:1.5rem;line-height:1.25;margin:.25rem 0}}p{{margin:0 0 .5rem;max-width:78ch}}.muted{{color:{muted};overflow-wrap:anywhere}}"
    "table{{border-collapse:collapse;width:100%;font-size:.9375rem}}th,td{{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;"
    "border-bottom:1px solid {line}}}th{{color:{muted}}}td:first-child{{white-space:nowrap;font-variant-numeric:tabular-nums}}"
)


def check_chart(path: Path) -> None:
    """Raise InputError where a name is not that of an HTML file."""
    if path.suffix != ".html":
        raise InputError([Problem("--chart", repr(str(path)), "a name that ends in .html")])


def _events(story: Story) -> str:
    """The events that changed something, as a table."""
    shown = [one for one in story.events if one.kind != "dropped"]
    rows = "".join(
        f"<tr><td>{clock(one.time_us)}</td><td>{WORDS[one.kind]}</td><td>{html.escape(one.text)}</td></tr>"
        for one in shown[:_MOST_EVENTS]
    )
    more = len(shown) - _MOST_EVENTS
    idle = len(story.events) - len(shown)
    rest = f"<p class='muted'>{more:,} later events: --events writes all.</p>" if more > 0 else ""
    if idle:
        rest += (
            f"<p class='muted'>Not shown: {idle:,} alarm{'' if idle == 1 else 's'} that found nothing left to do.</p>"
        )
    if not rows:
        return f"<p>{html.escape(story.quiet)}</p>{rest}"
    head = "<tr><th scope='col'>Time</th><th scope='col'>Event</th><th scope='col'>Cause and effect</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>{rest}"


def _page(story: Story, name: str, seed: int) -> str:
    """The whole document, plotly's script inside it."""
    from plotly.io import to_html  # noqa: PLC0415 - heavy, and only a chart needs it

    figure = to_html(
        fleet_figure(story),
        config={**CONFIG, "responsive": True},
        include_plotlyjs=True,
        full_html=False,
        div_id="run-over-time",
    )
    style = _STYLE.format(**{key: pair.light for key, pair in NEUTRAL.items()})
    head, heading = html.escape(name), html.escape(fleet_title(story))
    what = html.escape(f"{title(story.option.name)}: {describe(story.option)}, seed {seed}")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{heading}: {head}</title><style>{style}</style></head><body>"
        f'<p class="muted"><b>{head}</b> · {what}</p><h1>{heading}</h1><p class="muted">{html.escape(fleet_note(story))}</p>'
        f'<div role="img" aria-label="{html.escape(fleet_alt(story))}">{figure}</div><h2>What changed the fleet</h2>{_events(story)}</body></html>\n'
    )


def write_chart(played: Simulation, path: Path, *, name: str, seed: int) -> None:
    """Write the run over time as one HTML file with everything in it.

    Arguments: `name` of the workload. Raises InputError where the option has no fleet to draw, the name does not end in
    .html, or the file cannot be written.
    """
    check_chart(path)
    if fleetless(played.model):
        allowed = f"an option with instances, copies or environments that scale, not {played.option.name}"
        raise InputError([Problem("--chart", repr(str(path)), allowed)])
    write_whole(path, "--chart", _page(story_of(played), name, seed))

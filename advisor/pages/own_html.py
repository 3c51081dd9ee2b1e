"""Own HTML: escaping, chips, margin bars, figures, tables. Every text that reaches a page goes through `safe`."""

import html
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from advisor.facts import Facts
from advisor.identity import STATES, look
from advisor.options import title
from advisor.rules import Finding, Outcome
from advisor.text import format_day, limit_text, seen_text, state_word

__all__ = ["bar", "block", "chip", "option_name", "reference", "safe", "sources", "table"]

_URL: Final = re.compile(r"https?://[^\s;,()<>\"]+")
_LONGEST_SOURCE: Final = 60
_TICK: Final = 0.8
"""Where the limit stands on a margin bar, as a share of its width."""


def safe(text: object) -> str:
    """Any text as HTML that shows exactly it."""
    return html.escape(str(text), quote=True)


def block(body: str, kind: str = "div", testid: str = "", attributes: str = "") -> str:
    """A whole fragment of ours, with the class that the style sheet knows."""
    mark = f' data-testid="{testid}"' if testid else ""
    return f'<{kind} class="ea"{mark}{" " + attributes if attributes else ""}>{body}</{kind}>'


def chip(outcome: str, words: str = "") -> str:
    """A state as sign and word; `outcome` is notes, conditions, unknown or blocks."""
    state = STATES[outcome]
    return f'<span class="ea-chip {state.token}">{state.sign}&nbsp;{safe(words or state_word(outcome))}</span>'


def option_name(name: str) -> str:
    """An option name with the marker of its family."""
    token = f"option-{name}" if look(name).family != "other" else "option-other"
    return f'<span class="ea-sign" style="color:var(--a-{token})" aria-hidden="true">{look(name).sign}</span>{safe(title(name))}'


def bar(finding: Finding) -> str:
    """How far from its limit a number is: the limit is a tick at 80 % of the width.

    Nothing for words, nor where a number above the limit is only something to know: the words say why.
    """
    if finding.margin is None or isinstance(finding.seen, str) or isinstance(finding.limit, str):
        return ""
    if finding.outcome is Outcome.notes and finding.margin < 0:
        return ""
    share = max(0.0, 1 - finding.margin)
    token = "ok" if share <= _TICK else "cond" if share <= 1 else "no"
    width = min(share, 1 / _TICK) * _TICK * 100
    return f'<div class="ea-bar" aria-hidden="true"><i class="{token}" style="width:{width:.1f}%"></i><u></u></div>'


def reference(source: str, confidence: str, published: date | None, checked: date) -> str:
    """Where a value comes from: a link where it has an address, how well it is known, and its dates."""
    urls = _URL.findall(source)
    short = source if len(source) <= _LONGEST_SOURCE else f"{source[: _LONGEST_SOURCE - 1]}…"
    name = f'<span title="{safe(source)}">{safe(short)}</span>'
    if urls:
        name = f'<a href="{safe(urls[0])}" target="_blank" rel="noopener noreferrer">{safe(_host(urls[0]))}</a>'
    page = "undated" if published is None else f"page of {format_day(published)}"
    return f"{name}: {safe(f'{confidence}, {page}, read {format_day(checked)}')}"


def sources(finding: Finding, facts: Facts) -> str:
    """Where a finding comes from, a line for each source."""
    lines: dict[str, None] = {}
    for fact in map(facts.fact, finding.facts):
        teaching = f"; {safe(fact.teaching)}" if fact.teaching else ""
        said = reference(fact.source, fact.confidence, fact.published, fact.checked)
        lines[f'<p class="small muted">{said}{teaching}</p>'] = None
    return "".join(lines)


def _host(url: str) -> str:
    """The host and the last part of an address: enough to tell two sources apart."""
    host, _, path = url.split("://", 1)[1].partition("/")
    last = path.split("#")[0].split("?")[0].rstrip("/").rpartition("/")[2]
    return f"{host}, {last}" if last else host


def ends(finding: Finding, facts: Facts) -> str:
    """What was seen and the limit it meets, left and right; words for findings that are no number."""
    if finding.seen is None and finding.limit is None:
        return ""
    seen, limit = safe(seen_text(finding)), safe(limit_text(finding, facts))
    left = f"<b>{seen}</b>" if seen else '<span class="muted">not stated</span>'
    right = f'<span class="muted">limit {limit}</span>' if limit else ""
    return f'<div class="ea-ends"><span>{left}</span>{right}</div>'


def table(heads: Sequence[tuple[str, str]], rows: Sequence[tuple[str, Sequence[str]]], label: str, testid: str) -> str:
    """A table in a scroll region that the keyboard reaches.

    Arguments: `heads` are (words, classes), `rows` are (classes of the row, cells as HTML); cells take the classes of
    their head.
    """
    head = "".join(f'<th scope="col" class="{kind}">{safe(words)}</th>' for words, kind in heads)
    body = "".join(
        f'<tr class="{kind}">'
        + "".join(f'<td class="{heads[n][1]}">{cell}</td>' for n, cell in enumerate(cells))
        + "</tr>"
        for kind, cells in rows
    )
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return block(inner, testid=testid, attributes=f'tabindex="0" role="region" aria-label="{safe(label)}"').replace(
        'class="ea"', 'class="ea ea-scroll"', 1
    )

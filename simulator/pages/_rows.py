"""Options in a line each: those that fit and were not simulated, and, folded, those nothing here asks for."""

from collections.abc import Sequence
from typing import Final

from advisor.advice import Advice
from advisor.facts import Facts
from advisor.pages.own_html import chip, option_name, safe, sources
from advisor.rules import Finding, Outcome
from advisor.verdict import Verdict
from advisor.words import fitting_change
from simulator.headline import suits
from simulator.option_groups import LEFT, UNPLAYED
from simulator.unplayed import aside

__all__ = ["blocked_fold", "checks", "left", "unblock", "unplayed"]

_OWN: Final = frozenset({"SIM003", "SIM004"})
"""Findings that the heading of the group says for all of its rows."""


def checks(findings: Sequence[Finding], facts: Facts, words: str = "") -> str:
    """Findings under a fold, each with its state, words, remedy and sources."""
    if not findings:
        return ""
    items = "".join(
        f"<li>{chip(Outcome(f.outcome).name)}<br>{safe(f.message)}"
        f"{f' {safe(f.remedy)}' if f.remedy and f.outcome is not Outcome.notes else ''}{sources(f, facts)}</li>"
        for f in findings
    )
    count = len(findings)
    said = words or f"{count} more {'check' if count == 1 else 'checks'}"
    return f"<details><summary>{safe(said)}</summary><ul>{items}</ul></details>"


def unblock(verdict: Verdict, advice: Advice) -> str:
    """The smallest change that would let a blocked option fit; nothing where no single one does."""
    said = fitting_change(advice.change(verdict.option.name))
    return f'<p class="ea-change">{safe(said)}</p>' if said else ""


def _row(verdict: Verdict, state: str, body: str) -> str:
    return (
        f'<article class="ea-row" data-testid="row"><header><h3>{option_name(verdict.option.name)}</h3>{state}</header>'
        f"{body}</article>"
    )


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", "\u2212")


def _fit(verdict: Verdict) -> str:
    if verdict.fit is None or not verdict.fit.points:
        return ""
    return f'<p><span class="muted">Fit {_signed(verdict.fit.score)}:</span> {safe(suits(verdict))}</p>'


def _unplayed_row(verdict: Verdict, facts: Facts) -> str:
    findings = tuple(f for f in verdict.findings if f.rule not in _OWN)
    first = findings[0] if findings else None
    worst = first.outcome if first else Outcome.notes
    said = ""
    if first is not None and worst is not Outcome.notes:
        said = f"<p>{safe(first.message)} {safe(first.remedy)}</p>"
    folded = checks(findings, facts, f"{len(findings)} checks")
    return _row(verdict, chip(worst.name), f"{_fit(verdict)}{said}{folded}")


def _fold(rows: Sequence[str], words: str) -> str:
    if not rows:
        return ""
    return (
        f'<details class="ea-fold"><summary>{safe(words)}</summary><div class="ea-rows">{"".join(rows)}</div></details>'
    )


def _group(words: str, count: int, body: str) -> str:
    return f'<section class="ea-group wide" data-testid="group"><h2>{words} ({count})</h2>{body}</section>'


def unplayed(verdicts: Sequence[Verdict], facts: Facts) -> str:
    """The options that fit and were not simulated, as a group of rows; nothing where there is none."""
    if not verdicts:
        return ""
    shown = [_unplayed_row(v, facts) for v in verdicts if not aside(v)]
    rest = [_unplayed_row(v, facts) for v in verdicts if aside(v)]
    also = "more that this workload does not ask for" if shown else "that this workload does not ask for"
    body = f'<div class="ea-rows">{"".join(shown)}</div>' if shown else ""
    return _group(UNPLAYED, len(verdicts), body + _fold(rest, f"{len(rest)} {also}"))


def left(verdict: Verdict) -> str:
    """What is left where nothing fits."""
    said = "".join(f"<p>{safe(finding.message)}</p>" for finding in verdict.findings)
    return _group(LEFT, 1, f'<div class="ea-rows">{_row(verdict, "", said)}</div>')


def blocked_fold(verdicts: Sequence[Verdict], advice: Advice, facts: Facts, *, more: bool) -> str:
    """Blocked options that nothing here asks for, folded, each with its reason and what would let it fit.

    Arguments: `more` tells that other blocked options stand above.
    """
    rows = [
        _row(
            verdict,
            chip(verdict.outcome.name),
            f"<p>{safe(verdict.deciding.message) if verdict.deciding else ''}</p>{unblock(verdict, advice)}"
            + checks(verdict.findings, facts, f"{len(verdict.findings)} checks"),
        )
        for verdict in verdicts
    ]
    return _fold(rows, f"{len(rows)} {'more ' if more else ''}that this workload does not ask for")

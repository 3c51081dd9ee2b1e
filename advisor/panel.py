"""Panel: all options judged together, remembering what each rule and signal read.

A `Board` is what the rules and preferences say for one set of attributes. `Board.after` changes one attribute and asks
again only the rules and signals that read it: that is how the next question, what-if and the smallest change are found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from operator import add
from typing import Final

from advisor._alike import Alike
from advisor.attributes import UNKNOWN, Attributes
from advisor.facts import Facts
from advisor.fit import Preference, fit_of, preferences
from advisor.memo import Remembered
from advisor.options import Option
from advisor.representatives import representatives
from advisor.rules import Finding, Outcome, all_rules
from advisor.rules._rule import Rule, check
from advisor.signals import SIGNALS
from advisor.verdict import Verdict, verdict_of

__all__ = ["Board", "Panel", "panel_for"]

_FIELDS: Final = tuple(field.name for field in fields(Attributes))
_MOST_TOTALS: Final = 4096
_BEHIND: Final = {"payload_mb": "payload", "response_mb": "response", "processing_s": "processing"}
"""Distributions that say the same as a number; they are dropped when the number changes."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One rule's findings on all options, and which of them it blocks (one bit each)."""

    findings: tuple[Finding | None, ...]
    blocked: int
    speaks: bool
    """At least one option has a finding."""


def _ask(entry: Rule, alike: Alike[Finding | None], attributes: Attributes) -> _Answer:
    findings = alike(lambda option, facts: check(entry, attributes, option, facts))
    blocked = 0
    for bit, finding in enumerate(findings):
        if finding is not None and finding.outcome is Outcome.blocks:
            blocked |= 1 << bit
    return _Answer(findings, blocked, any(finding is not None for finding in findings))


class Panel:
    """Some options before all rules, under one set of facts."""

    def __init__(self, options: Sequence[Option], facts: Facts) -> None:
        self.options, self.facts = tuple(options), facts
        self.names = tuple(option.name for option in options)
        alike: Alike[Finding | None] = Alike(self.options, facts)
        entries = all_rules()
        asked = [Remembered(partial(_ask, entry, alike)) for entry in entries]
        first = [rule(dict.fromkeys(_FIELDS, UNKNOWN)) for rule in asked]
        live = [n for n, (_, reads) in enumerate(first) if reads]
        self.rules = tuple(asked[n] for n in live)
        """Rules that read an attribute of these options; what the others say never changes."""
        self.deciding = [entries[n].may_block for n in live]
        """Which of them can block at all: only these count for what a reply would change."""
        self.settled = [answer for answer in first if not answer[1] and answer[0].speaks]
        self.signals = {n: Remembered(partial(_signalled, n, facts)) for n in SIGNALS}
        self.preferences = preferences(facts)
        bit = {name: 1 << number for number, name in enumerate(self.signals)}
        self.bits = bit
        self._wanted = [(sum(bit[n] for n in p.when), sum(bit[n] for n in p.unless)) for p in self.preferences]
        self._vectors = [tuple(p.points if name in p.options else 0 for name in self.names) for p in self.preferences]
        self._totals: dict[int, tuple[int, ...]] = {}

    def active(self, held: int) -> list[bool]:
        """Which preferences apply. Arguments: `held` has the bit of each signal that holds."""
        return [held & when == when and not held & unless for when, unless in self._wanted]

    def totals(self, held: int) -> tuple[int, ...]:
        """The points of each option. Arguments: `held` as for `active`."""
        known = self._totals.get(held)
        if known is None:
            if len(self._totals) >= _MOST_TOTALS:
                self._totals.clear()
            rows = [vector for vector, on in zip(self._vectors, self.active(held), strict=True) if on]
            known = self._totals[held] = tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * len(self.names)
        return known

    def board(self, attributes: Attributes) -> "Board":
        """What all rules and preferences say of these attributes."""
        return Board(self, {name: getattr(attributes, name) for name in _FIELDS})


def _signalled(name: str, facts: Facts, attributes: Attributes) -> bool:
    return SIGNALS[name](attributes, facts)


class Board:
    """The findings and points of all options for one set of attributes."""

    def __init__(self, panel: Panel, values: dict[str, object]) -> None:
        self.panel, self.values = panel, values
        self.answers = [rule(values) for rule in panel.rules]
        self.signals = {name: signal(values) for name, signal in panel.signals.items()}
        self.held = sum(panel.bits[name] for name, (on, _) in self.signals.items() if on)
        self.totals: tuple[int, ...] = panel.totals(self.held)
        self._extra = (0,) * len(panel.names)
        self._index: tuple[dict[str, list[int]], dict[str, list[str]]] | None = None
        self._speaking = [answer for answer, _ in (*self.answers, *panel.settled) if answer.speaks]
        self._blocking = [(n, answer.blocked) for n, (answer, _) in enumerate(self.answers) if answer.blocked]
        self._always = 0
        for answer, _ in panel.settled:
            self._always |= answer.blocked
        self.blocked = self._always
        for _, mask in self._blocking:
            self.blocked |= mask

    def score(self, scores: Mapping[str, int]) -> None:
        """Take these scores instead of the points of the preferences alone: a cost estimate is part of them."""
        self._extra = tuple(
            scores[n] - own for n, own in zip(self.panel.names, self.panel.totals(self.held), strict=True)
        )
        self.totals = self._points(self.held)

    def _points(self, held: int) -> tuple[int, ...]:
        own = self.panel.totals(held)
        return tuple(map(add, own, self._extra)) if any(self._extra) else own

    @property
    def best(self) -> str:
        """The name ranked first; `none` where everything is blocked."""
        return _best(self.panel.names, self.blocked, self.totals)

    def order(self) -> list[str]:
        """Names that nothing blocks, best fit first; equal points in the order of the names."""
        feasible = [n for n in range(len(self.panel.names)) if not self.blocked >> n & 1]
        return [self.panel.names[n] for n in sorted(feasible, key=lambda n: -self.totals[n])]

    def after(self, attribute: str, replies: Iterable[object]) -> list[tuple[int, str]]:
        """For each value of one attribute: which options would be blocked (one bit each), and which came first.

        Only rules and signals that read the attribute are asked again.
        """
        panel, values = self.panel, {**self.values}
        if attribute in _BEHIND:
            values[_BEHIND[attribute]] = None
        others, rules, signals = self._touched(attribute)
        found = []
        for value in replies:
            values[attribute] = value
            blocked = others
            for rule in rules:
                blocked |= rule(values)[0].blocked
            held = self.held
            for name in signals:
                if panel.signals[name](values)[0] is not self.signals[name][0]:
                    held ^= panel.bits[name]
            found.append((blocked, _best(panel.names, blocked, self._points(held))))
        return found

    def _touched(self, name: str) -> tuple[int, list[Remembered[_Answer]], list[str]]:
        """What the rules that did not read an attribute block, the rules that did, and the signals that did."""
        rules, signals = self._readers()
        touched = [number for number in rules.get(name, ()) if self.panel.deciding[number]]
        others = self._always
        for number, mask in self._blocking:
            if number not in touched:
                others |= mask
        return others, [self.panel.rules[number] for number in touched], signals.get(name, [])

    def _readers(self) -> tuple[dict[str, list[int]], dict[str, list[str]]]:
        """Which rules and which signals read each attribute on the way to what they said."""
        if self._index is None:
            rules: dict[str, list[int]] = {}
            signals: dict[str, list[str]] = {}
            for number, (_, reads) in enumerate(self.answers):
                for name in reads:
                    rules.setdefault(name, []).append(number)
            for signal, (_, reads) in self.signals.items():
                for name in reads:
                    signals.setdefault(name, []).append(signal)
            self._index = (rules, signals)
        return self._index

    def reads(self, bit: int) -> set[str]:
        """Attributes that the rules which block one option have read."""
        return {name for answer, reads in self.answers if answer.blocked >> bit & 1 for name in reads}

    def changed(self, values: Mapping[str, object]) -> "Board":
        """The whole board with these attributes replaced."""
        behind = {_BEHIND[name]: None for name in values if name in _BEHIND}
        return Board(self.panel, {**self.values, **behind, **values})

    def findings(self, bit: int) -> list[Finding]:
        """The findings on one option, in the order of the rules."""
        return [finding for answer in self._speaking if (finding := answer.findings[bit]) is not None]

    def preferred(self) -> tuple[Preference, ...]:
        """The preferences that hold."""
        return tuple(p for p, on in zip(self.panel.preferences, self.panel.active(self.held), strict=True) if on)

    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict for each option, best fit first, blocked ones last in the order of the names."""
        preferred = self.preferred()
        found = {
            option.name: verdict_of(option, self.findings(bit), fit_of(option.name, preferred))
            for bit, option in enumerate(self.panel.options)
        }
        order = self.order()
        return tuple(found[name] for name in (*order, *(name for name in found if name not in order)))

    def unknown(self) -> set[str]:
        """Attributes that nobody stated and that a rule or a signal asked for."""
        rules, signals = self._readers()
        return {name for name in (*rules, *signals) if self.values[name] is UNKNOWN}


def _best(names: Sequence[str], blocked: int, totals: Sequence[int]) -> str:
    best, most = "none", 0
    for bit, name in enumerate(names):
        if not blocked >> bit & 1 and (best == "none" or totals[bit] > most):
            best, most = name, totals[bit]
    return best


@lru_cache(maxsize=8)
def panel_for(facts: Facts) -> Panel:
    """The panel of representatives, for briefs; one for each set of facts, so that it remembers."""
    return Panel(representatives(facts), facts)

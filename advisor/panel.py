"""Panel: all options judged together, remembering what each rule and signal read.

A `Board` is what the rules and preferences say for one set of attributes. `Board.after` changes one attribute and asks
again only the rules and signals that read it: that is how the next question, what-if and the smallest change are found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, cast

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

_BEHIND: Final = {"payload_mb": "payload", "response_mb": "response", "processing_s": "processing"}
"""Distributions that say the same as a number; they are dropped when the number changes."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One rule's findings on all options, and which of them it blocks (one bit each)."""

    findings: tuple[Finding | None, ...]
    blocked: int


class _Changed:
    """Attributes with some values replaced, without copying the rest."""

    __slots__ = ("_of", "_values")

    def __init__(self, of: Attributes, values: dict[str, object]) -> None:
        self._of = of
        self._values = values

    def __getattr__(self, name: str) -> object:
        values = self._values
        return values[name] if name in values else getattr(self._of, name)


def _ask(entry: Rule, options: Sequence[Option], facts: Facts, attributes: Attributes) -> _Answer:
    findings = tuple(check(entry, attributes, option, facts) for option in options)
    blocked = 0
    for bit, finding in enumerate(findings):
        if finding is not None and finding.outcome is Outcome.blocks:
            blocked |= 1 << bit
    return _Answer(findings, blocked)


class Panel:
    """Some options before all rules, under one set of facts."""

    def __init__(self, options: Sequence[Option], facts: Facts) -> None:
        self.options, self.facts = tuple(options), facts
        self.names = tuple(option.name for option in options)
        self.rules = tuple(Remembered(partial(_ask, entry, self.options, facts)) for entry in all_rules())
        self.signals = {n: Remembered(partial(_signalled, n, facts)) for n in SIGNALS}
        self.preferences = preferences(facts)
        self.vectors = tuple(
            tuple(p.points if name in p.options else 0 for name in self.names) for p in self.preferences
        )
        self.readers: dict[str, tuple[int, ...]] = {
            name: tuple(n for n, p in enumerate(self.preferences) if name in p.when or name in p.unless)
            for name in SIGNALS
        }  # fmt: skip

    def board(self, attributes: Attributes) -> "Board":
        """What all rules and preferences say of these attributes."""
        return Board(self, attributes)


def _signalled(name: str, facts: Facts, attributes: Attributes) -> bool:
    return SIGNALS[name](attributes, facts)


class Board:
    """The findings and points of all options for one set of attributes."""

    def __init__(self, panel: Panel, attributes: Attributes) -> None:
        self.panel, self.attributes = panel, attributes
        self.answers = [rule(attributes) for rule in panel.rules]
        self.signals = {name: signal(attributes) for name, signal in panel.signals.items()}
        self.active = [p.holds(self._signal) for p in panel.preferences]
        rows = [vector for vector, on in zip(panel.vectors, self.active, strict=True) if on]
        self.totals = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(panel.names)
        self.blocked = 0
        for answer, _ in self.answers:
            self.blocked |= answer.blocked

    def _signal(self, name: str) -> bool:
        return self.signals[name][0]

    @property
    def best(self) -> str:
        """The name ranked first; `none` where everything is blocked."""
        return _best(self.panel.names, self.blocked, self.totals)

    def order(self) -> list[str]:
        """Names that nothing blocks, best fit first; equal points in the order of the names."""
        feasible = [n for n in range(len(self.panel.names)) if not self.blocked >> n & 1]
        return [self.panel.names[n] for n in sorted(feasible, key=lambda n: -self.totals[n])]

    def after(self, **values: Any) -> tuple[int, str]:
        """Which options would be blocked (one bit each) and which came first if these attributes were so.

        Only rules and signals that read one of them are asked again.
        """
        changed = cast("Attributes", _Changed(self.attributes, with_distributions(values)))
        panel, blocked, asked = self.panel, 0, values.keys()
        for number, (answer, reads) in enumerate(self.answers):
            blocked |= answer.blocked if reads.isdisjoint(asked) else panel.rules[number](changed)[0].blocked
        flipped = [
            name
            for name, (held, reads) in self.signals.items()
            if not reads.isdisjoint(asked) and panel.signals[name](changed)[0] is not held
        ]
        totals = self.totals
        if flipped:
            totals = list(totals)
            now = {name: not self.signals[name][0] for name in flipped}
            for number in {n for name in flipped for n in panel.readers[name]}:
                on = panel.preferences[number].holds(lambda s: now[s] if s in now else self.signals[s][0])
                if on is not self.active[number]:
                    sign = 1 if on else -1
                    totals = [t + sign * v for t, v in zip(totals, panel.vectors[number], strict=True)]
        return blocked, _best(panel.names, blocked, totals)

    def reads(self, bit: int) -> set[str]:
        """Attributes that the rules which block one option have read."""
        return {name for answer, reads in self.answers if answer.blocked >> bit & 1 for name in reads}

    def changed(self, values: Mapping[str, Any]) -> "Board":
        """The whole board with these attributes replaced."""
        return Board(self.panel, cast("Attributes", _Changed(self.attributes, with_distributions(values))))

    def findings(self, bit: int) -> list[Finding]:
        """The findings on one option, in the order of the rules."""
        return [finding for answer, _ in self.answers if (finding := answer.findings[bit]) is not None]

    def preferred(self) -> tuple[Preference, ...]:
        """The preferences that hold."""
        return tuple(p for p, on in zip(self.panel.preferences, self.active, strict=True) if on)

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
        asked: set[str] = set()
        for _, reads in (*self.answers, *self.signals.values()):
            asked |= reads
        return {name for name in asked if getattr(self.attributes, name) is UNKNOWN}


def _best(names: Sequence[str], blocked: int, totals: Sequence[int]) -> str:
    best, most = "none", 0
    for bit, name in enumerate(names):
        if not blocked >> bit & 1 and (best == "none" or totals[bit] > most):
            best, most = name, totals[bit]
    return best


def with_distributions(values: Mapping[str, Any]) -> dict[str, object]:
    """The values, with the distribution behind each changed number dropped."""
    return {**values, **{_BEHIND[name]: None for name in values if name in _BEHIND}}


@lru_cache(maxsize=8)
def panel_for(facts: Facts) -> Panel:
    """The panel of representatives, for briefs; one for each set of facts, so that it remembers."""
    return Panel(representatives(facts), facts)

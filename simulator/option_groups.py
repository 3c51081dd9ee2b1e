"""Every option once, grouped by what the rules say of it: simulated ones first, then what fits, then what does not."""

from dataclasses import dataclass
from typing import Final

from advisor.rules import Outcome
from advisor.verdict import Verdict
from simulator.endpoints import builders
from simulator.ranking import Ranked, Ranking
from simulator.unplayed import aside

__all__ = ["BLOCKED", "GROUPS", "LEFT", "UNPLAYED", "Card", "Group", "cards", "groups"]

GROUPS: Final = (
    (Outcome.notes, "Fits"), (Outcome.conditions, "Fits with conditions"), (Outcome.unknown, "Depends on an answer"),
)  # fmt: skip
"""The states of what was simulated, and of what would be but for a missing measurement."""
UNPLAYED: Final = "Fits by the rules, not simulated"
BLOCKED: Final = "Does not fit"
LEFT: Final = "What is left"
"""Where nothing fits."""


@dataclass(frozen=True, slots=True)
class Card:
    """One option's verdict, with its simulation where it was played."""

    verdict: Verdict
    entry: Ranked | None


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one state."""

    words: str
    cards: tuple[Card, ...]


def cards(ranking: Ranking) -> dict[Outcome, list[Card]]:
    """What was simulated, by state, in ranking order; with what is usually simulated and was not."""
    found: dict[Outcome, list[Card]] = {outcome: [] for outcome, _ in GROUPS}
    for entry in ranking.ranked:
        found[entry.verdict.outcome].append(Card(entry.verdict, entry))
    for verdict in ranking.unplayed:
        if verdict.option.name in builders() and not aside(verdict):
            found[verdict.outcome].append(Card(verdict, None))
    return found


def groups(ranking: Ranking) -> tuple[Group, ...]:
    """All options by state, each once; a state without an option is left out.

    >>> from simulator import rank
    >>> [(group.words, len(group.cards)) for group in groups(rank("ct-scans", replications=3))]
    [('Fits', 1), ('Does not fit', 12)]
    """
    by_state, none = cards(ranking), ranking.infeasible[-1]
    found = [Group(words, tuple(by_state[outcome])) for outcome, words in GROUPS]
    drawn = {card.verdict.option.name for group in found for card in group.cards}
    rest = [verdict for verdict in ranking.unplayed if verdict.option.name not in drawn]
    out = list(ranking.blocked) if none.feasible else [*ranking.blocked, none]
    found += [
        Group(words, tuple(Card(verdict, None) for verdict in verdicts))
        for words, verdicts in (
            (UNPLAYED, rest), (BLOCKED, out), (LEFT, [none] if none.feasible else []),
        )
    ]  # fmt: skip
    return tuple(group for group in found if group.cards)

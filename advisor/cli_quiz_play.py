"""Practice and review: one question after the other, with its reasons at once."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from advisor.cli_quiz_item import put_answer, put_question
from advisor.cli_quiz_kept import now
from advisor.errors import InputError
from advisor.quiz.marking import mark
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import topic_words
from advisor.quiz.progress import Score, answered
from advisor.quiz.typed import allowed, read_answer

if TYPE_CHECKING:
    from advisor.cli_quiz_kept import Keeping
    from advisor.cli_quiz_screen import Lines, Screen
    from advisor.facts import Facts
    from advisor.quiz.event import Mode
    from advisor.quiz.item import Item
    from advisor.quiz.typed import Answer

__all__ = ["HELP", "Played", "play", "put_summary", "short_help"]

HELP: Final = (
    ("s", "skip this question"),
    ("f", "flag it, or take the flag away; flagged ones are listed at the end"),
    ("q", "end, with a summary"),
    ("?", "this help"),
)
_MOST_BELIEFS: Final = 5


@dataclass(slots=True)
class Played:
    """What a session came to."""

    score: Score = field(default_factory=Score)
    topics: dict[str, Score] = field(default_factory=dict)
    beliefs: "Counter[str]" = field(default_factory=Counter)
    skipped: int = 0
    flagged: dict[str, None] = field(default_factory=dict)
    stopped: bool = False
    """By ctrl-C."""

    def add(self, item: "Item", *, right: bool, beliefs: tuple[str, ...]) -> None:
        """Count an answer."""
        self.score = self.score.plus(right=right)
        self.topics[item.topic] = self.topics.get(item.topic, Score()).plus(right=right)
        self.beliefs.update(beliefs)

    def flag(self, item: "Item") -> str:
        """Flag a question or take its flag away; what is to be said."""
        if item.id in self.flagged:
            del self.flagged[item.id]
            return "No longer flagged."
        self.flagged[item.id] = None
        return "Flagged."


def short_help(item: "Item") -> list[tuple[str, str]]:
    """What a line may hold: for this question, and for any."""
    return [("answer", allowed(item)), *HELP]


def play(
    screen: "Screen", lines: "Lines", facts: "Facts", keeping: "Keeping", upcoming: "Callable[[int, str], Item | None]",
    mode: "Mode", most: int | None,
) -> Played:  # fmt: skip
    """Ask until there is nothing more to ask, to read, or somebody ends it.

    Arguments: `upcoming` gives the next item from its number, from 0, and the concept before it.
    """
    played = Played()
    with suppress(KeyboardInterrupt):
        _ask_all(screen, lines, facts, keeping, upcoming, mode, most, played)
        return played
    screen.put()
    played.stopped = True
    return played


def _ask_all(
    screen: "Screen", lines: "Lines", facts: "Facts", keeping: "Keeping", upcoming: "Callable[[int, str], Item | None]",
    mode: "Mode", most: int | None, played: Played,
) -> None:  # fmt: skip
    number, last = 0, ""
    while most is None or number < most:
        item = upcoming(number, last)
        if item is None:
            break
        number, last = number + 1, item.concept
        screen.put()
        of = "" if most is None else f" of {most}"
        again = " · due again" if item.concept in {due.concept for due in keeping.progress.due(now())} else ""
        put_question(screen, item, f"Question {number}{of}{again}")
        began = time.monotonic()
        answer = _answer(screen, lines, item, played)
        if isinstance(answer, str):
            if answer == "end":
                break
            played.skipped += 1
            continue
        seconds = time.monotonic() - began if lines.typed else 0.0
        found = mark(item, answer)
        keeping.take(answered(item, found, answer, at=now(), seconds=seconds, mode=mode))
        played.add(item, right=found.right, beliefs=found.misconceptions)
        screen.put()
        put_answer(screen, item, answer, found, facts)
        if lines.typed and (most is None or number < most) and not _on(screen, lines, item, played):
            break


def _answer(screen: "Screen", lines: "Lines", item: "Item", played: Played) -> "Answer | str":
    """An answer, or the word skip or end."""
    prompt = f"Your answer ({allowed(item)}; ? helps): " if lines.typed else "> "
    while True:
        line = lines.ask(prompt)
        match None if line is None else line.lower():
            case None | "q" | "quit" | "exit":
                return "end"
            case "s" | "skip":
                return "skip"
            case "f" | "flag":
                screen.put(played.flag(item))
            case "":
                pass
            case "?" | "help":
                screen.rows(short_help(item))
            case _:
                try:
                    return read_answer(line or "", item)
                except InputError as error:
                    lines.wrong(error)


def _on(screen: "Screen", lines: "Lines", item: "Item", played: Played) -> bool:
    """Wait until the reasons were read; False where the session is to end."""
    screen.put()
    while True:
        line = lines.ask("Enter: next question, f: flag this one, q: end ")
        match None if line is None else line.lower():
            case None | "q" | "quit" | "exit":
                return False
            case "f" | "flag":
                screen.put(played.flag(item))
            case "" | "n" | "next" | "s":
                return True
            case _:
                screen.put("This question is answered: Enter leads to the next one.")


def put_summary(screen: "Screen", played: Played, keeping: "Keeping", facts: "Facts") -> None:
    """Print what a session came to."""
    screen.put()
    total, skipped = played.score.total, f", {played.skipped} skipped" if played.skipped else ""
    if not total:
        screen.put(f"Nothing answered{skipped}.", style="bold")
    else:
        screen.put(f"{played.score.right} of {total} right{skipped}.", style="bold")
        if len(played.topics) > 1:
            screen.rows(
                [(topic_words(name), f"{one.right} of {one.total}") for name, one in sorted(played.topics.items())]
            )
    if played.beliefs:
        screen.put("What wrong answers took for true:")
        ordered = sorted(played.beliefs.items(), key=lambda pair: (-pair[1], pair[0]))
        screen.rows([(f"{times} ×", believed(name, facts)) for name, times in ordered[:_MOST_BELIEFS]])
    if played.flagged:
        screen.put("Flagged:")
        for name in played.flagged:
            screen.put(f"endpoint-advisor quiz show {name}", first="  ")
    if keeping.store is not None and keeping.progress.misses:
        screen.put(f"To review: {len(keeping.progress.misses)}, with endpoint-advisor quiz review.")

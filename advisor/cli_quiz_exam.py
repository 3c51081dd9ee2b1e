"""An exam in the terminal: no verdict before the end, flags, the time that is left, and its result."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from advisor.cli_quiz_item import put_answer, put_question
from advisor.cli_quiz_kept import now
from advisor.errors import InputError, Problem
from advisor.quiz.exam import Exam, paper
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import task_words, topic_words
from advisor.quiz.results import HEADING, exam_events
from advisor.quiz.typed import allowed, answer_words, read_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from advisor.cli_quiz_kept import Keeping
    from advisor.cli_quiz_screen import Lines, Screen
    from advisor.facts import Facts
    from advisor.quiz.item import Item
    from advisor.quiz.results import Result

__all__ = ["hand_in", "minutes_left", "put_result", "sit"]

HELP: Final = (
    ("s or n", "the next question; an answer leads on by itself"),
    ("p", "the one before"),
    ("go 12", "another question"),
    ("f", "flag this one, or take the flag away"),
    ("clear", "take the answer back"),
    ("flags", "what is flagged"),
    ("left", "what is open, and what is flagged"),
    ("end", "hand in"),
    ("q", "leave; the time runs on: endpoint-advisor quiz exam --resume"),
    ("?", "this help"),
)
_MOST_BELIEFS: Final = 12


def minutes_left(seconds: float) -> str:
    """Time that is left, as it is said once a minute.

    >>> minutes_left(5000.0), minutes_left(40.0)
    ('about 83 min left', 'less than a minute left')
    """
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if seconds >= 60 else "less than a minute left"


def _numbers(numbers: tuple[int, ...]) -> str:
    """Numbers in ascending order, those in a row as a range.

    >>> _numbers((2, 4, 5, 6, 9)), _numbers(())
    ('2, 4 to 6, 9', 'none')
    """
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    parts = [f"{row[0]} to {row[-1]}" if len(row) > 2 else ", ".join(map(str, row)) for row in rows]
    return ", ".join(parts) if parts else "none"


def hand_in(exam: Exam, keeping: "Keeping", facts: "Facts", at: datetime) -> Exam:
    """End an exam: its answers count for the progress from now on. Handed in twice, they count once."""
    ended = exam.end(at)
    keeping.take(*exam_events(ended, facts))
    keeping.take_exam(ended)
    return ended


class _Sitting:
    """One person before one exam."""

    def __init__(self, screen: "Screen", lines: "Lines", facts: "Facts", keeping: "Keeping", exam: Exam) -> None:
        self.screen, self.lines, self.keeping, self.exam = screen, lines, keeping, exam
        self.items = paper(exam, facts)
        self.sure = False
        """The next `end` hands in."""
        self.verbs: dict[str, Callable[[], bool | None]] = {
            "s": self.on, "skip": self.on, "n": self.on, "next": self.on, "": self.on,
            "p": self.back, "f": self.flag, "flag": self.flag, "clear": self.clear, "flags": self.flags,
            "left": self.left, "time": self.left, "?": self.help, "help": self.help,
        }  # fmt: skip

    @property
    def item(self) -> "Item":
        return self.items[self.exam.at - 1]

    def status(self) -> str | None:
        """The line above the prompt; None when the time is up."""
        moment = now()
        if self.exam.over(moment):
            return None
        left = minutes_left(self.exam.left(moment).total_seconds())
        parts = [f"{left[:1].upper()}{left[1:]}"]
        if self.exam.at in self.exam.flagged:
            parts.append("flagged")
        given = self.exam.given(self.exam.at)
        if given is not None:
            parts.append(f"answered {answer_words(self.item, given.answer)}")
        return " · ".join(parts)

    def show(self) -> None:
        self.screen.put()
        put_question(self.screen, self.item, f"Question {self.exam.at} of {self.exam.items}", difficulty=False)

    def _step(self, exam: Exam) -> None:
        self.exam = exam
        self.keeping.take_exam(exam)

    def go(self, number: int) -> None:
        self._step(self.exam.go(number, now()))
        self.show()

    def on(self) -> None:
        if self.exam.at < self.exam.items:
            self.go(self.exam.at + 1)
            return
        self.screen.put("That was the last question.")
        self.left()

    def back(self) -> None:
        self.go(max(self.exam.at - 1, 1))

    def flag(self) -> None:
        self._step(self.exam.flag(now()))
        self.screen.put("Flagged." if self.exam.at in self.exam.flagged else "No longer flagged.")

    def clear(self) -> None:
        self._step(self.exam.answer(None, now()))
        self.screen.put("This question is open again.")

    def flags(self) -> None:
        self.screen.put(f"Flagged: {_numbers(self.exam.flagged)}.")

    def left(self) -> None:
        self.screen.put(f"Open: {_numbers(self.exam.unanswered)}. Flagged: {_numbers(self.exam.flagged)}.")
        self.screen.put(
            f"go {self.exam.unanswered[0] if self.exam.unanswered else 1} leads to a question, end hands in."
        )

    def help(self) -> None:
        self.screen.rows([("answer", allowed(self.item)), *HELP])

    def turn(self) -> str:
        """One line; the word leave, end, or nothing."""
        line = self.lines.ask("Your answer (? helps): " if self.lines.typed else "> ", self.status)
        if self.exam.over(now()):
            self.screen.put("The time is up.", style="bold")
            return "end"
        if line is None or line.lower() in {"q", "quit", "exit"}:
            return "leave"
        sure, self.sure = self.sure, False
        if line.lower() == "end":
            if not self.exam.unanswered or sure or not self.lines.typed:
                return "end"
            self.sure = True
            self.screen.put(f"Open: {_numbers(self.exam.unanswered)}. Type end once more to hand in.")
            return ""
        try:
            self._line(line.lower())
        except InputError as error:
            self.lines.wrong(error)
        return ""

    def _line(self, line: str) -> None:
        words = line.split()
        if line in self.verbs:
            self.verbs[line]()
        elif words[0] in {"go", "g"}:
            if len(words) != 2 or not words[1].isascii() or not words[1].isdigit():
                raise InputError([Problem("go", repr(line[2:].strip()[:40]), f"a number from 1 to {self.exam.items}")])
            self.go(int(words[1][:9]))
        else:
            self._answer(line)

    def _answer(self, line: str) -> None:
        exam = self.exam.answer(read_answer(line, self.item), now())
        if exam.at < exam.items:
            self._step(exam.go(exam.at + 1, now()))
            self.show()
        else:
            self._step(exam)
            self.on()


def sit(screen: "Screen", lines: "Lines", facts: "Facts", keeping: "Keeping", exam: Exam) -> Exam:
    """Ask until the exam is handed in, its time is up, or somebody leaves; each step is kept before the next.

    Raises InputError where its paper is no longer what it was.
    """
    sitting = _Sitting(screen, lines, facts, keeping, exam)
    keeping.take_exam(exam)
    sitting.show()
    try:
        while not (word := sitting.turn()):
            pass
    except KeyboardInterrupt:
        screen.put()
        word = "leave"
    if word == "end" or keeping.store is None:
        return hand_in(sitting.exam, keeping, facts, now())
    return sitting.exam


def put_result(screen: "Screen", exam: Exam, found: "Result", facts: "Facts", *, reasons: bool) -> None:
    """Print what an exam showed. Arguments: `reasons`, with every question that was not right."""
    screen.put()
    screen.put(f"{found.score.right} of {found.score.total} right in this drill.", style="bold")
    screen.put(HEADING)
    minutes = max(round(found.used.total_seconds() / 60), 1)
    left = f" {found.unanswered} left open." if found.unanswered else ""
    screen.put(f"It took {minutes} of {exam.minutes} minutes.{left}")
    for head, scores, words in (("task", found.by_task, task_words), ("topic", found.by_topic, topic_words)):
        screen.put()
        screen.put(f"By {head}", style="bold")
        rows = [(words(name), f"{score.right} of {score.total}") for name, score in scores.items()]
        screen.rows([(f"{name[:1].upper()}{name[1:]}", said) for name, said in rows])
    screen.put()
    screen.put("What wrong answers took for true", style="bold")
    beliefs = list(found.misconceptions.items())
    screen.rows([(f"{times} ×", believed(name, facts)) for name, times in beliefs[:_MOST_BELIEFS]])
    if len(beliefs) > _MOST_BELIEFS:
        screen.put(f"And {len(beliefs) - _MOST_BELIEFS} more.", first="  ")
    if not beliefs:
        screen.put("No wrong answer told of a belief.", first="  ")
    missed = tuple(one.number for one in found.missed)
    screen.put()
    screen.put(f"Not right: {_numbers(missed)}.")
    for one in found.missed if reasons else ():
        screen.put()
        put_question(screen, one.item, f"Question {one.number} of {exam.items}")
        put_answer(screen, one.item, one.answer, one.mark, facts)

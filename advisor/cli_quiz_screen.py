"""The quiz on a terminal or in a pipe: lines out, folded to the width, and lines in, one at a time."""

import os
import re
import sys
from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.text import Text

from advisor.errors import InputError
from advisor.quiz.marked_lines import lines_of

__all__ = ["Lines", "Screen"]

_WIDEST: Final = 100
"""Longer lines are hard to read."""
_LONGEST_LINE: Final = 2000
_MOST_SAID: Final = 50
_TICK_S: Final = 60.0
_KEYS: Final = re.compile("\x1b(?:\\[[0-9;]*[A-Za-z~]|O.)")
"""What a terminal sends for arrows and the like."""


def _cleaned(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line).strip()


class Screen:
    """Where the quiz is printed: bold and colours on a terminal, plain text elsewhere."""

    def __init__(self) -> None:
        """On standard output; signs that its encoding lacks become question marks."""
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        self.console = Console(highlight=False, markup=False, emoji=False)
        self.width = min(self.console.width, _WIDEST) if self.console.is_terminal else _WIDEST

    def put(self, text: str = "", *, first: str = "", style: str = "") -> None:
        """Print a marked text. Arguments: `first` begins its first line; the others are indented as far."""
        for line in lines_of(text, self.width, first=first) if text else [first]:
            parts = line.split("**")
            strong = [(part, f"{style} bold".strip() if n % 2 else style) for n, part in enumerate(parts)]
            self.console.print(Text.assemble(*strong), soft_wrap=True)

    def rows(self, rows: list[tuple[str, str]], indent: str = "  ") -> None:
        """Print pairs, the second one in a column of its own."""
        wide = max((len(left) for left, _ in rows), default=0)
        for left, right in rows:
            self.put(right, first=f"{indent}{left:<{wide}}  ")


class Lines:
    """Lines that somebody types, or that a pipe holds."""

    def __init__(self, screen: Screen) -> None:
        """From standard input."""
        self.screen = screen
        self.number = 0
        """Of the line that was read last, from 1."""
        self.typed = sys.stdin is not None and sys.stdin.isatty()
        """Somebody sits there."""
        self._wrong = 0
        self._read = b""
        if not self.typed and hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")

    def ask(self, prompt: str, status: Callable[[], str | None] | None = None) -> str | None:
        """The next line that is not empty, or on a terminal any; None at the end.

        Arguments: `status` is a line above the prompt that is written anew once a minute; where it gives None, waiting
        ends with an empty line.
        """
        if status is not None and (said := status()) is not None:
            self.screen.put(said, style="dim")
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = self._typed(status) if self.typed else self._piped()
        if line is None or not self.typed:
            sys.stdout.write("\n" if line is None else f"{line}\n")
        return line

    def _piped(self) -> str | None:
        while True:
            line = sys.stdin.readline(_LONGEST_LINE) if sys.stdin is not None else ""
            if not line:
                return None
            rest = line
            while rest and not rest.endswith("\n"):
                rest = sys.stdin.readline(_LONGEST_LINE)
            self.number += 1
            if line.strip():
                return _cleaned(line)

    def _typed(self, status: Callable[[], str | None] | None) -> str | None:
        while b"\n" not in self._read:
            if status is not None and os.name == "posix" and not self._waited(status):
                return ""
            found = os.read(sys.stdin.fileno(), 4096)
            if not found:
                return None
            self._read = (self._read + found)[-_LONGEST_LINE:]
        line, _, self._read = self._read.partition(b"\n")
        return _cleaned(_KEYS.sub("", line.decode(sys.stdin.encoding or "utf-8", errors="replace")))

    def _waited(self, status: Callable[[], str | None]) -> bool:
        """Wait until something was typed; False where the time is up before."""
        import select

        while not select.select([sys.stdin], [], [], _TICK_S)[0]:
            said = status()
            if said is None:
                sys.stdout.write("\n")
                return False
            if self.screen.console.is_terminal:
                # Save the place, write the line above anew, and go back: what is being typed stays as it is.
                sys.stdout.write(f"\x1b7\x1b[1A\r\x1b[2K{said}\x1b8")
                sys.stdout.flush()
        return True

    def wrong(self, error: InputError) -> None:
        """Tell what was not understood: on a terminal below it, of a pipe with the number of the line."""
        text = "; ".join(str(problem) for problem in error.problems)
        if self.typed:
            self.screen.put(text, style="red")
            return
        self._wrong += 1
        if self._wrong <= _MOST_SAID:
            sys.stdout.flush()
            sys.stderr.write(f"line {self.number}: {text}\n")

    def end(self) -> None:
        """Say how many wrong lines were not told."""
        if self._wrong > _MOST_SAID:
            sys.stderr.write(f"and {self._wrong - _MOST_SAID:,} more wrong lines\n")

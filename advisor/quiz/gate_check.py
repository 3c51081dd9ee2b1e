"""What a check of the quality gate gives: a figure, the bound it must keep, and the items that break it."""

from dataclasses import dataclass
from typing import Final

__all__ = ["Checked"]

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """One check over a list of items."""

    name: str
    """What is checked."""
    quantity: str
    """What the figure is."""
    figure: float
    relation: str
    """What the figure must be to the bound: =, ≥ or ≤."""
    bound: float
    items: int
    """How many items it could be checked on."""
    violations: tuple[str, ...] = ()
    """The items behind a figure, each with what is seen; a share may have some and still keep its bound."""

    @property
    def passes(self) -> bool:
        """The figure keeps the bound, and there was something to check."""
        kept = {"=": self.figure == self.bound, "≥": self.figure >= self.bound, "≤": self.figure <= self.bound}
        return kept[self.relation] and self.items > 0

    def line(self) -> str:
        """In one line, with the first few violations where it does not pass.

        >>> Checked("reasons", "choices without one", 0, "=", 0, 200).line()
        'passes: reasons: choices without one 0 (must be = 0; 200 items)'
        """
        head = f"{'passes' if self.passes else 'FAILS'}: {self.name}: {self.quantity} {self.figure:.4g}"
        told = f"{head} (must be {self.relation} {self.bound:.4g}; {self.items:,} items)"
        return told if self.passes else "\n  ".join((told, *self.violations[:_SHOWN]))


def counted(name: str, quantity: str, items: int, violations: list[str]) -> Checked:
    """A check that no item may break."""
    return Checked(name, quantity, len(violations), "=", 0, items, tuple(violations))

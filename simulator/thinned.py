"""Thinned: a share of a demand, drawn row by row from the draw that routing uses.

A row belongs to the share where its 32 bits lie under it; the bits are then spread over their whole range again, so that
they are as even as before. What is left of independent arrivals is independent (thinning of a Poisson process).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.arrivals import regroup
from simulator.model import Columns, Demand

__all__ = ["Thinned"]

_BITS = 32


@dataclass(frozen=True, slots=True)
class Thinned:
    """The rows of a demand that belong to a share of it.

    >>> from simulator.run import FixedDemand
    >>> half = Thinned(FixedDemand.of([0, 1, 2], [5, 6, 7], route=[0, 2**31 - 1, 2**31]), 0.5)
    >>> [(part.arrival_us.tolist(), part.route.tolist()) for part in half.chunks()]
    [([0, 1], [0, 4294967294])]
    """

    demand: Demand
    share: float
    """From 0 (nothing) to 1 (all rows)."""

    def chunks(self, rows: int | None = None) -> Iterator[Columns]:
        """Columns in chunks of `rows`; the same bits for any."""
        if rows is None:
            yield from self._blocks()
            return
        names: list[str] = []
        blocks = self._blocks()
        first = next(blocks, None)
        if first is None:
            return
        names = [name for name, column in zip(Columns._fields, first, strict=True) if column is not None]

        def plain() -> Iterator[tuple[np.ndarray, ...]]:
            yield tuple(getattr(first, name) for name in names)
            for block in blocks:
                yield tuple(getattr(block, name) for name in names)

        for part in regroup(plain(), rows):
            yield Columns(**dict(zip(names, part, strict=True)))

    def _blocks(self) -> Iterator[Columns]:
        under = round(self.share * 2**_BITS)
        for block in self.demand.chunks():
            route = block.route.astype(np.uint64)
            kept = route < under
            if kept.any():
                spread = (route[kept] << np.uint64(_BITS)) // np.uint64(under)
                yield block.part(kept)._replace(route=spread.astype(np.uint32))

"""A question: what an answer depends on, held apart from the session that asks it."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from advisor.facts import Facts
from advisor.terms import LIST_PRICE, Terms
from advisor.workload import Workload
from simulator.study import Study, prepare

__all__ = ["Key", "Question"]

Key = tuple[str, str, int, str, Terms]
"""Digests of workload and facts, the seed, the digest of the recording, and the terms: equal keys, equal answers."""
_NO_RECORDING: Final = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a computation needs; a thread may hold it without holding the session."""

    workload: Workload
    facts: Facts
    seed: int = 0
    terms: Terms = LIST_PRICE
    recording: Path | None = None
    """The file of the recorded traffic, where the workload plays one."""
    digest: str = _NO_RECORDING
    """Of that file."""

    @property
    def key(self) -> Key:
        """What caches and jobs are keyed by."""
        return (self.workload.digest, self.facts.digest, self.seed, self.digest, self.terms)

    def study(self, cancel: threading.Event | None = None) -> Study:
        """The traffic drawn once, ready to be played. Arguments: `cancel` stops every run of it when set."""
        return prepare(self.workload, self.facts, seed=self.seed, trace=self.recording, cancel=cancel, terms=self.terms)

"""Judged: what the rules say of a scenario, under one profile or under both."""

from collections.abc import Mapping
from typing import Any, Final

from advisor.advice import attributes_of, board_of
from advisor.brief import Brief
from advisor.facts import Facts
from advisor.quiz.sources import fact_source, first_source, page_of, source_of
from advisor.rules import Finding, Outcome
from advisor.verdict import Verdict

__all__ = ["UNSAID", "Judged", "fact_source", "first_source", "page_of", "source_of"]

UNSAID: Final[dict[str, Any]] = {
    "payload_mb": 0.05, "response_mb": 0.01, "processing_s": 0.1, "traffic": "steady", "rps_peak": 1.0, "idle_periods": False,
    "cold_start_ok": True, "immediate_response": True, "streaming": False, "n_models": 1, "n_frameworks": 1, "models_similar": True,
    "chained": False, "per_model_scaling": False, "model_size_gb": 0.3, "memory_gb": 1.0, "image_gb": 1.0, "needs_gpu": False,
    "vpc_required": False, "network_isolation": False, "data_capture": False, "marketplace": False, "private_registry": False,
    "uncompressed_model": False, "guarded_rollout": False, "offline_ok": False, "persistent_endpoint": False, "scale_to_zero": False,
    "front": "none", "survives_zone": False, "region": "us-east-1",
}  # fmt: skip
"""What holds of a scenario that does not mention it: small, quick, and nothing special."""


class Judged:
    """The verdicts on a scenario: all options, with what is not mentioned taken as `UNSAID`."""

    def __init__(self, said: Mapping[str, Any], facts: Facts, *, both: bool = True) -> None:
        """Judge what was said. Arguments: `said` are attributes; `both`: an answer counts only where both profiles give it."""
        self.said, self.facts = dict(said), facts
        self.brief = Brief.from_mapping(
            {name: value for name, value in {**UNSAID, **said}.items() if value is not None}
        )
        self.sides = [self._verdicts(side) for side in ((facts, facts.other) if both else (facts,))]

    def _verdicts(self, facts: Facts) -> dict[str, Verdict]:
        board = board_of(self.brief, attributes_of(self.brief, facts), facts)
        return {verdict.option.name: verdict for verdict in board.verdicts()}

    def verdict(self, name: str) -> Verdict:
        """The verdict on an option under the profile in force."""
        return self.sides[0][name]

    def fits(self, name: str) -> bool:
        """It serves the scenario, whatever the profile: nothing blocks it, and nothing is left to ask."""
        return all(side[name].outcome in {Outcome.notes, Outcome.conditions} for side in self.sides)

    def refusal(self, name: str) -> Finding | None:
        """Why it cannot serve the scenario, whatever the profile; None where it can, or where that is open."""
        if all(side[name].outcome is Outcome.blocks for side in self.sides):
            return self.sides[0][name].deciding
        return None

    def against(self, name: str) -> tuple[Finding, ...]:
        """Every finding that blocks an option, under the profile in force."""
        return tuple(found for found in self.verdict(name).findings if found.outcome is Outcome.blocks)

    def refused(self) -> dict[str, Finding]:
        """Every option that cannot serve the scenario, with the reason."""
        found = {name: self.refusal(name) for name in self.sides[0]}
        return {name: finding for name, finding in found.items() if finding is not None}

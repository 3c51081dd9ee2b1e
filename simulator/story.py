"""One option over time, as pages and files show it: the fleet in steps, its events, and the unit that is counted."""

from dataclasses import dataclass, replace
from typing import Final

from advisor.options import Option
from simulator.codes import Kind
from simulator.model import ServingModel, policies_of
from simulator.play import Simulation
from simulator.steps import step_us
from simulator.timeline import FleetTable, Happening, fleet_table, happenings, unit_of

__all__ = ["SIGNS", "WORDS", "Story", "fleetless", "story_of"]

_DAY_US: Final = 86_400_000_000
WORDS: Final = {
    "scale_out": "Scale out", "scale_in": "Scale in", "dropped": "No change", "scheduled": "Schedule", "zone_lost": "Zone lost",
    "lost": "Lost",
}  # fmt: skip
"""What happened, by the kind of an event."""
SIGNS: Final = {
    "scale_out": "triangle-up", "scale_in": "triangle-down", "scheduled": "diamond", "zone_lost": "x", "lost": "cross",
}  # fmt: skip
"""Its marker on a chart; what changed nothing has none."""


@dataclass(frozen=True, slots=True)
class Story:
    """One option over time."""

    option: Option
    unit: str
    """What is counted: instances, copies or environments."""
    table: FleetTable
    events: tuple[Happening, ...]
    end_us: int
    """End of the time that is told, microseconds from the start of the run."""
    from_us: int = 0
    """Its start."""
    attempts: int = 1
    """How often a caller tries: above 1 the lines count attempts, not requests."""

    @property
    def lines(self) -> bool:
        """The run kept its requests: what waited, was throttled or failed is known at each instant."""
        return "waiting" in self.table.columns

    @property
    def quiet(self) -> str:
        """What to say where there is no event to tell."""
        running = self.table.of("in_service")
        jobs = "" if running.min() == running.max() else f": {self.unit} come and go with their jobs"
        return f"Nothing scaled, and none of the {self.unit} was lost{jobs}."

    def day(self, number: int) -> "Story":
        """One day of it alone, from 0."""
        start, stop = number * _DAY_US, min(self.end_us, (number + 1) * _DAY_US)
        seconds = self.table.columns["time_s"]
        inside = (seconds >= start / 1e6) & (seconds < stop / 1e6)
        table = replace(self.table, columns={name: column[inside] for name, column in self.table.columns.items()})
        events = tuple(one for one in self.events if start <= one.time_us < stop)
        return replace(self, table=table, events=events, from_us=start, end_us=stop)


def fleetless(model: ServingModel) -> str:
    """Why there is no fleet to show, in words; empty where there is one.

    >>> fleetless(ServingModel(600, 4))
    ''
    """
    if model.kind != Kind.SERVERLESS or policies_of(model) or model.schedules:
        return ""
    warm = model.serverless.provisioned
    if warm:
        count = f"{warm:,} environment{'' if warm == 1 else 's'}"
        stay = "stays" if warm == 1 else "stay"
        return f"No fleet that scales: {count} {stay} warm all the time, and what they cannot take is served on demand."
    return (
        "No fleet of its own: AWS starts an environment for a request that finds none, and ends it when it stays idle."
    )


def story_of(played: Simulation) -> Story:
    """What happened in a run over time."""
    run, model = played.run, played.model
    table = fleet_table(run, model, step_us(run.end_us, 1 + len(model.variants)))
    return Story(
        played.option,
        unit_of(model),
        table,
        happenings(run.timeline, model),
        max(1, run.end_us),
        attempts=model.caller.attempts,
    )

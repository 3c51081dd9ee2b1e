"""What a run of batch jobs means for the traffic it belongs to: its window, its meters, and what to know of it."""

from dataclasses import replace

from advisor.facts import Facts
from advisor.load import TrafficSummary
from advisor.meters import Meters
from advisor.options import Option
from advisor.places import Place
from advisor.units import format_duration
from simulator.model import ServingModel
from simulator.run import Run

__all__ = ["job_meters", "job_note", "over_traffic"]


def over_traffic(played: Run, horizon_us: int) -> Run:
    """The run with the length of the traffic as its window: the last job ends after the traffic that it belongs to."""
    return replace(played, meters=replace(played.meters, window_us=horizon_us))


def job_meters(base: Meters, model: ServingModel, played: Run, accepted: int, facts: Facts) -> Meters:
    """The meters of a bill with those of jobs: instance-time as it is billed, and objects in S3.

    Arguments: `accepted` records that some job took. A mini-batch is an object that is written, read and answered, and
    every job has one at least; nothing is notified and nothing goes over a connection.
    """
    from_ready = facts.of("billing", "job_billed_from").value == "in_service"
    jobs = played.meters.cold_starts // model.initial
    objects = max(-(-accepted // model.job.records), jobs)
    billed = played.meters.instance_us_from_ready if from_ready else played.meters.instance_us
    return replace(
        base, instance_us=billed, capacity_us=billed * model.slots, s3_put=2 * objects, s3_get=objects, sns=0, bytes_in=0,
        bytes_out=0,
    )  # fmt: skip


def job_note(option: Option, place: Place, speed: float, load: TrafficSummary, every_us: int) -> str:
    """What to know of jobs whose period does not fit the traffic or the work; empty where it fits both.

    Arguments: `every_us` from one job to the next. A job has instances of its own: one that takes too long runs beside
    the next, so there is no load that jobs cannot keep up with.
    """
    period = format_duration(every_us)
    if load.horizon_us < every_us:
        return (
            f"the traffic lasts {format_duration(load.horizon_us)}, less than the {period} between two jobs: one job "
            "takes all of it and its start weighs more than usual; a longer traffic.duration shows what is usual"
        )
    slots = max(1, option.concurrency_per_instance)
    slowed = (1 + place.slowdown * (slots - 1)) / slots / option.instances
    work = load.mean_rate_per_s * every_us / 1e6 * place.time.mean_us / speed * slowed
    if work <= every_us:
        return ""
    return f"the records of {period} keep a job busy for about {format_duration(work)}: jobs run beside each other"

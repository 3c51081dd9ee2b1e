"""Load tests with users who wait: what levels of load say about service time, think time and slots."""

from collections.abc import Sequence

from advisor.units import format_duration
from simulator.import_fold import times
from simulator.import_level import Level
from simulator.import_result import Draft

__all__ = ["put_levels"]

_SLOWER = 1.5
"""A level whose mean is so many times that of the lowest level is taken as saturated."""


def put_levels(draft: Draft, levels: Sequence[Level], source: str, instances: int | None) -> None:
    """Set closed traffic, service time and slots from the levels of a closed test.

    Arguments: `instances` is how many instances were behind the endpoint in the test (None: taken as one).
    """
    levels = sorted(levels, key=lambda level: level.users)
    draft.levels = tuple(levels)
    base, top = levels[0], levels[-1]
    think = top.think_us
    users = max(1, round(top.users))
    if think < -0.05 * top.mean_us:
        draft.notes.append(f"{source}: {top.users:g} users cannot give {top.rate_per_s:.3g} requests/s that take {format_duration(top.mean_us)} each (Little's law): some of them were not waiting, or the numbers are of different stretches")  # fmt: skip
    think = max(0, round(think))
    draft.put(
        "traffic", {"kind": "closed", "users": users, "think": f"{think} us"},
        f"{source}: a closed test; the time between an answer and the next request follows from Little's law",
        text=f"{users} users, {format_duration(think)} between an answer and the next request",
    )  # fmt: skip
    draft.lacks("traffic", "how do requests arrive in production? The users of the test are those of the test (--traffic keep with --onto FILE)", "the Invocations of CloudWatch, or an access log")  # fmt: skip
    _time(draft, base, source)
    _slots(draft, levels, source, instances)
    draft.notes.append(f"{source}: response times are those of the client: network and its own time are in them")


def _time(draft: Draft, base: Level, source: str) -> None:
    waits = base.users > 1 and base.in_progress > 1
    how = "assumed" if waits else "measured"
    p50, p99 = base.p50_us, base.p99_us
    why = f"{source}, the lowest load ({base.users:g} {'user' if base.users == 1 else 'users'}, {base.in_progress:.2g} requests in progress)"
    if waits:
        why += "; taken for the time without a queue, which it may not be"
        draft.lacks("service.time", "how long does a request take when it is alone?", "the same test with one user")
    if p50 is None or p99 is None:
        draft.put("service.time", {"mean": f"{max(1, round(base.mean_us))} us", "cv": 0.5}, f"{why}; only the mean is known, the spread is a guess", "assumed", f"mean {format_duration(base.mean_us)}")  # fmt: skip
        draft.lacks("service.time", "what is its 99th percentile? (--time p50/p99)", "a test result with percentiles (k6: --summary-trend-stats with p(99))")  # fmt: skip
        return
    draft.put("service.time", times(p50, p99), why, how, f"p50 {format_duration(p50)}, p99 {format_duration(p99)}")


def _slots(draft: Draft, levels: Sequence[Level], source: str, instances: int | None) -> None:
    base = levels[0]
    count = instances or 1
    saturated = [level for level in levels[1:] if level.mean_us > _SLOWER * base.mean_us]
    calm = [level for level in levels if level not in saturated]
    if instances is None:
        draft.lacks("service.slots", "how many instances were tested? (--instances N; one is taken)")
    if saturated:
        most = max(level.rate_per_s for level in levels)
        slots = max(1, round(most * base.mean_us / 1e6 / count))
        why = f"{source}: at most {most:.3g} requests/s were answered, times the mean at the lowest load ({format_duration(base.mean_us)})"  # fmt: skip
    else:
        slots = max(1, round(max(level.in_progress for level in calm) / count))
        why = f"{source}: so many were in progress before it got slower; it may be more"
        draft.lacks("service.slots", "how many requests does an instance serve side by side? (--slots N)", "a test with more users, until answers get slower")  # fmt: skip
    draft.put("service.slots", min(slots, 10_000), why, "assumed")
    draft.lacks("service.slowdown", "how much do requests side by side slow each other? (calibrate sweep tells)", "a test at several numbers of users")  # fmt: skip

"""The sentences of a replay: what an architect would say of the run, from its numbers alone."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from advisor.options import Option
from simulator import replay_text
from simulator.codes import FaultKind
from simulator.distribution import distribution
from simulator.envelope import Line
from simulator.fleet_lines import Fleet
from simulator.replay import Loss, Replay, Span
from simulator.replay_events import events_of, events_title
from simulator.resilience import Impact
from simulator.resilience import Span as Felt
from simulator.spells import Bound, Spell
from simulator.timeline import Happening

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
ROWS = 24 * 60
AT_1030 = 10 * 60 + 30


def fleet(unit: str = "instances", **levels: float) -> Fleet:
    """Two in service all day; from the minute `m630=3` on three."""
    at = [0, *(int(name[1:]) for name in levels)]
    serving = np.array([2.0, *levels.values()])
    return Fleet(
        unit, np.array(at) * MINUTE, {"in service": serving}, False, low=int(serving.min()), high=int(serving.max())
    )


def made(
    changed: Mapping[str, object] | None = None, *, rate: np.ndarray | None = None, late: int = 0, served: Fleet | None = None, option: str = "real_time",
) -> Replay:  # fmt: skip
    """A day of 600 requests a minute: half of them take 200 ms, one in a hundred 310 ms, `late` of all 1.9 s."""
    counts = np.full(ROWS, 600.0) if rate is None else rate
    zero, total = np.zeros(ROWS), int(counts.sum())
    columns = {
        **dict.fromkeys(("late", "throttled", "failed", "cold", "waiting", "most_waiting"), zero), "arrivals": counts, "answered": counts,
        "p50_us": np.full(ROWS, 2e5), "p99_us": np.full(ROWS, 3.1e5),
    }  # fmt: skip
    spread = distribution(
        np.array([200_000, 310_000, 1_900_000][: 3 if late else 2]),
        np.array([total * 99 // 100, total // 100 - late, late][: 3 if late else 2]),
        500_000,
    )
    line = Line(np.arange(ROWS) * MINUTE, zero)
    span = Span(0, DAY, MINUTE, columns, line, served or fleet(), spread, (), ())
    told = Replay(
        Option(name=option, instances=2), span, None, (), Bound("p99", 0.99, 500_000), True, total, 0, 0, 0, 0, 1, 1, True, None, True,
    )  # fmt: skip
    return replace(told, **(changed or {}))  # type: ignore[arg-type]


def spell(minute: int, minutes: int, late: int = 0, lost: int = 0, cold: int = 0) -> Spell:
    return Spell(minute * MINUTE, (minute + minutes) * MINUTE, minutes * MINUTE, late, lost, cold, 1_900_000.0)


def said(told: Replay) -> str:
    return replay_text.headline(told).replace("\xa0", " ")


def spike() -> np.ndarray:
    rate = np.full(ROWS, 600.0)
    rate[AT_1030 : AT_1030 + 4] = 2_000
    return rate


def test_a_quiet_run_is_said_to_be_carried() -> None:
    assert said(made()) == "Two instances carry the whole day: p99 stays under 320 ms."
    one = replace(fleet(), low=1, high=1)
    assert said(made(served=one)) == "One instance carries the whole day: p99 stays under 320 ms."
    few = made()
    few.whole.columns["answered"][:] = 3
    assert said(few) == "Two instances carry the whole day: the slowest answer takes 310 ms."


def test_a_spike_is_told_with_what_it_costs_and_what_ends_it() -> None:
    grown = fleet(m633=3.0)
    told = made({"spells": (spell(AT_1030, 4, late=900),)}, rate=spike(), late=1_000, served=grown)
    assert said(told) == (
        "The 10:30 spike costs 4 min of slow answers: p99 reaches 1.9 s before the third instance serves."
    )
    alone = made({"spells": (spell(AT_1030, 4, late=900),)}, rate=spike(), late=1_000)
    assert said(alone) == "The 10:30 spike costs 4 min of slow answers: p99 reaches 1.9 s."
    even = made({"spells": (spell(AT_1030, 4, late=900),)}, late=1_000)
    assert said(even).startswith("The 10:30 slow spell costs 4 min")
    lost = made({"spells": (spell(AT_1030, 4, late=9, lost=900),), "lost": 900}, rate=spike(), served=fleet(m633=5.0))
    assert said(lost) == "The 10:30 spike costs 4 min of failures: 900 requests fail before 5 instances serve."
    undated = replace(told, daily=False)
    assert said(undated).startswith("The spike 10 h 30 min in costs 4 min")
    start = made({"spells": (spell(0, 1, lost=9),), "lost": 9, "daily": False})
    assert said(start) == "The start costs 60 s of failures: 9 requests fail."


def test_trouble_all_over_the_run_is_not_put_on_one_spell() -> None:
    many = tuple(spell(100 * n, 2, late=100) for n in range(10))
    told = made({"spells": many}, late=1_000)
    assert said(told) == "Two instances carry the day; 0.12 % of requests take longer than 500 ms."
    broken = replace(told, kept=False)
    assert (
        said(broken)
        == "0.12 % of requests take longer than 500 ms, all over the day; worst at 00:00, where p99 reaches 1.9 s."
    )
    cold = tuple(replace(one, cold=90) for one in many)
    waited = said(made({"spells": cold}, late=1_000))
    assert waited.startswith("Cold starts make 0.12 % of requests late; the slowest takes ")
    refused = tuple(spell(100 * n, 2, lost=100) for n in range(10))
    assert said(made({"spells": refused, "lost": 1_000, "kept": False})) == (
        "0.12 % of requests fail, all over the day; 100 of them at 00:00."
    )


def test_what_cannot_work_is_said_first() -> None:
    assert said(made({"lost": 600_000})).startswith("Two instances cannot carry this traffic: 69 % of requests fail")
    empty = made({"ended": 0}, rate=np.zeros(ROWS))
    assert said(empty) == "No request arrives in the time simulated."
    none = made({"lost": 864_000})
    mute = replace(none.whole, distribution=distribution(np.zeros(0, np.int64), np.zeros(0, np.int64), None))
    assert said(replace(none, whole=mute)) == "Not one of 864,000 requests is answered."


@pytest.mark.parametrize(
    ("kind", "lost", "failed", "whole", "sentence"),
    [
        (FaultKind.INSTANCE, 1, 12, 4 * MINUTE, "Losing one instance at 10:30 fails 12 requests, and the fleet is whole again after 4 min."),
        (FaultKind.ZONE, 1, 0, 4 * MINUTE, "Losing a zone at 10:30 fails no request, and the fleet is whole again after 4 min."),
        (FaultKind.ZONE, 2, 1, None, "Losing a zone at 10:30 fails 1 request, and two instances never serve again."),
        (FaultKind.ZONE, 0, 0, 0, "Losing a zone at 10:30 takes nothing: no instance stood there."),
    ],
)  # fmt: skip
def test_a_loss_is_told_with_what_fails_and_when_it_is_whole(
    kind: FaultKind, lost: int, failed: int, whole: int | None, sentence: str
) -> None:
    nothing = Felt(0, 0.0, 0.0)
    impact = Impact(AT_1030 * MINUTE, int(kind), 1, lost, Felt(600, 0.0, 0.25), nothing, 4 * MINUTE, True)
    told = made({"loss": Loss(impact, failed, 2, whole)})
    assert said(told) == sentence
    note = replay_text.loss_note(told).replace("\xa0", " ")
    assert ("the zone stays away" in note) == (kind == FaultKind.ZONE)
    assert "The promise holds again after 4 min. Meanwhile 25 % of requests are late." in note
    assert replay_text.loss_note(made()) == ""


def test_the_latencies_are_titled_by_how_many_are_late_and_where() -> None:
    def titled(told: Replay) -> str:
        return replay_text.latency_title(told, told.whole).replace("\xa0", " ")

    assert titled(made()) == "No answer takes longer than 500 ms: the slowest 310 ms"
    one = made({"spells": (spell(AT_1030, 4, late=1_000),)}, rate=spike(), late=1_000)
    assert titled(one) == "0.11 % of answers take longer than 500 ms, all within the spike at 10:30"
    half = made({"spells": (spell(AT_1030, 4, late=700),)}, late=1_000)
    assert titled(half) == "0.12 % of answers take longer than 500 ms, 70 % of them within the spell at 10:30"
    spread = made({"spells": (spell(9, 4, late=300), spell(99, 4, late=300))}, late=1_000)
    assert titled(spread) == "0.12 % of answers take longer than 500 ms"
    free = made({"bound": None})
    assert titled(free) == "Half of the requests take under 210 ms, the slowest 310 ms"


def test_what_is_left_out_is_said() -> None:
    told = made({"apart": 3, "attempts": 2, "too_large": 7, "exact": False, "lost": 5, "warm_up_us": 6 * MINUTE})
    note = replay_text.chart_note(told, told.whole).replace("\xa0", " ")
    for words in ("One of 3 endpoints", "every attempt", "7 requests too large", "0.39 % wide", "Each point is 60 s"):
        assert words in note
    below = replay_text.latency_note(told, told.whole).replace("\xa0", " ")
    assert "The first 6 min of warm-up are left out" in below and "5 requests without an answer are not in it" in below
    plain = made()
    assert replay_text.chart_note(plain, plain.whole).endswith("double-click to return.")
    open_ = replay_text.summary(replace(plain, ended=863_998, unfinished=2)).replace("\xa0", " ")
    assert open_.startswith("864,000 requests") and open_.endswith("none failed; 2 still open at the end.")
    assert "864,000 requests over the day: p50 200 ms" in replay_text.summary(plain).replace("\xa0", " ")


def test_spells_stand_among_the_events_in_order_of_time() -> None:
    scaled = Happening(AT_1030 * MINUTE, "scale_out", 0, "alarm, desired 2 → 3")
    told = made({"spells": (spell(5, 1, late=10, lost=1), spell(AT_1030, 4, lost=2))})
    told = replace(told, whole=replace(told.whole, events=(scaled,)))
    found = events_of(told, told.whole)
    assert [one.kind for one in found] == ["slow", "scale_out", "failing"]
    assert found[0].text == "60 s in all: 10 answered after 500 ms, p99 up to 1.9 s; 1 not answered"
    assert events_title(found) == "1 scale-out, 1 slow spell, 1 spell of failures"
    assert replay_text.chart_title(told.whole) == "Two instances all the time, nothing waits"

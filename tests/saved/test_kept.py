"""What is kept of an answer, and the words for what moved since."""

from dataclasses import replace

from advisor.facts import Facts
from advisor.saved import SavedAnswer
from advisor.workload import Workload
from simulator.kept import answer_of, moved, why_moved
from simulator.ranking import rank

WAS = SavedAnswer(
    facts_digest="a", facts_date="2026-11-22", best="real_time", configuration="2 × ml.m5.xlarge", cost_usd=336.0,
    measure="p99", latency_us=312_000,
)  # fmt: skip


def test_the_best_option_is_kept_with_its_cost_and_percentile(plain: Workload, facts: Facts) -> None:
    ranking = rank(plain, facts=facts, seed=1)
    best = ranking.best
    assert best is not None
    kept = answer_of(ranking)
    assert (kept.best, kept.measure, kept.facts_digest) == (best.name, "p99", facts.digest)
    assert kept.cost_usd == best.cost_per_month.value
    assert kept.latency_us == round(best.latency_us[0.99].value or 0)
    assert all(row.same for row in moved(kept, answer_of(rank(plain, facts=facts, seed=1))))


def test_another_percentile_is_kept_under_its_name(make, facts: Facts) -> None:
    kept = answer_of(rank(make(("needs.slo", ["p95:2 s"])), facts=facts, seed=1))
    assert kept.measure == "p95"
    assert [row.what for row in moved(WAS, kept)] == ["Option", "Cost per month", "p99, now p95"]
    assert moved(WAS, kept)[2].change == ""


def test_where_nothing_keeps_the_promise_the_closest_is_kept_without_a_best(make, facts: Facts) -> None:
    kept = answer_of(rank(make(("needs.slo", ["p99:1 ms"])), facts=facts, seed=1))
    assert kept.best == ""
    assert moved(kept, kept)[0].now == "none keeps the promise"


def test_changes_carry_their_sign_and_unit() -> None:
    now = replace(WAS, best="async", configuration="", cost_usd=300.0, latency_us=412_000)
    option, cost, latency = moved(WAS, now)
    assert (option.was, option.now, option.change) == (
        "Real-time endpoint, 2 × ml.m5.xlarge",
        "Asynchronous endpoint",
        "",
    )
    assert cost.change == "−$36"
    assert latency.change == "+100\u00a0ms"


def test_what_is_not_known_has_no_difference() -> None:
    _, cost, latency = moved(WAS, replace(WAS, cost_usd=None, latency_us=None))
    assert (cost.now, cost.change) == ("no price", "")
    assert (latency.now, latency.change) == ("not known", "")


def test_the_reason_is_the_facts_or_the_program() -> None:
    on = "22 Nov 2026"
    assert "how this program computes" in why_moved(WAS, WAS, on)
    other = replace(WAS, facts_digest="b", facts_date="2026-11-25")
    assert "Limits or prices changed" in why_moved(WAS, other, on)
    assert "a day that is not known" in why_moved(replace(WAS, facts_date="never"), other, on)

"""advise(): partition, order, the question worth asking, fit with its parts, and both profiles."""

import pytest

from advisor import advise
from advisor.attributes import UNKNOWN, Range, high, low, project
from advisor.facts import load_facts
from advisor.options import NAMES
from advisor.panel import panel_for
from advisor.rules import Outcome
from advisor.workload import examples, load_workload
from simulator.study import prepare

FACTS = load_facts()


@pytest.mark.parametrize("name", sorted(examples()))
@pytest.mark.parametrize("drawn", [False, True])
def test_verdicts_partition_the_names_and_the_worst_finding_decides(name, drawn):
    load = prepare(name, FACTS).load if drawn else None
    advice = advise(load_workload(name), FACTS, load=load)
    assert sorted(v.option.name for v in (*advice.ranked, *advice.infeasible)) == sorted(NAMES)
    for verdict in advice.verdicts:
        assert verdict.outcome is max((f.outcome for f in verdict.findings), default=Outcome.notes)
        assert verdict.deciding.outcome is verdict.outcome
        assert verdict.fit.score == sum(verdict.fit.parts.values())
        assert (verdict.bill is not None) <= drawn
        assert ("cost" in verdict.fit.parts) <= drawn
    scores = [v.fit.score for v in advice.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(f.remedy for v in advice.infeasible for f in v.findings if f.outcome is Outcome.blocks)


def test_what_is_not_stated_becomes_the_question(make):
    open_ = make(("needs.immediate_response", None))
    advice = advise(open_, FACTS)
    assert any(f.question == "immediate_response" for v in advice.verdicts for f in v.findings)
    assert "immediate_response" in panel_for(FACTS).board(advice.attributes).unknown()
    queue = next(v for v in advice.verdicts if v.option.name == "async")
    assert queue.outcome is Outcome.unknown and queue.feasible
    bursts = {"kind": "gamma", "rate_per_s": 5.0, "burstiness": 4.0}
    asked = advise(make(("needs.cold_start", None), ("needs.immediate_response", True), ("traffic", bursts)), FACTS)
    assert asked.question
    assert asked.replies
    assert getattr(asked.attributes, asked.question) is UNKNOWN


def test_estimates_count_in_the_order_and_in_both_profiles(make):
    rare = {"kind": "poisson", "rate_per_s": "20/h", "duration": "2 d"}
    study = prepare(make(("traffic", rare), ("needs.budget_usd_per_month", 50)), FACTS)
    advice = advise(study.workload, FACTS, load=study.load)
    points = {v.option.name: v.fit.parts.get("cost", 0) for v in advice.verdicts if v.bill is not None and v.feasible}
    cheapest = min((v for v in advice.ranked if v.bill is not None), key=lambda v: v.bill.total)
    assert points[cheapest.option.name] == max(points.values())
    assert advice.best_elsewhere == advice.best == cheapest.option.name


def test_the_profile_decides_and_the_difference_is_said(make):
    between = make(("request.payload", "5 MB"))
    verdicts = {
        p: {v.option.name: v.outcome for v in advise(between, load_facts(p)).verdicts} for p in ("aws", "study-card")
    }
    assert verdicts["aws"]["serverless"] is Outcome.blocks
    assert verdicts["study-card"]["serverless"] is not Outcome.blocks
    assert set(advise(between, FACTS).differs) == {"serverless", "serverless_provisioned"}
    assert advise(make(), FACTS).differs == ()


@pytest.mark.parametrize(
    ("traffic", "word"),
    [({"kind": "poisson", "rate_per_s": 5.0}, "steady"), ({"kind": "gamma", "rate_per_s": 5.0, "burstiness": 1.4}, "steady"),
     ({"kind": "gamma", "rate_per_s": 5.0, "burstiness": 2.0}, "variable"), ({"kind": "gamma", "rate_per_s": 5.0, "burstiness": 4.0}, "spiky"),
     ({"kind": "daily", "mean_rate_per_s": 5.0}, "diurnal"), ({"kind": "on_off", "on_rate_per_s": 5.0, "on": "16 h", "off": "8 h"}, "intermittent")],
)  # fmt: skip
def test_the_word_for_the_traffic_follows_the_arrival_process(make, traffic, word):
    assert project(make(("traffic", traffic))).traffic == word


def test_drawn_traffic_settles_idle_spells_and_rates(make):
    sparse = make(("traffic", {"kind": "poisson", "rate_per_s": "2/h", "duration": "5 d"}))
    study = prepare(sparse, FACTS)
    assert project(sparse).idle_periods is UNKNOWN
    assert study.attributes.idle_periods is True
    assert study.attributes.requests_per_day == pytest.approx(48, rel=0.4)
    assert prepare(make(), FACTS).attributes.idle_periods is False


def test_sizes_and_times_are_ranges_from_typical_to_largest(make):
    found = project(make(("request.payload", {"p50": "1 MB", "p99": "3 MB"})))
    assert found.payload_mb == Range(1.0, 3.0)
    assert (low(found.payload_mb), high(found.payload_mb)) == (1.0, 3.0)
    assert project(make(("request.payload", "2 MB"))).payload_mb == 2.0
    assert project(make(("request.payload", "3 MB"), ("request.encoding", "base64"))).payload_mb == 4.0


def test_a_cheaper_option_that_does_not_fit_lowers_nobodys_fit(make):
    study = prepare(
        make(
            ("traffic", {"kind": "poisson", "rate_per_s": "2/h", "duration": "5 d"}),
            ("model.needs_gpu", True),
            ("service.reference", "ml.g5.xlarge"),
        ),
        FACTS,
    )
    advice = advise(study.workload, FACTS, load=study.load)
    assert advice.best == "real_time"
    assert {"serverless", "async"} <= {v.option.name for v in advice.infeasible}
    full = max(v.fit.parts.get("cost", 0) for v in advice.verdicts)
    assert advice.ranked[0].fit.parts["cost"] == full

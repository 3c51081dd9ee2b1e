"""Routing: a note where processing times differ and several instances share the requests."""

from advisor.attributes import Range
from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome

FACTS = load_facts()
FLEET = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)


def test_random_routing_is_mentioned_where_times_differ(ask):
    uneven, even = Range(0.1, 0.2), Range(0.1, 0.199)
    found = ask("ROU001", FLEET, processing_s=uneven)
    assert found.outcome is Outcome.notes
    assert str(FACTS.fact("real_time.routing_default").value) not in ("", found.remedy)
    assert any(name in found.remedy for name in FACTS.fact("real_time.routing_strategies").value)
    assert ask("ROU001", FLEET, processing_s=even) is None
    assert ask("ROU001", FLEET, processing_s=0.1) is None


def test_one_instance_a_shared_container_and_a_queue_have_nothing_to_choose(ask):
    uneven = Range(0.1, 1.0)
    for option in (
        Option(name="real_time", instance_type="ml.m5.xlarge", instances=1),
        Option(name="multi_model", instance_type="ml.m5.xlarge", instances=2),
        Option(name="async", instance_type="ml.m5.xlarge", instances=2),
        Option(name="serverless", memory_mib=2048, max_concurrency=10),
    ):
        assert ask("ROU001", option, processing_s=uneven) is None


def test_a_candidate_that_routes_by_outstanding_requests_says_that_it_must_be_set(ask):
    chosen = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2, routing="LEAST_OUTSTANDING")
    assert "default" in ask("ROU001", chosen, processing_s=Range(0.1, 1.0)).message

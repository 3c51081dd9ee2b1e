"""Neighbours of a brief: one attribute moved across a limit changes exactly what that limit decides."""

import pytest

from advisor.attributes import project
from advisor.brief import Brief
from advisor.facts import load_facts
from advisor.panel import panel_for

FACTS = load_facts()
PANEL = panel_for(FACTS)
SYNCHRONOUS = {
    "real_time", "multi_model", "multi_container", "inference_pipeline", "inference_components",
    "inference_components_zero", "production_variants", "shadow_variant",
}  # fmt: skip
SERVERLESS = {"serverless", "serverless_provisioned"}


def _out(**stated) -> set[str]:
    board = PANEL.board(project(Brief(**stated)))
    return {name for bit, name in enumerate(PANEL.names) if board.blocked >> bit & 1}


def _best(**stated) -> str:
    return PANEL.board(project(Brief(**stated))).best


def _mb(fact: str, over: int) -> float:
    found = FACTS.fact(fact)
    return (found.bytes() if over <= 0 else found.bytes_upper() + over) / 1e6


@pytest.mark.parametrize(
    ("fact", "blocked"),
    [("serverless.payload_request", SERVERLESS), ("real_time.payload_request", SYNCHRONOUS),
     ("batch_transform.payload_request", {"batch_transform"}), ("async.payload_request", {"async"})],
)  # fmt: skip
def test_a_body_across_a_limit_blocks_those_with_that_limit(fact, blocked):
    below, above = _out(payload_mb=_mb(fact, 0)), _out(payload_mb=_mb(fact, 1))
    assert above - below == blocked
    assert below <= above


@pytest.mark.parametrize(
    ("fact", "blocked"),
    [("real_time.invocation_timeout", SYNCHRONOUS | SERVERLESS), ("async.invocation_timeout", {"async", "batch_transform"})],
)  # fmt: skip
def test_a_run_across_a_limit_blocks_those_with_that_limit(fact, blocked):
    limit = FACTS.fact(fact).us()
    assert _out(processing_s=(limit + 1) / 1e6) - _out(processing_s=limit / 1e6) == blocked


def test_streaming_lifts_the_time_out_where_it_is_longer():
    limit = FACTS.fact("real_time.invocation_timeout").us() / 1e6
    longer = FACTS.fact("real_time.invocation_timeout_streaming").us() / 1e6
    for time in (limit + 1, longer):
        assert "real_time" not in _out(processing_s=time, streaming=True)
    assert "real_time" in _out(processing_s=longer + 1, streaming=True)
    assert "real_time" in _out(processing_s=limit + 1, streaming=False)


@pytest.mark.parametrize(
    ("field", "blocked"),
    [("needs_gpu", SERVERLESS | {"multi_container"}), ("vpc_required", SERVERLESS),
     ("immediate_response", {"async", "batch_transform"}), ("chained", set(PANEL.names) - {"real_time", "inference_pipeline", "batch_transform", "production_variants", "shadow_variant"}),
     ("per_model_scaling", {"multi_model", "multi_container", "inference_pipeline"}), ("persistent_endpoint", {"batch_transform"})],
)  # fmt: skip
def test_a_stated_must_blocks_those_that_cannot(field, blocked):
    assert _out(**{field: True}) == blocked
    assert _out() == set()


def test_models_across_the_number_of_containers():
    most = int(FACTS.fact("multi_container.containers_max").number())
    assert _out(n_models=most) == set()
    assert _out(n_models=most + 1) == {"multi_container"}
    assert _out(n_models=most + 1, chained=True) - _out(n_models=most, chained=True) == {"inference_pipeline"}


def test_frameworks_across_one():
    assert _out(n_models=3, n_frameworks=1) == set()
    assert _out(n_models=3, n_frameworks=2) == {"multi_model"}


def test_a_bound_across_the_shortest_cold_start():
    start = FACTS.fact("serverless.cold_start_time").us("low") / 1e3
    assert "serverless" not in _out(cold_start_ok=False, latency_slo_ms=start)
    assert "serverless" in _out(cold_start_ok=False, latency_slo_ms=start - 1)
    assert "serverless_provisioned" not in _out(cold_start_ok=False, latency_slo_ms=start - 1)


def test_calls_that_fail_at_zero_need_an_accepted_cold_start():
    assert "inference_components_zero" in _out(cold_start_ok=False)
    assert "inference_components_zero" not in _out(cold_start_ok="unwanted")


def test_none_fits_only_when_nothing_else_does():
    sync = {"immediate_response": True}
    assert _best(payload_mb=_mb("real_time.payload_request", 0), **sync) == "real_time"
    assert _best(payload_mb=_mb("real_time.payload_request", 1), **sync) == "none"
    assert _best(payload_mb=_mb("async.payload_request", 1)) == "none"


@pytest.mark.parametrize(
    ("base", "moved", "first", "then"),
    [
        ({"traffic": "spiky", "cold_start_ok": True}, {"traffic": "steady"}, "serverless", "real_time"),
        ({"traffic": "spiky", "cold_start_ok": True}, {"payload_mb": 10}, "serverless", "real_time"),
        ({"traffic": "spiky", "cold_start_ok": True}, {"immediate_response": False}, "serverless", "async"),
        ({"n_models": 300, "models_similar": True}, {"n_frameworks": 2, "models_similar": False}, "multi_model", "inference_components"),
        ({"n_models": 4, "n_frameworks": 4}, {"needs_gpu": True}, "multi_container", "inference_components"),
        ({"n_models": 4, "n_frameworks": 4}, {"n_models": 40, "n_frameworks": 40}, "multi_container", "inference_components"),
        ({"n_models": 4, "n_frameworks": 4}, {"chained": True}, "multi_container", "inference_pipeline"),
        ({"traffic": "steady"}, {"release_need": "mirror"}, "real_time", "shadow_variant"),
        ({"dataset_records": 10**6}, {"immediate_response": True}, "batch_transform", "real_time"),
        ({"needs_gpu": True, "idle_periods": True, "cold_start_ok": True, "immediate_response": True}, {"cold_start_ok": False}, "inference_components_zero", "real_time"),
        ({"needs_gpu": True, "idle_periods": True, "cold_start_ok": True, "immediate_response": True}, {"needs_gpu": False}, "inference_components_zero", "serverless"),
        ({"traffic": "diurnal", "idle_periods": True, "cold_start_ok": False, "immediate_response": True}, {"rps_peak": 5000}, "serverless_provisioned", "real_time"),
    ],
)  # fmt: skip
def test_a_moved_attribute_moves_the_answer(base, moved, first, then):
    assert _best(**base) == first
    assert _best(**{**base, **moved}) == then

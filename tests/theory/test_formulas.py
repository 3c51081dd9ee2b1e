"""The formulas against each other: limits in which two of them must meet."""

import math

import pytest

from simulator import theory
from simulator.statistics import student_t


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.2, 4), (6.4, 8), (28.8, 32)])
def test_a_chain_without_slowdown_is_m_m_c(load, servers):
    exact = 1 + theory.mmc_wait(load, servers)
    assert theory.sharing_latency(load, servers, 0.0) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.2, 4), (6.4, 8)])
def test_a_very_long_waiting_line_refuses_nobody(load, servers):
    refused, wait = theory.mmck(load, servers, 400)
    assert refused == pytest.approx(0, abs=1e-12)
    assert wait == pytest.approx(theory.mmc_wait(load, servers), rel=1e-9)


@pytest.mark.parametrize(("load", "servers"), [(3.0, 5), (18.0, 20)])
def test_no_waiting_place_is_erlang_b(load, servers):
    refused, wait = theory.mmck(load, servers, servers)
    assert refused == pytest.approx(theory.erlang_b(load, servers), rel=1e-12)
    assert wait == 0


def test_one_exponential_server_is_m_m_1():
    assert theory.mg1_wait(0.8, 1, 1) == pytest.approx(theory.mmc_wait(0.8, 1), rel=1e-12)


def test_a_server_that_is_kept_on_for_long_is_m_g_1():
    assert theory.setup_wait(0.5, 1, 5, 1000) == pytest.approx(theory.mg1_wait(0.5, 1, 1), rel=1e-12)
    assert theory.setup_cold_share(0.5, 1, 5, 1000) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("formula", [theory.mmc_wait, lambda a, c: theory.mmc_latency_quantile(0.5, a, c)])
def test_at_saturation_times_are_infinite(formula):
    assert formula(8, 8) == math.inf
    assert theory.erlang_c(8, 8) == 1


@pytest.mark.parametrize("servers", [1, 2, 3, 8])
def test_quantiles_undo_the_distribution(servers):
    load = 0.7 * servers
    waiting, spare = theory.erlang_c(load, servers), servers - load
    time = theory.mmc_wait_quantile(0.99, load, servers)
    assert waiting * math.exp(-spare * time) == pytest.approx(0.01, rel=1e-9)
    assert theory.mmc_latency_quantile(0.99, load, servers) > time


def test_units_of_time_scale():
    assert theory.mmc_wait(0.8, 1, 0.25) == pytest.approx(theory.mmc_wait(0.8, 1) / 4)
    assert theory.sharing_latency(65, 32, 0.1, 0.1) == pytest.approx(theory.sharing_latency(6.5, 32, 0.1) / 10)


@pytest.mark.parametrize(
    ("degrees", "confidence", "quantile"),
    [(1, 0.95, 12.706), (2, 0.95, 4.3027), (5, 0.99, 4.0321), (7, 0.999, 5.4079), (15, 0.95, 2.1314), (30, 0.99, 2.75)],
)
def test_student_t_is_that_of_the_tables(degrees, confidence, quantile):
    assert student_t(degrees, confidence) == pytest.approx(quantile, rel=1e-4)


@pytest.mark.parametrize(
    ("users", "slots", "slowdown", "think"), [(1, 4, 0.0, 1.0), (7, 3, 0.0, 2.0), (20, 16, 0.25, 2.0)]
)
def test_mean_value_analysis_of_one_station_is_its_chain(users, slots, slowdown, think):
    def done(there):
        busy = min(there, slots)
        return busy / (1 + slowdown * (busy - 1))

    through, (latency,) = theory.mean_value_analysis(users, think, [done])
    assert latency == pytest.approx(theory.chain_latency(lambda n: (users - n) / think, done), rel=1e-9)
    assert through * (think + latency) == pytest.approx(users, rel=1e-12)


def test_users_who_do_not_think_are_all_at_the_station():
    _, (latency,) = theory.mean_value_analysis(20, 0.0, [lambda n: n / (1 + 0.1 * (n - 1))])
    assert latency == pytest.approx(2.9, rel=1e-12)


def test_two_equal_stations_share_the_users_of_a_closed_system():
    through, (first, second) = theory.mean_value_analysis(6, 0.0, [lambda _: 1.0, lambda _: 1.0])
    assert first == pytest.approx(second)
    assert through == pytest.approx(6 / 7, rel=1e-12)


@pytest.mark.parametrize(("rate", "setup"), [(0.2, 5.0), (0.5, 3.0), (0.8, 1.0)])
def test_one_server_with_set_up_is_the_formula(rate, setup):
    starts, wait = theory.several_setup(rate, 1, 1.0, setup)
    assert starts == pytest.approx(theory.setup_cold_share(rate, 1, setup, 0), rel=1e-9)
    assert wait == pytest.approx(theory.setup_wait(rate, 1, setup, 0, setup_squared=2 * setup**2), rel=1e-9)


@pytest.mark.parametrize(("load", "servers"), [(1.2, 2), (2.0, 4), (6.4, 8)])
def test_set_up_in_no_time_is_m_m_c(load, servers):
    assert theory.several_setup(load, servers, 1.0, 1e-7)[1] == pytest.approx(theory.mmc_wait(load, servers), rel=1e-5)


def test_a_cache_that_holds_everything_always_hits_and_one_slot_hits_by_chance():
    popularity = [0.4, 0.3, 0.2, 0.1]
    assert theory.lru_hit_share(popularity, 4) == pytest.approx(1)
    assert theory.lru_hit_share(popularity, 1) == pytest.approx(sum(p * p for p in popularity))
    shares = [theory.lru_hit_share(popularity, slots) for slots in range(5)]
    assert shares == sorted(shares)

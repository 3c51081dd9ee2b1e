"""A whole workload out of a brief: it says what the answers say, and lists everything else as assumed."""

import random

import pytest

from advisor.attributes import high, project
from advisor.brief import Brief, brief_examples, load_brief
from advisor.check import check_workload
from advisor.errors import InputError
from advisor.facts import load_facts
from advisor.filled import fill
from advisor.nearest import nearest
from advisor.questions import further, questions
from advisor.workload import Workload

FACTS = load_facts()
NUMBERS = {
    "rps_peak": 20.0, "requests_per_day": 40_000.0, "latency_slo_ms": 300.0, "completion_slo_s": 3600.0, "caller_timeout_s": 20.0, "instance_quota": 4.0,
    "concurrency_quota": 50.0, "region": "eu-west-1",
}  # fmt: skip
BY_TRAFFIC = {"traffic", "idle_periods", "requests_per_day", "rps_peak"}
"""What the drawn traffic says, not the record of a workload without it."""


def _brief(seed: int) -> Brief:
    """Some attributes with values that go together."""
    dice, stated = random.Random(seed), {}  # noqa: S311 - no secret
    everything = {**questions(FACTS), **further()}
    for name in dice.sample(sorted(everything), dice.randrange(1, 14)):
        values = everything[name].values or ((NUMBERS[name],) if name in NUMBERS else ())
        for value in dice.sample(list(values), len(values)):
            try:
                Brief.from_mapping({**stated, name: value})
            except InputError:  # what does not go together is left out
                continue
            stated[name] = value
            break
    return Brief.from_mapping(stated)


@pytest.mark.parametrize("seed", range(30))
def test_the_workload_says_what_was_answered(seed):
    brief = _brief(seed)
    made = fill(brief, FACTS)
    check_workload(made.workload, FACTS)
    said = project(made.workload)
    for name, value in brief.known.items():
        if name in BY_TRAFFIC or name in made.left_out:
            continue
        found = getattr(said, name, None)
        assert high(found) == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize("seed", range(10))
def test_what_is_not_listed_as_assumed_comes_from_an_answer(seed):
    brief = _brief(seed)
    made = fill(brief, FACTS)
    table = made.workload.to_mapping()
    listed = {part.strip() for row in made.rows for part in row.path.split(",")}
    for section in ("traffic", "request", "service", "model", "needs"):
        for name in table.get(section, {}):
            default = Workload.from_mapping({"name": "x", "traffic": table["traffic"], "request": {"payload": "1 MB"}, "service": {"reference": "ml.m5.large", "time": "1 s"}}).to_mapping()  # fmt: skip
            assert f"{section}.{name}" in listed or default.get(section, {}).get(name) == table[section][name]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("steady", "poisson"), ("diurnal", "daily"), ("variable", "gamma"), ("spiky", "gamma"), ("intermittent", "on_off"), ("offline", "poisson")],
)  # fmt: skip
def test_the_course_of_the_traffic_is_the_one_answered(word, kind):
    made = fill(Brief(traffic=word), FACTS).workload
    assert made.traffic.kind == kind
    if word != "offline":
        assert project(made).traffic == word
    else:
        assert (made.needs.offline_ok, made.needs.immediate_response) == (True, False)


@pytest.mark.parametrize("word", ["steady", "diurnal", "intermittent"])
def test_rates_are_kept(word):
    day = fill(Brief(traffic=word, requests_per_day=86_400), FACTS).workload.traffic
    assert day.mean_rate_per_s == pytest.approx(1.0)
    peak = fill(Brief(traffic=word, rps_peak=10), FACTS).workload.traffic
    assert peak.peak_rate_per_s == pytest.approx(10.0)


def test_the_accelerator_decides_which_example_stands_in():
    for needs in (True, False):
        found = fill(Brief(needs_gpu=needs), FACTS)
        assert nearest(Brief(needs_gpu=needs))[1].model.needs_gpu is needs
        assert found.workload.model.needs_gpu is needs
        assert FACTS.instances[found.workload.service.reference].gpu is needs


@pytest.mark.parametrize("name", brief_examples())
def test_the_bundled_briefs_make_workloads(name):
    made = fill(load_brief(name), FACTS)
    assert made.assumed
    assert Workload.from_text(made.workload.to_toml()) == made.workload
    assert made.workload.about is not None
    assert made.example in made.workload.about


@pytest.mark.parametrize(("memory", "gpu"), [(30.0, False), (150.0, False), (40.0, True), (300.0, True)])
def test_the_model_fits_where_its_time_is_taken_from(memory, gpu):
    made = fill(Brief(memory_gb=memory, needs_gpu=gpu), FACTS).workload
    kind = FACTS.instances[made.service.reference]
    held = kind.accelerator_count * kind.accelerator_memory_bytes if gpu else kind.memory_bytes
    assert kind.gpu is gpu
    assert held >= memory * 1e9


def test_what_nobody_knows_stays_unknown():
    made = fill(Brief(), FACTS).workload
    assert made.model.needs_gpu is None
    assert made.needs.immediate_response is None
    assert made.needs.slo == ()
    assert not made.service.measured

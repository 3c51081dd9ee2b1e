"""The kernel of every mechanism equals the reference bit for bit: small integers, ties on purpose, odd chunks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.codes import FaultKind, FromZero, Metric, Outcome, Placement, PolicyKind, Routing, Split, StepUnit
from simulator.engines import fast, run
from simulator.model import (
    NO_LIMIT,
    UNBOUNDED,
    Cache,
    Caller,
    Fault,
    Hosts,
    Policy,
    Schedule,
    ServingModel,
    Step,
    Variant,
    checked,
)
from simulator.run import FixedDemand, FixedSupply
from tests.engines.test_equality import SETTINGS, compare, copies_models, demands, few, same, windows

# more cases than for the simple models: what meets rarely must meet here
MANY = settings(SETTINGS, max_examples=300)
METRICS = [Metric.INVOCATIONS, Metric.CONCURRENCY, Metric.BACKLOG, Metric.NO_CAPACITY]
times = st.integers(0, 120)


@st.composite
def callers(draw):
    return Caller(draw(st.sampled_from([0, 0, 1, 3, 8])), draw(st.integers(1, 4)), draw(st.integers(0, 12)))


@st.composite
def whole_demands(draw, models=1):
    arrival, work, route = draw(demands())
    rows = len(arrival)
    model = draw(st.lists(st.integers(0, models - 1), min_size=rows, max_size=rows))
    think = draw(st.lists(few, min_size=rows, max_size=rows))
    return arrival, work, route, model, think


@st.composite
def whole_supplies(draw):
    tape = st.lists(few, min_size=1, max_size=7).map(tuple)
    jitter = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=5).map(tuple)
    route = st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=5).map(tuple)
    return FixedSupply(*(draw(tape) for _ in range(8)), draw(jitter), draw(route))


@st.composite
def policy_lists(draw, variants, routing):
    policies, steps = [], []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(PolicyKind))
        metric = draw(st.sampled_from(METRICS))
        from_zero = FromZero.NEVER
        if routing == Routing.CENTRAL and kind == PolicyKind.TARGET:
            above = [FromZero.ABOVE_TARGET] if metric == Metric.BACKLOG else []
            from_zero = draw(st.sampled_from([FromZero.NEVER, FromZero.STEP, *above]))
        policies.append(
            Policy(
                kind,
                draw(st.integers(0, variants - 1)),
                metric,
                draw(st.integers(200, 4000)),
                draw(few),
                draw(st.integers(1, 3)),
                draw(st.integers(1, 4)),
                draw(st.sampled_from([90, 50])),
                draw(st.integers(0, 20)),
                draw(st.integers(0, 20)),
                from_zero,
                draw(st.integers(1, 3)),
                draw(st.integers(1, 3)),
            )
        )
        if kind != PolicyKind.TARGET:
            far = sorted(draw(st.lists(st.integers(0, 3000), min_size=1, max_size=3)))
            unit = st.sampled_from(StepUnit)
            steps += [Step(number, one, draw(st.integers(0, 3)), draw(unit)) for one in far]
    return tuple(policies), tuple(steps)


@st.composite
def variant_lists(draw):
    count = draw(st.integers(1, 3))
    shares = sorted(draw(st.lists(st.integers(1, 2**32 - 1), min_size=count - 1, max_size=count - 1, unique=True)))
    found = []
    for share in [*shares, 2**32]:
        maximum = draw(st.integers(0, 4))
        minimum = draw(st.integers(0, maximum))
        work = draw(st.sampled_from([1_000_000, 500_000, 2_400_000]))
        need = [draw(st.integers(0, 3)) for _ in range(3)]
        found.append(Variant(draw(st.integers(minimum, maximum)), minimum, maximum, share, work, *need))
    return tuple(found)


@st.composite
def hosts(draw):
    maximum = draw(st.integers(1, 4))
    room = [draw(st.integers(3, 8)) for _ in range(3)]
    ends = draw(st.integers(0, maximum)), draw(st.integers(0, maximum))
    return Hosts(maximum, *ends, *room, draw(st.sampled_from(Placement)), draw(few))


@st.composite
def schedules(draw, variants):
    found = []
    for time in sorted(draw(st.lists(times, max_size=3))):
        low = draw(st.integers(0, 4))
        found.append(Schedule(time, low, draw(st.integers(low, 5)), draw(st.integers(0, variants - 1))))
    return tuple(found)


@st.composite
def faults(draw):
    found = []
    for time in sorted(draw(st.lists(times, max_size=3))):
        kind = draw(st.sampled_from(FaultKind))
        target = draw(st.integers(0, 2**32 - 1)) if kind == FaultKind.INSTANCE else draw(st.integers(0, 2))
        found.append(Fault(time, kind, target, time + draw(st.integers(0, 40))))
    return tuple(found)


@st.composite
def whole_models(draw):
    variants = draw(variant_lists())
    alone = len(variants) == 1
    routing = draw(st.sampled_from([Routing.RANDOM, Routing.LEAST_OUTSTANDING] + [Routing.CENTRAL] * alone))
    policies, steps = draw(policy_lists(len(variants), routing))
    model = draw(copies_models())
    return model._replace(
        routing=routing, on_demand=0, policy=ServingModel(1, 0).policy, variants=variants, policies=policies, steps=steps,
        ttl_us=model.ttl_us if routing == Routing.CENTRAL else NO_LIMIT, caller=draw(callers()),
        split=draw(st.sampled_from(Split)), schedules=draw(schedules(len(variants))), faults=draw(faults()),
        zones=draw(st.integers(1, 3)), hosts=draw(st.one_of(st.just(Hosts()), hosts())),
    )  # fmt: skip


@st.composite
def cached_models(draw):
    model = draw(copies_models())
    models = draw(st.integers(1, 5))
    in_memory = draw(st.integers(1, 4))
    limit = draw(st.one_of(st.just(NO_LIMIT), st.integers(1, 9)))
    return model._replace(
        routing=Routing.BY_MODEL, ttl_us=NO_LIMIT, on_demand=0, caller=draw(callers()), faults=draw(faults()),
        policy=model.policy._replace(from_zero=0), schedules=draw(schedules(1)),
        cache=Cache(models, in_memory, in_memory + draw(st.integers(0, 2)), limit),
    )  # fmt: skip


def agree(model, demand, supply, window):
    arrival, work, route, models, think = demand
    whole = FixedDemand.of(arrival, work, route, model=models, think_us=think)
    expected = run(model, whole, supply, engine="reference", window_from_us=window)
    for rows in (1, 7, 65_536):
        chunked = FixedDemand.of(arrival, work, route, rows, models, think)
        same(run(model, chunked, supply, window_from_us=window), expected)
    streamed = run(model, whole, supply, engine="reference", window_from_us=window, requests=False)
    same(run(model, whole, supply, window_from_us=window, requests=False), streamed)
    conserved(model, whole, expected)


def conserved(model, demand, result):
    """Every request that arrived has exactly one last attempt, and they follow one another."""
    requests = result.requests
    last = requests.final == 1
    assert len(set(requests.row[last].tolist())) == last.sum() == len(set(requests.row.tolist()))
    assert requests.attempt.max(initial=1) <= model.caller.attempts
    assert sum(result.counts) == (requests.first_us[last] >= result.window_from_us).sum()
    if not model.caller.users:
        assert last.sum() == (demand.columns.arrival_us <= result.end_us).sum()
    assert (requests.outcome[requests.final == 0] != Outcome.OK).all()


@MANY
@given(whole_models(), whole_demands(models=3), whole_supplies(), windows)
def test_every_mechanism_agrees(model, demand, supply, window):
    if model.split == Split.BY_MODEL:
        demand = (*demand[:3], [one % len(model.variants) for one in demand[3]], demand[4])
    agree(model, demand, supply, window)


@MANY
@given(cached_models(), whole_demands(models=5), whole_supplies(), windows)
def test_model_caches_agree(model, demand, supply, window):
    demand = (*demand[:3], [one % model.cache.models for one in demand[3]], demand[4])
    agree(model, demand, supply, window)


@MANY
@given(copies_models(), callers(), whole_demands(), whole_supplies(), st.integers(1, 5), windows)
def test_simple_models_with_callers_agree(model, caller, demand, supply, most, window):
    model = model._replace(caller=caller)
    if model.on_demand:
        model = model._replace(maximum=most)
    agree(model, demand, supply, window)


@MANY
@given(copies_models(), demands(), whole_supplies(), windows)
def test_the_quick_kernel_gives_what_the_whole_one_gives(model, demand, supply, window):
    kwargs = {"requests": True, "window_from_us": window, "timeline": True, "cancel": None, "progress": None}
    plain, offered = checked(model), FixedDemand.of(*demand)
    same(fast.play(plain, offered, supply, **kwargs, short_cut=False), fast.play(plain, offered, supply, **kwargs))


def test_an_unbounded_queue_may_be_asked_for():
    model = ServingModel(horizon_us=100, queue_limit=UNBOUNDED, caller=Caller(attempts=2), to_horizon=0)
    compare(model, ([0, 0, 0], [5, 5, 5]), FixedSupply(), 0)


def test_a_load_that_goes_with_its_copy_leaves_nothing_to_happen_at_its_time():
    # copy 1 drains at 3 and loses its last caller at 11; its load would have ended at 51
    model = ServingModel(
        horizon_us=100, queue_limit=5, routing=Routing.BY_MODEL, timeout_us=10, initial=2, minimum=1, maximum=2,
        cache=Cache(2, 1, 2), schedules=(Schedule(3, 1, 1),),
    )  # fmt: skip
    demand = ([0, 1], [4, 4], [0, 0], [0, 1], [1, 1])
    agree(model, demand, FixedSupply(load_us=(50, 50)), 0)
    result = run(model, FixedDemand.of(*demand[:3], model=demand[3]), FixedSupply(load_us=(50, 50)))
    assert result.requests.outcome.tolist() == [Outcome.NOT_READY, Outcome.NOT_READY]
    assert result.timeline.time_us.max() == 11

"""The text and the JSON of a sizing: the answer first, how sure it is, what comes next, and what to say where nothing fits."""

import json
from dataclasses import replace

import pytest

from advisor import cli as left
from simulator.plans import Plan
from simulator.pruning import BOUNDS
from simulator.size_json import size_json
from simulator.size_parts import closest, failed_by_kind, failed_of, latency_of, tied
from simulator.size_text import size_text
from simulator.size_words import size_headline
from simulator.sizing import Sizing, size
from simulator.statistics import Interval, interval


@pytest.fixture(scope="module")
def one() -> Sizing:
    """Only serverless keeps the promise: a tool used a few dozen times a day, on a small budget."""
    return size("receipt-classifier", draws=3)


@pytest.fixture(scope="module")
def two() -> Sizing:
    """Two options keep the promise, two do not."""
    return size("product-photos", draws=3)


@pytest.fixture
def said(capsys):
    """What is printed, spaces made plain and runs of them one."""

    def print_it(sizing: Sizing, **options: bool) -> str:
        for part in size_text(sizing, **options):
            left.say(part, width=400)
        lines = capsys.readouterr().out.replace("\xa0", " ").splitlines()
        return "\n".join(" ".join(line.split()) for line in lines)

    return print_it


def headline(sizing: Sizing) -> str:
    return size_headline(sizing).replace("\xa0", " ")


def with_best(sizing: Sizing, number: int, **changes: object) -> Sizing:
    """The same sizing, one option's best plan changed."""
    sized = list(sizing.sized)
    best = sized[number].best
    assert best is not None
    sized[number] = replace(sized[number], best=replace(best, **changes))
    return replace(sizing, sized=tuple(sized))


def without_best(sizing: Sizing) -> Sizing:
    """The same sizing where nothing keeps the promise; the first option comes closest."""
    worst = sizing.sized[-1].nearest
    assert isinstance(worst, Plan)
    sized = []
    for number, each in enumerate(sizing.sized):
        near = each.best or each.nearest
        assert near is not None
        near = replace(near, meets=False, broken=worst.broken[:1], shortfall=0.001 * (number + 1))
        sized.append(replace(each, best=None, runner_up=None, nearest=near, takes="requests 2.0 × as fast"))
    return replace(sizing, sized=tuple(sized), turns=())


def test_the_answer_comes_first_with_price_and_p99_and_its_confidence(two, said):
    best = two.best.best
    lines = said(two).splitlines()
    answer = lines[lines.index("") + 1]
    assert answer == headline(two)
    assert answer.startswith(
        "Use a serverless endpoint with provisioned concurrency with 6 GiB, up to 2 at once, 1 kept warm: $79 a month, p99 "
    )
    kept = best.kept_draws(two.study.promise)
    assert kept == len(best.trials) == 3
    assert "keeps the promise in 3 of 3 draws of the traffic, and is the cheapest option in 3 of 3." in said(two)


def test_the_runner_up_says_what_it_costs_more_and_how_much_faster_it_is(two, said):
    more = two.sized[1].best.usd - two.best.best.usd
    assert (
        f"Runner-up: a real-time endpoint on 1 × ml.c5.xlarge; it costs ${more:.0f} more a month, 1.9 × as much"
        in said(two)
    )
    assert "faster at p99" in said(two)
    assert "the next configuration is 6 GiB, up to 2 at once, 1 to 2 kept warm; it costs $0.20 more a month" in said(
        two
    )


def test_a_runner_up_of_the_same_cost_is_said_to_cost_the_same(two, said):
    first = two.sized[1]
    same = replace(first, runner_up=replace(first.runner_up, usd_per_month=first.best.usd_per_month))
    assert "; it costs the same, p99 " in said(replace(two, sized=(two.sized[0], same, *two.sized[2:])))


def test_every_option_has_a_row_and_those_without_a_plan_say_what_they_would_take(one, said):
    text = said(one)
    for each in one.sized:
        assert (each.best is None) == (each.nearest is not None)
    assert "1 Serverless endpoint 2 GiB, up to 2 at once $0.02" in text
    none = text.split("No configuration keeps the promise:")[1].split("Configurations, and what")[0]
    assert none.count("comes closest") == len([each for each in one.sized if each.nearest])
    assert (
        "Real-time endpoint: 1 × ml.m5.large comes closest: $88 a month is over the budget of $20. It would take a budget of $88 a month."
        in none
    )
    assert "Faster requests alone do not help" in none
    assert "No other option keeps the promise." in text


def test_what_stands_in_the_way_is_said_once(one, said):
    budget = one.sized[1].nearest.broken
    near = replace(one.sized[-1].nearest, broken=(*one.sized[-1].nearest.broken, *budget))
    takes = f"faster requests alone do not help; {budget[0].text}"
    text = said(replace(one, sized=(replace(one.sized[-1], nearest=near, takes=takes),)))
    assert text.count("over the budget") == 2, "once in the headline, once for the option"


def test_counts_add_up_by_the_bound_that_excluded(one, said):
    text = said(one)
    for each in one.sized:
        assert each.considered == each.tried + sum(each.pruned.values())
        assert set(each.pruned) <= set(BOUNDS)
    assert "Real-time endpoint 48 1 47" in text
    printed = size_json(one)
    assert (
        printed["candidates"]["considered"]
        == one.considered
        == sum(row["candidates"]["considered"] for row in printed["options"])
    )
    assert sum(printed["candidates"]["excluded"].values()) == one.considered - printed["candidates"]["simulated"]


def test_an_assumption_on_which_the_answer_turns_stands_in_its_row(one, two, said):
    assert [turn.winner for turn in one.turns] == [""]
    assert "turns on cold start" in said(one) and "and nothing keeps the promise" in said(one)
    assert "The order holds at the low and high end of every assumption." in said(two)
    rows = {row["option"]: row["turns_on"] for row in size_json(one)["options"]}
    assert rows["serverless"] == ["cold_start"] and rows["real_time"] == []


def test_what_was_not_looked_at_is_not_said_to_hold(two, said):
    unseen = replace(two, ends_tried=False)
    text = said(unseen)
    assert "The ends of the assumptions were not looked at." in text and "holds" not in text
    printed = size_json(unseen)
    assert printed["stability"] == {"holds": None, "text": None, "turns": []}
    assert {row["turns_on"] for row in printed["options"]} == {None}


def test_an_interrupted_search_is_headed_as_the_best_so_far(two, said):
    text = said(replace(two, stopped=True, ends_tried=False))
    tried = sum(each.tried for each in two.sized)
    assert f"Stopped: this is the best so far; {tried} configurations were simulated.\nUse a serverless" in text
    assert size_json(replace(two, stopped=True))["stopped"] is True


def test_draws_that_disagree_are_counted(two, said):
    plan = two.best.best
    late = replace(
        plan.trials[0],
        summary=replace(plan.trials[0].summary, within=dict.fromkeys(plan.trials[0].summary.within, 0.0)),
    )
    shaken = with_best(two, 0, trials=(late, *plan.trials[1:]), sure=False)
    assert "in 2 of 3 draws of the traffic; the mean of them keeps it" in said(shaken)
    printed = size_json(shaken)["options"][0]["best"]
    assert (printed["draws"], printed["draws_kept"], printed["sure"]) == (3, 2, False)


def test_a_tie_is_no_first_place(two):
    near = with_best(two, 0, usd_per_month=Interval(80.0, 78.0, 82.0))
    near = with_best(near, 1, usd_per_month=Interval(81.0, 79.0, 83.0))
    assert tied(near, near.sized[1]) == near.sized[0].name
    assert headline(near).startswith("Two options tie: a serverless endpoint with provisioned concurrency with 6 GiB")
    assert "at $80 a month and a real-time endpoint on 1 × ml.c5.xlarge at $81; the draws" in headline(near)
    apart = with_best(near, 1, usd_per_month=Interval(90.0, 88.0, 92.0))
    single = with_best(near, 1, usd_per_month=Interval(81.0, None, None))
    assert tied(apart, apart.sized[1]) == tied(single, single.sized[1]) == ""
    assert [row["no_clear_difference_from"] for row in size_json(near)["options"][:2]] == [None, near.sized[0].name]


def test_the_interval_of_the_cost_is_said_where_its_ends_read_differently(two, said):
    assert "A month costs $78 to $82 (95 % interval over the draws)." in said(
        with_best(two, 0, usd_per_month=Interval(80.0, 78.0, 82.0))
    )


def test_where_nothing_keeps_the_promise_the_closest_and_its_price_in_speed_are_the_answer(two, said):
    nothing = without_best(two)
    assert closest(nothing) is nothing.sized[0]
    assert headline(nothing) == (
        "No configuration keeps the promise. A serverless endpoint with provisioned concurrency with 6 GiB, up to 2 at once, 1 kept warm "
        "comes closest: p95 under 4 s: 39 % of requests are answered by then. It would take requests 2.0 × as fast."
    )
    text = said(nothing)
    assert "Bill of a month" not in text and "Runner-up" not in text
    assert size_json(nothing)["best"] is None
    assert all(row["best"] is None and row["nearest"] for row in size_json(nothing)["options"])


def test_what_is_far_over_the_budget_is_not_the_closest(one):
    near = {each.name: each for each in one.sized if each.nearest is not None}
    plans = [replace(near[name], nearest=replace(near[name].nearest, shortfall=short, usd_per_month=Interval(usd, usd, usd)))
             for name, short, usd in (("real_time", 0.0, 88.0), ("inference_components_zero", 0.06, 8.0))]  # fmt: skip
    assert closest(replace(one, sized=tuple(plans))).name == "inference_components_zero"
    barely = replace(plans[0], nearest=replace(plans[0].nearest, usd_per_month=Interval(20.5, 20.5, 20.5)))
    assert closest(replace(one, sized=(barely, plans[1]))).name == "real_time"
    assert closest(replace(one, sized=())) is None


def test_an_option_without_a_price_is_kept_out_of_the_comparison(two, said):
    half = with_best(two, 1, usd_per_month=interval([]))
    assert headline(half).startswith("Use a serverless endpoint with provisioned concurrency")
    assert "Without a price, so not compared: a real-time endpoint on 1 × ml.c5.xlarge, p99 " in said(half)
    assert "no price" in said(half)
    bare = with_best(half, 0, usd_per_month=interval([]))
    assert bare.best is None
    assert headline(bare).endswith("1 kept warm keeps the promise; us-east-1 has no price for it in our table.")
    assert "Bill of a month" not in said(bare)
    assert size_json(bare)["options"][0]["best"]["cost_usd_per_month"] is None


def test_nothing_that_can_be_sized_is_said_with_the_reasons(two, said):
    empty = replace(two, sized=(), turns=())
    assert headline(empty).startswith("Nothing could be sized: the rules block 2 options")
    text = said(empty)
    assert "Does not fit:" in text and "Cheapest configuration of each option" not in text
    assert "Fits by the rules, not sized" in text and "Real-time endpoint" in text
    assert size_json(empty)["options"] == []


def test_what_could_not_be_played_is_told_and_breaks_nothing(two, said):
    near = two.sized[-1].nearest
    trial = replace(near.trials[0], problem="its requests never end")
    lost = replace(near, trials=(trial,), usd_per_month=interval([]), broken=())
    changed = replace(two, sized=(*two.sized[:-1], replace(two.sized[-1], nearest=lost, takes="")))
    text = said(changed)
    assert "comes closest: its requests never end." in text and "not played" in text
    printed = size_json(changed)["options"][-1]["nearest"]
    assert printed["problem"] == "its requests never end" and printed["bill"] is None and printed["utilisation"] is None


def test_all_lists_everything_that_was_simulated_without_its_bills(one, said):
    text = said(one, everything=True)
    table = text.split("Every configuration simulated")[1]
    assert "4 GiB, up to 2 at once" in table
    assert "Every configuration simulated" not in said(one)
    rows = size_json(one, everything=True)["options"]
    assert sum(len(row["plans"]) for row in rows) == sum(each.tried for each in one.sized)
    assert all("bill" not in plan for row in rows for plan in row["plans"])
    assert "plans" not in size_json(one)["options"][0]


def test_numbers_of_a_plan_are_means_over_its_draws(one):
    plan = one.best.best
    p99 = [trial.summary.latency_us[0.99] for trial in plan.trials]
    assert latency_of(plan, 0.99).value == pytest.approx(sum(p99) / len(p99))
    assert latency_of(plan, 0.99).supported and not latency_of(plan, 0.999).supported
    near = one.sized[-1].nearest
    assert sum(failed_by_kind(near).values()) == pytest.approx(failed_of(near).value)


def test_the_document_is_json_and_ends_with_what_it_rests_on(one, said):
    printed = json.loads(json.dumps(size_json(one), default=str))
    assert printed["schema"] == 1 and printed["best"] == "serverless"
    assert {row["key"] for row in printed["assumptions"]} >= {"speed", "cold_start", "keep_alive"}
    assert {row["option"] for row in printed["infeasible"]} >= {"async", "batch_transform"}
    assert said(one).splitlines()[-1].startswith("Latency is that of the endpoint")

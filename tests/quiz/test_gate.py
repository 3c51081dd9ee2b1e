"""The quality gate: 200 items of a deck pass it, and each check fails on the item it is meant for."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path

import pytest

from advisor.facts import Facts, load_facts
from advisor.quiz import gate_files, generate
from advisor.quiz.export_json import read_json
from advisor.quiz.gate import failed, gate
from advisor.quiz.gate_check import Checked, counted
from advisor.quiz.gate_files import anki_again, gift_again, json_again
from advisor.quiz.gate_form import beliefs, difficulties, duplicates, reasons, texts, topics, types, variety
from advisor.quiz.gate_guesses import by_cue, by_length, by_offer, by_option, by_place, by_places, by_rank, cues_in
from advisor.quiz.gate_keys import made_again, one_answer, same_under_both
from advisor.quiz.generate import deck
from advisor.quiz.item import TOPICS, TYPES, Choice, Item, Prompt
from advisor.quiz.templates._template import Draw, Drawn, Template

SEED = 7
ROOT = Path(__file__).parents[2]
PAGE = "https://docs.aws.amazon.com/sagemaker/"
OPTIONS = ("async", "serverless", "batch_transform", "real_time")


def item(number: int = 0, key: int | tuple[int, ...] = 0, **changes: object) -> Item:
    """A sound single choice of our own, another workload for each number."""
    right = key if isinstance(key, tuple) else (key,)
    choices = tuple(
        Choice(f"The option {name}, as it is", place in right, f"A reason for {name}.", PAGE, "PAY001", name, "" if place in right else f"PAY001/{name}")
        for place, name in enumerate(OPTIONS)
    )  # fmt: skip
    made = Item(
        "t", number, "single", f"A workload of **{number} MB** each.", "Which option serves it?", number % 3 + 1,
        TOPICS[number % len(TOPICS)], "3.1", "aws", "t/a", choices, right, "Remember the reason.", (PAGE,),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def items(count: int = 200, **changes: object) -> list[Item]:
    """Items whose keys are spread evenly."""
    return [item(number, number % 4, **changes) for number in range(count)]


def chosen(made: Item, place: int, **changes: object) -> Item:
    """An item with one choice changed."""
    choices = [replace(choice, **changes) if n == place else choice for n, choice in enumerate(made.choices)]  # type: ignore[arg-type]
    return replace(made, choices=tuple(choices))


@pytest.fixture(scope="module")
def drawn() -> tuple[Sequence[Item], Facts]:
    facts = load_facts()
    return tuple(islice(deck(SEED, facts), 200)), facts


def test_200_items_of_a_deck_pass_every_check(drawn: tuple[Sequence[Item], Facts]):
    assert failed(gate(*drawn)) == ""


@pytest.mark.parametrize("seed", range(4))
def test_short_decks_of_any_seed_are_even_in_place_and_difficulty(facts: Facts, seed: int):
    made = tuple(islice(deck(seed, facts), 96))
    assert difficulties(made).figure < 4.0
    levels = Counter(one.difficulty for one in made if one.type in {"single", "case"})
    assert max(levels.values()) - min(levels.values()) <= 5
    places = Counter(one.key[0] for one in made if one.type in {"single", "case"} and len(one.choices) == 4)
    assert max(places.values()) - min(places.values()) <= 5


def test_a_deck_of_the_study_card_keeps_its_keys_too():
    taught = load_facts(profile="study-card")
    made = tuple(islice(deck(SEED, taught), 100))
    assert failed([made_again(made, taught), reasons(made), texts(made), duplicates(made)]) == ""


def test_another_process_makes_the_same_items(drawn: tuple[Sequence[Item], Facts]):
    code = (
        "from itertools import islice\nfrom advisor.facts import load_facts\nfrom advisor.quiz.export_json import json_text\n"
        f"from advisor.quiz.generate import deck\nprint(json_text(islice(deck({SEED}, load_facts()), 60)), end='')"
    )
    for hashes in ("1", "2"):  # the order of sets differs between them
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hashes},
            capture_output=True,
            text=True,
            check=True,
        )
        assert read_json(done.stdout) == tuple(drawn[0][:60])


def _judged(made: Sequence[Item]) -> Item:
    """A drawn item whose key follows from the rules."""
    return next(
        one for one in made if one.type == "single" and one.topic == "options" and one.brief and all(c.option for c in one.choices)
    )  # fmt: skip


def test_a_key_that_the_rules_deny_is_seen(drawn: tuple[Sequence[Item], Facts]):
    made, facts = drawn
    sound = _judged(made)
    key = sound.key[0]
    other = (key + 1) % len(sound.choices)
    swapped = chosen(chosen(sound, key, correct=False), other, correct=True)
    assert one_answer([sound], facts).passes
    found = one_answer([sound, swapped], facts)
    assert (found.passes, found.items) == (False, 2)
    assert found.violations[0].startswith(f"{sound.id}: key {sound.choices[other].option}; serve: ")


def test_a_second_acceptable_answer_is_seen(drawn: tuple[Sequence[Item], Facts]):
    made, facts = drawn
    sound = replace(_judged(made), brief=(("payload_mb", 0.1),))
    assert not one_answer([sound], facts).passes


def _asking(key: Callable[[Facts], str], *, changed: bool = False) -> Template:
    """A template whose key may hang on the profile."""

    def draw(drawn: Draw) -> Drawn:
        right = key(drawn.facts)
        shown = sorted({"a", "b", right}, key=lambda text: (text != right, text))[:2]
        choices = [Choice(text, text == right, "A reason for it.", PAGE) for text in shown]
        return Drawn(f"Workload {drawn.rng.random()}.", "Which?", tuple(choices), "Remember.", (PAGE,))

    return Template("asking", "single", "limits", "3.1", ("x",), 1, changed, draw, __name__)


@pytest.mark.parametrize(("changed", "passes"), [(False, False), (True, True)])
def test_a_key_that_hangs_on_the_profile_is_seen_unless_the_item_is_about_that(
    monkeypatch: pytest.MonkeyPatch, facts: Facts, changed: bool, passes: bool
):
    hangs = {"asking": _asking(lambda facts: "a" if facts.profile == "aws" else "b", changed=changed)}
    monkeypatch.setattr(generate, "all_templates", lambda: hangs)
    made = [generate.make("asking", 1, facts)]
    assert (same_under_both(made, facts).figure == 0) is passes
    other = {"asking": _asking(lambda facts: "a" if facts.profile == "aws" else "c", changed=changed)}
    monkeypatch.setattr(generate, "all_templates", lambda: other)
    assert (same_under_both([generate.make("asking", 1, facts)], facts).figure == 0) is passes
    holds = {"asking": _asking(lambda _: "a")}
    monkeypatch.setattr(generate, "all_templates", lambda: holds)
    assert same_under_both([generate.make("asking", 1, facts)], facts).passes


def test_an_item_that_comes_out_different_is_seen(drawn: tuple[Sequence[Item], Facts]):
    made, facts = drawn
    assert made_again(made[:5], facts).passes
    assert not made_again([*made[:5], replace(made[5], explanation="Other.")], facts).passes
    assert not made_again([item()], facts).passes


def test_a_workload_that_comes_twice_is_seen():
    assert duplicates(items()).passes
    assert not duplicates([*items(), item(0)]).passes
    assert not duplicates([item(1), item(2, stem=item(1).stem)]).passes
    twice = {"brief": (("payload_mb", 3.0),)}
    assert not duplicates([item(1, **twice), item(2, **twice)]).passes


def test_a_key_that_prefers_a_place_is_seen():
    assert by_place(items()).passes
    found = by_place([item(n, 0 if n % 20 == 1 else n % 4) for n in range(200)])
    assert not found.passes
    assert "place 1 of 4: +5.0 points off even" in found.violations


def test_several_keys_that_prefer_a_place_are_seen():
    pairs = list(combinations(range(4), 2))
    assert by_places([item(n, pairs[n % 6], type="multiple") for n in range(200)]).passes
    assert not by_places([item(n, pairs[n % 3], type="multiple") for n in range(200)]).passes


@pytest.mark.parametrize(("shortest", "text"), [(False, "x" * 90), (True, "x")])
def test_a_key_that_stands_out_by_its_length_is_seen(shortest: bool, text: str):
    assert by_length(items(), shortest=shortest).passes
    marked = [chosen(one, one.key[0], text=text) if n % 3 else one for n, one in enumerate(items())]
    assert not by_length(marked, shortest=shortest).passes


def test_of_choices_of_equal_length_each_counts_its_part():
    alike = [replace(one, choices=tuple(replace(c, text="same") for c in one.choices)) for one in items(8)]
    assert by_length(alike).figure == 25.0
    bold = [chosen(one, one.key[0], text="**same**") for one in alike]
    assert by_length(bold).figure == 25.0


def test_a_number_that_is_always_the_middle_one_is_seen():
    sizes = [[f"**{n + 1:,} KB**", f"{n + 2} MB", f"{n + 3}.5 GB", f"{n + 3}.7 GB"] for n in range(200)]
    made = [
        replace(one, choices=tuple(replace(c, text=text) for c, text in zip(one.choices, texts_, strict=True)))
        for one, texts_ in zip(items(), sizes, strict=True)
    ]
    assert by_rank(made).passes
    assert by_rank(made).figure == 25.0
    found = by_rank([replace(one, key=(1 + n % 2,)) for n, one in enumerate(made)])
    assert not found.passes
    assert found.violations[0] == "number 2 of 4 by size: 50.0 %"


def test_an_option_that_is_the_key_too_often_is_seen():
    assert by_option(items()).passes
    found = by_option([item(n, 1 if n % 3 else n % 4) for n in range(200)])
    assert not found.passes
    assert found.violations[0].startswith("serverless: ")


def test_an_option_that_is_offered_only_where_it_is_right_is_seen():
    assert by_offer(items()).passes
    rare = [chosen(one, 0, option="async" if one.key == (0,) else "multi_model") for one in items()]
    assert not by_offer(rare).passes
    assert "async: 100.0 % of 50" in by_offer(rare).violations
    honest = [chosen(one, 0, option="none" if one.key == (0,) else "multi_model") for one in items()]
    assert by_offer(honest).passes


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Requests wait in a queue.", {"async"}),
        ("A nightly run.", {"batch_transform"}),
        ("It reads a whole dataset.", {"batch_transform"}),
        ("Traffic is spiky.", {"serverless"}),
        ("Intermittent calls.", {"serverless"}),
        ("It idles at noon.", {"serverless"}),
        ("A GPU that is idle\n\nby night.", {"inference_components_zero"}),
        ("Idle hours, on GPUs.", {"inference_components_zero"}),
        ("Hundreds of models.", {"multi_model"}),
        ("Many models.", {"multi_model"}),
        ("Mirror the calls.", {"shadow_variant"}),
        ("It gets **10 %** of the traffic.", {"production_variants"}),
        ("Five percent of traffic.", {"production_variants"}),
        ("Germany; a midden; a middle value; 10 % of the memory.", set()),
    ],
)
def test_the_guesser_knows_its_words(text: str, options: set[str]):
    assert cues_in(text) == options


def test_a_stem_that_gives_the_key_away_is_seen():
    assert by_cue(items()).passes
    told = [replace(one, stem=f"{one.stem} It waits in a queue.") if one.key == (0,) else one for one in items()]
    found = by_cue(told)
    assert not found.passes
    assert found.figure == pytest.approx(25 * 0.75)
    assert found.violations[0] == "t-0: a word of it points to async"


def test_a_cue_that_points_elsewhere_costs_the_guesser_and_a_prompt_counts_like_a_stem():
    led_astray = [replace(one, stem="Spiky.") if one.key == (0,) else one for one in items()]
    assert by_cue(led_astray).figure < 0
    prompts = (
        Prompt("A nightly run.", "A reason for it.", PAGE),
        Prompt("Waits in a queue.", "A reason for it.", PAGE),
    )
    assert by_cue([item(type="matching", key=(2, 0), prompts=prompts)]).figure == 75.0


@pytest.mark.parametrize(
    "broken",
    [
        chosen(item(), 2, reason=""),
        chosen(item(), 0, reason="No."),
        chosen(item(), 1, source=""),
        chosen(item(), 1, source="http://docs.aws.amazon.com/"),
        item(explanation=""),
        item(sources=()),
        item(sources=("arn:aws",)),
        item(type="matching", key=(0,), prompts=(Prompt("A workload.", "", PAGE),)),
        item(type="numeric", choices=(), key=(), answer=3.0, sources=()),
    ],
)
def test_a_gap_in_the_reasons_is_seen(broken: Item):
    assert reasons(items()).passes
    assert not reasons([*items(), broken]).passes


def test_a_wrong_choice_without_a_belief_is_seen(facts: Facts):
    assert beliefs(items(), facts).passes
    assert not beliefs([chosen(item(), 1, misconception="")], facts).passes
    assert not beliefs([chosen(item(), 1, misconception="no_such/async")], facts).passes
    assert beliefs([chosen(item(), 0, misconception="")], facts).passes


@pytest.mark.parametrize(
    "broken",
    [
        item(stem="Each has {payload}."), item(stem="It takes None seconds."), item(stem="Two  blanks."),
        item(question="Which , of them?"), item(explanation="Wow!"), item(stem="**Never closed."), item(stem=""),
        chosen(item(), 1, reason="It takes nan seconds."), chosen(item(), 1, text=item().choices[0].text),
        item(stem="Ends twice.."), item(prompts=(Prompt(" Begins late.", "", PAGE),)),
    ],
)  # fmt: skip
def test_a_slip_in_a_text_is_seen(broken: Item):
    assert texts(items()).passes
    assert not texts([broken]).passes


def test_scenarios_that_differ_in_numbers_only_are_seen():
    assert variety([item(n, stem=f"A workload of {'very ' * n}many.") for n in range(40)]).passes
    found = variety(items())
    assert not found.passes
    assert found.violations == ("200 times: A workload of **# MB** each.",)


def test_a_deck_of_one_kind_is_seen():
    assert difficulties(items()).passes
    assert not difficulties(items(difficulty=2)).passes
    assert all(check.passes for check in topics(items()))
    assert not any(check.passes for check in topics(items(topic="limits")))
    spread = [item(n, type=TYPES[n % len(TYPES)]) for n in range(60)]
    assert all(check.passes for check in types(spread))
    assert not any(check.passes for check in types(items()))


def test_what_a_file_loses_is_seen(monkeypatch: pytest.MonkeyPatch):
    made = items(5)
    made[2] = item(2, stem="Less < than & more # of **5 = {x}** ~ each: 50 %.\n\nA second paragraph.")
    worse = [replace(made[0], explanation="Other."), *made[1:]]
    for check, writer in ((json_again, "json_text"), (anki_again, "anki_package"), (gift_again, "gift_text")):
        write = getattr(gate_files, writer)
        assert check(made).passes, check(made).line()
        for lost in (worse, [chosen(made[0], 3, reason="Another reason."), *made[1:]], [made[0], *made[:4]]):
            monkeypatch.setattr(gate_files, writer, lambda _, lost=lost, write=write, **on: write(lost, **on))
            assert not check(made).passes
        monkeypatch.setattr(gate_files, writer, write)


def test_a_check_that_had_nothing_to_check_does_not_pass():
    assert not counted("x", "y", 0, []).passes
    assert counted("x", "y", 1, []).passes


def test_a_check_that_fails_names_the_first_items():
    found = Checked("x", "y", 2.0, "=", 0, 9, tuple(map(str, range(9))))
    assert failed([found]).splitlines() == ["FAILS: x: y 2 (must be = 0; 9 items)", *(f"  {n}" for n in range(5))]


def test_every_check_is_part_of_the_gate(drawn: tuple[Sequence[Item], Facts]):
    names = [check.name for check in gate(drawn[0][:20], drawn[1])]
    assert len(names) == len(set(names)) == 24

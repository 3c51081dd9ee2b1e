"""The verb quiz: practice in the terminal, the misses again, and an exam; the other verbs of the quiz are joined to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from advisor import cli_quiz_decks as decks
from advisor import cli_quiz_progress as progress
from advisor.cli import Json, Profile, emit, given_facts, say
from advisor.cli_quiz_options import Items, Learner, NoSave, Seed, Topic, View, check
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.cli_quiz_kept import Keeping
    from advisor.cli_quiz_screen import Screen
    from advisor.facts import Facts
    from advisor.quiz.event import Mode
    from advisor.quiz.exam import Exam
    from advisor.quiz.item import Item

__all__ = ["quiz_app"]

_JSON_ITEMS = 10
quiz_app = typer.Typer(
    help="Practise on exam-style questions whose keys are computed; without a command: practice, with reasons at once."
)


@quiz_app.callback(invoke_without_command=True)
def quiz(
    context: typer.Context,
    seed: Seed = None,
    items: Items = None,
    view: View = "all",
    topic: Topic = "",
    profile: Profile = "aws",
    learner: Learner = None,
    no_save: NoSave = False,
    json_: Json = False,
) -> None:
    """Practise on questions whose keys are computed: reasons after each answer, what is due first."""
    if context.invoked_subcommand is not None:
        return
    from itertools import islice

    from advisor.cli_quiz_kept import keeping, now
    from advisor.quiz.generate import deck
    from advisor.quiz.named import VIEW_NAMES, topic_words
    from advisor.quiz.session import next_item

    check(items, view, topic)
    facts = given_facts(profile, None)
    if json_:
        from advisor.quiz.export_json import deck_json

        emit(deck_json(islice(deck(seed or 0, facts, view, topic), items or _JSON_ITEMS)))
        return
    kept = keeping(learner, profile, save=not no_save)
    place, first = _place(seed, kept)

    def upcoming(number: int, last: str) -> "Item":
        return next_item(
            kept.progress, facts, seed=place, number=first + number, at=now(), view=view, topic=topic, last=last
        )

    parts = ["Practice", VIEW_NAMES[view], *([topic_words(topic)] if topic else [])]
    if seed is not None or kept.store is None:
        parts.append(f"seed {place}")
    _play(facts, kept, parts, upcoming, "practice", items)


def _place(seed: int | None, kept: "Keeping") -> tuple[int, int]:
    """The seed of the deck, and the number it goes on with."""
    from secrets import randbelow

    from advisor.quiz.generate import MOST_SEED

    if seed is not None:
        return seed, 0
    return (0, kept.progress.answers) if kept.store is not None else (randbelow(MOST_SEED), 0)


def _play(
    facts: "Facts", kept: "Keeping", parts: list[str], upcoming: "Callable[[int, str], Item | None]", mode: "Mode",
    items: int | None,
) -> None:  # fmt: skip
    from advisor.cli_quiz_play import play, put_summary
    from advisor.cli_quiz_screen import Lines, Screen

    screen = Screen()
    lines = Lines(screen)
    if facts.profile != "aws":
        parts.append("limits of the study card")
    screen.put(" · ".join(parts), style="bold")
    screen.put(kept.standing(), style="dim")
    played = play(screen, lines, facts, kept, upcoming, mode, items)
    lines.end()
    put_summary(screen, played, kept, facts)
    if played.stopped:
        raise typer.Exit(130)


@quiz_app.command()
def review(items: Items = None, profile: Profile = "aws", learner: Learner = None, json_: Json = False) -> None:
    """Ask again what was answered wrong, as it was asked; it leaves the list when it is right."""
    from advisor.cli_quiz_kept import keeping
    from advisor.quiz.session import review_items

    check(items)
    facts = given_facts(profile, None)
    kept = keeping(learner, profile)
    waiting = review_items(kept.progress, facts)[:items]
    if json_:
        from advisor.quiz.export_json import deck_json

        emit(deck_json(waiting))
    elif waiting:

        def upcoming(number: int, _: str) -> "Item":
            return waiting[number]

        _play(facts, kept, ["Review"], upcoming, "review", len(waiting))
    else:
        say("Nothing to review: questions that are answered wrong come here.")


@quiz_app.command()
def exam(
    seed: Annotated[int | None, typer.Option("--seed", help="Fixes the questions; by default new ones.")] = None,
    view: Annotated[str, typer.Option("--view", help="Which exam to be like: mla-c02 or mla-c01.")] = "mla-c02",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the exam that runs, or see the last result.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Give up the exam that runs.")] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="With the result: every question that was not right, with its reasons.")
    ] = False,
    profile: Profile = "aws",
    learner: Learner = None,
    no_save: NoSave = False,
    json_: Json = False,
) -> None:
    """Sit a timed exam of full length, without a verdict before its end; what was answered survives a kill."""
    from advisor.cli_quiz_exam import put_result, sit
    from advisor.cli_quiz_kept import keeping, now
    from advisor.cli_quiz_screen import Lines, Screen
    from advisor.quiz.results import result, result_json

    if resume and (new or no_save or seed is not None):
        raise InputError([Problem("--resume", "", "--resume goes without --new, --no-save and --seed")])
    facts = given_facts(profile, None)
    kept = keeping(learner, profile, save=not no_save)
    sitting = None if new else _settled(kept, facts)
    if json_:
        if sitting is None:
            raise InputError([Problem("exam", "", f"{kept.learner} has sat none yet")])
        emit(result_json(sitting, result(sitting, facts, now())))
        return
    screen = Screen()
    if not resume:
        sitting = _begun(sitting, facts, seed, view)
    elif sitting is None:
        raise InputError([Problem("--resume", "", f"{kept.learner} has no exam to go on with")])
    if sitting.ended is None:
        _head(screen, sitting, kept)
        sitting = sit(screen, Lines(screen), facts, kept, sitting)
    if sitting.ended is None:
        minutes = sitting.left(now()).total_seconds() / 60
        screen.put(f"The exam is kept at question {sitting.at}. About {minutes:.0f} min are left, and they run on:")
        screen.put("endpoint-advisor quiz exam --resume", first="  ")
        return
    put_result(screen, sitting, result(sitting, facts, now()), facts, reasons=reasons)
    if not reasons and kept.store is not None:
        screen.put("Each of these with its reasons, or asked once more:")
        screen.put("endpoint-advisor quiz exam --resume --reasons", first="  ")
        screen.put("endpoint-advisor quiz review", first="  ")


def _settled(kept: "Keeping", facts: "Facts") -> "Exam | None":
    """The exam of the learner as it stands; one whose time is up is handed in.

    Raises InputError where one runs that is damaged, or whose questions have changed.
    """
    from advisor.cli_quiz_exam import hand_in
    from advisor.cli_quiz_kept import now
    from advisor.quiz.exam import paper

    try:
        found = kept.exam()
        if found is None or found.ended is not None:
            return found
        paper(found, facts)
    except InputError as error:
        raise InputError([*error.problems, Problem("exam", "", "it cannot go on: --new begins another")]) from None
    return hand_in(found, kept, facts, now()) if found.over(now()) else found


def _begun(running: "Exam | None", facts: "Facts", seed: int | None, view: str) -> "Exam":
    """A new exam. Raises InputError where one runs."""
    from secrets import randbelow

    from advisor.cli_quiz_kept import now
    from advisor.quiz.exam import begin_exam
    from advisor.quiz.generate import MOST_SEED

    if running is not None and running.ended is None:
        left = running.left(now()).total_seconds() / 60
        raise InputError(
            [
                Problem(
                    "exam", "", f"one runs, with about {left:.0f} min left: --resume goes on with it, --new gives it up"
                )
            ]
        )
    return begin_exam(randbelow(MOST_SEED) if seed is None else seed, facts, view, now())


def _head(screen: "Screen", sitting: "Exam", kept: "Keeping") -> None:
    from advisor.quiz.named import VIEW_NAMES

    screen.put(
        f"Exam like {VIEW_NAMES[sitting.view]} · {sitting.items} questions, {sitting.minutes} minutes · seed {sitting.seed}",
        style="bold",
    )
    whose = f"Learner {kept.learner}. " if kept.store is not None else "Nothing is kept: leaving ends it. "
    screen.put(
        f"{whose}No verdict before the end; ? helps. The time runs on when you leave.",
        style="dim",
    )


quiz_app.command()(decks.show)
quiz_app.command()(decks.export)
quiz_app.command()(decks.templates)
quiz_app.command("progress")(progress.progress)
quiz_app.command()(progress.learners)

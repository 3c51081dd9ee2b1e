"""The verbs of the quiz about questions themselves: show one, and write a deck of them as a file."""

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli import Json, Profile, emit, given_facts
from advisor.cli_quiz_options import Topic, View, check
from advisor.errors import InputError, Problem

__all__ = ["export", "show"]


def show(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="Template and seed of a question, like which-option-7.")],
    json_: Json = False,
) -> None:
    """Show one question with its answer and every reason."""
    from advisor.quiz.session import item_of

    facts = given_facts("aws", None)
    item = item_of(item_id, facts)
    if json_:
        from advisor.quiz.export_json import deck_json

        emit(deck_json([item]))
        return
    from advisor.cli_quiz_item import put_answer, put_question
    from advisor.cli_quiz_screen import Screen

    screen = Screen()
    put_question(screen, item, item.id)
    put_answer(screen, item, None, None, facts.under(item.profile))


def export(
    seed: Annotated[int, typer.Option("--seed", help="Fixes the deck, 0 to 999999.")] = 0,
    items: Annotated[int, typer.Option("--items", help="How many questions.")] = 100,
    format_: Annotated[str, typer.Option("--format", help="anki, gift (Moodle), markdown or json.")] = "anki",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="File to write, - for standard output; a name of its own by default."),
    ] = None,
    view: View = "all",
    topic: Topic = "",
    profile: Profile = "aws",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a deck of questions with keys and reasons for Anki, Moodle or a reader of your own."""
    from advisor.cli_quiz_files import write
    from advisor.quiz.export import FORMATS, export_deck, file_name
    from advisor.quiz.named import counted

    if format_ not in FORMATS:
        raise InputError([Problem("--format", repr(format_), f"one of {', '.join(FORMATS)}")])
    check(items, view, topic)
    facts = given_facts(profile, None)
    data = export_deck(seed, items, view, topic, facts, format_)
    name = file_name(format_, seed=seed, count=items, view=view, topic=topic, profile=profile)
    write(data, Path(name) if out is None else out, counted(items, "question"), force=force)

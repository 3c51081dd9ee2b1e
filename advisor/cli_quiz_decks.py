"""The verbs of the quiz about questions themselves: show one, and write a deck of them as a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import Json, Profile, emit, given_facts, say, table
from advisor.cli_quiz_options import Topic, View, check
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.quiz.templates._template import Template

__all__ = ["export", "show", "templates"]


def show(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="Template and seed of a question, like which-option-7.")],
    brief: Annotated[
        bool, typer.Option("--brief", help="Print the workload behind it, as a brief that advise reads.")
    ] = False,
    json_: Json = False,
) -> None:
    """Show one question with its answer and every reason."""
    from advisor.quiz.session import item_of

    facts = given_facts("aws", None)
    item = item_of(item_id, facts)
    if brief:
        import tomli_w

        if not item.brief:
            raise InputError([Problem("--brief", "", f"{item.id} has no workload behind it")])
        sys.stdout.write(tomli_w.dumps(dict(item.brief)))
        return
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


def templates(
    json_: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of docs/quiz.md.")] = False,
) -> None:
    """List the kinds of questions: type, topic, task, how many concepts, and how often each is dealt."""
    from advisor.quiz.templates._template import all_templates

    kinds = all_templates().values()
    total = sum(kind.weight for kind in kinds)
    if json_:
        rows = [
            {
                "template": kind.id, "type": kind.type, "topic": kind.topic, "task": kind.task, "changed": kind.changed,
                "concepts": [f"{kind.id}/{target}" for target in kind.targets], "share": kind.weight / total,
                "about": _about(kind),
            }
            for kind in kinds
        ]  # fmt: skip
        emit({"schema": 1, "templates": rows})
        return
    head = ("template", "type", "topic", "task", "concepts", "share", "what its questions are")
    lines = [
        (kind.id, kind.type, kind.topic, kind.task, str(len(kind.targets)), f"{kind.weight / total:.1%}".replace("%", "\u00a0%"), _about(kind))
        for kind in kinds
    ]  # fmt: skip
    if markdown:
        sys.stdout.write("".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *lines)))
        return
    made = table("!template", "type", "topic", "task", ">concepts", ">share", head[-1])
    for line in lines:
        made.add_row(*line)
    say(made)
    say(f"{len(lines)} templates, {sum(len(kind.targets) for kind in kinds)} concepts.")


def _about(kind: "Template") -> str:
    return (kind.draw.__doc__ or "").strip().partition("\n")[0]

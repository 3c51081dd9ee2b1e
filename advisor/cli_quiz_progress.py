"""The verbs of the quiz about learners: how one stands, who they are, and progress carried elsewhere."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli import Json, Profile, emit, given_facts, say, table
from advisor.cli_quiz_options import Learner
from advisor.errors import InputError, Problem

if TYPE_CHECKING:
    from advisor.facts import Facts
    from advisor.quiz.progress import Progress, Score
    from advisor.store import Store

__all__ = ["learners", "progress"]

_WEAKEST = 5
_BELIEFS = 8


def progress(
    learner: Learner = None,
    profile: Profile = "aws",
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write all answers as JSON; - for standard output.")
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Add the answers of such a file; none counts twice.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the learner: all answers, and the exam.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a reset.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    json_: Json = False,
) -> None:
    """Show how a learner stands: right answers, what is due, weak concepts, beliefs; carry it elsewhere, or forget it."""
    from advisor.cli_quiz_kept import learner_of, opened

    facts = given_facts(profile, None)
    if sum((export is not None, import_ is not None, reset)) > 1:
        raise InputError([Problem("", "", "one of --export, --import and --reset at a time")])
    store = opened()
    if import_ is not None:
        _import(store, import_, learner)
        return
    name = _known(store, learner_of(store, learner))
    if export is not None:
        _export(store, name, export, force=force)
    elif reset:
        _reset(store, name, yes=yes)
    else:
        _show(store, name, facts, as_json=json_)


def _known(store: "Store", name: str) -> str:
    """A learner who is kept. Raises InputError for another one."""
    from advisor.quiz.kept import learners as kept_learners

    there = kept_learners(store)
    if name not in there:
        allowed = f"one of {', '.join(there)}" if there else "somebody who has answered; nobody has yet"
        raise InputError([Problem("--learner", repr(name), allowed)])
    return name


def _import(store: "Store", path: Path, learner: str | None) -> None:
    from advisor.cli_quiz_files import read
    from advisor.quiz.kept import import_progress
    from advisor.quiz.named import counted
    from advisor.quiz.progress_file import LARGEST_BYTES

    data = read(path, LARGEST_BYTES).decode("utf-8-sig", errors="replace")
    counts = import_progress(store, data, learner)
    say(f"{counted(counts['added'], 'answer')} added, {counts['known']:,} known before.")


def _export(store: "Store", name: str, path: Path, *, force: bool) -> None:
    from advisor.cli_quiz_files import write
    from advisor.cli_quiz_kept import now
    from advisor.quiz.kept import export_progress
    from advisor.quiz.named import counted

    document = export_progress(store, name, at=now())
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write(text.encode(), path, f"{counted(len(document['events']), 'answer')} of {name}", force=force)


def _reset(store: "Store", name: str, *, yes: bool) -> None:
    from advisor.quiz.kept import answers_of
    from advisor.quiz.kept import reset as forget
    from advisor.quiz.named import counted

    count = counted(len(answers_of(store, name)), "answer")
    if not yes:
        if not sys.stdin.isatty():
            raise InputError([Problem("--reset", "", "--reset needs --yes where nobody can be asked")])
        if input(f"Forget {count} of {name}, and their exam? Type yes: ").strip().lower() != "yes":
            say("Nothing was changed.")
            return
    forget(store, name)
    say(f"Forgotten: {count} of {name}.")


def _show(store: "Store", name: str, facts: "Facts", *, as_json: bool) -> None:
    from advisor.cli_quiz_kept import now
    from advisor.quiz.kept import progress_of

    found = progress_of(store, name, facts.profile)
    if as_json:
        emit(_json(name, found, facts))
        return
    from advisor.cli_quiz_screen import Screen
    from advisor.quiz.misconceptions import believed
    from advisor.quiz.named import concept_words, counted, task_words, topic_words

    screen = Screen()
    share = f" ({found.right / found.answers:.0%})".replace("%", "\u00a0%") if found.answers else ""
    screen.put(f"**{name}**: {counted(found.answers, 'answer')}, {found.right:,} right{share}.")
    due, missed = len(found.due(now())), len(found.misses)
    screen.put(f"{counted(due, 'concept')} due (quiz), {counted(missed, 'question')} to review (quiz review).")
    if not found.answers:
        return
    say(_scores("task", {task_words(task): score for task, score in found.by_task.items()}))
    say(_scores("topic", {topic_words(topic): score for topic, score in found.by_topic.items()}))
    weak = found.weakest(_WEAKEST)
    if weak:
        screen.put("Weakest concepts, by their last answers", style="bold")
        screen.rows([(concept_words(one.concept), f"{one.score.right} of {one.score.total}") for one in weak])
        screen.put()
    if found.beliefs:
        screen.put("What wrong answers took for true", style="bold")
        beliefs = list(found.beliefs.items())[:_BELIEFS]
        screen.rows([(f"{times} ×", believed(belief, facts)) for belief, times in beliefs])


def _scores(head: str, scores: "dict[str, Score]") -> Any:
    made = table(head, ">right", ">answers", ">share")
    for words, score in scores.items():
        made.add_row(
            f"{words[:1].upper()}{words[1:]}",
            f"{score.right:,}",
            f"{score.total:,}",
            f"{score.share:.0%}".replace("%", "\u00a0%"),
        )
    return made


def _json(name: str, found: "Progress", facts: "Facts") -> dict[str, Any]:
    from advisor.cli_quiz_kept import now
    from advisor.quiz.misconceptions import believed

    def scores(table: Any) -> dict[str, Any]:
        return {part: {"right": score.right, "total": score.total} for part, score in table.items()}

    return {
        "schema": 1,
        "learner": name,
        "profile": facts.profile,
        "answers": found.answers,
        "right": found.right,
        "due": [{"concept": due.concept, "due_at": due.due_at.isoformat()} for due in found.due(now())],
        "missed": [{"template": miss.template, "seed": miss.seed} for miss in found.misses],
        "by_task": scores(found.by_task),
        "by_topic": scores(found.by_topic),
        "weakest": [
            {"concept": one.concept, "right": one.score.right, "total": one.score.total}
            for one in found.weakest(_WEAKEST)
        ],
        "beliefs": [
            {"misconception": belief, "text": believed(belief, facts), "times": times}
            for belief, times in found.beliefs.items()
        ],
    }


def learners(json_: Json = False) -> None:
    """List who has answered on this computer."""
    from advisor.cli_quiz_kept import opened
    from advisor.quiz.kept import answers_of
    from advisor.quiz.kept import learners as kept_learners

    store = opened()
    rows = []
    for name in kept_learners(store):
        events = answers_of(store, name)
        last = max((event.at for event in events), default=None)
        rows.append((name, sum(event.right for event in events), len(events), last))
    if json_:
        emit(
            {
                "schema": 1,
                "learners": [
                    {"learner": name, "right": right, "answers": total, "last": last and last.isoformat()}
                    for name, right, total, last in rows
                ],
            }
        )
        return
    if not rows:
        say("Nobody has answered yet.")
        return
    made = table("learner", ">right", ">answers", "last answer")
    for name, right, total, last in rows:
        made.add_row(name, f"{right:,}", f"{total:,}", "" if last is None else f"{last.astimezone():%Y-%m-%d %H:%M}")
    say(made)

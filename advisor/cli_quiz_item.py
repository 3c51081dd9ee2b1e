"""A question on the screen: as it is asked, and with every reason."""

from typing import TYPE_CHECKING, Final

from advisor.quiz.marked_lines import plain
from advisor.quiz.misconceptions import believed
from advisor.quiz.named import task_words, topic_words
from advisor.quiz.typed import Answer, answer_words, letter, number_words

if TYPE_CHECKING:
    from advisor.cli_quiz_screen import Screen
    from advisor.facts import Facts
    from advisor.quiz.item import Choice, Item
    from advisor.quiz.marking import Mark

__all__ = ["put_answer", "put_question"]

_RIGHT: Final = "green"
_WRONG: Final = "red"
_PLACES: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_COUNTS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven")


def put_question(screen: "Screen", item: "Item", place: str, *, difficulty: bool = True) -> None:
    """Print a question. Arguments: `place` says which one it is; `difficulty` is told or not."""
    parts = [place, topic_words(item.topic), task_words(item.task)]
    screen.put(
        " · ".join([*parts, f"difficulty\u00a0{item.difficulty}\u00a0of\u00a03"] if difficulty else parts), style="dim"
    )
    screen.put()
    screen.put(item.stem)
    screen.put()
    screen.put(item.question, style="bold")
    how = _how(item)
    if how:
        screen.put(how, style="dim")
    screen.put()
    for n, prompt in enumerate(item.prompts):
        screen.put(prompt.text, first=f"  {letter(n)}  ")
    if item.prompts:
        screen.put()
    for n, choice in enumerate(item.choices):
        screen.put(choice.text, first=f"  {n + 1 if item.prompts else letter(n)}  ")
    if item.choices:
        screen.put()


def _how(item: "Item") -> str:
    """What is to be done, where the question does not say it."""
    if item.type == "multiple" and _COUNTS[item.asks_for] not in item.question.lower():
        return f"Choose {_COUNTS[item.asks_for]}."
    if item.type == "matching":
        return "Match each letter with a number."
    if item.type == "ordering":
        return "Give all letters in their order, the first one first."
    return f"Give a number in {item.unit}." if item.answer is not None and item.unit else ""


def put_answer(screen: "Screen", item: "Item", answer: Answer | None, mark: "Mark | None", facts: "Facts") -> None:
    """Print whether an answer is right, and the reasons. Arguments: without a `mark` only the answer is told."""
    if mark is None:
        screen.put(f"The answer is: {key_words(item)}", style="bold")
    elif mark.right:
        screen.put("✓ Correct.", style=f"{_RIGHT} bold")
    else:
        begun = "Left open" if answer is None else "Not this one"
        given = f" You wrote {answer_words(item, answer)}." if isinstance(answer, int | float) else ""
        screen.put(f"✕ {begun}. The answer is: {key_words(item)}{given}", style=f"{_WRONG} bold")
    screen.put()
    if item.type == "matching":
        _matched(screen, item, answer)
    elif item.type == "ordering":
        _ordered(screen, item, answer)
    else:
        _choices(screen, item, answer, facts)
    if mark is not None and item.type in {"matching", "ordering", "numeric"}:
        for belief in mark.misconceptions:
            screen.put(f"What this answer takes for true: {believed(belief, facts)}")
    if item.explanation:
        screen.put(f"**Remember.** {item.explanation}")
    shown = {choice.source for choice in item.choices} | {prompt.source for prompt in item.prompts}
    for source in item.sources:
        if source not in shown and source.startswith("https://"):
            screen.put(source, style="dim")
    if mark is not None:
        screen.put(f"Question {item.id}", style="dim")


def key_words(item: "Item") -> str:
    """The right answer, as it is typed and in words where these are short."""
    if item.answer is not None:
        return f"{number_words(item.answer, item.unit)}."
    if item.type in {"matching", "ordering"}:
        return f"{answer_words(item, item.key)}."
    return "; ".join(f"{letter(n)}, {plain(item.choices[n].text).rstrip('.')}" for n in item.key) + "."


def _taken(answer: Answer | None) -> tuple[int, ...]:
    return answer if isinstance(answer, tuple) else ()


def _choices(screen: "Screen", item: "Item", answer: Answer | None, facts: "Facts") -> None:
    for n, choice in enumerate(item.choices):
        taken = n in _taken(answer)
        said = "  (your answer)" if taken else ""
        if not taken and answer is not None and choice.correct and item.type == "multiple":
            said = "  (you left it out)"
        _head(screen, f"{letter(n)}", choice.text + said, right=choice.correct)
        _why(screen, choice.reason, choice.rule, choice.source)
        if taken and not choice.correct and choice.misconception:
            screen.put(f"What this answer takes for true: {believed(choice.misconception, facts)}", first="       ")
    if item.choices:
        screen.put()


def _ordered(screen: "Screen", item: "Item", answer: Answer | None) -> None:
    given = _taken(answer)
    for place, index in enumerate(item.key):
        choice: Choice = item.choices[index]
        right = not given or (index in given and given.index(index) == place)
        said = "" if right or index not in given else f"  (you had it {_PLACES[given.index(index)]})"
        _head(screen, letter(index), choice.text + said, right=right)
        _why(screen, choice.reason, choice.rule, choice.source)
    screen.put()


def _matched(screen: "Screen", item: "Item", answer: Answer | None) -> None:
    given = _taken(answer)
    for n, (prompt, index) in enumerate(zip(item.prompts, item.key, strict=True)):
        right = not given or given[n] == index
        said = "" if right else f"  (you had {given[n] + 1})"
        _head(
            screen, letter(n), f"{prompt.text} → {index + 1}, **{plain(item.choices[index].text)}**{said}", right=right
        )
        _why(screen, prompt.reason, prompt.rule, prompt.source)
    for n, choice in enumerate(item.choices):
        if n not in item.key and choice.reason:
            screen.put(f"{choice.text}: matches none", first=f"  {n + 1}    ")
            _why(screen, choice.reason, choice.rule, choice.source)
    screen.put()


def _head(screen: "Screen", name: str, text: str, *, right: bool) -> None:
    screen.put(text, first=f"  {name} {'✓' if right else '✕'}  ", style=_RIGHT if right else _WRONG)


def _why(screen: "Screen", reason: str, rule: str, source: str) -> None:
    screen.put(f"{reason} ({rule})" if rule else reason, first="       ")
    screen.put(source, first="       " if len(source) + 7 <= screen.width else "  ", style="dim")

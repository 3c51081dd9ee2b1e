"""Items as JSON, read back without loss; and the JSON Schema of the document."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from advisor._workload_text import problems_of
from advisor._workload_units import Section, refusal
from advisor.errors import InputError, Problem
from advisor.quiz.item import Choice, Item, Prompt

__all__ = ["deck_json", "deck_schema", "json_text", "read_json"]

SCHEMA: Final = 1


class _Part(Section):
    # Keys are only added within a schema number, so one that a later version writes is no error.
    model_config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)


class _Choice(_Part):
    """One choice of an item."""

    text: str
    option: str
    """Option name; empty where the choice is something else."""
    correct: bool
    """It is right; of a matching or an ordering item see the key."""
    reason: str
    """Why it is right or not."""
    rule: str
    """Id of the rule that decides it; empty where a fact or a price does."""
    source: str
    """Address of the page that the reason rests on."""
    misconception: str = ""
    """What somebody believes who takes it."""


class _Prompt(_Part):
    """One prompt of a matching item."""

    text: str
    reason: str
    rule: str = ""
    source: str


class _Item(_Part):
    """One question."""

    id: str
    """Names the item for good: template and seed, before them the profile where that is not AWS's documentation."""
    seed: int = Field(ge=0)
    template: str
    type: Literal["single", "multiple", "matching", "ordering", "numeric", "case"]
    stem: str
    """The scenario; `**` stands around the numbers that decide, paragraphs are parted by an empty line."""
    question: str = ""
    """What is asked."""
    difficulty: Literal[1, 2, 3]
    topic: Literal["options", "limits", "scaling", "billing", "models", "release", "foundation"]
    task: str
    """Task of the exam guide, like 3.1."""
    profile: str
    """The limits that the key was computed with."""
    concept: str
    """What is learned: template and target."""
    choices: tuple[_Choice, ...]
    """As they are shown; none for a number."""
    prompts: tuple[_Prompt, ...] = ()
    """What is matched with the choices."""
    key: tuple[int, ...]
    """Indices into the choices from 0: the right ones, the choice of each prompt, or all in their order; empty for a number."""
    answer: float | None = None
    """The right number; null where no number is asked for."""
    tolerance: float = Field(default=0.0, ge=0)
    """How far a number may be from it, as a share of it."""
    unit: str = ""
    """Unit of the number."""
    explanation: str
    """What to remember."""
    sources: tuple[str, ...] = ()
    """Addresses of what the item rests on as a whole."""
    brief: dict[str, Any] = Field(default_factory=dict)
    """Attributes of the workload behind it; empty where there is none."""
    changed: bool = False
    """It is about a limit that older material teaches differently."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not all(0 <= index < len(self.choices) for index in self.key):
            raise refusal(f"indices from 0 to {len(self.choices) - 1}", "key", str(list(self.key)))
        if (self.answer is None) == (not self.key):
            raise refusal("a key of choices or an answer, one of both", "answer", str(self.answer))
        if self.id != (made := self.item().id):
            raise refusal(f"{made}, from its profile, template and seed", "id", repr(self.id))
        return self

    def item(self) -> Item:
        """The item again."""
        table = {name: getattr(self, name) for name in type(self).model_fields if name != "id"}
        table["choices"] = tuple(Choice(**choice.model_dump()) for choice in self.choices)
        table["prompts"] = tuple(Prompt(**prompt.model_dump()) for prompt in self.prompts)
        table["brief"] = tuple((name, _frozen(value)) for name, value in self.brief.items())
        return Item(**table)


class _Deck(_Part):
    """Quiz items with their keys and reasons."""

    schema_version: Literal[1] = Field(alias="schema")
    """Keys are only added within a schema number."""
    items: tuple[_Item, ...]


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _table(item: Item) -> dict[str, Any]:
    plain = {**asdict(item), "id": item.id, "brief": dict(item.brief)}
    table = {name: plain[name] for name in _Item.model_fields}
    table |= {"answer": None if item.answer is None else float(item.answer), "tolerance": float(item.tolerance)}
    table["choices"] = [{name: choice[name] for name in _Choice.model_fields} for choice in plain["choices"]]
    table["prompts"] = [{name: prompt[name] for name in _Prompt.model_fields} for prompt in plain["prompts"]]
    return table


def deck_json(items: Iterable[Item]) -> dict[str, Any]:
    """Items as one document, schema 1.

    >>> deck_json([])
    {'schema': 1, 'items': []}
    """
    return {"schema": SCHEMA, "items": [_table(item) for item in items]}


def json_text(items: Iterable[Item]) -> str:
    """The document as text."""
    return json.dumps(deck_json(items), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def deck_schema() -> dict[str, Any]:
    """The JSON Schema of the document.

    >>> deck_schema()["required"]
    ['schema', 'items']
    """
    schema = _Deck.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Quiz items"}


def read_json(text: str | bytes) -> tuple[Item, ...]:
    """The items of a document that an export wrote, equal to those that went in.

    Raises InputError with every problem at once: no JSON, another schema number, a field that is missing or has
    another type, an index that is none of a choice, an id that is not the item's.

    >>> from advisor import load_facts
    >>> from advisor.quiz.generate import make
    >>> item = make("which-option", 3, load_facts())
    >>> read_json(json_text([item])) == (item,)
    True
    """
    try:
        deck = _Deck.model_validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":
            raise InputError([Problem("", "", f"the file is not JSON: {error.errors()[0]['ctx']['error']}")]) from None
        raise InputError(problems_of(error, _Deck)) from None
    return tuple(item.item() for item in deck.items)

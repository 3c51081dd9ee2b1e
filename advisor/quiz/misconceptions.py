"""What somebody believes who takes a wrong choice: `data/quiz/misconceptions.toml`.

The id of a misconception is a key of that file, or such a key with an option name after a slash (`PAY001/serverless`).
"""

from functools import lru_cache

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.options import NAMES, title
from advisor.text import fill

__all__ = ["believed", "known_misconceptions"]


@lru_cache(maxsize=1)
def known_misconceptions() -> dict[str, str]:
    """Every belief, by the key of the file."""
    return {name: str(text) for name, text in read_toml(data_folder() / "quiz" / "misconceptions.toml").items()}


def believed(misconception: str, facts: Facts) -> str:
    """A misconception as a sentence; the id itself where the file has none of that name.

    >>> from advisor.facts import load_facts
    >>> believed("PAY001/serverless", load_facts())
    'A serverless endpoint takes request bodies as large as any.'
    """
    name, _, option = misconception.partition("/")
    text = known_misconceptions().get(name)
    if text is None:
        return misconception
    told = title(option) if option in NAMES else "this option"
    article = "" if option not in NAMES else "an " if told[0] in "AI" else "a "
    sentence = fill(text.replace("{option}", f"{article}{told[0].lower()}{told[1:]}"), facts)
    return f"{sentence[:1].upper()}{sentence[1:]}"

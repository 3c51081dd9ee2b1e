"""What somebody believes who takes a wrong choice: `data/quiz/misconceptions.toml`.

The id of a misconception is a key of that file, or such a key with an option name after a slash (`PAY001/serverless`).
"""

from functools import lru_cache
from typing import Final

from advisor._facts_read import data_folder, read_toml
from advisor.facts import Facts
from advisor.options import NAMES, title
from advisor.text import fill

__all__ = ["believed", "called", "known_misconceptions"]

_CALLED: Final = {
    "inference_components": "an endpoint with inference components",
    "inference_components_zero": "an endpoint with inference components at zero",
    "production_variants": "an endpoint with production variants",
    "shadow_variant": "an endpoint with a shadow variant",
}
"""Names whose titles are plural or carry a remark."""


@lru_cache(maxsize=1)
def known_misconceptions() -> dict[str, str]:
    """Every belief, by the key of the file."""
    return {name: str(text) for name, text in read_toml(data_folder() / "quiz" / "misconceptions.toml").items()}


def called(option: str) -> str:
    """An option name inside a sentence, in the singular; "this option" for what is none.

    >>> called("async"), called("inference_components")
    ('an asynchronous endpoint', 'an endpoint with inference components')
    """
    if option in _CALLED or option not in NAMES:
        return _CALLED.get(option, "this option")
    told = title(option)
    return f"{'an' if told[0] in 'AI' else 'a'} {told[0].lower()}{told[1:]}"


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
    sentence = fill(text.replace("{option}", called(option)), facts)
    return f"{sentence[:1].upper()}{sentence[1:]}"

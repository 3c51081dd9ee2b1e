"""Values, changes and replies as people say them."""

import re
from typing import Any, Final

from advisor.attributes import UNKNOWN
from advisor.options import title
from advisor.questions import Reply
from advisor.unblock import Change

__all__ = ["change_words", "fitting_change", "plain_name", "reply_words", "value_words"]

_UNIT: Final = re.compile(r"^n_|_(mb|gb|ms|s)$")
_UNITS: Final = {"_mb": " MB", "_gb": " GB", "_ms": " ms", "_s": " s"}


def plain_name(attribute: str) -> str:
    """An attribute as people say it; its unit stands beside the value.

    >>> plain_name("payload_mb"), plain_name("n_models"), plain_name("immediate_response")
    ('payload', 'models', 'immediate response')
    """
    return _UNIT.sub("", attribute).replace("_", " ")


def value_words(attribute: str, value: Any) -> str:
    """One value of an attribute as people write it.

    >>> value_words("payload_mb", 4.0), value_words("needs_gpu", False)
    ('4 MB', 'no')
    """
    if value is UNKNOWN:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        unit = next((word for end, word in _UNITS.items() if attribute.endswith(end)), "")
        return f"{value:,.6g}{unit}"
    return str(value)


def change_words(change: Change) -> str:
    """The smallest change that unblocks an option, in words."""
    before, after = (value_words(change.attribute, value) for value in (change.before, change.after))
    return f"{change.attribute} {after} instead of {before}"


def fitting_change(change: Change | None) -> str:
    """What would let a blocked option fit, as a sentence; nothing where no single change does."""
    if change is None:
        return ""
    words = change_words(change).replace(change.attribute, plain_name(change.attribute), 1)
    return f"Would fit with {words}."


def reply_words(reply: Reply, best: str) -> str:
    """What one reply would change, in words. Arguments: `best` is the name that is first now."""
    parts = [f"{title(reply.best)} stays first" if reply.best == best else f"{title(reply.best)} comes first"]
    if reply.out:
        parts.append(f"no longer fits: {', '.join(reply.out)}")
    if reply.back:
        parts.append(f"fits again: {', '.join(reply.back)}")
    return "; ".join(parts)

"""Memory of a pure function of attributes, keyed by exactly what it read.

A rule or signal that returned after reading two attributes cannot say anything else until one of these two changes.
So each answer is kept at the end of the path of values that led to it, with the names it read on the way; the same
names tell which questions could change the answer at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar, cast

from advisor.attributes import Attributes

__all__ = ["Remembered", "reads_of"]

T = TypeVar("T")
_MOST_ANSWERS: Final = 1024


class _Spy:
    """Attributes that write down which of them are read, in order."""

    __slots__ = ("_of", "_read")

    def __init__(self, of: Mapping[str, object]) -> None:
        self._of = of
        self._read: dict[str, object] = {}

    def __getattr__(self, name: str) -> object:
        value = self._read[name] = self._of[name]
        return value


def reads_of(ask: Callable[[Attributes], object], attributes: Attributes) -> set[str]:
    """The names of the attributes that a function reads for these values.

    >>> reads_of(lambda attributes: attributes.needs_gpu, Attributes())
    {'needs_gpu'}
    """
    spy = _Spy({field.name: getattr(attributes, field.name) for field in fields(Attributes)})
    ask(cast("Attributes", spy))
    return set(spy._read)  # noqa: SLF001 - its own helper


class _Leaf(Generic[T]):
    __slots__ = ("answer", "reads")

    def __init__(self, answer: T, reads: frozenset[str]) -> None:
        self.answer = answer
        self.reads = reads


class _Fork:
    __slots__ = ("name", "ways")

    def __init__(self, name: str) -> None:
        self.name = name
        self.ways: dict[object, Any] = {}


class Remembered(Generic[T]):
    """A pure function of attributes that is asked once for each combination of what it reads.

    >>> asked = []
    >>> def rule(attributes):
    ...     asked.append(attributes)
    ...     return attributes.needs_gpu is True
    >>> remembered = Remembered(rule)
    >>> remembered({"needs_gpu": True, "payload_mb": 1.0}), remembered({"needs_gpu": True, "payload_mb": 2.0})
    ((True, frozenset({'needs_gpu'})), (True, frozenset({'needs_gpu'})))
    >>> len(asked)
    1
    """

    __slots__ = ("_ask", "_kept", "_root")

    def __init__(self, ask: Callable[[Attributes], T]) -> None:
        self._ask = ask
        self._root: Any = None
        self._kept = 0

    def __call__(self, values: Mapping[str, object]) -> tuple[T, frozenset[str]]:
        """The answer, and the names of the attributes it rests on. Arguments: `values` of all attributes, by name."""
        node = self._root
        while type(node) is _Fork:
            node = node.ways.get(values[node.name])
        if node is not None:
            return node.answer, node.reads
        spy = _Spy(values)
        answer = self._ask(cast("Attributes", spy))
        leaf = _Leaf(answer, frozenset(spy._read))  # noqa: SLF001 - its own helper
        self._keep(spy._read, leaf)  # noqa: SLF001
        return leaf.answer, leaf.reads

    def _keep(self, read: dict[str, object], leaf: _Leaf[T]) -> None:
        """Put an answer at the end of its path; when there are many, start anew (threads may share a memory)."""
        root = None if self._kept >= _MOST_ANSWERS else self._root
        self._kept = self._kept + 1 if root is not None else 1
        if not read:
            self._root = leaf
            return
        steps = list(read.items())
        if type(root) is not _Fork:
            root = _Fork(steps[0][0])
        node: Any = root
        for (_, value), (name, _) in pairwise(steps):
            node = node.ways.setdefault(value, _Fork(name))
        node.ways[steps[-1][1]] = leaf
        self._root = root

"""YAML to plain tables: safe tags only, no key twice, and few aliases, so that a short text cannot unfold into a huge one."""

from typing import Any

from advisor.errors import InputError, Problem

__all__ = ["read_yaml"]

MOST_ALIASES = 50
MOST_NODES = 50_000


def read_yaml(text: str) -> Any:
    """What a YAML text holds, as tables, lists, texts and numbers.

    Raises InputError with line and column where it is no YAML, names a key twice, holds a tag of its own, more than
    one document, more than 50 aliases, or more than 50,000 values once aliases are followed; RecursionError where it
    is nested too deeply.

    >>> read_yaml("traffic: {kind: on_off, on: 1 h, off: 11 h}")
    {'traffic': {'kind': 'on_off', 'on': '1 h', 'off': '11 h'}}
    """
    import yaml  # noqa: PLC0415 - only who reads YAML pays for it

    aliases = sum(isinstance(token, yaml.AliasToken) for token in _tokens(text))
    if aliases > MOST_ALIASES:
        raise InputError([Problem("", f"{aliases:,} aliases", f"at most {MOST_ALIASES} aliases in a YAML file")])
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        _check(root)
        return None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise _said(error) from None


def _tokens(text: str) -> Any:
    import yaml  # noqa: PLC0415 - only who reads YAML pays for it

    try:
        yield from yaml.scan(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _said(error) from None


def _said(error: Any) -> InputError:
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return InputError([Problem("", "", f"this is not YAML: {reason[:200]}{where}")])


def _check(root: Any) -> None:
    """Count values with aliases followed, refuse a key that stands twice, and take every key as a text.

    YAML would read the key `on` as true, and a workload has fields of that name.
    """
    open_nodes, seen = [root] if root is not None else [], 0
    while open_nodes:
        node = open_nodes.pop()
        seen += 1
        if seen > MOST_NODES:
            raise InputError([Problem("", "", f"the YAML unfolds into more than {MOST_NODES:,} values")])
        if node.id == "sequence":
            open_nodes.extend(node.value)
        elif node.id == "mapping":
            for key, _ in node.value:
                if key.id == "scalar" and not key.tag.endswith(":merge"):
                    key.tag = "tag:yaml.org,2002:str"
            names = [key.value if isinstance(key.value, str) else "a list or table" for key, _ in node.value]
            for number, name in enumerate(names):
                if name in names[:number]:
                    line = node.value[number][0].start_mark.line + 1
                    raise InputError([Problem(name[:60], "", f"this key stands twice in one table (line {line})")])
            open_nodes.extend(value for _, value in node.value)

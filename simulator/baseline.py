"""The baseline: what the ranking of each bundled workload costs, kept in a file whose change is reviewed like code.

`python -m simulator.baseline FILE` writes it and says what moved, `--check` only says so (docs/decisions/0010).
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.workload import examples
from simulator.ranked_cost import NUMBERS, Moved, Part, compared, found_for, merged

__all__ = ["as_text", "main", "moved_text"]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {rule}" for key, rule in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)


def moved_text(name: str, moved: Sequence[Moved]) -> Iterator[str]:
    """What moved in one workload, a line each: option, field, old value, new value, and by how much.

    >>> print("\\n".join(moved_text("shop", [Moved("real_time", "usd_per_month", 336.0, 352.8)])))
    shop
      real_time           usd_per_month         336.0 -> 352.8  (+5.0 %)
    """
    yield name
    for option, field, was, now in moved:
        times = field in NUMBERS and was and now
        share = f"  ({100 * (now / was - 1):+.1f} %)".replace("-", "−") if times else ""
        yield f"  {option or '(workload)':<19} {field:<21} {_said(was)} -> {_said(now)}{share}"


def as_text(parts: Mapping[str, Part]) -> str:
    """The file: JSON, workloads sorted by name, a line for each option."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    said = []
    for name in sorted(parts):
        fields = [f"    {line(field)}: {line(value)}" for field, value in parts[name].items() if field != "ranked"]
        rows = ",\n".join(f"      {line(row)}" for row in parts[name]["ranked"])
        said.append(f"  {line(name)}: {{\n" + ",\n".join([*fields, f'    "ranked": [\n{rows}\n    ]']) + "\n  }")
    return "{\n" + ",\n".join(said) + "\n}\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check a baseline: `FILE [--check]`; 0, or 1 where a check finds something moved, or 2 for a bad FILE."""
    check, files = "--check" in arguments, [Path(word) for word in arguments if word != "--check"]
    if len(files) != 1:
        print("FILE: give the name of one JSON file, and --check where nothing is to be written", file=sys.stderr)
        return 2
    try:
        old: dict[str, Part] = json.loads(files[0].read_text("utf-8")) if files[0].exists() else {}
    except ValueError as error:
        print(f"{files[0]}: not JSON ({error}); restore or delete it, then write it anew", file=sys.stderr)
        return 2
    parts = {name: found_for(name) for name in examples()}
    changed = 0
    for name in sorted({*old, *parts}):
        if name not in old or name not in parts:
            print(f"{name}\n  {'is new' if name in parts else 'is no bundled workload any more'}")
            changed += 1
        elif moved := list(compared(old[name], parts[name])):
            print("\n".join(moved_text(name, moved)))
            changed += 1
    print(
        f"Moved: {changed} of {len({*old, *parts})} workloads."
        if changed
        else f"All {len(parts)} workloads are as they were."
    )
    if check:
        return 1 if changed else 0
    files[0].write_text(as_text({name: merged(old.get(name, {}), now) for name, now in parts.items()}), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

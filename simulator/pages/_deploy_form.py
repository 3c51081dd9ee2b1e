"""The fields of the tab of files: which option, which kind of files, and the values that nobody but the user knows.

Option and kind are in the address. What is typed here is not, and stays in the session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from advisor.deploy.plan import Plan
from advisor.deploy.targets import TARGETS
from advisor.deploy.variables import VARIABLES
from advisor.options import title
from advisor.pages.own_html import block, chip, safe
from simulator.pages import _state
from simulator.pages._deploy_made import Made

__all__ = ["Wish", "anyway", "choose", "fields", "notify", "object_switch", "texts"]

_CHEAPEST: Final = "Cheapest plan"
_FIRST: Final = next(iter(TARGETS.values())).title
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be deployed, and as what."""

    option: str
    """Its name; empty for the cheapest plan."""
    target: str


def _key(name: str) -> str:
    return f"size_deploy_{name}"


def choose(names: Sequence[str], *, later: bool = False) -> Wish:
    """The two choices.

    Arguments: `names` of the options that a search can have a plan of; `later` where there is nothing to choose from yet:
    drawn out of sight, or the address would lose them.
    """
    with st.container(key="size_deploy_later" if later else "size_deploy_choose"):
        return _chosen(names)


def _chosen(names: Sequence[str]) -> Wish:
    options = {title(name): name for name in names}
    kinds = {target.title: target.id for target in TARGETS.values()}
    picked = st.pills(
        "Option", [_CHEAPEST, *options], key=_key("option"), required=True, default=_CHEAPEST, bind="query-params"
    )
    kind = st.pills("Files as", list(kinds), key=_key("target"), required=True, default=_FIRST, bind="query-params")
    return Wish(options.get(picked or "", ""), kinds.get(kind or "", kinds[_FIRST]))


def texts() -> dict[str, str]:
    """What was typed, by `name` and the names of variables."""
    return {name: str(st.session_state.get(_key(name)) or "") for name in ("name", *VARIABLES)}


def notify() -> bool:
    """The switch for asynchronous results, where it stands."""
    return bool(st.session_state.get(_key("notify")))


def anyway(option: str) -> bool:
    """The switch for an option that the rules object to, where it stands. It is one of its own for each option."""
    return bool(st.session_state.get(_key(f"anyway_{option}")))


def object_switch(option: str) -> None:
    """The switch itself, below what the rules object to."""
    st.checkbox("Make the files anyway", key=_key(f"anyway_{option}"), persist_state="session")


def _field(name: str, label: str, stands_in: str, errors: Mapping[str, str]) -> None:
    st.text_input(label, key=_key(name), placeholder=stands_in, max_chars=_LONGEST, persist_state="session")
    if name in errors:
        st.error(_state.plain(f"{errors[name]} For example {stands_in}."))


def _standing(found: Made, plan: Plan) -> str:
    """What is not filled in yet, as the files call it."""
    names = ", ".join(found.waiting)
    if not names:
        return chip("notes", "every value is filled in")
    stand = "1 value stands in" if len(found.waiting) == 1 else f"{len(found.waiting)} values stand in"
    where = "A stand-in is refused by AWS, or is somebody else's." if plan.variables else ""
    return f"{chip('conditions', stand)} Change before you run it: <b>{safe(names)}</b>. {safe(where)}"


def fields(found: Made, plan: Plan) -> None:
    """The name and the variables of a plan, each with its error below it."""
    st.header("Your values")
    st.caption("They stay in this session: not in the address, not in a saved workload, sent nowhere.")
    standing = {one.name: one for one in plan.variables}
    named = "job" if plan.option.name == "batch_transform" else "endpoint"
    entries = [("name", f"Name of the {named}", plan.name)]
    entries += [
        (name, f"{one.what[:1].upper()}{one.what[1:]}", "" if one.given else one.value)
        for name, one in standing.items()
    ]
    if plan.option.name == "async":
        st.checkbox("Tell SNS topics of results and failures", key=_key("notify"), persist_state="session")
    grid = st.grid(2, min_column_width=260, key="size_deploy_fields")
    for entry in entries:
        with grid.cell():
            _field(*entry, found.errors)
    st.html(block(f"<p>{_standing(found, plan)}</p>", testid="deploy-standing", attributes='role="status"'))

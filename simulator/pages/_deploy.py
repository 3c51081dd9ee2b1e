"""The tab of files on the Size page: what creates the plan that a search found, to copy and to download."""

from typing import Any

import streamlit as st

from advisor.deploy.plan import Plan as Calls
from advisor.deploy.targets import TARGETS
from advisor.options import title
from advisor.pages.own_html import block, chip, safe
from simulator.deployed import Deployment, planned
from simulator.pages import _asking, _deploy_files, _deploy_form, _size_answer, _size_form, _work
from simulator.pages._deploy_form import Wish
from simulator.pages._deploy_made import Made, made, without_rule
from simulator.pages._size_work import Searched
from simulator.plans import Plan
from simulator.ranking import Ranking
from simulator.size_parts import closest
from simulator.size_title import short_plan
from simulator.sizing import Sizing

__all__ = ["cannot_text", "draw", "plan_of", "titled", "unsearched"]


def _over(ranking: Ranking, plan: Plan | None = None) -> str:
    study = ranking.study
    option = None if plan is None else plan.option
    return _size_answer.over(study.workload.name, study.facts.profile, option, what="Deploy files")


def titled(ranking: Ranking, words: str, *texts: str) -> str:
    """A title of the tab where it has no files."""
    return _size_answer.section(_over(ranking), words, "", texts)


def plan_of(searched: Searched, name: str) -> Plan | str:
    """The plan that a search has of an option, the closest where none keeps the promise; or why there is none.

    Arguments: `name` of the option; the cheapest plan of all where it is empty.
    """
    sizing = searched.sizing
    if not name:
        near = closest(sizing)
        found = searched.plan or (near.nearest if near is not None else None)
        none = "The search found no plan at all: the tab Plan says why."
    else:
        one = sizing.of(name)
        found = None if one is None else one.best or one.nearest
        out = next((verdict for verdict in sizing.infeasible if verdict.option.name == name), None)
        none = f"The search did not look at the {title(name).lower()}: see Options to look at, on the tab Plan."
        if out is not None and out.deciding is not None:
            none = f"{title(name)} does not fit: {out.deciding.message}"
        elif sizing.stopped:
            none = f"The search was stopped before it came to the {title(name).lower()}."
    if found is None:
        return none
    return f"{title(found.option.name)} could not be played: {found.problem}" if found.problem else found


def unsearched(ranking: Ranking, found: _work.Found, slot: str, head: Any) -> None:
    """No search to take a plan from: how far it is, or the way to it. Arguments: as of `draw`; `slot` is that of the search."""
    words = "The files create a plan that was tried on this traffic, and none was searched for yet."
    if found.running:
        words = "The search for the plan to deploy is under way."
    elif found.refused is not None:
        words = "There is no plan to deploy."
    elif found.stopped:
        words = "The search was stopped before it had a plan to deploy."
    with head:
        st.html(titled(ranking, words))
        if found.running:
            _work.watch(slot)
        elif found.refused is not None:
            st.html(_asking.refused(found.refused))
        elif found.stopped:
            _work.stopped(slot, "Search again")
        else:
            st.button("Find the cheapest plan", key="size_deploy_find", type="primary", on_click=_size_form.pressed)


def _title(plan: Plan, made: Made, target: str) -> str:
    words = short_plan(plan.option)
    if made.plan is None:
        return f"{words[:1].upper()}{words[1:]} cannot be deployed as it stands."
    if made.files is None:
        return f"{TARGETS[target].title} cannot create {words}."
    left, missed = len(made.waiting), "" if plan.meets else ", which misses the promise"
    first = f"; fill in {left} value{'s' if left > 1 else ''} first" if left else ""
    return f"These files create {words}{missed}{first}."


def _notes(found: Deployment) -> str:
    """What the files assume and what they leave to the user."""
    remarks = "".join(f'<p class="ea-note">{safe(without_rule(text))}</p>' for text in found.plan.remarks)
    assumed = "".join(f"<li>{safe(text)}</li>" for text in found.head.assumptions)
    count = len(found.head.assumptions)
    folded = f"<details><summary>{count} assumed value{'s' if count > 1 else ''} behind these numbers</summary><ul>{assumed}</ul></details>"
    return block(f"{remarks}{folded if count else ''}", testid="deploy-notes")


def cannot_text(made: Made, target: str) -> str:
    """Which kinds of files cannot express the plan, and why; the chosen one first, with those that can."""
    *able, last = [kind.title for kind in TARGETS.values() if kind.id not in made.refusals]  # the first can all
    both = f"{', '.join(able)} or {last}" if able else last
    lines = ""
    if target in made.refusals:
        lines = f"<p>{chip('blocks', 'not possible')} {safe(made.refusals[target])} Take {safe(both)}.</p>"
    others = [name for name in made.refusals if name != target]
    if others and target not in made.refusals:
        said = "; ".join(f"{TARGETS[name].title} ({made.refusals[name].rstrip('.')})" for name in others)
        lines += f'<p class="small muted">Not possible for this plan: {safe(said)}.</p>'
    return block(lines, testid="deploy-targets") if lines else ""


def _objections(found: Made, option: str, *, anyway: bool) -> None:
    """What the rules object to, and the way past it where there is one."""
    if found.objections:
        items = "".join(f"<li>{safe(text)}</li>" for text in found.objections)
        st.html(_asking.boxed(f"<b>What stands against it</b><ul>{items}</ul>"))
    if found.can_anyway or anyway:
        _deploy_form.object_switch(option)


def draw(ranking: Ranking, searched: Searched, wish: Wish, head: Any) -> None:
    """The tab. Arguments: `searched` is what the search of this page found; `head` is the place for its title."""
    plan = plan_of(searched, wish.option)
    if isinstance(plan, str):
        with head:
            st.html(titled(ranking, "There is nothing to deploy for this choice.", plan))
        return
    sizing: Sizing = searched.sizing
    option, of = plan.option.name, planned(sizing.study, plan)
    anyway = _deploy_form.anyway(option)
    notify = option == "async" and _deploy_form.notify()
    found = made(sizing.study, of, wish.target, _deploy_form.texts(), notify=notify, anyway=anyway)
    with head:
        stopped = ("The search was stopped: this is the best so far.",) if sizing.stopped else ()
        texts = (f"{of.promise} {of.cost}", *stopped)
        figures = _size_answer.plan_figures(sizing, plan)
        st.html(_size_answer.section(_over(ranking, plan), _title(plan, found, wish.target), figures, texts))
        if found.files is not None:
            st.html(_notes(found.files))
    if cannot := cannot_text(found, wish.target):
        st.html(cannot)
    _objections(found, option, anyway=anyway)
    calls: Calls | None = found.plan
    if calls is not None:
        _deploy_form.fields(found, calls)
    if found.files is not None:
        _deploy_files.draw(found.files)

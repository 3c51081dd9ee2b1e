"""What is open: the question whose answer decides most, and where the two profiles differ, side by side."""

import re
from typing import Final

from advisor.advice import Advice
from advisor.facts import Facts
from advisor.options import title
from advisor.pages.own_html import block, chip, option_name, safe, table
from advisor.questions import Reply, question_text
from advisor.verdict import Verdict
from advisor.workload import Workload
from simulator.unplayed import aside

__all__ = ["PROFILE_NAMES", "profiles", "question"]

_NOT_IN_A_FIELD: Final = re.compile(r"^(n|models)_|_(ok|required|mb|gb)$")
"""What the name of an attribute has beside that of its field."""
PROFILE_NAMES: Final = {"aws": "AWS today", "study-card": "Study card"}


def _some(names: tuple[str, ...], best: str) -> str:
    """Option names in words: the one that matters first, the others as a number."""
    first = best if best in names else names[0]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{title(first).lower()}{more}"


def _reply(reply: Reply, best: str) -> str:
    """What one reply would change, short: who comes first, how many go and come back."""
    first = "nothing would fit" if reply.best == "none" else f"{title(reply.best)} comes first"
    parts = [] if reply.best == best else [first]
    if reply.out:
        parts.append(f"rules out {_some(reply.out, best)}")
    if reply.back:
        parts.append(f"brings back {_some(reply.back, reply.best)}")
    said = "; ".join(parts) if parts else "changes nothing"
    every = ", ".join(title(name) for name in reply.out)
    return f"<li{f' title={chr(34)}Rules out: {safe(every)}{chr(34)}' if every else ''}><b>{safe(reply.words)}</b> <span>{safe(said)}</span></li>"


def _where(attribute: str, workload: Workload) -> str:
    """Where to state the answer: the field of the workload that becomes this attribute, where there is one."""
    names = {attribute, _NOT_IN_A_FIELD.sub("", attribute)}
    for section in ("needs", "model", "request", "service"):
        for field in type(getattr(workload, section)).model_fields:
            if field in names:
                return f" State it as <code>{safe(f'{section}.{field}')}</code>, under Load or save."
    return ""


def question(advice: Advice, workload: Workload, facts: Facts) -> str:
    """The open question that decides most, with what each reply changes; nothing where no answer changes anything."""
    if not advice.question:
        return ""
    items = "".join(_reply(reply, advice.best) for reply in advice.replies)
    asked = question_text(advice.question, facts)
    body = (
        f'<h2>Not stated, and it decides most</h2><p class="asked">{safe(asked)}</p><ul class="ea-replies">{items}</ul>'
        f'<p class="small muted">By the rules and the fit, before a simulation; now first: {safe(title(advice.best).lower())}.'
        f"{_where(advice.question, workload)}</p>"
    )
    return block(body, "section", "question").replace('class="ea"', 'class="ea ea-ask"', 1)


def _cell(verdict: Verdict) -> str:
    said = verdict.deciding.message if verdict.deciding and verdict.deciding.outcome.name != "notes" else ""
    return f"{chip(verdict.outcome.name)}{f'<small>{safe(said)}</small>' if said else ''}"


def profiles(advice: Advice, facts: Facts) -> str:
    """Where the two profiles decide differently, side by side; nothing where they agree."""
    if not advice.other and advice.best_elsewhere == advice.best:
        return ""
    here = {verdict.option.name: verdict for verdict in advice.verdicts}
    heads = (("Option", ""), (PROFILE_NAMES[facts.profile], ""), (PROFILE_NAMES[facts.other.profile], ""))
    rows: list[tuple[str, tuple[str, ...]]] = []
    if advice.best_elsewhere != advice.best:
        rows.append(("", ("<b>Fits best</b>", option_name(advice.best), option_name(advice.best_elsewhere))))
    for verdict in advice.other:
        name = verdict.option.name
        if not aside(here[name]):
            rows.append(("", (option_name(name), _cell(here[name]), _cell(verdict))))
    rest = [title(verdict.option.name) for verdict in advice.other if aside(here[verdict.option.name])]
    also = f'<p class="ea-note">They differ too for what this workload does not ask for: {safe(", ".join(rest))}.</p>'
    head = block("<h2>AWS today and the study card decide differently</h2>")
    return head + table(heads, rows, "Where the profiles differ", "profiles") + (block(also) if rest else "")

"""The recommendation: the strip, the answer as the title, its main numbers, and why."""

from dataclasses import dataclass, replace

from advisor.errors import InputError
from advisor.options import title
from advisor.pages.own_html import block, safe
from advisor.units import format_bytes, format_count, format_duration, format_rate
from advisor.workload import ClosedTraffic, TraceTraffic, Workload
from simulator.answer_words import Figure, figures, found_from, latency_text, measure, remarks
from simulator.headline import headline, stability, why
from simulator.histogram import Sample
from simulator.in_force import origin
from simulator.ranking import Ranked, Ranking
from simulator.run import Timeline

__all__ = ["Answer", "footer", "latency_text", "light", "measure", "recommendation", "strip"]

_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a page shows for one question; nothing in it holds a tape."""

    ranking: Ranking

    @property
    def workload(self) -> Workload:
        """The workload it answers."""
        return self.ranking.study.workload


def light(ranking: Ranking) -> Ranking:
    """The ranking without its tapes and request rows: small enough to keep for a session."""
    import numpy as np

    none = np.zeros(0, np.int64)

    def slim(entry: Ranked) -> Ranked:
        run = replace(
            entry.simulation.run,
            requests=None,
            timeline=Timeline.of([]),
            latency=Sample(none),
            wait=Sample(none),
        )
        return replace(entry, simulation=replace(entry.simulation, run=run))

    return replace(ranking, study=ranking.study.light(), ranked=tuple(map(slim, ranking.ranked)))


def _rate(workload: Workload) -> str:
    traffic = workload.traffic
    if isinstance(traffic, TraceTraffic):
        return f"recorded traffic{f' ({traffic.file})' if traffic.file else ''}"
    if isinstance(traffic, ClosedTraffic):
        return f"{format_count(traffic.users)} users who wait, then think for {format_duration(traffic.think)}"
    words = {
        "constant": "in even steps", "poisson": "independent", "gamma": "in bursts", "daily": "daily", "on_off": "on and off", "phases": "in phases",
        "stairs": "in stairs",
    }.get(traffic.kind, traffic.kind)  # fmt: skip
    rate = traffic.mean_rate_per_s
    return f"{format_rate(rate).replace(_NBSP, '')} {words}" if rate is not None else words


def strip(workload: Workload) -> str:
    """The workload in one grey line."""
    payload, time = workload.request.payload, workload.service.time
    size = (
        format_bytes(payload.p50)
        if payload.constant
        else f"{format_bytes(payload.p50)} to {format_bytes(payload.largest)}"
    )
    bounds = [f"{s.measure} under {format_duration(s.bound_us)}" for s in workload.needs.slo if s.bound_us is not None]
    try:
        each = f"{format_duration(time.quantile_us(0.5))} each"
    except InputError:  # the file of the times was not given to the page
        each = "times from a file"
    parts = [_rate(workload), size, each, *bounds, workload.needs.region]
    text = " · ".join(safe(part) for part in parts)
    return block(f"<b>{safe(workload.name)}</b> · {text}", testid="strip").replace(
        'class="ea"', 'class="ea ea-strip"', 1
    )


def _drawn(figure: Figure) -> str:
    small = "".join(f"<span>{safe(text)}</span>" for text in figure.below if text)
    return f'<div class="ea-figure{" minor" if figure.minor else ""}"><b>{safe(figure.big)}</b>{small}</div>'


def _figures(ranking: Ranking) -> str:
    """The numbers of the recommended option, or of the one that comes closest."""
    found = figures(ranking)
    if not found:
        return ""
    closest = ranking.ranked[0].name
    lead = "" if ranking.best is not None else f'<p class="muted">{safe(title(closest))}, which comes closest:</p>'
    return f'{lead}<div class="ea-figures">{"".join(map(_drawn, found))}</div>'


def recommendation(answer: Answer, *, stale: str = "") -> str:
    """The answer. Arguments: `stale` says for what it is the answer while a newer question is open or in error."""
    ranking = answer.ranking
    profile = "" if ranking.study.facts.profile == "aws" else " · limits from the study card"
    over = f"Recommendation for <b>{safe(answer.workload.name)}</b>{profile}{f' · {safe(stale)}' if stale else ''}"
    reasons = "".join(f"<p>{safe(text)}</p>" for text in why(ranking))
    held = "".join(
        f'<p class="{"muted" if text.startswith("Not measured") else ""}">{safe(text)}</p>'
        for text in stability(ranking)
    )
    body = f'<p class="ea-over">{over}</p><h1>{safe(headline(ranking))}</h1>{_figures(ranking)}<div class="ea-why">{reasons}{held}</div>{_remarks(answer)}'
    return block(body, "section", "answer", 'role="status"')


def _remarks(answer: Answer) -> str:
    """What a reader must know of how this was found, the other profile included."""
    ranking, study = answer.ranking, answer.ranking.study
    texts = list(remarks(ranking))
    if differs := ranking.advice.differs:
        more = f" and {len(differs) - 1} more" if len(differs) > 1 else ""
        other = "The study card" if study.facts.profile == "aws" else "AWS today"
        texts.append(f"{other} decides differently on the {title(differs[0]).lower()}{more}: side by side below.")
    return "".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts)


def footer(answer: Answer) -> str:
    """What the numbers are of, and how old the facts are."""
    own = (f"With {origin()} over those shipped.",) if origin() else ()
    lines = "".join(f"<p>{safe(text)}</p>" for text in (*found_from(answer.ranking), *own))
    return block(f'<div class="small muted">{lines}</div>', "footer")

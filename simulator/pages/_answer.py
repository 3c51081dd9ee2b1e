"""The recommendation: the strip, the answer as the title, its main numbers, and why."""

from dataclasses import dataclass, replace

from advisor.errors import InputError
from advisor.items import month_hours
from advisor.options import title
from advisor.pages.own_html import block, safe
from advisor.terms_text import terms_words
from advisor.text import format_day
from advisor.units import format_bytes, format_count, format_duration, format_rate, format_share, format_usd
from advisor.workload import ClosedTraffic, TraceTraffic, Workload
from simulator.headline import amount, headline, money_range, stability, why
from simulator.histogram import Sample
from simulator.ranking import Ranked, Ranking
from simulator.run import Timeline
from simulator.statistics import samples_needed

__all__ = ["Answer", "footer", "latency_text", "light", "measure", "recommendation", "strip"]

_NBSP = "\u00a0"
_DAY_US = 86_400_000_000


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

    study = replace(ranking.study, trace=None, cancel=None, _demands={})
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

    return replace(ranking, study=study, ranked=tuple(map(slim, ranking.ranked)))


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


def measure(ranking: Ranking) -> tuple[str, float, int | None]:
    """The percentile to show: (name, share, bound in microseconds); p99 unless another is promised instead."""
    bounds = [s for s in ranking.promise.slos if s.bound_us is not None and s.percentile is not None]
    chosen = next((s for s in bounds if s.measure == "p99"), bounds[0] if bounds else None)
    return ("p99", 0.99, None) if chosen is None else (chosen.measure, chosen.percentile or 0.99, chosen.bound_us)


def latency_text(entry: Ranked, share: float) -> str:
    """A percentile of an entry, or why there is none."""
    found = entry.latency_us[share]
    if found.value is None:
        return "no answer"
    if not found.supported:
        return "too few"
    return format_duration(found.value)


def _figure(big: str, *below: str, minor: bool = False) -> str:
    small = "".join(f"<span>{safe(text)}</span>" for text in below if text)
    return f'<div class="ea-figure{" minor" if minor else ""}"><b>{safe(big)}</b>{small}</div>'


def _latency_figure(ranking: Ranking, entry: Ranked) -> str:
    name, share, bound = measure(ranking)
    found = entry.latency_us[share]
    limit = f"{name}, limit {format_duration(bound)}" if bound else f"{name}, no limit stated"
    if not found.supported:
        return _figure(
            latency_text(entry, share),
            limit,
            f"{name} needs {samples_needed(share):,} requests; a run has {entry.simulation.summary.good:,}",
        )
    low, high = found.low, found.high
    span = ""
    if low is not None and high is not None and format_duration(low) != format_duration(high):
        span = f"{format_duration(low)} to {format_duration(high)}"
    return _figure(latency_text(entry, share), limit, span)


def _failed_figure(ranking: Ranking, entry: Ranked) -> str:
    arrivals = entry.simulation.summary.arrivals * entry.replications
    if arrivals == 0:
        return _figure(f"0{_NBSP}requests", "arrived in the time simulated", minor=True)
    share = entry.failed_share.value or 0.0
    limit = next((s.bound_share for s in ranking.promise.slos if s.measure == "failed"), None)
    allowed = f", limit {format_share(limit)}" if limit is not None else ""
    of = f"of {format_count(arrivals)} simulated requests"
    if share == 0:
        sure = f"(under {format_share(3 / arrivals)} at 95{_NBSP}%{allowed})" if arrivals else ""
        return _figure(f"0{_NBSP}failed", of, sure, minor=True)
    worst = max(entry.failed, key=lambda kind: entry.failed[kind]).replace("_", " ") if entry.failed else ""
    return _figure(f"{format_share(share)} failed", f"{of}{allowed}", f"mostly {worst}" if worst else "", minor=True)


def _figures(ranking: Ranking) -> str:
    """The numbers of the recommended option, or of the one that comes closest."""
    entry = ranking.best or (ranking.ranked[0] if ranking.ranked else None)
    if entry is None:
        return ""
    lead = "" if ranking.best is not None else f'<p class="muted">{safe(title(entry.name))}, which comes closest:</p>'
    month = f"per month{'' if entry.cost_per_month.value is None else f' ({entry.bill.month_hours:g} h)'}"
    cost = _figure(amount(entry.cost_per_month.value), month, money_range(entry.cost_per_month))
    return (
        f'{lead}<div class="ea-figures">{cost}{_latency_figure(ranking, entry)}{_failed_figure(ranking, entry)}</div>'
    )


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


def _sentence(note: str) -> str:
    """A note as a sentence; the name of a field keeps its small letters."""
    first = note.split(" ", 1)[0]
    return (note if "." in first else f"{note[:1].upper()}{note[1:]}").rstrip(".")


def _remarks(answer: Answer) -> str:
    """What a reader must know of how this was found: promise assumed, window, notes, the other profile."""
    ranking, study = answer.ranking, answer.ranking.study
    texts = []
    if not ranking.promise.latency:
        texts.append("Cost order only: no latency promise was checked. Give a p99 limit to have it checked.")
    if ranking.promise.assumed:
        texts.append(
            f"No bound on failures was stated: {', '.join(text.replace('failed:', 'at most ') for text in ranking.promise.assumed)} failed is assumed."
        )
    if study.horizon_us < _DAY_US and ranking.ranked:
        texts.append(
            f"The month is scaled from {format_duration(study.horizon_us)} of traffic: under a day is no basis for a month unless every hour is like it."
        )
    if (
        ranking.promise.budget_usd is not None
        and ranking.best is not None
        and ranking.best.cost_per_month.value is not None
    ):
        left = ranking.promise.budget_usd - ranking.best.cost_per_month.value
        if left >= 0:
            texts.append(
                f"{format_usd(left)} of the budget of {format_usd(ranking.promise.budget_usd)} a month is left."
            )
    if said := terms_words(study.terms):
        texts.append(f"The bill has your terms: {said}.")
    if study.load.requests == 0:
        texts.append(
            "No request arrived in the time simulated: the cost is that of an idle endpoint, and latency is not known."
        )
    texts += [f"{_sentence(note)}." for note in ranking.notes]
    if differs := ranking.advice.differs:
        more = f" and {len(differs) - 1} more" if len(differs) > 1 else ""
        other = "The study card" if study.facts.profile == "aws" else "AWS today"
        texts.append(f"{other} decides differently on the {title(differs[0]).lower()}{more}: side by side below.")
    return "".join(f'<p class="ea-note">{safe(text)}</p>' for text in texts)


def footer(answer: Answer) -> str:
    """What the numbers are of, and how old the facts are."""
    study = answer.ranking.study
    oldest = study.facts.oldest()
    load = study.load
    rates = f"{format_rate(load.mean_rate_per_s)} on average, {format_rate(load.busiest_hour_rate_per_s)} in the busiest hour"
    window = f"{format_count(load.requests)} requests in {format_duration(load.horizon_us)} of traffic"
    texts = (
        f"{window}, {rates}; seed {study.seed}.",
        "p99: 99 of 100 requests are faster. Latency is that of the endpoint; the network to the caller is not included.",
        f"Per month means {month_hours(study.facts.mechanism, study.terms):g} h. Every fact and price in force was read on or after {format_day(oldest.checked)}.",
    )  # fmt: skip
    lines = "".join(f"<p>{safe(text)}</p>" for text in texts)
    return block(f'<div class="small muted">{lines}</div>', "footer")

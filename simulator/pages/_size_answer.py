"""The answer of the Size page: the plan as the title, its headroom, what comes next, how sure that is."""

from collections.abc import Iterable, Iterator

from advisor.options import Option, describe, title
from advisor.pages.own_html import block, safe
from advisor.units import format_count, format_duration, format_rate
from simulator.capacity import saturation
from simulator.headline import amount, headline, money_range
from simulator.max_load import MaxLoad
from simulator.max_load_text import factor_text, max_load_text
from simulator.pages._size_work import Searched
from simulator.plans import Plan
from simulator.ranking import Ranking
from simulator.size_parts import latency_of
from simulator.size_title import headroom, ranked_title, size_title
from simulator.size_words import beside_text, confidence_text, takes_text
from simulator.sizing import Sizing

__all__ = ["before", "found", "over", "plan_figures", "section"]


def _figure(big: str, *below: str, minor: bool = False) -> str:
    small = "".join(f"<span>{safe(text)}</span>" for text in below if text)
    return f'<div class="ea-figure{" minor" if minor else ""}"><b>{safe(big)}</b>{small}</div>'


def section(above: str, words: str, figures: str, texts: Iterable[str]) -> str:
    """An answer: what it is about, its title, its main numbers, what else is to be said."""
    lines = "".join(f"<p>{safe(text)}</p>" for text in texts)
    shown = f'<div class="ea-figures">{figures}</div>' if figures else ""
    body = f'<p class="ea-over">{above}</p><h1>{safe(words)}</h1>{shown}<div class="ea-why">{lines}</div>'
    return block(body, "section", "size-answer", 'role="status"')


def over(name: str, profile: str, option: Option | None = None, note: str = "", what: str = "Size") -> str:
    """The grey line above a title. Arguments: `what` is done for the workload of that name."""
    card = "" if profile == "aws" else " · limits from the study card"
    whole = "" if option is None else f": {safe(title(option.name).lower())}, {safe(describe(option))}"
    return f"{what} for <b>{safe(name)}</b>{whole}{card}{f' · {safe(note)}' if note else ''}"


def before(ranking: Ranking) -> str:
    """What is known before a search: the first place of the ranking and how much work it can finish."""
    study, best = ranking.study, ranking.best
    above = over(study.workload.name, study.facts.profile, None if best is None else best.option)
    if not study.load.requests:
        words = "No request arrives in the time simulated, so there is no load to size for."
        return section(above, words, "", iter(("State a longer traffic.duration, or more requests, in the workload.",)))
    if not ranking.ranked:
        return section(
            above, headline(ranking), "", iter(("There is no configuration to search: see Decide for the reasons.",))
        )
    figures, texts = "", []
    near = None if best is None else saturation(study, best.option)
    if near is not None:
        load = study.load
        figures = _figure(
            factor_text(near.headroom), f"the mean of {format_rate(load.mean_rate_per_s)}", "fills every slot"
        ) + _figure(
            factor_text(near.headroom_busiest_hour), f"the busiest hour, {format_rate(load.busiest_hour_rate_per_s)}", "fills every slot",
        )  # fmt: skip
        texts.append(f"It can finish {format_rate(near.capacity_per_s)} with everything at work. How much of that keeps the promise is part of the search.")  # fmt: skip
    texts.append(f"The ranking tried one configuration of each of {len(ranking.ranked)} options. The search tries instance types, counts, scaling targets and memory sizes of all of them.")  # fmt: skip
    return section(above, ranked_title(ranking), figures, iter(texts))


def plan_figures(sizing: Sizing, plan: Plan) -> str:
    """Cost and latency of a plan, each with its range or limit."""
    slo = next((one for one in sizing.study.promise.slos if one.bound_us is not None), None)
    measure, quantile = ("p99", 0.99) if slo is None or slo.percentile is None else (slo.measure, slo.percentile)
    latency = latency_of(plan, quantile)
    limit = "no limit stated" if slo is None or slo.bound_us is None else f"limit {format_duration(slo.bound_us)}"
    shown = "no answer" if latency.value is None else format_duration(latency.value) if latency.supported else "too few"
    money = _figure(amount(plan.usd), "per month", money_range(plan.usd_per_month), minor=True)
    return money + _figure(shown, f"{measure}, {limit}", minor=True)


def _headroom_figures(bears: MaxLoad) -> str:
    room = headroom(bears)
    if room is None:
        return ""
    more, users = "over " if room.beyond else "", bears.now.users
    if users is not None:
        return _figure(f"{more}{factor_text(room.peak)}", f"as many users as today's {users:,}", "keep the promise")
    bears_hour = f"it bears an hour of {format_rate(bears.keeps.busiest_hour_rate_per_s)}" if bears.keeps else ""
    mean, peak = format_rate(bears.now.rate_per_s), format_rate(bears.now.busiest_hour_rate_per_s)
    return _figure(f"{more}{factor_text(room.mean)}", "headroom over your mean", f"{mean}; {bears_hour}") + _figure(
        f"{more}{factor_text(room.peak)}", "headroom over your peak hour", f"{peak}; {bears_hour}"
    )


def _texts(searched: Searched, stopped: bool) -> Iterator[str]:
    sizing, plan = searched.sizing, searched.plan
    if stopped:
        tried = sum(one.tried for one in sizing.sized)
        yield f"Stopped: this is the best so far; {format_count(tried)} configurations were simulated."
    if plan is None:
        for one in sizing.sized:
            if one.nearest is not None and (said := takes_text(one)) and said not in size_title(sizing):
                yield f"{title(one.name)}: {said}"
        return
    yield from beside_text(sizing, plan)
    if plan.usd is not None:
        yield from confidence_text(sizing, plan)
    if searched.bears is not None:
        first, *rest = max_load_text(searched.bears)
        yield first.partition(": ")[2]  # before it stands the plan, which is the title
        yield from (line for line in rest if not line.startswith("Saturation"))


def found(searched: Searched, *, stopped: bool = False, note: str = "") -> str:
    """What a search found. Arguments: `stopped` before its end; `note` says for what, where that is not asked any more."""
    sizing, plan = searched.sizing, searched.plan
    figures = "" if searched.bears is None else _headroom_figures(searched.bears)
    if plan is not None:
        figures += plan_figures(sizing, plan)
    study = sizing.study
    return section(
        over(study.workload.name, study.facts.profile, None if plan is None else plan.option, note),
        size_title(sizing),
        figures,
        _texts(searched, stopped),
    )

"""A whole answer as the parts of a report, in the order of the Decide page: the recommendation first, the inputs last."""

from advisor.options import title
from advisor.questions import question_text
from simulator import charts
from simulator.answer_words import figures, remarks
from simulator.headline import headline, stability, why
from simulator.ranking import Ranking
from simulator.report_basis import assumptions_part, inputs_part, sources_part
from simulator.report_bill import bill_part
from simulator.report_options import options_part, ranking_part
from simulator.report_parts import Chart, Paragraph, Part, Report
from simulator.report_sources import sources

__all__ = ["report_of"]

_PROFILES = {"aws": "AWS today", "study-card": "the study card"}


def _lead(ranking: Ranking) -> tuple[Paragraph, ...]:
    """Why, how stable, what to know, and what is open."""
    advice, facts = ranking.advice, ranking.study.facts
    texts = [Paragraph(text) for text in (*why(ranking), *stability(ranking))]
    texts += [Paragraph(text, muted=True) for text in remarks(ranking)]
    if advice.differs:
        other = _PROFILES[facts.other.profile]
        names = ", ".join(title(name).lower() for name in advice.differs)
        texts.append(Paragraph(f"By the limits of {other} the rules decide differently on: {names}.", muted=True))
    if advice.question:
        asked = question_text(advice.question, facts)
        texts.append(Paragraph(f"Not stated, and by the rules it decides most: {asked}", muted=True))
    return tuple(texts)


def _charts(ranking: Ranking) -> Part:
    drawn = []
    if charts.cost_figure(ranking) is not None:
        drawn.append(Chart(
            "cost", charts.cost_title(ranking), charts.cost_note(ranking), charts.cost_alt(ranking),
            lambda: charts.cost_figure(ranking),
        ))  # fmt: skip
    return Part("Cost against latency", tuple(drawn))


def report_of(ranking: Ranking, link: str = "", made: str = "") -> Report:
    """The report of an answer. Arguments: as of `report_html`.

    >>> from simulator import rank
    >>> [part.heading for part in report_of(rank("ct-scans", replications=3)).parts][:3]
    ['All 13 options', 'Ranking', 'Cost against latency']
    """
    listed, facts = sources(ranking), ranking.study.facts
    limits = "" if facts.profile == "aws" else "limits from the study card"
    over = " · ".join(text for text in (f"Recommendation for {ranking.study.workload.name}", limits, made) if text)
    parts = [options_part(ranking, listed)]
    if ranking.ranked:
        parts += [
            ranking_part(ranking),
            _charts(ranking),
            bill_part(ranking, listed),
            assumptions_part(ranking, listed),
        ]
    parts += [sources_part(ranking, listed), inputs_part(ranking, link)]
    closest = (
        f"{title(ranking.ranked[0].name)}, which comes closest:" if ranking.best is None and ranking.ranked else ""
    )
    return Report(
        over, headline(ranking), closest, figures(ranking), _lead(ranking), tuple(p for p in parts if p.blocks)
    )

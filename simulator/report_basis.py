"""The parts of a report on what it rests on: assumptions with their ranges, sources with their dates, the inputs."""

import shlex
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from advisor.options import title
from advisor.terms_text import TERM_TEXTS, term_texts
from advisor.text import format_day
from advisor.units import NBSP
from advisor.workload import TraceTraffic
from simulator.answer_parts import workload_line
from simulator.answer_words import found_from
from simulator.assumed_rows import assumed_rows, assumed_too
from simulator.headline import assumed_value, turn_sentence
from simulator.ranking import Ranking
from simulator.report_parts import Cell, Code, Link, Paragraph, Part, Piece, State, Table, cell
from simulator.report_sources import Source, ages, references

__all__ = ["assumptions_part", "inputs_part", "sources_part"]

_ASSUMED = ("Assumed", "Value", "Range", "Cost per month at its ends", "The answer", "Source")
_SOURCES = ("#", "Source", "How sure, and when", "Used for")


def assumptions_part(ranking: Ranking, listed: tuple[Source, ...]) -> Part:
    """Every number nobody measured here, and whether the answer turns on it. Arguments: `listed` are the sources."""
    facts, rows = ranking.study.facts.mechanism, []
    for found in assumed_rows(ranking):
        row = found.row
        span = "" if row.low == row.high else f"{assumed_value(row, row.low)} to {assumed_value(row, row.high)}"
        word: Piece = (
            State("conditions", "turns on it")
            if found.turns
            else State("notes", "stays")
            if found.varied
            else "not varied"
        )
        made: tuple[Cell, ...] = (
            cell(f"{row.label[:1].upper()}{row.label[1:]}", ", ".join(title(entry.name) for entry in found.users), "" if row.fact else row.note),
            cell(assumed_value(row, row.used), row.confidence),
            cell(span), tuple(f"{title(name)}: {words}" for name, words in found.costs), (word,),
            references(listed, facts.fact(row.fact)) if row.fact else (),
        )  # fmt: skip
        rows.append(made)
    turns = [turn_sentence(turn) for turn in ranking.turns]
    lead = turns or (["At both ends of every range that was varied the answer stays the same."] if rows else [])
    also = [f"Assumed too: {line}." for line in assumed_too(ranking)]
    table = (
        [Table("Assumptions, with their ranges", _ASSUMED, tuple(rows), (25, 13, 16, 24, 13, 9), (1, 2))]
        if rows
        else []
    )
    return Part("What it assumes", (*map(Paragraph, lead), *table, *(Paragraph(text, muted=True) for text in also)))


def _day(day: date) -> str:
    """A date that is not broken over two lines."""
    return format_day(day).replace(" ", NBSP)


def sources_part(ranking: Ranking, listed: tuple[Source, ...]) -> Part:
    """Every source under its number, with its dates, and the age of the facts."""
    rows = tuple(
        (
            (str(one.number),), one.links,
            (one.confidence, "undated" if one.published is None else f"page of {_day(one.published)}", f"read {_day(one.checked)}"),
            one.uses,
        )
        for one in listed
    )  # fmt: skip
    own = ranking.study.facts.overrides
    said = [ages(listed), f"Replaced by values of your own: {', '.join(own)}." if own else ""]
    lead = tuple(Paragraph(text) for text in said if text)
    return Part(
        "Sources and the age of the facts", (*lead, Table("Sources", _SOURCES, rows, (5, 36, 17, 42), sources=True))
    )


def _command(ranking: Ranking) -> str:
    """The command that ranks the same again."""
    study = ranking.study
    words = ["endpoint-advisor", "rank", "workload.toml", "--seed", str(study.seed), "--profile", study.facts.profile]
    if ranking.ranked:
        words += ["--replications", str(ranking.ranked[0].replications)]
    if study.start != "warm":
        words += ["--start", study.start]
    if isinstance(study.workload.traffic, TraceTraffic):
        words += ["--trace", "requests.csv"]
    said = term_texts(study.terms)
    for term in TERM_TEXTS:
        if said[term.name]:
            words += [term.option] if term.name == "free_tier" else [term.option, said[term.name]]
    return shlex.join(words)


def _made_by() -> str:
    """Name and version of the product, where it is installed."""
    name = "sagemaker-endpoint-advisor"
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name}, run from its sources"


def inputs_part(ranking: Ranking, link: str) -> Part:
    """The workload as stated and how to find the same answer again. Arguments: `link` to the question in the app."""
    study = ranking.study
    own = (
        " Your own facts and prices go with it: --facts and --prices name their files." if study.facts.overrides else ""
    )
    traffic = " The recording it names is needed too." if isinstance(study.workload.traffic, TraceTraffic) else ""
    read = format_day(max(fact.checked for fact in study.facts.all()))
    made = (
        f"{_made_by()}; newest fact read {read}, facts {study.facts.digest[:12]}, workload {study.workload.digest[:12]} "
        f"(begins of their digests); seed {study.seed}."
    )
    app = (
        (Paragraph("The same question in the app:", link=Link("open it", link)),)
        if link.startswith(("https://", "http://"))
        else ()
    )
    return Part("Inputs, and how to find this again", (
        Paragraph(workload_line(study)), *(Paragraph(text, muted=True) for text in found_from(ranking)),
        Code(study.workload.to_toml(), "toml", "The workload as TOML"),
        Paragraph(f"Save the workload as workload.toml; the same version then answers with the same numbers.{own}{traffic}"),
        Code(_command(ranking), "console", "The command"), Paragraph(made, muted=True), *app,
    ))  # fmt: skip

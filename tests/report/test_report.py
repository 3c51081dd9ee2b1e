"""The report: both forms say the whole answer, the same one, with the numbers of `rank`; what people typed stays text."""

import dataclasses
import re
import shlex
from itertools import pairwise
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.options import NAMES, describe, title
from advisor.terms import Terms, parse_savings
from advisor.text import bill_notes, bill_rows
from advisor.workload import Workload, load_workload
from simulator import prepare, rank, rank_study
from simulator.answer_parts import interval_text, money_text
from simulator.cli import main
from simulator.headline import assumed_value, headline, stability, why
from simulator.pages._answer import light
from simulator.ranking import Ranking
from simulator.report import report_html, report_markdown
from simulator.report_sources import sources
from tests.report.reading import Page, plain, rendered

LINK = "http://localhost:8501?w=1abc&seed=0"
HOSTILE = "<script>alert(1)</script> `a` | *b* [c](javascript:x) <img src=x onerror=y>\n# d\n| e | f |\n--- ~~g~~ www.h.example $i$ &amp;"


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank("receipt-classifier", replications=3)


@pytest.fixture(scope="module")
def pages(ranking: Ranking) -> dict[str, Page]:
    """The report in both forms, as it is read."""
    return {
        "html": Page(report_html(ranking, LINK, "25 Nov 2026")),
        "markdown": rendered(report_markdown(ranking, LINK, "25 Nov 2026")),
    }


FORMS = pytest.mark.parametrize("form", ["html", "markdown"])


def renamed(ranking: Ranking, **fields: str) -> Ranking:
    """The same answer to a workload with other texts in it."""
    workload = ranking.study.workload.model_copy(update=fields)
    return dataclasses.replace(ranking, study=dataclasses.replace(ranking.study, workload=workload))


def cells(page: Page, head: str) -> list[list[str]]:
    """The rows of all tables whose first head is this."""
    return [row for table in page.tables if table[0][0] == head for row in table[1:]]


@FORMS
def test_the_recommendation_stands_first(pages: dict[str, Page], ranking: Ranking, form: str) -> None:
    page = pages[form]
    assert [text for level, text in page.headings if level == 1] == [plain(headline(ranking))]
    before = page.text.split(plain("All 13 options"))[0]
    for said in (*why(ranking), *stability(ranking), "$0.02", "per month (730 h)", "p90, limit 30 s", "0 failed"):
        assert plain(said) in before


@FORMS
def test_every_option_stands_once_with_what_decides(pages: dict[str, Page], ranking: Ranking, form: str) -> None:
    page = pages[form]
    rows = cells(page, "Option")
    counts = [int(n) for _, text in page.headings if (n := "".join(re.findall(r"\((\d+)\)$", text)))]
    assert sum(counts) == len(rows) == len(NAMES)
    titles = sorted(map(title, NAMES), key=len, reverse=True)
    assert sorted(next(name for name in titles if name in row[0]) for row in rows) == sorted(titles)
    for verdict in ranking.blocked:
        row = next(row for row in rows if title(verdict.option.name) in row[0])
        assert plain(verdict.deciding.message) in row[2]
        assert plain(verdict.deciding.remedy) in row[3]
        assert "does not fit" in row[1]
        assert row[4]
    fits = next(row for row in rows if "Recommended" in row[0])
    assert "25 % of the limit is left" in fits[2]
    assert sum("misses the promise" in row[2] for row in rows) == sum(not entry.meets for entry in ranking.ranked)


@FORMS
def test_the_ranking_has_the_numbers_of_rank(pages: dict[str, Page], ranking: Ranking, form: str) -> None:
    rows = [row for row in cells(pages[form], "#") if len(row) > 5]
    assert len(rows) == len(ranking.ranked)
    for row, entry in zip(rows, ranking.ranked, strict=True):
        assert title(entry.name) in row[1]
        assert plain(describe(entry.option)) in row[1]
        assert plain(money_text(entry)) in row[2]
        for column, share in ((3, 0.5), (4, 0.9), (5, 0.99)):
            assert plain(interval_text(entry.latency_us[share])).split(" ±")[0] in row[column]
        assert plain(entry.reason) in pages[form].text


@FORMS
def test_every_number_of_every_bill_is_there(pages: dict[str, Page], ranking: Ranking, form: str) -> None:
    page = pages[form]
    tables = [table for table in page.tables if table[0][0] == "Item"]
    for table, entry in zip(tables, ranking.ranked, strict=True):
        lines = bill_rows(entry.bill)
        assert len(table) == len(lines) + 2
        for row, line, words in zip(table[1:], entry.bill.lines, lines, strict=False):
            assert [plain(word) for word in words[1:]] == row[1:4]
            assert row[0].startswith(plain(words[0]))
            assert plain(line.note) in row[0]
            assert row[4].isdigit()
        assert table[-1][0] == "Total"
        for note in bill_notes(entry.bill):
            assert plain(note) in page.text


@FORMS
def test_every_assumption_has_its_value_its_range_and_what_it_does(
    pages: dict[str, Page], ranking: Ranking, form: str
) -> None:
    rows = cells(pages[form], "Assumed")
    assert len(rows) == len(ranking.assumptions)
    for row, assumption in zip(rows, ranking.assumptions, strict=True):
        assert assumption.label.lower() in row[0].lower()
        assert plain(assumed_value(assumption, assumption.used)) in row[1]
        assert assumption.confidence in row[1]
        assert plain(assumed_value(assumption, assumption.low)) in row[2] or assumption.low == assumption.high
    turning = {turn.label.lower() for turn in ranking.turns}
    assert turning
    assert turning == {r[0].split(" · ")[0].split(" Serverless")[0].lower() for r in rows if "turns on it" in r[4]}
    for line in ranking.study.workload.assumptions:
        assert plain(line.replace(" (assumed)", "")) in pages[form].text


@FORMS
def test_the_sources_are_numbered_dated_and_old_enough_to_say(
    pages: dict[str, Page], ranking: Ranking, form: str
) -> None:
    page, listed = pages[form], sources(ranking)
    rows = [row for table in page.tables if table[0][1] == "Source" for row in table[1:]]
    assert [row[0] for row in rows] == [str(one.number) for one in listed]
    for row, one in zip(rows, listed, strict=True):
        assert one.source.split("; ")[0] in row[1]
        assert one.confidence in row[2]
        assert "read" in row[2]
    oldest = min(one.published for one in listed if one.published)
    assert f"The oldest page among them is of {oldest.day} {oldest:%b %Y}" in page.text
    assert "The oldest price used here was read on" in page.text
    used = {row[4] for row in cells(page, "Item") if row[4]}
    assert used <= {row[0] for row in rows}


def test_both_forms_have_the_same_parts_in_the_same_order(pages: dict[str, Page]) -> None:
    html, markdown = pages["html"], pages["markdown"]
    assert html.headings == markdown.headings
    assert [text for level, text in html.headings if level == 2] == [
        "All 13 options", "Ranking", "Cost against latency", "The bill of a month", "What it assumes", "Sources and the age of the facts",
        "Inputs, and how to find this again",
    ]  # fmt: skip
    levels = [level for level, _ in html.headings]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    shapes = [[[len(row) for row in table] for table in page.tables] for page in (html, markdown)]
    assert shapes[0] == shapes[1]


def test_the_html_holds_everything_and_asks_for_nothing(pages: dict[str, Page], ranking: Ranking) -> None:
    page = pages["html"]
    named = {name: [value for _, found, value in page.attributes if found == name] for name in ("id", "href", "src")}
    assert named["src"] == []
    assert len(set(named["id"])) == len(named["id"])
    known = {one.url for one in sources(ranking)} | {link.url for one in sources(ranking) for link in one.links}
    for href in named["href"]:
        assert href[1:] in named["id"] if href.startswith("#") else href in known | {LINK}
    assert ("html", "lang", "en") in page.attributes
    assert any(tag == "meta" and "default-src 'none'" in value for tag, _, value in page.attributes)
    images = [value for tag, name, value in page.attributes if (tag, name, value) == ("div", "role", "img")]
    assert len(images) == 2
    spoken = [value for tag, name, value in page.attributes if (tag, name) == ("div", "aria-label")]
    for begin in ("Cost per month against p99", "What a month of each option is made of"):
        assert sum(value.startswith(begin) for value in spoken) == 1
    assert len(page.scripts[0]) > 3_000_000
    assert not any(script.count("receipt") for script in page.scripts[1:])


def test_plotly_stands_in_the_file_once(ranking: Ranking) -> None:
    text = report_html(ranking)
    assert 3_000_000 < len(text) < 6_000_000
    assert len(re.findall(r"plotly\.js v\d", text)) == 1


def test_what_people_typed_stays_text(ranking: Ranking) -> None:
    hostile = renamed(ranking, name=HOSTILE, about=f"``` {HOSTILE} ````")
    usual = {"html": Page(report_html(ranking)), "markdown": rendered(report_markdown(ranking))}
    for form, page in (
        ("html", Page(report_html(hostile, "javascript:alert(1)"))),
        ("markdown", rendered(report_markdown(hostile, "javascript:alert(1)"))),
    ):
        assert plain(HOSTILE) in page.text
        assert [(tag, name) for tag, name, _ in page.attributes] == [
            (tag, name) for tag, name, _ in usual[form].attributes
        ]
        assert page.headings == usual[form].headings
        assert [len(table) for table in page.tables] == [len(table) for table in usual[form].tables]
        assert not any("javascript" in value for _, name, value in page.attributes if name == "href")
    scripts = Page(report_html(hostile)).scripts
    assert not any("alert(1)" in script for script in scripts)


def test_the_answer_that_pages_keep_gives_the_same_report(ranking: Ranking) -> None:
    assert report_markdown(light(ranking)) == report_markdown(ranking)
    assert report_html(light(ranking)) == report_html(ranking)


def test_a_link_and_a_day_are_there_where_they_are_given(pages: dict[str, Page], ranking: Ranking) -> None:
    for page in pages.values():
        assert "Recommendation for receipt classifier · 25 Nov 2026 " in page.text
        assert LINK in [value for _, name, value in page.attributes if name == "href"]
    assert "open it" not in report_markdown(ranking)


def test_the_command_of_a_report_gives_the_same_numbers(
    make: Any, tmp_path: Any, capsys: Any, monkeypatch: Any
) -> None:
    terms = Terms(savings=parse_savings("30%"), month_hours=744, free_tier=True)
    study = prepare(make(), load_facts("study-card"), seed=7, start="empty", terms=terms)
    ranking = rank_study(study, replications=3)
    text = report_markdown(ranking)
    toml, command = (re.search(rf"```{kind}\n(.*?)\n```", text, re.DOTALL)[1] for kind in ("toml", "console"))
    (tmp_path / "workload.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main([*shlex.split(command)[1:], "--report", "again.md"])
    capsys.readouterr()
    again = (tmp_path / "again.md").read_text(encoding="utf-8")
    assert again.split("\n", 1)[1] == text.split("\n", 1)[1]  # the first line has the day
    assert text.startswith("Recommendation for plain · limits from the study card")
    assert "--profile study-card" in command
    assert "--savings-plan instance=30% --free-tier --month-hours 744" in command


def variant(**sections: Any) -> Workload:
    table = load_workload("receipt-classifier").to_mapping()
    return Workload.from_mapping({**table, **{name: {**table[name], **fields} for name, fields in sections.items()}})


@pytest.mark.parametrize(
    ("workload", "said"),
    [
        (variant(needs={"slo": ["p99:10 ms"]}, traffic={"duration": "1 d"}), "comes closest:"),
        (variant(request={"payload": "90 GB"}), "90 times the limit"),
    ],
    ids=["nothing keeps the promise", "nothing fits"],
)
def test_an_answer_without_a_recommendation_is_a_whole_report(workload: Workload, said: str) -> None:
    ranking = rank(workload, replications=3)
    html, markdown = Page(report_html(ranking)), rendered(report_markdown(ranking))
    assert html.headings == markdown.headings
    for page in (html, markdown):
        assert said in page.text
        assert len(cells(page, "Option")) == len(NAMES)
        assert "Recommended" not in page.text
    assert bool(ranking.ranked) == bool(html.scripts)


def test_rank_writes_the_report_whole_and_checks_its_name_first(tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / "answer.html"
    with pytest.raises(SystemExit) as stop:
        main(["rank", "receipt-classifier", "--replications", "3", "--report", str(path)])
    assert stop.value.code == 0
    assert "Use: Serverless endpoint" in capsys.readouterr().out
    assert Page(path.read_text(encoding="utf-8")).headings
    assert [file.name for file in tmp_path.iterdir()] == ["answer.html"]
    for name, allowed in (("answer.pdf", "ends in .html or .md"), ("no/such/folder.md", "folder that can be written")):
        workload = "receipt-classifier" if "/" in name else "not-there"
        with pytest.raises(SystemExit) as stop:
            main(["rank", workload, "--replications", "3", "--report", str(tmp_path / name)])
        assert stop.value.code == 2
        assert allowed in capsys.readouterr().err

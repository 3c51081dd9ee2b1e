"""Facts and prices: what stands in the headings stands below them, differing rows first, nothing raw."""

import re
from typing import Any

import pytest

from advisor.fact_rows import fact_rows, matching
from advisor.facts import diff, load_facts
from advisor.rule_texts import rule_texts
from advisor.workload import load_workload

FACTS = load_facts()
DIFFER = len(diff(FACTS, FACTS.other))


def html(at: Any) -> str:
    return "".join(e.proto.body for e in at.main.get("html"))


def part(at: Any, testid: str) -> str:
    return "".join(e.proto.body for e in at.main.get("html") if f'data-testid="{testid}"' in e.proto.body)


def headings(at: Any) -> list[str]:
    return [header.value for header in at.main.header]


def count(heading: str) -> int:
    return int(re.match(r"[\d,]+", heading)[0].replace(",", ""))


def test_differing_rows_stand_first_with_both_values(app: Any) -> None:
    at = app("facts")
    assert headings(at)[0] == f"{DIFFER} limits differ between AWS today and the study card"
    differ = part(at, "differ")
    assert differ.count("<article") == DIFFER
    assert differ.count("AWS today") == differ.count("Study card</span>") == DIFFER
    limits = [row for row in fact_rows(FACTS) if row.kind == "limit"]
    assert f"<h1>{DIFFER} of {len(limits)} limits differ" in html(at)
    assert count(headings(at)[1]) == len(limits) - DIFFER
    assert not at.main.error


def test_the_study_card_says_so_and_shows_the_same_rows(app: Any) -> None:
    aws, card = app("facts"), app("facts", profile="study-card")
    assert re.findall("<h3>.*?</h3>", part(card, "differ")) == re.findall("<h3>.*?</h3>", part(aws, "differ"))
    assert headings(card)[0] == headings(aws)[0]
    assert "follow the study card" in html(card)
    assert "follow the study card" not in html(aws)


def test_a_search_counts_what_it_shows(app: Any) -> None:
    at = app("facts", facts_search="gateway")
    found = [row for row in matching(fact_rows(FACTS), "gateway") if row.kind == "limit"]
    assert sum(map(count, headings(at))) == len(found) == html(at).count("<article")
    at.text_input(key="facts_search").set_value("serverless payload").run()
    again = [row for row in matching(fact_rows(FACTS), "serverless payload") if row.kind == "limit"]
    assert sum(map(count, headings(at))) == len(again) == html(at).count("<article")


@pytest.mark.parametrize(
    ("tab", "what"), [("Limits", "limit"), ("Timings", "timing"), ("Prices", "price"), ("Rules", "rule")]
)
def test_a_search_for_nothing_says_how_to_see_all(app: Any, tab: str, what: str) -> None:
    at = app("facts", facts_tab=tab, facts_search="<b>xyz</b>")
    assert re.search(f"No {what} contains “&lt;b&gt;xyz&lt;/b&gt;”. Clear the search to see all [\\d,]+\\.", html(at))
    assert "<b>xyz" not in html(at)
    assert "<article" not in html(at)
    assert not at.main.error


def test_only_what_the_verdicts_rest_on(app: Any) -> None:
    at = app("facts")
    assert re.search(r"the \d+ that", at.toggle(key="facts_used").label)
    at.toggle(key="facts_used").set_value(True).run()
    total = sum(map(count, headings(at)))
    assert str(total) in at.toggle(key="facts_used").label
    assert html(at).count("<article") == html(at).count("used here</span>")


def test_a_filter_that_leaves_nothing_says_so(app: Any) -> None:
    at = app("facts")
    at.selectbox(key="facts_about").set_value("front_door").run()
    at.toggle(key="facts_used").set_value(True).run()
    assert "No limit is left. Choose Everything" in html(at)
    assert not headings(at)


def test_one_option_shows_what_it_takes_over_too(app: Any) -> None:
    at = app("facts")
    at.selectbox(key="facts_about").set_value("serverless_provisioned").run()
    rows = [row for row in fact_rows(FACTS) if row.kind == "limit" and "serverless_provisioned" in row.options]
    assert sum(map(count, headings(at))) == len(rows)
    assert any(row.fact.option == "serverless" for row in rows)


def test_a_page_of_rows_is_followed_by_the_next(app: Any) -> None:
    at = app("facts")
    first = part(at, "rest")
    at.session_state["facts_rest_page"] = 2
    at.run()
    assert part(at, "rest") != first
    assert ", 31 to 60 shown" in headings(at)[1]
    at.text_input(key="facts_search").set_value("serverless").run()
    assert ", 1 to 30 shown" in headings(at)[-1]


def test_a_region_without_a_price_says_so(app: Any) -> None:
    at = app("facts", facts_tab="Prices", facts_region="cn-north-1")
    assert headings(at)[0].startswith("ml.m5.xlarge has no price for cn-north-1 in our table (")
    charges = part(at, "charges")
    assert charges.count("no price for cn-north-1 in our table") == charges.count("<tr") - 1
    assert "$0" not in charges
    other = app("facts", facts_tab="Prices", facts_region="eu-west-3")
    assert re.search(r"in eu-west-3, \d+.% more than in", headings(other)[0])
    named, missing = map(int, re.search(r"(\d+) items, (\d+) without", headings(other)[1]).groups())
    assert part(other, "charges").count("<tr") - 1 == named
    assert part(other, "charges").count("no price for eu-west-3") == missing
    assert part(other, "types").count("<tr") - 1 == count(headings(other)[2]) == len(FACTS.priced("eu-west-3"))


def test_a_memory_size_is_compared_by_what_its_hour_means(app: Any) -> None:
    at = app("facts", facts_tab="Prices")
    at.selectbox(key="facts_type").set_value("serverless:4096").run()
    assert re.match(r"Serverless, 4096 MiB costs \$[\d.]+ an hour of processing in us-east-1", headings(at)[0])
    at.selectbox(key="facts_type").set_value("serverless_provisioned:4096").run()
    assert "an hour kept warm in us-east-1, the only Region with a price" in headings(at)[0]
    assert "in proportion to the price of" in part(at, "regions")
    assert not at.main.error


def test_the_region_follows_the_workload(app: Any) -> None:
    at = app("facts", facts_tab="Prices")
    assert at.selectbox(key="facts_region").value == "us-east-1"
    at.sidebar.selectbox(key="workload_region").set_value("eu-west-1").run()
    assert at.selectbox(key="facts_region").value == "eu-west-1"
    assert "in eu-west-1" in headings(at)[0]


def test_rules_are_told_with_their_tips(app: Any) -> None:
    at = app("facts", facts_tab="Rules")
    assert count(headings(at)[0]) == len(rule_texts(FACTS))
    assert html(at).count("<dt>Exam tip</dt>") > 10
    at = app("facts", facts_tab="Rules", facts_search="PAY001")
    assert html(at).count("<article") == count(headings(at)[0])


def test_values_of_the_users_own_are_marked_and_named(app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '["real_time.payload_request"]\nvalue = 11\nsource = "<img src=x onerror=alert(1)>"\n'
        '[[price]]\nregion = "us-east-1"\nsubject = "instance"\nitem = "ml.m5.xlarge"\nusd = 0.5\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("ENDPOINT_ADVISOR_FACTS", str(file))
    at = app("facts")
    assert "1 limit of yours" in headings(at)
    own = part(at, "own")
    assert "Yours" in own
    assert FACTS.fact("real_time.payload_request").text() in own.replace("&nbsp;", "\u00a0")
    assert "<img" not in html(at)
    assert "Yours, facts of mine.toml: real_time.payload_request" in html(at)
    priced = app("facts", facts_tab="Prices")
    assert "yours</span>" in part(priced, "regions")
    assert "costs $0.50 an hour" in headings(priced)[0]


def test_a_link_made_with_other_values_says_so(app: Any) -> None:
    from simulator.pages import _link, _state

    link = _link.encode(load_workload("receipt-classifier"))
    today = _state.dated(FACTS)
    assert not app("facts", w=link, facts=today).main.warning
    own = load_facts("aws", {"real_time.payload_request": {"value": 11}})
    assert _state.dated(own) != today
    assert "somebody's own" in app("facts", w=link, facts=_state.dated(own)).main.warning[0].value

"""The Decide page in process: what it says, what it refuses, and what it keeps."""

import re
import threading
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.options import NAMES, title
from advisor.workload import Workload, examples, load_workload
from simulator.pages import _asking, _cards, _job, _link

LIGHT = "receipt-classifier"
"""The example with the fewest requests."""


def page(at: Any) -> str:
    """All own HTML of the main column."""
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def h1(at: Any) -> str:
    found = re.findall("<h1>(.*?)</h1>", page(at))
    assert len(found) == 1
    return str(found[0]).replace("\xa0", " ")


def changed(name: str, **sections: dict[str, Any]) -> Workload:
    """An example with some fields replaced."""
    table = load_workload(name).to_mapping()
    for section, fields in sections.items():
        table[section] = {**table.get(section, {}), **fields} if isinstance(fields, dict) else fields
    return Workload.from_mapping(table)


def opened(app: Any, workload: Workload, **query: str) -> Any:
    return app(w=_link.encode(workload), **query)


def errors(at: Any) -> list[str]:
    return [element.value.replace("\\", "") for element in at.sidebar.error]


def each(html: str) -> int:
    """Options in a piece of the page: those with a card, and those in a row."""
    return html.count('data-testid="card"') + html.count('data-testid="row"')


@pytest.mark.parametrize("name", examples())
def test_every_example_has_an_answer_with_every_option_once(app: Any, name: str) -> None:
    at = opened(app, load_workload(name))
    text = page(at)
    assert not at.error
    assert h1(at).endswith((".", "?"))
    groups = re.findall(r"<h2>([^<]*) \((\d+)\)</h2>", text)
    sections = text.split('data-testid="group"')[1:]
    assert [int(count) for _, count in groups] == [each(section) for section in sections]
    assert sum(int(count) for _, count in groups) == len(NAMES)
    for option in NAMES:
        assert text.count(f"{title(option)}</h3>") == 1
    assert 'data-testid="assumptions"' in text


def test_an_edit_changes_the_answer_and_the_address(app: Any) -> None:
    at = opened(app, load_workload("fraud-check"))
    before = page(at)
    at.text_input(key="workload_limit").set_value("20 ms").run()
    assert h1(at).startswith("No option keeps the promise")
    assert page(at) != before
    assert _link.decode(at.query_params["w"]).needs.slo_us("p99") == 20_000
    assert at.selectbox(key="workload_example").value == "your numbers"


def test_a_refused_text_is_said_at_its_field_and_the_last_answer_stays(app: Any) -> None:
    at = opened(app, load_workload(LIGHT))
    before = h1(at)
    at.text_input(key="workload_payload").set_value("forty").run()
    assert errors(at) == ['"forty" does not work here. Write a number and a unit, like 4 MB, 200 KB or 1.5 GiB.']
    assert at.text_input(key="workload_payload").value == "forty"
    assert h1(at) == before
    assert "for Payload (p50)" in page(at)
    at.text_input(key="workload_time").set_value("fast").run()
    assert len(errors(at)) == 2
    assert "2 fields need attention" in page(at)
    at.text_input(key="workload_payload").set_value("40 KB").run()
    at.text_input(key="workload_time").set_value("90 ms").run()
    assert not errors(at)
    assert "need attention" not in page(at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "nonsense",
        "1####",
        "2AAAA",
        "1" + "A" * 3_000,
        "1" + "A" * 60_000,
        "<script>alert(1)</script>",
        "1\u202e",
        "%00",
    ],
)
def test_a_damaged_link_shows_the_example_and_says_so(app: Any, text: str) -> None:
    at = app(w=text)
    said = [element.value for element in at.main.warning]
    assert "damaged" in "".join(said)
    assert h1(at).startswith("Use ")
    assert "<script>" not in page(at)


def test_a_link_to_a_region_that_does_not_exist_is_damaged(app: Any) -> None:
    at = opened(app, changed(LIGHT, needs={"region": "xx-north-1"}))
    assert "damaged" in at.main.warning[0].value


def test_unusable_profile_and_seed_in_a_link_are_said(app: Any) -> None:
    at = opened(app, load_workload(LIGHT), profile="moon", seed="-7")
    said = "".join(element.value for element in at.main.warning)
    assert "limits that do not exist" in said
    assert "no usable seed" in said


def test_profile_and_seed_travel_in_the_link(app: Any) -> None:
    at = opened(app, load_workload(LIGHT), profile="study-card", seed="7")
    assert at.text_input(key="workload_seed").value == "7"
    assert "seed 7" in page(at)
    assert not at.main.warning


def test_the_study_card_changes_what_fits_and_says_so(app: Any) -> None:
    workload = changed("fraud-check", request={"payload": {"p50": "1 MB", "max": "10 MB"}})
    today = opened(app, workload)
    assert "The study card decides differently on the real-time endpoint" in page(today)
    beside = page(today).split('data-testid="profiles"')[1].split("</table>")[0]
    assert beside.index("AWS today") < beside.index("Study card")
    assert "does not fit" in beside
    assert "Fits best" in beside
    today.segmented_control(key="workload_profile").set_value("study-card").run()
    text = page(today)
    assert "teaching table; AWS documents" in text
    assert f"limit {load_facts('study-card').fact('real_time.payload_request').text()}" in text
    assert "Nothing fits" in h1(today)


def test_a_region_without_prices_keeps_its_verdicts(app: Any) -> None:
    at = opened(app, changed(LIGHT, needs={"region": "cn-north-1"}))
    text = page(at)
    assert "no price" in text
    assert "$0 per month" not in text
    assert each(text) == len(NAMES)


def test_nothing_fits_is_an_answer(app: Any) -> None:
    workload = changed("ct-scans", needs={"immediate_response": True})
    at = opened(app, workload)
    assert h1(at).startswith("Nothing fits")
    assert f"Does not fit ({len(NAMES) - 1})" in page(at)
    assert "What is left (1)" in page(at)
    assert "Every option is blocked" in page(at)


def test_what_was_not_simulated_stands_below_what_was_and_the_rest_is_folded(app: Any) -> None:
    text = page(opened(app, load_workload(LIGHT)))
    simulated, unplayed = text.index('data-testid="card"'), text.index("Fits by the rules, not simulated")
    assert simulated < unplayed < text.index("Does not fit (")
    group = text[unplayed : text.index("Does not fit (")]
    shown, folded = group.split('class="ea-fold"')
    assert "Multi-model endpoint" not in shown
    assert "that this workload does not ask for" in folded
    assert "Multi-model endpoint" in folded
    assert "nobody asked for it" in folded


def test_several_models_are_compared_with_what_shares_an_endpoint(app: Any) -> None:
    at = opened(app, changed(LIGHT, model={"count": 8, "similar": True}))
    assert h1(at).startswith("Use ")
    text = page(at)
    cards = [part.split("</h3>")[0] for part in text.split('data-testid="card"')[1:]]
    assert any("Multi-model endpoint" in card for card in cards)
    assert "one of 8 such endpoints" in text
    assert "for each of 8 models" in text


def replies(at: Any) -> list[Any]:
    return [button for button in at.main.button if button.key.startswith("decide_reply")]


def test_the_open_question_says_what_each_reply_changes_and_takes_it_by_a_button(app: Any) -> None:
    at = opened(app, load_workload("invoice-ocr"))
    box = page(at).split('data-testid="question"')[1].split("</section>")[0]
    assert "private network" in box
    labels = [button.label for button in replies(at)]
    assert any("comes first" in label for label in labels)
    assert any("changes nothing" in label for label in labels)
    asked = next(button for button in replies(at) if "comes first" in button.label)
    asked.click().run()
    assert _link.decode(at.query_params["w"]).model.vpc is True
    assert "private network" not in page(at).split('data-testid="cards"')[0]


def test_a_question_without_a_field_of_its_own_lists_its_replies(app: Any) -> None:
    at = opened(app, load_workload("support-chat"))
    box = page(at).split('data-testid="question"')[1].split("</section>")[0]
    assert box.count("<li") >= 2
    assert "A brief states it: see Answer questions, above." in box
    assert not replies(at)


def test_a_blocked_option_says_the_smallest_change_that_lets_it_fit(app: Any) -> None:
    text = page(opened(app, load_workload(LIGHT)))
    card = next(part for part in text.split('data-testid="card"') if "Asynchronous endpoint" in part.split("</h3>")[0])
    assert "Would fit with immediate response no instead of yes." in card


def test_where_the_profiles_agree_nothing_is_said_of_them(app: Any) -> None:
    at = opened(app, load_workload("ct-scans"))
    assert 'data-testid="profiles"' not in page(at)
    assert "decides differently" not in page(at)


def test_an_unknown_that_decides_is_asked_for(app: Any) -> None:
    table = load_workload(LIGHT).to_mapping()
    table["needs"].pop("immediate_response", None)
    at = opened(app, Workload.from_mapping(table))
    assert "Depends on an answer" in page(at)
    assert "Does the caller wait for the answer on the connection?" in page(at)


def test_names_are_shown_as_they_are(app: Any) -> None:
    name = '<b onclick="x">"Q&A" <script>alert(1)</script> ' + "long " * 60
    at = opened(app, Workload.from_mapping({**load_workload(LIGHT).to_mapping(), "name": name}))
    text = page(at)
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert "<b onclick" not in text


def test_text_replaces_the_workload_or_says_all_that_is_wrong(app: Any) -> None:
    at = opened(app, load_workload(LIGHT))
    before = h1(at)
    good = at.text_area(key="workload_text").value
    bad = good.replace("p50", "p51").replace("slots", "slotz")
    at.text_area(key="workload_text").set_value(bad).run()
    at.button(key="workload_apply").click().run()
    assert "did you mean p50" in errors(at)[0]
    assert h1(at) == before
    assert at.text_area(key="workload_text").value == bad
    at.text_area(key="workload_text").set_value(load_workload("fraud-check").to_toml()).run()
    at.button(key="workload_apply").click().run()
    assert not errors(at)
    assert at.text_input(key="workload_limit").value == "100 ms"


def test_another_pattern_brings_its_own_fields(app: Any) -> None:
    at = opened(app, load_workload(LIGHT))
    at.selectbox(key="workload_pattern").set_value("gamma").run()
    assert at.text_input(key="workload_burstiness").value == "3"
    at.text_input(key="workload_burstiness").set_value("1000").run()
    assert "from 0.01 to 100" in errors(at)[0]


def test_another_example_fills_the_fields(app: Any) -> None:
    at = opened(app, load_workload(LIGHT))
    at.selectbox(key="workload_example").set_value("ct-scans").run()
    assert "asynchronous endpoint" in h1(at)
    assert at.text_input(key="workload_payload_max").value == "600 MB"


def test_a_recording_that_is_not_here_is_asked_for_and_no_file_is_read(app: Any) -> None:
    table = load_workload(LIGHT).to_mapping()
    table["traffic"] = {"kind": "trace", "file": "/etc/passwd"}
    at = opened(app, Workload.from_mapping(table), trace="busy.csv~1000~abcdef")
    assert "recording that is not here yet" in h1(at)
    assert "busy.csv" in page(at)


def test_a_recording_is_read_mapped_and_played(app: Any) -> None:
    at = opened(app, load_workload("fraud-check"))
    rows = "\n".join(f"{second / 10},{40 + second % 3}" for second in range(2_000))
    at.file_uploader(key="workload_trace").upload("calls.csv", f"when,size\n{rows}\n".encode(), "text/csv").run()
    assert at.selectbox(key="workload_column_time").value == "when"
    at.selectbox(key="workload_column_payload").set_value("size").run()
    at.button(key="workload_play").click().run()
    assert not errors(at)
    assert "recorded traffic (calls.csv)" in page(at)
    assert "2,000 requests in" in page(at)
    assert at.query_params["trace"].startswith("calls.csv~2000~")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"when,size\n3,1\n1,1\n", "time"),
        (b"when\nnoon\n", "number"),
        (b"\x1f\x8b\x08\x00damaged", "gzip"),
        (b",".join(b"c%d" % n for n in range(300)) + b"\n", "200 columns"),
    ],
)
def test_an_unusable_recording_is_refused_where_it_was_given(app: Any, content: bytes, words: str) -> None:
    at = opened(app, load_workload(LIGHT))
    before = h1(at)
    at.file_uploader(key="workload_trace").upload("calls.csv", content, "text/csv").run()
    buttons = [button for button in at.sidebar.button if button.key == "workload_play"]
    if buttons:
        buttons[0].click().run()
    assert words in "".join(errors(at))
    assert h1(at) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("w.toml", b"schema = ", "not TOML"),
        ("w.json", b"[1]", "a table"),
        ("w.toml", b"\xff\xfe\x00", "UTF-8"),
        ("w.toml", b"# " + b"a" * 1_100_000, "1 MB"),
    ],
)
def test_an_unusable_workload_file_is_refused_where_it_was_given(
    app: Any, name: str, content: bytes, words: str
) -> None:
    at = opened(app, load_workload(LIGHT))
    at.file_uploader(key="workload_file").upload(name, content).run()
    assert words in "".join(errors(at))
    assert h1(at)


def test_a_workload_file_is_taken(app: Any) -> None:
    at = opened(app, load_workload(LIGHT))
    at.file_uploader(key="workload_file").upload("w.toml", load_workload("fraud-check").to_toml().encode()).run()
    assert at.text_input(key="workload_limit").value == "100 ms"


def test_what_cannot_be_simulated_is_refused_in_words(app: Any) -> None:
    table = load_workload(LIGHT).to_mapping()
    table["traffic"] = {"kind": "poisson", "rate_per_s": 900_000, "duration": "300 d"}
    at = opened(app, Workload.from_mapping(table))
    assert "lower the rate or state a shorter traffic.duration" in page(at)
    assert not at.main.error


def test_a_part_that_fails_leaves_the_rest_and_no_trace_of_python(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cards, "draw", lambda ranking: 1 / 0)
    at = opened(app, load_workload(LIGHT))
    assert "This part failed" in at.main.error[0].value
    assert h1(at)
    assert at.text_input(key="workload_rate").value


def test_a_long_run_shows_progress_and_stops(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(app, load_workload(LIGHT))
    before = h1(at)
    monkeypatch.setattr(_job, "PATIENCE_S", 0.05)
    seen = threading.Event()

    def endless(draft: Any) -> Any:
        def work(cancel: threading.Event, progress: Any) -> None:
            progress(1, 4, "simulating the candidates")
            cancel.wait(30)
            seen.set()

        return work

    monkeypatch.setattr(_asking, "answer_work", endless)
    at.text_input(key="workload_limit").set_value("3 s").run()
    assert h1(at) == before
    at.button(key="answer_stop").click().run()
    assert seen.wait(5)
    at.run()
    assert "Stopped. Nothing was changed." in [element.value for element in at.main.info]
    assert h1(at) == before
    monkeypatch.undo()
    monkeypatch.setattr(_job, "PATIENCE_S", 60.0)
    at.button(key="answer_again").click().run()
    assert not at.main.info

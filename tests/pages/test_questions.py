"""Answer questions, in process: one question at a time, every answer changeable, and a result that leads on to numbers."""

import re
from typing import Any

import pytest

from advisor.facts import load_facts
from advisor.interview import Interview
from advisor.interview_text import read_interview, write_interview
from advisor.options import NAMES
from advisor.workload import load_workload
from simulator.pages import _link

FACTS = load_facts()


def opened(app: Any, answers: str = "", **query: str) -> Any:
    return app(decide_way="Answer questions", **({"answers": answers} if answers else {}), **query)


def page(at: Any) -> str:
    assert not at.exception
    return "".join(element.proto.body for element in at.main.get("html"))


def h1(at: Any) -> str:
    found = re.findall("<h1>(.*?)</h1>", page(at))
    assert len(found) == 1
    return str(found[0])


def asked(at: Any) -> str:
    """The attribute that is asked for; empty where none is."""
    radios = [radio.key for radio in at.main.radio if str(radio.key).startswith("questions_reply_")]
    return radios[0].removeprefix("questions_reply_") if radios else ""


def reply(at: Any, choice: str) -> Any:
    at.main.radio(key=f"questions_reply_{asked(at)}").set_value(choice).run()
    return at.main.button(key="questions_next").click().run()


def talk(at: Any) -> Interview:
    (text,) = (
        at.query_params["answers"] if isinstance(at.query_params["answers"], list) else (at.query_params["answers"],)
    )
    return read_interview(text, FACTS)


def keys(at: Any) -> set[str]:
    return {str(button.key) for button in at.main.button}


def test_three_answers_lead_to_an_answer(app: Any) -> None:
    at = opened(app)
    assert h1(at).startswith("Start with what you have")
    seen = []
    for _ in range(3):
        seen.append(asked(at))
        reply(at, "0")
    assert len(set(seen)) == 3
    assert [said.attribute for said in talk(at).answers] == seen
    at.main.button(key="questions_now").click().run()
    text = page(at)
    assert not asked(at)
    groups = re.findall(r"<h2>([^<]*) \((\d+)\)</h2>", text)
    sections = text.split('data-testid="group"')[1:]
    each = [section.count('data-testid="card"') + section.count('data-testid="row"') for section in sections]
    assert [int(count) for _, count in groups] == each
    assert sum(each) == len(NAMES) - 1  # all but none
    assert "before any simulation" in text


def test_the_captions_say_what_each_reply_does(app: Any) -> None:
    at = opened(app, "1~~traffic.spiky")
    assert asked(at) == "cold_start_ok"
    radio = at.main.radio(key="questions_reply_cold_start_ok")
    assert radio.options[-1] == "I don’t know"
    captions = list(radio.proto.captions)
    assert len(captions) == len(radio.options)
    assert "stays first" in captions[0]
    assert "rules out" in captions[2]


def test_an_earlier_answer_is_changed_and_the_later_ones_stay(app: Any) -> None:
    at = opened(app, "1~~traffic.spiky~cold_start_ok.yes~immediate_response.yes")
    at.main.button(key="questions_change_traffic").click().run()
    assert asked(at) == "traffic"
    assert at.main.radio(key="questions_reply_traffic").value == "3"
    reply(at, "0")
    found = talk(at)
    assert [said.attribute for said in found.answers][:3] == ["traffic", "cold_start_ok", "immediate_response"]
    assert found.brief.known == {"traffic": "steady", "cold_start_ok": True, "immediate_response": True}
    assert asked(at) != "traffic"


def test_back_goes_to_the_answer_before(app: Any) -> None:
    at = opened(app, "1~~traffic.spiky~cold_start_ok.yes")
    at.main.button(key="questions_back").click().run()
    assert asked(at) == "cold_start_ok"
    at.main.button(key="questions_back").click().run()
    assert asked(at) == "traffic"
    assert "questions_back" not in keys(at)
    at.main.button(key="questions_leave").click().run()
    assert len(talk(at).answers) == 2
    assert asked(at) not in {"traffic", "cold_start_ok"}


def test_dont_know_everywhere_is_not_decided(app: Any) -> None:
    at = opened(app)
    for _ in range(30):
        if not asked(at):
            break
        reply(at, "unknown")
    assert h1(at).startswith("Not decided: ")
    assert not talk(at).brief.known
    assert "What stays unknown" in page(at)


def test_continue_wants_a_choice(app: Any) -> None:
    at = opened(app)
    at.main.button(key="questions_next").click().run()
    assert "Choose one" in at.main.error[0].value
    assert asked(at) == "traffic"


@pytest.mark.parametrize(("text", "said"), [("forty", "forty"), ("", "Write a value"), ("<b>5</b>", "<b>5</b>")])
def test_a_number_that_cannot_be_read_is_said_at_its_field(app: Any, text: str, said: str) -> None:
    at = opened(app, "1~~payload_mb.5")
    at.main.button(key="questions_change_payload_mb").click().run()
    field = at.main.text_input(key="questions_value_payload_mb")
    assert field.value == "5 MB"
    field.set_value(text).run()
    at.main.button(key="questions_next").click().run()
    assert said in at.main.error[0].value.replace("\\", "")
    assert talk(at).brief.payload_mb == 5
    at.main.text_input(key="questions_value_payload_mb").set_value("300 KB").run()
    at.main.button(key="questions_next").click().run()
    assert talk(at).brief.payload_mb == 0.3
    assert not at.main.error


def test_a_contradiction_is_said_at_the_question(app: Any) -> None:
    at = opened(app, "1~~traffic.spiky~immediate_response.yes")
    at.main.button(key="questions_change_traffic").click().run()
    assert "does not go with" in at.main.radio(key="questions_reply_traffic").proto.captions[5]
    reply(at, "5")
    assert "does not go with what was said before" in at.main.error[0].value
    assert talk(at).brief.traffic == "spiky"


@pytest.mark.parametrize(
    "text", ["1~~traffic.<script>alert(1)</script>", "9~~traffic.spiky", "x" * 30_000, "\x00"]
)  # fmt: skip
def test_a_hostile_address_starts_anew_and_says_so(app: Any, text: str) -> None:
    at = opened(app, text)
    assert "damaged" in at.main.warning[0].value
    assert asked(at) == "traffic"
    assert "<script>" not in page(at)
    reply(at, "0")
    assert not at.main.warning
    assert talk(at).brief.known == {"traffic": "steady"}


def test_a_reload_and_a_shared_link_say_the_same(app: Any) -> None:
    text = write_interview(
        Interview().answered("traffic", "spiky").answered("payload_mb", 1.2, rough=True).answered("needs_gpu", None)
    )
    first, second = opened(app, text), opened(app, text)
    assert page(first) == page(second)
    assert talk(first) == talk(second)


def test_it_starts_from_the_workload_and_comes_back_to_numbers(app: Any) -> None:
    at = opened(app)
    at.main.button(key="questions_from_workload").click().run()
    stated = talk(at)
    assert stated.brief.payload_mb == 4
    assert not stated.answers
    if "questions_now" in keys(at):
        at.main.button(key="questions_now").click().run()
    assert "questions_numbers" in keys(at)


def test_continue_with_numbers_opens_the_recommendation_and_names_what_is_assumed(app: Any) -> None:
    at = opened(
        app,
        "1~~traffic.steady~immediate_response.yes~cold_start_ok.no~payload_mb.0.5~processing_s.0.2~requests_per_day.2000~now",
    )
    assert "assumed" in page(at).split('data-testid="filled"')[1]
    at.main.button(key="questions_numbers").click().run()
    assert at.main.segmented_control(key="decide_way").value == "recommendation"
    made = _link.decode(at.query_params["w"][0] if isinstance(at.query_params["w"], list) else at.query_params["w"])
    assert (made.request.payload.largest, made.traffic.kind) == (500_000, "poisson")
    assert "assumed" in at.main.warning[0].value
    assert "service reference" in at.main.warning[0].value.replace("\\", "")
    assert 'data-testid="answer"' in page(at)


@pytest.mark.parametrize(
    ("text", "known"),
    [('traffic = "spiky"\npayload_mb = "3 MB"', {"traffic": "spiky", "payload_mb": 3.0}), ('{"workload": {"needs_gpu": true}}', {"needs_gpu": True})],
)  # fmt: skip
def test_a_pasted_brief_starts_it(app: Any, text: str, known: dict[str, Any]) -> None:
    at = opened(app)
    at.main.text_area(key="questions_text").set_value(text).run()
    at.main.button(key="questions_use").click().run()
    assert talk(at).brief.known == known
    assert not talk(at).answers


@pytest.mark.parametrize("text", ["traffic = ", 'colour = "<b>red</b>"', ""])
def test_a_broken_brief_is_said_and_nothing_changes(app: Any, text: str) -> None:
    at = opened(app)
    at.main.text_area(key="questions_text").set_value(text).run()
    at.main.button(key="questions_use").click().run()
    assert at.main.error
    assert "answers" not in at.query_params
    assert asked(at) == "traffic"


@pytest.mark.parametrize(
    ("name", "raw", "known"),
    [("brief.json", b'{"needs_gpu": true}', {"needs_gpu": True}), ("brief.toml", b"\xff\xfe", {}), ("brief.toml", b'colour = "red"', {})],
)  # fmt: skip
def test_an_uploaded_brief_starts_it_or_is_refused(app: Any, name: str, raw: bytes, known: dict[str, Any]) -> None:
    at = opened(app)
    at.main.file_uploader(key="questions_file").set_value((name, raw, "text/plain")).run()
    assert bool(at.main.error) != bool(known)
    assert (talk(at).brief.known if "answers" in at.query_params else {}) == known


def test_a_bundled_brief_starts_it_and_nothing_does_again(app: Any) -> None:
    at = opened(app)
    at.main.selectbox(key="questions_example").set_value("half-known").run()
    assert set(talk(at).brief.known) == {"payload_mb", "processing_s", "traffic"}
    at.main.button(key="questions_restart").click().run()
    assert "answers" not in at.query_params
    assert asked(at) == "traffic"


def test_something_more_can_be_stated_at_the_end(app: Any) -> None:
    at = opened(app, "1~~payload_mb.5000")
    assert h1(at).startswith("Nothing fits.")
    at.main.selectbox(key="questions_add").set_value("latency_slo_ms").run()
    assert asked(at) == "latency_slo_ms"
    at.main.text_input(key="questions_value_latency_slo_ms").set_value("200 ms").run()
    at.main.button(key="questions_next").click().run()
    assert talk(at).brief.latency_slo_ms == 200


def test_the_other_way_in_shows_no_question(app: Any) -> None:
    at = app(w=_link.encode(load_workload("receipt-classifier")))
    assert not asked(at)
    assert at.main.segmented_control(key="decide_way").value == "recommendation"

"""Wording: attributes become scenarios that read well, whatever scene and phrase come together."""

import re
from random import Random

import pytest

from advisor.quiz.gate_guesses import cues_in
from advisor.quiz.phrases import phrases, spoken
from advisor.quiz.scenes import all_scenes, pick_scene
from advisor.quiz.wording import _Words, changed, one_line, scenario, tell

VALUES = {
    "payload_mb": 0.4, "response_mb": 2.5, "processing_s": 90.0, "rps_peak": 4.0, "rps_offpeak": 0.5, "requests_per_day": 700.0,
    "latency_slo_ms": 800.0, "completion_slo_s": 5400.0, "n_models": 4, "n_frameworks": 3, "dataset_records": 250_000,
    "memory_gb": 9.5, "image_gb": 12.0, "model_size_gb": 4.0, "caller_timeout_s": 20.0, "instance_quota": 0,
}  # fmt: skip
SLIPS = re.compile(
    r"[{}]|  | [,.;:?]|[,.;:?]{2}|\b(a|an|the) (a|an|the)\b|\ba (?!us)[aeiou]|\ban [^aeiou]|\b1[\s\u00a0]\w+s\b|(?-i:\bNone\b)|!",
    re.IGNORECASE,
)
OPTION_WORDS = re.compile(
    r"\b(serverless|asynchronous\w*|async|real-time|batch|transform|multi-model|multi-container|pipeline|variants?|shadow|component"
    r"|endpoint|queue\w*|nightly|data ?sets?|spik\w+|intermittent\w*|idl\w+|many|hundreds|mirror\w*|percent|per cent)\b",
    re.IGNORECASE,
)


def dice(seed):
    return Random(seed)  # noqa: S311 - draws that can be made again, no secret


def filled(scene, texts):
    """Each text with the words of a scene and plain values."""
    for text in texts:
        name = next((name for name in re.findall(r"\{(\w+)\}", text) if name in VALUES), "")
        yield _Words(dice(1), scene, VALUES, ("payload_mb",)).sentence([text], name, VALUES.get(name))


@pytest.mark.parametrize("scene", all_scenes(), ids=lambda scene: scene.id)
def test_every_sentence_reads_well_in_every_scene(scene):
    known = phrases()
    sentences = [
        *scene.opens,
        *filled(scene, (*known.lists["openers"], *known.lists["seconds"], *known.lists["changes"])),
    ]
    sentences += filled(scene, [text for text, _ in known.asides])
    for say in known.says:
        sentences += filled(scene, (*say.texts, *say.change))
    for sentence in sentences:
        assert not SLIPS.search(sentence), sentence
        assert sentence.lstrip("“*")[0].isupper() or sentence.lstrip("“*")[0].isdigit(), sentence
        assert sentence.endswith("."), sentence
        assert sentence.count("“") == sentence.count("”") <= 1 and sentence.count("**") % 2 == 0, sentence
        assert not cues_in(sentence) and not OPTION_WORDS.search(sentence), sentence


def test_noun_phrases_join_to_a_line():
    for say in phrases().says:
        for text in say.short:
            assert not re.search(r"[.,;]", text) and text[0] in "{abcdefghijklmnopqrstuvwxyz", text
            assert not OPTION_WORDS.search(text)


def test_there_is_variety():
    assert len(all_scenes()) >= 25
    assert len(phrases().asides) >= 20
    for say in phrases().says:
        assert len(set(say.texts)) >= 4 and say.short and say.change, say.of
        assert sum(text.startswith("“") for text in say.texts) < len(say.texts)


SAID = {"payload_mb": 300.0, "immediate_response": False, "persistent_endpoint": True, "processing_s": 40.0}


@pytest.mark.parametrize("seed", range(25))
def test_a_scenario_says_each_thing_once_and_marks_what_decides(seed):
    text = scenario(dice(seed), SAID, 1, deciding=("payload_mb",))
    marked = re.findall(r"\*\*(.+?)\*\*", text)
    assert marked in (["300\u00a0MB"], ["0.3\u00a0GB"])
    assert re.search(r"40\u00a0s", text)
    assert 5 <= len(re.findall(r"[.”](?=\s|$)", text)) <= 7
    assert scenario(dice(seed), SAID, 1, deciding=("payload_mb",)) == text


def test_scenarios_of_one_workload_differ():
    assert len({scenario(dice(seed), SAID, 1) for seed in range(100)}) > 90


def test_from_difficulty_two_on_a_fact_of_no_weight_is_told():
    asides = [text for text, _ in phrases().asides]
    for difficulty, count in ((1, 0), (2, 1), (3, 1)):
        story = tell(dice(4), SAID, difficulty)
        told = [text for text in asides if text.replace("{the_team}", story.scene.words["the_team"]) in story.text]
        assert len(told) == count


def test_a_scene_is_plausible_for_sizes_times_and_needs():
    for seed in range(60):
        assert pick_scene(dice(seed), {"payload_mb": 700.0, "processing_s": 900.0}).ranges["payload_mb"][1] >= 700
        assert "gpu" in pick_scene(dice(seed), {"needs_gpu": True}).traits
        assert "text" in pick_scene(dice(seed), {"streaming": True}).traits
        small = pick_scene(dice(seed), {"needs_gpu": True})
        assert small.ranges["payload_mb"][0] <= 0.1  # what is not said is taken as small
    assert len({pick_scene(dice(1), {}, avoid=[one.id for one in all_scenes()[1:]]).id}) == 1
    with pytest.raises(ValueError, match="no scene"):
        pick_scene(dice(1), {"payload_mb": 5_000_000.0})


def test_what_has_no_words_is_refused():
    with pytest.raises(ValueError, match="no words"):
        scenario(dice(1), {"survives_zone": False}, 1)
    with pytest.raises(ValueError, match="no words"):
        spoken({"region": "eu-west-1"})


def test_several_attributes_are_said_together():
    assert [say.of for say in spoken({"n_models": 3, "n_frameworks": 3, "models_similar": False})] == [
        ("n_models", "n_frameworks")
    ]
    assert [say.of for say in spoken({"n_models": 30, "n_frameworks": 1, "models_similar": True})] == [("n_models",)]
    assert [say.of for say in spoken({"cold_start_ok": False, "latency_slo_ms": 300.0})] == [
        ("cold_start_ok", "latency_slo_ms")
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_change_tells_only_what_is_new_with_both_numbers_in_one_unit(seed):
    text = changed(dice(seed), SAID, {**SAID, "payload_mb": 450.0}, deciding=("payload_mb",))
    assert "“" not in text and len(re.findall(r"\.(?=\s|$)", text)) == 2
    units = {value.split("\u00a0")[1] for value in re.findall(r"\*\*(.+?)\*\*", text)}
    assert len(units) == 1 and len(re.findall(r"\*\*(.+?)\*\*", text)) == 2


@pytest.mark.parametrize("seed", range(20))
def test_one_line_is_one_sentence(seed):
    line = one_line(dice(seed), SAID, deciding=("payload_mb",))
    assert line.endswith(".") and len(re.findall(r"\.(?=\s|$)", line)) == 1 and line.count("**") == 2
    assert line.count(":") == 1 and " and " in line.partition(":")[2]

"""What a model writes, believed only where it fits."""

import json

import pytest

from opsctl.caption_service import answers
from opsctl.caption_service.captioners import Failed

GOOD = {"concise": "A red boat on a lake", "creative": "It waits. It dreams.", "confidence": 0.8}


def written(**change: object) -> str:
    return json.dumps({**GOOD, **change})


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Sure! Here it is:\n{}\nEnjoy {it}."])
def test_prose_and_fences_around_the_object_do_no_harm(around: str) -> None:
    found = answers.read(around.replace("{}", written(), 1))

    assert found == answers.Answer("A red boat on a lake", "It waits. It dreams.", 0.8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot describe this picture.",
        "{",
        "[1]",
        '{"concise": "only this"}',
        written(concise=""),
        written(concise=["a", "b"]),
        written(concise="one two three four five six seven eight nine ten eleven"),
        written(concise="x" * 200),
        written(creative=""),
        written(creative="y" * 500),
        written(creative="\ud800"),
        "{" * 5000,
        written() + " " * 30_000,
    ],
)
def test_nonsense_is_a_bad_answer(text: str) -> None:
    with pytest.raises(Failed) as raised:
        answers.read(text)
    assert raised.value.kind == "BadAnswer"


def test_what_is_told_of_a_bad_answer_does_not_repeat_it() -> None:
    with pytest.raises(Failed) as raised:
        answers.read(written(concise="topsecret " * 11))
    assert "topsecret" not in str(raised.value)


def test_a_third_sentence_is_left_out() -> None:
    found = answers.read(written(creative='One. "Two!" Three.'))

    assert found.creative == 'One. "Two!"'


def test_control_characters_and_turned_text_become_spaces() -> None:
    found = answers.read(written(concise="A\x1b[31m red\u202e boat\n\nhere."))

    assert found.concise == "A [31m red boat here"


@pytest.mark.parametrize(
    ("given", "kept"),
    [(2, 1.0), (-1, 0.0), ("high", 0.5), (True, 0.5), (float("nan"), 0.5), (10**400, 0.5)],
)
def test_confidence_is_between_0_and_1(given: object, kept: float) -> None:
    assert answers.read(written(confidence=given)).confidence == kept

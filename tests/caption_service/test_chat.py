"""The chat format."""

import base64

import pytest

from opsctl.caption_service import chat
from opsctl.caption_service.captioners import Failed


def test_a_question_carries_the_picture_as_a_data_url() -> None:
    question = chat.request(b"\xff\xd8x", "some/model")
    text, picture = question["messages"][0]["content"]

    assert question["model"] == "some/model"
    assert "JSON" in text["text"]
    kind, _, encoded = picture["image_url"]["url"].partition(",")
    assert (kind, base64.b64decode(encoded)) == ("data:image/jpeg;base64", b"\xff\xd8x")


def test_an_endpoint_of_one_model_is_not_told_which() -> None:
    assert "model" not in chat.request(b"x")


def test_the_text_is_what_the_first_choice_says() -> None:
    assert chat.text_of(b'{"choices": [{"message": {"content": "hello"}}]}') == "hello"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}',
     b'{"choices": [{"message": {"content": null}}]}', b"\xff", b"[" * 9000],
)  # fmt: skip
def test_anything_else_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(Failed, match="BadAnswer"):
        chat.text_of(body)

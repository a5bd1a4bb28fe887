"""Pages from templates."""

import pytest

from opsctl.caption_service.rendering import moment, page, sentence


def test_what_is_filled_in_is_escaped() -> None:
    text = bytes(page("sign_in", form='"><b>', problem="<i>").body).decode()

    assert "<b>" not in text
    assert "<i>" not in text
    assert "&lt;i&gt;" in text


@pytest.mark.parametrize(
    ("reason", "said"),
    [("no such caption", "No such caption."), ("Done.", "Done."), ("", "")],
)
def test_a_reason_becomes_a_sentence(reason: str, said: str) -> None:
    assert sentence(reason) == said


@pytest.mark.parametrize(
    ("timestamp", "said"),
    [
        ("2026-11-04T03:41:10.123+00:00", "4 November 2026, 03:41 UTC"),
        ("2026-11-04T03:41:10+02:00", "4 November 2026, 01:41 UTC"),
        ("long ago", "long ago"),
        ("", ""),
    ],
)
def test_a_time_is_written_for_a_person(timestamp: str, said: str) -> None:
    assert moment(timestamp) == said

"""Identifiers: what may be one."""

import pytest

from opsctl.caption_service import identifiers


@pytest.mark.parametrize("text", ["alice", "a.b+c@example.com", "3f2c-44"])
def test_a_user_id_is_plain(text: str) -> None:
    assert identifiers.is_user_id(text)


@pytest.mark.parametrize("text", ["", "../bob", "a/b", "a\n", "-a", "a" * 129, "a b"])
def test_what_could_reach_somebody_elses_folder_is_no_user_id(text: str) -> None:
    assert not identifiers.is_user_id(text)


def test_later_images_sort_after_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1_800_000_000_000_000_000, 1_800_000_000_001_000_000])
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: next(clock))
    first, second = identifiers.new_image_id(), identifiers.new_image_id()
    assert first < second
    assert identifiers.is_image_id(first)


def test_a_request_id_that_could_forge_a_log_line_is_replaced() -> None:
    assert identifiers.request_id("abc-1") == "abc-1"
    assert identifiers.request_id('x"\n') != 'x"\n'

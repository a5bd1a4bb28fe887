"""The provider: it knows the key, does not, or cannot be asked."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.aws import provider


def test_it_knows_the_key_and_whose_it_is(told: Any) -> None:
    told.answer(200, '{"name": "captions-team"}')
    assert provider.ask(told.url, "canary-1") == provider.Verdict(True, "captions-team")


@pytest.mark.parametrize(
    ("status", "known"), [(401, False), (403, False), (500, None), (429, None)]
)
def test_a_refusal_is_told_from_a_provider_in_trouble(
    told: Any, status: int, known: bool | None
) -> None:
    told.answer(status, "canary-1 is wrong")
    verdict = provider.ask(told.url, "canary-1")
    assert verdict.known is known
    assert "canary" not in verdict.detail


def test_a_redirect_is_not_followed_with_the_key(told: Any) -> None:
    told.answer(302, "", Location=f"{told.url}/elsewhere")
    assert provider.ask(told.url, "canary-1").known is None
    assert len(told.seen) == 1


def test_offline_and_without_https_nothing_is_known() -> None:
    offline = provider.ask("http://127.0.0.1:9/whoami", "canary-1")
    assert offline.known is None
    assert "does not answer" in offline.detail
    assert provider.ask("http://example.com/", "canary-1").known is None
    broken = provider.ask("http://127.0.0.1:9/", "canary-1\n")
    assert broken.known is None
    assert "canary" not in broken.detail


def test_an_answer_that_is_no_object_names_nobody(told: Any) -> None:
    told.answer(200, "[]")
    assert provider.ask(told.url, "k") == provider.Verdict(True, "")

"""Sessions: signatures, and how soon a refusal is noticed."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from opsctl.caption_service.sessions import CSRF_HEADER, SEEN_SECONDS, Sessions
from opsctl.caption_service.user_pool import Refused


class Pool:
    """A user pool that can lose its patience, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.disabled = False

    def user_of(self, token: str) -> str:
        self.asked += 1
        if self.disabled:
            raise Refused("this user is disabled")
        return token.partition("-")[0]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(pool: Pool, clock: Clock) -> Sessions:
    return Sessions(pool, "key", clock)


def test_any_task_with_the_key_reads_the_cookie(sessions: Sessions, pool: Pool) -> None:
    cookie = Sessions(pool, "key").cookie("alice-token")

    assert sessions.user(cookie, fresh=False) == "alice"


@pytest.mark.parametrize("change", [lambda it: it[:-1], lambda it: "x" + it, lambda it: ""])
def test_a_cookie_that_was_changed_asks_nobody(
    sessions: Sessions, pool: Pool, change: Callable[[str], str]
) -> None:
    with pytest.raises(Refused, match="sign in first"):
        sessions.user(change(sessions.cookie("alice-token")), fresh=True)
    assert pool.asked == 0


def test_a_cookie_of_another_key_is_refused(sessions: Sessions, pool: Pool) -> None:
    with pytest.raises(Refused):
        sessions.user(Sessions(pool, "other").cookie("alice-token"), fresh=True)


def test_without_a_key_nothing_can_be_forged(pool: Pool) -> None:
    with pytest.raises(Refused):
        Sessions(pool, "").user(Sessions(pool, "").cookie("alice-token"), fresh=True)


def test_a_signature_is_for_one_purpose(sessions: Sessions) -> None:
    signature = sessions.signed("form", "it")

    assert sessions.is_signed("form", "it", signature)
    assert not sessions.is_signed("csrf", "it", signature)


def test_a_page_of_pictures_asks_cognito_once(sessions: Sessions, pool: Pool) -> None:
    cookie = sessions.cookie("alice-token")
    for _ in range(20):
        sessions.user(cookie, fresh=False)

    assert pool.asked == 1


def test_a_disabled_user_reads_a_second_longer_at_most(
    sessions: Sessions, pool: Pool, clock: Clock
) -> None:
    cookie = sessions.cookie("alice-token")
    sessions.user(cookie, fresh=False)
    pool.disabled = True

    clock.now += SEEN_SECONDS + 0.01
    with pytest.raises(Refused, match="disabled"):
        sessions.user(cookie, fresh=False)


def test_a_disabled_user_changes_nothing_more(sessions: Sessions, pool: Pool) -> None:
    cookie = sessions.cookie("alice-token")
    sessions.user(cookie, fresh=False)
    pool.disabled = True

    with pytest.raises(Refused, match="disabled"):
        sessions.user(cookie, fresh=True)
    with pytest.raises(Refused, match="disabled"):
        sessions.user(cookie, fresh=False)


def test_a_change_needs_the_token_of_the_session(client: TestClient, jpeg: bytes) -> None:
    del client.headers[CSRF_HEADER]
    answer = client.post("/api/captions", files={"file": ("p.jpg", jpeg)})

    assert answer.status_code == 403
    assert client.get("/api/captions").json()["captions"] == []

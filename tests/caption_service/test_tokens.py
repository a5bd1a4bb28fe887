"""Access tokens, signed here with keys of the test's own."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from opsctl.caption_service.settings import Settings
from opsctl.caption_service.tokens import (
    FRESH_SECONDS,
    PAUSE_SECONDS,
    BadToken,
    Keys,
    NoKeys,
    Tokens,
    issuer,
)

POOL = "eu-west-1_People"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "two"})


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Pool:
    """Serves its public keys, or fails, and counts."""

    def __init__(self, *keys: RSAKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.down = False

    def __call__(self) -> dict[str, Any]:
        self.asked += 1
        if self.down:
            raise OSError("no route")
        return {"keys": [it.as_dict(private=False) for it in self.keys]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pool() -> Pool:
    return Pool(KEY)


@pytest.fixture
def tokens(pool: Pool, clock: Clock) -> Tokens:
    return Tokens(Settings(user_pool=POOL, client_id="web"), Keys(pool, clock))


def token(key: RSAKey = KEY, **change: object) -> str:
    claims: dict[str, object] = {
        "iss": issuer(POOL),
        "client_id": "web",
        "token_use": "access",
        "username": "alice",
        "exp": int(time.time()) + 600,
    }
    claims = {name: it for name, it in {**claims, **change}.items() if it is not None}
    return str(jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key))


def test_a_token_of_the_pool_names_its_user(tokens: Tokens) -> None:
    assert tokens.user_of(token()) == "alice"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Others"},
        {"client_id": "another-app"},
        {"token_use": "id"},
        {"exp": int(time.time()) - 600},
        {"exp": None},
        {"client_id": None},
        {"username": None},
    ],
)
def test_a_token_for_another_purpose_is_refused(tokens: Tokens, change: dict[str, object]) -> None:
    with pytest.raises(BadToken):
        tokens.user_of(token(**change))


def unsigned() -> str:
    head = "eyJhbGciOiJub25lIiwia2lkIjoib25lIn0"  # {"alg":"none","kid":"one"}
    return f"{head}.{token().split('.')[1]}."


def signed_with_the_public_key() -> str:
    # {"alg":"HS256","kid":"one"}
    text = f"eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSJ9.{token().split('.')[1]}"
    digest = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def altered() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{token(username='bob').split('.')[1]}.{signature}"


@pytest.mark.parametrize(
    "forge", [unsigned, signed_with_the_public_key, altered, lambda: "", lambda: "a.b.c"]
)
def test_a_forged_token_is_refused(tokens: Tokens, forge: Callable[[], str]) -> None:
    with pytest.raises(BadToken):
        tokens.user_of(forge())


def test_the_keys_are_fetched_once(tokens: Tokens, pool: Pool) -> None:
    for _ in range(5):
        tokens.user_of(token())
    assert pool.asked == 1


def test_a_new_key_is_fetched_when_it_first_comes(tokens: Tokens, pool: Pool, clock: Clock) -> None:
    tokens.user_of(token())
    pool.keys = [KEY, OTHER]
    clock.now += PAUSE_SECONDS + 1

    assert tokens.user_of(token(OTHER)) == "alice"


def test_made_up_key_ids_are_no_traffic(tokens: Tokens, pool: Pool) -> None:
    tokens.user_of(token())
    for _ in range(20):
        with pytest.raises(BadToken, match="does not have"):
            tokens.user_of(token(OTHER))
    assert pool.asked == 1


def test_known_keys_outlast_a_pool_that_does_not_answer(
    tokens: Tokens, pool: Pool, clock: Clock
) -> None:
    tokens.user_of(token())
    pool.down = True
    clock.now += FRESH_SECONDS + 1

    assert tokens.user_of(token()) == "alice"
    assert pool.asked == 2


def test_a_key_that_the_pool_took_back_counts_no_more(
    tokens: Tokens, pool: Pool, clock: Clock
) -> None:
    tokens.user_of(token())
    pool.keys = [OTHER]
    clock.now += FRESH_SECONDS + 1

    with pytest.raises(BadToken):
        tokens.user_of(token())


def test_without_any_key_it_is_no_fault_of_the_token(tokens: Tokens, pool: Pool) -> None:
    pool.down = True
    with pytest.raises(NoKeys):
        tokens.user_of(token())


def test_the_issuer_lies_in_the_region_of_the_pool() -> None:
    assert issuer("cn-north-1_x") == "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_x"

"""What tokens open, and until when."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.moto_parts.cognito_tokens import validity


def who(pool: Any, token: str) -> str:
    return str(pool.cognito.get_user(AccessToken=token)["Username"])


def test_a_disabled_user_is_refused_everywhere(pool: Any) -> None:
    tokens = pool.sign_in()
    assert who(pool, tokens["AccessToken"]) == "dora"
    pool.cognito.admin_disable_user(**pool.dora)

    for ask in (
        lambda: pool.sign_in(),
        lambda: who(pool, tokens["AccessToken"]),
    ):
        with pytest.raises(ClientError, match=r"NotAuthorizedException.*User is disabled\."):
            ask()
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        pool.refresh(tokens["RefreshToken"], pool.secret)


def test_enabling_gives_no_old_token_back(pool: Any) -> None:
    token = pool.sign_in()["AccessToken"]
    pool.cognito.admin_disable_user(**pool.dora)
    pool.cognito.admin_enable_user(**pool.dora)

    with pytest.raises(ClientError, match="Access Token has been revoked"):
        who(pool, token)
    assert who(pool, pool.sign_in()["AccessToken"]) == "dora"


def test_a_global_sign_out_revokes_every_token(pool: Any) -> None:
    tokens = [pool.sign_in(), pool.sign_in(username="dora@example.com")]
    pool.cognito.admin_user_global_sign_out(**pool.dora)

    for each in tokens:
        with pytest.raises(ClientError, match="Access Token has been revoked"):
            who(pool, each["AccessToken"])
    assert pool.sign_in()["AccessToken"]


def test_a_user_is_found_by_alias_and_by_sub(pool: Any) -> None:
    found = pool.cognito.admin_get_user(**pool.dora)
    sub = next(it["Value"] for it in found["UserAttributes"] if it["Name"] == "sub")

    for name in ("dora@example.com", sub):
        again = pool.cognito.admin_get_user(UserPoolId=pool.id, Username=name)
        assert again["Username"] == "dora"
    with pytest.raises(ClientError, match="UserNotFoundException"):
        pool.cognito.admin_get_user(UserPoolId=pool.id, Username="nobody")


def test_a_sign_out_by_sub_ends_the_session_of_the_name(pool: Any) -> None:
    found = pool.cognito.admin_get_user(**pool.dora)
    sub = next(it["Value"] for it in found["UserAttributes"] if it["Name"] == "sub")
    token = pool.sign_in()["AccessToken"]
    pool.cognito.admin_user_global_sign_out(UserPoolId=pool.id, Username=sub)

    with pytest.raises(ClientError, match="Access Token has been revoked"):
        who(pool, token)


def test_an_access_token_lives_as_long_as_its_client_says(account: Any, pool: Any) -> None:
    signed_in = pool.sign_in()
    assert signed_in["ExpiresIn"] == 2 * 3600
    account.advance(2 * 3600 - 60)
    assert who(pool, signed_in["AccessToken"]) == "dora"
    account.advance(61)

    with pytest.raises(ClientError, match="Access Token has expired"):
        who(pool, signed_in["AccessToken"])


def test_a_token_that_was_never_issued_is_refused(pool: Any) -> None:
    with pytest.raises(ClientError, match="Invalid Access Token"):
        who(pool, "eyJ.made.up")


def test_units_and_defaults_are_those_of_cognito(account: Any, pool: Any) -> None:
    made = pool.cognito.create_user_pool_client(
        UserPoolId=pool.id,
        ClientName="short",
        AccessTokenValidity=10,
        TokenValidityUnits={"AccessToken": "minutes"},
    )["UserPoolClient"]["ClientId"]
    client = account.world.backend("cognito-idp").user_pools[pool.id].clients[made]

    kinds = ("access", "id", "refresh")
    assert [validity(client, kind) for kind in kinds] == [600, 3600, 30 * 86_400]

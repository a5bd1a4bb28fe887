"""SECRET_HASH in the flows that sign in."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.moto_parts.cognito_secret_hash import secret_hash


def test_a_hash_is_what_the_documentation_of_aws_says() -> None:
    # HMAC-SHA256(key=secret, user name + client id), worked out with openssl.
    assert secret_hash("s", "client", "user") == "NJA4EfCnWmc8Mt2QvhWAAPieJ/9MYE6wTJNMQmIdTq4="


def test_signing_in_needs_a_hash(pool: Any) -> None:
    with pytest.raises(ClientError, match="SECRET_HASH was not received") as refused:
        pool.sign_in("")

    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


def test_a_wrong_hash_is_refused_before_the_password_is_looked_at(pool: Any) -> None:
    with pytest.raises(ClientError, match=f"Unable to verify secret hash for client {pool.client}"):
        pool.sign_in("wrong", username="nobody")


def test_a_refresh_is_proven_with_any_live_secret(pool: Any) -> None:
    token = pool.sign_in()["RefreshToken"]
    new = pool.add()["ClientSecretValue"]

    assert pool.refresh(token, pool.secret)["AccessToken"]
    assert pool.refresh(token, new)["AccessToken"]
    with pytest.raises(ClientError, match="Unable to verify secret hash"):
        pool.refresh(token, "wrong")


def test_a_refresh_token_of_another_client_is_refused(pool: Any) -> None:
    token = pool.sign_in()["RefreshToken"]
    other = pool.cognito.create_user_pool_client(UserPoolId=pool.id, ClientName="other")

    with pytest.raises(ClientError, match="Invalid Refresh Token"):
        pool.cognito.initiate_auth(
            ClientId=other["UserPoolClient"]["ClientId"],
            AuthFlow="REFRESH_TOKEN",
            AuthParameters={"REFRESH_TOKEN": token},
        )


def test_an_administrator_proves_it_too(pool: Any) -> None:
    parameters = {"USERNAME": "dora", "PASSWORD": "Just-a-test-1"}
    asked = {**pool.place, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    with pytest.raises(ClientError, match="SECRET_HASH was not received"):
        pool.cognito.admin_initiate_auth(**asked, AuthParameters=parameters)
    parameters["SECRET_HASH"] = secret_hash(pool.secret, pool.client, "dora")

    found = pool.cognito.admin_initiate_auth(**asked, AuthParameters=parameters)
    assert found["AuthenticationResult"]["AccessToken"]


def test_a_first_password_is_set_with_a_hash_of_the_newer_secret(pool: Any) -> None:
    pool.cognito.admin_set_user_password(
        UserPoolId=pool.id, Username="dora", Password="Just-a-test-1", Permanent=False
    )
    new = pool.add()["ClientSecretValue"]
    proof = {"USERNAME": "dora", "SECRET_HASH": secret_hash(new, pool.client, "dora")}
    challenge = pool.cognito.initiate_auth(
        ClientId=pool.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={**proof, "PASSWORD": "Just-a-test-1"},
    )

    answer = pool.cognito.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={**proof, "NEW_PASSWORD": "Another-test-2"},
    )
    assert answer["AuthenticationResult"]["AccessToken"]


def test_a_public_client_must_send_none(pool: Any) -> None:
    public = pool.cognito.create_user_pool_client(UserPoolId=pool.id, ClientName="phone")
    client = public["UserPoolClient"]["ClientId"]
    parameters = {"USERNAME": "dora", "PASSWORD": "Just-a-test-1"}
    signing_in = {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH"}

    assert pool.cognito.initiate_auth(**signing_in, AuthParameters=parameters)
    with pytest.raises(ClientError, match="not configured for secret"):
        pool.cognito.initiate_auth(
            **signing_in, AuthParameters={**parameters, "SECRET_HASH": "c29tZXRoaW5n"}
        )

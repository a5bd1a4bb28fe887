"""A client's secrets over the API."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.moto_parts.cognito_client_secrets import values
from opsctl.sandbox.moto_parts.cognito_secret_hash import secret_hash


def listed(pool: Any) -> list[dict[str, Any]]:
    found = pool.cognito.list_user_pool_client_secrets(**pool.place)
    assert "NextToken" not in found
    return list(found["ClientSecrets"])


def test_the_first_secret_is_listed_without_its_value(pool: Any) -> None:
    (only,) = listed(pool)

    assert set(only) == {"ClientSecretId", "ClientSecretCreateDate"}
    epoch = int(only["ClientSecretCreateDate"].timestamp())
    assert only["ClientSecretId"] == f"{pool.client}--{epoch}"


def test_a_second_secret_is_told_once_and_both_live(pool: Any) -> None:
    added = pool.add()

    assert 24 <= len(added["ClientSecretValue"]) <= 64
    assert pool.sign_in()["AccessToken"]
    assert pool.sign_in(added["ClientSecretValue"])["AccessToken"]
    first, second = listed(pool)
    assert second["ClientSecretId"] == added["ClientSecretId"]
    assert first["ClientSecretCreateDate"] < second["ClientSecretCreateDate"]
    assert "ClientSecretValue" not in second


def test_a_secret_that_was_given_is_not_told(pool: Any) -> None:
    given = "chosen_by_the_operator_1"

    assert "ClientSecretValue" not in pool.add(ClientSecret=given)
    assert pool.sign_in(given)["AccessToken"]


def test_a_third_secret_is_refused(pool: Any) -> None:
    pool.add()

    with pytest.raises(ClientError, match="LimitExceededException"):
        pool.add()


def test_a_deleted_secret_opens_nothing(pool: Any) -> None:
    new = pool.add()["ClientSecretValue"]
    pool.cognito.delete_user_pool_client_secret(
        **pool.place, ClientSecretId=listed(pool)[0]["ClientSecretId"]
    )

    with pytest.raises(ClientError, match=f"Unable to verify secret hash for client {pool.client}"):
        pool.sign_in()
    assert pool.sign_in(new)["AccessToken"]
    described = pool.cognito.describe_user_pool_client(**pool.place)["UserPoolClient"]
    assert described["ClientSecret"] == new


def test_the_last_secret_stays(pool: Any) -> None:
    (only,) = listed(pool)

    with pytest.raises(ClientError, match="InvalidParameterException"):
        pool.cognito.delete_user_pool_client_secret(
            **pool.place, ClientSecretId=only["ClientSecretId"]
        )


def test_a_secret_that_is_not_there_cannot_be_deleted(pool: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        pool.cognito.delete_user_pool_client_secret(**pool.place, ClientSecretId="none--1")


def test_a_public_client_has_no_secrets(pool: Any) -> None:
    public = pool.cognito.create_user_pool_client(UserPoolId=pool.id, ClientName="phone")
    place = {"UserPoolId": pool.id, "ClientId": public["UserPoolClient"]["ClientId"]}

    for ask in (
        pool.cognito.add_user_pool_client_secret,
        pool.cognito.list_user_pool_client_secrets,
    ):
        with pytest.raises(ClientError, match="not a confidential client"):
            ask(**place)


def test_a_client_that_is_not_there_is_named(pool: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        pool.cognito.list_user_pool_client_secrets(UserPoolId=pool.id, ClientId="nobody")


def test_signing_up_needs_the_hash_too(pool: Any) -> None:
    eve = {"ClientId": pool.client, "Username": "eve", "Password": "Just-a-test-1"}
    with pytest.raises(ClientError, match="SECRET_HASH was not received"):
        pool.cognito.sign_up(**eve)
    with pytest.raises(ClientError, match="Unable to verify secret hash"):
        pool.cognito.sign_up(**eve, SecretHash=secret_hash("wrong", pool.client, "eve"))
    proof = secret_hash(pool.add()["ClientSecretValue"], pool.client, "eve")

    assert pool.cognito.sign_up(**eve, SecretHash=proof)["UserSub"]


def test_values_are_those_that_live(account: Any, pool: Any) -> None:
    client = account.world.backend("cognito-idp").user_pools[pool.id].clients[pool.client]
    new = pool.add()["ClientSecretValue"]

    assert values(client) == [pool.secret, new]

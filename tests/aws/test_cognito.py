"""User pools and their clients."""

import dataclasses

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.cognito import PAGE, UserPool
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def pool(aws: Aws) -> str:
    with aws.changing():
        made = aws.client("cognito-idp").create_user_pool(PoolName="users")
    return str(made["UserPool"]["Id"])


def add_client(aws: Aws, pool: str, name: str, secret: bool) -> str:
    with aws.changing():
        made = aws.client("cognito-idp").create_user_pool_client(
            UserPoolId=pool, ClientName=name, GenerateSecret=secret
        )
    return str(made["UserPoolClient"]["ClientId"])


def test_a_pool_is_known_by_its_id(aws: Aws, pool: str) -> None:
    assert aws.cognito.pool(pool) == UserPool(pool, "users")
    assert list(aws.cognito.pools()) == [UserPool(pool, "users")]


def test_a_pool_that_is_not_there_is_not_found(aws: Aws) -> None:
    with pytest.raises(errors.NotFound):
        aws.cognito.pool("eu-west-1_nothing")


def test_a_client_tells_that_it_has_a_secret_but_not_which(aws: Aws, pool: str) -> None:
    client = aws.cognito.client(pool, add_client(aws, pool, "web", secret=True))
    assert dataclasses.asdict(client) == {"id": client.id, "name": "web", "has_secret": True}
    public = aws.cognito.client(pool, add_client(aws, pool, "app", secret=False))
    assert not public.has_secret


def test_more_clients_than_one_page_are_all_listed(aws: Aws, pool: str) -> None:
    made = {add_client(aws, pool, f"c{number}", secret=False) for number in range(PAGE + 1)}
    assert {client for client, _name in aws.cognito.clients(pool)} == made


def test_who_is_kept_out_is_listed_by_sub(local: Aws, emulator: Emulator) -> None:
    pool = emulator.world.names.user_pool
    assert local.cognito.disabled_users(pool) == ()
    bob = local.cognito_users.user(pool, "bob").sub
    with local.changing():
        local.cognito_users.disable(pool, bob)
    (found,) = local.cognito.disabled_users(pool)
    assert (found.sub, found.changed.tzinfo is not None) == (bob, True)

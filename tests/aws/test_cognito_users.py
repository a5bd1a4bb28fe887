"""Users: found by any name, changed by their sub."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.cognito_users import TokenLife, User


@pytest.fixture
def pool(aws: Aws) -> str:
    with aws.changing():
        made = aws.client("cognito-idp").create_user_pool(PoolName="users")
    return str(made["UserPool"]["Id"])


def add(aws: Aws, pool: str, name: str, email: str = "") -> str:
    """A user; answers the sub."""
    attributes = [{"Name": "email", "Value": email}] if email else []
    with aws.changing():
        made = aws.client("cognito-idp").admin_create_user(
            UserPoolId=pool, Username=name, UserAttributes=attributes, MessageAction="SUPPRESS"
        )
    return next(it["Value"] for it in made["User"]["Attributes"] if it["Name"] == "sub")


def test_a_user_is_found_by_username_address_and_sub(aws: Aws, pool: str) -> None:
    sub = add(aws, pool, "alice", "alice@example.com")
    add(aws, pool, "bob", "bob@example.com")
    for name in ("alice", "alice@example.com", sub, sub.upper()):
        found = aws.cognito_users.user(pool, name)
        assert (found.sub, found.username, found.enabled) == (sub, "alice", True)


def test_nobody_is_not_found_and_nobody_else_is_taken(aws: Aws, pool: str) -> None:
    add(aws, pool, "alice", "alice@example.com")
    absent = "6f0c2a58-9a0e-4c39-b8f1-2f4d4f3a9c11"
    for name in ("alic", "lice@example.com", "Alice", absent):
        with pytest.raises(errors.NotFound):
            aws.cognito_users.user(pool, name)


@pytest.mark.parametrize("name", ["", "  ", "a b", "a\x1bb", "a\nb", "x" * 129, "\u200b"])
def test_what_cannot_be_a_name_is_refused_before_aws_is_asked(aws: Aws, name: str) -> None:
    with pytest.raises(errors.UsageProblem):
        aws.cognito_users.user("us-east-1_pool", name)
    assert len(aws.requests) == 0


def test_two_users_with_one_address_are_refused_with_their_subs(aws: Aws, pool: str) -> None:
    subs = {add(aws, pool, name, "both@example.com") for name in ("alice", "bob")}
    with pytest.raises(errors.Forbidden, match="2 users") as raised:
        aws.cognito_users.user(pool, "both@example.com")
    assert all(sub in raised.value.hint for sub in subs)


@pytest.mark.parametrize("name", ['@" or "', 'x"@example.com', "back\\slash@example.com"])
def test_a_quote_in_a_name_does_not_open_the_filter(aws: Aws, pool: str, name: str) -> None:
    add(aws, pool, "alice", "alice@example.com")
    with pytest.raises(errors.OpsctlError):
        aws.cognito_users.user(pool, name)


def test_disabling_and_enabling_go_by_the_sub_and_may_be_repeated(aws: Aws, pool: str) -> None:
    sub = add(aws, pool, "alice")
    users = aws.cognito_users
    with aws.changing():
        for _ in range(2):
            users.disable(pool, sub)
    assert users.is_enabled(pool, sub, False).done
    assert not users.user(pool, "alice").enabled
    with aws.changing():
        for _ in range(2):
            users.enable(pool, sub)
        users.sign_out(pool, sub)
    assert users.is_enabled(pool, sub, True).done


def test_a_disabled_user_is_refused_by_cognito(aws: Aws, pool: str) -> None:
    sub = add(aws, pool, "alice")
    client = aws.client("cognito-idp")
    with aws.changing():
        app = client.create_user_pool_client(UserPoolId=pool, ClientName="app")
        client.admin_set_user_password(
            UserPoolId=pool, Username="alice", Password="Sandbox-1", Permanent=True
        )
        words = {
            "ClientId": app["UserPoolClient"]["ClientId"],
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "alice", "PASSWORD": "Sandbox-1"},
        }
        token = client.initiate_auth(**words)["AuthenticationResult"]["AccessToken"]
        aws.cognito_users.disable(pool, sub)
        aws.cognito_users.sign_out(pool, sub)
        with pytest.raises(client.exceptions.NotAuthorizedException):
            client.initiate_auth(**words)
    with pytest.raises(client.exceptions.NotAuthorizedException):
        client.get_user(AccessToken=token)


def test_tokens_live_as_the_client_says_or_as_cognito_does(aws: Aws, pool: str) -> None:
    client = aws.client("cognito-idp")
    with aws.changing():
        plain = client.create_user_pool_client(UserPoolId=pool, ClientName="plain")
        short = client.create_user_pool_client(
            UserPoolId=pool,
            ClientName="short",
            AccessTokenValidity=5,
            IdTokenValidity=10,
            RefreshTokenValidity=1,
            TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes"},
        )
    plain_id, short_id = (it["UserPoolClient"]["ClientId"] for it in (plain, short))
    life = aws.cognito_users.token_life
    assert life(pool, [plain_id]) == life(pool, []) == TokenLife(3600, 3600, 30 * 86400)
    assert life(pool, [short_id]) == TokenLife(300, 600, 86400)
    assert life(pool, [short_id]).longest == 600
    assert life(pool, [short_id, plain_id]) == life(pool, [plain_id])


def test_who_it_is_does_not_slip_into_a_log() -> None:
    assert "alice" not in repr(User("1234", "alice@example.com", True, "CONFIRMED"))


def test_a_person_has_every_name_and_the_services_that_are_linked(aws: Aws, pool: str) -> None:
    add(aws, pool, "dora", "dora@example.com")
    with aws.changing():
        aws.client("cognito-idp").admin_update_user_attributes(
            UserPoolId=pool,
            Username="dora",
            UserAttributes=[
                {"Name": "phone_number", "Value": "+4915112345"},
                {"Name": "identities", "Value": '[{"providerName": "Google", "userId": "7"}]'},
            ],
        )
    found = aws.cognito_users.person(pool, "dora@example.com")
    assert found.user.username == "dora"
    assert found.email == "dora@example.com"
    assert found.aliases == ("+4915112345",)
    assert found.providers == ("Google",)
    assert "dora" not in repr(found)


def test_shut_out_deleted_and_gone_and_all_of_it_twice(aws: Aws, pool: str) -> None:
    add(aws, pool, "emil")
    with aws.changing():
        assert aws.cognito_users.shut_out(pool, "emil")
        assert not aws.cognito_users.user(pool, "emil").enabled
        assert not aws.cognito_users.is_gone(pool, "emil")
        aws.cognito_users.delete(pool, "emil")
        aws.cognito_users.delete(pool, "emil")
        assert aws.cognito_users.is_gone(pool, "emil")
        assert not aws.cognito_users.shut_out(pool, "emil")

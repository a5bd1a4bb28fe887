"""The user pool, asked as the service asks it."""

from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.settings import Settings
from opsctl.caption_service.user_pool import Refused, Unavailable, UserPool, issuer, secret_hash

PASSWORD = "Just-a-test-1"


@pytest.fixture
def pool(settings: Settings) -> UserPool:
    return UserPool(Connections(settings), settings)


def test_a_right_password_gives_a_token_of_the_user(pool: UserPool, settings: Settings) -> None:
    signed_in = pool.sign_in("alice", PASSWORD)

    assert (signed_in.user, signed_in.seconds) == ("alice", 3600)
    assert pool.user_of(signed_in.token) == "alice"
    assert issuer(signed_in.token) == settings.user_pool
    assert signed_in.token not in repr(signed_in)


@pytest.mark.parametrize(("user", "password"), [("alice", "Wrong-1"), ("nobody", PASSWORD)])
def test_a_wrong_name_is_not_told_from_a_wrong_password(
    pool: UserPool, user: str, password: str
) -> None:
    with pytest.raises(Refused, match="the user name or the password is wrong"):
        pool.sign_in(user, password)


def test_a_token_that_counts_no_more_ends_the_session(pool: UserPool, settings: Settings) -> None:
    token = pool.sign_in("alice", PASSWORD).token
    boto3.client("cognito-idp", region_name="us-east-1").admin_user_global_sign_out(
        UserPoolId=settings.user_pool, Username="alice"
    )

    with pytest.raises(Refused, match="the session has ended"):
        pool.user_of(token)


def test_a_password_that_must_be_changed_first_does_not_sign_in(
    pool: UserPool, settings: Settings
) -> None:
    boto3.client("cognito-idp", region_name="us-east-1").admin_set_user_password(
        UserPoolId=settings.user_pool, Username="alice", Password=PASSWORD, Permanent=False
    )

    with pytest.raises(Refused, match="NEW_PASSWORD_REQUIRED"):
        pool.sign_in("alice", PASSWORD)


def test_a_client_of_another_pool_is_a_fault_of_the_service(settings: Settings) -> None:
    own = replace(settings, user_pool="us-east-1_other")

    with pytest.raises(Unavailable, match="another user pool"):
        UserPool(Connections(own), own).sign_in("alice", PASSWORD)


def test_a_cognito_that_does_not_answer_is_no_fault_of_the_user(settings: Settings) -> None:
    token = UserPool(Connections(settings), settings).sign_in("alice", PASSWORD).token
    own = replace(settings, endpoint_url="http://127.0.0.1:9")

    with pytest.raises(Unavailable, match="does not answer"):
        UserPool(Connections(own), own).user_of(token)


def test_a_token_that_nobody_signed_is_refused_before_cognito_is_asked(settings: Settings) -> None:
    own = replace(settings, endpoint_url="http://127.0.0.1:9")

    with pytest.raises(Refused, match="the session has ended"):
        UserPool(Connections(own), own).user_of("token")


def test_without_the_keys_nobody_is_believed(pool: UserPool, settings: Settings) -> None:
    token = pool.sign_in("alice", PASSWORD).token
    own = replace(settings, jwks_url="http://127.0.0.1:9/keys.json")

    with pytest.raises(Unavailable, match="keys of the user pool"):
        UserPool(Connections(own), own).user_of(token)


def test_signing_out_everywhere_ends_every_session(pool: UserPool) -> None:
    token = pool.sign_in("alice", PASSWORD).token
    pool.sign_out_everywhere(token)

    with pytest.raises(Refused, match="the session has ended"):
        pool.user_of(token)


class Unproven:
    """A Cognito that does not know the secret of this service any more."""

    @property
    def cognito(self) -> "Unproven":
        return self

    def initiate_auth(self, **_: object) -> object:
        message = "Unable to verify secret hash for client c"
        error = {"Code": "NotAuthorizedException", "Message": message}
        raise ClientError({"Error": error}, "InitiateAuth")


def test_a_secret_that_was_revoked_is_no_fault_of_the_user(settings: Settings) -> None:
    with pytest.raises(Unavailable, match="refuses this service"):
        UserPool(Unproven(), settings).sign_in("alice", PASSWORD)


def test_the_hash_is_hmac_sha256_in_base64() -> None:
    # Worked out with openssl.
    assert secret_hash("s", "client", "user") == "NJA4EfCnWmc8Mt2QvhWAAPieJ/9MYE6wTJNMQmIdTq4="

"""App clients: a second secret added and stored in one go, the sign-in probed, the old deleted."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.app_clients import version_of
from opsctl.sandbox.emulator import Emulator

KEY = "cognito_client_secret"


@dataclass
class Kept:
    """A confidential client and a secret of this test's own."""

    aws: Aws
    pool: str
    client: str
    arn: str

    def stored(self) -> str:
        found = self.aws.client("secretsmanager").get_secret_value(SecretId=self.arn)
        return str(json.loads(found["SecretString"])[KEY])

    def add(self) -> dict[str, Any]:
        now = self.aws.secret_versions.describe(self.arn).current
        with self.aws.changing():
            return self.aws.app_clients.add_and_store(
                self.pool, self.client, self.arn, KEY, replacing=now
            )

    def ids(self) -> list[str]:
        return [it.id for it in self.aws.app_clients.secrets(self.pool, self.client)]


@pytest.fixture
def kept(local: Aws, emulator: Emulator) -> Kept:
    pool = emulator.world.names.user_pool
    with local.changing():
        made = local.client("cognito-idp").create_user_pool_client(
            UserPoolId=pool,
            ClientName="c",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        )["UserPoolClient"]
        text = json.dumps({"other": "x", KEY: made["ClientSecret"]})
        secret = local.client("secretsmanager").create_secret(
            Name=f"s-{uuid.uuid4()}", SecretString=text
        )
    return Kept(local, pool, made["ClientId"], secret["ARN"])


def test_the_new_secret_is_stored_and_both_are_listed(kept: Kept) -> None:
    former, before = kept.stored(), kept.ids()
    answer = kept.add()
    assert kept.stored() != former
    assert set(kept.ids()) == {*before, answer["client_secret"]}
    assert kept.stored() not in json.dumps(answer)
    found = kept.aws.secret_versions.describe(kept.arn)
    assert found.current == answer["version"] == version_of(answer["client_secret"])
    assert kept.aws.app_clients.stored_in(found, KEY, answer["client_secret"]) == found.current
    assert kept.aws.app_clients.stored_in(found, KEY, before[0]) == ""


def test_a_secret_that_cannot_be_stored_is_deleted_at_once(kept: Kept) -> None:
    before = kept.ids()
    with kept.aws.changing(), pytest.raises(errors.StepFailed, match="deleted again"):
        kept.aws.app_clients.add_and_store(
            kept.pool, kept.client, kept.arn, KEY, replacing=str(uuid.uuid4())
        )
    assert kept.ids() == before


def test_two_secrets_are_the_most(kept: Kept) -> None:
    kept.add()
    with pytest.raises(errors.OpsctlError, match="LimitExceeded"):
        kept.add()


def test_a_sign_in_as_nobody_tells_whether_the_stored_secret_is_accepted(kept: Kept) -> None:
    place = (kept.pool, kept.client, kept.arn, KEY)
    with kept.aws.changing():
        assert kept.aws.app_clients.accepts(*place)
        kept.aws.client("secretsmanager").put_secret_value(
            SecretId=kept.arn, SecretString=json.dumps({KEY: "x" * 30})
        )
        with pytest.raises(errors.NotVerified):
            kept.aws.app_clients.accepts(*place)


def test_the_old_secret_goes_and_the_one_that_stays_must_be_there(kept: Kept) -> None:
    (old,) = kept.ids()
    new = kept.add()["client_secret"]
    with kept.aws.changing():
        with pytest.raises(errors.FactsChanged):
            kept.aws.app_clients.delete(kept.pool, kept.client, old, leaving="other--1")
        kept.aws.app_clients.delete(kept.pool, kept.client, old, leaving=new)
        kept.aws.app_clients.delete(kept.pool, kept.client, old, leaving=new)
    assert kept.ids() == [new]


def test_what_a_run_added_is_deleted_and_nothing_else(kept: Kept) -> None:
    (old,) = kept.ids()
    new = kept.add()["client_secret"]
    with kept.aws.changing():
        assert kept.aws.app_clients.keep_only(kept.pool, kept.client, old) == {"deleted": [new]}
        with pytest.raises(errors.FactsChanged):
            kept.aws.app_clients.keep_only(kept.pool, kept.client, "other--1")
    assert kept.ids() == [old]


def test_a_public_client_is_seen_as_such(local: Aws, emulator: Emulator) -> None:
    pool = emulator.world.names.user_pool
    with local.changing():
        made = local.client("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="p")
    found = local.app_clients.describe(pool, made["UserPoolClient"]["ClientId"])
    assert not found.confidential
    assert found.secrets == ()

"""Labels, tokens and refusals of Secrets Manager."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.moto_parts.secrets_manager import current


@pytest.fixture
def secrets(account: Any) -> Any:
    """A client, and a secret `it` whose first version holds `one`."""
    made = account.client("secretsmanager")
    made.create_secret(Name="it", SecretString="one")
    return made


def labels(secrets: Any) -> dict[str, set[str]]:
    found = secrets.describe_secret(SecretId="it")["VersionIdsToStages"]
    return {key: set(stages) for key, stages in found.items()}


def put(secrets: Any, value: str, **more: Any) -> str:
    return str(secrets.put_secret_value(SecretId="it", SecretString=value, **more)["VersionId"])


def test_going_back_is_seen_by_a_plain_read(secrets: Any) -> None:
    first = secrets.get_secret_value(SecretId="it")["VersionId"]
    second = put(secrets, "two")
    secrets.update_secret_version_stage(
        SecretId="it",
        VersionStage="AWSCURRENT",
        MoveToVersionId=first,
        RemoveFromVersionId=second,
    )

    found = secrets.get_secret_value(SecretId="it")
    assert (found["SecretString"], found["VersionId"]) == ("one", first)
    assert labels(secrets) == {first: {"AWSCURRENT"}, second: {"AWSPREVIOUS"}}


def test_a_write_after_going_back_makes_the_restored_version_previous(secrets: Any) -> None:
    first = secrets.get_secret_value(SecretId="it")["VersionId"]
    second = put(secrets, "two")
    secrets.update_secret_version_stage(
        SecretId="it",
        VersionStage="AWSCURRENT",
        MoveToVersionId=first,
        RemoveFromVersionId=second,
    )
    third = put(secrets, "three")

    assert labels(secrets) == {third: {"AWSCURRENT"}, first: {"AWSPREVIOUS"}}
    listed = secrets.list_secret_version_ids(SecretId="it", IncludeDeprecated=True)["Versions"]
    assert {it["VersionId"] for it in listed} == {first, second, third}
    assert secrets.get_secret_value(SecretId="it", VersionId=second)["SecretString"] == "two"


def test_labels_of_ones_own_stay_where_they_are(secrets: Any) -> None:
    first = put(secrets, "two", VersionStages=["AWSCURRENT", "tested"])
    put(secrets, "three")

    assert labels(secrets)[first] == {"AWSPREVIOUS", "tested"}


def test_moving_awscurrent_needs_the_version_it_leaves(secrets: Any) -> None:
    first = secrets.get_secret_value(SecretId="it")["VersionId"]
    put(secrets, "two")

    with pytest.raises(ClientError, match="RemoveFromVersionId"):
        secrets.update_secret_version_stage(
            SecretId="it", VersionStage="AWSCURRENT", MoveToVersionId=first
        )


def test_a_token_is_the_version_and_may_be_sent_again(secrets: Any) -> None:
    token = str(uuid.uuid4())

    assert put(secrets, "two", ClientRequestToken=token) == token
    assert put(secrets, "two", ClientRequestToken=token) == token
    with pytest.raises(ClientError, match="ResourceExistsException"):
        put(secrets, "other", ClientRequestToken=token)
    assert secrets.get_secret_value(SecretId="it")["SecretString"] == "two"


def test_a_token_may_be_sent_again_after_somebody_else_wrote(secrets: Any) -> None:
    token = str(uuid.uuid4())
    put(secrets, "two", ClientRequestToken=token)
    later = put(secrets, "three")
    put(secrets, "two", ClientRequestToken=token)

    assert labels(secrets) == {later: {"AWSCURRENT"}, token: {"AWSPREVIOUS"}}


def test_nothing_is_written_to_a_secret_that_is_being_deleted(secrets: Any) -> None:
    first = secrets.get_secret_value(SecretId="it")["VersionId"]
    second = put(secrets, "two")
    secrets.delete_secret(SecretId="it", RecoveryWindowInDays=7)
    move = {"MoveToVersionId": first, "RemoveFromVersionId": second}

    for write in (
        lambda: put(secrets, "three"),
        lambda: secrets.update_secret(SecretId="it", SecretString="three"),
        lambda: secrets.update_secret_version_stage(
            SecretId="it", VersionStage="AWSCURRENT", **move
        ),
        lambda: secrets.tag_resource(SecretId="it", Tags=[{"Key": "a", "Value": "b"}]),
    ):
        with pytest.raises(ClientError, match="marked for deletion"):
            write()
    secrets.restore_secret(SecretId="it")
    assert put(secrets, "three")


def test_versions_are_listed_with_when_they_were_made(secrets: Any) -> None:
    put(secrets, "two")
    first = secrets.list_secret_version_ids(SecretId="it", MaxResults=1)
    second = secrets.list_secret_version_ids(
        SecretId="it", MaxResults=1, NextToken=first["NextToken"]
    )

    assert first["ARN"].startswith("arn:aws:secretsmanager:")
    assert "NextToken" not in second
    assert first["Versions"][0]["CreatedDate"] <= second["Versions"][0]["CreatedDate"]


def test_the_current_version_is_the_one_with_the_label(account: Any, secrets: Any) -> None:
    version = put(secrets, "two")

    assert current(account.world.backend("secretsmanager").secrets["it"]) == version

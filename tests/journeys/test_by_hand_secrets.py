"""By hand: keys are replaced as through opsctl, and stand nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from at_aws import AtAws
from by_hand import Hand, compare, opsctl
from running import RunningSandbox

pytestmark = pytest.mark.journey

HF = "Rotate the Hugging Face key"
COGNITO = "Rotate the Cognito client secret"
ACCESS = "Rotate an access key"
NEW = "hf_by_hand_0001"


@pytest.fixture
def stored(steady: RunningSandbox, aws: AtAws) -> Iterator[AtAws]:
    """The secret with two versions whose values are known; so it is left, too."""
    value = aws.secret()["AWSCURRENT"]
    former = json.dumps({**value, "hf_api_key": "hf_former"})
    name = aws.names["secret"]
    aws.secretsmanager.put_secret_value(SecretId=name, SecretString=former)
    aws.secretsmanager.put_secret_value(SecretId=name, SecretString=json.dumps(value))
    yield aws
    left = aws.secret()["AWSCURRENT"]
    if left != value:
        # A client secret that was deleted would keep everybody out.
        kept = {**value, "cognito_client_secret": left["cognito_client_secret"]}
        aws.secretsmanager.put_secret_value(SecretId=name, SecretString=json.dumps(kept))
        steady.client("ecs").update_service(**aws.place, forceNewDeployment=True)


def test_how_old_they_are(hand: Hand, aws: AtAws) -> None:
    done = hand.do("See how old the secrets are")
    described, versions, tasks, clients = done.documents
    wanted = opsctl(hand.sandbox, "secrets", "list")["result"]
    assert set(described["versions"]) == {it["version"] for it in versions}
    current = next(it for it in versions if "AWSCURRENT" in it["labels"])
    assert current["version"] in json.dumps(wanted)
    assert {it["task"] for it in tasks} == aws.tasks()
    assert [it["secret"] for it in clients] == aws.client_secrets()


def test_the_key_of_hugging_face(hand: Hand, stored: AtAws, tmp_path: Path) -> None:
    value = tmp_path / "value"
    value.write_text(NEW)
    value.chmod(0o600)
    was = stored.secret()["AWSCURRENT"]
    before: set[str] = set()

    def state() -> dict[str, Any]:
        """Values by stage, and whether every task is newer than the beginning."""
        hand.sandbox.settle()
        return {**stored.secret(), "restarted": not stored.tasks() & before}

    def by_opsctl() -> None:
        before.update(stored.tasks())
        words = ("secrets", "rotate", "hf", "--value-from", str(value), "--yes")
        opsctl(hand.sandbox, *words)

    def back() -> None:
        """Two versions of the same values as in the beginning."""
        for each in ("hf_former", was["hf_api_key"]):
            stored.secretsmanager.put_secret_value(
                SecretId=stored.names["secret"],
                SecretString=json.dumps({**was, "hf_api_key": each}),
            )
        before.clear()
        before.add(next(iter(stored.tasks())))

    def typed(**changes: Any) -> None:
        before.update(stored.tasks())
        hand.do(HF, 0, typed=f"{NEW}\n", **changes)
        hand.do("Restart the service")

    before.add(next(iter(stored.tasks())))
    siblings = {".[$key] = $new else": "{($key): $new} else"}
    no_value = partial(hand.do, HF, 0, typed="\n")
    other_key = partial(hand.do, HF, 0, typed=f"{NEW}\n", fill={"KEY": "hf_api_kye"})
    lost = partial(hand.do, HF, 0, typed=f"{NEW}\n", instead=siblings)
    compare(state, by_opsctl, back, typed, no_value, other_key, lost)


def test_the_former_key_comes_back_and_the_new_one_stood_nowhere(hand: Hand, stored: AtAws) -> None:
    was = stored.secret()
    done = hand.do(HF, 0, typed=f"{NEW}\n")
    assert stored.secret()["AWSCURRENT"]["hf_api_key"] == NEW
    kept = [it.read_text() for it in hand.folder.iterdir() if it.is_file()]
    for text in (done.out, done.err, *kept, json.dumps(hand.sandbox.calls())):
        assert NEW not in text
    hand.do(HF, 1)
    assert stored.secret()["AWSCURRENT"] == was["AWSCURRENT"]
    assert stored.secret()["AWSPREVIOUS"]["hf_api_key"] == NEW


def test_the_secret_of_the_app_client(hand: Hand, stored: AtAws) -> None:
    value = stored.secret()["AWSCURRENT"]
    client = {"UserPoolId": stored.names["user_pool"], "ClientId": stored.names["user_pool_client"]}
    ids = stored.client_secrets()

    def state() -> dict[str, Any]:
        """How many secrets there are, whether the newest is stored, and what lies beside it."""
        current = stored.secret()["AWSCURRENT"]
        beside = {k: v for k, v in current.items() if k != "cognito_client_secret"}
        changed = current["cognito_client_secret"] != value["cognito_client_secret"]
        return {"secrets": len(stored.client_secrets()), "changed": changed, "beside": beside}

    def back() -> None:
        for each in stored.client_secrets():
            if each not in ids:
                stored.cognito_idp.delete_user_pool_client_secret(**client, ClientSecretId=each)
        stored.secretsmanager.put_secret_value(
            SecretId=stored.names["secret"], SecretString=json.dumps(value)
        )

    rotated = partial(opsctl, hand.sandbox, "secrets", "rotate", "cognito", "--yes")
    unknown = partial(hand.do, COGNITO, 0, fill={"KEY": "cognito_secret"})
    not_stored = {"put-secret-value --secret-id $SECRET": "put-secret-value --secret-id nobody"}
    refused = partial(hand.do, COGNITO, 0, instead=not_stored)
    compare(state, rotated, back, partial(hand.do, COGNITO, 0), unknown, refused)
    with pytest.raises(AssertionError):
        refused()
    assert stored.client_secrets() == ids, "what could not be stored is not left"

    hand.do(COGNITO, 0)
    newest = stored.client_secrets()[-1]
    hand.do(COGNITO, 1)
    assert stored.client_secrets() == [newest]
    assert "there are not two" in hand.do(COGNITO, 1, code=1).out


def test_an_access_key_in_three_stages(hand: Hand, aws: AtAws, tmp_path: Path) -> None:
    users = {"opsctl": "by-opsctl", "hand": "by-hand"}
    seen: dict[str, list[Any]] = {key: [] for key in users}

    def note(who: str) -> list[Any]:
        """Status of each key, the oldest first."""
        found = aws.iam.list_access_keys(UserName=users[who])["AccessKeyMetadata"]
        found.sort(key=lambda it: it["CreateDate"])
        seen[who].append([it["Status"] for it in found])
        return found

    for name in users.values():
        aws.iam.create_user(UserName=name)
        aws.iam.create_access_key(UserName=name)
    try:
        words = ("secrets", "rotate", "access-key", users["opsctl"])
        made = opsctl(hand.sandbox, *words, "--to", str(tmp_path / "key"), "--yes")["result"]
        use(hand.sandbox, made["access_key"])
        note("opsctl")
        opsctl(hand.sandbox, *words, "--yes")
        old = note("opsctl")[0]["AccessKeyId"]
        opsctl(hand.sandbox, *words, "--confirm", old)
        note("opsctl")

        fill = {"NAME": users["hand"]}
        hand.do(ACCESS, 0, fill=fill)
        file = hand.folder / "key.json"
        assert file.stat().st_mode & 0o077 == 0
        assert "was not used yet" in hand.do(ACCESS, 1, fill=fill, code=1).out
        use(hand.sandbox, json.loads(file.read_text())["AccessKey"]["AccessKeyId"])
        note("hand")
        hand.do(ACCESS, 1, fill=fill)
        note("hand")
        hand.do(ACCESS, 2, fill=fill)
        note("hand")
        assert (
            seen["hand"] == seen["opsctl"] == [["Active"] * 2, ["Inactive", "Active"], ["Active"]]
        )
        hand.do(ACCESS, 2, fill=fill, code=None)
        assert note("hand")
    finally:
        for name in users.values():
            for it in aws.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
                aws.iam.delete_access_key(UserName=name, AccessKeyId=it["AccessKeyId"])
            aws.iam.delete_user(UserName=name)


def use(sandbox: RunningSandbox, key: str) -> None:
    """Calls AWS once with a key, so that IAM notes it."""
    boto3.client(
        "sts",
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="of no matter",
    ).get_caller_identity()

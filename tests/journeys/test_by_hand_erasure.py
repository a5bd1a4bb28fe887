"""By hand: somebody is erased as through opsctl, wholly, and nobody else is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand, compare, opsctl
from running import RunningSandbox

pytestmark = pytest.mark.journey

ERASE = "Erase a user's data"
ANA, NEIGHBOUR = "hand-1", "hand-10"
"""The second begins as the first does: `images/hand-1/` and `images/hand-10/`."""


def fill(sandbox: RunningSandbox, aws: AtAws, name: str, many: int) -> None:
    """Versions, markers, unfinished uploads and items of a user, some with awkward keys."""
    prefix = f"images/{name}/"
    for bucket in (aws.names["bucket"], aws.names["backup_bucket"]):
        words = {"bucket": bucket, "prefix": prefix, "awkward": True}
        sandbox.ask("POST", "fill", {**words, "objects": many, "versions": 2, "markers": 4})
        upload = {"Bucket": bucket, "Key": f"{prefix}a b+c%2F'\"<&>é.jpg"}
        aws.s3.create_multipart_upload(**upload)
        aws.s3.create_multipart_upload(**upload)
    items = {"table": aws.names["table"], "key": {"PK": f"USER#{name}"}, "items": 60}
    sandbox.ask("POST", "fill", {**items, "awkward": True})


def account(aws: AtAws, name: str) -> None:
    if aws.user(name) is None:
        aws.cognito_idp.admin_create_user(UserPoolId=aws.names["user_pool"], Username=name)


def of(aws: AtAws, name: str) -> dict[str, Any]:
    """All that there is of a user: how many of each, or what, for few."""
    buckets = (aws.names["bucket"], aws.names["backup_bucket"])
    held = [aws.held(it, f"images/{name}/") for it in buckets]
    items = aws.dynamodb.query(
        TableName=aws.names["table"],
        ConsistentRead=True,
        KeyConditionExpression="PK = :who",
        ExpressionAttributeValues={":who": {"S": f"USER#{name}"}},
        Select="COUNT",
    )["Count"]
    counts = [{kind: len(found) for kind, found in it.items()} for it in held]
    return {"objects": counts, "items": items, "account": aws.user(name)}


def empty(aws: AtAws, name: str) -> None:
    """Erases somebody by plain calls."""
    for bucket in (aws.names["bucket"], aws.names["backup_bucket"]):
        where = {"Bucket": bucket, "Prefix": f"images/{name}/"}
        for it in aws.s3.list_multipart_uploads(**where).get("Uploads", ()):
            aws.s3.abort_multipart_upload(Bucket=bucket, Key=it["Key"], UploadId=it["UploadId"])
        page = aws.s3.list_object_versions(**where)
        while some := [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            gone = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in some]
            aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": gone})
            page = aws.s3.list_object_versions(**where)
    found = [it for it in aws.items().values() if it["PK"]["S"] == f"USER#{name}"]
    gone = [{"DeleteRequest": {"Key": {"PK": it["PK"], "SK": it["SK"]}}} for it in found]
    for start in range(0, len(gone), 25):  # as many as one call takes
        some = {aws.names["table"]: gone[start : start + 25]}
        aws.dynamodb.batch_write_item(RequestItems=some)
    if aws.user(name):
        aws.cognito_idp.admin_delete_user(UserPoolId=aws.names["user_pool"], Username=name)


@pytest.fixture
def people(steady: RunningSandbox, aws: AtAws) -> Iterator[partial[None]]:
    """What gives ana her data again; nobody of the two, and no case, is left."""
    home = Path(steady.environ["XDG_STATE_HOME"]) / "opsctl"
    kept = [home / name for name in ("erasures", "cases", "subjects")]
    before = [it for it in kept if it.exists()]

    def back() -> None:
        empty(aws, ANA)
        fill(steady, aws, ANA, 20)
        account(aws, ANA)

    back()
    fill(steady, aws, NEIGHBOUR, 3)
    account(aws, NEIGHBOUR)
    yield partial(back)
    steady.ask("DELETE", "faults")
    for name in (ANA, NEIGHBOUR):
        empty(aws, name)
    for it in kept:
        if it not in before:
            shutil.rmtree(it, ignore_errors=True)


def test_everything_of_one_user_and_nothing_of_another(
    hand: Hand, aws: AtAws, people: partial[None]
) -> None:
    def mistaken(there: str, other: str) -> partial[Any]:
        return partial(hand.do, ERASE, typed=f"{ANA}\n", instead={there: other})

    compare(
        lambda: (of(aws, ANA), of(aws, NEIGHBOUR)),
        lambda: opsctl(hand.sandbox, "user", "purge", ANA, "--confirm", ANA),
        people,
        partial(hand.do, ERASE, typed=f"{ANA}\n"),
        mistaken("for KIND in Versions DeleteMarkers", "for KIND in Versions"),
        mistaken('PREFIX="images/$ID/"', 'PREFIX="images/$ID"'),
        mistaken("for IN in $BUCKET $BACKUP_BUCKET", "for IN in $BUCKET"),
    )


def test_more_than_one_call_takes_and_what_is_left_unprocessed(
    hand: Hand, aws: AtAws, people: partial[None]
) -> None:
    words = {"bucket": aws.names["bucket"], "prefix": f"images/{ANA}/many/"}
    hand.sandbox.ask("POST", "fill", {**words, "objects": 1_030})
    fault = {"service": "dynamodb", "operation": "BatchWriteItem", "kind": "unprocessed"}
    hand.sandbox.ask("POST", "faults", {**fault, "share": 0.3, "times": 2})
    hand.do(ERASE, typed=f"{ANA}\n")
    nothing = {"versions": 0, "markers": 0, "uploads": 0}
    assert of(aws, ANA) == {"objects": [nothing, nothing], "items": 0, "account": None}
    assert of(aws, NEIGHBOUR)["items"] == 60
    # After a restore of an older backup there is data again, and no account.
    fill(hand.sandbox, aws, ANA, 2)
    hand.do(ERASE, typed=f"{ANA}\n")
    assert of(aws, ANA)["objects"] == [nothing, nothing]


def test_what_cannot_be_deleted_keeps_the_account(
    hand: Hand, aws: AtAws, people: partial[None]
) -> None:
    fault = {"service": "s3", "operation": "DeleteObjects", "kind": "per-key", "share": 0.1}
    hand.sandbox.ask("POST", "faults", fault)
    done = hand.do(ERASE, typed=f"{ANA}\n", code=None)
    assert "Errors" in done.out
    assert "erased" not in done.out
    assert aws.user(ANA) == {"enabled": False, "status": "FORCE_CHANGE_PASSWORD"}
    hand.sandbox.ask("DELETE", "faults")
    hand.do(ERASE, typed="\n", code=None)
    assert aws.user(ANA)
    hand.do(ERASE, typed=f"{ANA}\n")
    assert aws.user(ANA) is None

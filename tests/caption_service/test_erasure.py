"""Everything of one user deleted, and nothing of a neighbour."""

import boto3
import pytest
from botocore.exceptions import ClientError

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.erasure import SECONDS, Erased, Erasure, NotErased
from opsctl.caption_service.images import Images
from opsctl.caption_service.records import Records
from opsctl.caption_service.settings import Settings

BUCKET, TABLE = "pictures", "captions"


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited before each new attempt, if somebody had waited."""
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


@pytest.fixture
def connections(account: None) -> Connections:
    return Connections(Settings())


@pytest.fixture
def erasure(connections: Connections) -> Erasure:
    return Erasure(Images(connections, BUCKET), Records(connections, TABLE, 1))


def fill(user: str, items: int = 2) -> None:
    """Two versions of two pictures, one of them behind a marker, an open upload, and items."""
    s3 = boto3.client("s3", region_name="us-east-1")
    table = boto3.client("dynamodb", region_name="us-east-1")
    for number in (0, 0, 1, 1):
        s3.put_object(Bucket=BUCKET, Key=f"images/{user}/{number}/original.jpg", Body=b"x")
    for number in range(items):
        table.put_item(
            TableName=TABLE, Item={"PK": {"S": f"USER#{user}"}, "SK": {"S": f"IMAGE#{number}"}}
        )
    s3.delete_object(Bucket=BUCKET, Key=f"images/{user}/0/original.jpg")
    s3.create_multipart_upload(Bucket=BUCKET, Key=f"images/{user}/9/original.jpg")
    table.put_item(TableName=TABLE, Item={"PK": {"S": f"USER#{user}"}, "SK": {"S": "PROFILE"}})


def left(prefix: str) -> tuple[int, int, int]:
    """Versions and markers, uploads, items whose key begins like a user's."""
    s3 = boto3.client("s3", region_name="us-east-1")
    found = s3.list_object_versions(Bucket=BUCKET, Prefix=f"images/{prefix}")
    uploads = s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    items = boto3.client("dynamodb", region_name="us-east-1").scan(TableName=TABLE)["Items"]
    return (
        len(found.get("Versions", [])) + len(found.get("DeleteMarkers", [])),
        sum(it["Key"].startswith(f"images/{prefix}") for it in uploads),
        sum(it["PK"]["S"].startswith(f"USER#{prefix}") for it in items),
    )


def test_everything_goes_and_a_neighbour_keeps_everything(erasure: Erasure) -> None:
    fill("alice")
    fill("alice2")

    assert erasure.erase("alice") == Erased(object_versions=5, uploads=1, captions=3)
    assert left("alice/") == (0, 0, 0)
    assert left("alice") == (5, 1, 3)


def test_again_finds_nothing(erasure: Erasure) -> None:
    fill("alice")
    erasure.erase("alice")

    assert erasure.erase("alice") == Erased()


def test_more_items_than_a_batch_holds_go_too(erasure: Erasure) -> None:
    fill("alice", items=60)

    assert erasure.erase("alice").captions == 61
    assert left("alice") == (0, 0, 0)


class Unwilling:
    """S3 that refuses some deletions behind its 200, a number of times, and else does as told."""

    def __init__(self, real: object, times: int, code: str) -> None:
        self._real = real
        self._times = times
        self._code = code

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def delete_objects(self, *, Bucket: str, Delete: dict[str, list[dict[str, str]]]) -> object:
        objects, kept = Delete["Objects"], []
        if self._times:
            self._times -= 1
            kept, objects = objects[:1], objects[1:]
        if objects:
            self._real.delete_objects(Bucket=Bucket, Delete={"Objects": objects})
        return {"Errors": [{**it, "Code": self._code} for it in kept]}


def unwilling(connections: Connections, times: int, code: str) -> Erasure:
    connections._clients["s3"] = Unwilling(connections.s3, times, code)
    return Erasure(Images(connections, BUCKET), Records(connections, TABLE, 1))


def test_a_deletion_that_fails_for_a_moment_is_tried_again(
    connections: Connections, waited: list[float]
) -> None:
    fill("alice")

    unwilling(connections, 2, "InternalError").erase("alice")
    assert left("alice") == (0, 0, 0)
    assert waited == [0.2, 0.4]


def test_a_version_that_is_locked_is_no_success(connections: Connections) -> None:
    fill("alice")

    with pytest.raises(NotErased, match="remain: AccessDenied; deleted so far: 0 object versions"):
        unwilling(connections, 99, "AccessDenied").erase("alice")


class Busy:
    """DynamoDB that leaves one request of each batch undone, for a while."""

    def __init__(self, real: object, times: int) -> None:
        self._real = real
        self._times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def batch_write_item(self, *, RequestItems: dict[str, list[object]]) -> object:
        requests = RequestItems[TABLE]
        if not self._times:
            return self._real.batch_write_item(RequestItems=RequestItems)
        self._times -= 1
        if requests[1:]:
            self._real.batch_write_item(RequestItems={TABLE: requests[1:]})
        return {"UnprocessedItems": {TABLE: requests[:1]}}


def test_items_that_come_back_unprocessed_are_sent_again(
    connections: Connections, waited: list[float]
) -> None:
    fill("alice")
    connections._clients["dynamodb"] = Busy(connections.dynamodb, 2)
    Erasure(Images(connections, BUCKET), Records(connections, TABLE, 1)).erase("alice")

    assert left("alice") == (0, 0, 0)
    assert waited == [0.2, 0.4]


class Watch:
    """A clock that jumps when it is told to."""

    def __init__(self) -> None:
        self.times = iter([0.0, SECONDS + 1])

    def __call__(self) -> float:
        return next(self.times, 0.0)


def test_out_of_time_it_stops_and_the_next_request_goes_on(connections: Connections) -> None:
    fill("alice")
    images, records = Images(connections, BUCKET), Records(connections, TABLE, 1)

    with pytest.raises(NotErased, match="more than one request can delete; deleted so far: 4"):
        Erasure(images, records, Watch()).erase("alice")
    assert Erasure(images, records).erase("alice").object_versions == 1
    assert left("alice") == (0, 0, 0)


class Refusing:
    def __getattr__(self, name: str) -> object:
        raise ClientError({"Error": {"Code": "SlowDown", "Message": "arn:secret"}}, name)


def test_an_aws_that_refuses_is_told_by_its_code(connections: Connections) -> None:
    connections._clients["dynamodb"] = Refusing()

    with pytest.raises(NotErased, match=r"^SlowDown; deleted so far: 0"):
        Erasure(Images(connections, BUCKET), Records(connections, TABLE, 1)).erase("alice")

"""Images in S3: every version goes."""

import boto3

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.images import Images, folder
from opsctl.caption_service.settings import Settings


def test_deleting_takes_every_version_and_nothing_of_a_neighbour(account: None) -> None:
    images = Images(Connections(Settings()), "pictures")
    mine, neighbour = folder("alice", "1"), folder("alice", "12")
    for content in (b"old", b"new"):
        images.put(mine, "original.jpg", content, "image/jpeg")
    images.put(neighbour, "original.jpg", b"other", "image/jpeg")
    boto3.client("s3", region_name="us-east-1").delete_object(
        Bucket="pictures", Key=f"{mine}original.jpg"
    )

    assert images.delete_all_versions(mine) == 3
    assert images.delete_all_versions(mine) == 0
    assert images.read(neighbour, "original.jpg") == b"other"


def test_an_object_is_put_where_its_address_says(account: None) -> None:
    images = Images(Connections(Settings()), "pictures")

    address = images.put(folder("bob", "7"), "thumbnail.jpg", b"x", "image/jpeg")
    assert address == "s3://pictures/images/bob/7/thumbnail.jpg"

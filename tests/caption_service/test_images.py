"""Images in S3: every version goes."""

import boto3

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.images import Images, everything_of, folder
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


def test_what_a_listing_holds_beside_the_folder_is_not_deleted(account: None) -> None:
    class Careless:
        """S3 whose listings pay no heed to the prefix."""

        def __init__(self, real: object) -> None:
            self._real = real

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def get_paginator(self, name: str) -> "Careless":
            self._paginator = self._real.get_paginator(name)
            return self

        def paginate(self, **asked: str) -> object:
            return self._paginator.paginate(Bucket=asked["Bucket"])

    connections = Connections(Settings())
    images = Images(connections, "pictures")
    for user in ("alice", "alice2"):
        images.put(folder(user, "1"), "original.jpg", b"x", "image/jpeg")
        connections.s3.create_multipart_upload(
            Bucket="pictures", Key=f"{folder(user, '2')}original.jpg"
        )
    connections._clients["s3"] = Careless(connections.s3)

    assert images.delete_all_versions(everything_of("alice")) == 1
    assert images.abort_uploads(everything_of("alice")) == 1
    assert images.is_empty(everything_of("alice"))
    assert not images.is_empty(everything_of("alice2"))
    assert images.read(folder("alice2", "1"), "original.jpg") == b"x"

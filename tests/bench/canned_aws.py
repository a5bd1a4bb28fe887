"""A fast S3 and DynamoDB of one bucket and one table, for measuring their callers.

    python canned_aws.py PORT

Pages are made by cutting text, not from models, so that the caller and not the server is what a
measurement sees; what is deleted is gone from the next list. Object N is `images/user/NNNNNNNN`
with one version `vNNNNNNNN`; items have the sort keys `IMAGE#NNNNNNNN`. Nothing is checked: the
signature, the prefix, the table's name. `POST /_canned {"versions": 10000, "items": 0,
"latency": 0.02, "markers": 0}` begins anew; `GET /_canned` tells what was asked and what is left.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 1000
KEY = "images/user/%08d"
_WHEN = "2026-01-01T00:00:00.000Z"
_ETAG = "&quot;d41d8cd98f00b204e9800998ecf8427e&quot;"
_OWNER = f"<Owner><ID>{'a' * 64}</ID></Owner>"
_REST = f"<ETag>{_ETAG}</ETag><Size>1000</Size><StorageClass>STANDARD</StorageClass>"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NUMBER = re.compile(rb"<Key>images/user/(\d{8})</Key>")
_SORT = re.compile(rb"IMAGE#(\d{8})")


class Store:
    """What lies in it: a flag for each object and each item."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.begin({})

    def begin(self, words: dict[str, Any]) -> None:
        """Full again."""
        self.latency = float(words.get("latency", 0))
        self.objects = bytearray(b"\1") * int(words.get("versions", 0))
        self.markers = bytearray(b"\1") * int(words.get("markers", 0))
        self.items = bytearray(b"\1") * int(words.get("items", 0))
        self.calls: Counter[str] = Counter()
        self.busy = 0.0

    def told(self) -> dict[str, Any]:
        """What was asked, and what is left."""
        return {
            "calls": dict(self.calls),
            "versions": sum(self.objects),
            "markers": sum(self.markers),
            "items": sum(self.items),
            "busy": self.busy,
        }


STORE = Store()


def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """(status, body) of one request."""
    if target.startswith("/_canned"):
        if method == "POST":
            STORE.begin(json.loads(body))
        return 200, json.dumps(STORE.told()).encode()
    if "x-amz-target" in headers:
        operation = headers["x-amz-target"].rpartition(".")[2]
        STORE.calls[operation] += 1
        return 200, _TABLE[operation](body)
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    return _s3(method, unquote(parts.path), {name: it[0] for name, it in query.items()}, body)


def _s3(method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
    if "versions" in query:
        return 200, _counted("ListObjectVersions", _versions(query.get("key-marker", "")))
    if "uploads" in query and method == "GET":
        empty = "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>"
        page = f"{_HEAD}{empty}</ListMultipartUploadsResult>"
        return 200, _counted("ListMultipartUploads", page.encode())
    if "delete" in query:
        return 200, _counted("DeleteObjects", _delete(body))
    if method == "PUT":
        found = f"<LastModified>{_WHEN}</LastModified><ETag>{_ETAG}</ETag>"
        page = f"{_HEAD}<CopyObjectResult>{found}</CopyObjectResult>"
        return 200, _counted("CopyObject", page.encode())
    if method == "GET" and "list-type" in query:
        is_copy = path.startswith("/backup")
        after = query.get("continuation-token", query.get("start-after", ""))
        return 200, _counted("ListObjectsV2", _empty() if is_copy else _objects(after))
    if method == "DELETE":
        STORE.objects[int(path[-8:])] = 0
        return 204, _counted("DeleteObject", b"")
    return (200, b"") if method == "HEAD" else (404, b"<Error><Code>NoSuchKey</Code></Error>")


def _counted(operation: str, page: bytes) -> bytes:
    STORE.calls[operation] += 1
    return page


def _next(flags: bytearray, start: int) -> tuple[list[int], int]:
    """The numbers of a page from `start` on, and where the next one begins, or -1."""
    found: list[int] = []
    at = flags.find(1, start)
    while at >= 0 and len(found) < PAGE:
        found.append(at)
        at = flags.find(1, at + 1)
    return found, at


def _after(marker: str) -> int:
    return int(marker[-8:]) + 1 if marker else 0


def _versions(marker: str) -> bytes:
    """Versions first, and then the markers, whose keys are behind: `images/user/m…`."""
    if "/m" in marker:
        return _markers(_after(marker))
    found, more = _next(STORE.objects, _after(marker))
    if not found:
        return _markers(0)
    listed = "".join(
        f"<Version><Key>images/user/{at:08d}</Key><VersionId>v{at:08d}{'x' * 23}</VersionId>"
        f"<IsLatest>true</IsLatest><LastModified>{_WHEN}</LastModified>{_REST}{_OWNER}</Version>"
        for at in found
    )
    last = KEY % found[-1]
    return _page(listed, last, more >= 0 or 1 in STORE.markers)


def _markers(start: int) -> bytes:
    found, more = _next(STORE.markers, start)
    listed = "".join(
        f"<DeleteMarker><Key>images/user/m{at:08d}</Key><VersionId>v{at:08d}</VersionId>"
        f"<IsLatest>true</IsLatest><LastModified>{_WHEN}</LastModified>{_OWNER}</DeleteMarker>"
        for at in found
    )
    return _page(listed, f"images/user/m{found[-1]:08d}" if found else "", more >= 0)


def _page(listed: str, last: str, more: bool) -> bytes:
    after = f"<NextKeyMarker>{last}</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>"
    return (
        f"{_HEAD}<ListVersionsResult><Name>bucket</Name><Prefix>images/user/</Prefix>"
        f"<MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>{after if more else ''}"
        f"<IsTruncated>{str(more).lower()}</IsTruncated>{listed}</ListVersionsResult>"
    ).encode()


def _objects(marker: str) -> bytes:
    found, more = _next(STORE.objects, _after(marker))
    listed = "".join(
        f"<Contents><Key>images/user/{at:08d}</Key><LastModified>{_WHEN}</LastModified>{_REST}"
        f"</Contents>"
        for at in found
    )
    last = KEY % found[-1] if found else ""
    after = f"<NextContinuationToken>{last}</NextContinuationToken>" if more >= 0 else ""
    return (
        f"{_HEAD}<ListBucketResult><Name>bucket</Name><Prefix></Prefix><KeyCount>{len(found)}"
        f"</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>"
        f"<IsTruncated>{str(more >= 0).lower()}</IsTruncated>{after}{listed}</ListBucketResult>"
    ).encode()


def _empty() -> bytes:
    return (
        f"{_HEAD}<ListBucketResult><Name>backup</Name><KeyCount>0</KeyCount>"
        "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>"
    ).encode()


def _delete(body: bytes) -> bytes:
    named = _NUMBER.findall(body)
    for number in named:
        STORE.objects[int(number)] = 0
    for number in re.findall(rb"<Key>images/user/m(\d{8})</Key>", body):
        STORE.markers[int(number)] = 0
    quiet = b"<Quiet>true</Quiet>" in body
    listed = b"" if quiet else b"".join(
        b"<Deleted><Key>images/user/%s</Key></Deleted>" % number for number in named
    )  # fmt: skip
    return _HEAD.encode() + b"<DeleteResult>" + listed + b"</DeleteResult>"


def _query(body: bytes) -> bytes:
    asked = json.loads(body)
    if asked.get("Select") == "COUNT":
        left = sum(STORE.items)
        capacity = {"TableName": asked["TableName"], "CapacityUnits": left * 0.1}
        return json.dumps({"Count": left, "ConsumedCapacity": capacity}).encode()
    start = asked.get("ExclusiveStartKey")
    found, more = _next(STORE.items, _after(start["SK"]["S"] if start else ""))
    listed = ",".join(_item(at) for at in found)
    last = ""
    if more >= 0:
        last = f',"LastEvaluatedKey":{_item(found[-1])}'
    page = f'{{"Count":{len(found)},"ScannedCount":{len(found)},"Items":[{listed}]{last}}}'
    return page.encode()


def _item(number: int) -> str:
    return f'{{"PK":{{"S":"USER#user"}},"SK":{{"S":"IMAGE#{number:08d}"}}}}'


def _write(body: bytes) -> bytes:
    for number in _SORT.findall(body):
        STORE.items[int(number)] = 0
    return b'{"UnprocessedItems":{}}'


def _describe(_: bytes) -> bytes:
    names = ("PK", "SK")
    table = {
        "TableName": "table",
        "TableStatus": "ACTIVE",
        "AttributeDefinitions": [{"AttributeName": it, "AttributeType": "S"} for it in names],
        "KeySchema": [
            {"AttributeName": it, "KeyType": kind}
            for it, kind in zip(names, ("HASH", "RANGE"), strict=True)
        ],
    }
    return json.dumps({"Table": table}).encode()


_TABLE = {"Query": _query, "BatchWriteItem": _write, "DescribeTable": _describe}


class Connection(asyncio.Protocol):
    """One connection, kept alive; requests come one after another."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        head, found, rest = self._waiting.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in pairs}
        length = int(headers.get("content-length", 0))
        if headers.get("expect") and not rest:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(rest) < length:
            return
        self._waiting = rest[length:]
        method, target, _ = first.split(" ", 2)
        began = time.process_time()
        status, body = answer(method, target, headers, rest[:length])
        STORE.busy += time.process_time() - began
        kind = "application/x-amz-json-1.0" if "x-amz-target" in headers else "application/xml"
        sent = (
            f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\n"
            "x-amz-request-id: CANNED0123456789\r\n\r\n"
        ).encode() + (b"" if method == "HEAD" else body)
        if STORE.latency:
            asyncio.get_running_loop().call_later(STORE.latency, self._transport.write, sent)
        else:
            self._transport.write(sent)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

"""Uploads in parts that were begun and never ended: no list of objects shows them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from opsctl.aws.object_pages import markers, plain
from opsctl.aws.wire import Wire
from opsctl.aws.xml_text import unescaped
from opsctl.errors import NotFound, Unreachable

_UPLOAD = re.compile(r"<Upload>(.*?)</Upload>", re.DOTALL)
_KEY = re.compile(r"<Key>([^<]*)</Key>")
_ID = re.compile(r"<UploadId>([^<]*)</UploadId>")
_END = "</ListMultipartUploadsResult>"


def under(
    wire: Wire, bucket: str, prefix: str, stop: threading.Event | None = None
) -> Iterator[list[tuple[str, str]]]:
    """Every page of (key, upload id) whose key begins with `prefix`.

    Raises Unreachable for a page that is not whole.
    """
    query = {"uploads": "", "prefix": prefix, "encoding-type": "url", "max-uploads": "1000"}
    while True:
        answer = wire.s3("ListMultipartUploads", "GET", bucket, query=query, stop=stop)
        page = answer.body.decode("utf-8", "surrogateescape")
        if _END not in page[-200:]:
            raise Unreachable(f"s3:ListMultipartUploads: a page of {bucket} ends too soon.")
        yield [each for each in _read(page) if each[0].startswith(prefix)]
        after = markers(page, "NextKeyMarker", "NextUploadIdMarker")
        if after is None:
            return
        if after == (query.get("key-marker"), query.get("upload-id-marker")):
            raise Unreachable(f"s3:ListMultipartUploads: {bucket} answers the same page again.")
        query["key-marker"], query["upload-id-marker"] = after


def abort(wire: Wire, bucket: str, key: str, upload: str, stop: threading.Event) -> None:
    """Gives an upload up, with the parts that it has. One that is gone is no error."""
    query = {"uploadId": upload}
    try:
        wire.s3("AbortMultipartUpload", "DELETE", bucket, key, query=query, stop=stop)
    except NotFound as error:
        if getattr(error, "aws_code", "") != "NoSuchUpload":
            raise


def _read(page: str) -> Iterator[tuple[str, str]]:
    is_encoded = "<EncodingType>url<" in page
    found = _UPLOAD.findall(page)
    if len(found) != page.count("</Upload>"):
        raise Unreachable("s3:ListMultipartUploads: a page that cannot be read whole.")
    for body in found:
        key, upload = _KEY.search(body), _ID.search(body)
        if key is None or upload is None:
            raise Unreachable("s3:ListMultipartUploads: an upload without a key or an id.")
        yield plain(key[1], is_encoded), unescaped(upload[1])

"""A versioned bucket for the scripted AWS: it lists, deletes and refuses as it is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote_plus
from xml.etree import ElementTree

from scripted_aws import Asked, Reply, refusal

WHEN = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Kept:
    """A version, or a delete marker."""

    key: str
    number: str
    is_marker: bool = False


@dataclass
class VersionedBucket:
    """`kept` in the order of S3: by key, the newest first. `page` entries are on a page.

    `spoils` may answer (code, message) for a version that is not to be deleted, and is asked
    again each time. `visible` is what an ordinary list shows after each deletion.
    """

    kept: list[Kept] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)
    page: int = 1000
    has_lock: bool = False
    spoils: Callable[[Kept], tuple[str, str] | None] = lambda _: None
    stubborn: Counter[str] = field(default_factory=Counter)
    """Uploads that outlive so many aborts."""
    ever_visible: set[str] = field(default_factory=set)
    sizes: list[int] = field(default_factory=list)
    """Of each DeleteObjects."""

    def __call__(self, asked: Asked) -> Reply:
        query = asked.query
        if "versions" in query:
            return Reply(self._versions(query))
        if "uploads" in query:
            return Reply(self._uploads(query))
        if "object-lock" in query:
            return Reply("<x/>") if self.has_lock else refusal(
                "ObjectLockConfigurationNotFoundError", status=404
            )  # fmt: skip
        if "delete" in query:
            return Reply(self._delete(asked.body))
        if "uploadId" in query:
            return self._abort(query["uploadId"])
        return self._delete_one(asked)

    def visible(self) -> set[str]:
        """Keys whose newest entry is a version."""
        newest: dict[str, Kept] = {}
        for each in self.kept:
            newest.setdefault(each.key, each)
        return {key for key, each in newest.items() if not each.is_marker}

    def _versions(self, query: dict[str, str]) -> str:
        # S3 goes on behind the markers, whether what they name is still there or not; here
        # pages end between keys, so that the marker of the key is enough.
        behind = query.get("key-marker", "")
        found = [
            each for each in self.kept if each.key.startswith(query["prefix"]) and each.key > behind
        ]
        some, more = found[: self.page], found[self.page :]
        while more and some[-1].key == more[0].key:
            some.append(more.pop(0))
        return self._listed(some, bool(more))

    @staticmethod
    def _listed(some: list[Kept], more: bool) -> str:
        written = []
        for each in some:
            kind = "DeleteMarker" if each.is_marker else "Version"
            size = "" if each.is_marker else '<ETag>"e"</ETag><Size>5</Size>'
            written.append(
                f"<{kind}><Key>{_quoted(each.key)}</Key><VersionId>{each.number}</VersionId>"
                f"<IsLatest>true</IsLatest><LastModified>{WHEN}</LastModified>{size}</{kind}>"
            )
        after = (
            f"<NextKeyMarker>{_quoted(some[-1].key)}</NextKeyMarker>"
            f"<NextVersionIdMarker>{some[-1].number}</NextVersionIdMarker>"
            if more
            else ""
        )
        return (
            "<ListVersionsResult><EncodingType>url</EncodingType>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{after}{''.join(written)}"
            "</ListVersionsResult>"
        )

    def _uploads(self, query: dict[str, str]) -> str:
        found = "".join(
            f"<Upload><Key>{_quoted(key)}</Key><UploadId>{number}</UploadId></Upload>"
            for key, number in self.uploads
            if key.startswith(query["prefix"])
        )
        return (
            "<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>false"
            f"</IsTruncated>{found}</ListMultipartUploadsResult>"
        )

    def _abort(self, number: str) -> Reply:
        if not any(each[1] == number for each in self.uploads):
            return refusal("NoSuchUpload", status=404)
        if self.stubborn[number] > 0:
            self.stubborn[number] -= 1
        else:
            self.uploads = [each for each in self.uploads if each[1] != number]
        return Reply(status=204)

    def _delete(self, body: bytes) -> str:
        root = ElementTree.fromstring(body)
        wanted = [tuple(child.text or "" for child in each) for each in root.iter() if _is(each)]
        self.sizes.append(len(wanted))
        errors = [self._spoilt(key, number) for key, number in wanted]
        self.ever_visible |= self.visible()
        return f"<DeleteResult>{''.join(errors)}</DeleteResult>"

    def _spoilt(self, key: str, number: str) -> str:
        for each in self.kept:
            if (each.key, each.number) == (key, number):
                found = self.spoils(each)
                if not found:
                    self.kept.remove(each)
                    return ""
                text = ElementTree.Element("Error")
                names = ("Key", "VersionId", "Code", "Message")
                for name, value in zip(names, (key, number, *found), strict=True):
                    ElementTree.SubElement(text, name).text = value
                return ElementTree.tostring(text, encoding="unicode")
        return ""

    def _delete_one(self, asked: Asked) -> Reply:
        key = asked.path.split("/", 2)[2]
        error = self._spoilt(key, asked.query["versionId"])
        code = re.search("<Code>(.*)</Code><Message>(.*)</Message>", error)
        return refusal(code[1], code[2], 403) if code else Reply(status=204)


def _is(element: ElementTree.Element) -> bool:
    return element.tag.rpartition("}")[2] == "Object"


def _quoted(key: str) -> str:
    return quote_plus(key, safe="/", errors="surrogateescape")

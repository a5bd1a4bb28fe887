"""DeleteObjects: up to a thousand versions in one request, and what became of each."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from opsctl.aws import backing_off
from opsctl.aws.answers import Answer
from opsctl.aws.failures import aws_code, aws_message
from opsctl.aws.wire import Wire
from opsctl.aws.xml_text import can_hold, escaped, unescaped
from opsctl.errors import NoAccess, Unreachable

MOST_KEYS = 1000
MOST_TRIES = 8

Version: TypeAlias = tuple[str, str]
"""(key, version id)"""

_RESULT = re.compile(
    r"<DeleteResult[^<>]*/>\s*$|<DeleteResult[\s>].*</DeleteResult>\s*$", re.DOTALL
)
_ERROR = re.compile(r"<Error>(.*?)</Error>", re.DOTALL)
_FIELD = re.compile(r"<(Key|VersionId|Code|Message)>([^<]*)</")
_PASSING = frozenset(
    {"InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted"}
)
_LOCKED = re.compile(r"object lock|legal hold|retention|WORM", re.IGNORECASE)


@dataclass
class Deleted:
    """What became of a batch. `left` are those that are still there: held, denied or failed."""

    done: int = 0
    left: list[Version] = field(default_factory=list)
    held: int = 0
    denied: int = 0
    """Refused without a reason: by Object Lock, or by a policy."""
    failed: Counter[str] = field(default_factory=Counter)
    requests: list[str] = field(default_factory=list)


def delete(wire: Wire, bucket: str, versions: Sequence[Version], stop: threading.Event) -> Deleted:
    """Deletes up to a thousand versions, and tries those again that S3 stumbled over.

    Raises what the wire raises when a whole request fails; Interrupted once `stop` is set.
    """
    result = Deleted()
    one_by_one = [each for each in versions if not can_hold(each[0])]
    waiting = [each for each in versions if can_hold(each[0])] if one_by_one else list(versions)
    for each in one_by_one:
        _delete_one(wire, bucket, each, stop, result)
    for tries in range(1, MOST_TRIES + 1):
        if not waiting:
            break
        waiting = _once(wire, bucket, waiting, stop, result, last=tries == MOST_TRIES)
        if waiting:
            wire.pressure.complaint()
            backing_off.sleep(backing_off.pause(tries), stop)
    return result


def _once(
    wire: Wire,
    bucket: str,
    versions: list[Version],
    stop: threading.Event,
    result: Deleted,
    *,
    last: bool,
) -> list[Version]:
    """One request. Answers what is to be tried again."""
    body = _body(versions)
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    headers = {"Content-MD5": base64.b64encode(digest).decode(), "Content-Type": "application/xml"}
    answer = wire.s3(
        "DeleteObjects", "POST", bucket, query={"delete": ""}, headers=headers, body=body, stop=stop
    )
    result.requests.append(answer.request_id)
    again = []
    errors = _errors(answer)
    asked = set(versions) if errors else set()
    for version, code, message in errors:
        if version in asked and code in _PASSING and not last:
            again.append(version)
        else:
            _count(result, version, code, message)
    result.done += len(versions) - len(errors)
    return again


def _delete_one(
    wire: Wire, bucket: str, version: Version, stop: threading.Event, result: Deleted
) -> None:
    """For a key that XML cannot hold: it travels in the address instead."""
    query = {"versionId": version[1]}
    try:
        answer = wire.s3("DeleteObject", "DELETE", bucket, version[0], query=query, stop=stop)
    except NoAccess as error:
        if aws_code(error) not in ("AccessDenied", "403"):
            raise
        _count(result, version, "AccessDenied", aws_message(error))
        return
    result.requests.append(answer.request_id)
    result.done += 1


def _count(result: Deleted, version: Version, code: str, message: str) -> None:
    result.left.append(version)
    if code != "AccessDenied":
        result.failed[code] += 1
    elif _LOCKED.search(message):
        result.held += 1
    elif message.strip(" .").lower() in ("", "access denied"):
        result.denied += 1
    else:
        result.failed[code] += 1


def _body(versions: Sequence[Version]) -> bytes:
    listed = "".join(
        f"<Object><Key>{escaped(key)}</Key><VersionId>{escaped(version)}</VersionId></Object>"
        for key, version in versions
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Quiet>true</Quiet>{listed}</Delete>"
    ).encode()


def _errors(answer: Answer) -> list[tuple[Version, str, str]]:
    """Each error of a quiet answer: the version, its code, its message."""
    text = answer.body.decode("utf-8", "surrogateescape")
    errors = _ERROR.findall(text)
    if not _RESULT.search(text) or len(errors) != text.count("</Error>"):
        raise Unreachable("s3:DeleteObjects: S3 answered with something else than a result.")
    found = []
    for body in errors:
        fields = {name: unescaped(value) for name, value in _FIELD.findall(body)}
        version = (fields.get("Key", ""), fields.get("VersionId", ""))
        found.append((version, fields.get("Code", "Unknown"), fields.get("Message", "")))
    return found

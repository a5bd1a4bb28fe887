"""Versions deleted a thousand at a time, and what became of each."""

import base64
import hashlib
import threading
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from scripted_aws import Asked, Reply, ScriptedAws, refusal

from opsctl.aws import Aws, deletions
from opsctl.aws.deletions import Deleted, Version
from opsctl.errors import Interrupted, NoAccess, Unreachable

ODD = (
    "p/a b+c%20",
    "p/]]>&amp;<x>\"'",
    "p/\n\r\n\t lines \r",
    "p/ü🙂\x85\u2028",
    "p/../x//",
    "p/%FF",
)


def _delete(aws: Aws, *versions: Version, stop: threading.Event | None = None) -> Deleted:
    with aws.changing():
        return deletions.delete(aws.wire("s3"), "bucket", versions, stop or threading.Event())


def _named(asked: Asked) -> list[Version]:
    root = ElementTree.fromstring(asked.body)
    space = "{http://s3.amazonaws.com/doc/2006-03-01/}"
    return [
        (it.findtext(f"{space}Key") or "", it.findtext(f"{space}VersionId") or "")
        for it in root.iter(f"{space}Object")
    ]


def _errors(*rows: tuple[str, str, str, str]) -> Reply:
    names = ("Key", "VersionId", "Code", "Message")
    listed = "".join(
        "<Error>"
        + "".join(f"<{name}>{it}</{name}>" for name, it in zip(names, row, strict=True))
        + "</Error>"
        for row in rows
    )
    return Reply(f'<?xml version="1.0"?>\n<DeleteResult xmlns="x">{listed}</DeleteResult>')


def test_odd_keys_are_named_as_they_are(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: _errors()
    versions = [(key, "v&1") for key in ODD]
    found = _delete(at_scripted(), *versions)
    (asked,) = scripted.asked
    assert _named(asked) == versions
    digest = base64.b64encode(hashlib.md5(asked.body).digest()).decode()
    assert asked.headers["content-md5"] == digest
    assert b"<Quiet>true</Quiet>" in asked.body
    assert (found.done, found.left, found.requests) == (6, [], ["req-1"])


def test_keys_that_xml_cannot_hold_go_one_by_one(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda asked: Reply(status=204) if asked.method == "DELETE" else _errors()
    found = _delete(at_scripted(), ("p/\x01", "v1"), ("p/a", "v2"), ("p/\udcff", "v3"))
    assert found.done == 3
    assert [(it.path, it.query) for it in scripted.sent("DELETE")] == [
        ("/bucket/p/\x01", {"versionId": "v1"}),
        ("/bucket/p/\udcff", {"versionId": "v3"}),
    ]
    assert _named(scripted.sent("POST")[0]) == [("p/a", "v2")]


def test_what_s3_stumbled_over_is_tried_again_and_nothing_else(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    replies = [
        _errors(("p/&amp;", "v2", "InternalError", "m"), ("p/c", "v3", "SlowDown", "m")),
        _errors(("p/c", "v3", "InternalError", "m")),
        _errors(),
    ]
    scripted.answer = lambda _: replies.pop(0)
    found = _delete(at_scripted(), ("p/a", "v1"), ("p/&", "v2"), ("p/c", "v3"))
    assert [_named(it) for it in scripted.asked[1:]] == [
        [("p/&", "v2"), ("p/c", "v3")],
        [("p/c", "v3")],
    ]
    assert (found.done, found.left, found.failed) == (3, [], {})


def test_tries_are_bounded_and_what_is_left_is_counted(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: _errors(("p/b", "v2", "InternalError", "m"))
    found = _delete(at_scripted(), ("p/a", "v1"), ("p/b", "v2"))
    assert len(scripted.asked) == deletions.MOST_TRIES
    assert (found.done, found.left, found.failed) == (1, [("p/b", "v2")], {"InternalError": 1})


@pytest.mark.parametrize(
    ("message", "held", "denied", "failed"),
    [
        ("Access Denied because object protected by object lock.", 1, 0, {}),
        ("Access Denied", 0, 1, {}),
        ("User: arn:aws:iam::1:user/x is not authorized to perform: s3:DeleteObjectVersion", 0, 0,
         {"AccessDenied": 1}),
        ("Mfa Authentication must be used for this request", 0, 0, {"AccessDenied": 1}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["p/a", "p/\x01"])
def test_a_denied_version_is_held_denied_or_failed(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, key: str, message: str, held: int,
    denied: int, failed: dict[str, int],
) -> None:  # fmt: skip
    def answer(asked: Asked) -> Reply:
        if asked.method == "DELETE":
            return refusal("AccessDenied", message, 403)
        return _errors(("p/a", "v1", "AccessDenied", message))

    scripted.answer = answer
    found = _delete(at_scripted(), (key, "v1"))
    assert (found.done, found.held, found.denied, found.failed) == (0, held, denied, failed)
    assert found.left == [(key, "v1")]
    assert len(scripted.asked) == 1


def test_a_request_that_is_denied_as_a_whole_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: refusal("AccessDenied", "Access Denied", 403)
    with pytest.raises(NoAccess):
        _delete(at_scripted(), ("p/a", "v1"))


def test_an_error_about_something_that_was_not_named_is_a_failure(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: _errors(("other", "v", "InternalError", "m"))
    found = _delete(at_scripted(), ("p/a", "v1"))
    assert found.failed == {"InternalError": 1}
    assert found.done == 0


@pytest.mark.parametrize(
    "body",
    [
        "<html>all is well</html>",
        "",
        "<DeleteResult><Error><Key>p/a</Key>",
        '<DeleteResult><Error new="1"><Key>p/a</Key></Error></DeleteResult>',
    ],
)
def test_an_answer_that_is_no_result_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, body: str
) -> None:
    scripted.answer = lambda _: Reply(body)
    with pytest.raises(Unreachable, match="something else than a result"):
        _delete(at_scripted(), ("p/a", "v1"))


@pytest.mark.parametrize(
    "body", [" " * 999 + "<DeleteResult/>\n", '<DeleteResult xmlns="x"></DeleteResult>']
)
def test_a_result_may_come_late_and_say_nothing(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, body: str
) -> None:
    late = Reply("  <Error><Code>InternalError</Code></Error>")
    replies = [late, Reply(body)]
    scripted.answer = lambda _: replies.pop(0)
    assert _delete(at_scripted(), ("p/a", "v1")).done == 1


def test_nothing_is_tried_again_once_stopped(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    stop = threading.Event()

    def answer(_: Asked) -> Reply:
        stop.set()
        return _errors(("p/a", "v1", "InternalError", "m"))

    scripted.answer = answer
    with pytest.raises(Interrupted):
        _delete(at_scripted(), ("p/a", "v1"), stop=stop)
    assert len(scripted.asked) == 1

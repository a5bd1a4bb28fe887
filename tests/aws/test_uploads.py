"""Uploads in parts that never ended."""

import threading
from collections.abc import Callable

import pytest
from scripted_aws import Reply, ScriptedAws, refusal

from opsctl.aws import Aws, uploads
from opsctl.errors import NoAccess, NotFound, Unreachable


def _page(listed: str, after: str = "") -> Reply:
    return Reply(
        "<ListMultipartUploadsResult><EncodingType>url</EncodingType>"
        f"<IsTruncated>{'true' if after else 'false'}</IsTruncated>{after}{listed}"
        "</ListMultipartUploadsResult>"
    )


def _upload(key: str, number: str) -> str:
    who = "<Initiator><ID>i</ID></Initiator>"
    return f"<Upload><Key>{key}</Key><UploadId>{number}</UploadId>{who}</Upload>"


def test_every_page_is_read_and_other_peoples_keys_left_out(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    after = (
        "<NextKeyMarker>images/1/a%2Bb</NextKeyMarker><NextUploadIdMarker>u1</NextUploadIdMarker>"
    )
    replies = [
        _page(_upload("images/1/a%2Bb", "u1") + _upload("images/10/x", "u2"), after),
        _page(_upload("images/1/c", "u3&amp;")),
    ]
    scripted.answer = lambda _: replies.pop(0)
    found = list(uploads.under(at_scripted().wire("s3"), "bucket", "images/1/"))
    assert found == [[("images/1/a+b", "u1")], [("images/1/c", "u3&")]]
    assert scripted.asked[1].query["key-marker"] == "images/1/a+b"
    assert scripted.asked[1].query["upload-id-marker"] == "u1"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply("<ListMultipartUploadsResult>"), "ends too soon"),
        (_page("", "<NextKeyMarker>k</NextKeyMarker>"), "not where"),
        (_page("<Upload><Key>k</Key></Upload>"), "without a key or an id"),
        (_page('<Upload new="1"><Key>k</Key></Upload>'), "cannot be read whole"),
        (
            _page("", "<NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker>"),
            "the same page again",
        ),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, reply: Reply, words: str
) -> None:
    scripted.answer = lambda _: reply
    with pytest.raises(Unreachable, match=words):
        list(uploads.under(at_scripted().wire("s3"), "bucket", ""))


def test_an_upload_that_is_gone_is_aborted(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: refusal("NoSuchUpload", status=404)
    aws = at_scripted()
    with aws.changing():
        uploads.abort(aws.wire("s3"), "bucket", "a b", "u+1", threading.Event())
    (asked,) = scripted.asked
    assert (asked.method, asked.path, asked.query) == ("DELETE", "/bucket/a b", {"uploadId": "u+1"})


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refusal("NoSuchBucket", status=404), NotFound),
        (refusal("AccessDenied", "Access Denied", 403), NoAccess),
    ],
)
def test_another_refusal_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, reply: Reply, kind: type[Exception]
) -> None:
    scripted.answer = lambda _: reply
    aws = at_scripted()
    with aws.changing(), pytest.raises(kind):
        uploads.abort(aws.wire("s3"), "bucket", "k", "u", threading.Event())

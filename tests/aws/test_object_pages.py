"""Pages of object versions."""

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_aws import Asked, Reply, ScriptedAws

from opsctl.aws import Aws, object_pages
from opsctl.aws.object_pages import Entry
from opsctl.aws.xml_text import can_hold, escaped
from opsctl.errors import Unreachable

WHEN = "2026-01-01T00:00:00.000Z"
OWNER = "<Owner><ID>o</ID><DisplayName>Key</DisplayName></Owner>"


def version(key: str, number: str = "v1", latest: str = "true") -> str:
    """As S3 writes one, with what newer S3 puts between."""
    return (
        f"<Version><Key>{key}</Key><VersionId>{number}</VersionId><IsLatest>{latest}</IsLatest>"
        f"<LastModified>{WHEN}</LastModified><ETag>&quot;e-1&quot;</ETag>"
        "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
        f"<Size>7</Size><StorageClass>STANDARD</StorageClass>{OWNER}</Version>"
    )


def marker(key: str, number: str = "m1", latest: str = "true") -> str:
    return (
        f"<DeleteMarker><Key>{key}</Key><VersionId>{number}</VersionId>"
        f"<IsLatest>{latest}</IsLatest><LastModified>{WHEN}</LastModified>{OWNER}</DeleteMarker>"
    )


def page(*entries: str, after: str = "", encoded: bool = True) -> str:
    more = f"<IsTruncated>{'true' if after else 'false'}</IsTruncated>{after}"
    encoding = "<EncodingType>url</EncodingType>" if encoded else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3/"><Name>b'
        f"</Name><Prefix>p</Prefix>{encoding}{more}{''.join(entries)}</ListVersionsResult>"
    )


def after(key: str, number: str) -> str:
    return (
        f"<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{number}</NextVersionIdMarker>"
    )


def test_every_field_of_an_entry() -> None:
    found = object_pages.read(page(version("p/a", "null", "false"), marker("p/a")))
    assert found == [
        Entry("p/a", "null", False, False, WHEN, 7, "e-1", "STANDARD"),
        Entry("p/a", "m1", True, True, WHEN, 0, "", ""),
    ]


@given(st.text(min_size=1))
def test_any_key_is_read_as_it_is(key: str) -> None:
    written = quote_plus(key, safe="/", errors="surrogatepass")
    (found,) = object_pages.read(page(version(written)))
    assert found.key.encode("utf-8", "surrogateescape") == key.encode("utf-8", "surrogatepass")


@given(st.text(min_size=1).filter(can_hold))
def test_a_server_that_does_not_encode_keys_is_read_too(key: str) -> None:
    (found,) = object_pages.read(page(version(escaped(key)), encoded=False))
    assert found.key == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("p/a+b%2Bc%20d", "p/a b+c d"),
        ("p/%5D%5D%3E%26amp%3B", "p/]]>&amp;"),
        ("p/%0A%0D%09%01", "p/\n\r\t\x01"),
        ("p/100%25", "p/100%"),
        ("p/%C3%BC%F0%9F%99%82", "p/ü🙂"),
        ("p/%FF", "p/\udcff"),
        ("p/%2", "p/%2"),
    ],
)
def test_hostile_keys(written: str, key: str) -> None:
    assert object_pages.read(page(version(written)))[0].key == key


def test_another_order_of_elements_is_read_the_slow_way() -> None:
    odd = (
        "<Version>\n <Owner><ID>x</ID><Key>no</Key></Owner><Size>9</Size><VersionId>v9</VersionId>"
        f"<LastModified>{WHEN}</LastModified><IsLatest>true</IsLatest><Key>p/odd</Key></Version>"
    )
    first, second = object_pages.read(page(odd, marker("p/z")))
    assert first == Entry("p/odd", "v9", True, False, WHEN, 9, "", "")
    assert second.is_marker


ETAG, SIZE, CLASS = "<ETag>e</ETag>", "<Size>7</Size>", "<StorageClass>GLACIER</StorageClass>"


@pytest.mark.parametrize(
    "rest",
    [
        ETAG + SIZE + CLASS + OWNER,
        ETAG + SIZE + OWNER + CLASS,
        OWNER + SIZE + CLASS + ETAG,
        CLASS + SIZE + ETAG,
        ETAG + "<New>1</New>" + SIZE + "<Deep><Size1>9</Size1></Deep>" + CLASS + "<Owner/>",
        f"\n  {ETAG}\n  {SIZE}\n  {OWNER}\n  {CLASS}\n",
    ],
)
def test_no_field_is_lost_whatever_the_order(rest: str) -> None:
    head = (
        "<Key>p/a</Key><VersionId>v</VersionId><IsLatest>true</IsLatest>"
        f"<LastModified>{WHEN}</LastModified>"
    )
    written = page(version("p/0"), f"<Version>{head}{rest}</Version>", marker("p/z"))
    first, second, third = object_pages.read(written)
    assert second == Entry("p/a", "v", True, False, WHEN, 7, "e", "GLACIER")
    assert (first.key, third.is_marker) == ("p/0", True)


def test_no_entry_is_passed_over_in_silence() -> None:
    odd = version("p/a").replace("<Version>", '<Version kind="new">')
    with pytest.raises(Unreachable, match="cannot be read whole"):
        object_pages.read(page(version("p/0"), odd))


def test_an_entry_without_a_version_is_an_error() -> None:
    with pytest.raises(Unreachable, match="without a key or a version"):
        object_pages.read(page("<Version><Key>p/a</Key></Version>"))


def test_pages_are_followed_and_other_peoples_keys_left_out(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    pages = {
        "": page(version("images/1/a"), version("images/10/a"), after=after("i/b+c", "v&amp;2")),
        "i/b c": page(marker("images/1/z"), marker("images/1")),
    }
    scripted.answer = lambda asked: Reply(pages[asked.query.get("key-marker", "")])
    wire = at_scripted().wire("s3")
    found = list(object_pages.entries(wire, "bucket", "images/1/"))
    assert [[each.key for each in some] for some in found] == [["images/1/a"], ["images/1/z"]]
    first, second = (it.query for it in scripted.asked)
    assert first == {
        "versions": "", "prefix": "images/1/", "encoding-type": "url", "max-keys": "1000",
    }  # fmt: skip
    assert second["version-id-marker"] == "v&2"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (page(version("p/a"), after="<NextKeyMarker>k</NextKeyMarker>"), "not where"),
        (page(after="<NextVersionIdMarker>v</NextVersionIdMarker>"), "not where"),
        (page(version("p/a"), after=after("p/a", "v1")), "the same page again"),
        (page(version("p/a"))[:-9], "ends too soon"),
        ("<html>a proxy's page</html>", "ends too soon"),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, body: str, words: str
) -> None:
    scripted.answer = lambda _: Reply(body)
    with pytest.raises(Unreachable, match=words):
        list(object_pages.entries(at_scripted().wire("s3"), "bucket", "p/"))
    assert len(scripted.asked) <= 2


def test_only_one_page_is_held(at_scripted: Callable[..., Aws], scripted: ScriptedAws) -> None:
    def answer(asked: Asked) -> Reply:
        number = int(asked.query.get("key-marker", "p/0")[2:]) + 1
        return Reply(page(version(f"p/{number}"), after=after(f"p/{number}", "v1")))

    scripted.answer = answer
    found = object_pages.entries(at_scripted().wire("s3"), "bucket", "p/")
    assert [next(found)[0].key for _ in range(3)] == ["p/1", "p/2", "p/3"]
    assert len(scripted.asked) == 3

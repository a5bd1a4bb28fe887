"""The tests' own check of signatures, against the examples of Amazon S3's documentation."""

import pytest
from signatures import problem

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
GET_OBJECT = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
GET_LIFECYCLE = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
LIST = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


def _headers(signature: str, **more: str) -> dict[str, str]:
    plain = {
        "host": "examplebucket.s3.amazonaws.com",
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        **more,
    }
    return plain | {
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/"
        f"s3/aws4_request,SignedHeaders={';'.join(sorted(plain))},Signature={signature}"
    }


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/test.txt", _headers(GET_OBJECT, range="bytes=0-9")),
        ("/?lifecycle", _headers(GET_LIFECYCLE)),
        ("/?max-keys=2&prefix=J", _headers(LIST)),
    ],
)
def test_the_documented_examples_are_right(target: str, headers: dict[str, str]) -> None:
    assert problem("GET", target, headers, b"", SECRET) == ""


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        ("/test.txt2", _headers(GET_OBJECT, range="bytes=0-9"), b""),
        ("/test.txt", _headers(GET_OBJECT, range="bytes=0-8"), b""),
        ("/test.txt", _headers(GET_OBJECT, range="bytes=0-9"), b"more"),
        ("/?max-keys=2&prefix=K", _headers(LIST), b""),
        ("/?max-keys=2&prefix=J", {}, b""),
    ],
)
def test_anything_else_is_wrong(target: str, headers: dict[str, str], body: bytes) -> None:
    assert problem("GET", target, headers, body, SECRET) != ""

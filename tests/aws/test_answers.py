"""Good answers on the wire."""

import msgspec
import pytest

from opsctl.aws.answers import Answer, decoded
from opsctl.errors import Unreachable


def test_the_request_id_has_two_names() -> None:
    assert Answer(200, {"x-amz-request-id": "a"}, b"").request_id == "a"
    assert Answer(200, {"x-amzn-requestid": "b"}, b"").request_id == "b"
    assert Answer(200, {}, b"").request_id == ""


def test_a_body_is_decoded() -> None:
    decoder = msgspec.json.Decoder(dict[str, int])
    assert decoded(decoder, Answer(200, {}, b'{"a": 1}'), "s:O") == {"a": 1}


@pytest.mark.parametrize("body", [b"<html>sign in to the network</html>", b'{"a": "b"}', b""])
def test_something_else_is_said_to_be_so(body: bytes) -> None:
    decoder = msgspec.json.Decoder(dict[str, int])
    with pytest.raises(Unreachable, match="s:O: an answer that cannot be read"):
        decoded(decoder, Answer(200, {}, body), "s:O")

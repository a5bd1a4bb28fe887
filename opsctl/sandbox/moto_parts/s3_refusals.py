"""S3: errors with a status of their own; moto knows only those that S3's model declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.xml_text import element

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


class S3Refused(Exception):
    """An error answer: status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def install(_: World) -> None:
    """Let every answer about a bucket or an object be such an error."""
    for name in ("_bucket_response", "_key_response"):
        setattr(S3Response, name, _answering(original(S3Response, name)))


def _answering(respond: Callable[..., Any]) -> Callable[..., Any]:
    def answered(received: Any, *args: Any, **named: Any) -> Any:
        try:
            return respond(received, *args, **named)
        except S3Refused as error:
            told = element("Code", error.code) + element("Message", str(error))
            body = f"<Error>{told}<RequestId>sandbox</RequestId></Error>"
            return error.status, {"Content-Type": "application/xml"}, body

    return answered

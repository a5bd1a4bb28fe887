"""Failures by kind."""

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from opsctl.caption_service import failures


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDeniedException", 403, "AccessDenied"),
        ("ThrottlingException", 429, "Throttling"),
        ("ModelTimeoutException", 408, "Timeout"),
        ("SomethingNew", 503, "Unavailable"),
        ("ValidationException", 400, "Refused"),
        ("ResourceNotFoundException", 404, "NotFound"),
    ],
)
def test_a_code_of_aws_has_a_kind(code: str, status: int, kind: str) -> None:
    response = {
        "Error": {"Code": code, "Message": "arn:aws:secret"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    failed = failures.of_aws(ClientError(response, "Converse"))

    assert str(failed) == f"{kind} ({code})"


def test_what_botocore_raises_by_itself_has_a_kind() -> None:
    assert failures.of_aws(NoCredentialsError()).kind == "AccessDenied"
    assert failures.of_aws(ReadTimeoutError(endpoint_url="http://x")).kind == "Timeout"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "AccessDenied"), (402, "Refused"), (404, "NotFound"), (429, "Throttling"),
     (500, "Unavailable"), (504, "Timeout"), (302, "Refused")],
)  # fmt: skip
def test_a_status_has_a_kind(status: int, kind: str) -> None:
    assert str(failures.of_status(status)) == f"{kind} (HTTP {status})"

"""Failures of providers by kind: what botocore raises and what HTTP answers, in our few words."""

from __future__ import annotations

import re

from opsctl.caption_service.captioners import Failed

_KINDS = {
    "AccessDenied": (
        "AccessDenied",
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "InvalidClientTokenId",
        "ExpiredToken",
        "ExpiredTokenException",
        "NoCredentialsError",
    ),
    "Throttling": (
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceQuotaExceededException",
    ),
    "Timeout": ("ReadTimeoutError", "ConnectTimeoutError", "ModelTimeoutException"),
    "Unavailable": (
        "InternalServerException",
        "InternalFailure",
        "InternalDependencyException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "ModelNotReadyException",
        "ModelError",
        "ModelErrorException",
        "EndpointConnectionError",
        "ConnectionClosedError",
    ),
    "NotFound": ("ResourceNotFoundException",),
}
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}
_STATUSES = {
    401: "AccessDenied",
    403: "AccessDenied",
    404: "NotFound",
    408: "Timeout",
    429: "Throttling",
    504: "Timeout",
}


def of_aws(error: Exception) -> Failed:
    """What botocore raised. The message is left out: it may repeat what was sent."""
    response = getattr(error, "response", None) or {}
    code = str(response.get("Error", {}).get("Code", "") or type(error).__name__)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = _KIND_OF.get(code) or ("Unavailable" if status >= 500 else "Refused")
    return Failed(kind, re.sub(r"[^\w.-]", "", code)[:60])


def of_status(status: int) -> Failed:
    """An HTTP answer that is not 200."""
    kind = _STATUSES.get(status) or ("Unavailable" if status >= 500 else "Refused")
    return Failed(kind, f"HTTP {status}")

"""Signature Version 4 from AWS's description of it, for checking what a caller signed.

Nothing of botocore: the canonical request is made from the bytes that arrived.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def problem(method: str, target: str, headers: Mapping[str, str], body: bytes, secret: str) -> str:
    """What is wrong with a request's signature; "" when it is right. Header names in lower case."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if not found:
        return "no Authorization header of AWS4"
    _, day, region, service, names, signature = found.groups()
    digest = hashlib.sha256(body).hexdigest()
    if service == "s3" and headers.get("x-amz-content-sha256") != digest:
        return "the body's digest is another"
    if not {"host", "x-amz-date"} <= set(names.split(";")):
        return "host and date are not signed"
    # A proxy is asked for the whole address; what is signed begins behind the host.
    path, _, query = re.sub(r"^https?://[^/]+", "", target).partition("?")
    signed = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names.split(";"))
    # S3 signs the path as it was sent; every other service encodes it once more.
    place = path if service == "s3" else encoded(path, keep=b"/")
    lines = (method, place, canonical_query(query), signed, names, digest)
    scope = f"{day}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashed}"
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(expected, signature) else "another signature"


def canonical_query(query: str) -> str:
    """Names and values decoded, encoded again by AWS's rule, and sorted."""
    if not query:
        return ""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return "&".join(
        f"{name}={value}"
        for name, value in sorted((encoded_again(name), encoded_again(it)) for name, _, it in pairs)
    )


def encoded_again(text: str) -> str:
    """Percent-encoding, whatever it was before."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())
    return "".join(chr(it) if it in _UNRESERVED else f"%{it:02X}" for it in raw)


def encoded(text: str, keep: bytes) -> str:
    """Percent-encoding of every byte that AWS does not leave alone."""
    return "".join(chr(it) if it in _UNRESERVED + keep else f"%{it:02X}" for it in text.encode())

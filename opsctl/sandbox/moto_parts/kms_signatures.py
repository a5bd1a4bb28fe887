"""KMS: Sign and Verify of a digest, and of PSS salts as long as the digest, as on AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.kms.exceptions import ValidationException
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

LARGEST = 4096
"""Bytes of a message that KMS digests itself."""


class Digest(bytes):
    """What is signed was digested already."""


def install(_: World) -> None:
    """Put both operations in the place of moto's, which digests everything a second time."""
    KmsResponse._get_param = _typed(original(KmsResponse, "_get_param"))
    for name in ("sign", "verify"):
        original(KmsBackend, name)
    KmsBackend.sign = _sign
    KmsBackend.verify = _verify


def _typed(get: Callable[..., Any]) -> Callable[..., Any]:
    """A message that says so comes as a Digest."""

    def get_param(received: Any, name: str, if_none: Any = None) -> Any:
        found = get(received, name, if_none)
        if name != "Message" or found is None:
            return found
        if get(received, "MessageType") == "DIGEST":
            return Digest(found)
        if len(found) > LARGEST:
            raise ValidationException(
                "1 validation error detected: Value at 'message' failed to satisfy constraint: "
                f"Member must have length less than or equal to {LARGEST}"
            )
        return found

    return get_param


def _sign(backend: Any, key_id: str, message: bytes, signing_algorithm: str) -> tuple[Any, ...]:
    key = _usable(backend, key_id, signing_algorithm)
    how = _how(message, signing_algorithm)
    return key.arn, key.private_key.private_key.sign(bytes(message), *how), signing_algorithm


def _verify(
    backend: Any, key_id: str, message: bytes, signature: bytes, signing_algorithm: str
) -> tuple[Any, ...]:
    from cryptography.exceptions import InvalidSignature

    key = _usable(backend, key_id, signing_algorithm)
    public = key.private_key.private_key.public_key()
    try:
        public.verify(signature, bytes(message), *_how(message, signing_algorithm))
    except InvalidSignature:
        raise JsonRESTError("KMSInvalidSignatureException", "") from None
    return key.arn, True, signing_algorithm


def _usable(backend: Any, key_id: str, algorithm: str) -> Any:
    """The key. Raises as KMS does for one that is off, cannot sign, or not in that way."""
    key = backend.describe_key(key_id)
    if not key.enabled or key.key_state != "Enabled":
        code = "DisabledException" if key.key_state == "Disabled" else "KMSInvalidStateException"
        raise JsonRESTError(code, f"{key.arn} is {key.key_state}.")
    if key.key_usage != "SIGN_VERIFY" or algorithm not in key.signing_algorithms:
        raise JsonRESTError(
            "InvalidKeyUsageException",
            f"Algorithm {algorithm} is incompatible with key spec {key.key_spec}.",
        )
    return key


def _how(message: bytes, algorithm: str) -> list[Any]:
    """How `cryptography` is told to sign: the padding of an RSA key, then the hash."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

    size = algorithm.rpartition("_")[2]
    known: dict[str, Any] = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
    chosen = hashing = known[size]()
    if isinstance(message, Digest):
        if len(message) != chosen.digest_size:
            raise ValidationException("Digest is invalid length for algorithm " + algorithm)
        hashing = utils.Prehashed(chosen)
    if algorithm.startswith("ECDSA"):
        return [ec.ECDSA(hashing)]
    if "PKCS1" in algorithm:
        return [padding.PKCS1v15(), hashing]
    pss = padding.PSS(mgf=padding.MGF1(chosen), salt_length=padding.PSS.DIGEST_LENGTH)
    return [pss, hashing]

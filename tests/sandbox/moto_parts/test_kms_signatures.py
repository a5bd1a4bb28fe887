"""What KMS signs can be checked with the public key alone, as a signature of AWS can."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

CONTENT = b"erased, all of it"


@pytest.fixture
def kms(account: Any) -> Any:
    return account.client("kms")


def key(kms: Any, spec: str = "ECC_NIST_P256") -> str:
    made = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")
    return str(made["KeyMetadata"]["KeyId"])


def signed(kms: Any, key: str, algorithm: str, **words: Any) -> bytes:
    asked = {"Message": hashlib.sha256(CONTENT).digest(), "MessageType": "DIGEST"} | words
    answer = kms.sign(KeyId=key, SigningAlgorithm=algorithm, **asked)
    return bytes(answer["Signature"])


def test_a_digest_is_signed_as_it_is(kms: Any) -> None:
    made = key(kms)
    public = load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signed(kms, made, "ECDSA_SHA_256"), CONTENT, ec.ECDSA(hashes.SHA256()))


def test_the_salt_of_an_rsa_signature_is_as_long_as_its_digest(kms: Any) -> None:
    made = key(kms, "RSA_2048")
    public: Any = load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"])
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
    public.verify(signed(kms, made, "RSASSA_PSS_SHA_256"), CONTENT, pss, hashes.SHA256())
    simple = signed(kms, made, "RSASSA_PKCS1_V1_5_SHA_256")
    public.verify(simple, CONTENT, padding.PKCS1v15(), hashes.SHA256())


def test_raw_and_digest_of_the_same_content_agree(kms: Any) -> None:
    made = key(kms)
    signature = signed(kms, made, "ECDSA_SHA_256", Message=CONTENT, MessageType="RAW")
    place = {"KeyId": made, "SigningAlgorithm": "ECDSA_SHA_256", "Signature": signature}
    digest = hashlib.sha256(CONTENT).digest()
    assert kms.verify(**place, Message=digest, MessageType="DIGEST")["SignatureValid"]
    with pytest.raises(kms.exceptions.KMSInvalidSignatureException):
        kms.verify(**place, Message=CONTENT + b"!")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"Message": b"short", "MessageType": "DIGEST"}, "ValidationException"),
        ({"Message": b"x" * 4097, "MessageType": "RAW"}, "ValidationException"),
        ({"algorithm": "RSASSA_PSS_SHA_256"}, "InvalidKeyUsageException"),
    ],
)
def test_what_cannot_be_signed_is_refused(kms: Any, words: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        signed(kms, key(kms), **{"algorithm": "ECDSA_SHA_256", **words})


def test_a_key_that_is_off_or_going_does_not_sign(kms: Any) -> None:
    off, going = key(kms), key(kms)
    kms.disable_key(KeyId=off)
    kms.schedule_key_deletion(KeyId=going)
    with pytest.raises(ClientError, match="DisabledException"):
        signed(kms, off, "ECDSA_SHA_256")
    with pytest.raises(ClientError, match="KMSInvalidStateException"):
        signed(kms, going, "ECDSA_SHA_256")

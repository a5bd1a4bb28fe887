"""Signatures that no operator can forge: an asymmetric key whose private half KMS keeps."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.errors import BadConfig

ALGORITHMS = ("ECDSA_SHA_256", "RSASSA_PSS_SHA_256")
"""Those that sign a SHA-256 digest; the first one that the key knows is taken."""


@dataclass(frozen=True)
class Signature:
    """A signature over the SHA-256 of some content, in base64, with the ARN of its key."""

    key: str
    algorithm: str
    value: str


class Kms(Gateway):
    """Signs and verifies."""

    @property
    def _kms(self) -> Any:
        return self.aws.client("kms")

    def sign(self, key: str, content: bytes) -> Signature:
        """A signature of the key (an id, ARN or alias). Raises BadConfig for a key that cannot."""
        known = self._kms.get_public_key(KeyId=key).get("SigningAlgorithms", ())
        algorithm = next((each for each in ALGORITHMS if each in known), "")
        if not algorithm:
            raise BadConfig(
                f"The key {key} cannot sign a SHA-256 digest.",
                hint="certificate_key in opsctl.toml needs a key for SIGN_VERIFY of the kind "
                "ECC_NIST_P256 or RSA_2048.",
            )
        made = self._kms.sign(
            KeyId=key,
            Message=hashlib.sha256(content).digest(),
            MessageType="DIGEST",
            SigningAlgorithm=algorithm,
        )
        return Signature(made["KeyId"], algorithm, base64.b64encode(made["Signature"]).decode())

    def is_by(self, signature: Signature, key: str) -> bool:
        """Whether it was made with the key that an id, an ARN or an alias names."""
        found = str(self._kms.get_public_key(KeyId=key)["KeyId"])
        return found.rpartition("/")[2] == signature.key.rpartition("/")[2]

    def holds(self, signature: Signature, content: bytes) -> bool:
        """Whether the key really signed just this content."""
        client = self._kms
        try:
            answer = client.verify(
                KeyId=signature.key,
                Message=hashlib.sha256(content).digest(),
                MessageType="DIGEST",
                Signature=base64.b64decode(signature.value),
                SigningAlgorithm=signature.algorithm,
            )
        except client.exceptions.KMSInvalidSignatureException:
            return False
        return bool(answer["SignatureValid"])

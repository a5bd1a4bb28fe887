from __future__ import annotations

from dataclasses import replace

import pytest
from erasing import door

from opsctl.aws import Aws
from opsctl.errors import BadConfig
from opsctl.sandbox.emulator import Emulator


@pytest.fixture(scope="module")
def aws(emulator: Emulator) -> Aws:
    return door(emulator)


def test_a_signature_holds_for_its_content_and_no_other(aws: Aws) -> None:
    with aws.changing():
        made = aws.kms.sign(aws.target.certificate_key, b"document")
    # Verifying changes nothing, so it needs no plan.
    assert aws.kms.holds(made, b"document")
    assert not aws.kms.holds(made, b"another")
    assert not aws.kms.holds(replace(made, value="AAAA"), b"document")
    assert aws.kms.is_by(made, aws.target.certificate_key)


def test_another_key_is_another_signer(aws: Aws) -> None:
    with aws.changing():
        made = aws.kms.sign(aws.target.certificate_key, b"document")
        other = aws.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    assert not aws.kms.is_by(made, other["KeyMetadata"]["KeyId"])


def test_a_key_that_cannot_sign_is_a_mistake_of_the_configuration(aws: Aws) -> None:
    with aws.changing():
        made = aws.client("kms").create_key(KeyUsage="ENCRYPT_DECRYPT", KeySpec="RSA_2048")
        with pytest.raises(BadConfig, match="cannot sign"):
            aws.kms.sign(made["KeyMetadata"]["KeyId"], b"document")

"""Small whole facts of a rotation to start a test from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from samples import ACCOUNT, live, service

from opsctl.aws.app_clients import AppClient, ClientSecret
from opsctl.aws.consumers import Consumer
from opsctl.aws.secret_versions import Secret, Version
from opsctl.procedures import restart, rotation
from opsctl.procedures.preflight import Finding

ARN = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf"
WRITTEN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def secret(**changes: Any) -> Secret:
    """A secret of two keys, written once."""
    made = Secret(
        arn=ARN,
        name="image-caption-gen-secrets-prod",
        current="v-1",
        previous="",
        keys=("hf_api_key", "cognito_client_secret"),
        versions=(Version("v-1", WRITTEN, ("AWSCURRENT",)),),
    )
    return replace(made, **changes)


def consumer(**changes: Any) -> Consumer:
    """The service, which reads the key of Hugging Face."""
    made = Consumer(service().name, "image-caption-gen-prod:3", "app", "HF_API_KEY", "hf_api_key")
    return replace(made, **changes)


def rotation_facts(**changes: Any) -> rotation.Facts:
    """A secret that can be written, with one consumer that can be restarted."""
    made = rotation.Facts(
        secret=secret(),
        key="hf_api_key",
        problem="",
        consumers=(consumer(),),
        restart=restart.Facts(live(), (Finding("secret HF_API_KEY", "ok"),), ()),
    )
    return replace(made, **changes)


def client_secret(number: int) -> ClientSecret:
    """The secret of that day."""
    return ClientSecret(f"client--{number}", WRITTEN.replace(day=number))


def app_client(**changes: Any) -> AppClient:
    """A confidential client with one secret."""
    made = AppClient(
        id="client",
        name="image-caption-gen-prod",
        confidential=True,
        flows=("ALLOW_USER_PASSWORD_AUTH",),
        secrets=(client_secret(1),),
    )
    return replace(made, **changes)

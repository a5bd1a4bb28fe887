"""The settings of one task, read from its environment as ECS sets it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

FAULTS = ("", "crash", "sick", "slow", "oom")
"""What `$CAPTION_FAULT` may say: a release that is broken on purpose, for game days and tests."""

CAPTIONERS = {
    "bedrock": ("BEDROCK_MODEL_ID",),
    "sagemaker": ("SAGEMAKER_ENDPOINT",),
    "huggingface": ("HF_MODEL",),
    "embedded": (),
}
"""What `$CAPTIONERS` may name, and the settings that each needs."""

HF_ROUTER = "https://router.huggingface.co/v1/chat/completions"
REQUIRED = (
    "BUCKET",
    "TABLE",
    "HF_API_KEY",
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "COGNITO_CLIENT_SECRET",
    "SESSION_KEY",
)
"""Settings without which the service is not healthy. SESSION_KEY signs the cookies of visitors: the
same for all tasks, and not the client secret, whose rotation should sign nobody out."""


class BadSettings(Exception):
    """The environment holds a value that no task can start with."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the service listens, where it keeps things, and what it is called.

    `missing` names the required settings that are not there: the service then starts and says so
    at its health endpoint, rather than vanishing without a reason. `captioners` are those asked
    before the embedded one, in their order.
    """

    host: str = "127.0.0.1"
    port: int = 8501
    bucket: str = ""
    table: str = ""
    region: str = "us-east-1"
    endpoint_url: str = ""
    hf_api_key: str = field(default="", repr=False)
    user_pool: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    session_key: str = field(default="", repr=False)
    version: str = "dev"
    revision: str = ""
    task_id: str = ""
    fault: str = ""
    retention_days: int = 365
    captioners: tuple[str, ...] = ()
    caption_seconds: float = 8
    bedrock_model: str = ""
    sagemaker_endpoint: str = ""
    hf_model: str = ""
    hf_url: str = HF_ROUTER
    jwks_url: str = ""
    rate_per_minute: int = 300
    rate_burst: int = 120
    link_seconds: int = 300
    sandbox_pid: int = 0
    missing: tuple[str, ...] = ()

    @property
    def key_fingerprint(self) -> str:
        """The length of the API key and nothing else of it: `12 characters`, or `absent`."""
        return f"{len(self.hf_api_key)} characters" if self.hf_api_key else "absent"

    @property
    def key_suffix(self) -> str:
        """The last 4 hex digits of the API key's SHA-256: tells two keys apart, and gives neither.

        Empty where there is no key.
        """
        digest = hashlib.sha256(self.hf_api_key.encode()).hexdigest()
        return digest[-4:] if self.hf_api_key else ""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The task's settings. Raises BadSettings for a value that makes no sense."""
    fault = environment.get("CAPTION_FAULT", "")
    if fault not in FAULTS:
        raise BadSettings(f"CAPTION_FAULT={fault!r}: expected one of {', '.join(FAULTS[1:])}")
    chosen = _captioners(environment)
    required = (*REQUIRED, *(name for one in chosen for name in CAPTIONERS[one]))
    return Settings(
        host=environment.get("HOST", "127.0.0.1"),
        port=_number(environment, "PORT", 8501),
        bucket=environment.get("BUCKET", ""),
        table=environment.get("TABLE", ""),
        region=environment.get("AWS_REGION", environment.get("AWS_DEFAULT_REGION", "us-east-1")),
        endpoint_url=environment.get("AWS_ENDPOINT_URL", ""),
        hf_api_key=environment.get("HF_API_KEY", ""),
        user_pool=environment.get("COGNITO_USER_POOL_ID", ""),
        client_id=environment.get("COGNITO_CLIENT_ID", ""),
        client_secret=environment.get("COGNITO_CLIENT_SECRET", ""),
        session_key=environment.get("SESSION_KEY", ""),
        version=environment.get("CAPTION_VERSION", "dev"),
        revision=environment.get("TASK_DEFINITION_REVISION", ""),
        task_id=environment.get("OPSCTL_TASK_ID", ""),
        fault=fault,
        retention_days=_number(environment, "RETENTION_DAYS", 365),
        captioners=chosen,
        caption_seconds=_number(environment, "CAPTION_SECONDS", 8, least=1),
        bedrock_model=environment.get("BEDROCK_MODEL_ID", ""),
        sagemaker_endpoint=environment.get("SAGEMAKER_ENDPOINT", ""),
        hf_model=environment.get("HF_MODEL", ""),
        hf_url=_url(environment, "HF_URL", HF_ROUTER),
        jwks_url=_url(environment, "COGNITO_JWKS_URL", ""),
        rate_per_minute=_number(environment, "RATE_PER_MINUTE", 300, least=1),
        rate_burst=_number(environment, "RATE_BURST", 120, least=10),
        link_seconds=_number(environment, "LINK_SECONDS", 300, least=1),
        sandbox_pid=_number(environment, "OPSCTL_SANDBOX_PID", 0),
        missing=tuple(name for name in required if not environment.get(name, "").strip()),
    )


def _captioners(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Those named, once each; `embedded` is always there, and always last."""
    text = environment.get("CAPTIONERS", "")
    named = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    for name in named:
        if name not in CAPTIONERS:
            raise BadSettings(f"CAPTIONERS={text!r}: {name!r} is none of {', '.join(CAPTIONERS)}")
    return tuple(name for name in named if name != "embedded")


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    """An address that a key may be sent to: HTTPS, or HTTP on this very machine."""
    text = environment.get(name, "").strip() or default
    parts = urlsplit(text)
    if text and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise BadSettings(f"{name}={text!r}: expected an https:// address")
    return text


def _number(environment: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise BadSettings(f"{name}={text!r}: expected a whole number, at least {least}")
    return int(text)

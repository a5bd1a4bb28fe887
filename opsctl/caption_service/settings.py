"""The settings of one task, read from its environment as ECS sets it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

FAULTS = ("", "crash", "sick", "slow", "oom")
"""What `$CAPTION_FAULT` may say: a release that is broken on purpose, for game days and tests."""

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
    at its health endpoint, rather than vanishing without a reason.
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
    """The task's settings. Raises BadSettings for a port, number or fault that makes no sense."""
    fault = environment.get("CAPTION_FAULT", "")
    if fault not in FAULTS:
        raise BadSettings(f"CAPTION_FAULT={fault!r}: expected one of {', '.join(FAULTS[1:])}")
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
        sandbox_pid=_number(environment, "OPSCTL_SANDBOX_PID", 0),
        missing=tuple(name for name in REQUIRED if not environment.get(name, "").strip()),
    )


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit():
        raise BadSettings(f"{name}={text!r}: expected a whole number")
    return int(text)

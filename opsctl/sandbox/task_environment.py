"""The environment of a task's process: what the service reads, and nothing else.

A task definition, its overrides and its secrets may name any variable, and RegisterTaskDefinition
accepts them all. In a container they stay inside; here `LD_PRELOAD`, `PYTHONSTARTUP` or `PATH`
would run a program of the caller's choice as the user of this machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

INHERITED = ("LANG", "LC_ALL", "TMPDIR")
"""Taken from the sandbox itself; none of them is a setting of the service."""
SETTINGS = frozenset(
    (
        *("HOST", "PORT", "BUCKET", "TABLE", "RETENTION_DAYS", "SESSION_KEY"),
        *("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"),
        *("COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET"),
        *("COGNITO_JWKS_URL", "RATE_PER_MINUTE", "RATE_BURST", "LINK_SECONDS"),
        *("CAPTIONERS", "CAPTION_SECONDS", "BEDROCK_MODEL_ID", "SAGEMAKER_ENDPOINT"),
        *("HF_API_KEY", "HF_MODEL", "HF_URL"),
        *("CAPTION_VERSION", "CAPTION_FAULT", "TASK_DEFINITION_REVISION"),
        *("OPSCTL_TASK_ID", "OPSCTL_SANDBOX_PID"),
    )
)
"""Every variable that the service reads."""
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED")
ALLOWED = SETTINGS.union(CREDENTIALS)
NO_HOME = "/nonexistent"
"""A home has AWS profiles, which can name a program to run for credentials."""


def build(
    given: Mapping[str, str], port: int, sandbox_pid: int, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the process sees of the variables that its container would have."""
    inherited = {name: environ[name] for name in INHERITED if name in environ}
    return {
        **inherited,
        **{name: value for name, value in given.items() if name in ALLOWED},
        "HOME": NO_HOME,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OPSCTL_SANDBOX_PID": str(sandbox_pid),
    }

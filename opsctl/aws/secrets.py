"""Secrets Manager, as a task sees it: whether what `valueFrom` names is there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway


@dataclass(frozen=True)
class Reference:
    """A task definition's `valueFrom`, taken apart."""

    secret: str
    key: str = ""
    stage: str = ""
    version: str = ""


class Secrets(Gateway):
    """Reads secrets to check them; a value never leaves a method of this class."""

    @property
    def _client(self) -> Any:
        return self.aws.client("secretsmanager")

    def exists(self, name: str) -> bool:
        """Whether a secret is there and not marked for deletion; its value is not read."""
        client = self._client
        try:
            return "DeletedDate" not in client.describe_secret(SecretId=name)
        except client.exceptions.ResourceNotFoundException:
            return False

    def written(self, name: str) -> tuple[datetime, ...]:
        """When the current and the former value were written, newest first; none is read."""
        # Without IncludeDeprecated only versions that have a label: a page is more than enough.
        found = self._client.list_secret_version_ids(SecretId=name)["Versions"]
        return tuple(sorted((it["CreatedDate"] for it in found), reverse=True))

    def problem(self, value_from: str) -> str:
        """Why a task could not start with this reference, in words; empty when it could.

        Raises NoAccess where the operator may not look, which says nothing about the task.
        """
        if ":ssm:" in value_from or not value_from.startswith("arn:"):
            return ""
        it = parse(value_from)
        question: dict[str, str] = {"SecretId": it.secret}
        if it.stage:
            question["VersionStage"] = it.stage
        if it.version:
            question["VersionId"] = it.version
        client = self._client
        try:
            value = client.get_secret_value(**question).get("SecretString", "")
        except client.exceptions.ResourceNotFoundException:
            return f"secret {it.secret} (or the version it pins) does not exist"
        except client.exceptions.InvalidRequestException:
            return f"secret {it.secret} is marked for deletion"
        return _key_problem(it, value)


def parse(value_from: str) -> Reference:
    """`arn:…:secret:name-AbCdEf[:key[:stage[:version]]]` taken apart. Raises BadConfig."""
    parts = value_from.split(":")
    if len(parts) < 7:
        raise errors.BadConfig(f"`valueFrom` “{value_from}” is not the ARN of a secret.")
    key, stage, version = (*parts[7:10], "", "", "")[:3]
    return Reference(":".join(parts[:7]), key, stage, version)


def _key_problem(it: Reference, value: str) -> str:
    if not it.key:
        return ""
    try:
        document = json.loads(value)
    except ValueError:
        return f"secret {it.secret} is not JSON, so it has no key “{it.key}”"
    if not isinstance(document, dict) or it.key not in document:
        return f"secret {it.secret} has no JSON key “{it.key}”"
    return ""

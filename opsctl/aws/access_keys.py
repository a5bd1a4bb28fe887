"""IAM access keys of a user: a second one made, the first one switched off, deleted."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json


@dataclass(frozen=True)
class AccessKey:
    """One access key, never its secret. `used` None: never, or not within AWS's memory."""

    id: str
    active: bool
    created: datetime
    used: datetime | None = field(default=None, compare=False)
    service: str = field(default="", compare=False)
    """What it was used for last."""

    @property
    def status(self) -> str:
        """Active or Inactive, as IAM says it."""
        return "Active" if self.active else "Inactive"


class AccessKeys(Gateway):
    """Reads and changes access keys. A new secret goes to a file, or is handed out once."""

    _made: tuple[str, str] | None = None

    @property
    def _client(self) -> Any:
        return self.aws.client("iam")

    def of_user(self, user: str) -> tuple[AccessKey, ...]:
        """The user's keys, oldest first. Raises NotFound."""
        client = self._client
        try:
            pages = list(client.get_paginator("list_access_keys").paginate(UserName=user))
        except client.exceptions.NoSuchEntityException:
            raise errors.NotFound(
                f"IAM has no user {user}.", hint="aws iam list-users shows them."
            ) from None
        found = (self._key(it) for page in pages for it in page["AccessKeyMetadata"])
        return tuple(sorted(found, key=lambda it: (it.created, it.id)))

    def create(self, user: str, having: list[str], to: str = "") -> dict[str, Json]:
        """Makes another key and answers its id.

        `having` are the ids that the user must have now; with one more, somebody else made it:
        FactsChanged. Its secret goes to the new file `to` (mode 0600), or waits for `take`. Where
        the file cannot be written, no key is made or the key is deleted again.
        """
        now = [it.id for it in self.of_user(user)]
        if sorted(now) != sorted(having):
            raise errors.FactsChanged(f"{user} has the keys {', '.join(now) or 'none'} now.")
        handle = _new_file(to) if to else None
        try:
            made = self._client.create_access_key(UserName=user)["AccessKey"]
        except BaseException:
            if handle is not None:
                os.close(handle)
                Path(to).unlink(missing_ok=True)
            raise
        self._made = (made["AccessKeyId"], made["SecretAccessKey"])
        if handle is not None:
            self._hand_over(user, handle, to)
        return {"user": user, "access_key": made["AccessKeyId"], "file": to}

    def take(self) -> tuple[str, str] | None:
        """(id, secret) of the key that was made and not written to a file; once."""
        made, self._made = self._made, None
        return made

    def set_status(self, user: str, key: str, status: str) -> dict[str, Json]:
        """Makes a key Active or Inactive; so already is fine. Raises FactsChanged when gone."""
        it = next((it for it in self.of_user(user) if it.id == key), None)
        if it is None:
            raise errors.FactsChanged(f"{user} has no key {key} any more.")
        if it.status != status:
            self._client.update_access_key(UserName=user, AccessKeyId=key, Status=status)
        return {"access_key": key, "status": status}

    def delete_inactive(self, user: str, key: str) -> dict[str, Json]:
        """Deletes a key that is Inactive; gone already is fine. Raises FactsChanged if active."""
        it = next((it for it in self.of_user(user) if it.id == key), None)
        if it is not None and it.active:
            raise errors.FactsChanged(f"{key} is active again.")
        if it is not None:
            self._client.delete_access_key(UserName=user, AccessKeyId=key)
        return {"deleted": key}

    def keep_only(self, user: str, keep: list[str]) -> dict[str, Json]:
        """Deletes the keys that are not in `keep`: those that a run made."""
        gone: list[Json] = []
        for it in self.of_user(user):
            if it.id not in keep:
                self._client.delete_access_key(UserName=user, AccessKeyId=it.id)
                gone.append(it.id)
        return {"deleted": gone}

    def _key(self, it: dict[str, Any]) -> AccessKey:
        answer = self._client.get_access_key_last_used(AccessKeyId=it["AccessKeyId"])
        last = answer["AccessKeyLastUsed"]
        service = last.get("ServiceName", "N/A")
        return AccessKey(
            id=it["AccessKeyId"],
            active=it["Status"] == "Active",
            created=it["CreateDate"],
            used=last.get("LastUsedDate"),
            service="" if service == "N/A" else service,
        )

    def _hand_over(self, user: str, handle: int, to: str) -> None:
        """Writes the new key to its file; a key that cannot be kept is deleted."""
        made = self.take() or ("", "")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(
                    f"[default]\naws_access_key_id = {made[0]}\naws_secret_access_key = {made[1]}\n"
                )
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._client.delete_access_key(UserName=user, AccessKeyId=made[0])
            raise errors.StepFailed(
                f"{to} cannot be written ({error.strerror}), so the new key was deleted again."
            ) from None


def _new_file(path: str) -> int:
    """A file that only its owner can read, from its first moment. Raises Forbidden."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise errors.Forbidden(f"{path} exists, and is not overwritten.") from None
    except OSError as error:
        raise errors.Forbidden(f"{path} cannot be made: {error.strerror}.") from None

"""The versions of a secret: one key of it replaced, and AWSCURRENT moved back again."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws import provider, secret_text
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
LOOKS = 5
"""How often the labels are read after a write: they are not everywhere at once."""


@dataclass(frozen=True)
class Version:
    """One version of a secret; `stages` are its labels."""

    id: str
    created: datetime
    stages: tuple[str, ...]


@dataclass(frozen=True)
class Secret:
    """What is known of a secret, without any value. Where a label is on no version, it is ""."""

    arn: str
    name: str
    current: str
    previous: str
    keys: tuple[str, ...]
    rotation: bool = False
    """Secrets Manager itself rotates it."""
    deleted: str = ""
    """The day it is to vanish, when it is marked for deletion."""
    owner: str = ""
    """The service of AWS that manages it."""
    primary: str = ""
    """The region it is a replica of."""
    replicas: tuple[str, ...] = ()
    versions: tuple[Version, ...] = field(default=(), compare=False)


class Offered:
    """A new value on its way into a secret; it does not show itself."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Offered([hidden])"

    __str__ = __repr__

    def reveal(self) -> str:
        """The value, for the one call that stores it."""
        return self._text


class SecretVersions(Gateway):
    """Reads and writes versions. A value is offered to it, and none ever comes out of it."""

    _offered: Offered | None = None

    @property
    def _client(self) -> Any:
        return self.aws.client("secretsmanager")

    def offer(self, value: str) -> None:
        """Keeps a new value in memory for the write to come."""
        self._offered = Offered(value)

    def describe(self, name: str) -> Secret:
        """A secret by its name or ARN, marked for deletion or not. Raises NotFound."""
        it = self._client.describe_secret(SecretId=name)
        gone = it.get("DeletedDate")
        versions = self._versions(it["ARN"])
        text = None if gone else self._text(it["ARN"], _labelled(versions, CURRENT))
        primary = it.get("PrimaryRegion", "")
        return Secret(
            arn=it["ARN"],
            name=it["Name"],
            current=_labelled(versions, CURRENT),
            previous=_labelled(versions, PREVIOUS),
            keys=secret_text.keys(text),
            rotation=bool(it.get("RotationEnabled")),
            deleted=f"{gone:%Y-%m-%d}" if gone else "",
            owner=it.get("OwningService", ""),
            primary=primary if primary != self.aws.target.region else "",
            replicas=tuple(each["Region"] for each in it.get("ReplicationStatus", ())),
            versions=versions,
        )

    def problem(self, secret: str, key: str) -> str:
        """Why one key of it cannot be replaced, in words; empty when it can."""
        return secret_text.problem(self._text(secret), key)

    def holds_the_offer(self, secret: str, key: str) -> bool:
        """Whether the key already has the value that was offered."""
        if self._offered is None:
            return False
        return bool(secret_text.value(self._text(secret), key) == self._offered.reveal())

    def provider_says(self, url: str) -> provider.Verdict:
        """What the provider answers to the value that was offered."""
        return provider.ask(url, self._offered.reveal() if self._offered else "")

    def ages(self, secret: Secret, most: int = 10) -> dict[str, tuple[datetime, bool]]:
        """By key: since when it has its value, and whether that is sure.

        Reads at most `most` versions, each once; still older ones may hold the same value.
        """
        # Of two in the same instant the current one is the later.
        order = [(it.created, it.id == secret.current, it) for it in secret.versions]
        newest = [it for *_, it in sorted(order, key=lambda row: row[:2], reverse=True)]
        at = next((i for i, it in enumerate(newest) if it.id == secret.current), 0)
        looked = newest[at : at + most]
        texts = [self._text(secret.arn, it.id) for it in looked]
        whole = len(newest) - at <= most
        return {key: _age(key, looked, texts, whole) for key in secret.keys}

    def replace(self, secret: str, key: str, version: str, replacing: str) -> dict[str, Json]:
        """Writes the offered value as the key's, in a new version that becomes AWSCURRENT.

        `version` is the id of the new one, `replacing` of the one that must be current now. Doing
        it again changes nothing, or makes `version` current again. Raises FactsChanged when
        another one is current, StepFailed when somebody wrote at the same moment.
        """
        if version in {it.id for it in self._versions(secret)}:
            self.make_current(secret, version, replacing)
        else:
            if self._offered is None:
                raise errors.StepFailed(
                    "The new value is not at hand.", hint="Run the rotation again with the value."
                )
            self.merge(secret, key, self._offered.reveal(), version, replacing)
        return {"secret": secret, "key": key, "version": version, "replaces": replacing}

    def merge(self, secret: str, key: str, value: str, version: str, replacing: str) -> None:
        """Read, merge, write of one key; `replace` says the rest. For gateways, not for plans."""
        self._check_current(secret, replacing)
        text = self._text(secret, replacing)
        try:
            made = secret_text.spliced(text or "", key, value)
        except ValueError as error:
            raise errors.FactsChanged(f"{secret} cannot be written: {error}.") from None
        self._client.put_secret_value(
            SecretId=secret,
            SecretString=made,
            ClientRequestToken=version,
            VersionStages=[CURRENT],
        )
        self._check_alone(secret, version, replacing)

    def make_current(self, secret: str, version: str, leaving: str = "") -> dict[str, Json]:
        """Moves AWSCURRENT to a version that is there.

        `leaving` must be current now; without it, the current version must be the one that came
        right after `version`. Raises FactsChanged otherwise.
        """
        versions = self._versions(secret)
        now, before = _labelled(versions, CURRENT), _labelled(versions, PREVIOUS)
        if now == version:
            return {"version": version}
        if (now != leaving) if leaving else (before != version):
            raise _written_meanwhile(now)
        self._client.update_secret_version_stage(
            SecretId=secret,
            VersionStage=CURRENT,
            MoveToVersionId=version,
            RemoveFromVersionId=now,
        )
        return {"version": version}

    def _check_current(self, secret: str, wanted: str) -> None:
        now = _labelled(self._versions(secret), CURRENT)
        if now != wanted:
            raise _written_meanwhile(now)

    def _check_alone(self, secret: str, version: str, replaced: str) -> None:
        """Secrets Manager has no compare-and-set: what was replaced shows it afterwards."""
        for _look in range(LOOKS):
            versions = self._versions(secret)
            now, before = _labelled(versions, CURRENT), _labelled(versions, PREVIOUS)
            if now == version and before == replaced:
                return
            if now == version and before != replaced:
                break
            time.sleep(self.aws.target.pause)
        if now == version and before:
            # Theirs was current for a moment, and ours was made without it: give it back.
            self.make_current(secret, before, version)
            raise errors.StepFailed(
                f"Somebody else wrote version {before} at the same moment. It is current again; "
                "the new value is not.",
                hint="Run the rotation again: it starts from what they wrote.",
            )
        raise errors.StepFailed(
            f"Somebody else wrote version {now} right after version {version} was written.",
            hint="Look who it was: opsctl security events --resource, and run it again.",
        )

    def _versions(self, secret: str) -> tuple[Version, ...]:
        found: list[Version] = []
        token: dict[str, str] = {}
        while True:  # botocore has no paginator for it
            page = self._client.list_secret_version_ids(
                SecretId=secret, IncludeDeprecated=True, **token
            )
            for it in page["Versions"]:
                stages = tuple(it.get("VersionStages", ()))
                found.append(Version(it["VersionId"], it["CreatedDate"], stages))
            if not page.get("NextToken"):
                return tuple(found)
            token = {"NextToken": page["NextToken"]}

    def _text(self, secret: str, version: str = "") -> str | None:
        which = {"VersionId": version} if version else {"VersionStage": CURRENT}
        found: str | None = self._client.get_secret_value(SecretId=secret, **which).get(
            "SecretString"
        )
        return found


def _age(
    key: str, newest: list[Version], texts: list[str | None], whole: bool
) -> tuple[datetime, bool]:
    now, first = secret_text.value(texts[0], key), newest[0]
    for version, text in zip(newest[1:], texts[1:], strict=True):
        if secret_text.value(text, key) != now:
            return first.created, True
        first = version
    return first.created, whole


def _labelled(versions: tuple[Version, ...], stage: str) -> str:
    return next((it.id for it in versions if stage in it.stages), "")


def _written_meanwhile(now: str) -> errors.FactsChanged:
    return errors.FactsChanged(
        f"AWSCURRENT is version {now}: somebody wrote the secret meanwhile.",
        hint="Run the same command again to see the new plan.",
    )

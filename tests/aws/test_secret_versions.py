"""Versions of a secret: one key written, races seen afterwards, AWSCURRENT moved back."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.secret_versions import Offered, SecretVersions
from opsctl.sandbox.emulator import Emulator

TEXT = '{"hf_api_key":"old-value",  "sagemaker_endpoint" : "e"}'


@dataclass
class Kept:
    """A secret of this test's own, and the gateway to it."""

    aws: Aws
    arn: str

    @property
    def versions(self) -> SecretVersions:
        return self.aws.secret_versions

    @property
    def client(self) -> Any:
        return self.aws.client("secretsmanager")

    def text(self, **which: str) -> str:
        return str(self.client.get_secret_value(SecretId=self.arn, **which)["SecretString"])

    def put(self, text: str) -> str:
        with self.aws.changing():
            return str(
                self.client.put_secret_value(SecretId=self.arn, SecretString=text)["VersionId"]
            )

    @property
    def current(self) -> str:
        return self.versions.describe(self.arn).current

    def rotate(self, value: str = "new-value") -> str:
        version = str(uuid.uuid4())
        self.versions.offer(value)
        with self.aws.changing():
            self.versions.replace(self.arn, "hf_api_key", version, self.current)
        return version


@pytest.fixture
def kept(local: Aws) -> Kept:
    with local.changing():
        made = local.client("secretsmanager").create_secret(
            Name=f"s-{uuid.uuid4()}", SecretString=TEXT
        )
    local.secret_versions._offered = None
    return Kept(local, made["ARN"])


def test_one_key_is_written_and_every_other_byte_stays(kept: Kept) -> None:
    before = kept.current
    version = kept.rotate()
    assert kept.text() == TEXT.replace("old-value", "new-value")
    found = kept.versions.describe(kept.arn)
    assert (found.current, found.previous) == (version, before)


def test_writing_again_changes_nothing(kept: Kept) -> None:
    before = kept.current
    version = kept.rotate()
    with kept.aws.changing():
        kept.versions.replace(kept.arn, "hf_api_key", version, before)
    found = kept.versions.describe(kept.arn)
    assert (found.current, len(found.versions)) == (version, 2)


def test_a_secret_that_was_written_meanwhile_is_not_overwritten(kept: Kept) -> None:
    before = kept.current
    other = kept.put('{"hf_api_key": "theirs"}')
    kept.versions.offer("ours")
    with kept.aws.changing(), pytest.raises(errors.FactsChanged):
        kept.versions.replace(kept.arn, "hf_api_key", str(uuid.uuid4()), before)
    assert kept.current == other


def test_who_writes_at_the_same_moment_keeps_their_value_and_the_race_is_told(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs: list[str] = []
    read = SecretVersions._text

    def late(gateway: SecretVersions, secret: str, version: str = "") -> str | None:
        text = read(gateway, secret, version)
        theirs.append(kept.put('{"hf_api_key": "theirs"}'))
        return text

    monkeypatch.setattr(SecretVersions, "_text", late)
    kept.versions.offer("ours")
    now = kept.versions._versions(kept.arn)[0].id
    with kept.aws.changing(), pytest.raises(errors.StepFailed, match="Somebody else wrote"):
        kept.versions.replace(kept.arn, "hf_api_key", str(uuid.uuid4()), now)
    assert json.loads(kept.text()) == {"hf_api_key": "theirs"}


def test_the_former_version_becomes_current_again_and_forth(kept: Kept) -> None:
    before = kept.current
    version = kept.rotate()
    with kept.aws.changing():
        kept.versions.make_current(kept.arn, before, version)
    assert kept.text() == TEXT
    with kept.aws.changing():
        kept.versions.replace(kept.arn, "hf_api_key", version, before)
    assert json.loads(kept.text())["hf_api_key"] == "new-value"


def test_what_somebody_wrote_since_is_not_moved_away(kept: Kept) -> None:
    before = kept.current
    version = kept.rotate()
    kept.put('{"hf_api_key": "theirs"}')
    for leaving in (version, ""):
        with kept.aws.changing(), pytest.raises(errors.FactsChanged):
            kept.versions.make_current(kept.arn, before, leaving)


def test_without_the_value_there_is_nothing_to_write(kept: Kept) -> None:
    now = kept.current
    with kept.aws.changing(), pytest.raises(errors.StepFailed, match="not at hand"):
        kept.versions.replace(kept.arn, "hf_api_key", str(uuid.uuid4()), now)


def test_a_key_that_vanished_is_told_without_the_value(kept: Kept) -> None:
    now = kept.put('{"other": "x"}')
    kept.versions.offer("canary-1")
    with kept.aws.changing(), pytest.raises(errors.FactsChanged) as raised:
        kept.versions.replace(kept.arn, "hf_api_key", str(uuid.uuid4()), now)
    assert "canary" not in str(raised.value)


def test_an_offer_does_not_show_itself(kept: Kept) -> None:
    assert "canary" not in f"{Offered('canary-1')!r} {Offered('canary-1')} {[Offered('canary-1')]}"
    assert not kept.versions.holds_the_offer(kept.arn, "hf_api_key")
    kept.versions.offer("old-value")
    assert kept.versions.holds_the_offer(kept.arn, "hf_api_key")


def test_a_key_is_as_old_as_its_value_whatever_was_written_beside_it(kept: Kept) -> None:
    first = kept.versions.describe(kept.arn).versions[0].created
    kept.put(TEXT.replace('"e"', '"other"'))
    found = kept.versions.describe(kept.arn)
    newest = max(it.created for it in found.versions)
    assert kept.versions.ages(found) == {
        "hf_api_key": (first, True),
        "sagemaker_endpoint": (newest, True),
    }
    assert kept.versions.ages(found, most=1)["hf_api_key"] == (newest, False)


def test_a_secret_marked_for_deletion_is_described_without_its_value(kept: Kept) -> None:
    with kept.aws.changing():
        kept.client.delete_secret(SecretId=kept.arn, RecoveryWindowInDays=7)
    found = kept.versions.describe(kept.arn)
    assert found.deleted
    assert found.keys == ()


def test_a_secret_that_is_not_there_is_not_found(local: Aws, emulator: Emulator) -> None:
    with pytest.raises(errors.NotFound):
        local.secret_versions.describe("no-such-secret")


class Scripted:
    """Secrets Manager with one answer after the other to who asks for the versions."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages = list(pages)
        self.asked: list[dict[str, Any]] = []
        self.read: list[dict[str, Any]] = []

    def list_secret_version_ids(self, **words: Any) -> dict[str, Any]:
        self.asked.append(words)
        return self.pages.pop(0)

    def get_secret_value(self, **words: Any) -> dict[str, str]:
        self.read.append(words)
        return {"SecretString": TEXT}

    def put_secret_value(self, **words: Any) -> None: ...

    @property
    def versions(self) -> SecretVersions:
        aws = SimpleNamespace(client=lambda _: self, target=SimpleNamespace(pause=0))
        return SecretVersions(aws)  # type: ignore[arg-type]


def page(more: str = "", **versions: str) -> dict[str, Any]:
    made = datetime(2026, 11, 26, tzinfo=UTC)
    listed = [
        {"VersionId": version, "CreatedDate": made, "VersionStages": [stage]}
        for stage, version in versions.items()
    ]
    return {"Versions": listed, "NextToken": more}


def test_labels_that_come_late_are_no_race() -> None:
    before = page(AWSCURRENT="old")
    client = Scripted(before, before, page(AWSCURRENT="new", AWSPREVIOUS="old"))
    client.versions.merge("s", "hf_api_key", "new-value", "new", "old")
    assert client.pages == []
    assert client.read == [{"SecretId": "s", "VersionId": "old"}]


def test_every_page_of_versions_is_read_with_those_that_have_no_label() -> None:
    client = Scripted(page("more"), page(AWSCURRENT="new", AWSPREVIOUS="old"))
    assert client.versions.make_current("s", "new") == {"version": "new"}
    every = {"SecretId": "s", "IncludeDeprecated": True}
    assert client.asked == [every, {**every, "NextToken": "more"}]

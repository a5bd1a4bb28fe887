"""A certificate examined: seal, signature, journal, and the stores themselves."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from erasing import CASE, add_user, door, empty_all, offered, put, step

from opsctl.aws import Aws
from opsctl.cli import user_screen
from opsctl.errors import Forbidden, NotFound, UsageProblem
from opsctl.journal import Journal
from opsctl.plan import Plan
from opsctl.reports import certificate
from opsctl.reports.certificate import Certificate
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore
from opsctl.targets.data_map import BucketData


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return door(emulator)


@pytest.fixture
def journal(aws: Aws) -> Journal:
    return Journal(LocalStore(), "local")


@pytest.fixture(scope="module")
def erased(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all records when somebody was erased in a journaled run."""
    folder = tmp_path_factory.mktemp("erased")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        aws = door(emulator)
        Journal(LocalStore(), "local").begin(
            command="user purge",
            caller="arn",
            plan=Plan("Erase"),
            reason="",
            account="1",
            region="r",
        )
        offered(aws, add_user(aws, "cleo"))
        empty_all(aws)
        step(aws, aws.erasure_proof.look, CASE)
        step(aws, aws.erasure_proof.certify, CASE)
    return folder


@pytest.fixture
def kept(erased: Path, aws: Aws, tmp_path: Path) -> Path:
    """The record of the erasure; each test has a copy of its own."""
    shutil.copytree(erased, tmp_path, dirs_exist_ok=True)
    return tmp_path / "opsctl/cases" / f"{CASE}.json"


def examined(aws: Aws, journal: Journal, name: str = "") -> Certificate:
    return certificate.gather(aws, journal, CASE, name)


def holds(found: Certificate) -> dict[str, bool | None]:
    return {it.what.partition(" ")[0].partition(":")[0]: it.holds for it in found.findings}


def test_a_certificate_holds_by_its_seal_its_signature_and_the_journal(
    aws: Aws, journal: Journal, kept: Path
) -> None:
    found = examined(aws, journal)
    assert holds(found) == {"seal": True, "signature": True, "journal": True}
    assert found.holds
    assert found.document["outcome"] == "erased"
    assert "cleo" not in json.dumps(dataclasses.asdict(found), default=str)


def test_with_the_name_every_store_is_looked_through_again(
    aws: Aws, journal: Journal, kept: Path
) -> None:
    assert holds(examined(aws, journal, "cleo")) == {
        **{"seal": True, "signature": True, "journal": True},
        **{"s3": True, "dynamodb": True, "cognito": True},
    }
    put(aws, "images/cleo/back.jpg")
    found = examined(aws, journal, "cleo")
    assert not found.holds
    with aws.changing():
        aws.object_versions.erase(aws.target.bucket, "images/cleo/")


def test_a_store_that_the_name_does_not_lead_to_is_told_as_not_examined(
    emulator: Emulator, aws: Aws, journal: Journal, kept: Path
) -> None:
    by_sub = door(emulator, data=(BucketData(aws.target.bucket, "by-sub/{sub}/"),))
    found = examined(by_sub, journal, "cleo")
    assert [it.holds for it in found.findings if "by-sub" in it.what] == [None]


def test_another_name_examines_nothing(aws: Aws, journal: Journal, kept: Path) -> None:
    with pytest.raises(Forbidden):
        examined(aws, journal, "alice")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda it: it["certificate"].update(outcome="Erased"), {"seal", "signature"}),
        (lambda it: it.update(seal="0" * 64), {"seal"}),
        (lambda it: it.update(seal="é"), {"seal"}),
        (lambda it: it.update(signature=None), {"signature"}),
        (lambda it: it["signature"].update(value="AAAA"), {"signature"}),
        (lambda it: it.update(signature={"key": 1}), {"signature"}),
    ],
)
def test_whatever_was_changed_is_seen(
    aws: Aws, journal: Journal, kept: Path, change: Callable[[Any], None], wrong: set[str]
) -> None:
    record = json.loads(kept.read_text())
    change(record)
    kept.write_text(json.dumps(record))
    found = examined(aws, journal)
    assert {what for what, it in holds(found).items() if it is False} == wrong
    assert not found.holds


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.pop("certificate"),
        lambda it: it.update(certificate=[]),
        lambda it: it["certificate"].update(stores="x"),
        lambda it: it["certificate"].update(stores=[{}]),
        lambda it: it["certificate"]["stores"][0].update(found={"items": "many"}),
        lambda it: it["certificate"].update(residuals=[{"store": "s3"}]),
    ],
)
def test_what_is_no_certificate_any_more_is_told_and_not_shown(
    aws: Aws, journal: Journal, kept: Path, change: Callable[[Any], None]
) -> None:
    record = json.loads(kept.read_text())
    change(record)
    kept.write_text(json.dumps(record))
    found = examined(aws, journal)
    assert holds(found) == {"document": False, "seal": False}
    assert list(user_screen.certificate(found))


def test_a_journal_that_was_cut_off_is_seen(
    aws: Aws, journal: Journal, kept: Path, tmp_path: Path
) -> None:
    (tmp_path / "opsctl/journal/local.jsonl").write_text("")
    assert holds(examined(aws, journal))["journal"] is False


def test_without_a_key_the_seal_stands_alone(
    emulator: Emulator, aws: Aws, journal: Journal, kept: Path
) -> None:
    record = json.loads(kept.read_text())
    record["signature"] = None
    record["certificate"]["key"] = ""
    kept.write_text(json.dumps(record))
    assert holds(examined(aws, journal))["signature"] is None


def test_what_is_no_case_or_has_no_certificate_is_told(aws: Aws, journal: Journal) -> None:
    with pytest.raises(UsageProblem):
        certificate.gather(aws, journal, "../key")
    with pytest.raises(NotFound) as raised:
        certificate.gather(aws, journal, "case-1")
    assert "no case" in raised.value.hint


def test_an_open_case_has_no_certificate_yet(aws: Aws, journal: Journal) -> None:
    aws.erasure.cases.open(CASE, "dan", ["dan"])
    with pytest.raises(NotFound) as raised:
        examined(aws, journal)
    assert "not finished" in raised.value.hint

"""What the checklist looks at, against the emulator and real repositories."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import repositories
from repositories import Repository

from opsctl import errors
from opsctl.aws import Aws
from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.lock import TOKEN, Lock
from opsctl.reports import checklist
from opsctl.reports.checklist import Code, Release, Seen, Unknown
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore
from opsctl.targets import Target

RUNS = [{"workflowName": "test", "status": "completed", "conclusion": "success"}]


@dataclass
class Desk:
    """What a session has."""

    aws: Aws
    store: LocalStore

    @property
    def target(self) -> Target:
        return self.aws.target

    @property
    def lock(self) -> Lock:
        return Lock(self.store, "local", account=self.target.account)

    @property
    def journal(self) -> Journal:
        return Journal(self.store, "local")

    @property
    def incidents(self) -> Incidents:
        return Incidents(self.store, "local")


@pytest.fixture
def desk(door: Aws, tmp_path: Path, emulator: Emulator) -> Iterator[Desk]:
    yield Desk(door, LocalStore(tmp_path / "opsctl"))
    emulator.front.faults.clear()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A checkout with a release, and a `gh` that knows its runs and no pull request."""
    made = repositories.make(tmp_path / "code")
    made.git("tag", "-a", "-m", "it", "v1.3.0")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "gh"
    program.write_text(f"#!/bin/sh\n[ \"$1\" = run ] && echo '{json.dumps(RUNS)}' || echo '[]'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return made


def gather(desk: Desk, tag: str, folder: Path) -> Seen:
    return checklist.gather(desk, tag, str(folder))


def test_everything_is_looked_at_for_the_commit_of_the_image(
    desk: Desk, repository: Repository
) -> None:
    tagged = repository.git("rev-parse", "HEAD")
    repository.commit("second")
    seen = gather(desk, "1.3.0", repository.folder)
    assert isinstance(seen.code, Code)
    assert (seen.code.at.commit, seen.subject.commit) == (tagged, tagged)
    assert (seen.code.checks.state, seen.code.review.state) == ("passed", "none")
    assert isinstance(seen.release, Release)
    assert "@sha256:" in seen.release.wanted
    assert seen.release.finding.state == "ok"
    assert not isinstance(seen.status, Unknown)
    assert not isinstance(seen.needs, Unknown)
    assert (seen.incident, seen.lock, seen.planned) == (None, None, None)
    assert seen.subject.live.endswith("image-caption-gen-local:3")


def test_an_image_by_its_digest_is_known_by_its_tag(desk: Desk, repository: Repository) -> None:
    by_tag = gather(desk, "1.3.0", repository.folder)
    assert isinstance(by_tag.release, Release)
    digest = by_tag.release.wanted.rpartition("@")[2]
    seen = gather(desk, digest, repository.folder)
    assert seen.subject.tag == digest
    assert isinstance(seen.release, Release)
    assert seen.release.wanted == by_tag.release.wanted


def test_without_a_tag_what_is_checked_out_counts(desk: Desk, repository: Repository) -> None:
    newer = repository.commit("second")
    seen = gather(desk, "", repository.folder)
    assert (seen.subject.tag, seen.subject.commit) == ("", newer)
    assert seen.release is None
    assert isinstance(seen.code, Code)
    assert not seen.code.at.pushed


def test_outside_a_checkout_the_rest_is_still_looked_at(desk: Desk, tmp_path: Path) -> None:
    seen = gather(desk, "1.3.0", tmp_path)
    assert isinstance(seen.code, Unknown)
    assert "no Git working tree" in seen.code.why
    assert isinstance(seen.release, Release)


def test_a_store_that_may_not_be_read_is_unknown_and_hides_nothing_else(
    desk: Desk, emulator: Emulator, tmp_path: Path
) -> None:
    for service in ("dynamodb", "ecr"):
        rule = {"service": service, "code": "AccessDeniedException", "status": 400}
        emulator.front.faults.add(rule)
    seen = gather(desk, "1.3.0", tmp_path)
    assert isinstance(seen.release, Unknown)
    assert seen.backups.table.unknown
    assert not isinstance(seen.needs, Unknown)


def test_a_freeze_holds_the_environment_but_for_the_shell_that_works_under_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze = desk.lock.take("end of year")
    seen = gather(desk, "1.3.0", tmp_path)
    assert seen.lock == freeze
    monkeypatch.setenv(TOKEN, freeze.token)
    assert gather(desk, "1.3.0", tmp_path).lock is None


def test_an_image_that_is_not_there_is_found_out(desk: Desk, tmp_path: Path) -> None:
    seen = gather(desk, "9.9.9", tmp_path)
    assert isinstance(seen.release, Release)
    assert (seen.release.wanted, seen.release.finding.state) == ("", "wrong")


@pytest.mark.parametrize("tag", ["a b", "--all", "1.3.0\n", "[bold]"])
def test_what_no_image_can_be_called_is_refused(desk: Desk, tmp_path: Path, tag: str) -> None:
    with pytest.raises(errors.UsageProblem):
        gather(desk, tag, tmp_path)


def test_credentials_of_another_account_look_at_nothing(desk: Desk, tmp_path: Path) -> None:
    other = replace(desk.target, account="210987654321")
    with pytest.raises(errors.NoAccess):
        gather(Desk(Aws(other), desk.store), "1.3.0", tmp_path)


def test_terraform_plans_with_the_image_only_where_there_is_one(desk: Desk, tmp_path: Path) -> None:
    other = Desk(Aws(replace(desk.target, terraform=str(tmp_path / "none"))), desk.store)
    absent = gather(other, "9.9.9", tmp_path).planned
    assert isinstance(absent, Unknown)
    assert "image is not known" in absent.why
    broken = gather(other, "1.3.0", tmp_path).planned
    assert isinstance(broken, Unknown)
    assert "no Terraform module" in broken.why


def test_a_new_look_at_the_backups_leaves_the_rest(desk: Desk, tmp_path: Path) -> None:
    seen = gather(desk, "1.3.0", tmp_path)
    again = checklist.again(seen, desk)
    assert again.at >= seen.at
    assert replace(again, at=seen.at, backups=seen.backups) == seen


def test_nothing_of_it_changes_anything(desk: Desk, repository: Repository) -> None:
    gather(desk, "1.3.0", repository.folder)
    assert not [it for it in desk.aws.requests if it.mutating]

"""The checklist before a deployment: what can be looked at, looked at; no item is judged here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from opsctl.aws import Aws
from opsctl.aws.ecr import Scan, pinned
from opsctl.aws.git import Checkout
from opsctl.aws.github import Checks, Review
from opsctl.aws.terraform_plans import Planned
from opsctl.errors import Locked, NotFound, OpsctlError
from opsctl.journal.checklists import Subject
from opsctl.journal.incidents import Incident, Incidents
from opsctl.lock import Lock, LockRecord
from opsctl.procedures import deploy, live, preflight
from opsctl.procedures.live import Live
from opsctl.procedures.preflight import Finding
from opsctl.reports import backups, status
from opsctl.reports.backups import Backups
from opsctl.reports.doctor import SetUp
from opsctl.reports.status import Status
from opsctl.targets import Target

T = TypeVar("T")


class Around(SetUp, Protocol):
    """What is looked at."""

    @property
    def incidents(self) -> Incidents: ...


@dataclass(frozen=True)
class Unknown:
    """What could not be looked at, and why."""

    why: str


@dataclass(frozen=True)
class Code:
    """The commit of the release, and what GitHub says of it; `at` is None where there is no tag."""

    at: Checkout
    checks: Checks
    review: Review


@dataclass(frozen=True)
class Release:
    """The image that was asked for. `wanted` is pinned by its digest; empty where ECR has none."""

    wanted: str
    finding: Finding
    scan: Scan | Unknown | None
    tag: str
    """What Git may know it by; empty for a digest that has no tag."""


@dataclass(frozen=True)
class Seen:
    """Everything that the rules judge. `tag` is empty for a release that has no image yet."""

    target: Target
    tag: str
    at: datetime
    live: Live
    code: Code | Unknown
    planned: Planned | Unknown | None
    """None where releases do not go through Terraform."""
    backups: Backups
    status: Status | Unknown
    incident: Incident | Unknown | None
    lock: LockRecord | Unknown | None
    release: Release | Unknown | None
    needs: tuple[Finding, ...] | Unknown

    @property
    def subject(self) -> Subject:
        """What answers are about."""
        commit = self.code.at.commit if isinstance(self.code, Code) else ""
        return Subject(self.tag, commit, self.live.service.task_definition)


def gather(it: Around, tag: str, folder: str) -> Seen:
    """Looks at everything at once; where one thing cannot be looked at, the others still are.

    Raises NoAccess for credentials of another account, NotFound without the service, UsageProblem
    for a tag that no image can have.
    """
    aws = it.aws
    aws.check_account()
    now = live.gather(aws)
    release = _release(aws, tag, now) if tag else None
    code, planned, kept, stands, incident, lock, needs = aws.at_once(
        lambda: _or_unknown(lambda: _code(aws, tag, release, folder)),
        lambda: _planned(aws, release),
        lambda: backups.gather(aws),
        lambda: _or_unknown(lambda: status.gather(aws, it.journal, it.lock, it.incidents)),
        lambda: _or_unknown(it.incidents.open),
        lambda: _or_unknown(lambda: _held(it.lock)),
        lambda: _or_unknown(lambda: preflight.check(aws, now.service, now.definition)),
    )
    return Seen(
        target=it.target,
        tag=tag,
        at=it.store.now(),
        live=now,
        code=code,
        planned=planned,
        backups=kept,
        status=stands,
        incident=incident,
        lock=lock,
        release=release,
        needs=needs,
    )


def again(seen: Seen, it: Around) -> Seen:
    """The same with a new look at the backups."""
    return replace(seen, backups=backups.gather(it.aws), at=it.store.now())


def _or_unknown(look: Callable[[], T]) -> T | Unknown:
    try:
        return look()
    except OpsctlError as error:
        return Unknown(error.message)


def _held(lock: Lock) -> LockRecord | None:
    """Who else holds the target; None for the freeze that this very shell works under."""
    record = lock.show()
    if record is None:
        return None
    try:
        lock.check()
    except Locked:
        return record
    return None


def _release(aws: Aws, tag: str, now: Live) -> Release | Unknown:
    base, repository, reference = deploy.in_ecr(tag, now)
    try:
        found = aws.ecr.image(repository, reference)
    except NotFound as error:
        missing = Finding(f"image {tag}", "wrong", error.message)
        return Release("", missing, None, "")
    except OpsctlError as error:
        return Unknown(error.message)
    scan = _or_unknown(lambda: aws.ecr.scan(repository, found.digest)) if found else None
    is_digest = reference.startswith("sha256:")
    named = next(iter(found.tags if found else ()), "") if is_digest else reference
    return Release(
        wanted=pinned(base, found.digest) if found else "",
        finding=preflight.image(found, tag, now.definition.architecture),
        scan=scan,
        tag=named,
    )


def _code(aws: Aws, tag: str, release: Release | Unknown | None, folder: str) -> Code:
    """Raises what Git raises where there is no checkout, or its remote does not answer."""
    name = release.tag if isinstance(release, Release) else tag
    at = aws.git.release(folder, name) if name or tag else aws.git.checkout(folder)
    if not at.commit:
        return Code(at, Checks("unknown"), Review("unknown"))
    checks, review = aws.at_once(
        lambda: aws.github.checks(at.folder, at.commit),
        lambda: aws.github.review(at.folder, at.commit),
    )
    return Code(at, checks, review)


def _planned(aws: Aws, release: Release | Unknown | None) -> Planned | Unknown | None:
    """Terraform's plan with the image, as `opsctl deploy --terraform --dry-run` makes it."""
    if not aws.target.terraform:
        return None
    if release is None:
        return _or_unknown(lambda: aws.terraform.planned({}))
    wanted = release.wanted if isinstance(release, Release) else ""
    if not wanted:
        return Unknown("the image is not known, so no plan was made")
    return _or_unknown(lambda: aws.terraform.planned({"image": wanted}))

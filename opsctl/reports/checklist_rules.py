"""The rules of the checklist before a deployment: what was seen in, an item out; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from opsctl.aws.terraform_plans import Planned
from opsctl.journal.checklists import Answer
from opsctl.procedures import terraform_release
from opsctl.reports import checklist_backups
from opsctl.reports.checklist import Code, Release, Seen, Unknown
from opsctl.reports.checklist_items import (
    BAD,
    NOT_APPLICABLE,
    OK,
    UNKNOWN,
    Item,
    answered,
    open_question,
    seen,
)
from opsctl.targets import channels, maintenance

ASKABLE = ("tests", "review", "terraform", "backup", "notified")
"""What may be left to a person."""
_VITAL = ("tasks:", "targets:", "alarms:", "image:")
"""How the parts of a status begin without which nobody knows whether the service is well."""


def items(it: Seen, answers: Mapping[str, Answer]) -> tuple[Item, ...]:
    """Every item in the runbook's order, then those that it takes for granted."""
    return tuple(answered(rule(it), answers) for rule in RULES)


def _tests(it: Seen) -> Item:
    key, title, question = "tests", "Tests pass in CI", "Did all tests pass in CI?"
    if not isinstance(it.code, Code) or not it.code.at.commit:
        return _without_commit(it, key, title, question)
    at, checks = it.code.at, it.code.checks
    look = f"gh run list --commit {at.commit}"
    if not it.tag and at.changes:
        count = len(at.changes)
        why = f"{count} files have changes that no commit holds, so no CI has seen them"
        return seen(key, title, BAD, why, "git status")
    if not at.pushed:
        why = f"no branch of {at.remote} has commit {at.commit[:12]}, so no CI has seen it"
        return seen(key, title, BAD, why, f"git push {at.remote} HEAD")
    on = f"on commit {at.commit[:12]}"
    if checks.state == "passed":
        return seen(key, title, OK, f"GitHub: {checks.detail} passed {on}")
    if checks.state in ("failed", "running"):
        return seen(key, title, BAD, f"GitHub: {checks.detail} {_ENDED[checks.state]} {on}", look)
    why = checks.detail or f"GitHub knows no run {on}"
    return open_question(key, title, question, why)


_ENDED = {"failed": "failed", "running": "not done yet"}


def _review(it: Seen) -> Item:
    key, title = "review", "Code reviewed and approved"
    question = "Was the code reviewed and approved?"
    if not isinstance(it.code, Code) or not it.code.at.commit:
        return _without_commit(it, key, title, question)
    at, review = it.code.at, it.code.review
    if review.state == "approved":
        return seen(key, title, OK, f"GitHub: pull request {review.detail}")
    if review.state in ("rejected", "unapproved", "open"):
        fix = f"gh pr view {review.number} --web"
        return seen(key, title, BAD, f"GitHub: pull request {review.detail}", fix)
    why = review.detail or f"GitHub knows no pull request with commit {at.commit[:12]}"
    return open_question(key, title, question, why)


def _without_commit(it: Seen, key: str, title: str, question: str) -> Item:
    """The item where nobody knows the commit, so that GitHub cannot be asked."""
    if isinstance(it.code, Unknown):
        return open_question(key, title, question, it.code.why)
    why = f"which commit {it.tag} was built of is not known"
    name = it.release.tag if isinstance(it.release, Release) else ""
    if name:
        why += f": {it.code.at.folder} has no tag v{name} (git fetch --tags)"
    return open_question(key, title, question, why)


def _terraform(it: Seen) -> Item:
    key, title = "terraform", "Terraform plan reviewed"
    question = "Was the Terraform plan reviewed?"
    if it.planned is None:
        why = f"{it.target.env} has no `terraform` in opsctl.toml"
        return seen(key, title, NOT_APPLICABLE, why)
    if isinstance(it.planned, Unknown):
        return open_question(key, title, question, f"no plan could be made: {it.planned.why}")
    if not it.planned.changes:
        return seen(key, title, OK, f"{it.target.terraform}: Terraform would change nothing")
    item = open_question(key, title, question, f"it would change: {it.planned.summary}")
    lines = terraform_release.notes(it.planned)[1:-1]
    return replace(item, lines=lines, about=_digest(it.planned))


def _digest(planned: Planned) -> str:
    """Which changes were reviewed; another plan needs another review."""
    told = sorted((it.address, it.action, it.attributes) for it in planned.changes)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _notified(it: Seen) -> Item:
    key, title = "notified", "Team notified"
    if it.target.notify:
        names = ", ".join(channels.parse(each).name for each in it.target.notify)
        return seen(key, title, OK, f"opsctl tells it before and after: {names}")
    return open_question(key, title, "Was the team told of this deployment?")


def _window(it: Seen) -> Item:
    key, title, env = "window", "A time for changes", it.target.env
    if not (it.target.protected and maintenance.is_kept(it.target)):
        return seen(key, title, OK, f"{env} keeps no maintenance windows and no freezes")
    stands = maintenance.standing(it.target, it.at)
    until = f" until {stands.until:%Y-%m-%d %H:%M} UTC" if stands.until else ""
    if stands.state == "open":
        return seen(key, title, OK, f"changes are made{until or ' at any time'}")
    why = f": {stands.freeze.reason}" if stands.freeze else ""
    fix = f"opsctl windows --env {env}"
    return seen(key, title, BAD, f"{env} is {stands.state}{until}{why}", fix)


def _health(it: Seen) -> Item:
    key, title, look = "health", "Service healthy now", f"opsctl status --env {it.target.env}"
    if isinstance(it.status, Unknown):
        return seen(key, title, UNKNOWN, it.status.why, look)
    blind = [each for each in it.status.unknown if each.startswith(_VITAL)]
    if it.status.verdict == "healthy" and blind:
        return seen(key, title, UNKNOWN, "; ".join(blind), look)
    service = it.status.service
    runs = f"{service.running} of {service.desired} tasks run, {it.status.image}"
    if it.status.verdict == "healthy":
        return seen(key, title, OK, f"{service.name}: {runs}")
    why = "; ".join(it.status.problems) or "a deployment is under way"
    return seen(key, title, BAD, f"{service.name} is {it.status.verdict}: {why}", look)


def _incident(it: Seen) -> Item:
    key, title, env = "incident", "No incident open", it.target.env
    if isinstance(it.incident, Unknown):
        return seen(key, title, UNKNOWN, it.incident.why, f"opsctl incident list --env {env}")
    if it.incident is None:
        return seen(key, title, OK, f"none in {env}")
    why = f"{it.incident.id} ({it.incident.severity}) since {it.incident.began:%H:%M} UTC: "
    fix = f"opsctl incident show --env {env}"
    return seen(key, title, BAD, f"{why}{it.incident.title}", fix)


def _lock(it: Seen) -> Item:
    key, title, env = "lock", "Nobody holds the environment", it.target.env
    if isinstance(it.lock, Unknown):
        return seen(key, title, UNKNOWN, it.lock.why, f"opsctl lock show --env {env}")
    if it.lock is None:
        return seen(key, title, OK, "neither a freeze nor a run")
    reason = f": {it.lock.reason}" if it.lock.reason else ""
    why = f"a {it.lock.kind} by {it.lock.owner} since {it.lock.since:%H:%M} UTC{reason}"
    return seen(key, title, BAD, why, f"opsctl lock show --env {env}")


def _image(it: Seen) -> Item:
    key, title = "image", "Image in ECR"
    if it.release is None:
        return seen(key, title, NOT_APPLICABLE, "no image was named: what is checked out counts")
    repository = it.target.repository
    if isinstance(it.release, Unknown):
        return seen(key, title, UNKNOWN, it.release.why, f"opsctl doctor --env {it.target.env}")
    if it.release.finding.state != "ok":
        fix = f"aws ecr describe-images --repository-name {repository}"
        return seen(key, title, BAD, it.release.finding.detail, fix)
    return _scanned(it.release, key, title)


def _scanned(release: Release, key: str, title: str) -> Item:
    """An image that is there, with what its scan found, where one was made."""
    digest = release.wanted.rpartition("@")[2]
    image = f"{digest[:19]}… for {release.finding.detail}"
    if isinstance(release.scan, Unknown):
        return seen(key, title, OK, f"{image}; its scan could not be read: {release.scan.why}")
    if release.scan is None:
        return seen(key, title, OK, f"{image}; not scanned")
    found = ", ".join(f"{count} {name}" for name, count in release.scan.found) or "nothing"
    repository = release.wanted.partition("@")[0].partition("/")[2]
    fix = (
        f"aws ecr describe-image-scan-findings --repository-name {repository} "
        f"--image-id imageDigest={digest}"
    )
    state = BAD if release.scan.of("CRITICAL") else OK
    return seen(key, title, state, f"{image}; its scan found {found}", fix)


def _needs(it: Seen) -> Item:
    key, title, fix = "needs", "What a task needs", f"opsctl doctor --env {it.target.env}"
    if isinstance(it.needs, Unknown):
        return seen(key, title, UNKNOWN, it.needs.why, fix)
    for state, found in (("wrong", BAD), ("unknown", UNKNOWN)):
        told = [f"{each.what}: {each.detail}" for each in it.needs if each.state == state]
        if told:
            return seen(key, title, found, "; ".join(told), fix)
    return seen(key, title, OK, ", ".join(each.what for each in it.needs))


RULES: tuple[Callable[[Seen], Item], ...] = (
    _tests,
    _review,
    _terraform,
    checklist_backups.item,
    _notified,
    _health,
    _incident,
    _lock,
    _window,
    _image,
    _needs,
)
"""In the order of the runbook; another rule is a function and a line here."""
